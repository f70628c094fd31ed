"""One sentence on a theme, from what may be told."""

from __future__ import annotations

import pandas as pd
import pytest

from synthesis.actions.describing import with_descriptions
from synthesis.frames import Stances
from synthesis.model import Theme, ThemeId
from synthesis.text.stance import arguments
from synthesis.themes.describe import Split, described, spoken_of

PHRASES = ("dawn", "sleep", "bus", "practice")
LATER = Split("school to start later", "the bell to stay", None, None, 80, 0.1)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({}, "Most who take a side want school to start later, in words such as “dawn”, “sleep” and “bus”."),
        (
            {"for_": 40, "against": 12},
            "Most who take a side want school to start later, while a minority wants the bell to stay; they speak of “dawn”, “sleep” and “bus”.",
        ),
        (
            {"for_": 20, "against": 15},
            "People are divided between those who want school to start later and those who want the bell to stay; they speak of “dawn”, “sleep” and “bus”.",
        ),
        (
            {"for_": 12},
            "Few take a side, and most of those want school to start later; they speak of “dawn”, “sleep” and “bus”.",
        ),
        (
            {"asked_well": 0.7},
            "Much of it is praise of what there is; most who take a side want school to start later; they speak of “dawn”, “sleep” and “bus”.",
        ),
    ],
)
def test_who_wants_what_is_told_as_far_as_counts_are_shown(counts, sentence):
    fields = {name: getattr(LATER, name) for name in Split.__dataclass_fields__} | counts
    assert described(PHRASES, Split(**fields)) == sentence


def test_words_of_the_wish_are_not_told_twice():
    split = Split("buses that are on time", "", None, None, 30, 0.0)
    assert "“buses”" not in described(("buses", "route"), split)
    assert "“route”" in described(("buses", "route"), split)


def test_what_fits_no_written_matter_is_told_by_its_phrases():
    nothing = Split("", "", 30, 12, 60, 0.0)
    assert described(("email", "survey", "app"), nothing) == "People speak of email, survey and app."
    assert (
        spoken_of(("email",), ("Late emails", "Surveys"))
        == "People speak of email, in 2 strands, the largest being “Late emails”."
    )
    assert spoken_of((), ()) == "Remarks that share no words of their own."


def test_a_wish_is_read_off_the_arguments_that_most_ideas_are_like_and_turns_with_the_majority():
    phones = [argument for argument in arguments() if argument.matter == "cell phones and screens"]
    keep = [argument.text for argument in phones if argument.side < 0][:6]
    away = [argument.text for argument in phones if argument.side > 0][:2]

    def about(stance_of_keepers: str, stance_of_others: str) -> str:
        rows = [(f"I{n}", stance_of_keepers, 0.9, "argument", text) for n, text in enumerate(keep)]
        rows += [(f"I{9 + n}", stance_of_others, 0.9, "argument", text) for n, text in enumerate(away)]
        stances = Stances.validate(pd.DataFrame(rows, columns=list(Stances.to_schema().columns)))
        theme = Theme(ThemeId("T01"), "Phones", "", 1, None, ("pouch",), 8, 0.9)
        (found,) = with_descriptions(
            (theme,),
            pd.DataFrame({"idea_id": stances["idea_id"], "theme_id": "T01"}),
            stances,
            pd.DataFrame({"theme_id": [], "stance": [], "shown": pd.Series([], dtype=bool), "people": []}),
            pd.DataFrame({"theme_id": ["T01"], "asked_well": [0.0]}),
            pd.DataFrame({"theme_id": ["T01"], "people_low": [8]}),
        )
        return found.description

    assert "want students to keep their phones" in about("for", "against")
    assert "want phones and screens to be kept away" in about("against", "for")
    assert "want phones and screens to be kept away" in about("against", "unknown")
