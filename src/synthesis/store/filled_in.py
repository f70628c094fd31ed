"""The plan workbook, read again after people filled it in: the records, or every cell that has to be put right."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from synthesis.errors import Place, UnreadableFile, WrongCell
from synthesis.formats.guards import check_size, check_zip
from synthesis.plan import KINDS, Finding, Plan, column_type
from synthesis.plan.cells import from_cell
from synthesis.plan.shapes import asked, misfit, out_of_order
from synthesis.store.workbook import LISTS, READ_ME, VERSION, VERSION_ASKED

_BLANK = (None, "")


@dataclass
class FilledIn:
    """What a workbook holds: records of the kinds that it has a sheet for, where each stands, and what is wrong so far.

    `versions` are those that the records had when the workbook was made, where it says so. A record whose id is missing or was
    taken before goes by a name of its own, so that its other cells can be judged too; such a plan is never stored.
    """

    name: str
    records: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    wrong: list[WrongCell] = field(default_factory=list)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    letters: dict[tuple[str, str], str] = field(default_factory=dict)
    judged: set[tuple[str, int, str]] = field(default_factory=set)

    def over(self, before: Plan) -> Plan:
        """Return the plan after the import: this workbook's records, and those of kinds that it has no sheet for."""
        return Plan(before.records | self.records)

    def row(self, kind: str, record_id: str) -> int | None:
        """Return the row of a record, from 1; None where it stands in no sheet."""
        return self.rows.get((kind, record_id))

    def blame(self, findings: Sequence[Finding], *, sound_rows: bool = False) -> None:
        """Add what the rules between records found, each at its cell; a cell is blamed once, missing columns not at all.

        With `sound_rows` rows that hold another wrong cell are passed over: what they will say is not known yet.
        """
        unsound = {(kind, row) for kind, row, _ in self.judged} if sound_rows else set()
        for found in findings:
            cls = next(c for c in KINDS if c.kind == found.kind)
            row = self.row(found.kind, found.record_id)
            known = any(item.name == found.column for item in fields(cls))
            expected = asked(cls, found.column) if known else ""
            if (found.kind, row) in unsound:
                continue
            if row is None:
                place = Place(self.name, found.kind)
                self.wrong.append(WrongCell(place, "", f"the record {found.record_id} {found.problem}", expected))
            elif (found.kind, found.column) in self.letters and (found.kind, row, found.column) not in self.judged:
                self.add(found.kind, row, found.column, found.problem, expected)

    def judge_versions(self, before: Plan, versions: Mapping[tuple[str, str], int]) -> None:
        """Add what somebody else did since the workbook was made: records changed, removed or added that it would undo.

        `versions` are those that the stored records have, by kind and id. A workbook without versions is not asked.
        """
        for (kind, record_id), seen in self.versions.items():
            row, now = self.rows[kind, record_id], versions.get((kind, record_id))
            mine = next(record for record in self.records[kind] if record.id == record_id)
            if now == seen or mine == before.by_id(kind).get(record_id) or not versions:
                continue
            done = "removed" if now is None else f"changed (version {now})"
            problem = f"the record was {done} by somebody else since this workbook was made."
            self.add(kind, row, VERSION, problem, "a workbook exported anew, with what is still to be changed")
        last = max(self.versions.values(), default=None)
        for (kind, record_id), now in versions.items():
            if last is not None and now > last and kind in self.records and self.row(kind, record_id) is None:
                problem = f"the record {record_id} was added by somebody else since this workbook was made."
                self.wrong.append(WrongCell(Place(self.name, kind), "", problem, "a workbook exported anew"))

    def add(self, kind: str, row: int, column: str, problem: str, expected: str = "") -> None:
        """Add one cell to put right."""
        self.judged.add((kind, row, column))
        cell = f"{self.letters.get((kind, column), 'A')}{row}"
        self.wrong.append(WrongCell(Place(self.name, kind, row, column), cell, problem, expected))

    def in_order(self) -> list[WrongCell]:
        """Return what has to be put right, in the order of the sheets, their rows and columns."""
        place = {cls.kind: number for number, cls in enumerate(KINDS)}
        return sorted(
            self.wrong, key=lambda w: (place.get(w.place.sheet or "", -1), w.place.row or 0, len(w.cell), w.cell)
        )


