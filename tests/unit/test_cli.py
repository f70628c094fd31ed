"""The command line as people run it: a process, its exit code, and what it says."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from synthesis.actions.report import themes_report
from synthesis.store.runs import publish
from tests.store.small_run import small_run

FORM = (
    ("Timestamp", "I am a...", "What is going well in our schools?", "What most needs to improve?"),
    (
        "10/14/2025 18:05:11",
        "Parent",
        "The band concerts, and the teachers who run them.",
        "Buses come late in winter.",
    ),
    ("10/14/2025 18:09:40", "Student", "N/A", "Lunch is over before the line ends."),
    ("10/15/2025 07:30:02", "Teacher", "Our mentors help new teachers stay.", ""),
)
TALK_HEADER = (
    "Name", "Phone", "Email", "Type", "Priority", "Status", "Type", "Entry Point", "Topic", "Owner", "Team Members",
    "Tags", "Attachments", "Original Message", "Date Received", "Dialogue Age", "Timeline", "Private",
)  # fmt: skip


def csv_file(path: Path, *rows: tuple[str, ...]) -> Path:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue().encode())
    return path


def talk(message: str, minute: int) -> tuple[str, ...]:
    return (
        "Odalys Brennick", "", "odalys@example.org", "Parent", "P2 (Normal)", "Closed", "Concern", "District website",
        "Transportation", "", "", "", "", message, f"11/4/25 6:{minute:02d} pm", "3 days", "", "No",
    )  # fmt: skip


def synthesis(data_dir: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SYNTHESIS_")}
    return subprocess.run(
        [sys.executable, "-m", "synthesis.cli", "--data-dir", str(data_dir), *map(str, arguments)],
        cwd=data_dir.parent,
        env=environment | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def ledger(data_dir: Path) -> dict[str, Any]:
    done = synthesis(data_dir, "ledger", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_a_missing_path_is_one_readable_block_and_exit_code_2(data_dir: Path, tmp_path: Path):
    done = synthesis(data_dir, "ingest", tmp_path / "absent.csv")
    assert done.returncode == 2
    assert done.stdout == ""
    first, *others = done.stderr.replace("\n" + str(tmp_path), str(tmp_path)).splitlines()
    assert first == "There is no such file or folder."
    assert any(line.startswith("  where:    file ") for line in others)
    assert any(line.startswith("  do next:  ") for line in others)
    assert "Traceback" not in done.stderr
    assert not data_dir.exists()


def test_an_unknown_layout_is_refused_with_its_columns_and_nothing_is_stored(data_dir: Path, tmp_path: Path):
    strange = csv_file(tmp_path / "strange.csv", ("Fruit", "Weight"), ("apple", "SECRET WORDS"))
    done = synthesis(data_dir, "ingest", strange)
    assert done.returncode == 2
    for wanted in ("Fruit, Weight", "strange.csv", "expected:", "do next:", "Nothing was stored"):
        assert wanted in done.stderr.replace("\n", " ")
    assert "SECRET" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert list(data_dir.rglob("*")) == []
    assert ledger(data_dir)["exports"] == []


def test_a_refused_file_keeps_no_other_out(data_dir: Path, tmp_path: Path):
    csv_file(tmp_path / "in" / "strange.csv", ("Fruit", "Weight"), ("apple", "3"))
    csv_file(tmp_path / "in" / "survey.csv", *FORM)
    done = synthesis(data_dir, "ingest", tmp_path / "in")
    assert done.returncode == 2
    assert "Stored 1 exports" in done.stdout
    assert "strange.csv" in done.stderr
    assert [export["layout"] for export in ledger(data_dir)["exports"]] == ["google_forms"]


def test_tracebacks_are_shown_on_request_only(data_dir: Path, tmp_path: Path):
    done = synthesis(data_dir, "--debug", "ingest", tmp_path / "absent.csv")
    assert done.returncode != 0
    assert "Traceback" in done.stderr


@pytest.mark.parametrize("arguments", [("themes",), ("themes", "--json"), ("explain", "T01"), ("run",)])
def test_before_the_first_run_the_exit_code_is_4(data_dir: Path, arguments: tuple[str, ...]):
    done = synthesis(data_dir, *arguments)
    assert done.returncode == 4
    assert done.stdout == ""
    assert "do next:" in done.stderr
    assert "synthesis ingest PATH" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("item_id", ["T99", "I000", "../runs", ""])
def test_an_unknown_id_is_refused_with_exit_code_2(data_dir: Path, item_id: str):
    publish(data_dir, small_run())
    done = synthesis(data_dir, "explain", item_id)
    assert done.returncode == 2
    assert done.stderr.startswith("Nothing in the plan or in the published run R000000000001 has the id")
    assert "synthesis themes" in " ".join(done.stderr.split())


def test_themes_has_the_documented_keys(data_dir: Path):
    publish(data_dir, small_run())
    done = synthesis(data_dir, "themes", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["run_id"] == "R000000000001"
    [theme] = report["themes"]
    documented = {
        "theme_id", "name", "description", "rank", "rank_low", "rank_high", "people_low", "people_high",
        "n_contributions", "n_ideas", "channels", "stability", "status", "subthemes",
    }  # fmt: skip
    assert documented <= set(theme)
    assert (theme["theme_id"], theme["rank"], theme["channels"]) == ("T01", 1, {"lets_talk": 2})
    assert [child["theme_id"] for child in theme["subthemes"]] == ["T01.1"]
    assert theme["n_channels"] == 1
    assert theme["subthemes"][0]["channels"] == {}


def test_channels_of_a_theme_are_people_not_comments_and_null_where_not_shown():
    run = small_run()
    hidden = run.groups.assign(shown=run.groups["theme_id"].eq(""), people=3)
    assert themes_report(run)["themes"][0]["channels"] == {"lets_talk": 2}
    assert themes_report(replace(run, groups=run.groups.assign(people=1)))["themes"][0]["channels"] == {"lets_talk": 1}
    assert themes_report(replace(run, groups=hidden))["themes"][0]["channels"] == {"lets_talk": None}


@pytest.mark.parametrize(
    ("item_id", "kind"), [("T01", "theme"), ("T01.1", "subtheme"), ("I1", "idea"), ("C2", "contribution")]
)
def test_explain_has_the_documented_keys_for_any_id(data_dir: Path, item_id: str, kind: str):
    publish(data_dir, small_run())
    done = synthesis(data_dir, "explain", item_id, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["kind"] == kind
    assert {"evidence", "why", "thread"} <= set(found)
    assert "name" in found or "text" in found
    assert {"up", "down"} <= set(found["thread"])


def test_an_export_is_accounted_for_row_by_row_under_the_documented_keys(data_dir: Path, tmp_path: Path):
    survey = csv_file(tmp_path / "survey.csv", *FORM)
    done = synthesis(data_dir, "ingest", survey)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Stored 1 exports; 0 were stored before." in done.stdout
    report = ledger(data_dir)
    assert set(report) >= {"exports", "totals"}
    [export] = report["exports"]
    assert set(export) >= {"name", "channel", "layout", "sha256", "rows_in", "kept", "set_aside", "reasons"}
    assert (export["name"], export["channel"], export["layout"]) == ("survey.csv", "other", "google_forms")
    assert (export["rows_in"], export["kept"], export["set_aside"]) == (6, 4, 2)
    assert export["reasons"] == {"empty": 1, "non_answer": 1}
    assert {key: report["totals"][key] for key in ("rows_in", "kept", "set_aside")} == {
        "rows_in": 6,
        "kept": 4,
        "set_aside": 2,
    }


def test_a_dry_run_tells_what_it_would_store_and_stores_nothing(data_dir: Path, tmp_path: Path):
    done = synthesis(data_dir, "ingest", "--dry-run", csv_file(tmp_path / "survey.csv", *FORM))
    assert done.returncode == 0
    assert "Would store 1 exports" in done.stdout
    assert list(data_dir.rglob("*")) == []


def test_the_same_file_under_another_name_is_stored_once(data_dir: Path, tmp_path: Path):
    synthesis(data_dir, "ingest", csv_file(tmp_path / "survey.csv", *FORM))
    before = ledger(data_dir)
    again = synthesis(data_dir, "ingest", "--json", csv_file(tmp_path / "survey (1).csv", *FORM))
    assert again.returncode == 0
    report = json.loads(again.stdout)
    assert report["known"] == ["survey.csv"]
    assert report["stored"]["exports"] == []
    assert report["refused"] == []
    assert ledger(data_dir) == before


def test_a_reordered_and_overlapping_export_adds_only_what_is_new(data_dir: Path, tmp_path: Path):
    first = [talk("The bus to Mill School was late again.", 5), talk("Please keep the library open.", 17)]
    new = talk("More crossing guards at Third Street.", 40)
    folder = tmp_path / "lets_talk"
    synthesis(data_dir, "ingest", csv_file(folder / "october.csv", TALK_HEADER, *first))
    done = synthesis(data_dir, "ingest", csv_file(folder / "november.csv", TALK_HEADER, new, *reversed(first)))
    assert done.returncode == 0
    accounts = {export["name"]: export for export in ledger(data_dir)["exports"]}
    october, november = accounts["lets_talk/october.csv"], accounts["lets_talk/november.csv"]
    assert (october["rows_in"], october["kept"], october["set_aside"]) == (2, 2, 0)
    assert (november["rows_in"], november["kept"], november["set_aside"]) == (3, 1, 2)
    assert november["reasons"] == {"already_ingested": 2}


def test_the_same_rows_in_another_order_add_nothing(data_dir: Path, tmp_path: Path):
    rows = [talk("The bus to Mill School was late again.", 5), talk("Please keep the library open.", 17)]
    for name, given in (("a.csv", rows), ("b.csv", rows[::-1])):
        synthesis(data_dir, "ingest", csv_file(tmp_path / "lets_talk" / name, TALK_HEADER, *given))
    assert ledger(data_dir)["totals"]["kept"] == 2
    assert ledger(data_dir)["totals"]["reasons"] == {"already_ingested": 2}


@pytest.mark.parametrize("arguments", [(), ("--help",), ("plan", "--help")])
def test_help_needs_no_data_and_stores_nothing(data_dir: Path, arguments: tuple[str, ...]):
    done = synthesis(data_dir, *arguments)
    assert "Usage" in done.stdout + done.stderr
    assert not data_dir.exists()


def test_a_plan_that_is_no_workbook_is_refused(data_dir: Path, tmp_path: Path):
    wrong = tmp_path / "plan.xlsx"
    wrong.write_text("no workbook")
    done = synthesis(data_dir, "plan", "import", wrong)
    assert done.returncode == 2
    assert "plan.xlsx" in done.stderr
    assert not data_dir.exists()


def test_priority_shows_each_component_and_why_gives_reasons(data_dir: Path):
    run = small_run()
    publish(data_dir, run)
    report = json.loads(synthesis(data_dir, "priority", "--json").stdout)
    assert report == json.loads(synthesis(data_dir, "themes", "--why", "--json").stdout)
    [theme] = report["themes"]
    assert set(run.priorities.columns) - {"level"} <= set(theme)
    assert set(report["largest_moves"]) == {"participant", "campaign", "channel"}
    reasons = synthesis(data_dir, "themes", "--why").stdout
    assert f"At least {theme['people_low']} of {theme['people_base']} people" in " ".join(reasons.split())
    shown = synthesis(data_dir, "priority").stdout
    assert theme["name"] in shown
    assert "Weights: reach 0.6" in shown
