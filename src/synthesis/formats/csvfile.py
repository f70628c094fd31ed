"""Delimited text to rows, as a stream. Every record is a row; one that cannot be parsed is a row with a fault.

A quotation mark that is never closed would swallow what follows it. So a quoted cell may run over a limited number of
lines, and one that swallowed lines which look like records of their own is taken apart again: its first line becomes a
row with a fault, and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice

from synthesis.errors import Place, UnreadableFile
from synthesis.formats.encoding import charset_of, lines_of
from synthesis.formats.packed import PackedRows
from synthesis.formats.parts import MAX_CELL_CHARS, Row, Sheet, cell_fault, shown_name

MAX_RECORD_LINES = 2_000
MAX_RECORD_CHARS = 16 * 2**20

_DELIMITERS = (",", ";", "\t")
_SNIFF_RECORDS = 30
_SNIFF_LINES = 200
_SNIFF_CHARS = 2**20
_FREE_RESCANS = 100_000
_RESCANS_PER_LINE = 20
_EXCEL_HINT = re.compile(r'"?sep=(.)"?\s*')
_TELLING_DELIMITERS = 3


def read_csv(data: bytes, name: str) -> Sheet:
    """Return the one sheet of a delimited file, its rows packed. Raises as `iter_rows`."""
    rows = PackedRows()
    for number, cells, fault in _records(data, name):
        rows.add(number, cells, fault)
    return Sheet("", rows)


def iter_rows(data: bytes, name: str) -> Iterator[Row]:
    """Yield the rows of a delimited file that are not blank, holding one record at a time.

    Raises `UnreadableFile` and `UnsafeFile` (see `encoding.charset_of`), and `UnreadableFile` where so many quotation
    marks do not match that the file cannot be read in reasonable time.
    """
    for number, cells, fault in _records(data, name):
        yield Row(number, tuple(cells), fault)


def _records(data: bytes, name: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield (number, cells, fault) of every record that is not blank."""
    charset = charset_of(data, name, allow_nul=True)
    lines = lines_of(data, charset)
    head = _head(lines)
    hint = _EXCEL_HINT.fullmatch(head[0].rstrip("\n")) if head else None
    if hint:
        del head[0]  # a line for Excel, which does not count it either
    delimiter = hint[1] if hint and hint[1] in (*_DELIMITERS, "|") else _delimiter(head)
    records = _Records(chain(head, lines), delimiter, shown_name(name))
    for number, cells, fault, longest in records:
        if fault:
            yield number, cells, fault
        elif longest > MAX_CELL_CHARS or charset.has_nul:
            yield number, cells, cell_fault(tuple(cells), number)
        else:
            yield number, cells, ""


def _head(lines: Iterator[str]) -> list[str]:
    """Return the first lines, for telling the delimiter."""
    head: list[str] = []
    size = 0
    for line in islice(lines, _SNIFF_LINES):
        head.append(line)
        size += len(line)
        if size > _SNIFF_CHARS:
            break
    return head


def _delimiter(lines: list[str]) -> str:
    """Return the delimiter under which most of the first records have the same, largest number of cells."""
    scores: dict[str, int] = {}
    for delimiter in _DELIMITERS:
        widths: Counter[int] = Counter()
        with suppress(csv.Error):
            for record in islice(csv.reader(lines, delimiter=delimiter), _SNIFF_RECORDS):
                widths[len(record)] += 1
        scores[delimiter] = max(((width - 1) * n for width, n in widths.items()), default=0)
    return max(_DELIMITERS, key=lambda delimiter: scores[delimiter])


class _TooLong(Exception):
    """A quoted cell ran over more lines than a record may have."""


