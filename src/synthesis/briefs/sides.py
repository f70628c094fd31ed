"""For and against in words: how many people of a theme want what most of it want, with their base and their limits."""

from __future__ import annotations

from typing import Any

from synthesis.groups import minimum_cell, side_counts
from synthesis.model import Stance
from synthesis.published import PublishedRun

SIDE_NAMES = {
    Stance.FOR: "Want it",
    Stance.AGAINST: "Do not",
    Stance.MIXED: "Say both",
    Stance.UNKNOWN: "Do not say",
}
SIDE_LIMITS = (
    "“It” is what most who take a side ask for. Sides are told by written rules: of the people counted on one, about nine in ten stand there, "
    "but more than half of those who object say so in words that no rule knows, and count among those who do not say."
)
_TOLD = {
    Stance.FOR: "want it",
    Stance.AGAINST: "do not",
    Stance.MIXED: "say both",
    Stance.UNKNOWN: "do not say",
}


def sided(run: PublishedRun, theme_id: str) -> str:
    """Return how many people of a theme want what most ask for, do not, say both or do not say; and what they had been asked."""
    asked = run.regard.set_index("theme_id").loc[theme_id]
    prompts = (
        f"{asked['asked_wrong']:.0%} of them answered what should improve or had a concern, {asked['asked_well']:.0%} what goes well: "
        "praise of what there is counts on no side."
    )
    return " ".join(part for part in (_counted(run, theme_id), prompts) if part)


def _counted(run: PublishedRun, theme_id: str) -> str:
    """Return the people on each side, in a sentence; nothing where no side was told."""
    counts = side_counts(run, theme_id)
    if not counts:
        return ""
    row = run.order()[theme_id]
    least = "at least " if row["people_high"] > row["people_low"] else ""
    people = f"Of {least}{row['people_low']:,} people who spoke to this"
    told = [
        f"fewer than {minimum_cell(run)} {_TOLD[count.stance]}"
        if count.few
        else f"{count.people:,} {_TOLD[count.stance]}"
        for count in counts
        if count.few or count.people is not None
    ]
    rest = [_TOLD[count.stance] for count in counts if count.people is None and not count.few]
    if not told:
        return f"{people}, too few stand on any side to be counted."
    counted = f"{people}, {', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else f"{people}, {told[0]}"
    if not rest:
        return f"{counted}."
    return (
        f"{counted}; the others {', '.join(rest[:-1])} or {rest[-1]}."
        if len(rest) > 1
        else f"{counted}; the others {rest[0]}."
    )


def side_rows(run: PublishedRun, theme_id: str) -> list[dict[str, Any]]:
    """Return a theme's sides for a bar and a table: ``name, people`` as text, and ``share`` of the theme's people, 0 where not shown."""
    base = max(int(run.order()[theme_id]["people_low"]), 1)
    return [
        {
            "name": SIDE_NAMES[count.stance],
            "people": f"{count.people:,}" if count.people is not None else _hidden(count.few, minimum_cell(run)),
            "share": (count.people or 0) / base,
        }
        for count in side_counts(run, theme_id)
    ]


def _hidden(few: bool, minimum: int) -> str:
    """Return what stands in place of a count that is not shown."""
    return f"fewer than {minimum}" if few else "not shown"
