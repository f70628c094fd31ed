"""How events are chained: each row is sealed with a hash over its own content and the hash of the row before.

The form is for good: it is computed from values, not from how a database keeps them, so that SQLite and PostgreSQL give the
same hashes and a chain can be moved between them. ``marks`` are short hashes of each field by itself. They prove nothing
that the hash does not; they tell which field it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

START = "0" * 64
"""What stands for the hash before the first row."""
FIELDS = ("number", "at", "by", "verb", "subject", "reason", "data")


@dataclass(frozen=True, slots=True)
class Break:
    """What is wrong with one row: `number` is the row's, None where it is no row but the chain's head."""

    number: int | None
    field: str
    problem: str


def canonical(value: object) -> bytes:
    """Return a value as JSON in its one form: keys sorted, no blanks, ASCII only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=repr).encode()


def seal(row: Mapping[str, Any], previous: str) -> dict[str, Any]:
    """Return ``previous, hash, marks`` of a row with the fields `FIELDS`."""
    content = {name: row[name] for name in FIELDS}
    marks = {name: sha256(canonical(value)).hexdigest()[:12] for name, value in content.items()}
    whole = canonical(content | {"previous": previous, "marks": marks})
    return {"previous": previous, "hash": sha256(whole).hexdigest(), "marks": marks}


def breaks(rows: Sequence[Mapping[str, Any]], head: tuple[int, str] | None) -> Iterator[Break]:
    """Yield what is wrong with a chain, row by row. `rows` are in order of their numbers; `head` is the last number and hash.

    What cannot be found: a chain that was sealed anew from some row to its end, head included, by somebody who may write to
    the whole database. A head that was noted elsewhere finds that too (`differs_from`).
    """
    end = head[0] if head else len(rows)
    last, previous = 0, START
    for row in rows:
        number = row["number"]
        yield from _removed(last + 1, min(number - 1, end))
        yield from _row(row, previous, follows=number == last + 1)
        if head is not None and number > end:
            yield Break(number, "", "the row was inserted past the head of the chain")
        last, previous = number, row["hash"]
    if head is None:
        yield Break(None, "head", "the head of the chain is gone: rows removed from its end cannot be told")
        return
    yield from _removed(last + 1, end)
    if last == end and previous != head[1]:
        yield Break(last or None, "hash", "the row is not the one that the head of the chain was set to")


def differs_from(rows: Sequence[Mapping[str, Any]], number: int, noted: str) -> Break | None:
    """Return what is wrong where a row's hash is not the one that was noted outside of the database."""
    found = next((row["hash"] for row in rows if row["number"] == number), None)
    if number == 0 or found == noted:
        return None
    if found is None:
        return Break(number, "", "the row was noted as the head of the chain, and is not there")
    return Break(number, "hash", "the row, or one before it, is not what was noted: the chain was sealed anew")


def _removed(first: int, last: int) -> Iterator[Break]:
    """Yield the rows that are not there."""
    for number in range(first, last + 1):
        yield Break(number, "", "the row was removed")


def _row(row: Mapping[str, Any], previous: str, *, follows: bool) -> Iterator[Break]:
    """Yield what is wrong with one row, given the hash of the row before; `follows` tells whether their numbers do."""
    number = row["number"]
    wanted = seal(row, row["previous"])
    if wanted["hash"] != row["hash"]:
        marks = row["marks"] if isinstance(row["marks"], dict) else {}
        changed = [name for name in FIELDS if marks.get(name) != wanted["marks"][name]]
        for name in changed or ["previous" if row["previous"] != previous else "hash"]:
            yield Break(number, name, f"the field “{name}” was changed")
    elif wanted["marks"] != row["marks"]:
        yield Break(number, "marks", "the marks of its fields were changed")
    elif row["previous"] != previous:
        before = number - 1 if follows and number > 1 else number
        yield Break(before, "hash", f"the row was replaced or removed: row {number} was written after another")
