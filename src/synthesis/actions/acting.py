"""Who may act as what: offices that were given, seats on the committee, and places on action teams.

Nobody signs in at the command line: whoever may write to the data folder says who acts, and the operating system vouches for
that. What the person named may do is checked all the same, in the transaction that does it: what nothing records is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from synthesis.committee import Term, seated
from synthesis.errors import NotAllowed, RuleError
from synthesis.model import Verb
from synthesis.plan import Plan
from synthesis.procedure import Actor, ActorKind, either, plain
from synthesis.store.database import connection, reading
from synthesis.store.events import record
from synthesis.store.offices import Office, end, give, read_offices
from synthesis.store.plans import read_plan

T = TypeVar("T")
OFFICE_KINDS = (
    ActorKind.SUPERINTENDENT,
    ActorKind.BOARD_CLERK,
    ActorKind.SENIOR_LEADERSHIP,
    ActorKind.SECRETARY,
    ActorKind.STEWARD,
)
_GIVERS = frozenset({ActorKind.SUPERINTENDENT, ActorKind.SECRETARY})


def today() -> date:
    """Return the day on which an action is done, in UTC."""
    return datetime.now(UTC).date()


def capacities(plan: Plan, offices: Iterable[Office], person: str, on: date) -> tuple[Actor, ...]:
    """Return everything that a person may act as on a day, offices first."""
    found = [Actor(person, office.kind) for office in offices if office.person == person and office.holds(on)]
    for member in seats_of(plan, person, on):
        chairs = member.role in ("chair", "co_chair")
        found += [Actor(person, ActorKind.COMMITTEE_CHAIR)] if chairs else []
        found += [Actor(person, ActorKind.COMMITTEE_MEMBER)]
    strategies = {team.id: team.strategy for team in plan.of("team")}
    for seat in plan.of("team_member"):
        if seat.person == person and seat.team in strategies:
            found.append(Actor(person, ActorKind.TEAM_MEMBER, strategies[seat.team]))
    return tuple(dict.fromkeys(found))


def seats_of(plan: Plan, person: str, on: date) -> tuple[Any, ...]:
    """Return the seats on the committee that a person holds on a day."""
    return tuple(
        member for member in seated(plan.of("committee_member"), terms_of(plan), on) if member.person == person
    )


def terms_of(plan: Plan) -> tuple[Term, ...]:
    """Return the terms of the seats as the committee's rules read them; one without a start holds from ever."""
    return tuple(Term(t.member, t.start or date.min, t.end, t.ended_by) for t in plan.of("term"))


def check_holds(plan: Plan, offices: Iterable[Office], actor: Actor, on: date) -> None:
    """Raise NotAllowed where it is not recorded that the person may act so."""
    held = capacities(plan, offices, actor.person, on)
    if actor not in held:
        raise NotAllowed(
            f"It is not recorded that {actor.person or 'nobody'} may act as {plain(actor.kind)}.",
            expected=either({a.kind for a in held}) if held else "an office, a seat or a place on a team",
            do="Have it recorded: synthesis offices give, or the records of seats and teams.",
        )


def actors(person: str, *, data_dir: Path, database_url: str | None = None) -> tuple[Actor, ...]:
    """Return everything that a person may act as today."""
    with reading(data_dir, database_url) as opened:
        plan, offices = read_plan(opened, without=("evidence_link",)), read_offices(opened)
    return capacities(plan, offices, person, today())


def as_any(chosen: Iterable[Actor], do: Callable[[Actor], T]) -> T:
    """Do something in the first capacity in which it is allowed. Raises the NotAllowed of the last."""
    refused: NotAllowed | None = None
    for actor in chosen:
        try:
            return do(actor)
        except NotAllowed as error:
            refused = error
    raise refused or NotAllowed(
        "It is not recorded that this person may act as anything.",
        do="Have it recorded: synthesis offices give, or the records of seats and teams.",
    )


def give_office(
    person: str, kind: ActorKind, *, by: str, reason: str, data_dir: Path, database_url: str | None = None
) -> int:
    """Record that a person holds an office from today on. Returns its number.

    Superintendent and secretary may; whoever gives the first office of all needs none, and it is the superintendent's.
    """
    if kind not in OFFICE_KINDS:
        raise RuleError(
            f"This is no office: {plain(kind)}.", expected=either(OFFICE_KINDS), do="Record the seat or the team."
        )
    if not person.strip() or not by.strip():
        raise RuleError("An office is given to a person, by a person.", do="Name both.")
    with connection(data_dir, database_url) as opened:
        offices = read_offices(opened)
        if offices:
            _check_giver(offices, by)
        elif kind is not ActorKind.SUPERINTENDENT:
            raise NotAllowed("The first office is the superintendent's.", do="Give that one first.")
        if any(office.person == person and office.kind is kind and office.holds(today()) for office in offices):
            raise RuleError(f"{person} holds that office already: {plain(kind)}.")
        number = record(opened, Verb.GIVE_OFFICE, person, by=by, reason=reason, data={"office": kind.value})
        give(opened, Office(number, person, kind, today(), None))
    return number


def end_office(
    person: str, kind: ActorKind, *, by: str, reason: str, data_dir: Path, database_url: str | None = None
) -> None:
    """Record that a person holds an office no more, from now on."""
    with connection(data_dir, database_url) as opened:
        offices = read_offices(opened)
        _check_giver(offices, by)
        held = [o for o in offices if o.person == person and o.kind is kind and o.holds(today())]
        if not held:
            raise RuleError(f"{person} does not hold that office: {plain(kind)}.")
        others = [o for o in offices if o.kind in _GIVERS and o not in held and o.holds(today())]
        if kind in _GIVERS and not others:
            raise RuleError("Nobody would be left who may give an office.", do="Give one to somebody else first.")
        record(opened, Verb.END_OFFICE, person, by=by, reason=reason, data={"office": kind.value})
        for office in held:
            end(opened, office.number, _day_before(today()))


def check_importer(opened: Any, by: str) -> None:
    """Raise NotAllowed for somebody who may not bring in a whole plan. Before the first office is given, everybody may."""
    found = read_offices(opened)
    if found and not any(office.person == by and office.kind in _GIVERS and office.holds(today()) for office in found):
        raise NotAllowed(f"{by or 'Nobody'} may not import the plan.", expected=either(_GIVERS))


def offices(*, data_dir: Path, database_url: str | None = None) -> tuple[Office, ...]:
    """Return every office that was ever given, in order."""
    with reading(data_dir, database_url) as opened:
        return read_offices(opened)


def _check_giver(found: Iterable[Office], by: str) -> None:
    """Raise NotAllowed for somebody who may not give or end an office."""
    if not any(office.person == by and office.kind in _GIVERS and office.holds(today()) for office in found):
        raise NotAllowed(f"{by or 'Nobody'} may not give or end an office.", expected=either(_GIVERS))


def _day_before(day: date) -> date:
    """Return the day before: an office that ends now is held no more today."""
    return date.fromordinal(day.toordinal() - 1)
