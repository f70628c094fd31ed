"""Tables for other programs: CSV and XLSX in which no cell can become a formula.

A spreadsheet runs what begins with ``=``, ``+``, ``-`` or ``@``, also after blanks, control characters or a byte-order mark,
and its full-width forms (OWASP, CSV injection). Such text gets an apostrophe in front, which spreadsheets show as text;
plain numbers stay as they are, and `restored` takes the apostrophe off again when the table comes back.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

_STARTS = "=+-@|%"
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*%?")
# What an XLSX part may not hold: control characters other than tab and line breaks, and the two non-characters.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_XLSX_CELL = 32_767


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula; harmless text is returned unchanged."""
    begins = _first_sign(text)
    if begins and (begins in _STARTS or text[0] in "\t\r\n\x00") and not _NUMBER.fullmatch(text):
        return f"'{text}"
    if text.startswith("'"):  # ours is the only apostrophe that `restored` takes off
        return f"'{text}"
    return text


def restored(text: str) -> str:
    """Return the text that `neutral` made safe."""
    return text[1:] if text.startswith("'") else text


def _first_sign(text: str) -> str:
    """Return the first character that a spreadsheet would look at, its full-width form folded to the plain one."""
    for character in text:
        folded = unicodedata.normalize("NFKC", character)
        visible = character.isprintable() and unicodedata.category(character) != "Mn" and folded.strip()
        if visible:
            return folded[0]
    return ""


def to_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Return the table as CSV (UTF-8 with a byte-order mark, as spreadsheets expect it), every text neutral."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in (columns, *rows):
        writer.writerow([neutral(value).replace("\x00", "") if isinstance(value, str) else value for value in row])
    return stream.getvalue().encode("utf-8-sig", "replace")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook. `widths` are of columns, in characters; `choices` name, for a column, the cells that hold what
    may be chosen in it (``themes!$A$2:$A$9``)."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    widths: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)


def to_xlsx(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Return the table as a workbook of one sheet; text cells are of type text, whatever they begin with."""
    return to_workbook([Sheet(title, columns, rows)])


def to_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook of these sheets; text cells are of type text, whatever they begin with."""
    book = Workbook(write_only=True)
    for part in sheets:
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", part.title)[:31] or "Table")
        places = {column: get_column_letter(number) for number, column in enumerate(part.columns, start=1)}
        for column, width in part.widths.items():
            sheet.column_dimensions[places[column]].width = width
        for column, cells in part.choices.items():
            rule = DataValidation(type="list", formula1=cells, allow_blank=True, showErrorMessage=True)
            rule.add(f"{places[column]}2:{places[column]}{len(part.rows) + 1}")
            sheet.data_validations.append(rule)
        if part.widths:
            sheet.freeze_panes = "A2"
        for row in (part.columns, *part.rows):
            sheet.append([_cell(sheet, value, wrapped=bool(part.widths)) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: object, value: object, *, wrapped: bool) -> WriteOnlyCell:
    """Return a cell; what is text stays text."""
    cell = WriteOnlyCell(sheet, value=None if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.value = _UNPRINTABLE.sub("", neutral(value))[:_XLSX_CELL]
        cell.data_type = "s"
    if wrapped:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
