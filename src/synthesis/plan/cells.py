"""Between cells of the plan workbook and fields of the plan records.

Lists, pairs and entries stand in one cell, one a line. What would be taken for the notation itself is written with a backslash:
``\\n`` for a line break inside an entry, ``\\:`` in a name, ``\\|`` in an entry, ``\\\\`` for a backslash. Text in a cell has no blanks
around it, and no characters that a workbook cannot hold; what `to_cell` writes, `from_cell` reads and `to_cell` writes again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

LONGEST = 32_767
"""Characters that a cell of a workbook holds."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_PAIR = re.compile(r"((?:[^\\:]|\\.)*):(.*)")
_BAR = re.compile(r"(?:[^\\|]|\\.?)+|\|")
_ESCAPED = re.compile(r"\\([\\|:n])")
_PAIRS = "lines of the form “name: value”"


def to_cell(value: Any, kind: str) -> Any:
    """Return what stands in a cell for a field's value. Raises ValueError where a cell cannot hold it."""
    if value is None or value == "" or value == () or value == {}:
        return None
    match kind:
        case "text":
            text = clean(value)
        case "lines":
            text = "\n".join(filter(None, (_written(item) for item in value)))
        case "pairs":
            text = "\n".join(_pair_written(value))
        case "entries":
            text = "\n".join(" | ".join(part.replace("|", "\\|") for part in _pair_written(e)) for e in value if e)
        case _:
            return value
    if len(text) > LONGEST:
        raise ValueError(f"at most {LONGEST:,} characters")
    return text or None


def from_cell(cell: Any, kind: str) -> Any:
    """Return a field's value. Raises ValueError with what was expected."""
    if kind == "day":
        return _day(cell)
    if kind == "whole":
        return 0 if _empty(cell) else _whole(cell)
    text = _text(cell)
    if kind == "text":
        return text
    rows = [row.strip() for row in text.split("\n") if row.strip()]
    if kind == "lines":
        return tuple(_read(row) for row in rows)
    if kind == "pairs":
        return _pairs(rows)
    return tuple(_pairs(_parts(row)) for row in rows)


def clean(text: str) -> str:
    """Return text as a cell can hold it: line breaks as one character, nothing unprintable, no blanks around it."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _empty(cell: Any) -> bool:
    """Tell whether nothing stands in a cell, or blanks only."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _text(cell: Any) -> str:
    """Return the text of a cell; a number or a day typed there is text as it was typed."""
    if cell is None:
        return ""
    if isinstance(cell, bool | time | timedelta):
        raise ValueError("text")
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise ValueError("text, or a day without a time")
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return clean(str(cell))


def _written(text: str) -> str:
    """Return an entry on one line."""
    return clean(text).replace("\\", "\\\\").replace("\n", "\\n")


def _read(text: str) -> str:
    """Return what `_written` wrote."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text)


def _pair_written(pairs: Mapping[str, str]) -> list[str]:
    """Return pairs as ``name: value``, each on one line."""
    colon = "\\:"
    return [f"{_written(name).replace(':', colon)}: {_written(value)}".strip() for name, value in pairs.items()]


def _pairs(rows: list[str]) -> dict[str, str]:
    """Return the pairs of lines of the form ``name: value``."""
    found: dict[str, str] = {}
    for row in rows:
        match = _PAIR.fullmatch(row)
        name = _read(match[1].strip()) if match else ""
        if match is None or not name:
            raise ValueError(_PAIRS)
        if name in found:
            raise ValueError(f"{_PAIRS}, each name once")
        found[name] = _read(match[2].strip())
    return found


def _parts(row: str) -> list[str]:
    """Return the parts of ``name: value | name: value``."""
    parts = [""]
    for found in _BAR.findall(row):
        if found == "|":
            parts.append("")
        else:
            parts[-1] += found
    return [part.strip() for part in parts]


def _whole(cell: Any) -> int:
    """Return a whole number."""
    if isinstance(cell, bool | date | time | timedelta):
        raise ValueError("a whole number")
    try:
        number = float(cell)
    except (TypeError, ValueError) as error:
        raise ValueError("a whole number") from error
    if not number.is_integer():
        raise ValueError("a whole number")
    return int(number)


def _day(cell: Any) -> date | None:
    """Return a day from a date cell or ``YYYY-MM-DD``."""
    if _empty(cell):
        return None
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise ValueError("a day without a time")
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        if not isinstance(cell, str):
            raise ValueError
        return date.fromisoformat(cell.strip())
    except ValueError as error:
        raise ValueError("a date such as 2026-08-31") from error
