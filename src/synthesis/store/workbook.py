"""The plan workbook, written: one sheet per kind of record, one row per record, made to be filled in by hand.

::

    read_me     what the workbook is for, what each sheet holds, how cells are filled in
    <kind>      headings as field names, with a comment that says what the cell holds; lists to choose from; locked headings
    lists       (hidden) the words that may be chosen

The same plan gives the same bytes. `synthesis.store.filled_in` reads it again.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from synthesis.errors import InputError, Place
from synthesis.plan import KINDS, Plan, column_type
from synthesis.plan.cells import to_cell
from synthesis.plan.shapes import EARLIEST, LATEST, asked, limits

READ_ME, LISTS, VERSION = "read_me", "lists", "record_version"
VERSION_ASKED = "left as it is: it tells whether somebody else changed the record since this workbook was made"
_LAST_ROW = 5000
"""Rows for which lists and checks are laid out; the reader takes more."""
_LONG = frozenset({"lines", "pairs", "entries"})
_LONG_TEXT = frozenset(
    {"text", "motion", "specific_result", "note", "rationale", "reason", "mission", "student_performance_statement"}
)
_FORMATS = {"day": "yyyy-mm-dd", "whole": "0"}
_OPEN, _WRAPPED = Protection(locked=False), Alignment(wrap_text=True, vertical="top")
_ZIP_DATE = (2026, 1, 1, 0, 0, 0)
_STAMPS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_X_CODE = re.compile(r"_(x[0-9A-Fa-f]{4}_)")
_EXPLAINED = (
    "One sheet for each kind of record, one row for each record. Headings cannot be changed; rest the pointer on one to read what its cells hold.",
    "A new record is a new row with an id of its own. A record is removed by deleting its row. A sheet that is not in the workbook leaves its records as they are.",
    "Ids stand in other sheets: change an id everywhere or nowhere. Where a cell offers a list, choose from it.",
    "Days are written 2026-08-31, months 2026-08, school years 2026-27. No formulas: a cell holds a value.",
    "Lists have one entry a line (Alt+Enter begins a line); pairs are “name: value”; entries are “name: value | name: value”.",
    "Inside an entry, \\n stands for a line break, \\| for a bar, \\: for a colon in a name and \\\\ for a backslash.",
    "Try the workbook first: synthesis plan import FILE --dry-run. It names every cell to put right, and nothing is stored. "
    "Without --dry-run all of it is stored, or nothing.",
)


def write_workbook(plan: Plan, versions: Mapping[tuple[str, str], int] | None = None) -> bytes:
    """Return the plan as a workbook. `versions` are of the records, by kind and id; without them there is no such column.

    Raises InputError naming the record whose text is longer than a cell.
    """
    book = Workbook()
    _read_me(book.active)
    lists = _Lists(book)
    for cls in KINDS:
        _sheet(book.create_sheet(cls.kind), cls, plan, versions, lists)
    lists.write()
    buffer = io.BytesIO()
    book.save(buffer)
    return _same_bytes(buffer.getvalue())


def _read_me(sheet: Any) -> None:
    """Write the sheet that explains the others."""
    sheet.title = READ_ME
    rows = [("The plan workbook",), *((text,) for text in _EXPLAINED), (), ("sheet", "what a row is")]
    rows += [(cls.kind, " ".join((cls.__doc__ or "").split())) for cls in KINDS]
    for row in rows:
        sheet.append(row)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 96
    for number in range(2, len(_EXPLAINED) + 2):
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=2)
        sheet.cell(number, 1).alignment = _WRAPPED
        sheet.row_dimensions[number].height = 32
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[len(_EXPLAINED) + 3]:
        cell.font = Font(bold=True)
    sheet.protection.sheet = True


class _Lists:
    """The hidden sheet with the words that may be chosen; each set of words stands there once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._columns: dict[tuple[str, ...], str] = {}

    def cells(self, choices: tuple[str, ...]) -> str:
        """Return the cells in which a set of words stands."""
        letter = self._columns.setdefault(choices, get_column_letter(len(self._columns) + 1))
        return f"{LISTS}!${letter}$1:${letter}${len(choices)}"

    def write(self) -> None:
        """Write the sheet."""
        sheet = self._book.create_sheet(LISTS)
        for choices, letter in self._columns.items():
            for number, choice in enumerate(choices, start=1):
                sheet[f"{letter}{number}"] = choice
        sheet.sheet_state = "hidden"
        sheet.protection.sheet = True


