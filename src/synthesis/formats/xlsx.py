"""Excel workbooks to rows, read-only and without formulas. The zip container is checked before openpyxl sees it."""

from __future__ import annotations

import io
import warnings
from datetime import date, datetime, time

import openpyxl
from openpyxl.utils.escape import unescape

from synthesis.errors import Place, UnreadableFile
from synthesis.formats.parts import Row, Sheet, cell_fault

MAX_COLUMNS = 2_000


def read_xlsx(data: bytes, name: str) -> tuple[Sheet, ...]:
    """Return every worksheet, rows padded to the widest one. Raises `UnreadableFile`; `check_zip` comes first."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that carry no words
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                return tuple(_sheet(sheet) for sheet in book.worksheets)
            finally:
                book.close()
    except Exception as error:  # openpyxl raises whatever its parsers raise on damaged parts
        raise UnreadableFile(
            "The workbook is damaged and cannot be read.",
            place=Place(file=name),
            do="Open it in Excel, save it again as .xlsx, and retry.",
        ) from error


def _sheet(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet) -> Sheet:
    sheet.reset_dimensions()  # the stated dimension may lie in both directions
    found: list[tuple[int, tuple[str, ...]]] = []
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = tuple(_text(value) for value in values[:MAX_COLUMNS])
        if any(cell.strip() for cell in cells):
            found.append((number, cells))
    width = max((len(cells) for _, cells in found), default=0)
    padded = [(number, cells + ("",) * (width - len(cells))) for number, cells in found]
    return Sheet(sheet.title, tuple(Row(number, cells, cell_fault(cells, number)) for number, cells in padded))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(unescape(value)).replace("\r\n", "\n") if isinstance(value, str) else str(value)
