"""Themes beside codes: no idea judges itself, and every figure by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.quality import halves
from benchmarks.validation import alpha, by_code, homes, mutual_information, said


def coded(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    """Ideas of (code, theme, person)."""
    frame = pd.DataFrame(rows, columns=["code", "theme_id", "person"])
    return frame.assign(idea_id=[f"I{n}" for n in range(len(frame))])


def sound(people: int = 40) -> pd.DataFrame:
    """Two codes, each in a theme of its own, said by everybody."""
    return coded([(code, theme, f"p{n}") for n in range(people) for code, theme in (("bus", "T01"), ("lunch", "T02"))])


def test_a_theme_stands_for_the_code_of_most_of_its_ideas_and_the_first_of_two_alike():
    frame = coded(
        [("bus", "T01", "a"), ("bus", "T01", "b"), ("lunch", "T01", "c"), ("lunch", "T02", "a"), ("bus", "T02", "b")]
    )
    assert homes(frame).to_dict() == {"T01": "bus", "T02": "bus"}


def test_no_idea_judges_itself():
    lonely = coded([(f"code {n}", f"T{n}", f"p{n}") for n in range(20)])
    assert set(said(lonely)) == {""}  # each theme is known to one person only
    assert alpha(lonely, said(lonely)).alpha < 0.05
    assert alpha(lonely, lonely["theme_id"].map(homes(lonely))).alpha == 1.0


def test_what_is_the_same_agrees_wholly_and_what_is_drawn_by_lot_not_at_all():
    frame = sound()
    assert alpha(frame, said(frame)).alpha == 1.0
    assert mutual_information(frame) == {
        "value": pytest.approx(1.0),
        "low": pytest.approx(1.0),
        "high": pytest.approx(1.0),
    }
    lot = frame.assign(theme_id=np.random.default_rng(0).permutation(frame["theme_id"].to_numpy()))
    assert abs(alpha(lot, said(lot)).alpha) < 0.3
    assert mutual_information(lot)["value"] < 0.1


def test_recall_and_precision_by_hand():
    frame = sound(10)
    told = frame["code"].copy()
    told[frame.index[frame["code"].eq("bus")][:4]] = "lunch"
    table = by_code(frame, told)
    assert table.loc["bus", ["ideas", "recall_value", "precision_value"]].tolist() == [10, 0.6, 1.0]
    assert table.loc["lunch", "recall_value"] == 1.0
    assert table.loc["lunch", "precision_value"] == pytest.approx(10 / 14)
    assert table.loc["bus", "recall_low"] < 0.6 < table.loc["bus", "recall_high"]


def test_one_half_foretells_the_other_where_voices_are_drawn_alike():
    rng = np.random.default_rng(3)
    chances = np.geomspace(0.3, 0.002, 120)
    met = rng.random((200, len(chances))) < chances
    voice, place = np.nonzero(met)
    frame = pd.DataFrame({"voice_key": [f"v{n}" for n in voice], "place": [f"T{n}" for n in place]})
    found = halves(frame, 40)
    assert found["foretold"] == pytest.approx(found["came"], abs=0.03)
    assert found["with_scatter"] >= 0.8
    everything = pd.DataFrame([(f"v{n}", f"T{k}") for n in range(20) for k in range(5)], columns=["voice_key", "place"])
    assert (halves(everything, 5)["foretold"], halves(everything, 5)["came"], halves(everything, 5)["new_came"]) == (
        1,
        1,
        0,
    )
