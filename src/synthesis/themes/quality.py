"""Measures of a theme set, computed on every run: stability, separation, coverage and groundedness of names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synthesis.themes.reduction import sums

Labels = NDArray[np.int64]


def stability(labels: Labels, runs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return per theme the mean best Jaccard overlap with a community, over the runs (Hennig 2007, "Cluster-wise assessment").

    `labels` is ``int64[n]`` without gaps; `runs` is ``int64[runs, n]``. The result is ``float64[themes]`` in 0-1.
    """
    n_themes = int(labels.max(initial=-1)) + 1
    sizes = np.bincount(labels, minlength=n_themes)
    total = np.zeros(n_themes)
    for run in runs:
        _, compact = np.unique(run, return_inverse=True)
        width = int(compact.max()) + 1
        overlap = np.bincount(labels * width + compact, minlength=n_themes * width).reshape(n_themes, width)
        union = sizes[:, None] + np.bincount(compact, minlength=width)[None, :] - overlap
        total += (overlap / union).max(axis=1)
    return total / max(len(runs), 1)


def sibling_cosine(vectors: NDArray[np.float32], labels: Labels) -> float:
    """Return the largest cosine between the centroids of two themes, 0 for a single theme."""
    n_themes = int(labels.max(initial=-1)) + 1
    if n_themes < 2:
        return 0.0
    centroids = sums(vectors, labels, n_themes)
    centroids /= np.maximum(np.linalg.norm(centroids, axis=1, keepdims=True), 1e-12)
    similar = centroids @ centroids.T
    np.fill_diagonal(similar, -1.0)
    return float(similar.max())


def groundedness(forms: Sequence[Sequence[str]], per_text: Sequence[Sequence[str]], labels: Labels) -> float:
    """Return the share of texts that contain at least one of the phrases which name their theme."""
    if not len(labels):
        return 0.0
    named = [set(f) for f in forms]
    return float(np.mean([bool(named[label] & set(text)) for label, text in zip(labels, per_text, strict=True)]))
