"""Plan records in the database: one table per kind, all of a plan or nothing."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, Connection, Date, Integer, MetaData, Table, Text, select

from synthesis.plan import KINDS, Plan, column_type

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
    """Return the table of a kind: its fields as columns, `ordinal` keeping the workbook's order."""
    columns = [
        Column(
            f.name,
            _TYPES[column_type(cls, f.name)],
            primary_key=f.name == "id",
            nullable=column_type(cls, f.name) == "day",
        )
        for f in fields(cls)
    ]
    return Table(cls.kind, metadata, *columns, Column("ordinal", Integer, nullable=False))


TABLES = {cls.kind: _table(cls) for cls in KINDS}


def write_plan(opened: Connection, plan: Plan) -> dict[str, int]:
    """Replace every plan record within the transaction of `opened`. Returns the number of records by kind."""
    counts = {}
    for table in reversed(TABLES.values()):
        opened.execute(table.delete())
    for kind, table in TABLES.items():
        rows = [
            {f.name: _stored(getattr(record, f.name)) for f in fields(record)} | {"ordinal": ordinal}
            for ordinal, record in enumerate(plan.of(kind))
        ]
        if rows:
            opened.execute(table.insert(), rows)
        counts[kind] = len(rows)
    return counts


def read_plan(opened: Connection) -> Plan:
    """Return every plan record."""
    records = {}
    for cls in KINDS:
        table = TABLES[cls.kind]
        found = opened.execute(select(table).order_by(table.c.ordinal)).mappings()
        records[cls.kind] = tuple(
            cls(**{f.name: _field(row[f.name], column_type(cls, f.name)) for f in fields(cls)}) for row in found
        )
    return Plan(records)


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
