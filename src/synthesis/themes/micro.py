"""Micro-clusters: a great many ideas as some thousand small groups, each to be clustered as one idea of its weight.

Method: spherical k-means (Dhillon & Modha 2001) in two levels. Rows are parted into some hundred cells, and each cell into its
share of the micro-clusters, so that n rows cost n times the root of what they are parted into. Starting points are evenly spaced
rows; nothing is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from synthesis.themes.reduction import sums
from synthesis.themes.threads import blocks, in_threads
from synthesis.themes.vectors import unit

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]
Floats = NDArray[np.float64]
Certainty = tuple[Floats, Labels, Floats]

_TRAINING_ROWS = 40_000
_COARSE_ROUNDS = 10
_FINE_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Micro:
    """Micro-clusters: the one of each row (`owner`), their unit centroids ``float32[m, d]`` and how many rows each holds."""

    owner: Labels
    centres: Vectors
    mass: Labels


def micro_clusters(vectors: Vectors, most: int) -> Micro:
    """Part unit rows ``float32[n, d]`` into at most `most` micro-clusters. Rows of one place in space are in one of them."""
    n = len(vectors)
    even = vectors[np.linspace(0, n - 1, min(n, _TRAINING_ROWS)).astype(np.int64)]
    [coarse] = in_threads(lambda rows: _k_means(rows, round(most**0.5), _COARSE_ROUNDS), [even])
    cell = np.concatenate(in_threads(lambda part: _nearest(vectors[part], coarse), blocks(n)))
    order = np.argsort(cell, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(cell, minlength=len(coarse)))[:-1])

    def part_cell(rows: Labels) -> Labels:
        own = vectors[rows]
        return _nearest(own, _k_means(own, max(1, most * len(rows) // n), _FINE_ROUNDS))

    owner, following = np.zeros(n, dtype=np.int64), 0
    filled = [rows for rows in members if len(rows)]
    for rows, found in zip(filled, in_threads(part_cell, filled), strict=True):
        owner[rows] = found + following
        following += int(found.max()) + 1
    _, owner = np.unique(owner, return_inverse=True)
    mass = np.bincount(owner)
    return Micro(owner, np.asarray(unit(sums(vectors, owner, len(mass))), dtype=np.float32), mass)


def _k_means(vectors: Vectors, k: int, rounds: int) -> Vectors:
    """Return at most k unit centroids, from evenly spaced rows on."""
    centres = vectors[np.linspace(0, len(vectors) - 1, min(k, len(vectors))).astype(np.int64)]
    for _ in range(rounds):
        found = _nearest(vectors, centres)
        total = np.zeros(centres.shape)
        order = np.argsort(found, kind="stable")
        kinds, first = np.unique(found[order], return_index=True)
        total[kinds] = np.add.reduceat(vectors[order].astype(np.float64), first, axis=0)
        total = total[kinds]  # a centroid that no row is nearest to is dropped
        centres = unit(total).astype(np.float32)
    return centres


def _nearest(vectors: Vectors, centres: Vectors) -> Labels:
    """Return for each row the centroid of the largest cosine, the first among equal ones."""
    return np.concatenate([(vectors[part] @ centres.T).argmax(axis=1) for part in blocks(len(vectors), 1024)])


def shares(weight: Floats, labels: Labels) -> Certainty:
    """Return per row the share of its weight that its theme has, the runner-up theme, and the margin between them.

    `weight` is ``float64[n, themes]``.
    """
    n, n_themes = weight.shape
    total = weight.sum(axis=1, keepdims=True)
    share = np.where(total > 0, weight / np.where(total > 0, total, 1.0), 0.0)
    own = share[np.arange(n), labels]
    if n_themes < 2:
        return own, labels.copy(), own
    share[np.arange(n), labels] = -1.0
    runner_up = share.argmax(axis=1)
    return own, runner_up, np.clip(own - np.maximum(share.max(axis=1), 0.0), 0.0, 1.0)


def certainty(vectors: Vectors, micro: Micro, graph: sparse.csr_matrix, labels: Labels) -> Certainty:
    """Return `shares` for each row, by the micro-clusters that its own one is linked with in `graph` (m x m).

    `vectors` are the rows, `labels` the theme of each micro-cluster; links weigh times the masses of both ends. A row's fellows weigh
    as nearest neighbours, and a link the more the nearer the row lies to its far end, against the middle of its micro-cluster and in
    mean lengths of that one's links.
    """
    m, n_themes = len(labels), int(labels.max(initial=-1)) + 1
    links = sparse.csr_matrix(graph + sparse.diags((micro.mass * (micro.mass - 1)).astype(np.float64)))
    near = np.repeat(np.arange(m), np.diff(links.indptr))

    def both_ends(part: slice) -> Vectors:
        return np.asarray(np.einsum("pd,pd->p", micro.centres[near[part]], micro.centres[links.indices[part]]))

    cosine = np.concatenate(in_threads(both_ends, blocks(len(near), 65_536))).astype(np.float64)
    length = np.maximum(np.bincount(near, 1.0 - cosine, minlength=m) / np.maximum(np.diff(links.indptr), 1), 1e-3)
    onto = sparse.csr_matrix((np.ones(m), (np.arange(m), labels)), shape=(m, n_themes))
    of_micro = shares((links @ onto).toarray(), labels)
    own, runner_up, margin = of_micro[0][micro.owner], of_micro[1][micro.owner], of_micro[2][micro.owner]
    torn = np.bincount(near, labels[near] != labels[links.indices], minlength=m) > 0
    rows = np.flatnonzero(torn[micro.owner])

    def of_block(part: slice) -> None:
        here, begin = micro.owner[rows[part]], links.indptr[micro.owner[rows[part]]]
        degree = links.indptr[here + 1] - begin
        which = np.repeat(np.arange(len(here)), degree)
        at = np.arange(len(which)) + np.repeat(begin - np.cumsum(degree) + degree, degree)
        far = links.indices[at]
        nearer = np.einsum("pd,pd->p", vectors[rows[part]][which], micro.centres[far]) - cosine[at]
        weight = links.data[at] * np.exp(nearer / length[here][which])
        table = np.zeros(len(here) * n_themes)
        table += np.bincount(which * n_themes + labels[far], weight, minlength=len(table))
        found = shares(table.reshape(len(here), n_themes), labels[here])
        own[rows[part]], runner_up[rows[part]], margin[rows[part]] = found

    in_threads(of_block, blocks(len(rows), 2048))
    return own, runner_up, margin
