"""The verbs by which people decide, as a process: what they print, what they keep, what they refuse."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from synthesis.store.runs import publish
from tests.store.small_run import small_run
from tests.unit.test_cli import csv_file, ledger, synthesis

ROWS = (
    ("Timestamp", "What most needs to improve?"),
    ("10/14/2025 18:05:11", "Lunch is over before the line ends."),
    ("10/14/2025 18:09:40", "N/A"),
    ("10/15/2025 07:30:02", "My neighbor hits her son with a belt"),
)
WHO = ("--by", "A. Clerk", "--reason", "read it again")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    done = synthesis(folder, "ingest", csv_file(tmp_path / "survey.csv", *ROWS))
    assert done.returncode == 0
    assert "1 urgent items in survey.csv" in done.stderr
    assert "belt" not in done.stdout + done.stderr
    publish(folder, small_run())
    return folder


def said(data_dir: Path, *arguments: str | Path) -> str:
    done = synthesis(data_dir, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_row_is_seen_put_back_and_taken_back(data_dir: Path):
    [row] = json.loads(said(data_dir, "aside", "list", "--reason", "non_answer", "--json"))
    assert said(data_dir, "aside", "show", row["aside_id"]).strip() == "N/A"
    assert "counts from the next run on" in said(data_dir, "aside", "put-back", row["aside_id"], *WHO)
    assert ledger(data_dir)["totals"]["kept"] == 2
    said(data_dir, "aside", "take-back", row["aside_id"], *WHO)
    assert ledger(data_dir)["totals"]["kept"] == 1
    refused = synthesis(data_dir, "aside", "put-back", row["aside_id"], "--by", "A. Clerk", "--reason", " ")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--reason" in refused.stderr


def test_lists_are_saved_as_tables_without_words(data_dir: Path, tmp_path: Path):
    said(data_dir, "aside", "list", "--save", tmp_path / "aside.csv")
    with (tmp_path / "aside.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["reason"] for row in rows} == {"non_answer", "urgent_item"}
    assert "belt" not in str(rows)
    said(data_dir, "ledger", "--save", tmp_path / "ledger.xlsx")
    lines = list(openpyxl.load_workbook(tmp_path / "ledger.xlsx").active.values)
    totals = dict(zip(lines[0], lines[-1], strict=True))
    assert (totals["name"], totals["rows_in"], totals["kept"], totals["set_aside"]) == ("all", 3, 1, 2)
    assert (totals["non_answer"], totals["urgent_item"]) == (1, 1)
    refused = synthesis(data_dir, "ledger", "--save", tmp_path / "ledger.pdf")
    assert refused.returncode == 2
    assert "xlsx" in refused.stderr


def test_an_urgent_item_shows_its_words_to_who_asks_and_is_handled_once_said_how(data_dir: Path):
    listed = said(data_dir, "urgent", "list", "--json")
    [item] = json.loads(listed)
    assert item["kind"] == "abuse"
    assert "belt" not in listed
    assert "belt" in said(data_dir, "urgent", "show", item["item_id"])
    said(data_dir, "urgent", "handle", item["item_id"], "--by", "N. Counselor", "--reason", "called the hotline")
    [item] = json.loads(said(data_dir, "urgent", "list", "--json"))
    assert item["handled"]["by"] == "N. Counselor"


def test_words_are_withheld_and_released(data_dir: Path):
    assert json.loads(said(data_dir, "quotes", "list", "--json")) == []
    said(data_dir, "quotes", "withhold", "C1", *WHO)
    assert synthesis(data_dir, "quotes", "withhold", "C99", *WHO).returncode == 2
    assert "C1: released" in said(data_dir, "quotes", "release", "C1", *WHO)


def test_campaigns_are_listed_and_an_unknown_one_is_refused(data_dir: Path):
    assert json.loads(said(data_dir, "campaigns", "list", "--json")) == []
    assert synthesis(data_dir, "campaigns", "break-up", "C99", *WHO).returncode == 2


def test_a_translation_goes_out_and_comes_back(data_dir: Path, tmp_path: Path):
    run = small_run()
    spanish = run.contributions.assign(language=["en", "es"])
    publish(data_dir, type(run)(**{**run.__dict__, "contributions": spanish}))
    table = tmp_path / "to_translate.csv"
    said(data_dir, "translate", "export", table)
    with table.open(encoding="utf-8-sig", newline="") as file:
        [row] = list(csv.DictReader(file))
    assert row["contribution_id"] == "C2"
    row |= {"translation": "More buses, please. 🚌", "method": "human", "reviewer": "A. Clerk"}
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(row)
    table.write_text(out.getvalue(), encoding="utf-8")
    assert said(data_dir, "translate", "import", table).startswith("1 translations stored")
    said(data_dir, "translate", "export", table)
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == []


def test_an_idea_is_nominated_for_the_register_and_withdrawn(data_dir: Path):
    def matters() -> list[dict[str, object]]:
        return json.loads(said(data_dir, "register", "list", "--json"))["matters"]

    assert [(entry["rule"], entry["people"]) for entry in matters()] == [("safety", 1)]
    refused = synthesis(data_dir, "register", "nominate", "I9", *WHO)
    assert (refused.returncode, refused.stdout) == (2, "")
    said(data_dir, "register", "nominate", "I2", "--by", "A. Member", "--reason", "one child, every day")
    nominated = matters()[-1]
    assert nominated["rule"] == "nominated"
    [comment] = nominated["comments"]
    assert (comment["idea_id"], comment["by"], comment["reason"]) == ("I2", "A. Member", "one child, every day")
    assert "Más autobuses" in said(data_dir, "register", "list")
    said(data_dir, "register", "withdraw", "I2", *WHO)
    assert [entry["rule"] for entry in matters()] == ["safety"]
    again = synthesis(data_dir, "register", "withdraw", "I2", *WHO)
    assert again.returncode == 2


def test_comparisons_practices_and_changes_are_printed_and_given_as_json(data_dir: Path):
    report = json.loads(said(data_dir, "practices", "--json"))
    assert [(theme["theme_id"], theme["verdict"]) for theme in report["themes"]] == [("T01", "supported")]
    assert report["themes"][0]["chunks"][0]["anchor"] == "page 3"
    assert "Buses elsewhere, page 3" in said(data_dir, "practices")
    compared = json.loads(said(data_dir, "compare", "--json"))
    assert (compared["n_compared"], compared["groups"]) == (0, [])
    assert "0 of 0 comparisons" in said(data_dir, "compare")
    first = synthesis(data_dir, "changes")
    assert first.returncode == 4
    assert "--since" in first.stderr
    since = json.loads(said(data_dir, "changes", "--since", "2026-01-01", "--json"))
    assert since["themes"][0]["sentence"] == "As before: 1."
    early = synthesis(data_dir, "changes", "--since", "2020-01-01")
    assert early.returncode == 2
