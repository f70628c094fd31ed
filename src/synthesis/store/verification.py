"""Whether the records are what was written: the chain of events recomputed, row by row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Text, cast, select
from sqlalchemy.exc import DatabaseError

from synthesis.store.chain import Break, breaks, differs_from
from synthesis.store.events import EVENTS, HEAD


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: the number of events, the head of the chain as ``number:hash``, and each row that is not as written."""

    events: int
    head: str
    breaks: tuple[Break, ...]


def verify(opened: Connection, noted: tuple[int, str] | None = None) -> Verified:
    """Recompute the chain of events. `noted` is a number and its hash that somebody wrote down outside of the database."""
    if opened.dialect.name == "sqlite":
        # Bytes that are no text any more must not stop the search for their row.
        opened.connection.dbapi_connection.text_factory = _as_text  # type: ignore[union-attr]
    damage = _damage(opened)
    if damage:
        return Verified(0, "", damage)
    columns = [cast(c, Text).label(c.name) if c.name in ("data", "marks") else c for c in EVENTS.columns]
    rows = [_row(dict(row)) for row in opened.execute(select(*columns).order_by(EVENTS.c.number)).mappings()]
    head = opened.execute(select(HEAD.c.number, HEAD.c.hash)).one_or_none()
    found = list(breaks(rows, None if head is None else (head.number, head.hash)))
    if noted is not None:
        changed = differs_from(rows, *noted)
        found += [changed] if changed else []
    return Verified(len(rows), "" if head is None else f"{head.number}:{head.hash}", tuple(found))


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its JSON read; JSON that cannot be read stays text, which no hash fits."""
    for name in ("data", "marks"):
        try:
            row[name] = json.loads(row[name])
        except (TypeError, ValueError):
            continue
    return row


def _damage(opened: Connection) -> tuple[Break, ...]:
    """Return what SQLite itself finds wrong with its file. Of PostgreSQL's files its own tools tell (``pg_amcheck``)."""
    if opened.dialect.name != "sqlite":
        return ()
    try:
        said = opened.exec_driver_sql("PRAGMA integrity_check(10)").scalars().all()
    except DatabaseError as error:
        said = [str(error.orig)]
    return tuple(Break(None, "file", f"the file of the database is damaged: {line}") for line in said if line != "ok")


def _as_text(data: bytes) -> str:
    """Return stored bytes as text, bytes that are none as lone surrogates."""
    return data.decode("utf-8", "surrogateescape")
