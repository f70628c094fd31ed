"""What is published of who spoke: counts by group that give no small count away, and quotes that give no person away."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pandas as pd

from synthesis.frames import Groups, Sides
from synthesis.groups import ALL, DIMENSIONS
from synthesis.model import Role, Stance, Theme
from synthesis.priority import GroupTable, group_tables, people_by_side
from synthesis.privacy.parts import parts_shown
from synthesis.privacy.suppression import protect, with_margins


def shown_groups(
    contributions: pd.DataFrame, ideas: pd.DataFrame, assignments: pd.DataFrame, minimum_cell: int
) -> pd.DataFrame:
    """Return the `Groups` frame: counts under the minimum, and those that would give them away, are left out."""
    parts = [_frame(table, minimum_cell) for table in group_tables(contributions, ideas, assignments)]
    groups = pd.concat(parts, ignore_index=True)
    once = groups.drop_duplicates(["theme_id", *DIMENSIONS])  # the total of each table is the same
    return Groups.validate(once.reset_index(drop=True))


def _frame(table: GroupTable, minimum_cell: int) -> pd.DataFrame:
    """Return the rows of one table: the totals, the sums, and the cells where two dimensions meet."""
    rows = []
    for number, theme_id in enumerate(("", *table.themes)):
        counts = table.took_part if not theme_id else table.spoke[number - 1]
        shown = protect(counts, minimum_cell, took_part=table.took_part if theme_id else None)
        people = with_margins(counts)
        names = ((*table.first, ALL), (*table.second, ALL))
        for (i, first), (j, second) in product(enumerate(names[0]), enumerate(names[1])):
            if len(table.dimensions) == 1 and second != ALL:
                continue  # the one column is the sum
            named = dict(zip(table.dimensions, (first, second), strict=False))
            where = [named.get(dimension, ALL) for dimension in DIMENSIONS]
            rows.append((theme_id, *where, bool(shown[i, j]), int(people[i, j]) if shown[i, j] else 0))
    return pd.DataFrame(rows, columns=list(Groups.to_schema().columns))


def shown_sides(
    contributions: pd.DataFrame,
    ideas: pd.DataFrame,
    assignments: pd.DataFrame,
    stances: pd.DataFrame,
    minimum_cell: int,
) -> pd.DataFrame:
    """Return the `Sides` frame: as the theme's people are known, a small count is hidden with whatever would give it away."""
    sides = list(Stance)
    against = sides.index(Stance.AGAINST)
    # What is hidden beside a small count is what tells the committee least.
    order = [sides.index(stance) for stance in (Stance.UNKNOWN, Stance.MIXED, Stance.FOR, Stance.AGAINST)]
    rows = []
    for theme_id, counts in people_by_side(contributions, ideas, assignments, stances).iterrows():
        people = [int(counts[stance]) for stance in sides]
        shown = parts_shown(people, minimum_cell, named=against, order=order)
        rows += [
            (theme_id, side.value, seen, side is Stance.AGAINST and not seen and number < minimum_cell, number * seen)
            for side, seen, number in zip(sides, shown, people, strict=True)
        ]
    return Sides.validate(pd.DataFrame(rows, columns=list(Sides.to_schema().columns)))


def without_rare_roles(themes: tuple[Theme, ...], groups: pd.DataFrame) -> tuple[Theme, ...]:
    """Return the themes with quotes that name no role of which too few took part in the quote's channel."""
    base = groups[groups["theme_id"].eq("") & groups["shown"]]
    open_ = set(zip(base["channel"], base["role"], strict=True))

    def guarded(theme: Theme) -> Theme:
        quotes = (q if (q.channel, q.role) in open_ else replace(q, role=Role.UNKNOWN.value) for q in theme.quotes)
        return replace(theme, quotes=tuple(quotes), subthemes=tuple(guarded(child) for child in theme.subthemes))

    return tuple(guarded(theme) for theme in themes)
