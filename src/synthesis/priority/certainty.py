"""How sure the order is: resamples of people, rank intervals, and what depends on the weights or on one voice.

A rank that is read off noisy scores lies further out than it should: the theme that leads has luck on its side too.
Percentiles of bootstrap ranks repeat that luck. Scores are therefore drawn from the normal-normal posterior, that is
shrunk towards their mean by the share of their spread that is not noise (Efron and Morris 1975; for ranks Laird and
Louis 1989), with the bootstrap (Efron 1979) as the noise. `synthesis bench priority` measures how often the intervals
hold the true rank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthesis.priority.score import Weights, ranks, scores
from synthesis.priority.tally import Floats, Tally

BOOTSTRAPS = 1000
LEVEL = 0.9
TOP = 5
_WEIGHTINGS = 2000
_CHUNK = 25


@dataclass(frozen=True, slots=True)
class Certainty:
    """Per theme, in the order of `Tally.themes`: 90 % rank interval, chance of the top five, chance to stand above each other."""

    rank_low: NDArray[np.int64]
    rank_high: NDArray[np.int64]
    p_top: Floats
    p_above: Floats


def resampled(tally: Tally, weights: Weights, seed: int, draws: int = BOOTSTRAPS) -> Floats:
    """Return scores ``[draws, themes]`` with voices drawn again with replacement."""
    rng = np.random.default_rng(seed)
    parts = []
    for start in range(0, draws, _CHUNK):
        size = min(_CHUNK, draws - start)
        times = np.empty((size, tally.n_voices))
        for row in times:
            row[:] = np.bincount(rng.integers(tally.n_voices, size=tally.n_voices), minlength=tally.n_voices)
        parts.append(scores(*tally.sums(times), weights))
    return np.concatenate(parts)


def certainty(score: Floats, draws: Floats) -> Certainty:
    """Return how sure the ranks of `score` ``[themes]`` are, from its resamples ``[draws, themes]``."""
    likely = ranks(posterior(score, draws))
    low, high = central(likely, ranks(score))
    above = (likely[:, :, None] < likely[:, None, :]).mean(axis=0)
    return Certainty(low, high, (likely <= TOP).mean(axis=0), above)


def posterior(score: Floats, draws: Floats) -> Floats:
    """Return likely true scores ``[draws, themes]``: scores shrunk towards their mean, with the resamples' spread around them."""
    noise = draws - draws.mean(axis=0)
    variance = noise.var(axis=0)
    between = max(float(score.var(ddof=1)) - float(variance.mean()), 0.0) if len(score) > 1 else 0.0
    keep = between / np.maximum(between + variance, 1e-12)
    keep = np.where(variance > 0, keep, 1.0)
    mean = float(score.mean())
    return np.asarray(mean + keep * (score - mean) + np.sqrt(keep) * noise)


def central(likely: NDArray[np.int64], rank: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the central interval of each theme's likely ranks that holds nearest to `LEVEL` of them, and the rank itself.

    Ranks are whole numbers: an interval that must hold at least 90 % would hold more on the average.
    """
    n_draws, n_themes = likely.shape
    counts = np.stack([np.bincount(column, minlength=n_themes + 1)[1:] for column in likely.T])
    upto = np.cumsum(counts, axis=1) / n_draws
    best = np.full(n_themes, np.inf)
    low, high = rank.copy(), rank.copy()
    for tail in np.linspace(0.0, 1 - LEVEL, 101):
        first = np.minimum((upto <= tail).sum(axis=1), n_themes - 1)
        last = np.maximum(np.minimum((upto < 1 - tail).sum(axis=1), n_themes - 1), first)
        below = np.where(first > 0, np.take_along_axis(upto, np.maximum(first - 1, 0)[:, None], 1)[:, 0], 0.0)
        mass = np.take_along_axis(upto, last[:, None], 1)[:, 0] - below
        off = np.abs(mass - LEVEL)
        nearer = off < best - 1e-12
        low[nearer], high[nearer] = first[nearer] + 1, last[nearer] + 1
        best = np.minimum(best, off)
    return np.minimum(low, rank), np.maximum(high, rank)


def weightings(parts: Floats, seed: int) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Return, over all weights that sum to one (uniform on the simplex), the share with a theme in the top five and its ranks' middle 90 %.

    `parts` is ``[themes, components]``.
    """
    rng = np.random.default_rng(seed)
    drawn = ranks(rng.dirichlet(np.ones(parts.shape[1]), size=_WEIGHTINGS) @ parts.T)
    low, high = np.percentile(drawn, (5, 95), axis=0, method="nearest")
    return (drawn <= TOP).mean(axis=0), low.astype(np.int64), high.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Influence:
    """By how many places a theme moves at most when any one voice, campaign or channel is left out."""

    participant: NDArray[np.int64]
    campaign: NDArray[np.int64]
    channel: NDArray[np.int64]


def influence(tally: Tally, weights: Weights) -> Influence:
    """Return what the loudest single voice, campaign and channel do to the order. Voices alike in every cell are tried once."""
    spoke, took_part = tally.sums()
    rank = ranks(scores(spoke, took_part, weights))[0]
    alike: dict[tuple[bytes, bytes, bytes], int] = {}
    for voice in range(tally.n_voices):
        cells = tally.spoke.indices[tally.spoke.indptr[voice] : tally.spoke.indptr[voice + 1]]
        where = tally.took_part.indices[tally.took_part.indptr[voice] : tally.took_part.indptr[voice + 1]]
        alike.setdefault((cells.tobytes(), where.tobytes(), tally.heads[voice].tobytes()), voice)
    one = np.fromiter(alike.values(), dtype=np.int64)
    without = np.ones((len(tally.channels), *took_part.shape))
    without[np.arange(len(tally.channels)), 0, np.arange(len(tally.channels))] = 0.0
    channel = np.zeros(len(rank), dtype=np.int64)
    if len(without) > 1:  # without the only one there is no order to compare with
        less = ranks(scores(spoke * without, (took_part * without)[:, 0], weights))
        channel = np.abs(less - rank).max(axis=0)

    def moved(left_out: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the largest move of each theme when any one of these voices is left out."""
        most = np.zeros(len(rank), dtype=np.int64)
        for start in range(0, len(left_out), 8 * _CHUNK):
            some = left_out[start : start + 8 * _CHUNK]
            less = spoke - tally.spoke[some].toarray().reshape(len(some), *spoke.shape[1:])
            fewer = took_part - tally.took_part[some].toarray().reshape(len(some), *took_part.shape[1:])
            places = np.abs(ranks(scores(less, fewer, weights)) - rank)
            most = np.maximum(most, places.max(axis=0, initial=0))
        return most

    return Influence(participant=moved(one), campaign=moved(np.flatnonzero(tally.campaign)), channel=channel)
