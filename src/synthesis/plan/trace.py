"""The trace matrix: which theme of the community stands behind which element of the plan, read in both directions.

Rows are themes, columns are elements of the Direction, strategies, action plans and schedule items. A cell counts the evidence links
that lead from the element, or from anything under it, to the theme. What has no home, and what has no voice behind it, is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from synthesis.plan.links import Lineage

Key = tuple[str, str]
"""A record by kind and id."""
COLUMNS = (
    "mission", "student_performance_statement", "enduring_value", "strategic_boundary", "strategy", "action_plan",
    "implementation_item",
)  # fmt: skip
PARENTS = {
    "action_plan": ("strategy", "strategy"),
    "action_step": ("plan", "action_plan"),
    "cost_benefit": ("plan", "action_plan"),
    "coherence_review": ("plan", "action_plan"),
    "implementation_item": ("plan", "action_plan"),
    "progress_update": ("item", "implementation_item"),
    "team": ("strategy", "strategy"),
    "goal_link": ("strategy", "strategy"),
}
"""Kind → the field that names what a record belongs to, and the kind of that."""


class Count(NamedTuple):
    """How many links from one element name one theme, as of one run."""

    theme_id: str
    as_of: str
    source_kind: str
    source_id: str
    links: int


@dataclass(frozen=True)
class Trace:
    """The matrix and its margins. `cells` are counts of links by theme and column; `happened` says how links came to a theme that
    they were not written for; `astray` counts links by the recorded theme that leads nowhere any more, and what happened."""

    themes: tuple[str, ...]
    columns: tuple[Key, ...]
    cells: Mapping[str, Mapping[Key, int]]
    happened: Mapping[tuple[str, Key], str]
    astray: Mapping[str, tuple[int, str]]
    no_home: tuple[str, ...]
    no_voice: tuple[Key, ...]


def trace(
    themes: Sequence[str],
    columns: Sequence[Key],
    parents: Mapping[Key, Key],
    counts: Iterable[tuple[str, str, str, str, int]],
    lineage: Lineage,
) -> Trace:
    """Return the matrix of themes (in their order) and columns. `parents` leads from a record to the one that it belongs to.

    Links to a part of a theme count for the theme. An element has a voice behind it if it, something under it or something that it belongs
    to is linked; a theme has a home if any link leads to it.
    """
    wanted, shown = set(columns), set(themes)
    cells: defaultdict[str, defaultdict[Key, int]] = defaultdict(lambda: defaultdict(int))
    happened: dict[tuple[str, Key], str] = {}
    astray: dict[str, tuple[int, str]] = {}
    for (theme_id, as_of), sums in sorted(_by_columns(counts, parents, wanted).items()):
        for followed in lineage.follow(theme_id, as_of):
            theme, moved = followed.theme_id.split(".")[0], followed.happened
            if not theme:
                astray[theme_id] = (astray.get(theme_id, (0, ""))[0] + sum(sums.values()), moved)
                continue
            row = cells[theme]
            for keys, links in sums.items():
                for key in keys:
                    row[key] += links
                    if moved:
                        happened[theme, key] = moved
    told = {key for row in cells.values() for key in row}
    return Trace(
        themes=tuple(themes),
        columns=tuple(columns),
        cells={theme: dict(row) for theme, row in cells.items() if theme in shown},
        happened=happened,
        astray=astray,
        no_home=tuple(theme for theme in themes if theme not in cells),
        no_voice=tuple(key for key in columns if not any(above in told for above in way(key, parents))),
    )


def _by_columns(
    counts: Iterable[tuple[str, str, str, str, int]], parents: Mapping[Key, Key], wanted: Collection[Key]
) -> dict[tuple[str, str], dict[tuple[Key, ...], int]]:
    """Return recorded theme and run → the columns for which an element counts → the links of all such elements."""
    numbers: dict[tuple[Key, ...], int] = {}
    number_of: dict[Key, int] = {}
    found: defaultdict[tuple[str, str], defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (
        theme_id,
        as_of,
        kind,
        record_id,
        links,
    ) in counts:  # may be hundreds of thousands: numbers are quicker than tuples
        number = number_of.get((kind, record_id))
        if number is None:
            keys = tuple(key for key in way((kind, record_id), parents) if key in wanted)
            number = number_of[kind, record_id] = numbers.setdefault(keys, len(numbers))
        if kind != "refusal":  # what the district will not do gives a theme no home
            found[theme_id, as_of][number] += links
    ways = list(numbers)
    return {named: {ways[number]: links for number, links in sums.items()} for named, sums in found.items()}


def way(key: Key, parents: Mapping[Key, Key]) -> tuple[Key, ...]:
    """Return a record and what it belongs to, up to the widest."""
    found = [key if key[0] not in ("mission", "student_performance_statement") else (key[0], key[0])]
    while found[-1] in parents and parents[found[-1]] not in found:
        found.append(parents[found[-1]])
    return tuple(found)
