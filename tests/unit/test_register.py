"""The register of what is small but serious: words, rules, and one school's matter."""

from __future__ import annotations

import pandas as pd
import pytest

from synthesis.priority import register
from synthesis.text.cues import cues
from tests.unit.test_priority import community, contribution


def told(text: str) -> pd.DataFrame:
    return cues(pd.DataFrame({"idea_id": ["I1"], "text": [text]}))


@pytest.mark.parametrize(
    ("text", "rule", "matter"),
    [
        ("The fire exit by the stage is chained shut.", "safety", "Fire, wires and ways out"),
        ("My son’s EpiPen is locked in an office that closes at two.", "safety", "Allergies and medical emergencies"),
        ("They laughed at her hijab all year.", "discrimination", "Religion and dress"),
        ("Somebody painted a swastika on the gym wall", "discrimination", "Race, origin and skin"),
        ("We have waited fourteen months for an evaluation.", "special_education", "Evaluations that do not come"),
        (
            "They restrained him twice and did not call me.",
            "special_education",
            "Restraint, removal and being sent home",
        ),
    ],
)
def test_words_name_a_serious_matter(text: str, rule: str, matter: str):
    found = told(text)
    assert (rule, matter) in set(zip(found["rule"], found["matter"], strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "The band concert was lovely and the lead singer is a junior.",
        "We pay sports fees for three children (deportes).",
        "Please start school later; they are tired standing up at seven.",
        "A cold lunch is no lunch.",
    ],
)
def test_everyday_words_name_none(text: str):
    assert told(text)["rule"].tolist() == [""]


def test_an_idea_may_raise_two_matters_and_an_idea_that_raises_none_has_one_row():
    found = told("A wheelchair ramp that is a sheet of ice.")
    assert set(found["rule"]) == {"safety", "special_education"}
    assert set(found["idea_id"]) == {"I1"}
    assert len(told("Good morning.")) == 1


@pytest.mark.parametrize("text", ["ENOUGH IS ENOUGH", "Fix it!!", "This is unacceptable"])
def test_strong_words_are_seen(text: str):
    assert told(text)["intense"].all()


@pytest.mark.parametrize("text", ["NASA came", "My IEP meeting", "It is fine."])
def test_a_name_in_capitals_is_not_shouting(text: str):
    assert not told(text)["intense"].any()


def test_people_behind_a_matter_are_counted_once_and_many_make_it_no_small_one():
    rows = [(contribution(n, f"p:{n}"), "T01") for n in range(40)]
    rows += [(contribution(100 + n, "p:0"), "T01") for n in range(5)]
    contributions, ideas, assignments = community(*rows)
    ideas["text"] = "Nothing to add."
    ideas.loc[ideas["idea_id"].isin(["I100", "I101"]), "text"] = "The fire exit is chained."
    ideas.loc[ideas.index[:30], "text"] = "There is mold in the room."
    found = register(contributions, ideas, assignments, cues(ideas)).drop_duplicates("matter").set_index("matter")
    assert found.loc["Fire, wires and ways out", ["people", "small"]].tolist() == [1, True]
    assert found.loc["Air, water and dangerous materials", ["people", "small"]].tolist() == [30, False]


def test_what_one_school_alone_is_named_for_is_its_matter():
    schools = ["Old Ferry Elementary", "Northlock High"]
    rows = [(contribution(n, f"p:{n}", school=schools[n % 2]), "T01" if n < 6 else "T02") for n in range(12)]
    contributions, ideas, assignments = community(*rows)
    ideas["text"] = ["The boiler at Old Ferry is from 1961."] * 6 + ["Northlock needs a bus.", "So does old ferry."] * 3
    found = register(contributions, ideas, assignments, cues(ideas))
    assert set(found["matter"]) == {"Old Ferry Elementary"}
    assert set(found["idea_id"]) == {f"I{n}" for n in range(6)}


def test_two_people_make_no_matter_of_one_school():
    rows = [(contribution(n, f"p:{n}", school="Old Ferry Elementary"), "T01") for n in range(2)]
    contributions, ideas, assignments = community(*rows)
    ideas["text"] = "The boiler at Old Ferry."
    assert register(contributions, ideas, assignments, cues(ideas)).empty
