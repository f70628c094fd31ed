"""You said / we did / not yet / we won't, because."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from synthesis.plan import Plan
from synthesis.plan import records as r
from synthesis.plan.answers import ANSWERS, answers

SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 30)
THEMES = [("T01", "Buses"), ("T02", "Books"), ("T03", "Turf")]


def plan(status: str = "in_progress", **given: Any) -> Plan:
    records: dict[str, tuple[Any, ...]] = {
        "direction": (r.Direction("D1", "1.0", "adopted", "We teach all.", "All read.", adopted_on=SEPTEMBER),),
        "strategic_boundary": (r.StrategicBoundary("B1", "We will not close a library."),),
        "strategy": (r.Strategy("S1", 1, "Get students to school."), r.Strategy("S2", 2, "Books for all.")),
        "action_plan": (r.ActionPlan("AP1", "S1", specific_result="Buses come on time.", responsible="X", status=status),),
        "action_step": (
            r.ActionStep("ST1", "AP1", 1, "Train drivers", completed=SEPTEMBER, status="complete"),
            r.ActionStep("ST2", "AP1", 2, "Split the route", completed=OCTOBER, status="complete"),
        ),
        "implementation_item": (r.ImplementationItem("IT1", "AP1", "2026-27", owner="X"),),
        "progress_update": (
            r.ProgressUpdate("U1", "IT1", "2026-09", "at_risk", 10, ("Two hired.",), ("Nine weeks of waiting.",), published_at=SEPTEMBER),
            r.ProgressUpdate("U2", "IT1", "2026-10", "on_track", 30, ("Four hired.",), next_steps="Two more.", published_at=OCTOBER),
            r.ProgressUpdate("U3", "IT1", "2026-11", "on_track", 50, ("Six hired.",)),
        ),
        "evidence_link": (
            r.EvidenceLink("E1", "strategy", "S1", "T01"), r.EvidenceLink("E2", "strategy", "S2", "T02"),
            r.EvidenceLink("E3", "strategic_boundary", "B1", "T02"),
        ),
    }  # fmt: skip
    return Plan(records | given)


LINKS = {"E1": "T01", "E2": "T02.1", "E3": "T02"}


def told(found: Plan, period: str = "2026-10", **given: Any) -> list[tuple[str, str, str, str]]:
    frame = answers(found, THEMES, LINKS, period, **given)
    assert set(frame["answer"]) <= set(ANSWERS)
    return list(frame[["theme_id", "answer", "words", "because"]].itertuples(index=False, name=None))


def test_what_was_done_what_is_not_yet_and_what_nobody_answered():
    assert told(plan()) == [
        ("T01", "we_did", "Train drivers", ""),
        ("T01", "we_did", "Split the route", ""),
        ("T01", "we_did", "Four hired.", ""),
        ("T01", "not_yet", "Buses come on time.", "Next: Two more."),
        ("T02", "we_did", "We wrote it into the Direction: “We will not close a library.”", ""),
        ("T02", "not_yet", "Books for all.", "No action plan has been written for it yet."),
        ("T03", "no_answer", "", ""),
    ]


def test_a_month_tells_what_was_known_by_its_end():
    assert told(plan(), "2026-09")[:3] == [
        ("T01", "we_did", "Train drivers", ""),
        ("T01", "we_did", "Two hired.", ""),
        ("T01", "not_yet", "Buses come on time.", "Nine weeks of waiting."),
    ]
    early = told(plan(), "2026-08")
    assert early == [
        ("T01", "not_yet", "Buses come on time.", "The plan is in progress."),
        ("T02", "not_yet", "Books for all.", "No action plan has been written for it yet."),
        ("T03", "no_answer", "", ""),
    ]


def test_an_update_that_is_not_published_is_not_told():
    assert "Six hired." not in str(told(plan(), "2026-11"))


def test_a_refusal_is_told_with_its_reason_from_its_day_on():
    refusal = r.Refusal("R1", "T03", "Turf costs two buses.", "the Board", OCTOBER)
    assert told(plan(), refusals=[refusal])[-1] == ("T03", "wont", "", "Turf costs two buses.")
    assert told(plan(), "2026-09", refusals=[refusal])[-1] == ("T03", "no_answer", "", "")


def test_what_was_discontinued_or_declined_says_why_or_is_marked():
    change = r.PlanChange("X", "AP1", reason="The levy failed.", authority="board", decided_on=OCTOBER)
    for status in ("discontinued", "declined"):
        found = answers(plan(status, plan_change=(change,)), THEMES, LINKS, "2026-10")
        row = found[found["answer"].eq("wont")].iloc[0]
        assert (row["words"], row["because"], row["record_id"]) == ("Buses come on time.", "The levy failed.", "AP1")
        assert not row["reason_missing"]
        bare = answers(plan(status), THEMES, LINKS, "2026-10")
        assert bare.loc[bare["answer"].eq("wont"), "reason_missing"].tolist() == [True]
    review = r.CoherenceReview("CR", "AP1", SEPTEMBER, outcome="declined", note="It breaks boundary 1.")
    assert "It breaks boundary 1." in str(told(plan("declined", coherence_review=(review,))))


def test_what_was_put_off_says_why():
    change = r.PlanChange("X", "AP1", reason="No money this year.", authority="staff", decided_on=SEPTEMBER)
    found = plan("deferred", plan_change=(change,), progress_update=())
    assert ("T01", "not_yet", "Buses come on time.", "Put off. No money this year.") in told(found)
    assert ("T01", "not_yet", "Buses come on time.", "Put off.") in told(plan("deferred", progress_update=()))


def test_a_completed_plan_is_done():
    assert ("T01", "we_did", "Buses come on time.", "") in told(plan("completed"))


def test_a_link_of_a_step_or_a_plan_tells_that_plan_only():
    other = r.ActionPlan("AP2", "S1", specific_result="Bells ring later.", responsible="X", status="scheduled")
    both = (*plan().of("action_plan"), other)
    for kind, record in (("action_plan", "AP2"), ("action_step", "ST9")):
        step = r.ActionStep("ST9", "AP2", 1, "Model", status="not_started")
        links = (r.EvidenceLink("E1", kind, record, "T01"),)
        found = plan(action_plan=both, evidence_link=links, action_step=(step,))
        assert told(found)[0] == ("T01", "not_yet", "Bells ring later.", "The plan is scheduled.")
        assert len([row for row in told(found) if row[0] == "T01"]) == 1


def test_two_links_to_one_strategy_tell_it_once():
    twice = plan(evidence_link=(*plan().of("evidence_link"), r.EvidenceLink("E4", "strategy", "S1", "T01")))
    frame = answers(twice, THEMES, LINKS | {"E4": "T01"}, "2026-10")
    assert frame[frame["theme_id"].eq("T01")]["words"].is_unique


def test_the_directions_statements_are_told_once_adopted():
    link = (r.EvidenceLink("E1", "mission", "D1", "T01"),)
    assert told(plan(evidence_link=link))[0][2] == "We wrote it into the Direction: “We teach all.”"
    draft = (replace(plan().of("direction")[0], status="draft", adopted_on=None),)
    assert told(plan(evidence_link=link, direction=draft))[0] == ("T01", "no_answer", "", "")
