"""Finding a layout's header row in a sheet, whatever stands before it, and reading cells by column name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from synthesis.channels.base import Aside, Item
from synthesis.formats import Document, Row, Sheet
from synthesis.model import Reason

PREAMBLE_ROWS = 20
"""How many rows of report titles may stand before a header."""


@lru_cache(maxsize=4096)
def fold_header(text: str) -> str:
    """Return a header for comparison: case, blanks of any kind, width and closing marks do not matter."""
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    folded = re.sub(r"[\s_]+", " ", unicodedata.normalize("NFKC", visible)).strip().casefold()
    return re.sub(r"[\s:?*.]+$", "", folded)


@dataclass(frozen=True, slots=True)
class Table:
    """A header row, as written and folded, the rows below it, and the number that the header has in its sheet."""

    sheet: Sheet
    header: tuple[str, ...]
    names: tuple[str, ...]
    rows: Sequence[Row]
    number: int

    def find(self, aliases: Iterable[str]) -> int | None:
        """Return the first column that has one of these folded names; earlier aliases win."""
        return next((self.names.index(alias) for alias in aliases if alias in self.names), None)

    def cell(self, row: Row, index: int | None) -> str:
        """Return a cell without surrounding blanks; the empty string for an absent column or a short row."""
        return row.cells[index].strip() if index is not None and index < len(row.cells) else ""

    def fault(self, row: Row) -> str:
        """Return why a row cannot be read: its own fault, or a width other than the header's."""
        if row.fault:
            return row.fault
        width = len(self.header)
        if any(cell.strip() for cell in row.cells[width:]) or len(row.cells) < width:
            return (
                f"row {row.number}: {len(row.cells)} cells where the header has {width}; "
                "look for a missing quotation mark or delimiter, and export again"
            )
        return ""

    def broken(self, row: Row, fault: str, column: str = "") -> Aside:
        """Return the whole row set aside as broken, its text kept for whoever repairs it."""
        text = "\t".join(row.cells)[:200_000]
        return Aside(
            row=row.number,
            sheet=self.sheet.name,
            column=column,
            reason=Reason.BROKEN_ROW,
            detail=fault,
            text=text,
        )


def table_at(sheet: Sheet, index: int, *, rows_from: int | None = None) -> Table:
    """Return the table whose header is the sheet's row at `index`; its rows begin at `rows_from` or right below."""
    header = sheet.rows[index].cells
    while header and not header[-1].strip():
        header = header[:-1]
    names = tuple(fold_header(cell) for cell in header)
    rows = sheet.rows[(index + 1 if rows_from is None else rows_from) :]
    return Table(sheet, header, names, rows, sheet.rows[index].number)


def find_table(document: Document, required: Sequence[Iterable[str]]) -> Table | None:
    """Return the first table whose header has a name from each of the `required` groups of folded aliases."""
    groups = [frozenset(group) for group in required]
    for sheet in document.sheets:
        for index, row in enumerate(sheet.rows[:PREAMBLE_ROWS]):
            names = {fold_header(cell) for cell in row.cells}
            if all(names & group for group in groups):
                return table_at(sheet, index)
    return None


def other_sheets(document: Document, used: Iterable[Sheet]) -> list[Item]:
    """Return every row of the sheets that a layout does not read, set aside as layout."""
    names = {sheet.name for sheet in used}
    return [
        Aside(
            row=row.number,
            sheet=sheet.name,
            reason=Reason.HEADING_OR_LAYOUT,
            detail="the sheet has no columns of this layout; if it holds answers, save it as a file of its own",
            text="\t".join(row.cells)[:200_000],
        )
        for sheet in document.sheets
        if sheet.name not in names
        for row in sheet.rows
    ]
