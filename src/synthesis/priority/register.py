"""Small but serious: what few people raise and nobody may overlook. Found by rule, ranked by nothing.

Three rules read the words (a danger, unequal treatment, a right of a child with a disability) and name the matter; the
fourth finds what is the matter of one school alone. A matter that many raised is no small one: it stands in the register all
the same, marked, because its place among the themes tells of the whole theme and not of the matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from synthesis.frames import Register
from synthesis.priority.people import units

SMALL = 0.05
"""A matter is small where at most this share of those who took part raised it."""
ONE_SCHOOL = "single_school"
_FEWEST = 3
"""As many people name one school in a strand at least, before it is called the matter of that school."""
_MOSTLY = 0.8
_KIND = re.compile(
    r"\b(elementary|primary|middle|intermediate|junior|senior|high|academy|school|center|centre|early|learning|campus)\b.*",
    re.IGNORECASE,
)


def register(
    contributions: pd.DataFrame, ideas: pd.DataFrame, assignments: pd.DataFrame, cues: pd.DataFrame
) -> pd.DataFrame:
    """Return the `Register` frame, by rule and matter. Frames are those of `synthesis.frames`."""
    who = units(contributions).assign(contribution_id=contributions["contribution_id"])
    by_rule = cues.loc[cues["rule"].ne(""), ["rule", "matter", "idea_id"]]
    of_one = _of_one_school(contributions, ideas, assignments, who)
    found = pd.concat([by_rule, of_one], ignore_index=True)
    said = found.merge(ideas[["idea_id", "contribution_id"]], on="idea_id").merge(who, on="contribution_id")
    heads = said.groupby(["rule", "matter", "unit"])["heads"].max().groupby(["rule", "matter"]).sum()
    base = int(who.groupby("unit")["heads"].max().sum())
    found = found.merge(heads.rename("people").reset_index(), on=["rule", "matter"], validate="m:1")
    found["small"] = found["people"] <= max(SMALL * base, 1)
    found = found.sort_values(["rule", "matter", "idea_id"], ignore_index=True)
    return Register.validate(found[list(Register.to_schema().columns)])


def _of_one_school(
    contributions: pd.DataFrame, ideas: pd.DataFrame, assignments: pd.DataFrame, who: pd.DataFrame
) -> pd.DataFrame:
    """Return ``rule, matter, idea_id`` of ideas that name the one school that their strand is about.

    A strand is a subtheme, or a theme without any. At least three people name the school there, and of all who name a school there
    four fifths name it.
    """
    names = _schools(contributions["school"].unique())
    strand = assignments["subtheme_id"].where(assignments["subtheme_id"].ne(""), assignments["theme_id"])
    said = ideas[["idea_id", "contribution_id", "text"]].merge(
        assignments[["idea_id"]].assign(strand=strand), on="idea_id", validate="1:1"
    )
    named = [
        (idea_id, school)
        for idea_id, text in zip(said["idea_id"], said["text"], strict=True)
        for school, pattern in names.items()
        if pattern.search(text)
    ]
    frame = (
        pd.DataFrame(named, columns=["idea_id", "school"]).merge(said, on="idea_id").merge(who, on="contribution_id")
    )
    rows = []
    for _, own in frame.groupby("strand", sort=True):
        people = own.groupby("school")["unit"].nunique()
        school = str(people.idxmax())
        if people[school] >= _FEWEST and people[school] >= _MOSTLY * own["unit"].nunique():
            rows += [(ONE_SCHOOL, school, idea_id) for idea_id in own.loc[own["school"].eq(school), "idea_id"]]
    return pd.DataFrame(rows, columns=["rule", "matter", "idea_id"]).drop_duplicates()


def _schools(known: Iterable[str]) -> dict[str, re.Pattern[str]]:
    """Return school → pattern of its name, without "Elementary" and the like, which people leave out."""
    patterns = {}
    for school in sorted(name for name in known if name):
        short = _KIND.sub("", school).strip() or school
        patterns[school] = re.compile(rf"\b{re.escape(short)}\b", re.IGNORECASE)
    return patterns
