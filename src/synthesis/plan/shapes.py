"""What a cell of the plan workbook is asked for: in words, for the secretary, and as a test of what stands there.

Types, choices and references stand with the fields (`records`); the shapes of months and school years, limits of numbers and days and
the order of two days are told here, by a field's name, so that a new kind of record follows them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from synthesis.plan.columns import column_type
from synthesis.plan.lint import one_person

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
_MOST = 1_000_000_000
_LIMITS = {("progress_update", "percent"): (0, 100), ("step", "number"): (1, 12)}
_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
_SCHOOL_YEAR = re.compile(r"20(\d\d)-(\d\d)")
_IN_ORDER = (("start", "end"), ("started", "finished"))
_TYPES = {
    "text": "text",
    "whole": "a whole number",
    "day": "a date such as 2026-08-31",
    "lines": "one entry a line (Alt+Enter begins a new line)",
    "pairs": "lines of the form “name: value”",
    "entries": "lines of the form “name: value | name: value”",
}


def asked(cls: type[Any], column: str) -> str:
    """Return what a cell holds, in words."""
    kind = column_type(cls, column)
    rule = next(item.metadata for item in fields(cls) if item.name == column)
    if column == "id":
        words = "an id of its own within this sheet, without blanks"
    elif rule["choices"]:
        words = f"one of: {', '.join(rule['choices'])}"
    elif rule["references"]:
        words = f"{'ids' if kind == 'lines' else 'an id'} of the sheet {rule['references']}"
        words += ", one a line" if kind == "lines" else ""
    else:
        words = _SHAPED.get(column, _TYPES[kind])
    if kind == "whole":
        low, high = limits(cls, column)
        words += f" from {low} to {high}" if high < _MOST else f", {low} or more"
    return words


def limits(cls: type[Any], column: str) -> tuple[int, int]:
    """Return the least and the greatest whole number that a column takes."""
    return _LIMITS.get((cls.kind, column), (0, _MOST))


def misfit(cls: type[Any], column: str, value: Any) -> str | None:
    """Return what was expected instead of a value of the right type, or None where it fits."""
    kind = column_type(cls, column)
    if value in ("", None):
        return None
    if column == "id" and re.search(r"[\s#]", value):
        return "an id without blanks and without #"
    if kind == "whole" and not limits(cls, column)[0] <= value <= limits(cls, column)[1]:
        # 0 stands for an empty cell, which is asked for nowhere
        return None if value == 0 else asked(cls, column)
    if kind == "day" and not EARLIEST <= value <= LATEST:
        return f"a date from {EARLIEST.year} to {LATEST.year}"
    if column == "period" and not _MONTH.fullmatch(value):
        return _SHAPED["period"]
    if column == "school_year" and not _is_school_year(value):
        return _SHAPED["school_year"]
    if column == "owner" and _several(value):
        return _SHAPED["owner"]
    return None


def out_of_order(record: Any) -> Iterator[tuple[str, str]]:
    """Yield the column of each day that lies before the day it should follow, and what was expected."""
    for first, last in _IN_ORDER:
        earlier, later = getattr(record, first, None), getattr(record, last, None)
        if earlier is not None and later is not None and later < earlier:
            yield last, f"a day on or after the one in {first}"


def _is_school_year(text: str) -> bool:
    """Tell whether text is two years that follow one another."""
    match = _SCHOOL_YEAR.fullmatch(text)
    return match is not None and (int(match[1]) + 1) % 100 == int(match[2])


def _several(who: str) -> bool:
    """Tell whether a cell names more than one owner."""
    return bool(re.search(r"[\n;&/]", who)) or (one_person(who) or "").endswith(" people")


_SHAPED = {
    "period": "a month such as 2026-09",
    "school_year": "a school year such as 2026-27",
    "owner": "the one person or title that answers for it",
}
