"""The clusterer of the assembly: themes cut from the Leiden consensus, each searched for its strands, nothing left over."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist
from sklearn.base import BaseEstimator

from synthesis.themes.graph import Consensus, consensus, runs_of
from synthesis.themes.micro import certainty, micro_clusters, shares
from synthesis.themes.reduction import centroids, unit_rows
from synthesis.themes.threads import in_threads
from synthesis.themes.vectors import unit

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]

_READABLE_RUNS = (1.0, 2.0, 4.0)
_FINE_RUNS = (2.0, 4.0, 8.0)
_STRAND_RUNS = (1.0,)
_STRANDS = 6
READABLE_THEMES = 20
MICRO_ABOVE = 50_000
_READABLE_CUTS = (1.0, 0.85, 0.7, 0.6, 0.5, 0.42, 0.35)
_FINE_CUTS = (4.0,)
_ALIKE = 0.4


class LeidenConsensus(BaseEstimator):  # type: ignore[misc]
    """Graph clustering without outliers, with scikit-learn's interface: BERTopic's clusterer.

    More than `micro_above` rows are parted into half as many micro-clusters, and these are clustered.

    After `fit`: `labels_` (largest theme first, no -1), `sublabels_` (numbered over all themes), `strength_`,
    `runner_up_`, `margin_`, `runs_` and `sub_runs_` (the communities of each run, for themes and for subthemes) and `consensus_` (of the rows, or of the micro-clusters).
    """

    def __init__(self, seed: int = 0, readable: int | None = READABLE_THEMES, micro_above: int = MICRO_ABOVE) -> None:
        self.seed = seed
        self.readable = readable
        self.micro_above = micro_above

    def fit(self, X: Vectors, y: object = None) -> Self:
        """Cluster ``float32[n, d]``; any n of 1 or more."""
        n = len(X)
        rows = unit_rows(X) if n > self.micro_above else X
        micro = micro_clusters(rows, self.micro_above // 2) if n > self.micro_above else None
        self.vectors_ = X if micro is None else micro.centres
        self.mass_ = np.ones(n, dtype=np.int64) if micro is None else micro.mass
        if (nodes := len(self.mass_)) < 4:
            self.consensus_ = Consensus(sparse.csr_matrix((nodes, nodes)), np.zeros((1, nodes), dtype=np.int64))
            self.labels_ = np.zeros(nodes, dtype=np.int64)
        else:
            self.consensus_ = consensus(
                self.vectors_,
                resolutions=_FINE_RUNS if self.readable is None else _READABLE_RUNS,
                seed=self.seed,
                runs=runs_of(nodes),
                mass=None if micro is None else micro.mass,
            )
            self.labels_ = self._themes(n)
        self.sublabels_, self.sub_runs_ = self._subthemes()
        self.centroids_ = centroids(self.vectors_, self.labels_, self.mass_)
        self.runs_ = self.consensus_.runs
        if micro is None:
            self.strength_, self.runner_up_, self.margin_ = _certainty(self.consensus_.graph, self.labels_)
        else:
            self.strength_, self.runner_up_, self.margin_ = certainty(rows, micro, self.consensus_.graph, self.labels_)
            self.labels_, self.sublabels_ = self.labels_[micro.owner], self.sublabels_[micro.owner]
            self.runs_, self.sub_runs_ = self.runs_[:, micro.owner], self.sub_runs_[:, micro.owner]
        return self

    def predict(self, X: Vectors) -> Labels:
        """Return for each new row the theme with the nearest centroid."""
        return np.asarray((unit(X) @ self.centroids_.T).argmax(axis=1), dtype=np.int64)

    def _themes(self, n: int) -> Labels:
        """Take the finest resolution of the grid that leaves a readable number of themes, a fine one where any number will do.

        Where a corpus falls apart into more kinds than a committee reads, the most alike are joined (docs/decisions/0022): a resolution
        below .35 would join those that have the most links with each other, and a large theme has many with any other.
        """
        smallest = max(2, min(5, n // 20), int(0.001 * n))
        labels = np.zeros(len(self.mass_), dtype=np.int64)
        for resolution in _FINE_CUTS if self.readable is None else _READABLE_CUTS:
            labels = self.consensus_.cut(resolution, self.seed, trials=4)
            labels = _absorb_small(labels, self.consensus_.graph, self.vectors_, self.mass_, smallest)
            if self.readable is None or labels.max() + 1 <= self.readable:
                return labels
        return _join_alike(labels, self.vectors_, self.mass_, self.readable or 1)

    def _subthemes(self) -> tuple[Labels, Labels]:
        """Return the subtheme of each row, and the communities of each run that it was found by."""
        themes = [np.flatnonzero(self.labels_ == theme) for theme in range(int(self.labels_.max(initial=-1)) + 1)]
        result = np.zeros(len(self.labels_), dtype=np.int64)
        runs = np.zeros((runs_of(len(self.labels_)), len(self.labels_)), dtype=np.int64)
        following = highest = 0
        for members, (found, own) in zip(themes, in_threads(self._strands, themes), strict=True):
            result[members], runs[:, members] = found + following, own + highest
            following += int(found.max(initial=0)) + 1
            highest = int(runs.max()) + 1
        return result, runs

    def _strands(self, members: Labels) -> tuple[Labels, Labels]:
        """Return the subtheme of each member of one theme, and the communities of each run.

        A theme is searched as a corpus of its own, seen from its own middle: cut out of the graph of all, whose links tell themes
        apart, strands came back in one resample of four (docs/decisions/0001).
        """
        mass, runs = self.mass_[members], runs_of(len(self.mass_))
        smallest = max(5, -(-int(mass.sum()) // 10))
        whole = np.zeros(len(members), dtype=np.int64)
        if mass.sum() < 3 * smallest or len(members) < 4:
            return whole, np.tile(whole, (runs, 1))
        own = self.vectors_[members].astype(np.float64)
        seen: Vectors = np.round(unit(own - np.average(own, axis=0, weights=mass)), 5).astype(np.float32)
        inside = consensus(
            seen,
            resolutions=_STRAND_RUNS,
            seed=self.seed,
            runs=runs,
            mass=mass if mass.max() > 1 else None,
        )
        for resolution in _READABLE_CUTS:
            found = _absorb_small(inside.cut(resolution, self.seed, trials=4), inside.graph, seen, mass, smallest)
            if found.max() < _STRANDS:
                break
        return found, inside.runs


def _ordered(labels: Labels, mass: Labels) -> Labels:
    """Number the communities by size, then by their first member."""
    _, first, compact = np.unique(labels, return_index=True, return_inverse=True)
    order = np.lexsort((first, -np.bincount(compact, mass)))
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    return np.asarray(position[compact], dtype=np.int64)


def _absorb_small(labels: Labels, graph: sparse.csr_matrix, vectors: Vectors, mass: Labels, smallest: int) -> Labels:
    """Give the members of communities under `smallest` to the neighbour theme they lean on, else to the nearest centroid."""
    labels = _ordered(labels, mass)
    sizes = np.bincount(labels, mass)
    large = np.flatnonzero(sizes >= smallest)
    if len(large) in (0, len(sizes)):
        return np.zeros_like(labels) if not len(large) else labels
    middles = centroids(vectors, labels, mass)[large]
    for community in np.flatnonzero(sizes < smallest):
        members = np.flatnonzero(labels == community)
        links = graph[members]
        pull = np.bincount(labels[links.indices], links.data, minlength=len(sizes))[large]
        near = unit(vectors[members]) @ middles.T
        target = large[int(pull.argmax())] if pull.max() > 0 else large[int(near.mean(axis=0).argmax())]
        labels[members] = target
    return _ordered(labels, mass)


def _join_alike(labels: Labels, vectors: Vectors, mass: Labels, most: int) -> Labels:
    """Join communities, the most alike first, until there are `most`, or until any two have parts of which the middles are not alike.

    Complete linkage: by their own middles, joined ones draw in more and more, until one holds a quarter of a large corpus.
    """
    count = int(labels.max()) + 1
    # Rounded, so that sums taken in another order do not decide between two pairs.
    tree = linkage(np.round(pdist(centroids(vectors, labels, mass), "cosine"), 6), "complete")
    height = min(float(tree[count - most - 1, 2]), 1 - _ALIKE)
    joined = fcluster(tree, height, "distance") - 1
    return _ordered(np.asarray(joined, dtype=np.int64)[labels], mass)


def _certainty(graph: sparse.csr_matrix, labels: Labels) -> tuple[NDArray[np.float64], Labels, NDArray[np.float64]]:
    """Return per row the share of its consensus weight inside its theme, the runner-up theme, and the margin between them."""
    n, n_themes = len(labels), int(labels.max(initial=-1)) + 1
    onto = sparse.csr_matrix((np.ones(n), (np.arange(n), labels)), shape=(n, n_themes))
    return shares(np.asarray((graph @ onto).todense()), labels)
