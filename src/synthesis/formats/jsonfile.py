"""JSON exports to rows: a list of objects, an object that holds one such list, or one object per line.

Keys become columns in order of first appearance; objects within objects become ``outer.inner``. Numbers stay as they
are written, so that no id is rounded. An element that is no record is a row with a fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from synthesis.errors import InputError, Place, UnreadableFile, UnsafeFile
from synthesis.formats.encoding import decode
from synthesis.formats.parts import Row, Sheet, cell_fault, shown_name

MAX_JSON_BYTES = 64 * 2**20
MAX_COLUMNS = 2_000
MAX_CELLS = 20_000_000
_MAX_FLAT_DEPTH = 8
_RECORDS = re.compile(r'\s*(?:\[\s*\{\s*["}]|\{\s*"(?:[^"\\\n]|\\.){0,200}"\s*:)')
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_NAMES = (".json", ".jsonl", ".ndjson")


def looks_like_json(head: str, name: str) -> bool:
    """Tell whether a text begins as a list of records or a record does, or begins as JSON and is named so."""
    return bool(_RECORDS.match(head)) or (name.lower().endswith(_NAMES) and head.lstrip()[:1] in ("[", "{"))


def read_json(data: bytes, name: str) -> Sheet:
    """Return one sheet: row 1 holds the keys, record n is row n + 1.

    Raises `UnsafeFile` for size and nesting, `UnreadableFile` for damage and for JSON that holds no list of records.
    """
    file = shown_name(name)
    if len(data) > MAX_JSON_BYTES:
        raise UnsafeFile(
            f"The JSON file holds {len(data):,} bytes.",
            place=Place(file=file),
            expected=f"at most {MAX_JSON_BYTES:,} bytes",
            do="Export it as CSV, which is read piece by piece, or for a shorter period.",
        )
    text = decode(data, name, allow_nul=True).lstrip("\ufeff")
    try:
        return _sheet(list(_records(text, file)), file)
    except InputError:
        raise
    except RecursionError as error:
        raise UnsafeFile(
            "The JSON file nests its contents deeper than any export does.",
            place=Place(file=file),
            do="Do not open it. Ask the sender for a plain CSV export.",
        ) from error


class _Pairs(dict[str, Any]):
    """An object of the file, and whether it gave one key twice: then one of two answers would be lost."""

    twice = False


def _pairs(pairs: list[tuple[str, Any]]) -> _Pairs:
    found = _Pairs(pairs)
    found.twice = len(found) < len(pairs)
    return found


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_pairs, parse_int=str, parse_float=str, parse_constant=str, strict=False)


def _records(text: str, file: str) -> Iterator[Any]:
    """Yield the elements of the list of records; a line that is no JSON, in a file of lines, comes as None."""
    try:
        whole = _decoder().decode(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if error.msg != "Extra data" or len(lines) < 2:
            raise UnreadableFile(
                "The JSON file is damaged.",
                place=Place(file=file, row=error.lineno, column=f"character {error.colno}"),
                do="Export it again, if possible as CSV.",
            ) from error
        yield from (_line(line) for line in lines)
        return
    if isinstance(whole, list):
        yield from whole
        return
    lists = [value for value in whole.values() if _is_records(value)] if isinstance(whole, dict) else []
    if len(lists) == 1:
        yield from lists[0]
    elif isinstance(whole, dict) and not lists:
        yield whole
    else:
        raise UnreadableFile(
            "The JSON file holds no single list of records.",
            place=Place(file=file),
            expected="a list of objects, one per contribution",
            do="Export it as CSV.",
        )


def _is_records(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(element, dict) for element in value)


def _line(line: str) -> Any:
    try:
        return _decoder().decode(line)
    except json.JSONDecodeError:
        return None


def _sheet(records: list[Any], file: str) -> Sheet:
    columns: dict[str, int] = {}
    flats: list[dict[str, str]] = []
    for record in records:
        flat: dict[str, str] = {}
        if isinstance(record, dict):
            _flatten(record, "", 0, flat)
        for key in flat:
            columns.setdefault(key, len(columns))
        flats.append(flat)
        if len(columns) > MAX_COLUMNS or len(columns) * len(records) > MAX_CELLS:
            raise UnsafeFile(
                f"The records of the JSON file have more than {MAX_COLUMNS:,} different keys, or too many for their number.",
                place=Place(file=file, row=len(flats)),
                do="Export it as CSV.",
            )
    rows = [Row(1, tuple(columns), cell_fault(tuple(columns), 1))]
    for number, (record, flat) in enumerate(zip(records, flats, strict=True), start=2):
        cells = tuple(flat.get(key, "") for key in columns)
        fault = _fault(record, number) or cell_fault(cells, number)
        if fault or any(cell.strip() for cell in cells):
            rows.append(Row(number, cells, fault))
    return Sheet("", tuple(rows) if columns or len(rows) > 1 else ())


def _fault(record: object, number: int) -> str:
    if not isinstance(record, _Pairs):
        return f"row {number}: not a record with named values; correct it in the source system and export again"
    if _gives_twice(record):
        return f"row {number}: the record gives one key twice; correct it in the source system and export again"
    return ""


def _gives_twice(record: _Pairs) -> bool:
    return record.twice or any(_gives_twice(value) for value in record.values() if isinstance(value, _Pairs))


def _flatten(record: dict[str, Any], prefix: str, depth: int, found: dict[str, str]) -> None:
    """Put the values of an object under ``outer.inner`` names; what lies deeper than that is kept as JSON."""
    for key, value in record.items():
        name = _text(f"{prefix}{key}")
        if isinstance(value, dict) and depth < _MAX_FLAT_DEPTH:
            _flatten(value, f"{name}.", depth + 1, found)
        elif isinstance(value, list) and not any(isinstance(element, dict | list) for element in value):
            found[name] = "; ".join(_scalar(element) for element in value)
        elif isinstance(value, dict | list):
            found[name] = _text(json.dumps(value, ensure_ascii=False))
        else:
            found[name] = _scalar(value)


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(str(value)).replace("\r\n", "\n").replace("\r", "\n")


def _text(text: str) -> str:
    """Return a text without halves of surrogate pairs, which no other program could store."""
    return _HALF_PAIR.sub("\ufffd", text)
