"""People by group, as far as they may be shown: what the app, the briefs and the reports say of who spoke.

Everything here is made of the shown counts of the `Groups` frame alone, so that no choice of groups and no subtraction
of two answers tells more than the frame does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pandas as pd

from synthesis.model import Stance
from synthesis.published import PublishedRun

ALL = "*"
DIMENSIONS = ("channel", "role", "school", "language")


@dataclass(frozen=True, slots=True)
class GroupCount:
    """People of one group who spoke to a theme, and how many of the group took part; None where it is not shown."""

    group: str
    people: int
    took_part: int | None


def people_among(
    run: PublishedRun, channels: Sequence[str] = (), roles: Sequence[str] = ()
) -> tuple[pd.DataFrame, int, bool]:
    """Return people per theme among those of the channels and roles named (all where none is): at least so many.

    The frame has ``theme_id, people, whole``, most people first; `whole` is false where groups of the choice are not
    shown and not counted. Then follow how many of the choice took part, and whether that is all of them.
    """
    groups = run.groups[run.groups["school"].eq(ALL) & run.groups["language"].eq(ALL)]
    chosen = groups[groups["channel"].isin(channels or [ALL]) & groups["role"].isin(roles or [ALL])]
    counted = chosen.groupby("theme_id").agg(people=("people", "sum"), whole=("shown", "all")).reset_index()
    everyone = counted["theme_id"].eq("")
    frame = counted[~everyone].sort_values(["people", "theme_id"], ascending=[False, True], ignore_index=True)
    return frame, int(counted.loc[everyone, "people"].sum()), bool(counted.loc[everyone, "whole"].all())


def counts_by(run: PublishedRun, theme_id: str, dimension: str) -> tuple[list[GroupCount], int]:
    """Return the groups of a dimension (channel, role, school or language), most people first, and how many are not shown."""
    own = run.groups[run.groups[dimension].ne(ALL)]
    for other in set(DIMENSIONS) - {dimension}:
        own = own[own[other].eq(ALL)]
    base = own[own["theme_id"].eq("") & own["shown"]].set_index(dimension)["people"]
    rows = own[own["theme_id"].eq(theme_id)]
    shown = rows[rows["shown"]].sort_values(["people", dimension], ascending=[False, True])
    found = [
        GroupCount(str(group), int(people), int(base[group]) if group in base else None)
        for group, people in zip(shown[dimension], shown["people"], strict=True)
    ]
    return [count for count in found if count.took_part != 0], int((~rows["shown"]).sum())


def people_by_channel(run: PublishedRun) -> dict[str, dict[str, int | None]]:
    """Return theme id → channel → people who spoke to it there, None where the count is not shown."""
    sums = run.groups[list(DIMENSIONS[1:])].isin([ALL]).all(axis=1)
    own = run.groups[sums & run.groups["channel"].ne(ALL)]
    found: dict[str, dict[str, int | None]] = {}
    for theme_id, channel, shown, people in own[["theme_id", "channel", "shown", "people"]].itertuples(index=False):
        if theme_id:
            found.setdefault(str(theme_id), {})[str(channel)] = int(people) if shown else None
    return found


@dataclass(frozen=True, slots=True)
class SideCount:
    """People of one stance in a theme; None where not shown, `few` where that much may be told."""

    stance: Stance
    people: int | None
    few: bool


def side_counts(run: PublishedRun, theme_id: str) -> list[SideCount]:
    """Return how many people of a theme are for, against, both, or do not say; nothing for a subtheme or a run that did not tell."""
    own = run.sides[run.sides["theme_id"].eq(theme_id)]
    return [
        SideCount(Stance(stance), int(people) if shown else None, bool(few))
        for stance, shown, few, people in own[["stance", "shown", "few", "people"]].itertuples(index=False)
    ]


def who_said(run: PublishedRun, ideas: pd.DataFrame) -> pd.DataFrame:
    """Return ``channel, role`` per idea, empty where naming them would give a count away.

    `ideas` has ``theme_id, channel, role``. A role is named where the count of its channel and role is shown in the theme; a channel where
    the channel's is. Listed ideas then tell no more than the counts.
    """
    cells = run.groups[run.groups["shown"] & run.groups["school"].eq(ALL) & run.groups["language"].eq(ALL)]
    open_ = set(zip(cells["theme_id"], cells["channel"], cells["role"], strict=True))
    said = list(zip(ideas["theme_id"], ideas["channel"], ideas["role"], strict=True))
    return pd.DataFrame(
        {
            "channel": [channel if (theme, channel, ALL) in open_ else "" for theme, channel, _ in said],
            "role": [role if (theme, channel, role) in open_ else "" for theme, channel, role in said],
        },
        index=ideas.index,
    )


def minimum_cell(run: PublishedRun) -> int:
    """Return the smallest count of people of a group that the run shows."""
    return cast(int, run.manifest.settings["minimum_cell"])


def not_shown(hidden: int, minimum: int) -> str:
    """Return how many groups are left out and why, in a sentence; nothing where none is."""
    if not hidden:
        return ""
    groups = "1 group is" if hidden == 1 else f"{hidden} groups are"
    return f"{groups} not shown: fewer than {minimum} people, or a count that would give such a one away."
