"""Who is missing: those who took part against the district's own numbers, and the order if they were alike.

Weights are raked (iterative proportional fitting; Deming and Stephan 1940) to the shares of each population, one after the
other, and trimmed so that nobody weighs more than a set multiple of the mean. The price is the effective sample size
(Kish 1965): as many people as would tell as much with equal weights. Who took part chose to; no weighting makes them a sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.priority.groups import people_in_groups
from synthesis.priority.score import Weights, ranks, scores
from synthesis.priority.tally import tally, voices

Floats = NDArray[np.float64]
TRIM = 5.0
_ROUNDS = 200
_SURE = 1.645  # one-sided 95 %: a group counts as missing where chance alone would hardly leave so few


@dataclass(frozen=True, slots=True)
class Population:
    """How many people a district has, by group: ``people`` is group → count, ``values`` group → values that mean it.

    `by` is a column (role, school, language, grade_band, channel); `among` narrows it down, as ``{"role": "family"}``.
    """

    name: str
    by: str
    people: dict[str, int]
    among: dict[str, str] = field(default_factory=dict)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Representation:
    """`groups` has a row per population and group; `order` ``theme_id, rank, rank_reweighted``.

    `kendall_distance` is the share of pairs of themes that change places. `trimmed` people had their weight cut.
    """

    groups: pd.DataFrame
    order: pd.DataFrame
    people: int
    effective_people: float
    trimmed: int
    kendall_distance: float


def represent(
    contributions: pd.DataFrame,
    ideas: pd.DataFrame,
    assignments: pd.DataFrame,
    populations: Sequence[Population],
    *,
    weights: Weights | None = None,
    trim: float = TRIM,
) -> Representation:
    """Return how those who took part compare with the populations, and the order re-weighted to them.

    ``groups``: ``population, group, people`` (of those `among` which the population is), ``elsewhere`` (of the group, but not among them),
    ``among`` (them, in whatever group), ``known`` (of them, whose group is known), ``share, benchmark, benchmark_share, missing``. A group that nobody of took part cannot be weighted up; its row says so by ``people == 0``.
    """
    weights = weights or Weights()
    contributions = contributions.sort_values("contribution_id", ignore_index=True)
    said = people_in_groups(contributions)
    who = said.sort_values("heads", kind="stable").drop_duplicates("unit", keep="last").set_index("unit").sort_index()
    heads = who["heads"].to_numpy(dtype=float)
    member = [_member(who, population) for population in populations]
    weight, trimmed = rake(heads, member, [_shares(population) for population in populations], trim)
    before, after = _orders(contributions, ideas, assignments, said, who.index, weight, weights)
    order = pd.DataFrame({"theme_id": before.index, "rank": before.to_numpy(), "rank_reweighted": after.to_numpy()})
    total = heads * weight
    return Representation(
        groups=pd.concat(
            [_compared(p, m, who, heads) for p, m in zip(populations, member, strict=True)], ignore_index=True
        ),
        order=order.sort_values("rank", ignore_index=True),
        people=int(heads.sum()),
        effective_people=float(total.sum() ** 2 / (heads * weight**2).sum()),
        trimmed=int(heads[trimmed].sum()),
        kendall_distance=_kendall_distance(before.to_numpy(), after.to_numpy()),
    )


def rake(
    heads: Floats, member: Sequence[NDArray[np.int64]], shares: Sequence[Floats], trim: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return a weight per person (mean 1) and who was trimmed.

    `member` holds for each population the group of each person (-1: of another population, or not known), `shares` the
    groups' target shares. People whose group is not known keep the weight that other populations give them.
    """
    weight, mean = np.ones(len(heads)), heads.sum()
    for _ in range(_ROUNDS):
        last = weight
        weight = weight.copy()
        for group, share in zip(member, shares, strict=True):
            inside = group >= 0
            now = np.bincount(group[inside], weights=(heads * weight)[inside], minlength=len(share))
            there = now > 0
            if not there.any():
                continue
            goal = np.where(there, share, 0.0) / share[there].sum() * now.sum()
            weight[inside] *= np.divide(goal, now, out=np.ones_like(now), where=there)[group[inside]]
        for _ in range(_ROUNDS):  # cutting lowers the mean, and raising it again lifts what was cut
            weight = np.clip(weight * mean / (heads * weight).sum(), 1 / trim, trim)
            if abs(mean / (heads * weight).sum() - 1) < 1e-9:
                break
        if np.abs(weight - last).max() < 1e-9:
            break
    return weight, weight >= trim * (1 - 1e-6)


