"""What a meeting leaves behind, and which District Goals are served: who was there, what was decided and who stood where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from synthesis.actions.plan import plan_records
from synthesis.committee import Quorum
from synthesis.errors import InputError
from synthesis.plan import Plan
from synthesis.plan.board import goal_alignment
from synthesis.plan.proceedings import POSITIONS, PRESENCES


def meeting_report(meeting_id: str, *, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return a meeting as open-meetings law asks for it.

    Keys: ``id, body, day, title, noticed_on, minutes, attendance`` (presence → names), ``seats, quorum, present, decisions``; each
    decision has ``id, object, proposal, rule, result, why``, and its positions → names, with reasons. Raises InputError.
    """
    plan = plan_records(data_dir=data_dir, database_url=database_url)
    meeting = plan.by_id("meeting").get(meeting_id)
    if meeting is None:
        raise InputError(
            f"There is no meeting {meeting_id!r}.", expected=", ".join(plan.by_id("meeting")) or "a meeting in the plan"
        )
    names = {member.id: member.person for member in plan.of("committee_member")}
    body = plan.by_id("body")[meeting.body]
    there = [a for a in plan.of("attendance") if a.meeting == meeting_id]
    attendance = {presence: [names[a.member] for a in there if a.presence == presence] for presence in PRESENCES}
    return {
        "id": meeting.id,
        "body": body.name,
        "day": meeting.day,
        "title": meeting.title,
        "noticed_on": meeting.noticed_on,
        "minutes": meeting.minutes,
        "attendance": attendance,
        "seats": body.seats,
        "quorum": Quorum().needed(body.seats, body.seats),
        "present": len(attendance["in_room"]) + len(attendance["remote"]),
        "decisions": [_decision(plan, d, names) for d in plan.of("decision") if d.meeting == meeting_id],
    }


def _decision(plan: Plan, decision: Any, names: dict[str, str]) -> dict[str, Any]:
    """Return a decision with who stood where."""
    own = [stand for stand in plan.of("stand") if stand.decision == decision.id]
    told = {
        position: [
            {"member": names[s.member]} | ({"reason": s.reason} if s.reason else {})
            for s in own
            if s.position == position
        ]
        for position in POSITIONS
    }
    kept = ("id", "object", "proposal", "rule", "result", "why")
    return {name: getattr(decision, name) for name in kept} | {"positions": told}


def goals_served(*, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return which District Goals each strategy serves: ``goals, strategies, not_aligned``."""
    plan = plan_records(data_dir=data_dir, database_url=database_url)
    table, found = goal_alignment(plan, plan.of("goal_link"))
    notes = {(link.strategy, link.goal): link.note for link in plan.of("goal_link")}
    return {
        "goals": [{"id": goal.id, "text": goal.text} for goal in plan.of("district_goal")],
        "strategies": [
            {
                "id": strategy.id,
                "number": strategy.number,
                "text": strategy.text,
                "serves": {goal: notes[strategy.id, goal] for goal in table.columns if table.loc[strategy.id, goal]},
            }
            for strategy in plan.of("strategy")
        ],
        "not_aligned": [f"{finding.record_id} {finding.problem}" for finding in found],
    }
