"""Changes of the order: moves that are more than noise are told, others are not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthesis.priority.changes import State, changes
from tests.unit.test_priority import community, contribution

THEMES = [f"T{n:02}" for n in range(1, 9)]


def state(rng: np.random.Generator, chances: np.ndarray, first: int, last: int) -> list[tuple[dict[str, object], str]]:
    """People `first` to `last`, each of whom speaks to a theme with its chance."""
    return [
        (contribution(100 * person + number, f"p:{person}"), theme)
        for person in range(first, last)
        for number, theme in enumerate(THEMES)
        if rng.random() < chances[number]
    ]


def joined(*rows: tuple[dict[str, object], str]) -> State:
    return State(*community(*rows))


def test_the_same_input_moves_nothing():
    rows = state(np.random.default_rng(0), np.linspace(0.1, 0.4, 8), 0, 100)
    found = changes(joined(*rows), joined(*rows), draws=50)
    assert (found["moved"].abs() + found["low"].abs() + found["high"].abs()).sum() == 0
    assert not found["more_than_noise"].any()


def test_more_people_of_the_same_mind_seldom_look_like_a_change():
    alarms = tried = 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        chances = rng.permutation(np.linspace(0.1, 0.4, 8))
        before = state(rng, chances, 0, 120)
        after = before + state(rng, chances, 120, 240)
        found = changes(joined(*before), joined(*after), draws=100, seed=seed)
        alarms, tried = alarms + int(found["more_than_noise"].sum()), tried + len(found)
    assert alarms / tried <= 0.1


def test_a_theme_that_newcomers_bring_up_has_moved():
    rng = np.random.default_rng(3)
    before = state(rng, np.array([0.05, *np.linspace(0.15, 0.4, 7)]), 0, 150)
    after = before + state(rng, np.array([0.9, *np.linspace(0.15, 0.4, 7)]), 150, 350)
    found = changes(joined(*before), joined(*after), draws=200).set_index("theme_id")
    assert found.loc["T01", "rank_before"] == 8
    assert found.loc["T01", "rank_after"] == 1
    assert found.loc["T01", "more_than_noise"]
    assert found.loc["T01", "low"] > 0


def test_a_new_theme_and_one_that_is_gone_are_listed_without_a_move():
    old = joined((contribution(1, "p:1"), "T01"), (contribution(2, "p:2"), "T02"))
    new = joined((contribution(1, "p:1"), "T01"), (contribution(3, "p:3"), "T03"))
    found = changes(old, new, draws=20).set_index("theme_id")
    assert found.loc["T03", ["rank_before", "moved"]].tolist() == [0, 0]
    assert found.loc["T02", ["rank_after", "moved"]].tolist() == [0, 0]
    assert not found["more_than_noise"].any()
    assert found.index.tolist()[-1] == "T02"


def test_row_order_changes_nothing():
    rows = state(np.random.default_rng(5), np.linspace(0.1, 0.4, 8), 0, 80)
    frames = community(*rows)
    mixed = [frame.sample(frac=1, random_state=1).reset_index(drop=True) for frame in frames]
    half = joined(*rows[: len(rows) // 2])
    pd.testing.assert_frame_equal(
        changes(half, State(*frames), draws=40), changes(half, State(*mixed), draws=40), check_dtype=False
    )
