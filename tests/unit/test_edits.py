"""Edits replayed: what people did to themes holds on every later run, whatever the engine finds."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from synthesis.model import Event, Verb
from synthesis.themes.edits import Edits, fold, place, standing
from synthesis.themes.frame import is_new, lay_beside
from synthesis.themes.lineage import changes, keep_ids

NOW = datetime(2026, 2, 1, tzinfo=UTC)


def events(*said: tuple[Verb, str, dict[str, object]]) -> list[Event]:
    return [
        Event(n, NOW, "A. Clerk", verb, subject, "because", data)
        for n, (verb, subject, data) in enumerate(said, start=1)
    ]


def near(*angles: float) -> np.ndarray:
    """Return unit vectors in the plane at these angles in degrees."""
    radians = np.deg2rad(angles)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def ideas(*numbers: int) -> frozenset[str]:
    return frozenset(f"I{n}" for n in numbers)


def test_a_merged_theme_stays_merged_with_whatever_it_brings():
    now = fold(events((Verb.MERGE_THEMES, "T02", {"into": "T01"}), (Verb.MERGE_THEMES, "T01", {"into": "T03"})))
    places, by = place(["I1", "I2", "I3", "I9"], ["T01", "T02", "T03", "T02"], now, near(0, 1, 2, 3))
    assert places == ["T03"] * 4
    assert set(by) == {"engine"}


def test_merging_back_and_forth_ends_with_the_last_word():
    now = fold(events((Verb.MERGE_THEMES, "T02", {"into": "T01"}), (Verb.MERGE_THEMES, "T01", {"into": "T02"})))
    assert place(["I1", "I2"], ["T01", "T02"], now, near(0, 1))[0] == ["T02", "T02"]


def test_a_split_holds_and_new_ideas_go_to_the_nearer_side():
    split = {"source": "T01", "taken": ["I1", "I2"], "stayed": ["I3", "I4"], "name": "Fees", "keywords": ["fee"]}
    now = fold(events((Verb.SPLIT_THEME, "T05", split)))
    names = ["I1", "I2", "I3", "I4", "I8", "I9", "I7"]
    places, by = place(names, ["T01"] * 6 + ["T02"], now, near(0, 4, 80, 84, 10, 70, 0))
    assert places == ["T05", "T05", "T01", "T01", "T05", "T01", "T02"]
    assert by == ["person", "person", *["engine"] * 5]
    assert now.names == {"T05": "Fees"}


def test_a_moved_idea_stays_where_it_was_put_even_if_that_theme_is_merged():
    now = fold(
        events(
            (Verb.MOVE_IDEAS, "T02", {"ideas": ["I1"], "from": ["T01"]}), (Verb.MERGE_THEMES, "T02", {"into": "T03"})
        )
    )
    places, by = place(["I1", "I2"], ["T01", "T01"], now, near(0, 1))
    assert (places, by) == (["T03", "T01"], ["person", "engine"])


def test_ideas_of_a_retired_theme_go_to_the_nearest_one():
    now = fold(events((Verb.RETIRE_THEME, "T02", {})))
    places, _ = place(["I1", "I2", "I3"], ["T01", "T02", "T03"], now, near(0, 20, 90))
    assert places == ["T01", "T01", "T03"]
    assert place(["I1"], ["T02"], now, near(0))[0] == ["T02"]


def test_an_edit_is_undone_and_brought_back():
    done = events((Verb.RENAME_THEME, "T01", {"name": "Late buses"}), (Verb.UNDO_EDIT, "1", {"event": 1}))
    assert fold(done) == Edits()
    again = [*done, Event(3, NOW, "B", Verb.UNDO_EDIT, "2", "no", {"event": 2})]
    assert fold(again).names == {"T01": "Late buses"}
    assert [event.number for event in standing(again)] == [1]


def test_a_pinned_quote_is_let_go():
    now = fold(
        events(
            (Verb.PIN_QUOTE, "T01", {"idea": "I1"}),
            (Verb.PIN_QUOTE, "T01", {"idea": "I2"}),
            (Verb.UNPIN_QUOTE, "T01", {"idea": "I1"}),
        )
    )
    assert now.pinned == {"I2": "T01"}


def test_what_became_of_each_theme():
    before = {
        "T01": ideas(1, 2, 3, 4),
        "T02": ideas(5, 6, 7),
        "T03": ideas(8, 9, 10, 11),
        "T04": ideas(12, 13),
        "T06": ideas(30, 31),
    }
    after = {
        "T01": ideas(1, 2, 3, 4, 20),
        "T02": ideas(5, 6, 7, 12, 13),
        "T03": ideas(8, 9),
        "T05": ideas(10, 11),
        "T07": ideas(40, 41, 42),
        "T06": ideas(30, 31),
    }
    found = {change.theme_id: change for change in changes(before, after)}
    assert {theme: change.change for theme, change in found.items()} == {
        "T01": "grew", "T02": "merged", "T03": "split", "T04": "retired", "T05": "split", "T06": "kept", "T07": "born",
    }  # fmt: skip
    assert found["T02"].others == ("T04",)
    assert found["T04"].others == ("T02",)
    assert (found["T03"].others, found["T05"].others) == (("T05",), ("T03",))
    assert (found["T01"].before, found["T01"].after, found["T01"].shared, found["T01"].overlap) == (4, 5, 4, 1.0)


def test_a_weak_match_asks_for_a_person():
    before, after = {"T01": ideas(*range(10))}, {"T01": ideas(*range(4), *range(100, 110)), "T02": ideas(*range(4, 10))}
    found = {change.theme_id: change for change in changes(before, after)}
    assert found["T01"].weak
    assert found["T01"].overlap == pytest.approx(0.4)


def test_ideas_that_left_the_input_cost_no_theme_its_id():
    assert keep_ids([ideas(1, 2)], {"T04": ideas(1, 2, *range(50, 90))}) == ["T04"]


def test_new_ideas_are_laid_beside_adopted_themes():
    vectors = near(0, 2, 4, 90, 92, 94, 1, 93, 45)
    fit = lay_beside(vectors, ["T01"] * 3 + ["T02"] * 3 + [""] * 3)
    assert fit.nearest[6:8] == ("T01", "T02")
    assert fit.fits[6:].tolist() == [True, True, False]
    assert fit.runner_up[6:8] == ("T02", "T01")


def test_only_a_crowd_of_its_own_makes_a_new_theme():
    draw = np.random.default_rng(0)
    middles = draw.normal(size=(4, 60))

    def crowd(middle: np.ndarray, size: int, noise: float = 1.0) -> np.ndarray:
        vectors = middle + noise * draw.normal(size=(size, 60))
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    frame = np.concatenate([crowd(middles[0], 20), crowd(middles[1], 20)])
    themes = ["T01"] * 20 + ["T02"] * 20
    assert is_new(crowd(middles[2], 8), frame, themes)
    assert not is_new(crowd(middles[2], 4), frame, themes)  # too few
    assert not is_new(crowd(middles[0], 20), frame, themes)  # an adopted theme says it
    assert not is_new(crowd(np.zeros(60), 20), frame, themes)  # nothing in common
