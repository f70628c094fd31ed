"""How far coders agree, beyond what chance alone would give: Krippendorff's alpha for nominal codes.

Method: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability"; any number of coders, missing codes allowed.
Intervals by resampling the coded things with replacement (Efron 1979): the coders and the codes stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthesis.themes.quality import LEVEL

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

NOT_CODED = -1
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over the `units` that two coders or more coded: 1 is perfect, 0 what chance gives, below 0 is worse.

    `same` is the share of pairs of codes of one unit that are the same. The interval is of 90 %. All of it is None where
    nothing was coded twice; alpha is None where nothing varies, for then chance alone would agree too.
    """

    units: int
    same: float | None
    alpha: float | None
    low: float | None
    high: float | None


def agreement(codes: Codes, *, seed: int = 0, draws: int = DRAWS) -> Agreement:
    """Return the agreement of coders. `codes` is ``int[coders, units]``; `NOT_CODED` where a coder gave none."""
    counts = _counts(codes)
    if not len(counts):
        return Agreement(0, None, None, None, None)
    alike = _alike(counts)
    alpha = float(_alpha(alike.sum()[None], counts.sum(axis=0)[None])[0])
    same = float(alike.sum() / counts.sum())
    if np.isnan(alpha):
        return Agreement(len(counts), same, None, None, None)
    rng = np.random.default_rng(seed)
    times = rng.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=draws).astype(float)
    drawn = _alpha(times @ alike, times @ counts)
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Agreement(len(counts), same, alpha, float(min(low, alpha)), float(max(high, alpha)))


def _counts(codes: Codes) -> Floats:
    """Return how often each code was given to each unit, ``[units, codes]``, of units with two codes or more."""
    given = codes != NOT_CODED
    n_codes = int(codes.max(initial=NOT_CODED)) + 1
    counts = np.zeros((codes.shape[1], max(n_codes, 1)))
    coder, unit = np.nonzero(given)
    np.add.at(counts, (unit, codes[coder, unit]), 1.0)
    return np.asarray(counts[counts.sum(axis=1) >= 2])


def _alike(counts: Floats) -> Floats:
    """Return per unit its values on the diagonal of the coincidence matrix: Σ_c n_c (n_c − 1) / (m − 1)."""
    return np.asarray((counts * (counts - 1)).sum(axis=1) / (counts.sum(axis=1) - 1))


def _alpha(alike: Floats, totals: Floats) -> Floats:
    """Return alpha of each draw from what is alike ``[draws]`` and how often each code was given ``[draws, codes]``."""
    n = totals.sum(axis=1)
    by_chance = (totals * (totals - 1)).sum(axis=1)
    varies = n * (n - 1) - by_chance
    found = ((n - 1) * alike - by_chance) / np.where(varies > 0, varies, 1.0)
    return np.asarray(np.where(varies > 0, found, np.nan))
