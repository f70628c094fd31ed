"""Sample coverage and discovery curves: published figures, figures worked out by hand, and simulated listening."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from synthesis.themes.coverage import coverage, covered, curve, expected_new, sizes, unseen


def one(*numbers: float) -> list[np.ndarray]:
    return [np.array([float(number)]) for number in numbers]


@pytest.mark.parametrize(
    ("ones", "twos", "n", "share"),
    [
        (
            12,
            4,
            168,
            0.9289,
        ),  # spiders of girdled trees (Ellison et al. 2010), as Chao and Jost's estimator gives them in iNEXT
        (14, 4, 252, 0.9446),  # spiders of logged trees
    ],
)
def test_coverage_of_published_samples(ones, twos, n, share):
    assert covered(*one(ones, twos), np.array([n]), n)[0] == pytest.approx(share, abs=5e-5)


def test_coverage_without_twos_and_at_the_ends():
    # 1 - 3/20 * (9 * 2) / (9 * 2 + 2), the bias-corrected form.
    assert covered(*one(3, 0), np.array([20]), 10)[0] == pytest.approx(1 - 0.15 * 0.9)
    assert covered(*one(1, 0), np.array([20]), 10)[0] == pytest.approx(0.95)  # Good's own: one in twenty was new
    assert covered(*one(0, 5), np.array([20]), 10)[0] == 1.0
    assert covered(*one(4, 0), np.array([4]), 1)[0] == 0.0


def test_unseen_and_expected_by_hand():
    assert unseen(*one(2, 1), 10)[0] == pytest.approx(0.9 * 4 / 2)
    assert unseen(*one(3, 0), 10)[0] == pytest.approx(0.9 * 3)
    # 1.8 unseen, each met with chance 2 / (10 * 1.8 + 2) = .1 a unit: after two units 1 - .9² of them.
    assert expected_new(*one(2, 1), 10, 2)[0] == pytest.approx(1.8 * 0.19)
    assert expected_new(*one(0, 4), 10, 50)[0] == 0.0


def test_a_curve_is_the_mean_over_all_orders():
    said = [{"a", "b"}, {"a"}, {"c"}, {"a", "d"}, set()]
    counts = np.array([sum(thing in unit for unit in said) for thing in "abcd"])
    means = [
        np.mean([len(set().union(*order[:size])) for order in permutations(said)]) for size in range(1, len(said) + 1)
    ]
    assert curve(counts, 5, np.arange(1, 6)) == pytest.approx(means)


def test_a_curve_goes_on_where_it_ends_and_never_falls():
    counts = np.array([1, 1, 2, 5, 9, 9])
    drawn = curve(counts, 12, np.arange(1, 25))
    assert drawn[11] == pytest.approx(6)
    assert (np.diff(drawn) > 0).all()
    assert np.diff(drawn)[11] < np.diff(drawn)[9]


def test_what_everybody_raises_leaves_nothing_to_be_found():
    found = coverage(np.array([40, 35, 28, 0]), 50)
    assert (found.raised, found.coverage, found.coverage_low, found.next_new, found.next_high) == (
        3,
        1.0,
        1.0,
        0.0,
        0.0,
    )
    assert found.last_new == pytest.approx(0, abs=1e-6)
    assert found.step == 10


def test_few_points_for_few_units():
    assert sizes(18).tolist() == [1, 10, 18, 27]
    assert len(sizes(1000)) <= 17
    assert {1, 1000, 1500} <= set(sizes(1000).tolist())


def listened(rng: np.random.Generator, chances: np.ndarray, units: int) -> np.ndarray:
    return rng.random((units, len(chances))) < chances


@pytest.mark.parametrize("units", [20, 60, 240])
def test_estimates_and_intervals_hold_in_simulated_listening(units):
    rng = np.random.default_rng(7)
    chances = np.minimum(0.4, 0.6 / np.arange(1, 81) ** 1.1)
    off, fresh, held = [], [], []
    for trial in range(150):
        said = listened(rng, chances, units)
        found = coverage(said.sum(axis=0), units, seed=trial, draws=100)
        seen = said.any(axis=0)
        true = chances[seen].sum() / chances.sum()
        to_come = ((1 - (1 - chances) ** found.step) * ~seen).sum()
        off.append(found.coverage - true)
        fresh.append((found.next_new, to_come))
        held.append((found.coverage_low <= true <= found.coverage_high, found.next_low <= to_come <= found.next_high))
    assert abs(np.mean(off)) < 0.015
    expected, came = np.mean(fresh, axis=0)
    assert expected == pytest.approx(came, rel=0.1)
    assert (np.mean(held, axis=0) > 0.82).all()
