"""What the fields of plan records hold, as their cells and their columns in the database need to know it."""

from __future__ import annotations

from dataclasses import field, fields
from typing import Any

Lines = tuple[str, ...]
Pairs = dict[str, str]
Entries = tuple[dict[str, str], ...]


def text_field(*, required: bool = False, references: str = "", choices: tuple[str, ...] = ()) -> Any:
    """Declare a text field."""
    return field(default="", metadata={"required": required, "references": references, "choices": choices})


def lines_field(*, references: str = "") -> Any:
    """Declare a list field."""
    return field(default=(), metadata={"required": False, "references": references, "choices": ()})


def day_field() -> Any:
    """Declare a day that may be unknown."""
    return field(default=None, metadata={"required": False, "references": "", "choices": ()})


def number_field() -> Any:
    """Declare a number, 0 when empty."""
    return field(default=0, metadata={"required": False, "references": "", "choices": ()})


def pairs_field() -> Any:
    """Declare a field of pairs."""
    return field(default_factory=dict, metadata={"required": False, "references": "", "choices": ()})


def column_type(cls: type[Any], name: str) -> str:
    """Return what a field's cell holds: text, whole, day, lines, pairs or entries."""
    annotation = next(str(f.type) for f in fields(cls) if f.name == name)
    known = {
        "str": "text",
        "int": "whole",
        "date | None": "day",
        "Lines": "lines",
        "Pairs": "pairs",
        "Entries": "entries",
    }
    return known[annotation]
