"""Excel workbooks to rows. Sheets are read as a stream of XML events: the stated dimension is never believed.

openpyxl's reader is not used: it cannot tell a blank cell from a formula without a saved result, drops merged ranges
in its streaming mode, and fills every gap that a far row number leaves. Its number formats are used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from synthesis.errors import Place, UnreadableFile, UnsafeFile
from synthesis.formats.container import Package, damaged
from synthesis.formats.parts import Merge, Row, Sheet, cell_fault, column_letter, shown_name
from synthesis.formats.xlsx_values import RichText, SharedTexts, Styles, date_text, number_text, plain_text
from synthesis.formats.xmlevents import Events

MAX_COLUMNS = 2_000
MAX_ROWS = 1_048_576
MAX_CELLS = 20_000_000
"""Cells of one workbook once its rows are padded to one width: about 160 MB of references."""

_MAX_MERGES = 100_000
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


def read_xlsx(data: bytes, name: str) -> tuple[Sheet, ...]:
    """Return every worksheet, visible ones first, rows padded to the widest one. `check_zip` comes first.

    A formula without a saved result, and a cell that cannot be read, fault their row. Raises `UnreadableFile` for
    damage, and `UnsafeFile` for a sheet that no program writes.
    """
    file = shown_name(name)
    package = Package(data, file)
    main = package.main_part("xl/workbook.xml")
    workbook = _Workbook()
    if not package.read(main, workbook):
        raise damaged(file)
    links = package.links(main)
    texts, styles = SharedTexts(), Styles()
    for link in links:
        if link.kind == "sharedStrings":
            package.read(link.target, texts)
        elif link.kind == "styles":
            package.read(link.target, styles)
    parts = {link.link_id: link.target for link in links if link.kind == "worksheet"}
    values = _Values(tuple(texts.texts), styles.dates(), workbook.since_1904)
    budget = _Budget(MAX_CELLS)
    found = []
    for entry in workbook.entries:
        if entry.link_id in parts:  # a chart sheet has no cells
            events = _Cells(values, Place(file=file, sheet=shown_name(entry.name)))
            if not package.read(parts[entry.link_id], events):
                raise damaged(file)
            found.append(_sheet(entry, events, budget))
    if not found:
        raise UnreadableFile(
            "The workbook holds no worksheet.", place=Place(file=file), do="Save the answers as a worksheet and retry."
        )
    return tuple(sorted(found, key=lambda sheet: sheet.hidden))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A sheet as the workbook lists it."""

    name: str
    link_id: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class _Values:
    """What cells point at."""

    texts: tuple[str, ...]
    date_styles: frozenset[str]
    since_1904: bool


@dataclass(slots=True)
class _Budget:
    """How many more cells the workbook may hold."""

    cells: int


class _Workbook(Events):
    def __init__(self) -> None:
        self.entries: list[_Entry] = []
        self.since_1904 = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "x:sheet":
            hidden = attributes.get("state", "visible") != "visible"
            self.entries.append(_Entry(attributes.get("name", ""), attributes.get("r:id", ""), hidden))
        elif tag == "x:workbookPr":
            self.since_1904 = attributes.get("date1904", "").casefold() in ("1", "true", "on")


@dataclass(slots=True)
class _Cell:
    """The cell being read."""

    column: int
    kind: str
    style: str
    is_formula: bool = False
    in_value: bool = False
    value: list[str] = field(default_factory=list)


