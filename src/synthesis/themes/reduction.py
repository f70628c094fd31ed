"""Vectors made ready for the graph: centred, of unit length, reduced by PCA; block by block, for a million rows as for thirty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator

from synthesis.themes.threads import blocks, in_threads
from synthesis.themes.vectors import unit

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]

COMPONENTS = 100
_COVARIANCE_ROWS = 100_000
_AT_ONCE = 8


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """Return a copy with rows of unit length in single precision."""
    return np.concatenate(
        in_threads(lambda part: np.asarray(unit(vectors[part]), dtype=np.float32), blocks(len(vectors)))
    )


def sums(vectors: NDArray[np.floating], labels: Labels, groups: int, mass: Labels | None = None) -> NDArray[np.float64]:
    """Return the sum of the rows of each group, each taken `mass` times, ``float64[groups, d]``; `labels` numbers the groups."""
    weight = np.ones(len(labels)) if mass is None else mass.astype(np.float64)

    def of_block(part: slice) -> NDArray[np.float64]:
        own = labels[part]
        onto = sparse.csr_matrix((weight[part], (own, np.arange(len(own)))), shape=(groups, len(own)))
        return np.asarray(onto @ vectors[part].astype(np.float64))

    total = np.zeros((groups, vectors.shape[1]))
    parts = list(blocks(len(vectors)))
    for first in range(0, len(parts), _AT_ONCE):  # the sums of all blocks, of many groups, are more than the vectors
        for part in in_threads(of_block, parts[first : first + _AT_ONCE]):
            total += part
    return total


def centroids(vectors: NDArray[np.floating], labels: Labels, mass: Labels | None = None) -> NDArray[np.float64]:
    """Return the middle of each group on the unit sphere: of its rows there, each taken `mass` times."""
    return unit(sums(unit(vectors), labels, int(labels.max(initial=-1)) + 1, mass))


def centre(vectors: Vectors, groups: Sequence[str], smallest: int) -> None:
    """Take the mean away from every row of `vectors`, of groups of `smallest` or more their own, and set rows to unit length: in place."""
    kinds = {group: number for number, group in enumerate(sorted(set(groups)))}
    member = np.fromiter((kinds[group] for group in groups), dtype=np.int64, count=len(groups))
    total = sums(vectors, member, len(kinds))
    sizes = np.bincount(member, minlength=len(kinds))
    means = np.where((sizes >= smallest)[:, None], total / sizes[:, None], total.sum(axis=0) / len(vectors))

    def one(part: slice) -> None:
        vectors[part] = unit(vectors[part] - means[member[part]])

    in_threads(one, blocks(len(vectors)))


class PrincipalComponents(BaseEstimator):  # type: ignore[misc]
    """PCA to 100 components by an eigendecomposition of the covariance, in double precision: BERTopic's reduction.

    Of more than 100,000 rows the covariance is that of an even sample of as many.
    """

    def __init__(self, n_components: int = COMPONENTS) -> None:
        self.n_components = n_components

    def fit(self, X: NDArray[np.float32], y: object = None) -> Self:
        """Learn mean and components from ``float[n, d]``."""
        n, d = X.shape
        rows = np.linspace(0, n - 1, min(n, _COVARIANCE_ROWS)).astype(np.int64)
        parts = list(blocks(len(rows)))
        self.mean_ = sum(in_threads(lambda part: X[rows[part]].sum(axis=0, dtype=np.float64), parts)) / len(rows)

        def product(part: slice) -> NDArray[np.float64]:
            centred = X[rows[part]] - self.mean_
            return np.asarray(centred.T @ centred)

        covariance = np.zeros((d, d))
        for part in in_threads(product, parts):
            covariance += part
        [(values, vectors)] = in_threads(np.linalg.eigh, [covariance])
        order = np.argsort(-values, kind="stable")[: min(self.n_components, n, d)]
        components = vectors[:, order]
        # An eigenvector's sign is arbitrary: make its largest entry positive.
        largest = components[np.abs(components).argmax(axis=0), np.arange(components.shape[1])]
        self.components_ = components * np.where(largest < 0, -1.0, 1.0)
        return self

    def transform(self, X: NDArray[np.float32]) -> Vectors:
        """Return the scores ``float32[n, n_components]``."""

        def scores(part: slice) -> Vectors:
            return np.asarray(np.round((X[part] - self.mean_) @ self.components_, 5), dtype=np.float32)

        return np.concatenate(in_threads(scores, blocks(len(X))))
