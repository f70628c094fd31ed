"""Krippendorff's alpha against the worked examples of its author, and its intervals."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.themes.agreement import NOT_CODED, agreement

BINARY = ("0100000010", "1110010000")
TWO_OBSERVERS = ("aabbdcccedda", "babbbccceddd")
FOUR_OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def codes(*observers: str) -> np.ndarray:
    """Observers' codes as numbers; a point is a missing one."""
    values = sorted(set("".join(observers)) - {"."})
    return np.array([[NOT_CODED if code == "." else values.index(code) for code in line] for line in observers])


@pytest.mark.parametrize(
    ("observers", "alpha", "units"),
    [
        (BINARY, 0.095, 10),  # Krippendorff (2011), example A
        (TWO_OBSERVERS, 0.692, 12),  # example B
        (FOUR_OBSERVERS, 0.743, 11),  # example C: missing codes; one unit was coded once and pairs with nothing
    ],
)
def test_the_examples_of_the_paper(observers, alpha, units):
    found = agreement(codes(*observers))
    assert round(found.alpha, 3) == alpha
    assert found.units == units
    assert found.low < found.alpha < found.high


def test_perfect_agreement_is_one_and_chance_is_nothing():
    assert agreement(codes("abcab", "abcab")).alpha == 1.0
    rng = np.random.default_rng(3)
    found = agreement(rng.integers(4, size=(2, 4000)))
    assert abs(found.alpha) < 0.03
    assert found.low < 0 < found.high
    assert found.same == pytest.approx(0.25, abs=0.03)


def test_what_cannot_be_told_is_not_told():
    alone = agreement(codes("ab.", "..a"))
    assert (alone.units, alone.same, alone.alpha) == (0, None, None)
    one_code = agreement(codes("aaa", "aaa"))
    assert (one_code.units, one_code.same, one_code.alpha, one_code.low) == (3, 1.0, None, None)


def test_same_is_the_share_of_pairs_that_agree():
    # Three coders: two of three pairs of the first unit differ, the second is of two coders who agree.
    found = agreement(codes("aa", "a.", "ba"))
    # Unit 1: 1 of 3 pairs; weighed by its codes (3 of 5), unit 2 by 2 of 5.
    assert found.same == pytest.approx((3 * (1 / 3) + 2 * 1.0) / 5)


def test_more_ideas_make_the_interval_narrower():
    rng = np.random.default_rng(0)
    truth = rng.integers(5, size=1600)
    noisy = np.where(rng.random(1600) < 0.7, truth, rng.integers(5, size=1600))
    few, many = (agreement(np.stack([truth[:n], noisy[:n]])) for n in (100, 1600))
    assert many.high - many.low < (few.high - few.low) / 2.5
    assert many.low < 0.7 < many.high


def test_the_interval_holds_the_true_agreement_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(200):
        truth = rng.integers(6, size=150)
        other = np.where(rng.random(150) < 0.6, truth, rng.integers(6, size=150))
        found = agreement(np.stack([truth, other]), draws=300)
        held += found.low <= 0.6 <= found.high
    assert 0.85 <= held / 200 <= 0.95
