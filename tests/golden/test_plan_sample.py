"""The rules of the plan against the sample district's own records."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from synthesis import actions
from synthesis.plan import Plan
from synthesis.plan.board import board_findings
from synthesis.plan.coherence import coherence
from synthesis.plan.schedule import Year, candidates_of, propose, served_priority
from synthesis.plan.updates import frozen_findings, late_work, roll_up, update_findings

WORKBOOK = Path(__file__).resolve().parents[2] / "data" / "plan" / "plan_workbook.xlsx"
AUTUMN = date(2026, 11, 25)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The sample district's plan records."""
    data_dir = tmp_path_factory.mktemp("plan")
    actions.import_plan(WORKBOOK, data_dir=data_dir)
    return actions.plan_records(data_dir=data_dir)


def test_the_boards_acts_are_counted_right_and_two_slips_are_seen(plan: Plan):
    assert [(f.record_id, f.column) for f in board_findings(plan)] == [("BA1", "agenda_kind"), ("AP07", "status")]


def test_four_months_of_updates_follow_one_another(plan: Plan):
    assert update_findings(plan) == []
    assert frozen_findings(plan, plan) == []
    rewritten = [replace(u, percent=99) if u.id == "progress_update-01" else u for u in plan.of("progress_update")]
    assert len(frozen_findings(plan, Plan(plan.records | {"progress_update": tuple(rewritten)}))) == 1


def test_the_roll_up_and_late_work_of_november(plan: Plan):
    found = roll_up(plan, "2026-11").set_index("strategy")
    assert found["items"].sum() == 12
    assert found.loc["S8", "off_track"] == 1
    assert found.loc["S7", "items"] == 0
    assert late_work(plan, AUTUMN)["id"].tolist() == ["AP03.1", "AP08.1", "AP05.1", "AP02.2", "AP14.3", "AP13.2"]


def test_what_does_not_hang_together_in_the_records(plan: Plan):
    found = [(f.rule, tuple(record_id for _, record_id in f.records)) for f in coherence(plan)]
    assert ("dependency", ("AP14.3", "AP14.2")) in found
    assert ("review_says_no", ("AP07", "coherence_review-07")) in found
    assert [records for rule, records in found if rule == "result_not_within_a_year"] == [("AP05",), ("AP14",)]
    assert not [
        rule for rule, _ in found if rule in ("step_breaks_boundary", "statement_without_measure", "date_outside")
    ]


def test_the_schedule_is_the_same_in_whatever_order_it_comes(plan: Plan):
    links = {link.id: f"T{n:02d}" for n, link in enumerate(plan.of("evidence_link"))}
    scores = {theme: 1 - n * 0.04 for n, theme in enumerate(sorted(links.values()))}
    candidates = list(candidates_of(plan, served_priority(plan, links, scores)))
    year = Year(date(2026, 8, 17), date(2027, 6, 30), funds={"general": 600_000, "capital": 1_000_000})
    proposal = propose(candidates, year)
    assert {left.plan for left in proposal.left_out} == {"AP01", "AP06", "AP07"}
    assert proposal.spent["general"] <= 600_000
    random.Random(3).shuffle(candidates)
    assert propose(candidates, year) == proposal


def test_the_plan_is_held_against_what_people_said(district: Path):
    found = actions.plan_coherence(data_dir=district)
    by_rule: dict[str, list[str]] = {}
    for finding in found:
        by_rule.setdefault(finding["rule"], []).append(finding["problem"])
    assert "strategy_without_theme" not in by_rule
    assert any("Lunch" in problem for problem in by_rule["theme_without_strategy"])
    assert any("“bus” (" in problem for problem in by_rule["words_missing"])
    assert len({finding["key"] for finding in found}) == len(found)
    assert actions.plan_coherence(data_dir=district) == found