def _sheet(
    sheet: Any, cls: type[Any], plan: Plan, versions: Mapping[tuple[str, str], int] | None, lists: _Lists
) -> None:
    """Write the sheet of one kind."""
    names = [item.name for item in fields(cls)]
    columns = [*names, VERSION] if versions is not None else names
    sheet.append(columns)
    for number, column in enumerate(columns, start=1):
        letter, head = get_column_letter(number), sheet.cell(1, number)
        kind = "whole" if column == VERSION else column_type(cls, column)
        head.font, head.fill = Font(bold=True), PatternFill("solid", start_color="E7EDF3")
        head.comment = Comment(_comment(cls, column), "synthesis", height=120, width=280)
        whole_column = sheet.column_dimensions[letter]
        whole_column.width = 48 if kind in _LONG or column in _LONG_TEXT else 18
        whole_column.number_format, whole_column.alignment = _FORMATS.get(kind, "@"), _WRAPPED
        whole_column.protection = _OPEN
        rule = None if column == VERSION else _rule(cls, column, lists)
        if rule is not None:
            rule.add(f"{letter}2:{letter}{_LAST_ROW}")
            sheet.add_data_validation(rule)
    for row, record in enumerate(plan.of(cls.kind), start=2):
        for number, column in enumerate(names, start=1):
            _put(sheet.cell(row, number), record, column, column_type(cls, column))
        if versions is not None:
            _style(sheet.cell(row, len(columns)), versions.get((cls.kind, record.id)), "whole")
    sheet.freeze_panes = "B2"
    _protect(sheet)


def _comment(cls: type[Any], column: str) -> str:
    """Return what the comment on a heading says."""
    if column == VERSION:
        return VERSION_ASKED.capitalize()
    required = next(item.metadata["required"] for item in fields(cls) if item.name == column)
    return f"{'Must be filled in' if required else 'May be empty'}: {asked(cls, column)}."


def _rule(cls: type[Any], column: str, lists: _Lists) -> DataValidation | None:
    """Return what a spreadsheet is asked to check or to offer in a column; None for text that may be anything."""
    kind, rule = column_type(cls, column), next(item.metadata for item in fields(cls) if item.name == column)
    told: dict[str, Any] = {
        "allow_blank": not rule["required"],
        "showErrorMessage": True,
        "error": asked(cls, column)[:225],
    }
    if kind == "text" and rule["choices"]:
        return DataValidation(type="list", formula1=lists.cells(rule["choices"]), **told)
    if kind == "text" and rule["references"]:
        return DataValidation(type="list", formula1=f"{rule['references']}!$A$2:$A${_LAST_ROW}", **told)
    if kind == "day":
        days = [f"DATE({day.year},{day.month},{day.day})" for day in (EARLIEST, LATEST)]
        return DataValidation(type="date", operator="between", formula1=days[0], formula2=days[1], **told)
    if kind == "whole":
        low, high = limits(cls, column)
        return DataValidation(type="whole", operator="between", formula1=str(low), formula2=str(high), **told)
    return None


def _put(cell: Any, record: Any, column: str, kind: str) -> None:
    """Write one field of a record."""
    try:
        value = to_cell(getattr(record, column), kind)
    except ValueError as error:
        raise InputError(
            f"The field {column} of {record.kind} {record.id} is too long for a cell.",
            place=Place(sheet=record.kind, column=column),
            expected=str(error),
            do="Shorten it, or export as JSON.",
        ) from error
    if isinstance(value, str):  # what looks like a code of the file format is text too
        value = _X_CODE.sub(r"_x005F_\1", value.replace("x005F_", ""))
    _style(cell, value, kind)


def _style(cell: Any, value: Any, kind: str) -> None:
    """Write a value that a person may change; text stays text, whatever it begins with, also when it is edited."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    cell.number_format, cell.alignment, cell.protection = _FORMATS.get(kind, "@"), _WRAPPED, _OPEN


def _protect(sheet: Any) -> None:
    """Lock the headings; rows can be filled in, added, deleted, sorted and filtered."""
    sheet.protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
        setattr(sheet.protection, allowed, False)  # the file format names what is forbidden


def _same_bytes(data: bytes) -> bytes:
    """Return the file with fixed times, so that the same plan is the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "docProps/core.xml":
                body = _STAMPS.sub(rb"\g<1>2026-01-01T00:00:00Z", body)
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(info, body)
    return out.getvalue()
