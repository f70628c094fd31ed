"""Adopted themes as a frame: new ideas are laid beside them, and only what fits nowhere can become a new theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthesis.themes.vectors import unit

FITTING = 0.1
"""A new idea fits a theme if it is as near to its middle as nine of ten of the theme's own ideas are."""
_AS_CLOSE = 0.6
"""How much of an adopted theme's likeness between ideas a new one must have: less is a heap of leftovers."""
MIN_NEW = 5
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fit:
    """Per row: the nearest theme, how near it is, the runner-up, and whether the row fits the nearest one."""

    nearest: tuple[str, ...]
    strength: NDArray[np.float64]
    runner_up: tuple[str, ...]
    margin: NDArray[np.float64]
    fits: NDArray[np.bool_]


def lay_beside(vectors: Vectors, themes: Sequence[str]) -> Fit:
    """Return how every row fits the themes of the frame.

    `vectors` is ``float32[n, d]`` of unit rows, `themes` the adopted theme of each row, empty for new ideas. At least one row
    has a theme.
    """
    where = np.array(themes)
    names = sorted(set(themes) - {""})
    centroids = unit(np.stack([vectors[where == name].mean(axis=0) for name in names]), np.float32)
    near = np.asarray(vectors @ centroids.T, dtype=np.float64)
    least = np.array([np.quantile(near[where == name, number], FITTING) for number, name in enumerate(names)])
    order = np.argsort(-near, axis=1, kind="stable")
    first = order[:, 0]
    second = order[:, 1] if len(names) > 1 else first
    rows = np.arange(len(vectors))
    return Fit(
        nearest=tuple(names[n] for n in first),
        strength=near[rows, first].clip(0, 1),
        runner_up=tuple(names[n] for n in second),
        margin=(near[rows, first] - near[rows, second]).clip(0, 1),
        fits=near[rows, first] >= least[first],
    )


def is_new(vectors: Vectors, frame: Vectors, themes: Sequence[str]) -> bool:
    """Tell whether ideas that fit nowhere make a theme of their own.

    There must be enough of them, more
    like each other than like any theme, and about as much as ideas of one theme are.

    `vectors` are theirs; `frame` and `themes` are the rows and names of the adopted themes.
    """
    if len(vectors) < MIN_NEW:
        return False
    where = np.array(themes)
    groups = [frame[where == name] for name in sorted(set(themes))]
    own = _likeness(vectors)
    others = max(float(vectors.mean(axis=0) @ group.mean(axis=0)) for group in groups)
    return own > others and own >= _AS_CLOSE * float(np.median([_likeness(group) for group in groups]))


def _likeness(vectors: Vectors) -> float:
    """Return the mean cosine of two different rows; 1 for a single one."""
    n = len(vectors)
    middle = vectors.mean(axis=0, dtype=np.float64)
    return float((n * n * (middle @ middle) - n) / (n * (n - 1))) if n > 1 else 1.0