class _Cells(Events):
    """One worksheet: rows as (number, cells by column, fault), and merged ranges."""

    def __init__(self, values: _Values, place: Place) -> None:
        self.rows: list[tuple[int, dict[int, str], str]] = []
        self.merges: list[Merge] = []
        self._values = values
        self._place = place
        self._number = 0
        self._column = -1
        self._cells: dict[int, str] = {}
        self._fault = ""
        self._cell: _Cell | None = None
        self._inline = RichText()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "x:c":
            self._open_cell(attributes)
        elif self._cell is not None:
            if tag == "x:v":
                self._cell.in_value = True
            elif tag == "x:f":
                self._cell.is_formula = True
            else:
                self._inline.start(tag)
        elif tag == "x:row":
            self._open_row(attributes.get("r", ""))
        elif tag == "x:mergeCell" and len(self.merges) < _MAX_MERGES and (merge := _merge(attributes.get("ref", ""))):
            self.merges.append(merge)

    def text(self, data: str) -> None:
        if self._cell is not None:
            if self._cell.in_value:
                self._cell.value.append(data)
            else:
                self._inline.text(data)

    def end(self, tag: str) -> None:
        if tag == "x:v" and self._cell is not None:
            self._cell.in_value = False
        elif tag == "x:c" and self._cell is not None:
            self._close_cell(self._cell)
            self._cell = None
        elif tag == "x:row":
            if self._fault or any(text.strip() for text in self._cells.values()):
                self.rows.append((self._number, self._cells, self._fault))
            self._cells, self._fault = {}, ""
        elif self._cell is not None:
            self._inline.end(tag)

    def _open_row(self, stated: str) -> None:
        number = int(stated) if stated.isdecimal() and len(stated) <= 9 else self._number + 1
        # Rows out of order do not occur in real files; each still gets a number of its own.
        self._number = max(number, self._number + 1)
        self._column = -1
        if self._number > MAX_ROWS:
            raise UnsafeFile(
                f"The sheet has a row numbered above {MAX_ROWS:,}, which no spreadsheet program writes.",
                place=self._place,
                do="Do not open it. Ask the sender for a plain CSV export.",
            )

    def _open_cell(self, attributes: Mapping[str, str]) -> None:
        reference = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = _column_index(reference[1]) if reference else self._column + 1
        self._cell = _Cell(self._column, attributes.get("t", "n"), attributes.get("s", "0"))

    def _close_cell(self, cell: _Cell) -> None:
        text, problem = self._read(cell)
        if cell.column >= MAX_COLUMNS and (text or problem):
            text, problem = "", f"it stands beyond the {MAX_COLUMNS:,} columns that are read"
        if problem and not self._fault:
            self._fault = f"row {self._number}, column {column_letter(cell.column)}: {problem}"
        if text:
            self._cells[cell.column] = text

    def _read(self, cell: _Cell) -> tuple[str, str]:
        """Return a cell's text, and what is wrong with it if anything is."""
        raw, inline = "".join(cell.value), self._inline.take()
        if cell.kind == "s":
            if raw.strip().isdecimal() and int(raw[:12]) < len(self._values.texts):
                return self._values.texts[int(raw)], ""
            return "", "it points at a text that the workbook does not hold; save it again in Excel"
        if cell.kind == "inlineStr":
            return inline or plain_text(raw), ""
        if cell.kind == "e" and raw.strip() == "#NAME?":
            return raw, "it shows #NAME?: words that begin with = or - were taken for a formula; correct the cell"
        if cell.is_formula and not raw and cell.kind != "str":
            return "", "its formula has no saved result; open the workbook in Excel, save it, and retry"
        return self._plain(cell, raw), ""

    def _plain(self, cell: _Cell, raw: str) -> str:
        if cell.kind == "b":
            return "TRUE" if raw.strip() in ("1", "true") else "FALSE"
        if cell.kind == "n" and raw:
            is_date = cell.style in self._values.date_styles
            return date_text(raw, since_1904=self._values.since_1904) if is_date else number_text(raw.strip())
        return plain_text(raw)


def _sheet(entry: _Entry, events: _Cells, budget: _Budget) -> Sheet:
    """Return the rows padded to one width: the last column that any row fills."""
    width = max((max(cells, default=-1) + 1 for _, cells, _ in events.rows), default=0)
    budget.cells -= width * len(events.rows)
    title = shown_name(entry.name)
    if budget.cells < 0:
        raise UnsafeFile(
            f"The workbook spreads over more than {MAX_CELLS:,} cells.",
            place=Place(sheet=title),
            do="Delete the stray cells far to the right or below, or save the answers as CSV, and retry.",
        )
    rows = []
    for number, filled, fault in events.rows:
        cells = tuple(filled.get(column, "") for column in range(width))
        rows.append(Row(number, cells, fault or cell_fault(cells, number)))
    return Sheet(title, tuple(rows), entry.hidden, tuple(events.merges))


def _column_index(letters: str) -> int:
    """Return the column of spreadsheet letters, counting from 0: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _merge(reference: str) -> Merge | None:
    match = _RANGE.fullmatch(reference)
    if match is None:
        return None
    return Merge(int(match[2]), _column_index(match[1]), int(match[4]), _column_index(match[3]))
