"""The words that place an idea, and a second theme only where two clauses name two matters."""

from __future__ import annotations

import random

import numpy as np
import pytest

from synthesis.themes import words

BUSES = ["the bus was late again today", "our bus driver drove past the stop", "a late bus means a cold stop"]
LUNCH = [
    "lunch was cold and so was the tray",
    "twenty minutes for lunch is nothing",
    "the tray holds no vegetables at lunch",
]
ROOFS = ["the roof leaks into the hall", "a bucket under the roof again", "mend the roof over the hall"]
MIXED = "the bus never waits at the stop and the lunch tray is always empty"
TEXTS = [*BUSES * 4, *LUNCH * 4, *ROOFS * 20, MIXED]
PLACES = ["T01"] * 12 + ["T02"] * 12 + ["T03"] * 60 + ["T01"]
NONE = [""] * 85


def vectors(last: tuple[float, float] = (1.0, 0.9)) -> np.ndarray:
    """Return where 12 texts of buses, 12 of lunch, 60 of roofs and one more lie."""
    return np.vstack([np.repeat(np.eye(3), [12, 12, 60], axis=0), (*last, 0.0)]).astype(np.float32)


def company(texts: list[str], last: tuple[float, float] = (1.0, 0.9)) -> words.Company:
    return words.Company(words.read(texts), vectors(last), PLACES)


@pytest.fixture
def both() -> words.Company:
    return company(TEXTS)


def test_the_words_of_a_theme_place_its_ideas(both):
    telling = [found.split() for found in both.telling(both.rivals(NONE))]
    assert {"bus", "stop"} & set(telling[1])
    assert {"lunch", "tray"} & set(telling[12])
    assert {"bus", "stop"} & set(telling[84])
    assert not {"lunch", "tray"} & set(telling[84])  # they pull to the runner-up


def test_an_idea_that_names_two_matters_in_two_clauses_has_a_second_theme(both):
    assert both.seconds() == [*NONE[1:], "T02"]


def test_two_matters_in_one_clause_are_no_second_theme():
    assert company([*TEXTS[:-1], "the bus tray"]).seconds() == NONE


def test_an_idea_far_from_the_second_theme_has_none():
    assert company(TEXTS, (1.0, 0.0)).seconds() == NONE


def test_the_runner_up_is_never_the_own_theme_where_there_are_two(both):
    assert both.rivals(["T03", *PLACES[1:]])[0] == "T03"
    assert both.rivals(["T09", *PLACES[1:]])[84] == "T02"
    assert all(rival != place for rival, place in zip(both.rivals(PLACES), PLACES, strict=True))
    alone = words.Company(words.read(BUSES), np.eye(3, dtype=np.float32), ["T01"] * 3)
    assert alone.rivals([""] * 3) == ["T01"] * 3
    assert alone.seconds() == [""] * 3


def test_the_order_of_ideas_changes_nothing(both):
    order = random.Random(3).sample(range(85), 85)
    other = words.Company(words.read([TEXTS[n] for n in order]), vectors()[order], [PLACES[n] for n in order])
    back = [order.index(n) for n in range(85)]
    assert np.array(other.telling(other.rivals(NONE)))[back].tolist() == both.telling(both.rivals(NONE))
    assert np.array(other.seconds())[back].tolist() == both.seconds()


def test_blocks_of_clauses_find_the_same(both, monkeypatch):
    whole = both.seconds()
    monkeypatch.setattr(words, "_BLOCK", 1)
    assert both.seconds() == whole


def test_placeholders_and_function_words_are_no_words():
    found = words.read(["[name] is at the stop, and [phone number] too"])
    assert found.spelled == ("stop",)


def test_ideas_without_a_word_have_no_reasons():
    found = words.Company(words.read(["...", "!!", "42"]), np.eye(3, dtype=np.float32), ["T01", "T02", "T02"])
    assert found.telling(found.rivals([""] * 3)) == [""] * 3
    assert found.seconds() == [""] * 3


def test_a_clause_has_four_words_and_lines_end_it():
    read = words.read(["Buses, please. We want later school bells\nand warm lunch for all", "One short line"])
    assert np.bincount(read.clause_ideas).tolist() == [2, 1]
