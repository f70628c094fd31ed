"""What a file is made of once it is read: sheets of rows, blocks, cues, messages, pages. All text is `str`."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_CELL_CHARS = 100_000
"""Longest text that one cell, turn or message may hold; longer ones are faults of their row."""

_LONGEST_NAME = 200
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Row:
    """One spreadsheet row. `number` counts from 1 as spreadsheets do; `fault` says why it is unreadable, if it is."""

    number: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range of a sheet: rows count from 1 and columns from 0, both ends included. The first cell has the text."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet and its rows that are not blank, in order. Hidden rows are rows like any other: a filter hides answers."""

    name: str
    rows: Sequence[Row]
    hidden: bool = False
    merges: tuple[Merge, ...] = ()


class BlockKind(StrEnum):
    """What a paragraph of a document is. Comments and notes stand in `Document.remarks`, never among its blocks."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    CELL = "cell"
    COMMENT = "comment"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or table cell, `number` counting from 1 through the document.

    `level` is the heading level (0 is the title) or the nesting depth of a bullet (0 is the outermost). `table`,
    `table_row` and `table_column` count from 1 and are 0 outside tables.
    """

    number: int
    kind: BlockKind
    text: str
    level: int = 0
    bold: bool = False
    table: int = 0
    table_row: int = 0
    table_column: int = 0


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: times as written (empty where the line cannot be read), speaker from a voice tag, text without tags."""

    number: int
    start: str
    end: str
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """One email: address and display name of the sender, the Date header as written, plain text of the body."""

    number: int
    sender_email: str
    sender_name: str
    date: str
    subject: str
    message_id: str
    text: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a PDF, counting from 1."""

    number: int
    text: str


def column_letter(index: int) -> str:
    """Return the spreadsheet letters of a column that counts from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_fault(cells: tuple[str, ...], number: int) -> str:
    """Return what is wrong with the first unreadable cell of a row, naming row and column, or the empty string."""
    for index, cell in enumerate(cells):
        place = f"row {number}, column {column_letter(index)}"
        if len(cell) > MAX_CELL_CHARS:
            return (
                f"{place}: the cell holds {len(cell):,} characters, more than {MAX_CELL_CHARS:,}; "
                "shorten it in the source system and export again"
            )
        if "\0" in cell:
            return f"{place}: the cell holds a NUL character; remove it in the source system and export again"
    return ""


def shown_name(text: str) -> str:
    """Return the name of a file or sheet as it is safe to show: characters that hide or turn text become U+FFFD.

    A right-to-left override makes ``gpj.exe`` read ``exe.jpg``; a line break forges a line of a message.
    """
    kept = "".join("\ufffd" if unicodedata.category(char) in _UNSEEN else char for char in text)
    return kept if len(kept) <= _LONGEST_NAME else kept[: _LONGEST_NAME - 1] + "…"
