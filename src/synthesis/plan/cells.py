"""Between cells of the plan workbook and fields of the plan records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any


def to_cell(value: Any, kind: str) -> Any:
    """Return what stands in a cell for a field's value."""
    if value is None or value == "" or value == () or value == {}:
        return None
    if kind == "lines":
        return "\n".join(value)
    if kind == "pairs":
        return "\n".join(f"{name}: {item}" for name, item in value.items())
    if kind == "entries":
        return "\n".join(" | ".join(f"{name}: {item}" for name, item in entry.items()) for entry in value)
    return value


def from_cell(cell: Any, kind: str) -> Any:
    """Return a field's value. Raises ValueError with what was expected."""
    if kind == "day":
        return _day(cell)
    if kind == "whole":
        if cell in (None, ""):
            return 0
        return _whole(cell)
    text = "" if cell is None else str(cell.date().isoformat() if isinstance(cell, datetime) else cell).strip()
    if kind == "text":
        return text
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    if kind == "lines":
        return tuple(rows)
    if kind == "pairs":
        return dict(_pair(row) for row in rows)
    return tuple(dict(_pair(part) for part in row.split(" | ")) for row in rows)


def _whole(cell: Any) -> int:
    """Return a whole number."""
    try:
        number = float(cell)
    except (TypeError, ValueError) as error:
        raise ValueError("a whole number") from error
    if not number.is_integer():
        raise ValueError("a whole number")
    return int(number)


def _pair(text: str) -> tuple[str, str]:
    """Return ``name: value`` as two."""
    name, colon, value = text.partition(":")
    if not colon:
        raise ValueError("lines of the form “name: value”")
    return name.strip(), value.strip()


def _day(cell: Any) -> date | None:
    """Return a day from a date cell or ``YYYY-MM-DD``."""
    if cell in (None, ""):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell).strip()[:10])
    except ValueError as error:
        raise ValueError("a date such as 2026-08-31") from error
