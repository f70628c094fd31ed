"""Who is missing: raking, trimming, the re-weighted order, and benchmark files that do not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthesis.actions.representing import read_populations
from synthesis.errors import InputError
from synthesis.priority import Population, represent
from synthesis.priority.representation import missing_voices, rake
from tests.unit.test_priority import community, contribution

ROOT = Path(__file__).resolve().parents[2]


def lopsided():
    """Ninety families want T01, ten students T02; in the district there are as many of either."""
    families = [(contribution(n, f"p:{n}"), "T01") for n in range(90)]
    students = [(contribution(100 + n, f"p:{100 + n}", role="student"), "T02") for n in range(10)]
    return community(*families, *students)


ROLES = Population("families and students", "role", {"family": 500, "student": 500})


def test_weights_meet_the_shares_of_several_populations():
    rng = np.random.default_rng(0)
    first, second = rng.choice(3, 400, p=[0.6, 0.3, 0.1]), rng.choice(2, 400, p=[0.8, 0.2])
    goals = (np.array([0.4, 0.35, 0.25]), np.array([0.55, 0.45]))
    weight, trimmed = rake(np.ones(400), (first, second), goals, 20.0)
    for group, goal in zip((first, second), goals, strict=True):
        assert np.bincount(group, weights=weight) / weight.sum() == pytest.approx(goal, abs=1e-6)
    assert weight.mean() == pytest.approx(1)
    assert not trimmed.any()


def test_nobody_weighs_more_than_the_trim():
    member = np.array([0] * 99 + [1])
    weight, trimmed = rake(np.ones(100), (member,), (np.array([0.5, 0.5]),), 5.0)
    assert weight.max() < 5.3
    assert trimmed.tolist() == [False] * 99 + [True]


def test_people_of_unknown_group_keep_their_weight():
    member = np.array([0] * 30 + [1] * 10 + [-1] * 20)
    weight, _ = rake(np.ones(60), (member,), (np.array([0.5, 0.5]),), 5.0)
    assert weight[-20:] == pytest.approx(np.ones(20))
    assert weight[:30].sum() == pytest.approx(weight[30:40].sum())


def test_the_order_reweighted_is_that_of_the_district_and_has_its_price():
    found = represent(*lopsided(), [ROLES])
    assert found.people == 100
    assert found.effective_people < 50
    order = found.order.set_index("theme_id")
    assert order.loc["T01", "rank"] == 1
    even = represent(*lopsided(), [Population("as it is", "role", {"family": 900, "student": 100})])
    assert even.effective_people == pytest.approx(100)
    assert even.kendall_distance == 0
    assert not even.groups["missing"].any()


def test_missing_voices_are_named_without_small_counts():
    groups = represent(*lopsided(), [Population("all", "role", {"family": 400, "student": 400, "teacher": 200})]).groups
    assert missing_voices(groups, 10) == [
        "student: 10% of those who took part and said so, 40% of all.",
        "teacher: nobody of those who took part and said so, 20% of all.",
    ]
    assert "student: fewer than 20 people" in missing_voices(groups, 20)[0]


def test_the_samples_benchmark_and_a_csv_are_read(tmp_path: Path):
    populations = read_populations(ROOT / "data" / "benchmark.toml")
    assert [p.by for p in populations] == ["role", "grade_band", "school", "language"]
    assert populations[1].values["middle"] == ("6", "7", "8")
    table = tmp_path / "benchmark.csv"
    table.write_text(
        'population,by,group,people,among\nfamilies,school,Larkmoor High,"1,780",role=family\nfamilies,school,Northlock High,720,role=family\n'
    )
    assert read_populations(table) == [
        Population("families", "school", {"Larkmoor High": 1780, "Northlock High": 720}, {"role": "family"})
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("b.toml", "population = 3", "names no population"),
        ("b.toml", "[[population]]\nname = 'x'\nby = 'role'", "keys are missing"),
        ("b.toml", "[[population]]\nname = 'x'\nby = 'shoe'\npeople = { a = 1 }", "nothing to compare by"),
        ("b.toml", "[[population]]\nname = 'x'\nby = 'role'\npeople = { a = -1 }", "whole numbers"),
        (
            "b.toml",
            "[[population]]\nname = 'x'\nby = 'role'\npeople = { a = 1 }\nvalues = { b = ['c'] }",
            "without a count",
        ),
        ("b.toml", "not toml at all", "cannot be read"),
        ("b.csv", "population,by,group\nx,role,a\n", "people are missing"),
        ("b.csv", "population,by,group,people\nx,role,a,many\n", "no count of people"),
        ("none.toml", None, "There is no file"),
    ],
)
def test_a_benchmark_that_does_not_fit_is_refused_with_the_place(tmp_path: Path, name, text, said):
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=said) as refused:
        read_populations(path)
    assert refused.value.place.file == name
