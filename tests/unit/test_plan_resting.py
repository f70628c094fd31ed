"""What rests on a record: everything that points to it, is about it, or was made on the ground of it."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from synthesis.plan import Plan, check
from synthesis.plan import records as r
from synthesis.plan.resting import linked_as, resting

MARCH, APRIL, MAY = date(2026, 3, 2), date(2026, 4, 2), date(2026, 5, 2)


def made(cls: type[Any], record_id: str, **given: Any) -> Any:
    """Return a record of a kind with everything filled in that has to be."""
    needed = {f.name: (f.metadata["choices"] or ("x",))[0] for f in fields(cls) if f.metadata["required"]}
    return cls(**(needed | {"id": record_id} | given))


def plan(*records: Any) -> Plan:
    """Return a plan of these records."""
    kinds = dict.fromkeys(record.kind for record in records)
    return Plan({kind: tuple(found for found in records if found.kind == kind) for kind in kinds})


POINTING = [
    (cls, item.name, item.metadata["references"])
    for cls in r.KINDS
    for item in fields(cls)
    if item.metadata["references"]
]


@pytest.mark.parametrize(("cls", "name", "to"), POINTING, ids=lambda given: getattr(given, "kind", given))
def test_what_points_to_a_record_rests_on_it(cls: type[Any], name: str, to: str):
    target = made(next(other for other in r.KINDS if other.kind == to), "target")
    lines = isinstance(next(f for f in fields(cls) if f.name == name).default, tuple)
    pointing = made(cls, "pointing", **{name: ("target",) if lines else "target"})
    apart = made(cls, "apart", **{name: ("other",) if lines else "other"})
    assert (cls.kind, "pointing") in set(resting(plan(target, pointing, apart), target))
    assert (cls.kind, "apart") not in set(resting(plan(target, pointing, apart), target))


@pytest.mark.parametrize("cls", [r.Decision, r.BoardAction, r.PlanChange])
def test_what_is_about_a_record_rests_on_it(cls: type[Any]):
    strategy = made(r.Strategy, "S1")
    assert list(resting(plan(strategy, made(cls, "X", object="S1"), made(cls, "Y", object="S2")), strategy)) == [
        (cls.kind, "X")
    ]


@pytest.mark.parametrize(
    ("result", "rests"), [("open", False), ("agreed", True), ("not_agreed", True), ("no_quorum", True)]
)
def test_a_concluded_decision_rests_on_who_was_there(result: str, rests: bool):
    there = made(r.Attendance, "A", meeting="M1")
    decisions = (
        made(r.Decision, "D", meeting="M1", result=result),
        made(r.Decision, "E", meeting="M2", result="agreed"),
    )
    assert list(resting(plan(there, *decisions), there)) == ([("decision", "D")] if rests else [])


def test_attendance_rests_on_the_term_in_which_it_falls():
    term = made(r.Term, "T", member="CM1", start=MARCH, end=APRIL)
    meetings = (made(r.Meeting, "M1", day=APRIL), made(r.Meeting, "M2", day=MAY), made(r.Meeting, "M3"))
    there = [made(r.Attendance, f"A{n}", meeting=f"M{n}", member="CM1") for n in (1, 2, 3)]
    other = made(r.Attendance, "B", meeting="M1", member="CM2")
    assert list(resting(plan(term, *meetings, *there, other), term)) == [("attendance", "A1"), ("attendance", "A3")]


@pytest.mark.parametrize("status", ["assigned", "drafting", "team_consensus", "accepted", "completed"])
def test_a_plan_that_is_written_rests_on_its_team(status: str):
    team = made(r.Team, "TM", strategy="S1")
    member = made(r.TeamMember, "M", team="TM")
    plans = (
        made(r.ActionPlan, "AP1", strategy="S1", status=status),
        made(r.ActionPlan, "AP2", strategy="S2", status="accepted"),
    )
    whole = plan(team, member, *plans)
    wanted = [] if status in ("assigned", "drafting") else [("action_plan", "AP1")]
    assert list(resting(whole, member)) == wanted
    assert list(resting(whole, team)) == [("team_member", "M"), *wanted]


def test_values_boundaries_and_strategies_rest_on_the_only_direction():
    parts = (made(r.EnduringValue, "V1"), made(r.StrategicBoundary, "B1"), made(r.Strategy, "S1"))
    first, second = made(r.Direction, "D1"), made(r.Direction, "D2")
    assert [found for _, found in resting(plan(first, *parts), first)] == ["V1", "B1", "S1"]
    assert list(resting(plan(first, second, *parts), second)) == []
    assert linked_as(plan(first, second), second) == (
        ("direction", "D2"), ("mission", "D2"), ("student_performance_statement", "D2"),
    )  # fmt: skip
    assert ("mission", "mission") in linked_as(plan(first), first)
    assert linked_as(plan(*parts), parts[0]) == (("enduring_value", "V1"),)


def test_without_what_nothing_rests_on_a_plan_has_no_new_error():
    body, meeting = made(r.Body, "B"), made(r.Meeting, "M", body="B")
    member = made(r.CommitteeMember, "C")
    whole = plan(body, meeting, member, made(r.Attendance, "A", meeting="M", member="C"))
    for record in (found for kind in whole.records for found in whole.of(kind)):
        left = plan(*(found for kind in whole.records for found in whole.of(kind) if found is not record))
        errors = [finding for finding in check(left) if finding.error]
        assert bool(errors) == bool(list(resting(whole, record)))
