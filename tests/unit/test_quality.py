"""The rules for a theme set: every measure worked out by hand, every pair of themes compared, intervals that mean something."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synthesis.themes.quality import interval, recurrence, sibling_cosine, stability
from synthesis.themes.rules import Measured, holds_name, theme_quality

PARTED = np.array([[0, 0, 1, 1], [0, 1, 1, 1]])


def measured(vectors, themes, **more) -> Measured:
    n = len(themes)
    given = {
        "names": dict.fromkeys(themes, "Buses"),
        "texts": ["the bus is late"] * n,
        "voices": [f"v{row}" for row in range(n)],
        "unclear": np.zeros(n, dtype=bool),
        "runs": np.array([np.unique(themes, return_inverse=True)[1]]),
    }
    unit = np.asarray(vectors, dtype=float)
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    return Measured(vectors=unit.astype(np.float32), themes=list(themes), **(given | more))


def turned(degrees: float) -> tuple[float, float]:
    return float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees)))


def test_recurrence_is_the_best_overlap_with_a_community_of_each_run():
    labels = np.array([0, 0, 1, 1])
    assert recurrence(labels, PARTED).tolist() == [[1, 1], [0.5, pytest.approx(2 / 3)]]
    assert stability(labels, PARTED).tolist() == [0.75, pytest.approx(5 / 6)]


def test_stability_has_the_interval_of_its_runs():
    even = [turned(a) for a in (0, 10, 180, 190)]
    runs = np.repeat(PARTED, 8, axis=0)
    frame, figures = theme_quality(measured(even, ["T01", "T01", "T02", "T02"], runs=runs))
    row = frame.set_index("theme_id").loc["T01"]
    assert (row["stability"], row["stability_runs"]) == (0.75, 16)
    # Eight runs at 1 and eight at .5: the mean of sixteen draws has a standard error of .25 / 4.
    assert row["stability_low"] == pytest.approx(0.75 - 1.645 * 0.0625, abs=0.02)
    assert row["stability_high"] == pytest.approx(0.75 + 1.645 * 0.0625, abs=0.02)
    assert "stable" in row["unsure"]
    assert "stable" not in row["broken"]
    assert figures["stability_min"] == 0.75
    assert figures["stability_mean"] == pytest.approx((0.75 + 5 / 6) / 2, abs=1e-4)
    assert figures["stability_mean_low"] < figures["stability_mean"] < figures["stability_mean_high"]


def test_stability_goes_on_where_nothing_was_searched_and_is_never_made_up():
    even = [turned(a) for a in (0, 10, 180, 190)]
    before, _ = theme_quality(measured(even, ["T01", "T01", "T02", "T02"], runs=np.repeat(PARTED, 8, axis=0)))
    frame, figures = theme_quality(measured(even, ["T01", "T01", "T09", "T09"], runs=None), before)
    rows = frame.set_index("theme_id")
    columns = ["stability", "stability_low", "stability_high", "stability_runs"]
    assert rows.loc["T01", columns].tolist() == before.set_index("theme_id").loc["T01", columns].tolist()
    assert rows.loc["T09", columns].tolist() == [0, 0, 1, 0]
    assert "stable" not in rows.loc["T09", "broken"].split()
    assert "stable" in rows.loc["T09", "unsure"].split()
    assert not [name for name in figures if name.startswith("stability")]


def test_every_theme_is_compared_with_every_other_not_with_its_neighbours_in_order():
    # T01 and T04 point the same way, T02 and T03 each another: in order of ids no neighbours are alike.
    angles = {"T01": 0, "T02": 120, "T03": 240, "T04": 14}
    themes = [theme for theme in angles for _ in range(6)]
    vectors = [turned(angles[theme] + 2 * turn) for theme in angles for turn in range(6)]
    frame, figures = theme_quality(measured(vectors, themes))
    rows = frame.set_index("theme_id")
    assert (rows.loc["T01", "nearest_id"], rows.loc["T04", "nearest_id"]) == ("T04", "T01")
    assert set(frame.loc[frame["broken"].str.contains("apart"), "theme_id"]) == {"T01", "T04"}
    assert figures["sibling_cosine_max"] == rows.loc["T01", "sibling_cosine"] > 0.9
    # The middle of all ideas is taken away first.
    unit = np.array(vectors, dtype=np.float32)
    unit = unit - unit.mean(axis=0, dtype=float)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    first, last = unit[:6].sum(axis=0), unit[18:].sum(axis=0)
    cosine = first @ last / np.linalg.norm(first) / np.linalg.norm(last)
    assert rows.loc["T01", "sibling_cosine"] == pytest.approx(cosine, abs=1e-4)
    labels = np.repeat(np.arange(4), 6)
    assert sibling_cosine(unit, labels) == pytest.approx(cosine, abs=1e-6)


def test_overlap_is_the_share_of_ideas_that_would_fit_another_theme_as_well():
    # Around the circle, so that the middle of all is the origin: T02 spans 90 degrees about 0, and 3 of the 12 ideas of T01 lie within it.
    wide = [-45, -40, -30, -20, -10, 0, 0, 10, 20, 30, 40, 45]
    narrow = [10, 20, 30, 80, 82, 84, 86, 88, 90, 92, 94, 96]
    angles = [*wide, *narrow]
    vectors = [turned(a) for a in angles] + [turned(a + 180) for a in angles]
    themes = ["T02"] * 12 + ["T01"] * 12 + ["T03"] * 24
    frame, figures = theme_quality(measured(vectors, themes))
    rows = frame.set_index("theme_id")
    assert rows.loc["T01", "overlap_id"] == "T02"
    assert rows.loc["T01", "overlap"] == pytest.approx(3 / 12)
    assert rows.loc["T01", "overlap_low"] < 0.25 < rows.loc["T01", "overlap_high"]
    assert figures["overlap_max"] == rows["overlap"].max()


def test_cohesion_is_the_mean_over_pairs_and_its_bar_the_mean_across_the_border():
    vectors = [turned(a) for a in (0, 60, 180, 240)]
    rows = theme_quality(measured(vectors, ["T01", "T01", "T02", "T02"]))[0].set_index("theme_id")
    assert rows.loc["T01", "cohesion"] == pytest.approx(0.5, abs=1e-4)  # cos 60
    across = np.mean(np.cos(np.radians([180, 240, 120, 180])))
    assert rows.loc["T01", "cohesion_bar"] == pytest.approx(across, abs=1e-4)
    assert "alike" not in rows.loc["T01", "broken"]


def test_a_mixed_theme_is_less_alike_than_it_should_be():
    vectors = [turned(a) for a in (0, 180, 2, 182, 1, 3, 90, 270)]
    rows = theme_quality(measured(vectors, ["T01"] * 4 + ["T02"] * 2 + ["T03"] * 2))[0].set_index("theme_id")
    assert rows.loc["T01", "cohesion"] < 0
    assert "alike" in rows.loc["T01", "broken"].split()
    assert "alike" not in rows.loc["T02", "broken"].split()


def test_size_unclear_and_name_have_their_bars():
    vectors = [turned(a) for a in (0, 5, 10, 15, 180, 185, 190, 195, 200, 205)]
    texts = ["late bus", "Buses again", "the driver", "lunch", *["cold lunches"] * 6]
    frame, figures = theme_quality(
        measured(
            vectors,
            ["T01"] * 4 + ["T02"] * 6,
            names={"T01": "Buses and transportation", "T02": "Lunch"},
            texts=texts,
            unclear=np.array([True] + [False] * 9),
        )
    )
    rows = frame.set_index("theme_id")
    assert (rows.loc["T01", "n_distinct"], rows.loc["T01", "size_bar"]) == (4, 5)
    assert rows.loc["T01", "broken"].split() == ["size", "clear"]  # .25 of its ideas fit badly
    assert rows.loc["T01", "grounded_share"] == 0.5
    assert "named" in rows.loc["T01", "unsure"].split()
    assert rows.loc["T02", ["grounded_share", "grounded_share_high", "broken"]].tolist() == [1.0, 1.0, ""]
    assert (figures["themes_in_order"], figures["smallest_theme"]) == (1, 4)
    assert figures["unclear_share"] == 0.1
    assert figures["names_grounded_share"] == 0.8
    assert figures["names_grounded_share_low"] < 0.8 < figures["names_grounded_share_high"]


def test_a_thousandth_of_all_ideas_is_asked_of_a_theme():
    vectors = [turned(a) for a in np.linspace(0, 300, 9000)]
    frame, _ = theme_quality(measured(vectors, ["T01"] * 8992 + ["T02"] * 8))
    assert frame["size_bar"].tolist() == [9, 9]
    assert frame["broken"].str.contains("size").tolist() == [False, True]


def test_a_name_is_held_in_any_form_of_its_words_and_by_its_own_theme_only():
    names = ["Buses and transportation: route", "The children's library"]
    texts = ["My bus was late", "both ROUTES", "the library", "the and of", "a child reads", "libraries, twice"]
    held = holds_name(names, texts, np.array([0, 0, 0, 0, 1, 1]))
    assert held.tolist() == [True, True, False, False, True, True]


def test_an_abbreviation_in_a_name_is_no_function_word_of_another_language():
    held = holds_name(["AP and gifted"], ["more AP classes", "pitit mwen", "the and of"], np.array([0, 0, 0]))
    assert held.tolist() == [True, False, False]


def test_voices_are_drawn_and_not_lines():
    # Twenty ideas of twenty people tell more than twenty ideas of two.
    vectors = [turned(a) for a in range(20)] + [turned(180 + a) for a in range(20)]
    themes = ["T01"] * 20 + ["T02"] * 20
    flags = np.array([row % 2 == 0 for row in range(40)])
    apart = theme_quality(measured(vectors, themes, unclear=flags))[0]
    few = theme_quality(measured(vectors, themes, unclear=flags, voices=[f"v{row % 2}" for row in range(40)]))[0]
    assert apart["unclear_share"].tolist() == few["unclear_share"].tolist() == [0.5, 0.5]

    def width(frame: pd.DataFrame) -> float:
        return float((frame["unclear_share_high"] - frame["unclear_share_low"]).iloc[0])

    # The standard error of a share of one half of twenty is .11.
    assert width(apart) == pytest.approx(2 * 1.645 * 0.112, rel=0.15)
    assert width(few) > 2 * width(apart)


def test_all_of_few_voices_is_not_said_to_be_all_for_sure():
    # If one in three did not hold the name, six voices would all hold it in 9 % of cases; at .607 in 5 %.
    vectors = [turned(a) for a in range(12)]
    voices = [f"v{n % 6}" for n in range(6)] + [f"v{n % 2}" for n in range(6)]
    rows = theme_quality(measured(vectors, ["T01"] * 6 + ["T02"] * 6, voices=voices))[0].set_index("theme_id")
    assert rows["grounded_share"].tolist() == rows["grounded_share_high"].tolist() == [1.0, 1.0]
    assert rows["grounded_share_low"].tolist() == [pytest.approx(0.05 ** (1 / n), abs=1e-4) for n in (6, 2)]
    assert rows["unclear_share_high"].tolist() == [pytest.approx(1 - 0.05 ** (1 / n), abs=1e-4) for n in (6, 2)]
    assert rows["unsure"].str.contains("clear").tolist() == [True, True]


def test_the_order_of_rows_changes_nothing():
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(60, 8))
    themes = np.array([f"T{n % 4 + 1:02d}" for n in range(60)])
    voices = np.array([f"v{n // 2}" for n in range(60)])
    runs = rng.integers(4, size=(16, 60))
    turn = rng.permutation(60)
    one = theme_quality(measured(vectors, themes, voices=voices, runs=runs))
    other = theme_quality(measured(vectors[turn], themes[turn], voices=voices[turn], runs=runs[:, turn]))
    pd.testing.assert_frame_equal(one[0], other[0])
    assert one[1] == other[1]


def test_one_theme_and_one_idea_can_be_measured():
    frame, figures = theme_quality(measured([turned(0)], ["T01"]))
    assert frame[["nearest_id", "overlap_id"]].iloc[0].tolist() == ["", ""]
    assert frame["broken"].tolist() == ["size"]
    assert figures["sibling_cosine_max"] == 0


def test_an_interval_lies_around_its_value_and_inside_its_bounds():
    draws = np.random.default_rng(0).normal(0.4, 0.1, size=(4000, 1))
    low, high = interval(np.array([0.9]), draws, 0.0, 1.0)
    assert low[0] == pytest.approx(0.9 - 0.1645, abs=0.01)
    assert high[0] == 1.0
    draws[::2] = np.nan
    assert interval(np.array([0.5]), draws, 0.0, 1.0)[0][0] == pytest.approx(0.5 - 0.1645, abs=0.015)
