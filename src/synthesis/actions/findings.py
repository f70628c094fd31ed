"""What a person should look at in the records of who met and what they decided: the plan's records under the committee's rules."""

from __future__ import annotations

from collections.abc import Iterator

from synthesis.committee import (
    RULES,
    Attendance,
    Body,
    Meeting,
    Position,
    Presence,
    Stand,
    Term,
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
    found = seat_findings(members, starting_terms(plan)) if members or plan.of("term") else []
    attendances = attendances_of(plan)
    for body in plan.of("body"):
        rule = Body(body.name, body.appointed_by, body.charge, body.board_members, body.board_size, body.seats)
        found += meeting_findings(rule, members, held_meetings(plan, body.id), attendances, terms=starting_terms(plan))
    return [*found, *_decisions(plan, attendances)]


def starting_terms(plan: Plan) -> list[Term]:
    """Return the terms that say when they begin."""
    return [Term(t.member, t.start, t.end, t.ended_by) for t in plan.of("term") if t.start is not None]


def held_meetings(plan: Plan, body: str) -> Iterator[Meeting]:
    """Yield the meetings of a body that say when they were."""
    decided = {d.meeting for d in plan.of("decision") if d.result in ("agreed", "not_agreed")}
    for m in plan.of("meeting"):
        if m.body == body and m.day is not None:
            yield Meeting(m.id, m.day, m.title, m.noticed_on, m.minutes, m.id in decided)


def attendances_of(plan: Plan) -> list[Attendance]:
    """Return who was at which meeting, and how."""
    return [Attendance(a.meeting, a.member, Presence(a.presence)) for a in plan.of("attendance")]


def _decisions(plan: Plan, attendances: list[Attendance]) -> Iterator[Finding]:
    """Yield decisions whose recorded result is not what their rule makes of the positions."""
    meetings, bodies = plan.by_id("meeting"), plan.by_id("body")
    for decision in plan.of("decision"):
        meeting = meetings[decision.meeting]
        seats = bodies[meeting.body].seats if meeting.body in bodies else 0
        stands = [
            Stand(s.member, Position(s.position), s.reason) for s in plan.of("stand") if s.decision == decision.id
        ]
        filled = None
        if meeting.day is not None:
            filled = len(seated(plan.of("committee_member"), starting_terms(plan), meeting.day))
        try:
            outcome = decide(
                stands,
                present=present_at(meeting.id, attendances),
                seats=seats,
                filled=filled,
                rule=RULES[decision.rule],
            )
        except SynthesisError as error:
            yield Finding("decision", decision.id, "result", f"cannot be counted: {error.problem}", False)
            continue
        if outcome.result != decision.result:
            problem = f"is recorded as {plain(decision.result)}, but is {plain(outcome.result)}: {outcome.why}"
            yield Finding("decision", decision.id, "result", problem, False)
