"""The plan workbook of the sample district, from `data/source/plan/*.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from sample.common import rezip
from sample.source import SourceError
from synthesis.plan import KINDS, Plan, check, column_type
from synthesis.store.workbook import write_workbook

# The source's own words for fields that are named otherwise in the records.
_RENAMED = {"from": "changed_from", "to": "changed_to"}


def plan_workbook(folder: Path) -> bytes:
    """Return the workbook's bytes, the same each time. Raises SourceError for a record that breaks a rule."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(folder.glob("*.toml")):
        for kind, records in tomllib.loads(path.read_text("utf-8")).items():
            tables.setdefault(kind, []).extend(records)
    plan = Plan(
        {cls.kind: tuple(_record(cls, raw, n) for n, raw in enumerate(tables.pop(cls.kind, []), 1)) for cls in KINDS}
    )
    if tables:
        raise SourceError(f"{folder}: no kind of plan record is named {', '.join(sorted(tables))}")
    wrong = [f"{f.kind} {f.record_id} {f.column}: {f.problem}" for f in check(plan) if f.error]
    if wrong:
        raise SourceError(f"{folder}: " + "; ".join(wrong))
    return rezip(write_workbook(plan))


def _record(cls: type[Any], raw: dict[str, Any], number: int) -> Any:
    """Return one record; ids that the source leaves out are made of the kind and the number."""
    named = {_RENAMED.get(key, key): value for key, value in raw.items()}
    named.setdefault("id", f"{cls.kind}-{number:02d}")
    values = {}
    for f in fields(cls):
        kind = column_type(cls, f.name)
        if f.name in named:
            values[f.name] = _value(named.pop(f.name), kind)
        elif f.default is MISSING and f.default_factory is MISSING:
            raise SourceError(f"{cls.kind} {number} lacks {f.name}")
    return cls(**values)


def _value(value: Any, kind: str) -> Any:
    """Return a TOML value as a field holds it."""
    if kind == "lines":
        return tuple(str(item) for item in value) if isinstance(value, list) else ((str(value),) if value else ())
    if kind == "pairs":
        return {str(k): _plain(v) for k, v in value.items()}
    if kind == "entries":
        return tuple({str(k): _plain(v) for k, v in entry.items()} for entry in value)
    if kind == "text":
        return _plain(value)
    if kind == "day":
        return value or None
    return int(value)


def _plain(value: Any) -> str:
    """Return any TOML value as a cell's words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    return " ".join(str(value).split())
