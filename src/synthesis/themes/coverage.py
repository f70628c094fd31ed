"""Would more listening bring anything new? Sample coverage and discovery curves over themes and strands.

A *unit* is what listening adds one at a time (a voice, or a whole session); a *class* is what it may raise (a theme or a strand).
The frequencies are incidences: by how many units each class was raised. Methods: Good's (1953) coverage as improved by
Chao and Jost (2012); rarefaction and extrapolation of incidences by Colwell et al. (2012); the classes not seen yet by
Chao's (1987) lower bound; intervals by resampling the estimated assemblage with its unseen classes (Chao et al. 2014, appendix G),
as the spread of the estimate around what is true in each resample.

What is not raised often enough to be made a class cannot be counted as one: see the method note on what that hides.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from synthesis.themes.quality import LEVEL

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

DRAWS = 200
_POINTS = range(4, 17)
"""Few points for few units: from a whole curve one could read by how many each class was raised."""
_BEYOND = 1.5
"""How far a curve is drawn beyond what was heard. Extrapolation holds up to about twice the number of units (Colwell et al. 2012)."""
_STEPS = (100, 10, 1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What `units` raised: so many classes; `coverage` is the share of what the next unit raises that was raised before.

    The last `step` units raised `last_new` classes that none before them had raised, on the average over all orders; `step`
    more would raise `next_new`. Intervals are of 90 %.
    """

    units: int
    raised: int
    coverage: float
    coverage_low: float
    coverage_high: float
    step: int
    last_new: float
    next_new: float
    next_low: float
    next_high: float


def coverage(counts: Counts, units: int, *, seed: int = 0, draws: int = DRAWS) -> Coverage:
    """Return what `units` raised; `counts` holds for each class that was raised by how many units it was (``int[classes]``)."""
    counts = counts[counts > 0]
    step = next((size for size in _STEPS if 2 * size <= units), 1)
    before, now, after = curve(counts, units, np.array([units - step, units, units + step]))
    share = covered(*_ones_and_twos(counts[None]), counts.sum()[None], units)
    chances, drawn = _assemblages(counts, units, seed, draws)
    ones, twos = _ones_and_twos(drawn)
    # In each resampled assemblage the truth is known: what matters is how far the estimate lies off it.
    met = drawn > 0
    off = covered(ones, twos, drawn.sum(axis=1), units) - (met * chances).sum(axis=1) / chances.sum()
    low, high = _ends(share, off, 1.0)
    to_come = (~met * (1.0 - (1.0 - chances) ** step)).sum(axis=1)
    fewest, most = _ends(after - now, expected_new(ones, twos, units, step) - to_come, np.inf)
    return Coverage(
        units=units,
        raised=len(counts),
        coverage=float(share[0]),
        coverage_low=low,
        coverage_high=high,
        step=step,
        last_new=float(now - before),
        next_new=float(after - now),
        next_low=fewest,
        next_high=most,
    )


def sizes(units: int) -> Counts:
    """Return the numbers of units at which a curve is drawn: evenly, up to half as many again as there are."""
    points = min(max(units // 10, _POINTS.start), _POINTS.stop - 1)
    return np.unique([*np.linspace(1, _BEYOND * units, points).round().astype(np.int64).tolist(), units])


def curve(counts: Counts, units: int, at: Counts) -> Floats:
    """Return how many classes so many units raise on the average over all orders; beyond `units`, how many are to be expected."""
    counts = counts[counts > 0]
    ones, twos = _ones_and_twos(counts[None])
    more = np.maximum(at - units, 0)
    beyond = np.array([float(expected_new(ones, twos, units, int(m))[0]) for m in more])
    fewer = np.minimum(at, units)[:, None]
    left = np.maximum(units - counts[None] - fewer, 0)
    # The chance that none of the units which raised the class is among so many drawn without replacement.
    missed = gammaln(units - counts + 1) + gammaln(units - fewer + 1) - gammaln(left + 1) - gammaln(units + 1)
    missed = np.where(units - counts[None] >= fewer, np.exp(missed), 0.0)
    return np.asarray((1.0 - missed).sum(axis=1) + beyond)


def covered(ones: Floats, twos: Floats, total: NDArray[np.integer], units: int) -> Floats:
    """Return the sample coverage from how many classes one unit and two units raised, and all incidences (arrays alike).

    With single individuals as units (total = units) this is Chao and Jost's estimator for abundances.
    """
    unseen_once = np.where(twos > 0, ones, np.maximum(ones - 1, 0.0))
    twos = np.where(twos > 0, twos, 1.0)
    most = (units - 1) * unseen_once
    # With nothing raised twice and one thing raised once, the bias-corrected form would say that all is covered.
    factor = np.where(ones > 0, np.where(most > 0, most / (most + 2 * twos), 1.0), 0.0)
    return np.asarray(np.where(total > 0, 1.0 - ones / np.maximum(total, 1) * factor, 0.0))


def unseen(ones: Floats, twos: Floats, units: int) -> Floats:
    """Return at least how many classes nobody has raised yet (Chao 1987)."""
    pairs = np.where(twos > 0, ones**2 / np.maximum(2 * twos, 1.0), ones * (ones - 1) / 2)
    return np.asarray((units - 1) / units * pairs)


def expected_new(ones: Floats, twos: Floats, units: int, more: int) -> Floats:
    """Return how many classes `more` units are expected to raise that none of the `units` before raised."""
    left = unseen(ones, twos, units)
    rate = np.where(left > 0, ones / np.maximum(units * left + ones, 1e-12), 0.0)
    return np.asarray(left * (1.0 - (1.0 - rate) ** more))


def _ones_and_twos(counts: Counts) -> tuple[Floats, Floats]:
    """Return how many classes one unit and two units raised, for each row of ``int[rows, classes]``."""
    return (counts == 1).sum(axis=1).astype(float), (counts == 2).sum(axis=1).astype(float)


def _ends(value: Floats, off: Floats, ceiling: float) -> tuple[float, float]:
    """Return the interval of an estimate from how far resampled estimates lie off the truth."""
    most, least = np.quantile(off, [(1 + LEVEL) / 2, (1 - LEVEL) / 2])
    one = float(value.item())
    return float(np.clip(one - most, 0.0, one)), float(np.clip(one - least, one, ceiling))


def _assemblages(counts: Counts, units: int, seed: int, draws: int) -> tuple[Floats, Counts]:
    """Return the estimated chances of all classes, those unseen included, and resampled counts ``int[draws, classes]`` from them."""
    ones, twos = _ones_and_twos(counts[None])
    left = ceil(float(unseen(ones, twos, units)[0]) - 1e-9)
    gap = float(1.0 - covered(ones, twos, counts.sum()[None], units)[0]) * float(counts.sum()) / units
    seen = counts / units
    absent = seen * (1.0 - seen) ** units
    shrink = min(gap / float(absent.sum()), 1.0) if left and absent.sum() > 0 else 0.0
    chances = np.concatenate([seen * (1.0 - shrink * (1.0 - seen) ** units), np.full(left, gap / max(left, 1))])
    chances = chances.clip(0.0, 1.0)
    return chances, np.asarray(np.random.default_rng(seed).binomial(units, chances, size=(draws, len(chances))))
