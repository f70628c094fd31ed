"""What a person should look at in the records of who met and what they decided: the plan's records under the committee's rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthesis.actions.acting import terms_of, today
from synthesis.committee import (
    RULES,
    Attendance,
    Body,
    Meeting,
    Outcome,
    Position,
    Presence,
    Stand,
    decide,
    meeting_findings,
    present_at,
    seat_findings,
    seated,
)
from synthesis.errors import SynthesisError
from synthesis.plan import Finding, Plan
from synthesis.procedure import plain


def committee_findings(plan: Plan) -> list[Finding]:
    """Return what a person should look at in seats, terms, meetings and decisions. All are warnings."""
    members = plan.of("committee_member")
    found = seat_findings(members, terms_of(plan)) if members or plan.of("term") else []
    attendances = attendances_of(plan)
    for body in plan.of("body"):
        rule = Body(body.name, body.appointed_by, body.charge, body.board_members, body.board_size, body.seats)
        found += meeting_findings(rule, members, held_meetings(plan, body.id), attendances, terms=terms_of(plan))
    return [*found, *_decisions(plan)]


def held_meetings(plan: Plan, body: str) -> Iterator[Meeting]:
    """Yield the meetings of a body that say when they were."""
    decided = {d.meeting for d in plan.of("decision") if d.result in ("agreed", "not_agreed")}
    for m in plan.of("meeting"):
        if m.body == body and m.day is not None:
            yield Meeting(m.id, m.day, m.title, m.noticed_on, m.minutes, m.id in decided)


def attendances_of(plan: Plan) -> list[Attendance]:
    """Return who was at which meeting, and how."""
    return [Attendance(a.meeting, a.member, Presence(a.presence)) for a in plan.of("attendance")]


def outcome_of(plan: Plan, decision: Any) -> Outcome:
    """Return what a decision's rule makes of the positions of those who were present and held a seat on that day.

    Raises RuleError or NotAllowed for positions that cannot be counted.
    """
    meeting = plan.by_id("meeting")[decision.meeting]
    body = plan.by_id("body").get(meeting.body)
    members = seated(plan.of("committee_member"), terms_of(plan), meeting.day or today())
    return decide(
        [Stand(s.member, Position(s.position), s.reason) for s in plan.of("stand") if s.decision == decision.id],
        present=present_at(meeting.id, attendances_of(plan)) & {member.id for member in members},
        seats=(body.seats if body else 0) or len(members),
        filled=len(members),
        rule=RULES[decision.rule],
    )


def _decisions(plan: Plan) -> Iterator[Finding]:
    """Yield decisions whose recorded result is not what their rule makes of the positions."""
    for decision in plan.of("decision"):
        try:
            outcome = outcome_of(plan, decision)
        except SynthesisError as error:
            yield Finding("decision", decision.id, "result", f"cannot be counted: {error.problem}", False)
            continue
        if outcome.result != decision.result:
            problem = f"is recorded as {plain(decision.result)}, but is {plain(outcome.result)}: {outcome.why}"
            yield Finding("decision", decision.id, "result", problem, False)
