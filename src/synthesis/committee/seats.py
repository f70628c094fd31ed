"""The seats of the committee: who holds them, for how long, and which are vacant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from synthesis.procedure import Finding

SEATS = 27
"""The mission's number of community members on the committee."""


class Member(Protocol):
    """Who holds a seat, as the plan's records of committee members tell it."""

    @property
    def id(self) -> str:
        """Return the member's id."""

    @property
    def person(self) -> str:
        """Return the person's name."""

    @property
    def role(self) -> str:
        """Return chair, co_chair, member, facilitator or recorder."""

    @property
    def appointed_by(self) -> str:
        """Return who appointed the member."""

    @property
    def appointed_on(self) -> date | None:
        """Return the day of the appointment, None where it is unknown."""


M = TypeVar("M", bound=Member)


@dataclass(frozen=True, slots=True)
class Term:
    """How long a member holds the seat: from `start` to `end`, both included; `end` is None while it is open.

    `ended_by` says why it ended before its time (resigned, moved away), or is empty.
    """

    member: str
    start: date
    end: date | None = None
    ended_by: str = ""

    def holds(self, day: date) -> bool:
        """Tell whether the member holds the seat on a day."""
        return self.start <= day and (self.end is None or day <= self.end)


def seated(members: Iterable[M], terms: Iterable[Term], on: date) -> tuple[M, ...]:
    """Return the members who hold a seat on a day. One without a term holds it from the appointment on."""
    of_member: dict[str, list[Term]] = {}
    for term in terms:
        of_member.setdefault(term.member, []).append(term)
    return tuple(
        member
        for member in members
        if any(term.holds(on) for term in of_member.get(member.id, ()))
        or (member.id not in of_member and (member.appointed_on is None or member.appointed_on <= on))
    )


def vacant(members: Iterable[Member], terms: Iterable[Term], on: date, seats: int = SEATS) -> int:
    """Return how many seats nobody holds on a day."""
    return max(seats - len(seated(members, terms, on)), 0)


def seat_findings(
    members: Iterable[Member], terms: Iterable[Term] = (), *, on: date | None = None, seats: int = SEATS
) -> list[Finding]:
    """Return what a person should look at in the seats: on a day, or of all who are listed. All are warnings."""
    everyone, terms = tuple(members), tuple(terms)
    holding = everyone if on is None else seated(everyone, terms, on)
    return [*_filled(holding, seats), *_roles(holding), *_terms(everyone, terms)]


def _filled(holding: tuple[Member, ...], seats: int) -> Iterator[Finding]:
    """Check the number of seats, and that nobody holds two."""
    if len(holding) != seats:
        yield _warn("", "", f"{len(holding)} seats are filled; the committee has {seats}")
    counted = Counter(member.person for member in holding)
    for member in holding:
        if counted.pop(member.person, 0) > 1:
            yield _warn(member.id, "person", f"{member.person} holds more than one seat")


def _roles(holding: tuple[Member, ...]) -> Iterator[Finding]:
    """Check that the committee has a chair, only one, and somebody who keeps its record."""
    roles = Counter(member.role for member in holding)
    if holding and not roles["chair"] and not roles["co_chair"]:
        yield _warn("", "role", "nobody is chair or co-chair")
    if roles["chair"] > 1:
        yield _warn("", "role", f"{roles['chair']} members are chair; there is one")
    if holding and not roles["recorder"]:
        yield _warn("", "role", "nobody is recorder")


def _terms(members: tuple[Member, ...], terms: tuple[Term, ...]) -> Iterator[Finding]:
    """Check that terms belong to members, run forward and do not overlap."""
    known = {member.id for member in members}
    last: dict[str, Term] = {}
    for term in sorted(terms, key=lambda t: (t.member, t.start)):
        if term.member not in known:
            yield _warn(term.member, "term", "a term is kept for somebody who is no member")
        if term.end is not None and term.end < term.start:
            yield _warn(term.member, "term", f"a term ends on {term.end}, before it starts")
        before = last.get(term.member)
        if before is not None and (before.end is None or term.start <= before.end):
            yield _warn(term.member, "term", f"two terms hold on {term.start}")
        last[term.member] = term


def _warn(record_id: str, column: str, problem: str) -> Finding:
    """Return a finding that is shown and forbids nothing."""
    return Finding("committee_member", record_id, column, problem, False)
