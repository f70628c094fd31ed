"""People for and against: people and not lines, adding up to the theme's people, said in words without small counts."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from synthesis.actions.grouping import shown_sides
from synthesis.briefs.sides import side_rows, sided
from synthesis.frames import Sides, Stances
from synthesis.model import Stance
from synthesis.priority import people_by_side, rank_themes
from tests.store.small_run import small_run
from tests.unit.test_priority import community, contribution


def told(*stances: str) -> pd.DataFrame:
    rows = [(f"I{number:03d}", stance, 0.9, "words", "") for number, stance in enumerate(stances)]
    return Stances.validate(pd.DataFrame(rows, columns=list(Stances.to_schema().columns)))


def counted(*rows: tuple[dict[str, object], str], stances: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    contributions, ideas, assignments = community(*rows)
    frame = told(*stances).assign(idea_id=ideas["idea_id"].to_numpy())
    return people_by_side(contributions, ideas, assignments, frame), rank_themes(
        contributions, ideas, assignments, bootstraps=10
    )


def test_a_person_counts_once_and_is_mixed_where_both_sides_were_taken():
    found, order = counted(
        *((contribution(n, "p:loud"), "T01") for n in range(3)),
        (contribution(3, "p:both"), "T01"),
        (contribution(4, "p:both"), "T01"),
        (contribution(5, "p:calm"), "T01"),
        (contribution(6, "p:calm"), "T01"),
        (contribution(7, "p:other"), "T02"),
        stances=["for", "for", "unknown", "for", "against", "unknown", "unknown", "against"],
    )
    assert found.loc["T01"].to_dict() == {"for": 1, "against": 0, "mixed": 1, "unknown": 1}
    assert found.loc["T02"].to_dict() == {"for": 0, "against": 1, "mixed": 0, "unknown": 0}
    people = order[order["level"].eq(1)].set_index("theme_id")["people_low"]
    assert found.sum(axis=1).to_dict() == people.to_dict()


def test_a_household_counts_for_those_for_whom_it_speaks():
    found, _ = counted((contribution(1, "p:1", speaks_for_low=3, speaks_for_high=3), "T01"), stances=["against"])
    assert found.loc["T01", "against"] == 3


def sides(people: tuple[int, int, int, int], minimum: int = 10) -> pd.DataFrame:
    """The `Sides` frame of one theme with so many people on each side."""
    rows, stances = [], []
    for stance, times in zip(Stance, people, strict=True):
        for number in range(times):
            rows.append((contribution(len(rows), f"p:{stance}{number}"), "T01"))
            stances.append(stance.value)
    contributions, ideas, assignments = community(*rows)
    frame = told(*stances).assign(idea_id=ideas["idea_id"].to_numpy())
    return shown_sides(contributions, ideas, assignments, frame, minimum)


@pytest.mark.parametrize(
    ("people", "words", "rows"),
    [
        (
            (41, 12, 11, 30),
            "Of 94 people who spoke to this, 41 want it, 12 do not, 11 say both and 30 do not say.",
            ["41", "12", "11", "30"],
        ),
        (
            (41, 9, 2, 30),
            "Of 82 people who spoke to this, 41 want it and fewer than 10 do not; the others say both or do not say.",
            ["41", "fewer than 10", "not shown", "not shown"],
        ),
        (
            (41, 4, 6, 30),
            "Of 81 people who spoke to this, 41 want it and fewer than 10 do not; the others say both or do not say.",
            ["41", "fewer than 10", "not shown", "not shown"],
        ),
    ],
)
def test_counts_in_words_never_tell_a_small_one(people, words, rows):
    run = small_run()
    base = sum(people)
    run = replace(run, sides=sides(people), priorities=run.priorities.assign(people_low=base, people_high=base))
    run = replace(run, manifest=replace(run.manifest, settings=run.manifest.settings | {"minimum_cell": 10}))
    assert sided(run, "T01").startswith(words)
    assert [row["people"] for row in side_rows(run, "T01")] == rows
    assert all(row["share"] == 0 for row in side_rows(run, "T01") if not row["people"].isdigit())


def test_a_run_that_told_no_sides_tells_what_was_asked_alone():
    run = replace(small_run(), sides=pd.DataFrame(columns=list(Sides.to_schema().columns)))
    assert "spoke to this" not in sided(run, "T01")
    assert "what should improve" in sided(run, "T01")
    assert side_rows(run, "T01") == []
