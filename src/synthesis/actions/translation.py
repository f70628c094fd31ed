"""Translations: what awaits one goes out as a table, and comes back with its method and reviewer.

The original is never replaced: a translation stands beside it, and serves the search for themes and the reader.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from synthesis.briefs.tables import restored, to_csv
from synthesis.errors import InputError, Place
from synthesis.model import Translation
from synthesis.store.database import connection
from synthesis.store.events import read_translations, write_translations
from synthesis.store.runs import read_run

COLUMNS = ("contribution_id", "language", "text", "translation", "method", "reviewer")
METHODS = ("human", "machine", "machine_reviewed")


def export_translations(path: Path, *, data_dir: Path, database_url: str | None = None, every: bool = False) -> int:
    """Write the public text of comments in other languages than English that await a translation (or all) as CSV.

    Returns the number of comments. The columns are `COLUMNS`; the last three are for the translator.
    """
    with connection(data_dir, database_url) as opened:
        known = read_translations(opened)
    foreign = read_run(data_dir).contributions
    foreign = foreign[~foreign["language"].isin(["en", "und"])].sort_values("contribution_id")
    rows = []
    for contribution_id, language, text in zip(
        *(foreign[c].tolist() for c in ("contribution_id", "language", "text_public")), strict=True
    ):
        done = known.get(contribution_id)
        if done is None or every:
            filled = ("", "", "") if done is None else (done.text, done.method, done.reviewer)
            rows.append((contribution_id, language, text, *filled))
    path.write_bytes(to_csv(COLUMNS, rows))
    return len(rows)


def import_translations(path: Path, *, data_dir: Path, database_url: str | None = None) -> int:
    """Read translations back: all rows or none. Rows without a translation are passed over. Returns how many came in.

    Raises InputError that names the row and column of the first fault.
    """
    known = set(read_run(data_dir).contributions["contribution_id"])
    now = datetime.now(UTC)
    found = []
    for number, row in _rows(path):
        text = restored(row["translation"]).strip()
        if not text:
            continue
        _check(path.name, number, row, known)
        found.append(
            Translation(
                restored(row["contribution_id"]), text, row["method"].strip(), restored(row["reviewer"]).strip(), now
            )
        )
    with connection(data_dir, database_url) as opened:
        write_translations(opened, found)
    return len(found)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row of the table with its number."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "The table cannot be read.",
            place=Place(file=path.name),
            expected="CSV in UTF-8",
            do="Save it as CSV UTF-8.",
        ) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise InputError(
            f"The table lacks the column {missing[0]}.",
            place=Place(file=path.name, row=1),
            expected=", ".join(COLUMNS),
            do="Fill in the table that synthesis translate export wrote, without renaming its columns.",
        )
    for number, row in enumerate(reader, start=2):
        yield number, {column: row[column] or "" for column in COLUMNS}


def _check(file: str, number: int, row: dict[str, str], known: set[str]) -> None:
    """Raise InputError at the first fault of a row."""

    def fault(column: str, problem: str, expected: str) -> InputError:
        place = Place(file=file, row=number, column=column)
        return InputError(problem, place=place, expected=expected, do="Correct the cell; nothing was stored.")

    if restored(row["contribution_id"]) not in known:
        raise fault("contribution_id", "This comment is not in the published run.", "an id as it was exported")
    if row["method"].strip() not in METHODS:
        raise fault("method", "How it was translated is not said.", ", ".join(METHODS))
    if row["method"].strip() != "machine" and not row["reviewer"].strip():
        raise fault("reviewer", "Nobody vouches for the translation.", "the name of the translator or reviewer")
