"""The plan workbook: one sheet per kind of record, one row per record, headings as field names."""

from __future__ import annotations

import io
from dataclasses import fields
from datetime import datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from synthesis.errors import Place, SchemaDrift, UnreadableFile
from synthesis.formats.guards import check_size, check_zip
from synthesis.plan import KINDS, Plan, column_type
from synthesis.plan.cells import from_cell, to_cell

_FIXED = datetime(2026, 1, 1)


def read_workbook(name: str, data: bytes) -> tuple[Plan, dict[tuple[str, str], int]]:
    """Return the plan, and the row of each record by kind and id.

    Raises UnsafeFile, UnreadableFile, or SchemaDrift naming sheet, row and column.
    """
    check_size(data, name)
    check_zip(data, name)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever the archive provokes
        raise UnreadableFile(
            "The workbook cannot be opened.", place=Place(file=name), do="Save it again as .xlsx."
        ) from error
    records: dict[str, tuple[Any, ...]] = {}
    rows: dict[tuple[str, str], int] = {}
    known = {cls.kind for cls in KINDS}
    for sheet in book.sheetnames:
        if sheet not in known and sheet != "read_me":
            raise SchemaDrift(
                "The workbook has a sheet of no known kind.",
                place=Place(file=name, sheet=sheet),
                expected=", ".join(sorted(known)),
                do="Rename or remove the sheet.",
            )
    for cls in KINDS:
        if cls.kind in book.sheetnames:
            records[cls.kind] = _read_sheet(name, cls, book[cls.kind], rows)
    book.close()
    return Plan(records), rows


def _read_sheet(name: str, cls: type[Any], sheet: Any, rows: dict[tuple[str, str], int]) -> tuple[Any, ...]:
    """Return the records of one sheet."""
    lines = sheet.iter_rows(values_only=True)
    headings = [str(cell or "").strip() for cell in next(lines, ())]
    wanted = [f.name for f in fields(cls)]
    missing = [column for column in wanted if column not in headings]
    extra = [heading for heading in headings if heading and heading not in wanted]
    twice = sorted({heading for heading in headings if heading and headings.count(heading) > 1})
    if missing or extra or twice:
        raise SchemaDrift(
            f"The headings differ: missing {missing or 'none'}, unknown {extra or 'none'}, twice {twice or 'none'}.",
            place=Place(file=name, sheet=cls.kind, row=1),
            expected=", ".join(wanted),
            do="Put the headings right. Nothing was imported.",
        )
    found = []
    for number, line in enumerate(lines, start=2):
        if all(cell in (None, "") for cell in line):
            continue
        values = {}
        for heading, cell in zip(headings, line, strict=False):
            if not heading:
                continue
            try:
                values[heading] = from_cell(cell, column_type(cls, heading))
            except ValueError as error:
                raise SchemaDrift(
                    "A cell does not hold what its column asks for.",
                    place=Place(file=name, sheet=cls.kind, row=number, column=heading),
                    expected=str(error),
                    do="Correct the cell. Nothing was imported.",
                ) from error
        record = cls(**values)
        rows[cls.kind, record.id] = number
        found.append(record)
    return tuple(found)


def write_workbook(plan: Plan) -> bytes:
    """Return the plan as a workbook that `read_workbook` reads again."""
    book = Workbook()
    book.remove(book.active)
    for cls in KINDS:
        sheet = book.create_sheet(cls.kind)
        names = [f.name for f in fields(cls)]
        sheet.append(names)
        for record in plan.of(cls.kind):
            sheet.append([to_cell(getattr(record, column), column_type(cls, column)) for column in names])
        for number, column in enumerate(names, start=1):
            sheet.cell(1, number).font = Font(bold=True)
            wide = column_type(cls, column) in ("lines", "pairs", "entries") or column in (
                "text",
                "motion",
                "specific_result",
                "note",
                "rationale",
                "reason",
            )
            sheet.column_dimensions[get_column_letter(number)].width = 48 if wide else 18
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if isinstance(cell.value, str) and cell.value[:1] in "=+-@":
                    cell.data_type = "s"  # text stays text, never a formula
        sheet.freeze_panes = "A2"
    book.properties.created = book.properties.modified = _FIXED
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
