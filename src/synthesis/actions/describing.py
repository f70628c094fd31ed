"""What each theme is about, in one sentence made of its evidence: what its ideas want, who is on which side, its own words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd

from synthesis.model import Stance, Theme
from synthesis.text.stance import arguments, wish
from synthesis.themes.describe import Split, described, spoken_of

_ENOUGH, _SHARE, _TIMES = 5, 0.35, 1.5
"""So many ideas on one matter, so large a share of those like any written argument, so many times the next: what a theme wants."""


def with_descriptions(
    themes: tuple[Theme, ...],
    assignments: pd.DataFrame,
    stances: pd.DataFrame,
    sides: pd.DataFrame,
    regard: pd.DataFrame,
    priorities: pd.DataFrame,
) -> tuple[Theme, ...]:
    """Return the themes with what they are about. Counts are told as far as `Sides` shows them."""
    placed = assignments[["idea_id", "theme_id"]].merge(stances, on="idea_id", validate="1:1")
    shown = sides[sides["shown"]].set_index(["theme_id", "stance"])["people"]
    well = regard.set_index("theme_id")["asked_well"]
    people = priorities.set_index("theme_id")["people_low"]

    def one(theme: Theme) -> Theme:
        wanted, unwanted = _wishes(placed[placed["theme_id"].eq(theme.theme_id)])
        split = Split(
            wanted,
            unwanted,
            for_=shown.get((theme.theme_id, Stance.FOR)),
            against=shown.get((theme.theme_id, Stance.AGAINST)),
            people=int(people[theme.theme_id]),
            asked_well=float(well[theme.theme_id]),
        )
        children = tuple(replace(child, description=spoken_of(child.keywords, ())) for child in theme.subthemes)
        return replace(theme, description=described(theme.keywords, split), subthemes=children)

    return tuple(one(theme) for theme in themes)


def _wishes(ideas: pd.DataFrame) -> tuple[str, str]:
    """Return what those who are for and those who are against want, both empty where the written arguments do not tell.

    An argument tells for the side on which an idea that is like it was found to stand.
    """
    known = {argument.text: argument for argument in arguments()}
    like = ideas[ideas["argument"].isin(list(known))]
    matters = Counter(known[text].matter for text in sorted(like["argument"])).most_common(2)
    matter, times = matters[0] if matters else ("", 0)
    following = matters[1][1] if len(matters) > 1 else 0
    if times < max(_ENOUGH, _SHARE * len(like), _TIMES * following):
        return "", ""
    turns = 0
    for text, stance in zip(like["argument"], like["stance"], strict=True):
        if known[text].matter == matter and stance in (Stance.FOR, Stance.AGAINST):
            turns += known[text].side if stance == Stance.FOR else -known[text].side
    side = 1 if turns >= 0 else -1
    return wish(matter, side), wish(matter, -side)