def read_workbook(name: str, data: bytes) -> FilledIn:
    """Return what a workbook holds. Raises UnsafeFile or UnreadableFile; what is wrong inside is in the answer."""
    check_size(data, name)
    check_zip(data, name)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True)
    except Exception as error:  # openpyxl raises whatever the archive provokes
        raise UnreadableFile(
            "The workbook cannot be opened.", place=Place(file=name), do="Save it again as .xlsx."
        ) from error
    found = FilledIn(name)
    known = {cls.kind for cls in KINDS}
    for sheet in book.sheetnames:
        if sheet not in known | {READ_ME, LISTS}:
            expected = f"sheets named {', '.join(cls.kind for cls in KINDS)}"
            found.wrong.append(WrongCell(Place(name, sheet), "A1", "the sheet is of no known kind.", expected))
    for cls in KINDS:
        if cls.kind in book.sheetnames:
            found.records[cls.kind] = tuple(_Sheet(found, cls).read(book[cls.kind]))
    book.close()
    return found


class _Sheet:
    """One sheet while it is read."""

    def __init__(self, found: FilledIn, cls: type[Any]) -> None:
        self._found = found
        self._cls = cls
        self._columns: dict[int, str] = {}
        self._ids: dict[str, int] = {}

    def read(self, sheet: Any) -> Iterator[Any]:
        """Yield the records of the sheet."""
        lines = sheet.iter_rows()
        self._headings([str(cell.value or "").strip() for cell in next(lines, ())])
        for row, line in enumerate(lines, start=2):
            if any(_filled(cell.value) for cell in line):
                yield self._record(row, line)

    def _headings(self, headings: Sequence[str]) -> None:
        """Learn which column is which."""
        kind, wanted = self._cls.kind, [item.name for item in fields(self._cls)]
        for place, heading in enumerate(headings):
            cell = f"{get_column_letter(place + 1)}1"
            if heading in self._columns.values():
                self._wrong_heading(cell, f"the heading {heading} stands twice.", "each heading once")
            elif heading in wanted or heading == VERSION:
                self._columns[place] = heading
                self._found.letters[kind, heading] = get_column_letter(place + 1)
            elif heading:
                self._wrong_heading(cell, "the heading is unknown.", f"one of: {', '.join(wanted)}")
        missing = [column for column in wanted if column not in self._columns.values()]
        for place, column in enumerate(missing, start=1):
            cell = f"{get_column_letter(len(headings) + place)}1"
            self._wrong_heading(cell, f"the heading {column} is missing.", f"the heading {column}")

    def _wrong_heading(self, cell: str, problem: str, expected: str) -> None:
        place = Place(self._found.name, self._cls.kind, 1)
        self._found.wrong.append(WrongCell(place, cell, problem, expected))

    def _record(self, row: int, line: Sequence[Any]) -> Any:
        """Return the record of a row; a cell that is wrong is noted and taken as empty."""
        values: dict[str, Any] = {}
        for place, column in self._columns.items():
            cell = line[place] if place < len(line) else None
            try:
                value = self._value(cell, column)
            except ValueError as error:
                self._wrong(row, column, "does not hold what its column asks for.", str(error))
                continue
            if column != VERSION:
                values[column] = value
            elif value and values.get("id"):
                self._found.versions[self._cls.kind, values["id"]] = value
        values["id"] = self._named(row, values.get("id", ""))
        record = self._cls(**values)
        self._found.rows[self._cls.kind, record.id] = row
        for column, expected in out_of_order(record):
            self._wrong(row, column, "lies before the day it should follow.", expected)
        return record

    def _value(self, cell: Any, column: str) -> Any:
        """Return the value of a cell. Raises ValueError with what was expected."""
        content, kind = getattr(cell, "value", None), getattr(cell, "data_type", "n")
        if kind == "f":
            raise ValueError("a value, not a formula")
        if kind == "e":
            raise ValueError("a value; the formula that stood here had failed")
        if column == VERSION:
            try:
                return from_cell(content, "whole")
            except ValueError as error:
                raise ValueError(VERSION_ASKED) from error
        value = from_cell(content, column_type(self._cls, column))
        wanted = misfit(self._cls, column, value)
        if wanted:
            raise ValueError(wanted)
        return value

    def _named(self, row: int, record_id: str) -> str:
        """Return the id of a record, or a name of its own where it has none or one that was taken before."""
        before = self._ids.setdefault(record_id, row) if record_id else 0
        if before == row:
            return record_id
        if (self._cls.kind, row, "id") not in self._found.judged and "id" in self._columns.values():
            problem = f"has an id that is used more than once, first in row {before}." if record_id else "is empty."
            self._wrong(row, "id", problem, asked(self._cls, "id"))
        return f"\0{row}"

    def _wrong(self, row: int, column: str, problem: str, expected: str) -> None:
        self._found.add(self._cls.kind, row, column, problem, expected)


def _filled(value: Any) -> bool:
    """Tell whether a cell holds more than blanks."""
    return bool(value.strip()) if isinstance(value, str) else value is not None
