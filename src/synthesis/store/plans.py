"""Plan records in the database: one table per kind. Each row knows the event that last wrote it: that is its version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from synthesis.plan import KINDS, Plan, column_type
from synthesis.store.chain import canonical

metadata = MetaData()
_TYPES: dict[str, Any] = {
    "text": Text,
    "whole": Integer,
    "day": Date,
    "lines": JSON,
    "pairs": JSON,
    "entries": JSON,
}


def _table(cls: type[Any]) -> Table:
    """Return the table of a kind: its fields as columns, the workbook's order, and the event that last wrote it."""
    columns = [
        Column(
            f.name,
            _TYPES[column_type(cls, f.name)],
            primary_key=f.name == "id",
            nullable=column_type(cls, f.name) == "day",
        )
        for f in fields(cls)
    ]
    kept = (
        Column("ordinal", Integer, nullable=False),
        Column("row_version", Integer, nullable=False, server_default="0"),
    )
    return Table(cls.kind, metadata, *columns, *kept)


TABLES = {cls.kind: _table(cls) for cls in KINDS}
CLASSES: Mapping[str, type[Any]] = {cls.kind: cls for cls in KINDS}
LINKS = TABLES["evidence_link"]
COUNTS = Table(
    "link_count",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("theme_id", "as_of", "source_kind", "source_id")),
    Column("links", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many links each element has to each recorded theme (empty: to none), written with the links in one transaction."""
_OF_SOURCE = Index("link_count_by_source", COUNTS.c.source_kind, COUNTS.c.source_id)
_COLUMNS = {cls.kind: [(f.name, column_type(cls, f.name)) for f in fields(cls)] for cls in KINDS}


MANY = 400
"""Values in one question: under what every SQLite and every driver takes."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it is stored: `version` is the number of the event that last wrote it, 0 for one older than the chain."""

    record: Any
    version: int


def write_plan(opened: Connection, plan: Plan, version: int = 0) -> dict[str, int]:
    """Bring every plan record to this plan within the transaction of `opened`. Returns the number of records by kind.

    Records that say the same keep their version; the others get this one.
    """
    counts = {}
    for kind, table in TABLES.items():
        was = {row["id"]: dict(row) for row in opened.execute(select(table)).mappings()}
        gone = set(was)
        new, changed = [], []
        for ordinal, record in enumerate(plan.of(kind)):
            row = _row(record) | {"ordinal": ordinal}
            known = was.get(record.id)
            gone.discard(record.id)
            if known is None:
                new.append(row | {"row_version": version})
            elif _read_row(type(record), known) != record:
                changed.append(row | {"row_version": version})
            elif known["ordinal"] != ordinal:
                changed.append(row | {"row_version": known["row_version"]})
        _apply(opened, table, gone, new, changed)
        if table is LINKS and (gone or new or changed):
            count_anew(opened)
        counts[kind] = len(plan.of(kind))
    return counts


def _apply(
    opened: Connection, table: Table, gone: Collection[str], new: list[dict[str, Any]], changed: list[dict[str, Any]]
) -> None:
    """Remove, add and change rows of one table."""
    if gone:
        opened.execute(table.delete().where(table.c.id == bindparam("gone")), [{"gone": i} for i in sorted(gone)])
    if new:
        opened.execute(table.insert(), new)
    if changed:
        columns = {c.name: bindparam(f"new_{c.name}", type_=c.type) for c in table.columns if c.name != "id"}
        rows = [{"of": row["id"]} | {f"new_{name}": row[name] for name in columns} for row in changed]
        opened.execute(table.update().where(table.c.id == bindparam("of")).values(columns), rows)


def read_stored(opened: Connection, kind: str, record_id: str) -> Stored | None:
    """Return one record with its version, None where there is none."""
    table = TABLES[kind]
    row = opened.execute(select(table).where(table.c.id == record_id)).mappings().one_or_none()
    return None if row is None else Stored(_read_row(CLASSES[kind], row), row["row_version"])


def stored_records(opened: Connection) -> Iterator[Stored]:
    """Yield every record with its version, kind by kind."""
    for kind, table in TABLES.items():
        for row in opened.execute(select(table).order_by(table.c.id)).mappings():
            yield Stored(_read_row(CLASSES[kind], row), row["row_version"])


def read_versions(opened: Connection) -> dict[tuple[str, str], int]:
    """Return (kind, id) → the version of every record."""
    return {
        (kind, row.id): row.row_version
        for kind, table in TABLES.items()
        for row in opened.execute(select(table.c.id, table.c.row_version))
    }


def add_row(opened: Connection, record: Any, version: int) -> None:
    """Add a record behind those of its kind."""
    table = TABLES[record.kind]
    last = opened.execute(select(func.max(table.c.ordinal))).scalar()
    ordinal = 0 if last is None else last + 1
    opened.execute(table.insert().values(_row(record) | {"ordinal": ordinal, "row_version": version}))
    if table is LINKS:
        count_anew(opened, [(record.source_kind, record.source_id)])


def remove_row(opened: Connection, record: Any) -> None:
    """Remove the row of a record."""
    table = TABLES[record.kind]
    opened.execute(table.delete().where(table.c.id == record.id))
    if table is LINKS:
        count_anew(opened, [(record.source_kind, record.source_id)])


def change_rows(opened: Connection, records: Sequence[Any], version: int) -> None:
    """Bring the rows of records to what they say now."""
    sources = set()
    for record in records:
        table = TABLES[record.kind]
        mine = table.c.id == record.id
        if table is LINKS:  # it may have started elsewhere
            sources |= {
                tuple(was) for was in opened.execute(select(LINKS.c.source_kind, LINKS.c.source_id).where(mine))
            }
            sources.add((record.source_kind, record.source_id))
        opened.execute(table.update().where(mine).values(_row(record) | {"row_version": version}))
    if sources:
        count_anew(opened, sources)


def counted() -> Select[Any]:
    """Return the question that counts the links themselves, with the columns of `COUNTS`."""
    by = [LINKS.c[column.name] for column in COUNTS.primary_key]
    return select(*by, func.count().label("links")).group_by(*by)


def count_anew(opened: Connection, sources: Collection[tuple[str, str]] = ()) -> None:
    """Count the links that start from elements (kind, id), of every element if none is given: after each change of links."""
    old, new = COUNTS.delete(), counted()
    if 0 < len(sources) <= MANY:
        old, new = old.where(starts_from(COUNTS, sources)), new.where(starts_from(LINKS, sources))
    opened.execute(old)
    opened.execute(COUNTS.insert().from_select([column.name for column in COUNTS.columns], new))


def starts_from(table: Table, sources: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    """Return whether links, or counts of them, start from one of these elements (kind, id)."""
    return or_(*among(table.c.source_kind, table.c.source_id, sources))


def among(
    first: ColumnElement[Any], second: ColumnElement[Any], pairs: Iterable[tuple[str, str]]
) -> list[ColumnElement[bool]]:
    """Return, for each value that comes first in these pairs, whether two columns hold it and one of those that come second to it.

    A list of pairs would say the same at once, and SQLite would read the whole table for it.
    """
    of: defaultdict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        of[one].append(other)
    return [and_(first == one, second.in_(others)) for one, others in of.items()]


def read_plan(opened: Connection, without: Collection[str] = ()) -> Plan:
    """Return every plan record, but for those of the kinds left out."""
    records = {}
    for cls in KINDS:
        if cls.kind not in without:
            table = TABLES[cls.kind]
            found = opened.execute(select(table).order_by(table.c.ordinal)).mappings()
            records[cls.kind] = tuple(_read_row(cls, row) for row in found)
    return Plan(records)


def digest(record: Any) -> str:
    """Return a short hash of what a record says; fields that say nothing leave no trace, so that new fields change no hash."""
    said = {f.name: getattr(record, f.name) for f in fields(record)}
    told = {name: str(v) if isinstance(v, date) else v for name, v in said.items() if v not in ("", 0, None, (), {})}
    return sha256(canonical(told)).hexdigest()[:32]


def _row(record: Any) -> dict[str, Any]:
    """Return a record's fields as its table holds them."""
    return {f.name: _stored(getattr(record, f.name)) for f in fields(record)}


def record_of(kind: str, row: Mapping[Any, Any]) -> Any:
    """Return the record of a row of a kind's table."""
    return _read_row(CLASSES[kind], row)


def _read_row(cls: type[Any], row: Mapping[Any, Any]) -> Any:
    """Return the record of a row."""
    return cls(**{name: _field(row[name], column) for name, column in _COLUMNS[cls.kind]})


def _stored(value: Any) -> Any:
    """Return a field's value as the database holds it."""
    return list(value) if isinstance(value, tuple) else value


def _field(value: Any, kind: str) -> Any:
    """Return a stored value as the record's field holds it."""
    if kind in ("lines", "entries"):
        return tuple(value)
    if kind == "day" and isinstance(value, str):
        return date.fromisoformat(value)
    return value
