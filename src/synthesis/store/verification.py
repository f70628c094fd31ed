"""Whether the records are what was written: the chain of events recomputed, and plan records and rankings held against it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Text, cast, except_, select
from sqlalchemy.exc import DatabaseError

from synthesis.model import Verb
from synthesis.store.ballots import every_ranking, seal_of
from synthesis.store.chain import Break, breaks, differs_from
from synthesis.store.events import EVENTS, HEAD
from synthesis.store.plans import COUNTS, counted, digest, stored_records


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: the number of events, the head of the chain as ``number:hash``, and each row that is not as written.

    `older` counts plan records that were written before the chain was there, and that nothing is held against.
    """

    events: int
    head: str
    breaks: tuple[Break, ...]
    older: int = 0


def verify(opened: Connection, noted: tuple[int, str] | None = None) -> Verified:
    """Recompute the chain of events, and hold what was written against it. `noted` is a number and its hash that somebody wrote down outside of the database."""
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
    found += _records(opened, rows)
    found += _rankings(opened, rows)
    found += _counts(opened)
    older = sum(stored.version == 0 for stored in stored_records(opened))
    return Verified(len(rows), "" if head is None else f"{head.number}:{head.hash}", tuple(found), older)


def _records(opened: Connection, rows: Sequence[Mapping[str, Any]]) -> Iterator[Break]:
    """Yield the plan records that do not say what the last event on them wrote."""
    last: dict[str, tuple[int, str | None]] = {}
    for row in rows:
        data = row["data"] if isinstance(row["data"], dict) else {}
        last.update({key: (row["number"], said) for key, said in (data.get("after") or {}).items()})
        last.update(dict.fromkeys(data.get("removed") or (), (row["number"], None)))
    for stored in stored_records(opened):
        key = f"{stored.record.kind}/{stored.record.id}"
        number, said = last.pop(key, (0, None))
        if number == 0 and stored.version == 0:
            continue  # older than the chain: nothing says what it should be
        if said is None:
            yield Break(number or None, key, f"the record {key} is there, and no event wrote it")
        elif said != digest(stored.record):
            yield Break(number, key, f"the record {key} does not say what row {number} wrote")
        elif stored.version != number:
            yield Break(number, key, f"the version of the record {key} was changed: row {number} wrote it")
    for key, (number, said) in last.items():
        if said is not None:
            yield Break(number, key, f"the record {key} is gone: row {number} wrote it")


def _rankings(opened: Connection, rows: Sequence[Mapping[str, Any]]) -> Iterator[Break]:
    """Yield the rankings that are not what was cast. No order is told."""
    cast = [row for row in rows if row["verb"] == Verb.CAST_RANKING.value and isinstance(row["data"], dict)]
    last = {(row["subject"], row["data"].get("member")): (row["number"], row["data"].get("seal")) for row in cast}
    for ballot, ranking, salt in every_ranking(opened):
        number, seal = last.pop((ballot, ranking.member), (None, None))
        if seal != seal_of(ranking, salt):
            yield Break(number, f"ranking/{ballot}/{ranking.member}", "the ranking is not the one that was cast")
    for (ballot, member), (number, _) in last.items():
        yield Break(number, f"ranking/{ballot}/{member}", "the ranking that was cast is gone")


def _counts(opened: Connection) -> Iterator[Break]:
    """Yield the elements whose links are not as many as was counted when they were written."""
    differ = (*opened.execute(except_(counted(), select(COUNTS))), *opened.execute(except_(select(COUNTS), counted())))
    for kind, record_id in sorted({(row.source_kind, row.source_id) for row in differ}):
        key = f"link_count/{kind}/{record_id}"
        yield Break(None, key, f"the links of {kind}/{record_id} are not as many as were counted")


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
