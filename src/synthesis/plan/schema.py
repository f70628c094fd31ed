"""The plan as JSON, and the schema (JSON Schema 2020-12) that says what it holds; both made from the records themselves."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from synthesis.plan.columns import column_type
from synthesis.plan.records import KINDS, Plan
from synthesis.plan.shapes import EARLIEST, LATEST, asked, limits

FORMAT = "synthesis-plan/1"
_TEXT = {"type": "string"}
_PAIRS = {"type": "object", "additionalProperties": _TEXT}
_SHAPES: dict[str, dict[str, Any]] = {
    "text": _TEXT,
    "day": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    "lines": {"type": "array", "items": _TEXT},
    "pairs": _PAIRS,
    "entries": {"type": "array", "items": _PAIRS},
}


def to_json(plan: Plan) -> dict[str, Any]:
    """Return every record by kind, in the order of the workbook; days as ``YYYY-MM-DD``, a day that is not known as null."""
    return {"format": FORMAT} | {
        cls.kind: [{f.name: _plain(getattr(record, f.name)) for f in fields(cls)} for record in plan.of(cls.kind)]
        for cls in KINDS
    }


def json_schema() -> dict[str, Any]:
    """Return the schema of `to_json`. ``x-references`` names the kind that a field's ids point to."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The plan records of steps 1 to 12",
        "type": "object",
        "properties": {"format": {"const": FORMAT}}
        | {cls.kind: {"type": "array", "items": {"$ref": f"#/$defs/{cls.kind}"}} for cls in KINDS},
        "required": ["format", *(cls.kind for cls in KINDS)],
        "additionalProperties": False,
        "$defs": {cls.kind: _record(cls) for cls in KINDS},
    }


def _record(cls: type[Any]) -> dict[str, Any]:
    """Return the schema of one kind."""
    return {
        "description": " ".join((cls.__doc__ or "").split()),
        "type": "object",
        "properties": {item.name: _field(cls, item.name) for item in fields(cls)},
        "required": [item.name for item in fields(cls)],
        "additionalProperties": False,
    }


def _field(cls: type[Any], name: str) -> dict[str, Any]:
    """Return the schema of one field."""
    kind, rule = column_type(cls, name), next(item.metadata for item in fields(cls) if item.name == name)
    if kind == "whole":
        low, high = limits(cls, name)
        shape: dict[str, Any] = {"type": "integer", "minimum": min(low, 0), "maximum": high}
    else:
        shape = dict(_SHAPES[kind])
    if kind == "text" and rule["choices"]:
        shape["enum"] = [*rule["choices"], *([] if rule["required"] else [""])]
    elif kind == "text" and rule["required"]:
        shape["minLength"] = 1
    if rule["references"]:
        shape["x-references"] = rule["references"]
    words = f"{asked(cls, name)}, from {EARLIEST} to {LATEST}" if kind == "day" else asked(cls, name)
    return {"description": words.split(" (Alt+")[0]} | shape


def _plain(value: Any) -> Any:
    """Return a field's value as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, dict) else value
