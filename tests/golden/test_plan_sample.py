"""The rules of the plan against the sample district's own records."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from synthesis import actions
from synthesis.plan import Plan
from synthesis.plan.board import board_findings
from synthesis.plan.coherence import coherence
from synthesis.plan.records import ITEM_STATES
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


def test_the_boards_acts_are_counted_right_in_their_order(plan: Plan):
    assert board_findings(plan) == []
    voted = [a for a in plan.of("board_action") if a.outcome]
    assert [(a.act, a.ayes, a.nays) for a in voted if a.meeting_date == date(2026, 7, 28)] == [
        ("adopt", 8, 1),
        ("accept", 8, 1),
        ("authorize", 8, 1),
    ]
    assert [a.agenda_kind for a in plan.of("board_action") if not a.outcome] == [
        "information",
        "discussion",
        "information",
        "discussion",
        "information",
    ]


def test_every_item_has_four_published_months_that_differ(plan: Plan):
    months: dict[str, list[str]] = {item.id: [] for item in plan.of("implementation_item")}
    for update in plan.of("progress_update"):
        assert update.published_at is not None
        months[update.item].append(update.period)
    assert set(map(tuple, months.values())) == {("2026-08", "2026-09", "2026-10", "2026-11")}
    assert {u.status for u in plan.of("progress_update")} == set(ITEM_STATES) - {"discontinued"}


def test_every_element_of_the_plan_names_a_theme(plan: Plan):
    named = {(link.source_kind, link.source_id) for link in plan.of("evidence_link")}
    for kind in ("enduring_value", "strategic_boundary", "strategy", "action_plan", "refusal"):
        assert {(kind, record.id) for record in plan.of(kind)} <= named
    assert {("mission", "D1"), ("student_performance_statement", "D1")} <= named


def test_twenty_seven_seats_and_nine_teams(plan: Plan):
    assert len(plan.of("committee_member")) == len(plan.of("term")) == 27
    assert {m.position for m in plan.of("stand")} == {"consent", "stand_aside", "block"}
    sizes = Counter(member.team for member in plan.of("team_member"))
    assert len(sizes) == 9
    assert all(5 <= size <= 9 for size in sizes.values())


def test_four_months_of_updates_follow_one_another(plan: Plan):
    assert update_findings(plan) == []
    assert frozen_findings(plan, plan) == []
    rewritten = [replace(u, percent=99) if u.id == "IT01-2026-08" else u for u in plan.of("progress_update")]
    assert len(frozen_findings(plan, Plan(plan.records | {"progress_update": tuple(rewritten)}))) == 1


def test_the_roll_up_and_late_work_of_november(plan: Plan):
    found = roll_up(plan, "2026-11").set_index("strategy")
    assert found["items"].sum() == 17
    assert found["no_update"].sum() == 0
    assert found.loc["S8", "off_track"] == 1
    assert found.loc["S7", "paused"] == 1
    assert late_work(plan, AUTUMN)["id"].tolist() == ["AP03.1", "AP08.1", "AP05.1", "AP18.2", "AP14.3", "AP13.2"]


def test_what_does_not_hang_together_in_the_records(plan: Plan):
    found = [(f.rule, tuple(record_id for _, record_id in f.records)) for f in coherence(plan)]
    assert found == [("same_weeks", ("AP09.2", "AP18.3"))]  # accepted, with its reason


def test_the_schedule_is_the_same_in_whatever_order_it_comes(plan: Plan):
    links = {link.id: link.theme_words for link in plan.of("evidence_link")}
    scores = {theme: 1 - n * 0.04 for n, theme in enumerate(sorted(set(links.values())))}
    candidates = list(candidates_of(plan, served_priority(plan, links, scores)))
    year = Year(date(2026, 8, 17), date(2027, 6, 30), funds={"general": 600_000, "capital": 1_000_000})
    proposal = propose(candidates, year)
    assert {left.plan for left in proposal.left_out} == {"AP02"}
    assert proposal.spent["general"] <= 600_000
    random.Random(3).shuffle(candidates)
    assert propose(candidates, year) == proposal


def test_the_plan_is_held_against_what_people_said(district: Path):
    found = actions.plan_coherence(data_dir=district)
    assert {finding["rule"] for finding in found} == {"words_missing", "same_weeks"}
    assert not any("“bus” (" in finding["problem"] for finding in found)
    assert len({finding["key"] for finding in found}) == len(found)
    assert actions.plan_coherence(data_dir=district) == found


def test_an_element_that_names_a_theme_twice_is_told_once_with_both_reasons(plan: Plan):
    links = {link.id: "T03" for link in plan.of("evidence_link") if link.source_id == "S4"}
    assert len(links) == 2
    [told] = actions.thread(plan, links)["T03"]
    assert (told["id"], told["note"]) == ("S4", "Early reading; A librarian in every school")


def test_a_strand_s_element_stands_with_its_theme_too(plan: Plan):
    told = actions.thread(plan, {"EL20": "T03.1", "EL21": "T03"})
    assert told["T03.1"] == [told["T03"][0] | {"note": "Early reading"}]
    assert [entry["note"] for entry in told["T03"]] == ["Early reading; A librarian in every school"]
