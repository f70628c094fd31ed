"""Quotes: few, of as many people, and mirroring who spoke and on which side."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from synthesis.model import Stance
from synthesis.themes.quotes import choose, fair

ROLES = ("family", "family", "family", "teacher", "student", "unknown")


def candidates(n: int, against: int, **more: object) -> tuple[pd.DataFrame, np.ndarray]:
    """Ideas of `n` people, the first `against` of them objecting."""
    rng = np.random.default_rng(n + against)
    vectors = rng.normal(size=(n, 16)) + 1.0
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    frame = pd.DataFrame(
        {
            "idea_id": [f"I{row:03d}" for row in range(n)],
            "contribution_id": [f"C{row:03d}" for row in range(n)],
            "text": [f"Number {row} says this in a sentence that is long enough to be quoted." for row in range(n)],
            "language": "en",
            "channel": [("other", "town_hall", "lets_talk")[row % 3] for row in range(n)],
            "role": [ROLES[row % 6] for row in range(n)],
            "participant_key": [f"p{row}" for row in range(n)],
            "strength": 0.9,
            "stance": [Stance.AGAINST.value] * against + [Stance.FOR.value] * (n - against),
            "certainty": 0.8,
            "quotable": True,
            "pinned": False,
        }
    )
    return frame.assign(**more), vectors.astype(np.float32)


@pytest.mark.parametrize(("against", "quoted"), [(0, 0), (1, 1), (10, 2), (15, 3), (18, 3)])
def test_as_many_object_among_the_quotes_as_in_the_theme_at_most_half(against, quoted):
    frame, vectors = candidates(30, against)
    quotes = choose(frame, vectors)
    assert len(quotes) == 6
    assert [quote.why for quote in quotes].count("dissent") == quoted
    stance = frame.set_index("idea_id")["stance"]
    assert sum(stance[quote.idea_id] == Stance.AGAINST for quote in quotes) == quoted
    assert fair(quotes, frame)


def test_the_middle_is_of_those_who_are_for_and_nobody_is_quoted_twice():
    frame, vectors = candidates(24, 6, participant_key=[f"p{row % 12}" for row in range(24)])
    quotes = choose(frame, vectors)
    stance = frame.set_index("idea_id")["stance"]
    middle = next(quote for quote in quotes if quote.why == "medoid")
    assert stance[middle.idea_id] == Stance.FOR
    people = Counter(frame.set_index("idea_id").loc[[quote.idea_id for quote in quotes], "participant_key"])
    assert set(people.values()) == {1}


def test_the_middle_is_in_the_language_that_most_of_the_theme_is_in():
    frame, vectors = candidates(12, 0)
    central = next(quote for quote in choose(frame, vectors) if quote.why == "medoid").idea_id
    frame.loc[frame["idea_id"].eq(central), "language"] = "es"
    other = next(quote for quote in choose(frame, vectors) if quote.why == "medoid").idea_id
    assert other != central
    assert central in {quote.idea_id for quote in choose(frame, vectors)}


def test_no_known_role_has_more_quotes_than_its_share():
    frame, vectors = candidates(30, 4)
    roles = Counter(quote.role for quote in choose(frame, vectors))
    assert roles["family"] <= 4  # 15 of the 25 whose role is known
    assert roles["teacher"] <= 2
    assert roles["student"] <= 2


def test_what_may_not_be_quoted_never_is_even_where_it_is_the_only_objection():
    frame, vectors = candidates(12, 1)
    frame.loc[0, "quotable"] = False
    quotes = choose(frame, vectors)
    assert "I000" not in {quote.idea_id for quote in quotes}
    assert fair(quotes, frame)
    assert choose(frame.assign(quotable=False), vectors) == ()


def test_pinned_quotes_come_first_and_one_sided_ones_are_called_unfair():
    frame, vectors = candidates(30, 15)
    frame.loc[20:25, "pinned"] = True
    quotes = choose(frame, vectors)
    assert [quote.why for quote in quotes] == ["pinned"] * 6
    assert not fair(quotes, frame)


def test_the_same_quotes_in_any_order_of_rows():
    frame, vectors = candidates(30, 9)
    first = choose(frame, vectors)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(30)
        assert choose(frame.iloc[order].reset_index(drop=True), vectors[order]) == first
    assert all(one.idea_id != other.idea_id for one, other in pairwise(first))
