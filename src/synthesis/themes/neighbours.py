"""Nearest neighbours by cosine: exact for some ten thousand rows, approximate beyond, the same for any number of threads."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from synthesis.themes.threads import blocks, in_threads

Vectors = NDArray[np.float32]
Similar = NDArray[np.float32]
Labels = NDArray[np.int64]

EXACT_UP_TO = 20_000
_PROBES = 12
_ROUNDS = 10


def nearest(vectors: Vectors, k: int, exact_up_to: int = EXACT_UP_TO) -> tuple[Similar, Labels]:
    """Return cosine similarities and indices ``[n, k]`` of each row's nearest others, the nearest first.

    `vectors` is ``float32[n, d]`` of unit rows, n over k. Of more than `exact_up_to` rows only those are compared that lie in the
    twelve cells nearest to a row, of about 2√n cells (an inverted file, Sivic & Zisserman 2003): decision 0012 has its recall.
    """
    data = np.ascontiguousarray(vectors, dtype=np.float32)
    exact = len(data) <= exact_up_to
    [index] = in_threads(_flat if exact else _inverted_file, [data])
    similarity, found = _search(index, data, k + 1)
    short = np.flatnonzero(found[:, -1] < 0)  # cells of few rows do not hold so many
    if len(short):
        [index] = in_threads(_flat, [data])
        similarity[short], found[short] = _search(index, data[short], k + 1)
    return _without_self(similarity, found, k)


def _search(index: faiss.Index, queries: Vectors, k: int) -> tuple[Similar, Labels]:
    parts = in_threads(lambda part: index.search(queries[part], k), blocks(len(queries), 1024))
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _flat(data: Vectors) -> faiss.Index:
    index = faiss.IndexFlatIP(data.shape[1])
    index.add(data)
    return index


def _inverted_file(data: Vectors) -> Any:
    n, d = data.shape
    index: Any = faiss.index_factory(d, f"IVF{round(2 * n**0.5)},Flat", faiss.METRIC_INNER_PRODUCT)
    index.cp.seed, index.cp.niter, index.cp.spherical, index.cp.min_points_per_centroid = 1, _ROUNDS, True, 1
    index.train(data)
    index.add(data)
    index.nprobe = _PROBES
    return index


def _without_self(similarity: Similar, found: Labels, k: int) -> tuple[Similar, Labels]:
    """Drop each row itself from what was found for it."""
    n = len(found)
    # A row's own index is usually first, but not among exact ties: drop it wherever it stands, else the last.
    own = found == np.arange(n)[:, None]
    own[~own.any(axis=1), k] = True
    keep = ~own
    return similarity[keep].reshape(n, k), found[keep].reshape(n, k).astype(np.int64)


def nearest_of(vectors: Vectors, found: Labels, k: int) -> tuple[Similar, Labels]:
    """Return the k nearest, in the space of `vectors`, of the candidates that `found` lists for each row."""

    def of_block(part: slice) -> tuple[Similar, Labels]:
        cosine = np.einsum("id,ikd->ik", vectors[part], vectors[found[part]])
        order = np.argsort(-cosine, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(cosine, order, 1), np.take_along_axis(found[part], order, 1)

    parts = in_threads(of_block, blocks(len(vectors), 2048))
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
