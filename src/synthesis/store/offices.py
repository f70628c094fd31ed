"""Who holds which office: superintendent, Board clerk, senior leadership, secretary, steward. Seats and teams are plan records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column, Connection, Date, Integer, Table, Text, select

from synthesis.procedure import ActorKind
from synthesis.store.plans import metadata

OFFICES = Table(
    "office",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("person", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=True),
)


@dataclass(frozen=True, slots=True)
class Office:
    """One person in one office, from a day to a day, both included. `number` is that of the event that gave it."""

    number: int
    person: str
    kind: ActorKind
    since: date
    until: date | None

    def holds(self, day: date) -> bool:
        """Tell whether the office is held on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


def read_offices(opened: Connection) -> tuple[Office, ...]:
    """Return every office that was ever given, in order."""
    rows = opened.execute(select(OFFICES).order_by(OFFICES.c.number))
    return tuple(Office(row.number, row.person, ActorKind(row.kind), row.since, row.until) for row in rows)


def give(opened: Connection, office: Office) -> None:
    """Record that somebody holds an office."""
    values = {"number": office.number, "person": office.person, "kind": office.kind.value}
    opened.execute(OFFICES.insert().values(values | {"since": office.since, "until": office.until}))


def end(opened: Connection, number: int, until: date) -> None:
    """Record the last day of an office."""
    opened.execute(OFFICES.update().where(OFFICES.c.number == number).values(until=until))