def _group(who: pd.DataFrame, population: Population) -> NDArray[np.int64]:
    """Return the number of each person's group, in the population or not; -1 where it is none of them or not known."""
    groups = list(population.people)
    of = {value: number for number, name in enumerate(groups) for value in population.values.get(name, (name,))}
    return np.asarray(who[population.by].map(of).fillna(-1).to_numpy(dtype=np.int64))


def _member(who: pd.DataFrame, population: Population) -> NDArray[np.int64]:
    """Return the number of each person's group, -1 also where the person is not of the population."""
    return np.asarray(np.where(_among(who, population), _group(who, population), -1), dtype=np.int64)


def _among(who: pd.DataFrame, population: Population) -> NDArray[np.bool_]:
    """Return who is of the population."""
    inside = np.ones(len(who), dtype=bool)
    for column, value in population.among.items():
        inside &= who[column].eq(value).to_numpy()
    return inside


def _shares(population: Population) -> Floats:
    """Return the shares of the groups of a population."""
    count = np.array(list(population.people.values()), dtype=float)
    return np.asarray(count / count.sum())


def _compared(population: Population, group: NDArray[np.int64], who: pd.DataFrame, heads: Floats) -> pd.DataFrame:
    """Return the rows of one population."""
    share, anywhere = _shares(population), _group(who, population)
    people = np.bincount(group[group >= 0], weights=heads[group >= 0], minlength=len(share))
    in_all = np.bincount(anywhere[anywhere >= 0], weights=heads[anywhere >= 0], minlength=len(share))
    known = people.sum()
    low = share * known - _SURE * np.sqrt(np.maximum(share * (1 - share) * known, 0))
    return pd.DataFrame(
        {
            "population": population.name,
            "group": list(population.people),
            "people": people.astype(int),
            "elsewhere": (in_all - people).astype(int),
            "among": int(heads[_among(who, population)].sum()),
            "known": int(known),
            "share": people / known if known else 0.0,
            "benchmark": list(population.people.values()),
            "benchmark_share": share,
            "missing": (people < low) & (people < 0.8 * share * known) if known else True,
        }
    )


def _orders(
    contributions: pd.DataFrame,
    ideas: pd.DataFrame,
    assignments: pd.DataFrame,
    said: pd.DataFrame,
    people: pd.Index,
    weight: Floats,
    weights: Weights,
) -> tuple[pd.Series, pd.Series]:
    """Return theme id → rank, as it is and re-weighted. A campaign, one voice, has the mean weight of its senders."""
    placed = ideas[["idea_id", "contribution_id"]].merge(assignments[["idea_id", "theme_id"]], on="idea_id")
    counted = tally(placed.rename(columns={"theme_id": "place"}), contributions)
    each = said["unit"].map(pd.Series(weight, index=people))
    times = each.groupby(voices(contributions)["voice_key"].to_numpy(), sort=True).mean().to_numpy(dtype=float)
    found = [
        ranks(scores(*counted.sums(row), weights))[0] for row in (None, np.asarray(times, dtype=np.float64)[None, :])
    ]
    return pd.Series(found[0], index=counted.themes), pd.Series(found[1], index=counted.themes)


def _kendall_distance(left: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    """Return the share of pairs that stand the other way round; 0 where there is no pair."""
    upper = np.triu_indices(len(left), 1)
    turned = np.sign(left[:, None] - left)[upper] != np.sign(right[:, None] - right)[upper]
    return float(turned.mean()) if len(turned) else 0.0
