"""Groups compared, and channels against each other: from the shown counts alone, corrected for how many are compared.

Everything here is made of the `Groups` frame, so that it tells no count that the frame does not. A group is set against all
others who took part. Differences of two shares have Newcombe's (1998) hybrid score interval; what counts as a difference
survives Holm's (1979) correction over all comparisons that are made at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import erfc, sqrt

import numpy as np
import pandas as pd

from synthesis.groups import ALL, DIMENSIONS

LEVEL = 0.05
"""The chance that any one of all differences named is none."""
_Z = 1.96
_UNSAID = frozenset({"", "unknown", "und"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """How often a group spoke to a theme against all others. `apart`: the difference holds with all others compared at once."""

    theme_id: str
    dimension: str
    group: str
    people: int
    took_part: int
    others: int
    others_took_part: int
    difference: float
    low: float
    high: float
    apart: bool


class Verdict(StrEnum):
    """How often a theme was heard in a channel against what it would be if all channels spoke alike."""

    MORE = "more"
    LESS = "less"
    AS_EXPECTED = "as_expected"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True, slots=True)
class Triangle:
    """A theme in a channel: people seen, and expected by the channel's share of all who took part (None where not shown)."""

    theme_id: str
    channel: str
    seen: int | None
    expected: float | None
    verdict: Verdict


def compare(groups: pd.DataFrame, dimensions: Sequence[str] = ("role", "school", "language")) -> list[Comparison]:
    """Return every comparison that shown counts allow, those that are apart first, then the largest differences.

    `groups` is the `Groups` frame. Who did not say their group is in no group of their own, but among the others.
    """
    made = [found for dimension in dimensions for found in _of(groups, dimension)]
    apart = _holm(np.array([p for _, p in made]))
    found = [Comparison(*said, apart=bool(holds)) for (said, _), holds in zip(made, apart, strict=True)]
    return sorted(found, key=lambda c: (not c.apart, -abs(c.difference), c.theme_id, c.dimension, c.group))


def triangulate(groups: pd.DataFrame) -> list[Triangle]:
    """Return each theme in each channel where people took part: seen, expected, and what that says."""
    own = _margin(groups, "channel")
    channels = own.loc[own["theme_id"].eq("") & (own["people"].gt(0) | ~own["shown"]), "channel"].tolist()
    themes = sorted(set(own["theme_id"]) - {""})
    compared = {(c.theme_id, c.group): c for c in compare(groups, ("channel",))}
    result = []
    for theme_id in themes:
        for channel in channels:
            found = compared.get((theme_id, channel))
            if found is None:
                result.append(Triangle(theme_id, channel, None, None, Verdict.NOT_SHOWN))
                continue
            everyone = found.people + found.others
            expected = found.took_part * everyone / (found.took_part + found.others_took_part)
            direction = Verdict.MORE if found.difference > 0 else Verdict.LESS
            verdict = direction if found.apart else Verdict.AS_EXPECTED
            result.append(Triangle(theme_id, channel, found.people, round(expected, 1), verdict))
    return result


def newcombe(first: int, of_first: int, second: int, of_second: int) -> tuple[float, float]:
    """Return the 95 % interval of the difference of two shares (Newcombe 1998, method 10)."""
    share, other = first / of_first, second / of_second
    low, high = _wilson(first, of_first)
    other_low, other_high = _wilson(second, of_second)
    difference = share - other
    return (
        difference - sqrt((share - low) ** 2 + (other_high - other) ** 2),
        difference + sqrt((high - share) ** 2 + (other - other_low) ** 2),
    )


def _margin(groups: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """Return the rows that tell the groups of one dimension."""
    rest = [other for other in DIMENSIONS if other != dimension]
    return groups[groups[rest].isin([ALL]).all(axis=1) & groups[dimension].ne(ALL)]


def _of(
    groups: pd.DataFrame, dimension: str
) -> list[tuple[tuple[str, str, str, int, int, int, int, float, float, float], float]]:
    """Return the comparisons of one dimension without their verdict, and the p-value of each."""
    totals = groups[groups[list(DIMENSIONS)].isin([ALL]).all(axis=1)].set_index("theme_id")["people"]
    own = _margin(groups, dimension)
    own = own[own["shown"] & ~own[dimension].isin(_UNSAID)]
    base = own[own["theme_id"].eq("")].set_index(dimension)["people"]
    result = []
    for theme_id, group, people in own.loc[own["theme_id"].ne(""), ["theme_id", dimension, "people"]].itertuples(
        index=False
    ):
        took_part = int(base.get(group, 0))
        others, others_took_part = int(totals[theme_id]) - int(people), int(totals[""]) - took_part
        if not took_part > 0 or not others_took_part > 0:
            continue
        # A household that speaks for two about one theme and for one about another can exceed its base by a head.
        said, rest = min(int(people), took_part), min(max(others, 0), others_took_part)
        low, high = newcombe(said, took_part, rest, others_took_part)
        difference = said / took_part - rest / others_took_part
        row = (str(theme_id), dimension, str(group), said, took_part, rest, others_took_part, difference, low, high)
        result.append((row, _score_test(said, took_part, rest, others_took_part)))
    return result


def _wilson(people: int, base: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    share = people / base
    middle = share + _Z**2 / (2 * base)
    half = _Z * sqrt(share * (1 - share) / base + _Z**2 / (4 * base**2))
    return (middle - half) / (1 + _Z**2 / base), (middle + half) / (1 + _Z**2 / base)


def _score_test(first: int, of_first: int, second: int, of_second: int) -> float:
    """Return the two-sided p-value that two shares are the same (pooled score test)."""
    pooled = (first + second) / (of_first + of_second)
    spread = sqrt(pooled * (1 - pooled) * (1 / of_first + 1 / of_second))
    return erfc(abs(first / of_first - second / of_second) / spread / sqrt(2)) if spread > 0 else 1.0


def _holm(p: np.ndarray) -> np.ndarray:
    """Return which hypotheses Holm's procedure rejects at `LEVEL`."""
    order = np.argsort(p, kind="stable")
    holds = p[order] <= LEVEL / np.maximum(len(p) - np.arange(len(p)), 1)
    rejected = np.zeros(len(p), dtype=bool)
    rejected[order] = np.logical_and.accumulate(holds)
    return rejected
