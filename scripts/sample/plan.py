"""The plan workbook of the sample district, from `data/source/plan/*.toml`.

What belongs to a record may stand under it: steps, costs and reviews under their action plan, the updates of a month under
the month. It gets the id of what it stands under, and an id of its own made of that. Of a meeting the source names those who
were not in the room, and under a decision those who did not simply agree; everyone else who held a seat was there and did.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sample.committee import who_met
from sample.common import rezip
from sample.source import SourceError
from synthesis.plan import KINDS, Plan, check, column_type
from synthesis.store.workbook import write_workbook

Raw = dict[str, Any]


@dataclass(frozen=True)
class _Under:
    """Records that stand under another: their kind, the fields that they get from it, and how their ids are made."""

    kind: str
    given: dict[str, str]
    named: str


# The source's own words for fields that are named otherwise in the records.
_RENAMED = {"from": "changed_from", "to": "changed_to"}
_UNDER = {
    "committee_member": {"term": _Under("term", {"member": "id"}, "{member}-term")},
    "action_plan": {
        "step": _Under("action_step", {"plan": "id"}, "{plan}.{n}"),
        "cost_benefit": _Under("cost_benefit", {"plan": "id"}, "{plan}-costs"),
        "coherence_review": _Under("coherence_review", {"plan": "id"}, "{plan}-review-{n}"),
    },
    "month": {
        "update": _Under("progress_update", {"period": "period", "published_at": "published_at"}, "{item}-{period}")
    },
}


def plan_workbook(folder: Path) -> bytes:
    """Return the workbook's bytes, the same each time. Raises SourceError for a record that breaks a rule."""
    tables: dict[str, list[Raw]] = {}
    for path in sorted(folder.glob("*.toml")):
        for kind, records in tomllib.loads(path.read_text("utf-8")).items():
            for raw in records if isinstance(records, list) else [records]:
                for own_kind, record in _laid_flat(kind, raw):
                    tables.setdefault(own_kind, []).append(record)
    tables |= who_met(tables.pop("meeting", []), tables.get("term", []))
    plan = Plan({cls.kind: tuple(_record(cls, raw) for raw in tables.pop(cls.kind, [])) for cls in KINDS})
    if tables:
        raise SourceError(f"{folder}: no kind of plan record is named {', '.join(sorted(tables))}")
    wrong = [f"{f.kind} {f.record_id} {f.column}: {f.problem}" for f in check(plan) if f.error]
    if wrong:
        raise SourceError(f"{folder}: " + "; ".join(wrong))
    return rezip(write_workbook(plan))


def _laid_flat(kind: str, raw: Raw) -> Iterator[tuple[str, Raw]]:
    """Yield a record without what stands under it, then each of these, as pairs of kind and record."""
    under = _UNDER.get(kind, {})
    if kind != "month":  # a month is no record of its own
        yield kind, {name: value for name, value in raw.items() if name not in under}
    for name, rule in under.items():
        for n, record in enumerate(raw.get(name, []), 1):
            whole = {"number": n} if rule.kind == "action_step" else {}
            whole |= {field: raw[source] for field, source in rule.given.items()} | record
            yield rule.kind, {"id": rule.named.format_map(whole | {"n": n})} | whole


def _record(cls: type[Any], raw: Raw) -> Any:
    """Return one record. Raises SourceError for a record without an id, or with a field that the kind does not have."""
    named = {_RENAMED.get(key, key): value for key, value in raw.items()}
    known = {f.name: column_type(cls, f.name) for f in fields(cls)}
    unknown = sorted(named.keys() - known)
    if unknown or "id" not in named:
        problem = f"has no field {', '.join(unknown)}" if unknown else "needs an id"
        raise SourceError(f"{cls.kind} {named.get('id', named)}: {problem}")
    return cls(**{name: _value(value, known[name]) for name, value in named.items()})


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
