"""Monthly updates: status only through them, published months frozen, changes with their authority, roll-up and requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis.errors import IllegalTransition, NotAllowed, RuleError
from synthesis.plan import Plan
from synthesis.plan import records as r
from synthesis.plan.updates import (
    AUTHORITY_NEEDED,
    check_change,
    check_update,
    frozen_findings,
    frozen_months,
    last_day,
    late_work,
    moved,
    roll_up,
    update_findings,
    update_requests,
)
from synthesis.procedure import Actor, ActorKind

LEAD = Actor("Director", ActorKind.SENIOR_LEADERSHIP)
START, DUE = date(2026, 8, 17), date(2026, 11, 30)
WHY = ({"what": "It rests", "why": "No driver", "approved_by": "Staff"},)


def update(item: str = "IT1", period: str = "2026-10", status: str = "on_track", **given: Any) -> r.ProgressUpdate:
    wanted: dict[str, Any] = {
        "id": f"{item}-{period}", "item": item, "period": period, "status": status,
        "percent": {"complete": 100, "not_started": 0}.get(status, 40), "author": "Director",
        "roadblocks": ("No driver",) if status in ("at_risk", "off_track") else (),
        "changes": WHY if status in ("paused", "discontinued") else (),
    }  # fmt: skip
    return r.ProgressUpdate(**(wanted | given))


def published(*args: Any, **given: Any) -> r.ProgressUpdate:
    made = update(*args, **given)
    return replace(made, published_at=last_day(made.period))


def plan(*updates: r.ProgressUpdate, changes: tuple[r.PlanChange, ...] = (), status: str = "in_progress") -> Plan:
    return Plan(
        {
            "plan_cycle": (r.PlanCycle("PC1", "Larkmoor", "Plan"),),
            "direction": (r.Direction("D1", "1.0", "adopted", "M", "S"),),
            "enduring_value": (r.EnduringValue("V1", "V"),),
            "strategic_boundary": (r.StrategicBoundary("B1", "B"),),
            "strategy": (r.Strategy("S1", 1, "Buses"), r.Strategy("S2", 2, "Books")),
            "action_plan": (
                r.ActionPlan("AP1", "S1", specific_result="R", responsible="Director", status=status),
                r.ActionPlan("AP2", "S1", specific_result="R", responsible="Director", status="deferred"),
            ),
            "action_step": (
                r.ActionStep("ST1", "AP1", 1, "Count", "A clerk", START, date(2026, 9, 30), status="on_track"),
                r.ActionStep("ST2", "AP1", 2, "Mend", "B clerk", START, date(2026, 9, 30), date(2026, 9, 29), status="on_track"),
            ),
            "implementation_item": (
                r.ImplementationItem("IT1", "AP1", "2026-27", owner="Director", start=START, due=DUE),
                r.ImplementationItem("IT2", "AP2", "2026-27", owner="Other", start=START, due=DUE),
            ),
            "progress_update": updates,
            "plan_change": changes,
        }
    )  # fmt: skip


def problems(found: list[Any]) -> list[str]:
    return [f"{finding.record_id} {finding.column}: {finding.problem}" for finding in found]


def test_an_update_that_follows_is_taken():
    check_update(plan(), update(period="2026-08", status="not_started"), LEAD)
    check_update(plan(published(period="2026-09")), update(status="complete"), LEAD)
    check_update(plan(published(period="2026-09")), update(status="paused"), LEAD)


@pytest.mark.parametrize("role", [kind for kind in ActorKind if kind is not ActorKind.SENIOR_LEADERSHIP])
def test_only_senior_leadership_reports(role: ActorKind):
    with pytest.raises(NotAllowed):
        check_update(plan(), update(), Actor("x", role, "S1"))


@pytest.mark.parametrize("period", ["2026-08", "2026-09", "2026-10"])
def test_a_published_month_and_those_before_it_are_frozen(period: str):
    there = plan(published("IT2", "2026-10"))
    assert frozen_months(there.of("progress_update")) == {"2026-10"}
    with pytest.raises(IllegalTransition, match="frozen"):
        check_update(there, update(period=period), LEAD)
    check_update(there, update(period="2026-11"), LEAD)


def test_an_item_must_be_on_the_schedule_and_its_plan_under_way():
    with pytest.raises(RuleError, match="no schedule item 'IT9'"):
        check_update(plan(), update("IT9"), LEAD)
    for status in ("accepted_by_board", "drafting", "declined"):
        with pytest.raises(IllegalTransition, match="action plan"):
            check_update(plan(status=status), update(), LEAD)
    with pytest.raises(IllegalTransition, match="does not follow"):
        check_update(plan(published(period="2026-09", status="discontinued")), update(), LEAD)


INCOMPLETE = {
    "no month": ({"period": "October"}, "no month"),
    "no such month": ({"period": "2026-13"}, "no month"),
    "no author": ({"author": ""}, "no author"),
    "percent": ({"percent": 140}, "140 %"),
    "complete": ({"status": "complete", "percent": 90}, "complete at 90 %"),
    "hundred": ({"percent": 100}, "on track at 100 %"),
    "not started": ({"status": "not_started", "percent": 10}, "not started at 10 %"),
    "at risk": ({"status": "at_risk", "roadblocks": ()}, "names no road block"),
    "off track": ({"status": "off_track", "roadblocks": ()}, "names no road block"),
    "paused": ({"status": "paused", "changes": ()}, "does not say why"),
    "discontinued": ({"status": "discontinued", "changes": ()}, "does not say why"),
    "half a change": ({"changes": ({"what": "It rests"},)}, "does not say approved by or why"),
    "approved by": ({"changes": ({"what": "x", "why": "y", "approved_by": "a friend"},)}, "approved neither by"),
    "too early": ({"published_at": date(2026, 9, 30)}, "before its month 2026-10 began"),
}


@pytest.mark.parametrize("name", INCOMPLETE)
def test_what_an_update_must_say_is_asked_for(name: str):
    change, says = INCOMPLETE[name]
    with pytest.raises(RuleError, match=says):
        check_update(plan(), update(**change), LEAD)


def test_what_is_taken_back_is_explained():
    done = plan(published(period="2026-09", status="complete"))
    with pytest.raises(RuleError, match="takes back"):
        check_update(done, update(status="at_risk"), LEAD)
    check_update(done, update(status="at_risk", changes=WHY), LEAD)
    with pytest.raises(RuleError, match="falls from 60 % to 40 %"):
        check_update(plan(published(period="2026-09", percent=60)), update(), LEAD)
    check_update(plan(published(period="2026-09", percent=60)), update(changes=WHY), LEAD)


def test_recorded_updates_are_looked_through():
    there = plan(
        published(period="2026-08", status="discontinued"),
        published(period="2026-09"),
        replace(published(period="2026-09"), id="twice"),
        replace(published("IT2", "2026-09"), author=""),
    )
    assert problems(update_findings(there)) == [
        "IT1-2026-09 status: goes from discontinued to on track, which does not follow",
        "twice period: is a second update of IT1 for 2026-09",
        "twice status: goes from discontinued to on track, which does not follow",
        "IT2-2026-09 author: names no author",
    ]
    assert update_findings(plan(published(period="2026-08"), published(period="2026-09"))) == []


@given(data=st.data())
@settings(max_examples=50)
def test_published_months_cannot_be_changed_in_any_way(data: st.DataObject):
    periods = ["2026-08", "2026-09", "2026-10"]
    updates = [published(item, period) for period in periods for item in ("IT1", "IT2")]
    open_month = [update(item, "2026-11") for item in ("IT1", "IT2")]
    before = plan(*updates, *open_month)
    assert frozen_findings(before, before) == []
    field = data.draw(
        st.sampled_from(
            ["status", "percent", "successes", "roadblocks", "next_steps", "published_at", "period", "gone", "new"]
        )
    )
    which = data.draw(st.integers(0, len(updates) - 1))
    values: dict[str, Any] = {
        "status": "off_track", "percent": 41, "successes": ("x",), "roadblocks": ("y",), "next_steps": "z",
        "published_at": None, "period": "2026-11",
    }  # fmt: skip
    changed = list(updates)
    if field == "gone":
        del changed[which]
    elif field == "new":
        changed.append(replace(updates[which], id="new", item="IT3"))
    else:
        changed[which] = replace(updates[which], **{field: values[field]})
    found = frozen_findings(before, plan(*changed, *open_month))
    assert len(found) == 1
    assert found[0].error
    assert "published and frozen" in found[0].problem
    written = [replace(u, **{field: values[field]}) if field in values else u for u in open_month]
    assert frozen_findings(before, plan(*updates, *written)) == []


ROLE_OF = {"staff": ActorKind.SENIOR_LEADERSHIP, "committee": ActorKind.COMMITTEE_CHAIR, "board": ActorKind.BOARD_CLERK}
OBJECTS = {
    "plan_cycle": "PC1", "direction": "D1", "enduring_value": "V1", "strategic_boundary": "B1", "strategy": "S1",
    "action_plan": "AP1", "action_step": "ST1", "implementation_item": "IT1",
}  # fmt: skip


@pytest.mark.parametrize("kind", AUTHORITY_NEEDED)
def test_each_record_is_changed_by_enough_authority(kind: str):
    assert set(OBJECTS) == set(AUTHORITY_NEEDED)
    least = {"action_plan": 1, "action_step": 0, "implementation_item": 0}.get(kind, 2)
    for rank, authority in enumerate(("staff", "committee", "board")):
        change = r.PlanChange("X", OBJECTS[kind], "May", "June", "No driver", authority)
        for holder, role in ROLE_OF.items():
            if rank >= least and holder == authority:
                check_change(plan(), change, Actor("x", role))
            else:
                with pytest.raises(NotAllowed):
                    check_change(plan(), change, Actor("x", role))
        found = update_findings(plan(changes=(change,)))
        assert len(found) == (rank < least)


@pytest.mark.parametrize("role", ["secretary", "steward", "public_reader", "team_member", "committee_member"])
def test_who_has_no_authority_changes_nothing(role: str):
    with pytest.raises(NotAllowed):
        check_change(
            plan(), r.PlanChange("X", "IT1", reason="No driver", authority="staff"), Actor("x", ActorKind(role))
        )


def test_a_change_has_a_reason_and_is_of_something():
    with pytest.raises(RuleError, match="needs its reason"):
        check_change(plan(), r.PlanChange("X", "IT1", reason=" ", authority="staff"), LEAD)
    with pytest.raises(RuleError, match="'IT9'"):
        check_change(plan(), r.PlanChange("X", "IT9", reason="No driver", authority="staff"), LEAD)
    lost = plan(changes=(r.PlanChange("X", "IT9", reason="No driver", authority="staff"),))
    assert problems(update_findings(lost)) == ["X object: is of 'IT9', which is not in the plan"]


def test_the_roll_up_counts_items_by_their_last_status():
    there = plan(published(period="2026-09", status="at_risk", percent=20), published(period="2026-10", percent=30))
    found = roll_up(there, "2026-10").set_index("strategy")
    assert found.loc["S1", ["items", "on_track", "not_started", "no_update", "late", "percent"]].tolist() == [
        2,
        1,
        1,
        1,
        0,
        15,
    ]
    assert found.loc["S2", "items"] == 0
    later = roll_up(there, "2026-11").set_index("strategy")
    assert later.loc["S1", ["on_track", "no_update", "late"]].tolist() == [1, 2, 2]
    earlier = roll_up(there, "2026-09").set_index("strategy")
    assert earlier.loc["S1", ["at_risk", "on_track"]].tolist() == [1, 0]
    states = found[list(r.ITEM_STATES)].sum(axis=1)
    assert states.tolist() == found["items"].tolist()


def test_what_moved_in_a_month_is_told_against_the_month_before():
    there = plan(
        published(period="2026-09", status="at_risk"), published(period="2026-10"), published("IT2", "2026-09"),
        published("IT2", "2026-10"),
    )  # fmt: skip
    assert moved(there, "2026-10").to_numpy().tolist() == [["IT1", "at_risk", "on_track", 40, 40]]
    assert moved(there, "2026-09")["status_before"].tolist() == ["not_started", "not_started"]


def test_updates_that_are_not_there_are_asked_for_by_owner_and_month():
    found = update_requests(plan(), date(2026, 10, 15))
    assert [(q.item, q.owner, q.period, q.days_late) for q in found] == [
        ("IT1", "Director", "2026-08", 45), ("IT1", "Director", "2026-09", 15), ("IT1", "Director", "2026-10", 0),
    ]  # fmt: skip
    closed = plan(published("IT2", "2026-09"))
    assert [q.period for q in update_requests(closed, date(2026, 11, 5))] == ["2026-10", "2026-11"]
    assert update_requests(plan(published(period="2026-09", status="complete")), date(2026, 11, 5)) == ()
    assert update_requests(plan(), date(2026, 8, 16)) == ()
    assert update_requests(plan(status="deferred"), date(2026, 10, 15)) == ()


def test_work_that_is_late_is_named_and_what_has_ended_is_not():
    found = late_work(plan(), date(2026, 12, 10))
    assert found[["kind", "id", "days_late"]].to_numpy().tolist() == [
        ["action_step", "ST1", 71], ["implementation_item", "IT1", 10], ["implementation_item", "IT2", 10],
    ]  # fmt: skip
    done = plan(published(period="2026-11", status="complete"), published("IT2", "2026-11", status="discontinued"))
    assert late_work(done, date(2026, 12, 10))["id"].tolist() == ["ST1"]
    assert late_work(plan(), date(2026, 9, 30)).empty


def test_months_run_over_the_years_end():
    assert [q.period for q in update_requests(plan(published(period="2026-10")), date(2027, 2, 1))] == [
        "2026-11", "2026-12", "2027-01", "2027-02",
    ]  # fmt: skip
    assert last_day("2028-02") == date(2028, 2, 29)
