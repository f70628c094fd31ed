"""Neighbour graph and Leiden consensus: which ideas belong together, and how surely.

Method: exact cosine neighbours; fuzzy weights by local scaling (McInnes, Healy & Melville 2018, section 3.1); runs of
Leiden (Traag, Waltman & van Eck 2019) over jittered neighbourhoods, dimensions and resolutions; the share of runs in
which both ends of an edge fell together, kept on the graph's own edges only (Tandon et al. 2019, "Fast consensus
clustering"); one last Leiden on that graph. Everything is a function of the rows and the seed, not of thread count.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import faiss
import graspologic_native
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]

RUNS = 16
_NEIGHBOURS = (8, 12, 16, 20)
_DIMENSIONS = (30, 40, 50)
_JITTER = (0.8, 1.0, 1.25)


@dataclass(frozen=True, slots=True)
class Consensus:
    """The consensus graph (n x n, symmetric, weights 0-1) and the labels of each run, ``int64[runs, n]``."""

    graph: sparse.csr_matrix
    runs: NDArray[np.int64]


def neighbours(vectors: Vectors, k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return exact cosine similarities and indices ``[n, k]`` of each row's nearest others. Rows have unit length."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    similarity, found = index.search(np.ascontiguousarray(vectors), k + 1)
    n = len(vectors)
    # A row's own index is usually first, but not among exact ties: drop it wherever it stands, else the last.
    own = found == np.arange(n)[:, None]
    own[~own.any(axis=1), k] = True
    keep = ~own
    return similarity[keep].reshape(n, k), found[keep].reshape(n, k).astype(np.int64)


def fuzzy_graph(similarity: NDArray[np.float32], found: NDArray[np.int64]) -> sparse.csr_matrix:
    """Turn neighbour lists into a symmetric graph with weights 0-1 by local scaling and fuzzy union."""
    n, k = found.shape
    distance = np.maximum(1.0 - similarity.astype(np.float64), 0.0)
    nearest = distance.min(axis=1, keepdims=True)
    target = np.log2(max(k, 2))
    low, high = np.full(n, 1e-6), np.full(n, 4.0)
    for _ in range(24):  # bisection on each row's bandwidth until its weights sum to log2(k)
        middle = (low + high) / 2
        total = np.exp(-(distance - nearest) / middle[:, None]).sum(axis=1)
        low, high = np.where(total < target, middle, low), np.where(total < target, high, middle)
    weight = np.exp(-(distance - nearest) / high[:, None])
    rows = np.repeat(np.arange(n), k)
    directed = sparse.csr_matrix((weight.ravel(), (rows, found.ravel())), shape=(n, n))
    product = directed.multiply(directed.T)
    return _canonical(directed + directed.T - product)


def _canonical(graph: sparse.spmatrix) -> sparse.csr_matrix:
    """Return a CSR matrix with sorted indices, no explicit zeros and the index types that Leiden wants."""
    result = sparse.csr_matrix(graph, dtype=np.float64)
    result.sum_duplicates()
    result.eliminate_zeros()
    result.sort_indices()
    # Rounding removes the last bits in which sums taken in another order may differ.
    result.data = np.round(result.data, 6)
    return result


def leiden(graph: sparse.csr_matrix, resolution: float, seed: int, trials: int = 1) -> Labels:
    """Return one community number per node; nodes without edges get communities of their own."""
    n = graph.shape[0]
    labels = np.full(n, -1, dtype=np.int64)
    if graph.nnz:
        _, found = graspologic_native.leiden_csr(
            graph.indptr.astype(np.int64),
            graph.indices.astype(np.int32),
            graph.data,
            n,
            resolution=resolution,
            seed=seed,
            iterations=2,
            trials=trials,
        )
        nodes = np.fromiter(found.keys(), dtype=np.int64, count=len(found))
        labels[nodes] = np.fromiter(found.values(), dtype=np.int64, count=len(found))
    lonely = labels < 0
    labels[lonely] = labels.max(initial=-1) + 1 + np.arange(int(lonely.sum()))
    return labels


def consensus(vectors: Vectors, *, resolution: float, seed: int, runs: int = RUNS) -> Consensus:
    """Return how often neighbours fall together over `runs` of Leiden on jittered views of the vectors.

    `vectors` is ``float32[n, d]`` with the strongest components first (a PCA's scores): a view of fewer dimensions
    takes the first columns. Needs n of 3 or more.
    """
    n, d = vectors.shape
    rng = np.random.default_rng(seed)
    widest = min(max(_NEIGHBOURS), n - 1)
    views = {}
    for dimensions in sorted({min(x, d) for x in _DIMENSIONS}):
        view = vectors[:, :dimensions]
        norms = np.linalg.norm(view, axis=1, keepdims=True)
        view = np.ascontiguousarray(view / np.maximum(norms, 1e-12), dtype=np.float32)
        views[dimensions] = neighbours(view, widest)
    graphs = {}
    for dimensions, (similarity, found) in views.items():
        for k in sorted({min(x, widest) for x in _NEIGHBOURS}):
            graph = fuzzy_graph(similarity[:, :k], found[:, :k])
            graphs[dimensions, k] = graph
    keys = sorted(graphs)
    union = reduce(lambda one, two: one.maximum(two), (graphs[key] for key in keys))
    labels = np.empty((runs, n), dtype=np.int64)
    for run in range(runs):
        graph = graphs[keys[run % len(keys)]]
        jittered = resolution * _JITTER[int(rng.integers(len(_JITTER)))]
        labels[run] = leiden(graph, jittered, seed=int(rng.integers(2**31)))
    edges = _canonical(union).tocoo()
    together = (labels[:, edges.row] == labels[:, edges.col]).mean(axis=0)
    weighted = sparse.csr_matrix((together * edges.data, (edges.row, edges.col)), shape=(n, n))
    return Consensus(_canonical(weighted), labels)
