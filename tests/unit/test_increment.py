"""Increments: when one may be made, and where new ideas are laid."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synthesis.actions.increment import GROWTH, ground, lay
from synthesis.frames import Placements
from synthesis.published import Basis

THEMES, EACH, WIDTH = ("T01", "T02"), 60, 24
MIDDLES = np.eye(WIDTH)[:4]


def near(theme: int, n: int, spread: float = 0.12) -> np.ndarray:
    """The same rows for the same theme and number, in whatever order tests run."""
    rows = MIDDLES[theme] + spread * np.random.default_rng((3, theme, n)).standard_normal((n, WIDTH))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


OLD = np.vstack([near(0, EACH), near(1, EACH)])


def basis(*, framed: bool = False) -> Basis:
    n = len(OLD)
    places = pd.DataFrame(
        {
            "idea_id": [f"I{row}" for row in range(n)],
            "read": "r",
            "engine_id": [theme for theme in THEMES for _ in range(EACH)],
            "sub_id": [f"{theme}.{row % 2 + 1}" for theme in THEMES for row in range(EACH)],
            "strength": 0.9,
            "runner_up": [theme for theme in reversed(THEMES) for _ in range(EACH)],
            "margin": 0.8,
            "unclear": False,
            "by_frame": framed,
        }
    )
    return Basis(Placements.validate(places), (), {}, (), (), "made")


def ids(new: int) -> list[str]:
    return [*basis().places["idea_id"], *(f"N{row}" for row in range(new))]


def laid(new: np.ndarray, lead: dict[int, int] | None = None, *, framed: bool = False):
    of = ids(len(new))
    found = ground(basis(framed=framed), of, ["r"] * len(of))
    assert found is not None
    stands_for = np.arange(len(of))
    for row, other in (lead or {}).items():
        stands_for[row] = other
    return lay(found, np.vstack([OLD, new]), stands_for)


def test_little_that_is_new_is_an_increment_and_much_is_not() -> None:
    most = int(GROWTH * len(OLD))
    assert ground(None, ids(1), ["r"] * len(ids(1))) is None
    found = ground(basis(), ids(most), ["r"] * len(ids(most)))
    assert found is not None
    assert found.new.sum() == most
    assert ground(basis(), ids(most + 1), ["r"] * len(ids(most + 1))) is None


def test_what_is_gone_or_reads_otherwise_counts_too() -> None:
    most = int(GROWTH * len(OLD))
    assert ground(basis(), ids(0)[most:], ["r"] * (len(OLD) - most)) is not None
    assert ground(basis(), ids(0)[most + 1 :], ["r"] * (len(OLD) - most - 1)) is None
    read = ["other" if row < most // 2 else "r" for row in range(len(OLD))]
    assert ground(basis(), ids(0), read) is not None  # each such idea is one gone and one new
    assert ground(basis(), ids(0), ["other"] * most + read[most:]) is None


@pytest.mark.parametrize("framed", [False, True])
def test_new_ideas_go_where_their_like_are_and_old_ones_stay(framed: bool) -> None:
    placed = laid(np.vstack([near(0, 2), near(1, 2)]), framed=framed)
    assert placed is not None
    assert placed.engine_ids[: len(OLD)] == basis().places["engine_id"].tolist()
    assert placed.sub_ids[: len(OLD)] == basis().places["sub_id"].tolist()
    assert placed.engine_ids[len(OLD) :] == ["T01", "T01", "T02", "T02"]
    assert all(bool(sub) is not framed for sub in placed.sub_ids[len(OLD) :])
    assert placed.by_frame.tolist() == [framed] * (len(OLD) + 4)
    assert (placed.strength[len(OLD) :] > 0.7).all()
    assert (placed.strength <= 1).all()


def test_a_letter_that_repeats_an_old_idea_stands_where_that_does() -> None:
    placed = laid(near(1, 1), {len(OLD): 0})
    assert placed is not None
    assert placed.engine_ids[len(OLD)] == "T01"
    assert placed.margin[len(OLD)] == placed.margin[0]


def test_a_new_matter_wants_a_full_search() -> None:
    assert laid(near(2, 6)) is None


def test_a_new_matter_inside_a_wide_theme_wants_one_too() -> None:
    """Its ideas fit the theme by its middle, but they are each other's nearest."""
    one = np.vstack([near(0, 1)] * 5)
    beside = one + 0.01 * np.random.default_rng(4).standard_normal(one.shape)
    assert laid((beside / np.linalg.norm(beside, axis=1, keepdims=True)).astype(np.float32)) is None


def test_odd_ideas_that_have_nothing_in_common_do_not() -> None:
    alone = np.eye(WIDTH, dtype=np.float32)[[10, 11]]
    placed = laid(np.vstack([near(0, 4), alone]))
    assert placed is not None
