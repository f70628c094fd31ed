"""What can be a name: a noun phrase that people said, of words that tell what and not where."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis import linguistics
from synthesis.themes import names
from synthesis.themes.nominal import base, is_nominal


@pytest.mark.parametrize(
    "phrase",
    ["late bus", "heated stairs", "hours of homework", "legalizing marijuana", "crossing guard", "chromebook", "iep",
     "affordable housing options", "grades"],
)  # fmt: skip
def test_what_things_are_called_by(phrase: str):
    assert is_nominal(phrase.split())


@pytest.mark.parametrize(
    "phrase",
    ["initiatives keep arriving", "levy planned", "central office grew", "lose their recess", "laughed", "including",
     "later", "riverfront connecting", "pay the man", "anybody says weather", "litter correctly"],
)  # fmt: skip
def test_pieces_of_sentences_are_no_names(phrase: str):
    assert not is_nominal(phrase.split())


def test_a_word_may_be_several_parts_of_speech_and_one_that_no_table_knows_is_none():
    assert dict(linguistics.parts_of_speech("children")) == {"noun": "child"}
    assert set(linguistics.parts_of_speech("train")) == {"noun", "verb"}
    assert dict(linguistics.parts_of_speech("laughed")) == {"verb": "laugh"}
    assert dict(linguistics.parts_of_speech("hvac")) == {}
    assert (base("Kids"), base("taxes"), base("tired")) == ("kid", "tax", "tired")


def _free(texts: list[str], **given: object) -> set[str]:
    found = names.phrases(texts, **given)
    n = np.asarray((found.counts > 0).sum(axis=0)).ravel()
    return {form for form in found.terms if found.may_name(form, found.at_home(n, n), ())}


def test_words_of_a_gloss_are_said_together_by_nobody():
    texts = ["evaluation special education", "An evaluation at last"]
    assert "evaluation special" not in _free(texts, glossed=[True, False])
    assert "evaluation" in _free(texts, glossed=[True, False])


def test_marks_of_redaction_and_pieces_of_hyphened_words_name_nothing():
    free = _free(["Ring me at [phone number]", "A person at [phone number]", "pre-k seats", "A pre-k room"])
    assert not {"phone", "phone number", "pre"} & free
    assert "seat" in free


def test_a_bracket_that_nobody_closed_hides_no_words():
    assert {"roof", "gym"} <= _free(["A [ stray roof", "The gym", "] the roof", "A gym"])


def test_a_piece_that_never_stands_alone_is_no_name():
    free = _free(
        ["High speed internet", "A high speed internet", "Internet here", "The school choice", "School choice"]
    )
    assert {"high speed internet", "internet", "school choice"} <= free
    assert "speed internet" not in free


def test_a_proper_name_names_only_where_half_of_its_texts_are():
    found = names.phrases(["Parking in Northlock", "The Northlock choir", "A roof at Northlock", "Creole on paper"])
    overall = np.asarray((found.counts > 0).sum(axis=0)).ravel()
    inside = np.asarray((found.counts[[1, 3]] > 0).sum(axis=0)).ravel()
    at_home = found.at_home(inside, overall)
    assert found.may_name("creole", at_home, ())
    assert not found.may_name("northlock", at_home, ())
    assert not found.may_name("northlock choir", at_home, ())
    assert found.may_name("northlock", found.at_home(overall, overall), ())


def test_what_the_field_calls_so_is_a_name_however_little_its_words_say():
    found = names.phrases(["A late start please", "Late start for all"])
    assert not found.may_name("late start", (), ())
    assert found.may_name("late start", (), {"late start"})


def test_no_two_names_hold_one_word_in_two_spellings():
    surface = {"taxis": "taxes", "tax": "tax", "ballot": "ballot"}
    [name] = names.titles([["taxis", "tax", "ballot"]], surface, ["Taxes, levy and budget"])
    assert name == "Taxes, levy and budget: ballot"
