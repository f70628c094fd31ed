"""The acts of the Board as they are read: what each means, how it was voted, what it covers, and where the plan stands by them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from synthesis.actions.acting import today
from synthesis.actions.plan import plan_records
from synthesis.plan import Plan, check
from synthesis.plan.board import CARRIED, MEANINGS, ORDER, board_findings, covers, kind_about, pending
from synthesis.plan.links import element
from synthesis.plan.permissions import newest
from synthesis.plan.records import BoardAction
from synthesis.plan.states import PLAN_CYCLE
from synthesis.procedure import either

_VOTE = ("ayes", "nays", "abstentions", "recused", "absent")


def board_record(*, data_dir: Path, database_url: str | None = None, on: date | None = None) -> dict[str, Any]:
    """Return what the Board acted on, and where the plan stands by it. `on` is the day on which it is read, today by default.

    Keys: ``cycle`` (None without a plan; ``title, state, states`` on the way to its end, ``next``: what may follow, and who does
    it), ``meanings`` (a row per act, in the order in which they build on each other: ``act, says, carried``, the rows of `acts` by
    which it carried), ``before_the_board`` (`acts` that are on an agenda and not voted), ``acts`` (those that were voted, the last first).
    """
    plan = plan_records(data_dir=data_dir, database_url=database_url)
    look_at: dict[str, list[str]] = {}
    for finding in board_findings(plan) if not any(f.error for f in check(plan)) else ():
        if finding.kind == "board_action":
            look_at.setdefault(finding.record_id, []).append(finding.problem)
    voted = sorted(
        (a for a in plan.of("board_action") if a.outcome), key=lambda a: (str(a.meeting_date or ""), a.id), reverse=True
    )
    told = [_act(plan, action, look_at.get(action.id, [])) for action in voted]
    return {
        "cycle": _cycle(plan),
        "meanings": [
            {
                "act": act,
                "says": MEANINGS[act].says,
                "carried": [a for a in told if a["act"] == act and a["outcome"] in CARRIED],
            }
            for act in ORDER
        ],
        "before_the_board": [_act(plan, action, []) for action in pending(plan, on or today())],
        "acts": told,
    }


def _cycle(plan: Plan) -> dict[str, Any] | None:
    """Return where the plan as a whole stands, and what may follow."""
    cycle = newest(plan, "plan_cycle")
    if cycle is None:
        return None
    rows = [row for row in PLAN_CYCLE.rows if row.state == cycle.status and row.to != row.state]
    return {
        "title": cycle.title,
        "state": cycle.status,
        "states": [state for state in PLAN_CYCLE.states if state != "superseded"],
        "next": [{"says": PLAN_CYCLE.says[row.action], "by": either(row.by)} for row in rows],
    }


def _act(plan: Plan, action: BoardAction, look_at: list[str]) -> dict[str, Any]:
    """Return an act with its vote, what it is about and covers, its goals in words, and the agendas before its vote."""
    kind = kind_about(plan, action)
    goals = plan.by_id("district_goal")
    kept = ("id", "act", "version", "meeting_date", "agenda_kind", "motion", "resolution_no", "mover", "seconder")
    return {name: getattr(action, name) for name in (*kept, *_VOTE, "outcome", "conditions")} | {
        "says": MEANINGS[action.act].says,
        "about": element(plan, kind, action.object) if kind else None,
        "covers": [
            element(plan, found.kind, found.id) | {"status": found.status}
            for found in covers(plan, action)
            if found.id != action.object
        ],
        "goals": [{"id": goal, "text": goals[goal].text} for goal in action.district_goals if goal in goals],
        "agendas": _agendas(plan, action),
        "look_at": look_at,
    }


def _agendas(plan: Plan, action: BoardAction) -> list[dict[str, Any]]:
    """Return the agendas on which the same matter stood before this one: ``agenda_kind, meeting_date, motion``, in order of day."""
    earlier = [
        other
        for other in plan.of("board_action")
        if other.id != action.id
        and (other.object, other.act, other.outcome) == (action.object, action.act, "")
        and str(other.meeting_date or "") <= str(action.meeting_date or "")
    ]
    rows = sorted(earlier, key=lambda other: (str(other.meeting_date or ""), other.id))
    return [{name: getattr(row, name) for name in ("agenda_kind", "meeting_date", "motion")} for row in rows]
