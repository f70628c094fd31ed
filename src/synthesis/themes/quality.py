"""Measures of a theme set: stability, separation and groundedness of names; `rules` lays them beside their bars."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from synthesis.themes.reduction import sums
from synthesis.themes.vectors import unit

Labels = NDArray[np.int64]
Floats = NDArray[np.float64]

LEVEL = 0.9
"""The level of every interval of this package, as of the rank intervals."""


def interval(value: Floats, draws: Floats, floor: float, ceiling: float) -> tuple[Floats, Floats]:
    """Return the ends of the interval of each value: the spread of its resamples ``[draws, values]``, laid around the value.

    Resamples lie off the value by a bias of their own (their middles are noisier, so they look less alike): only the spread is used.
    A resample that has no value is nan.
    """
    noise = draws - mean(draws, axis=0)
    noise[:, np.isnan(noise).all(axis=0)] = 0.0
    low, high = np.nanquantile(value + noise, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return np.minimum(low, value).clip(floor, ceiling), np.maximum(high, value).clip(floor, ceiling)


def mean(draws: Floats, axis: int) -> Floats:
    """Return the mean of what is not nan, nan where nothing is."""
    told = ~np.isnan(draws)
    n = told.sum(axis=axis)
    return np.asarray(np.where(n > 0, np.where(told, draws, 0.0).sum(axis=axis) / np.maximum(n, 1), np.nan))


def recurrence(labels: Labels, runs: NDArray[np.integer]) -> Floats:
    """Return for each run and theme the best Jaccard overlap of the theme with a community of the run: ``float64[runs, themes]``.

    `labels` is ``int64[n]`` without gaps; `runs` is ``int[runs, n]``.
    """
    n_themes = int(labels.max(initial=-1)) + 1
    sizes = np.bincount(labels, minlength=n_themes)
    result = np.zeros((len(runs), n_themes))
    for number, run in enumerate(runs):
        _, compact = np.unique(run, return_inverse=True)
        width = int(compact.max()) + 1
        overlap = np.bincount(labels * width + compact, minlength=n_themes * width).reshape(n_themes, width)
        union = sizes[:, None] + np.bincount(compact, minlength=width)[None, :] - overlap
        result[number] = (overlap / union).max(axis=1)
    return result


def stability(labels: Labels, runs: NDArray[np.integer]) -> Floats:
    """Return per theme the mean of `recurrence` over the runs (Hennig 2007, "Cluster-wise assessment"), ``float64[themes]``."""
    return np.asarray(recurrence(labels, runs).sum(axis=0) / max(len(runs), 1))


def sibling_cosines(total: Floats) -> Floats:
    """Return the cosine between the middles of every two themes, ``[themes, themes]``, −1 on the diagonal.

    `total` is ``float[themes, d]``: the sum of each theme's vectors.
    """
    middles = unit(total)
    similar = middles @ middles.T
    np.fill_diagonal(similar, -1.0)
    return np.asarray(similar)


def sibling_cosine(vectors: NDArray[np.float32], labels: Labels) -> float:
    """Return the largest cosine between the middles of two themes, 0 for a single theme."""
    n_themes = int(labels.max(initial=-1)) + 1
    return float(sibling_cosines(sums(vectors, labels, n_themes)).max()) if n_themes > 1 else 0.0


def grounded(
    named: Sequence[Collection[str]], per_text: Sequence[Collection[str]], labels: Labels
) -> NDArray[np.bool_]:
    """Tell for each text whether it holds one of the words or phrases (`named`, per theme) that its theme is named by."""
    wanted = [frozenset(words) for words in named]
    found = [not wanted[label].isdisjoint(text) for label, text in zip(labels, per_text, strict=True)]
    return np.array(found, dtype=bool)


def groundedness(forms: Sequence[Sequence[str]], per_text: Sequence[Sequence[str]], labels: Labels) -> float:
    """Return the share of texts that contain at least one of the phrases which name their theme."""
    return float(grounded(forms, per_text, labels).mean()) if len(labels) else 0.0
