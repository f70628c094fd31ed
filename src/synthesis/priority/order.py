"""The order of themes: how many people, over how many channels and roles. Pure arithmetic, every component a column.

People are counted, not lines. A person counts once per theme however often they spoke. Where nobody knows whether two
rows came from one person, the low count takes them for one and the high count for two. Breadth is Hill's effective
number of order 1 (Hill 1973; Jost 2006) over the shares that each channel's (role's) own people gave to a theme, so
that a large channel cannot make a theme look broad. Rank intervals are 90 % intervals of a bootstrap over people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.frames import Priorities, Reach
from synthesis.model import Role, Voice

BOOTSTRAPS = 200
_INTERVAL = (5, 95)
_ANONYMOUS = "a:"
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each component counts in the order. They need not sum to one."""

    reach: float = 0.6
    channels: float = 0.2
    roles: float = 0.2

    def as_array(self) -> Floats:
        """Return the weights, summing to one."""
        raw = np.array([self.reach, self.channels, self.roles])
        return np.asarray(raw / raw.sum()) if raw.sum() > 0 else np.array([1.0, 0.0, 0.0])


@dataclass(frozen=True, slots=True)
class _Voices:
    """People x themes: incidence, how many each row of people stands for, and their groups as one-hot columns."""

    incidence: Floats
    people: Floats
    channels: Floats
    roles: Floats


def people(frame: pd.DataFrame) -> tuple[int, int]:
    """Return (low, high) people behind contributions.

    `frame` has ``participant_key, export_sha256, sheet, room, voice, speaks_for_low, speaks_for_high``. Known people
    count once. Rows of unknown people each count as one in the high count; in the low count, unknown rows of one
    session's notes or transcript count as one person.
    """
    if frame.empty:
        return 0, 0
    unknown = frame["participant_key"].str.startswith(_ANONYMOUS)
    known = frame[~unknown].groupby("participant_key")[["speaks_for_low", "speaks_for_high"]].max()
    others = frame[unknown]
    written = others["voice"].eq(Voice.VERBATIM)
    low = int(known["speaks_for_low"].sum()) + int(others.loc[written, "speaks_for_low"].sum())
    low += int(others[~written].groupby(["export_sha256", "sheet", "room"]).ngroups)
    high = int(known["speaks_for_high"].sum()) + int(others["speaks_for_high"].sum())
    return low, max(low, high)


