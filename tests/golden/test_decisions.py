"""What people decided about quotes, campaigns and translations shows in the next run, and only there."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from synthesis import actions
from synthesis.errors import InputError
from synthesis.published import PublishedRun

pytestmark = pytest.mark.model
WHO = {"by": "C. Chair", "reason": "agreed in the meeting of 3 March"}


@dataclass(frozen=True)
class Decided:
    """A copy of the district, what was decided in it, and the run after that."""

    data_dir: Path
    before: PublishedRun
    after: PublishedRun
    withheld: str
    released: str
    letter: str
    translated: str


def quoted(run: PublishedRun) -> set[str]:
    return {
        quote.contribution_id for theme in run.themes for level in (theme, *theme.subthemes) for quote in level.quotes
    }


def fill_in(path: Path, wanted: str, /, **cells: str) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    for row in rows:
        if row["contribution_id"] == wanted:
            row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def decided(district: Path, tmp_path_factory: pytest.TempPathFactory) -> Decided:
    """The district after one decision of each kind."""
    data_dir = tmp_path_factory.mktemp("decided") / "data"
    shutil.copytree(district, data_dir)
    before = actions.read_run(data_dir)
    withheld = before.themes[0].quotes[0].contribution_id
    actions.decide_quote(withheld, release=False, data_dir=data_dir, **WHO)
    released = actions.quotes_waiting(data_dir)[0].contribution_id
    actions.decide_quote(released, release=True, data_dir=data_dir, **WHO)
    letter = str(actions.campaigns(data_dir)[0]["primary"])
    actions.decide_campaign(letter, break_up=True, data_dir=data_dir, **WHO)
    table = data_dir.parent / "await.csv"
    assert actions.export_translations(table, data_dir=data_dir) > 50
    sizes = before.ideas["contribution_id"].value_counts()
    foreign = before.contributions[before.contributions["language"] == "es"]["contribution_id"]
    translated = next(c for c in sorted(foreign) if sizes[c] == 1)
    fill_in(table, translated, translation="=The bus is late", method="human", reviewer="R. Translator")
    assert actions.import_translations(table, data_dir=data_dir) == 1
    after = actions.run(data_dir=data_dir)
    return Decided(data_dir, before, after, withheld, released, letter, translated)


def test_another_set_of_decisions_is_another_run(decided: Decided):
    assert decided.after.manifest.run_id != decided.before.manifest.run_id
    assert decided.after.manifest.previous_run_id == decided.before.manifest.run_id


def test_what_was_withheld_is_quoted_nowhere_and_what_waits_neither(decided: Decided):
    assert decided.withheld in quoted(decided.before)
    assert decided.withheld not in quoted(decided.after)
    held = set(decided.after.contributions.query("hold != ''")["contribution_id"])
    assert held
    assert decided.withheld in held
    assert decided.released not in held
    assert quoted(decided.after).isdisjoint(held)


def test_a_campaign_that_was_broken_up_is_no_campaign_and_the_other_stays(decided: Decided):
    before, after = (set(run.contributions["campaign_id"]) - {""} for run in (decided.before, decided.after))
    assert len(before) == 2
    assert len(after) == 1
    own = decided.after.contributions.set_index("contribution_id")
    assert own.loc[decided.letter, ["campaign_id", "duplicate_of"]].tolist() == ["", ""]
    actions.decide_campaign(decided.letter, break_up=False, data_dir=decided.data_dir, **WHO)


def test_a_translation_stands_beside_the_original(decided: Decided):
    row = decided.after.contributions.set_index("contribution_id").loc[decided.translated]
    original = decided.before.contributions.set_index("contribution_id").loc[decided.translated]
    assert (row["translation"], row["translation_method"]) == ("=The bus is late", "human")
    assert row["text_public"] == original["text_public"]
    left = decided.data_dir.parent / "left.csv"
    actions.export_translations(left, data_dir=decided.data_dir)
    assert decided.translated not in left.read_text("utf-8")
    actions.export_translations(left, data_dir=decided.data_dir, every=True)
    assert "'=The bus is late" in left.read_text("utf-8")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"translation": "x", "method": "by hand", "reviewer": "R"}, "method"),
        ({"translation": "x", "method": "human", "reviewer": ""}, "reviewer"),
        ({"translation": "x", "method": "machine", "contribution_id": "C0"}, "contribution_id"),
    ],
)
def test_a_faulty_table_is_refused_whole_naming_row_and_column(
    decided: Decided, tmp_path: Path, cells: dict[str, str], column: str
):
    table = tmp_path / "t.csv"
    actions.export_translations(table, data_dir=decided.data_dir)
    rows = list(csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig"), newline="")))
    fill_in(table, rows[0]["contribution_id"], translation="fine", method="machine")
    fill_in(table, rows[2]["contribution_id"], **cells)
    with pytest.raises(InputError) as caught:
        actions.import_translations(table, data_dir=decided.data_dir)
    assert (caught.value.place.row, caught.value.place.column) == (4, column)
    again = tmp_path / "again.csv"
    actions.export_translations(again, data_dir=decided.data_dir)
    assert rows[0]["contribution_id"] in again.read_text("utf-8")
