"""Delimited text to rows. Every record is a row; one that cannot be parsed is a row with a fault, never skipped."""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import suppress
from itertools import islice

from synthesis.formats.encoding import decode
from synthesis.formats.parts import Row, Sheet, cell_fault

_DELIMITERS = (",", ";", "\t")
_SNIFF_RECORDS = 30


def read_csv(data: bytes, name: str) -> Sheet:
    """Return the one sheet of a delimited file. Raises `UnreadableFile` or `UnsafeFile` (see `decode`)."""
    text = decode(data, name, allow_nul=True).lstrip("\ufeff")
    lines = _lines(text)
    delimiter = _delimiter(lines)
    rows: list[Row] = []
    start = 0
    number = 0
    while start < len(lines):
        start, number = _read_until_fault(lines, start, number, delimiter, rows)
    return Sheet("", tuple(rows))


def _lines(text: str) -> list[str]:
    """Split at line feeds only, so that separators such as U+2028 inside a cell stay inside it."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line + "\n" for line in unified.split("\n")]
    if lines and lines[-1] == "\n":
        lines.pop()
    return lines


def _read_until_fault(lines: list[str], start: int, number: int, delimiter: str, rows: list[Row]) -> tuple[int, int]:
    """Append rows from line `start`; at an unparsable record fault its first line and return where to go on."""
    reader = csv.reader((lines[i] for i in range(start, len(lines))), delimiter=delimiter, strict=True)
    while True:
        first_line = start + reader.line_num
        try:
            record = next(reader)
        except StopIteration:
            return len(lines), number
        except csv.Error:
            number += 1
            fault = (
                f"row {number}, line {first_line + 1} of the file: quotation marks do not match or a cell is too "
                "long; correct the quotation marks and export again"
            )
            rows.append(Row(number, (lines[first_line].rstrip("\n"),), fault))
            return first_line + 1, number
        number += 1
        if any(cell.strip() for cell in record):
            cells = tuple(record)
            rows.append(Row(number, cells, cell_fault(cells, number)))


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
