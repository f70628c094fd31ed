"""Who spoke to what: people by theme and group, in tables whose parts add up to their totals.

A person has one role (given most often), one channel (in which they said most), one school and one language, so that each
person is counted in one cell of a table and sums over any choice of cells are people, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.model import Role
from synthesis.priority.people import given_most_often, units

Counts = NDArray[np.int64]
_UNSAID = {"role": Role.UNKNOWN.value, "school": "", "language": "und"}


@dataclass(frozen=True, slots=True)
class GroupTable:
    """People by theme in a table of one or two dimensions.

    `spoke` is ``int[themes, first, second]``, `took_part` ``int[first, second]``; a table of one dimension has one second
    group, named "". Counts are low counts, of the people who surely are distinct.
    """

    dimensions: tuple[str, ...]
    themes: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]
    spoke: Counts
    took_part: Counts


def group_tables(contributions: pd.DataFrame, ideas: pd.DataFrame, assignments: pd.DataFrame) -> tuple[GroupTable, ...]:
    """Return the tables channel x role, school, and language, of the top-level themes."""
    placed = ideas[["idea_id", "contribution_id"]].merge(assignments[["idea_id", "theme_id"]], on="idea_id")
    who = people_in_groups(contributions)
    spoken = placed[["contribution_id", "theme_id"]].drop_duplicates().merge(who, on="contribution_id")
    themes = tuple(sorted(spoken["theme_id"].unique()))
    return tuple(
        _table(spoken, who, themes, dimensions) for dimensions in (("channel", "role"), ("school",), ("language",))
    )


def people_in_groups(contributions: pd.DataFrame) -> pd.DataFrame:
    """Return per contribution ``contribution_id, unit, heads`` and the unit's one channel, role, school, language and grade band."""
    frame = units(contributions).assign(contribution_id=contributions["contribution_id"])
    for column in ("channel", "role", "school", "language", "grade_band"):
        frame[column] = given_most_often(frame["unit"], contributions[column], _UNSAID.get(column, ""))
    return frame


def _table(spoken: pd.DataFrame, who: pd.DataFrame, themes: tuple[str, ...], dimensions: tuple[str, ...]) -> GroupTable:
    """Return people in the cells of one table. Heads of a theme are those of what was said to it."""
    first = tuple(sorted(who[dimensions[0]].unique()))
    second = tuple(sorted(who[dimensions[1]].unique())) if len(dimensions) == 2 else ("",)

    def cells(frame: pd.DataFrame) -> NDArray[np.int64]:
        row = pd.Categorical(frame[dimensions[0]], categories=first).codes.astype(np.int64)
        column = pd.Categorical(frame[dimensions[1]], categories=second).codes if len(dimensions) == 2 else 0
        return np.asarray(row * len(second) + column)

    each = spoken.groupby(["theme_id", "unit", *dimensions], sort=True)["heads"].max().reset_index()
    spoke = np.zeros((len(themes), len(first) * len(second)), dtype=np.int64)
    np.add.at(spoke, (pd.Categorical(each["theme_id"], categories=themes).codes, cells(each)), each["heads"].to_numpy())
    everyone = who.groupby(["unit", *dimensions], sort=True)["heads"].max().reset_index()
    took_part = np.bincount(cells(everyone), weights=everyone["heads"], minlength=len(first) * len(second))
    shape = (len(first), len(second))
    return GroupTable(
        dimensions=dimensions,
        themes=themes,
        first=first,
        second=second,
        spoke=spoke.reshape(len(themes), *shape),
        took_part=took_part.astype(np.int64).reshape(shape),
    )
