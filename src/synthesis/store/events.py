"""What people decided and did: one row per action, never changed and never deleted, each chained to the one before.

The state of a theme, quote or export is what its events say in order; the last word counts, so that every decision can be
taken back. The head of the chain is kept beside it, so that rows removed from its end are missed (`chain`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Connection, Index, Integer, Table, Text, select

from synthesis.model import Event, Translation, Verb
from synthesis.store.chain import seal
from synthesis.store.plans import metadata

EVENTS = Table(
    "event",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("previous", Text, nullable=False, server_default=""),
    Column("hash", Text, nullable=False, server_default=""),
    Column("marks", JSON, nullable=False, server_default="{}"),
    Index("event_by_subject", "subject"),
)
HEAD = Table(
    "event_head",
    metadata,
    Column("one", Integer, CheckConstraint("one = 1", name="event_head_is_one"), primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)
TRANSLATIONS = Table(
    "translation",
    metadata,
    Column("contribution_id", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("at", Text, nullable=False),
)


def record(
    opened: Connection, verb: Verb, subject: str, *, by: str, reason: str, data: Mapping[str, object] | None = None
) -> int:
    """Add one event at the end of the chain, within the transaction of `opened`. Returns its number."""
    head = opened.execute(select(HEAD.c.number, HEAD.c.hash)).one()
    row = {
        "number": head.number + 1,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": by,
        "verb": verb.value,
        "subject": subject,
        "reason": reason,
        "data": json.loads(json.dumps(dict(data or {}))),  # as it will be read again
    }
    sealed = seal(row, head.hash)
    opened.execute(EVENTS.insert().values(row | sealed))
    moved = HEAD.update().where(HEAD.c.number == head.number).values(number=row["number"], hash=sealed["hash"])
    opened.execute(moved)
    return int(row["number"])


def read_event(opened: Connection, number: int) -> Event | None:
    """Return one event, None where there is none of that number."""
    row = opened.execute(select(EVENTS).where(EVENTS.c.number == number)).mappings().one_or_none()
    return None if row is None else _event(row)


def read_events(opened: Connection, verbs: Sequence[Verb] = ()) -> list[Event]:
    """Return the events in order, of all verbs or of those named."""
    query = select(EVENTS).order_by(EVENTS.c.number)
    if verbs:
        query = query.where(EVENTS.c.verb.in_([verb.value for verb in verbs]))
    return [_event(row) for row in opened.execute(query).mappings()]


def _event(row: Mapping[Any, Any]) -> Event:
    """Return the event of a row."""
    return Event(
        number=row["number"],
        at=datetime.fromisoformat(row["at"]),
        by=row["by"],
        verb=Verb(row["verb"]),
        subject=row["subject"],
        reason=row["reason"],
        data=row["data"],
    )


def write_translations(opened: Connection, translations: Sequence[Translation]) -> None:
    """Store translations, each in place of an earlier one of the same comment."""
    for entry in translations:
        opened.execute(TRANSLATIONS.delete().where(TRANSLATIONS.c.contribution_id == entry.contribution_id))
        opened.execute(
            TRANSLATIONS.insert().values(
                contribution_id=entry.contribution_id,
                text=entry.text,
                method=entry.method,
                reviewer=entry.reviewer,
                at=entry.at.isoformat(timespec="seconds"),
            )
        )


def read_translations(opened: Connection) -> dict[str, Translation]:
    """Return contribution_id → its translation."""
    return {
        row["contribution_id"]: Translation(
            row["contribution_id"], row["text"], row["method"], row["reviewer"], datetime.fromisoformat(row["at"])
        )
        for row in opened.execute(select(TRANSLATIONS)).mappings()
    }
