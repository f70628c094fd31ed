"""Who is missing: raking, trimming, the re-weighted order, and benchmark files that do not fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synthesis.actions.grouping import shown_groups
from synthesis.actions.representing import missing_voices, read_populations, representation
from synthesis.errors import InputError
from synthesis.priority import Population, represent
from synthesis.priority.representation import rake
from synthesis.published import PublishedRun
from synthesis.store.runs import publish
from tests.store.small_run import small_run
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


def row(
    name: str, share: float | None, benchmark: float, people: int | None, *, few: bool = False
) -> dict[str, object]:
    return {"name": name, "share": share, "benchmark_share": benchmark, "people": people, "few": few, "missing": True, "population": "all"}  # fmt: skip


def test_missing_voices_are_named_without_small_counts():
    rows = [
        row("Students", 0.1, 0.4, 10),
        row("Teachers", 0.0, 0.2, 0),
        row("Alumni", None, 0.3, None, few=True),
        row("Partners", None, 0.1, None),
        row("Families", 0.9, 0.4, 90) | {"missing": False},
    ]
    assert missing_voices(rows, 10) == [
        "Students: 10% of those who took part and said so, 40% of all.",
        "Alumni: fewer than 10 people of those who took part and said so, 30% of all.",
        "Teachers: nobody of those who took part and said so, 20% of all.",
        "Partners: a number that is not shown of those who took part and said so, 10% of all.",
    ]


def published(tmp_path: Path, people: dict[tuple[str, str], int]) -> tuple[Path, PublishedRun]:
    """Publish a run of people by role and school."""
    rows = [
        (contribution(n, f"p:{n}", role=role, school=school), "T01")
        for n, (role, school) in enumerate(group for group, size in people.items() for _ in range(size))
    ]
    contributions, ideas, assignments = community(*rows)
    small = small_run()
    run = replace(
        small,
        contributions=contributions,
        ideas=ideas,
        assignments=assignments,
        groups=shown_groups(contributions, ideas, assignments, 10),
        manifest=replace(small.manifest, settings=small.manifest.settings | {"minimum_cell": 10}),
    )
    publish(tmp_path, run)
    return tmp_path, run


def test_counts_that_would_give_a_small_one_away_are_not_shown(tmp_path: Path):
    people = {("family", "North"): 30, ("family", "South"): 25, ("family", "East"): 4, ("student", "North"): 20, ("student", "South"): 3}  # fmt: skip
    data_dir, _ = published(tmp_path / "data", people)
    table = tmp_path / "b.csv"
    table.write_text(
        "population,by,group,people,among\nfamilies,school,North,100,role=family\nfamilies,school,South,100,role=family\nfamilies,school,East,100,role=family\n"
    )
    shown = {row["group"]: row["people"] for row in representation(table, data_dir=data_dir)["groups"]}
    # 59 families: North and South give East (4) away. South's 28 people less its 25 families give its 3 students away.
    assert shown["East"] is None
    assert shown["South"] is None
    assert "East: fewer than 10 people" in " ".join(representation(table, data_dir=data_dir)["missing"])


def test_a_count_that_the_run_hides_is_not_shown_here(tmp_path: Path):
    data_dir, run = published(
        tmp_path / "data", {("family", "North"): 30, ("student", "North"): 12, ("teacher", "North"): 4}
    )
    table = tmp_path / "b.csv"
    table.write_text("population,by,group,people\nall,role,family,100\nall,role,student,100\nall,role,teacher,10\n")
    base = run.groups[run.groups["theme_id"].eq("") & run.groups["channel"].eq("*") & run.groups["school"].eq("*")]
    hidden = set(base.loc[~base["shown"], "role"])
    assert {"teacher"} < hidden
    shown = {row["group"]: row["people"] for row in representation(table, data_dir=data_dir)["groups"]}
    assert {group for group, number in shown.items() if number is None} >= hidden - {"unknown", "*"}


def test_a_large_group_is_shown(tmp_path: Path):
    data_dir, _ = published(tmp_path / "data", {("family", "North"): 30, ("student", "North"): 40, ("student", "South"): 50, ("family", "South"): 60})  # fmt: skip
    table = tmp_path / "b.csv"
    table.write_text(
        "population,by,group,people,among\nfamilies,school,North,100,role=family\nfamilies,school,South,100,role=family\n"
    )
    assert [row["people"] for row in representation(table, data_dir=data_dir)["groups"]] == [30, 60]


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
