"""Which columns a layout reads, so that a file which has drifted from it is told from one that has not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synthesis.channels.tables import Table, fold_header
from synthesis.formats import Document

Names = tuple[str, ...]
"""A column: the name to show, then the other names that it goes by."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header row that a layout would read. `names` are folded, and may say more than the row does (ids, order)."""

    table: Table
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a layout asks of a header row.

    `required` columns are always there. `optional` ones are read where they are: when one is missing, a column of
    another name that is not in `unread` may be it under a new name, and that is drift. With `closed` any such column
    is drift, because it would hold words that nobody reads. With `questions` the columns of other names are questions.
    `first`: the first required column stands first. `exact`: the required columns, in order, and no other.
    `last`: this column, where it is there, has no other to its right. `many`: every sheet may be such a table.
    `repeats` may stand more than once, `never` not at all. `headers` finds the header rows where names alone do not.
    """

    required: tuple[Names, ...]
    optional: tuple[Names, ...] = ()
    unread: Names = ()
    repeats: Names = ()
    never: Names = ()
    last: Names = ()
    closed: bool = False
    questions: bool = False
    first: bool = False
    exact: bool = False
    many: bool = False
    headers: Callable[[Document], Sequence[Header]] | None = None

    def known(self) -> frozenset[str]:
        """Return the folded names of all columns that the layout knows."""
        groups = (*self.required, *self.optional, self.unread, self.repeats, self.last)
        return frozenset(fold_header(name) for group in groups for name in group)


def is_there(names: Names, header: Header) -> bool:
    """Tell whether a header row has a column under one of its names."""
    return not {fold_header(name) for name in names}.isdisjoint(header.names)
