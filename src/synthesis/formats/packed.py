"""Rows kept as one string of bytes each, and made into `Row` only while somebody looks at them.

A million survey responses as tuples of strings take seven times their file; packed they take about once the file.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import overload

from synthesis.formats.parts import Row

_SEPARATOR = "\x1f"


class PackedRows(Sequence[Row]):
    """A sequence of rows. Slices look into the same store and copy nothing."""

    __slots__ = ("_numbers", "_range", "_rows")

    def __init__(self) -> None:
        self._rows: list[bytes | Row] = []
        self._numbers = array("L")
        self._range = range(0)

    def add(self, number: int, cells: Sequence[str], fault: str = "") -> None:
        """Append a row. Rows with a fault, or with the separator in a cell, are kept as they are."""
        joined = _SEPARATOR.join(cells)
        if fault or joined.count(_SEPARATOR) != len(cells) - 1:
            self._rows.append(Row(number, tuple(cells), fault))
        else:
            self._rows.append(joined.encode("utf-8", "surrogatepass"))
        self._numbers.append(number)
        self._range = range(len(self._rows))

    def __len__(self) -> int:
        """Return how many rows this view has."""
        return len(self._range)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows of this view in order."""
        for index in self._range:
            yield self._row(index)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> PackedRows: ...

    def __getitem__(self, index: int | slice) -> Row | PackedRows:
        """Return one row, or a view of several."""
        if isinstance(index, int):
            return self._row(self._range[index])
        view = PackedRows()
        view._rows, view._numbers, view._range = self._rows, self._numbers, self._range[index]
        return view

    def __eq__(self, other: object) -> bool:
        """Tell whether another sequence holds equal rows."""
        return (
            isinstance(other, Sequence)
            and len(self) == len(other)
            and all(a == b for a, b in zip(self, other, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]

    def _row(self, index: int) -> Row:
        kept = self._rows[index]
        if isinstance(kept, Row):
            return kept
        return Row(self._numbers[index], tuple(kept.decode("utf-8", "surrogatepass").split(_SEPARATOR)))
