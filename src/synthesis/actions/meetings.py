"""What a meeting leaves behind, and which District Goals are served: who was there, what was decided and who stood where."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from synthesis.actions.acting import terms_of
from synthesis.actions.findings import attendances_of, committee_findings, held_meetings
from synthesis.actions.plan import plan_records
from synthesis.committee import RULES, Quorum, attendance_table
from synthesis.errors import InputError
from synthesis.plan import Plan, check
from synthesis.plan.board import goal_alignment
from synthesis.plan.links import element
from synthesis.plan.proceedings import POSITIONS, PRESENCES
from synthesis.plan.updates import kind_of

_ALSO_ABOUT = ("body", "refusal")
"""Kinds that a decision may be about beside those of which a change needs authority."""


def meeting_report(meeting_id: str, *, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return a meeting as open-meetings law asks for it.

    Keys: ``id, body, day, title, noticed_on, minutes, attendance`` (presence → names), ``seats, quorum, present, decisions``; each
    decision has ``id, object, about`` (the object's kind, label and text), ``proposal, rule, rule_says, result, why``, and its positions →
    names, with reasons. Raises InputError.
    """
    plan = plan_records(data_dir=data_dir, database_url=database_url)
    meeting = plan.by_id("meeting").get(meeting_id)
    if meeting is None:
        raise InputError(
            f"There is no meeting {meeting_id!r}.", expected=", ".join(plan.by_id("meeting")) or "a meeting in the plan"
        )
    return _meeting(plan, meeting)


def committee_record(*, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return what the committee decided and how, of every meeting.

    Keys: ``bodies`` (``name, appointed_by, charge, seats, quorum``), ``meetings`` (as `meeting_report`, the last first), ``attendance``
    (`committee.attendance_table`, a row per member), ``look_at`` (record id → what a person should look at in it).
    """
    plan = plan_records(data_dir=data_dir, database_url=database_url)
    held = [meeting for body in plan.of("body") for meeting in held_meetings(plan, body.id)]
    table = attendance_table(plan.of("committee_member"), held, attendances_of(plan), terms_of(plan))
    look_at: defaultdict[str, list[str]] = defaultdict(list)
    for finding in committee_findings(plan) if not any(f.error for f in check(plan)) else ():
        if finding.kind in ("meeting", "decision"):
            look_at[finding.record_id].append(finding.problem)
    meetings = sorted(plan.of("meeting"), key=lambda m: (str(m.day or ""), m.id), reverse=True)
    return {
        "bodies": [
            {"name": b.name, "appointed_by": b.appointed_by, "charge": b.charge, "seats": b.seats, "quorum": _quorum(b)}
            for b in plan.of("body")
        ],
        "meetings": [_meeting(plan, meeting) for meeting in meetings],
        "attendance": table.to_dict("records"),
        "look_at": dict(look_at),
    }


def _quorum(body: Any) -> int:
    """Return how many of a body's seats must be present."""
    return Quorum().needed(body.seats, body.seats)


def _meeting(plan: Plan, meeting: Any) -> dict[str, Any]:
    """Return a meeting as `meeting_report` tells it."""
    names = {member.id: member.person for member in plan.of("committee_member")}
    body = plan.by_id("body")[meeting.body]
    there = [a for a in plan.of("attendance") if a.meeting == meeting.id]
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
        "quorum": _quorum(body),
        "present": len(attendance["in_room"]) + len(attendance["remote"]),
        "decisions": [_decision(plan, d, names) for d in plan.of("decision") if d.meeting == meeting.id],
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
    kind = kind_of(plan, decision.object) or next((k for k in _ALSO_ABOUT if decision.object in plan.by_id(k)), None)
    about = element(plan, kind, decision.object) if kind else {"kind": "", "label": decision.object, "text": ""}
    return {name: getattr(decision, name) for name in kept} | {
        "positions": told,
        "about": {name: about[name] for name in ("kind", "label", "text")},
        "rule_says": RULES[decision.rule].name,
    }


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