def rank_themes(
    contributions: pd.DataFrame,
    ideas: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    weights: Weights | None = None,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the `Priorities` frame (themes by rank, each followed by its subthemes) and the `Reach` frame.

    Frames are those of `synthesis.frames`; empty `subtheme_id` means that the theme has no subthemes.
    """
    weights = weights or Weights()
    spoken = (
        ideas[["idea_id", "contribution_id"]]
        .merge(assignments[["idea_id", "theme_id", "subtheme_id"]], on="idea_id", validate="1:1")
        .merge(contributions, on="contribution_id", validate="m:1")
    )
    base = people(contributions)
    top = _ranked(spoken.assign(place=spoken["theme_id"]), contributions, base[0], weights, seed, level=1)
    parts = [top]
    for theme_id in top["theme_id"]:
        inside = spoken[(spoken["theme_id"] == theme_id) & (spoken["subtheme_id"] != "")]
        if not inside.empty:
            parts.append(
                _ranked(inside.assign(place=inside["subtheme_id"]), contributions, base[0], weights, seed, level=2)
            )
    priorities = pd.concat(parts, ignore_index=True)
    return Priorities.validate(priorities), Reach.validate(_reach(spoken, contributions))


def _ranked(
    spoken: pd.DataFrame, everyone: pd.DataFrame, base: int, weights: Weights, seed: int, level: int
) -> pd.DataFrame:
    """Return the rows of one level (or of one theme's subthemes), in rank order."""
    places = sorted(spoken["place"].unique())
    voices = _voices(spoken, everyone, places)
    n_people = len(voices.people)
    components = _components(voices, np.ones(n_people))
    score = components @ weights.as_array()
    honest = spoken["campaign_id"].eq("")
    without = _components(_voices(spoken[honest], everyone, places), None) @ weights.as_array()
    rng = np.random.default_rng(seed)
    ranks = np.empty((BOOTSTRAPS, len(places)))
    for draw in range(BOOTSTRAPS):
        times = rng.multinomial(n_people, np.full(n_people, 1 / n_people)).astype(float)
        ranks[draw] = _rank(_components(voices, times) @ weights.as_array())
    low, high = np.percentile(ranks, _INTERVAL, axis=0)
    rank = _rank(score)
    rows = []
    for index, place in enumerate(places):
        own = spoken[spoken["place"] == place].drop_duplicates("contribution_id")
        people_low, people_high = people(own)
        channels, roles = _spread(voices, index)
        rows.append(
            {
                "theme_id": place,
                "level": level,
                "rank": int(rank[index]),
                "rank_low": min(int(np.floor(low[index])), int(rank[index])),
                "rank_high": max(int(np.ceil(high[index])), int(rank[index])),
                "rank_without_campaigns": int(_rank(without)[index]),
                "score": round(float(score[index]), 6),
                "people_low": people_low,
                "people_high": people_high,
                "people_base": base,
                "share_people": round(min(people_low / base, 1.0), 6) if base else 0.0,
                "n_contributions": len(own),
                "n_ideas": int((spoken["place"] == place).sum()),
                "n_channels": int(own["channel"].nunique()),
                "n_roles": int(own.loc[own["role"] != Role.UNKNOWN, "role"].nunique()),
                "n_schools": int(own.loc[own["school"] != "", "school"].nunique()),
                "effective_channels": round(channels, 4),
                "effective_roles": round(roles, 4),
                "reach_component": round(float(components[index, 0]), 6),
                "channels_component": round(float(components[index, 1]), 6),
                "roles_component": round(float(components[index, 2]), 6),
            }
        )
    return pd.DataFrame(rows).sort_values("rank", kind="stable", ignore_index=True)


def _voices(spoken: pd.DataFrame, everyone: pd.DataFrame, places: list[str]) -> _Voices:
    """Return the people of `spoken` with what they spoke to. One row per person, channel and role."""
    units = spoken.groupby(["participant_key", "channel", "role"], sort=True)
    number = units.ngroup().to_numpy()
    heads = units["speaks_for_low"].max()
    incidence = np.zeros((len(heads), len(places)))
    incidence[number, pd.Categorical(spoken["place"], categories=places).codes] = 1.0
    keys = heads.index.to_frame(index=False)
    channels = sorted(everyone["channel"].unique())
    roles = sorted(set(everyone["role"].unique()) - {Role.UNKNOWN.value})
    return _Voices(
        incidence,
        heads.to_numpy(dtype=float),
        _one_hot(keys["channel"], channels),
        _one_hot(keys["role"], roles),
    )


def _one_hot(values: pd.Series[str], groups: list[str]) -> Floats:
    """Return one column of 0 and 1 per group; a single column of 0 where there is no group."""
    codes = pd.Categorical(values, categories=groups).codes
    columns = np.zeros((len(values), max(len(groups), 1)))
    member = codes >= 0
    columns[np.flatnonzero(member), codes[member]] = 1.0
    return columns


def _components(voices: _Voices, times: Floats | None) -> Floats:
    """Return reach, channel breadth and role breadth (each 0-1) per theme, with each person taken `times` times."""
    heads = voices.people if times is None else voices.people * times
    reached = voices.incidence.T @ heads
    reach = reached / max(float(reached.max(initial=0.0)), 1e-12)
    channels = _effective(voices.incidence, heads, voices.channels) / voices.channels.shape[1]
    roles = _effective(voices.incidence, heads, voices.roles) / voices.roles.shape[1]
    return np.column_stack([reach, channels, roles])


def _effective(incidence: Floats, heads: Floats, groups: Floats) -> Floats:
    """Return per theme the effective number of groups, over each group's own share of people who spoke to it."""
    spoke = incidence.T @ (groups * heads[:, None])
    share = spoke / np.maximum(groups.T @ heads, 1e-12)
    part = share / np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    entropy = -(part * np.log(np.maximum(part, 1e-12))).sum(axis=1)
    return np.where(spoke.sum(axis=1) > 0, np.exp(entropy), 0.0)


def _spread(voices: _Voices, index: int) -> tuple[float, float]:
    """Return the effective numbers of channels and roles of one theme."""
    channels = _effective(voices.incidence, voices.people, voices.channels)[index]
    roles = _effective(voices.incidence, voices.people, voices.roles)[index]
    return float(channels), float(roles)


def _rank(score: Floats) -> NDArray[np.int64]:
    """Return ranks from 1, the largest score first; equal scores in the order of their theme ids."""
    order = np.argsort(-np.round(score, 9), kind="stable")
    rank = np.empty(len(score), dtype=np.int64)
    rank[order] = np.arange(1, len(score) + 1)
    return rank


def _reach(spoken: pd.DataFrame, everyone: pd.DataFrame) -> pd.DataFrame:
    """Return theme x group counts of people, with each group's own base."""
    rows = []
    for dimension in ("channel", "role", "school", "language"):
        bases = {str(value): people(part)[0] for value, part in everyone.groupby(dimension)}
        for column in ("theme_id", "subtheme_id"):
            part = spoken[spoken[column] != ""]
            for (theme_id, value), own in part.groupby([column, dimension], sort=True):
                once = own.drop_duplicates("contribution_id")
                low, high = people(once)
                rows.append((theme_id, dimension, value, low, high, bases[str(value)], len(once)))
    columns = [
        "theme_id",
        "dimension",
        "value",
        "people_low",
        "people_high",
        "people_base",
        "n_contributions",
    ]
    return pd.DataFrame(rows, columns=columns)