class _Records:
    """Parses lines into records. Lines without a quotation mark are split at once; the others go to `csv.reader`."""

    def __init__(self, lines: Iterator[str], delimiter: str, file: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._file = file
        self._waiting: deque[str] = deque()
        self._taken: list[str] = []
        self._number = 0
        self._line_number = 0
        self._rescans = 0
        self._bare = re.compile(rf"{re.escape(delimiter)}(?! )")

    def __iter__(self) -> Iterator[tuple[int, list[str], str, int]]:
        """Yield (number, cells, fault, length of the record in characters) of every record that is not blank."""
        delimiter = self._delimiter
        while (line := self._next_line()) is not None:
            self._number += 1
            if '"' in line:
                cells, fault, length = self._quoted(line)
            else:
                cells, fault, length = line.removesuffix("\n").split(delimiter), "", len(line)
            if fault or any(map(str.strip, cells)):
                yield self._number, cells, fault, length

    def _next_line(self) -> str | None:
        line = self._waiting.popleft() if self._waiting else next(self._lines, None)
        self._line_number += line is not None
        return line

    def _pull(self, first: str) -> Iterator[str]:
        """Yield the record's first line and, while its quoted cell goes on, the lines below."""
        self._taken = [first]
        size = len(first)
        yield first
        while (line := self._next_line()) is not None:
            self._taken.append(line)
            size += len(line)
            if len(self._taken) > MAX_RECORD_LINES or size > MAX_RECORD_CHARS:
                raise _TooLong
            yield line

    def _quoted(self, line: str) -> tuple[list[str], str, int]:
        """Return cells, fault and length of the record that begins with a line that has quotation marks."""
        problem = "quotation marks do not match"
        try:
            cells = next(csv.reader(self._pull(line), delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            if "field limit" in str(error) and (length := self._skip_oversize()):
                fault = f"row {self._number}: a cell holds more than {csv.field_size_limit():,} characters; shorten it"
                return ["".join(self._taken)[:MAX_CELL_CHARS]], f"{fault} in the source system and export again", length
        except _TooLong:
            problem = f"a quoted cell runs over more than {MAX_RECORD_LINES:,} lines"
        else:
            if len(self._taken) == 1 or not self._swallowed(cells):
                return cells, "", sum(map(len, self._taken))
            problem = "a quotation mark is not closed, and the rows below it were read one by one"
        return self._give_back(problem)

    def _give_back(self, problem: str) -> tuple[list[str], str, int]:
        """Fault the first line of what was taken, and let the other lines be read again as records of their own."""
        first, *others = self._taken
        self._waiting.extendleft(reversed(others))
        self._line_number -= len(others)
        self._rescans += len(others)
        if self._rescans > _FREE_RESCANS + _RESCANS_PER_LINE * self._line_number:
            raise UnreadableFile(
                "Too many quotation marks of the file do not match.",
                place=Place(file=self._file, row=self._number),
                expected="cells that hold a quotation mark stand in quotation marks, with the mark doubled",
                do="Export it again from the source system; Excel's “CSV UTF-8” does this rightly.",
            )
        fault = f"row {self._number}, line {self._line_number} of the file: {problem}; correct them and export again"
        return [first.removesuffix("\n")], fault, len(first)

    def _swallowed(self, cells: list[str]) -> bool:
        """Tell whether the lines that a quoted cell ran over look like records of their own.

        They do when they have as many delimiters as the record (people write a blank after a comma, programs do not)
        and either that many are no accident, or they begin as the record begins: with a date, with an id.
        """
        inner = self._taken[1:-1]
        delimiters = len(cells) - 1
        if delimiters < 1 or not inner:
            return False
        shape = _shape(cells[0])
        for line in inner:
            if len(self._bare.findall(line)) >= delimiters and (
                delimiters >= _TELLING_DELIMITERS or (shape and _shape(line.split(self._delimiter)[0]) == shape)
            ):
                return True
        return False

    def _skip_oversize(self) -> int:
        """Take lines until the quotation marks of the record pair up. Return its length, 0 when they never do."""
        marks = sum(line.count('"') for line in self._taken)
        size = sum(map(len, self._taken))
        while marks % 2 and len(self._taken) <= MAX_RECORD_LINES and size <= MAX_RECORD_CHARS:
            line = self._next_line()
            if line is None:
                return 0
            self._taken.append(line)
            marks += line.count('"')
            size += len(line)
        return 0 if marks % 2 else size


def _shape(cell: str) -> str:
    """Return how a cell with digits looks, digits and letters told apart but not which: ``10/13/25`` is ``9/9/9``."""
    if not any(char.isdigit() for char in cell[:40]):
        return ""
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "9", cell[:40].strip()))
