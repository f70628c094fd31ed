"""A little more input on the sample district: an increment, what it keeps, and when the search is made again in full."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.metrics import adjusted_rand_score

from synthesis import actions
from synthesis.published import PublishedRun

pytestmark = pytest.mark.model

MORE = (
    "The bus comes fifteen minutes late twice a week and nobody calls us.",
    "Please hire more bus drivers, my stop was dropped again in October.",
    "There are thirty-one children in my son's third grade class.",
    "Smaller classes would let the teacher get to every child.",
    "Lunch is over before half the line has been served.",
    "The cafeteria food is cold by the time the last grade eats.",
    "Keep the phones away during the day, my daughter reads again.",
    "We need a second counselor at the middle school.",
    "Pay the aides enough that they stay past winter.",
    "Bring back the welding shop and the apprenticeships.",
    "The band needs instruments that are younger than its players.",
    "Please translate the notes that come home, my mother cannot read them.",
)
NEW_MATTER = (
    "Let the pupils keep bees behind the gymnasium and sell the honey.",
    "A beehive and a beekeeping club would teach them patience.",
    "Honey bees on the roof, with beekeepers from the county to help.",
    "We could have an apiary, bees are easier than people think.",
    "Beekeeping suits and two hives cost less than one laptop cart.",
    "My grandson would get up early for bees and their honey.",
    "The old beekeeper on our road would give a hive to the school.",
    "Bees, hives, honey: a whole year of lessons.",
)


def survey(folder: Path, name: str, said: tuple[str, ...]) -> Path:
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Timestamp", "What should the district do?"])
        writer.writerows([f"2026-03-02 10:{number:02}:00", words] for number, words in enumerate(said))
    return path


def listened(data_dir: Path, folder: Path, name: str, said: tuple[str, ...]) -> PublishedRun:
    actions.ingest([survey(folder, name, said)], data_dir=data_dir, timezone="America/New_York")
    return actions.run(data_dir=data_dir)


def placed(run: PublishedRun) -> pd.DataFrame:
    """Return what the machine said of each idea, by its words."""
    told = run.assignments.merge(run.ideas[["idea_id", "text"]], on="idea_id")
    return told[told["text"].isin(MORE)].set_index("text").sort_index()[["engine_id", "strength", "margin", "unclear"]]


@pytest.fixture(scope="module")
def searched(district: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PublishedRun]:
    """A copy of the district with a full run of its own."""
    data_dir = tmp_path_factory.mktemp("increment") / "data"
    shutil.copytree(district, data_dir)
    return data_dir, actions.run(data_dir=data_dir, full=True)


def test_an_increment_keeps_what_was_found_and_drifts_nowhere(
    searched: tuple[Path, PublishedRun], tmp_path: Path
) -> None:
    data_dir, first = searched
    at_once, in_parts = tmp_path / "at_once", tmp_path / "in_parts"
    for copy in (at_once, in_parts):
        shutil.copytree(data_dir, copy)
    run = listened(at_once, tmp_path, "all", MORE)
    assert first.manifest.basis is None
    assert run.manifest.basis == first.manifest.run_id
    assert run.manifest.quality["ideas_laid_beside"] >= len(MORE)
    told = ["idea_id", "engine_id", "subtheme_id", "strength", "margin", "unclear"]
    old = run.assignments[run.assignments["idea_id"].isin(first.assignments["idea_id"])]
    assert_frame_equal(old[told].reset_index(drop=True), first.assignments[told].reset_index(drop=True))
    assert {t.theme_id: t.name for t in run.themes} == {t.theme_id: t.name for t in first.themes}

    again = actions.run(data_dir=at_once)
    assert again.manifest.run_id == run.manifest.run_id
    assert_frame_equal(again.assignments, run.assignments)

    halves = [listened(in_parts, tmp_path, f"part {n}", part) for n, part in enumerate((MORE[:6], MORE[6:]))]
    assert [half.manifest.basis for half in halves] == [first.manifest.run_id] * 2
    assert_frame_equal(placed(halves[1]), placed(run))

    anew = actions.run(data_dir=at_once, full=True)
    assert anew.manifest.basis is None
    both = run.assignments.merge(anew.assignments, on="idea_id")
    agreement = adjusted_rand_score(both["engine_id_x"], both["engine_id_y"])
    same = (placed(run)["engine_id"] == placed(anew)["engine_id"]).mean()
    print(f"adjusted Rand index {agreement:.3f}; {same:.0%} of the new ideas in the same theme")
    assert agreement >= 0.85
    assert same >= 0.75


def test_a_new_matter_is_searched_for_in_full(searched: tuple[Path, PublishedRun], tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(searched[0], copy)
    assert listened(copy, tmp_path, "bees", NEW_MATTER).manifest.basis is None


def test_another_frame_of_adopted_themes_is_searched_beside_in_full(
    searched: tuple[Path, PublishedRun], tmp_path: Path
) -> None:
    data_dir, first = searched
    copy = tmp_path / "data"
    shutil.copytree(data_dir, copy)
    actions.adopt_themes([first.themes[0].theme_id], actions.Editor("A. Clerk", "agreed", copy))
    framed = listened(copy, tmp_path, "first", MORE[:6])
    assert framed.manifest.basis is None
    beside = listened(copy, tmp_path, "second", MORE[6:])
    assert beside.manifest.basis == framed.manifest.run_id
    assert set(beside.assignments["theme_id"]) == set(framed.assignments["theme_id"])
