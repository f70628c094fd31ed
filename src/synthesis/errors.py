"""Every error that a person may meet.

::

    SynthesisError
    ├── InputError            something is wrong with a file or its contents        (exit 2)
    │   ├── UnsafeFile            refused before parsing: bomb, DOCTYPE, NUL, size
    │   ├── UnreadableFile        damaged, encrypted, or of a kind that is not read
    │   ├── SchemaDrift           columns or headings fit no known layout
    │   ├── WrongCells            a workbook to be filled in has cells to put right; names every one
    │   └── DuplicateExport       the same bytes are stored already
    ├── RuleError             a rule of the planning process forbids it             (exit 3)
    │   ├── NotAllowed            the role may not do this
    │   ├── IllegalTransition     the record is not in a state from which this follows
    │   ├── StaleVersion          somebody else changed the record first
    │   └── BallotClosed          the ballot takes no more entries
    └── RunError              the run could not be made or published                (exit 4)
        ├── ModelUnavailable      the packaged embedding model is missing or altered
        ├── NamerUnavailable      the language model that suggests names cannot be asked
        └── PublishConflict       another run is being published

A message names the place (file, sheet, row, column), what was expected, and what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the input something is: any part may be unknown. Rows count from 1, as spreadsheets do."""

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        """Return the known parts, widest first."""
        parts = [
            ("file", self.file),
            ("sheet", self.sheet),
            ("row", self.row),
            ("column", self.column),
        ]
        return ", ".join(f"{label} {value}" for label, value in parts if value is not None)


class SynthesisError(Exception):
    """The root: `problem` in one sentence, optional `place`, `expected` and `do` (what to do next)."""

    exit_code = 1

    def __init__(
        self,
        problem: str,
        *,
        place: Place | None = None,
        expected: str | None = None,
        do: str | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = place or Place()
        self.expected = expected
        self.do = do

    def __str__(self) -> str:
        """Return the whole message as one readable block."""
        lines = [self.problem]
        if str(self.place):
            lines.append(f"  where:    {self.place}")
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.do:
            lines.append(f"  do next:  {self.do}")
        return "\n".join(lines)


class InputError(SynthesisError):
    """Something is wrong with a file or its contents."""

    exit_code = 2


class UnsafeFile(InputError):
    """The file was refused before it was parsed."""


class UnreadableFile(InputError):
    """The file is damaged, encrypted, or of a kind that is not read."""


class SchemaDrift(InputError):
    """Columns or headings fit no known layout. Nothing was stored."""


@dataclass(frozen=True, slots=True)
class WrongCell:
    """One cell to put right: where it is (`cell` as spreadsheets say it, such as C7), what is wrong, what is expected there."""

    place: Place
    cell: str
    problem: str
    expected: str = ""

    def __str__(self) -> str:
        """Return the cell on one line."""
        where = ", ".join(filter(None, (self.place.sheet, self.cell, self.place.column)))
        return f"{where}: {self.problem}{f' Expected: {self.expected}.' if self.expected else ''}"


class WrongCells(InputError):
    """A workbook has cells to put right; `cells` are all of them, in the order of the workbook. Nothing was imported."""

    def __init__(self, file: str, cells: Sequence[WrongCell]) -> None:
        first = cells[0]
        super().__init__(
            f"{len(cells)} cells of {file} have to be put right." if len(cells) > 1 else first.problem,
            place=replace(first.place, file=file),
            expected=first.expected or None,
            do="Correct the workbook and import it again. Nothing was imported.",
        )
        self.cells = tuple(cells)

    def __str__(self) -> str:
        """Return every cell on a line of its own."""
        if len(self.cells) == 1:
            return super().__str__()
        return "\n".join([self.problem, *(f"  {cell}" for cell in self.cells), f"  do next:  {self.do}"])


class DuplicateExport(InputError):
    """The same bytes are stored already."""


class RuleError(SynthesisError):
    """A rule of the planning process forbids it."""

    exit_code = 3


class NotAllowed(RuleError):
    """The role may not do this."""


class IllegalTransition(RuleError):
    """The record is not in a state from which this follows."""


class StaleVersion(RuleError):
    """Somebody else changed the record first."""


class BallotClosed(RuleError):
    """The ballot takes no more entries."""


class RunError(SynthesisError):
    """The run could not be made or published."""

    exit_code = 4


class ModelUnavailable(RunError):
    """The packaged embedding model is missing or its checksum is not the published one."""


class NamerUnavailable(RunError):
    """The language model that suggests names cannot be reached, is too slow or fails."""


class PublishConflict(RunError):
    """Another run is being published."""
