"""Steps 10 to 12 on the sample: the year as it is proposed, a month as it is told, from the records and the command line."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from synthesis import actions
from synthesis.cli.main import app
from synthesis.errors import InputError


def said(district: Path, *words: str) -> str:
    """Return what the command line prints."""
    done = CliRunner().invoke(
        app, ["--data-dir", str(district), *words], env={"COLUMNS": "160"}, catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.output


def test_a_month_is_told_by_strategy_with_its_money_and_what_changed(district: Path):
    found = actions.monthly_update("2026-11", data_dir=district)
    assert found["published"] == date(2026, 11, 20)
    assert {state: n for state, n in found["counts"].items() if n} == {
        "on_track": 9, "at_risk": 6, "off_track": 1, "paused": 1
    }  # fmt: skip
    items = {item["item"]: item for strategy in found["strategies"] for item in strategy["items"]}
    assert (items["IT18"]["status_before"], items["IT18"]["status"]) == ("complete", "at_risk")
    assert items["IT20"]["status"] == "paused"
    budget = {fund["fund"]: fund for fund in found["budget"]}
    assert budget["general"]["budget"] == sum(
        float(i.budgets.get("general", 0)) for i in actions.plan_records(data_dir=district).of("implementation_item")
    )
    assert 0 < budget["general"]["spent"] < budget["general"]["budget"]
    assert {change["of"] for change in found["changes"]} == {"AP03", "AP13.2", "AP20.3", "IT03", "IT18", "IT20"}
    assert [asked["id"] for asked in found["decisions"]] == ["BA6"]


def test_in_july_the_board_had_the_plan_before_it(district: Path):
    from synthesis.plan.board import pending

    plan = actions.plan_records(data_dir=district)
    assert [a.id for a in pending(plan, date(2026, 7, 22))] == ["BA2-discussion", "BA6"]


def test_money_is_spent_from_month_to_month_and_never_beyond_the_budget(district: Path):
    months = [actions.monthly_update(f"2026-{m:02d}", data_dir=district)["budget"] for m in (8, 9, 10, 11)]
    for funds in zip(*months, strict=True):
        spent = [fund["spent"] for fund in funds]
        assert spent == sorted(spent)
        assert spent[-1] <= funds[-1]["budget"]


def test_what_became_of_it_is_told_for_every_theme(district: Path):
    rows = actions.monthly_update("2026-11", data_dir=district)["answers"]
    assert {row["theme_id"] for row in rows} == {str(t.theme_id) for t in actions.read_run(district).themes}
    assert {row["answer"] for row in rows} >= {"we_did", "not_yet", "wont"}
    assert not any(row["reason_missing"] for row in rows)
    lunch = [row for row in rows if row["record_id"] == "AP16.2"]
    buses = [row for row in rows if row["record_id"] == "AP08.2"]
    assert {row["theme_id"] for row in lunch}.isdisjoint(row["theme_id"] for row in buses)  # both are of strategy 5


def test_owners_are_asked_for_december(district: Path):
    found = actions.monthly_update("2026-11", data_dir=district, on=date(2027, 1, 8))
    assert {r["days_late"] for r in found["requests"] if r["period"] == "2026-12"} == {8}
    assert any(work["id"] == "IT13" for work in found["late"])


def test_a_month_that_is_none_is_refused(district: Path):
    with pytest.raises(InputError, match="no month"):
        actions.monthly_update("November", data_dir=district)
    with pytest.raises(InputError, match="no update for 2026-07"):
        actions.monthly_update("2026-07", data_dir=district)


def test_a_month_on_the_command_line_and_as_pdf(district: Path, tmp_path: Path):
    text = said(district, "update", "2026-11")
    assert "IT18 at risk (was complete), 85 %" in text
    assert "we won't, because" in text
    assert json.loads(said(district, "update", "2026-11", "--json"))["period"] == "2026-11"
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    said(district, "update", "2026-11", "--save", str(first))
    actions.write_update("2026-11", second, data_dir=district)
    assert first.read_bytes() == second.read_bytes()
    pages = PdfReader(io.BytesIO(first.read_bytes()))
    told = " ".join(" ".join(page.extract_text() for page in pages.pages).split())
    assert "What became of the plan: November 2026" in told
    assert "At risk, was complete" in told
    assert "You said, and what became of it" in told


def test_the_year_is_proposed_within_its_money(district: Path):
    found = actions.schedule_proposal(
        "2026-27", data_dir=district, funds={"General": "600,000"}, leave={"AP07": "later"}
    )
    money = {fund["fund"]: fund for fund in found["funds"]}
    assert money["general"]["asked"] <= 600_000
    assert found["conflicts"] == ()
    why = {left["plan"]: left["why"] for left in found["left_out"]}
    assert "later" in why["AP07"]
    assert len(found["proposed"]) + len(why) == 20  # all but the declined one


def test_the_schedule_as_it_is_conflicts_with_less_money(district: Path):
    text = said(district, "plan", "schedule", "--year", "2026-27", "--fund", "general=600000", "--as-scheduled")
    assert "cannot be kept together" in text
    assert "708,355 of the fund “general”, which has 600,000" in " ".join(text.split())


@pytest.mark.parametrize(
    ("year", "given", "problem"),
    [
        ("2026", {}, "no school year"),
        ("2026-28", {}, "no school year"),
        ("2026-27", {"take": ["AP17"]}, "AP17 cannot be scheduled"),
        ("2026-27", {"funds": {"general": "plenty"}}, "no amount"),
    ],
)
def test_what_cannot_be_scheduled_is_refused(district: Path, year: str, given: dict[str, object], problem: str):
    with pytest.raises(InputError, match=problem):
        actions.schedule_proposal(year, data_dir=district, **given)  # type: ignore[arg-type]


def test_a_meeting_is_shown_with_who_stood_where(district: Path):
    found = actions.meeting_report("M07", data_dir=district)
    assert found["present"] == 24
    assert found["attendance"]["absent"] == ["Fitzwilliam Ogunbanjo"]
    declined = found["decisions"][0]
    assert {position: len(members) for position, members in declined["positions"].items()} == {
        "consent": 22, "stand_aside": 2, "block": 0
    }  # fmt: skip
    assert "Fifty-eight mothers will read this" in said(district, "plan", "minutes", "M07")
    with pytest.raises(InputError, match="no meeting"):
        actions.meeting_report("M99", data_dir=district)


def test_every_strategy_serves_a_goal_and_nothing_else_is_to_be_looked_at(district: Path):
    found = actions.goals_served(data_dir=district)
    assert found["not_aligned"] == []
    assert all(strategy["serves"] for strategy in found["strategies"])
    assert "S8" in said(district, "plan", "goals")
    assert said(district, "plan", "check").strip() == "Nothing to look at."
