"""Neighbour graph and Leiden consensus: which ideas belong together, and how surely.

Method: cosine neighbours; fuzzy weights by local scaling (McInnes, Healy & Melville 2018, section 3.1); runs of
Leiden (Traag, Waltman & van Eck 2019) over jittered neighbourhoods, dimensions and resolutions; the share of runs in
which both ends of an edge fell together, kept on the graph's own edges only (Tandon et al. 2019, "Fast consensus
clustering"); one last Leiden on that graph. Everything is a function of the rows and the seed, not of thread count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import graspologic_native
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from synthesis.themes.neighbours import nearest, nearest_of
from synthesis.themes.threads import in_threads
from synthesis.themes.vectors import unit

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]

_RUNS = ((5_000, 72), (20_000, 36))
_RUNS_OF_MANY = 16
_NEIGHBOURS = (8, 12, 16, 20)
_DIMENSIONS = (50, 75, 100)
_JITTER = (0.8, 1.0, 1.25)


@dataclass(frozen=True)
class Consensus:
    """The consensus graph (n x n, symmetric, weights 0-1, or times the masses of both ends) and each run's labels, ``int64[runs, n]``."""

    graph: sparse.csr_matrix
    runs: NDArray[np.int64]

    def cut(self, resolution: float, seed: int, trials: int = 1) -> Labels:
        """Return communities of the consensus graph, one number per row. Rows that no run parted are not parted."""
        owner, joined = self._cores
        return leiden(joined, resolution, seed, trials)[owner]

    @cached_property
    def _cores(self) -> tuple[Labels, sparse.csr_matrix]:
        """Return the core of each row, a core being rows that fell together in every run, and the graph of the cores.

        Modularity of the cores is that of their rows if what links a core with itself counts to its degree. Leiden's
        implementation leaves loops out of degrees: here a core has a pendant node instead, linked with half of the loop, which
        comes to the same as long as both are in one community.
        """
        _, owner = np.unique(self.runs, axis=1, return_inverse=True)
        owner = np.asarray(owner, dtype=np.int64).ravel()
        n, cores = len(owner), int(owner.max()) + 1
        onto = sparse.csr_matrix((np.ones(n), (np.arange(n), owner)), shape=(n, cores))
        joined = sparse.csr_matrix(onto.T @ self.graph @ onto)
        loops = sparse.diags(joined.diagonal() / 2)
        joined.setdiag(0)
        return owner, _canonical(sparse.bmat([[joined, loops], [loops, None]]))


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


def leiden(graph: sparse.csr_matrix, resolution: float, seed: int, trials: int = 1, iterations: int = 2) -> Labels:
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
            iterations=iterations,
            trials=trials,
        )
        nodes = np.fromiter(found.keys(), dtype=np.int64, count=len(found))
        labels[nodes] = np.fromiter(found.values(), dtype=np.int64, count=len(found))
    lonely = labels < 0
    labels[lonely] = labels.max(initial=-1) + 1 + np.arange(int(lonely.sum()))
    return labels


def runs_of(nodes: int) -> int:
    """Return how many runs a consensus of so many nodes takes: twice each of the twelve views at each of three resolutions, once, or fewer.

    Chance is averaged out by their number, and few nodes cost little (docs/decisions/0022).
    """
    return next((runs for most, runs in _RUNS if nodes <= most), _RUNS_OF_MANY)


def consensus(
    vectors: Vectors, *, resolutions: Sequence[float], seed: int, runs: int, mass: Labels | None = None
) -> Consensus:
    """Return how often neighbours fall together over `runs` of Leiden on jittered views of the vectors.

    Views take turns, and with each round of them the `resolutions` move on by one, so that every view meets every resolution. `vectors` is ``float32[n, d]`` with the strongest components first (a PCA's scores): a view of fewer dimensions
    takes the first columns. Needs n of 3 or more. Where a row stands for many, `mass` says for how many: each link then weighs as
    the links between all of them would.
    """
    n = len(vectors)
    graphs = [_weighed(graph, mass) for graph in _graphs(vectors)]
    rng = np.random.default_rng(seed)
    draws = [
        (
            graphs[run % len(graphs)],
            resolutions[(run + run // len(graphs)) % len(resolutions)] * _JITTER[int(rng.integers(len(_JITTER)))],
            int(rng.integers(2**31)),
        )
        for run in range(runs)
    ]
    labels = np.stack(in_threads(lambda draw: leiden(*draw, iterations=1), draws))
    edges = sparse.triu(reduce(lambda one, two: one.maximum(two), graphs), 1).tocoo()
    of_row = np.ascontiguousarray(labels.T, dtype=np.int32)
    together = (of_row[edges.row] == of_row[edges.col]).mean(axis=1)
    weighted = sparse.csr_matrix((together * edges.data, (edges.row, edges.col)), shape=(n, n))
    return Consensus(_canonical(weighted + weighted.T), labels)


def _weighed(graph: sparse.csr_matrix, mass: Labels | None) -> sparse.csr_matrix:
    """Return the graph with each weight taken times the mass of both ends."""
    if mass is None:
        return graph
    scale = sparse.diags(mass.astype(np.float64))
    return _canonical(scale @ graph @ scale)


def _graphs(vectors: Vectors) -> list[sparse.csr_matrix]:
    """Return the graph of every view (so many dimensions, so many neighbours), from one search.

    Neighbours in fewer dimensions are sought among twice as many neighbours in all of them.
    """
    n, d = vectors.shape
    widest = min(max(_NEIGHBOURS), n - 1)
    views = [unit(vectors[:, :dimensions], np.float32) for dimensions in sorted({min(x, d) for x in _DIMENSIONS})]
    similarity, found = nearest(views[-1], min(2 * widest, n - 1))
    lists = [nearest_of(view, found, widest) for view in views[:-1]] + [(similarity, found)]
    jobs = [(of_view, k) for of_view in lists for k in sorted({min(x, widest) for x in _NEIGHBOURS})]
    return in_threads(lambda job: fuzzy_graph(job[0][0][:, : job[1]], job[0][1][:, : job[1]]), jobs)
