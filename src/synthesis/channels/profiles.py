"""Mapping profiles: what each column of a file that no layout knows is, as a person has said, and whether a file fits.

A profile names every column of its file once: mapped to a field, ignored, or undecided. A file fits when it has every
mapped column and none that the profile does not name; anything else is drift, and named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz import fuzz, process

from synthesis.channels.drift import shown
from synthesis.channels.tables import PREAMBLE_ROWS, Table, fold_header
from synthesis.errors import Place, SchemaDrift
from synthesis.formats import Document, Row, Sheet
from synthesis.formats.parts import column_letter
from synthesis.model import Channel, Valence, Voice

_ALIKE = 60


class Use(StrEnum):
    """What a column is. All but text, ignore and undecided stand at most once in a profile."""

    TEXT = "text"
    QUESTION = "question"
    EMAIL = "email"
    PERSON_ID = "person_id"
    PERSON_NAME = "person_name"
    ROLE = "role"
    SCHOOL = "school"
    GRADE = "grade_band"
    SITE = "site"
    EVENT = "event"
    ROOM = "room"
    DATE = "date"
    LANGUAGE = "language"
    STARS = "stars"
    RATERS = "raters"
    AGREES = "agrees"
    DISAGREES = "disagrees"
    DOTS = "dots"
    SPEAKS_FOR = "speaks_for"
    RECORD_KEY = "record_key"
    SEED = "seed"
    TEST = "test"
    SPEAKER = "speaker_kind"
    PRIVATE = "private"
    FIELD = "field"
    IGNORE = "ignore"
    UNDECIDED = "?"


USES: Final[dict[Use, str]] = {
    Use.TEXT: "words of the public; several columns may be text, one for each question",
    Use.QUESTION: "the question that the row answers, where the file has it in a column",
    Use.EMAIL: "e-mail address of the person",
    Use.PERSON_ID: "number or code that stands for the person",
    Use.PERSON_NAME: "name of the person",
    Use.ROLE: "who the person is: student, family, teacher …",
    Use.SCHOOL: "school",
    Use.GRADE: "grade or grade band",
    Use.SITE: "place of the session",
    Use.EVENT: "event or meeting",
    Use.ROOM: "room, table or frame",
    Use.DATE: "when it was said or written",
    Use.LANGUAGE: "language as the file has it; known, but not used: the words themselves tell it",
    Use.STARS: "mean of stars, 0 to 5",
    Use.RATERS: "how many people gave stars",
    Use.AGREES: "how many agree",
    Use.DISAGREES: "how many disagree",
    Use.DOTS: "dots, check marks, tallies such as x4: endorsements by others",
    Use.SPEAKS_FOR: "how many people the row speaks for",
    Use.RECORD_KEY: "number of the record in its source, so that overlapping exports count once",
    Use.SEED: "marks text that the organisers wrote; `yes` lists the marks",
    Use.TEST: "marks tests and previews; `yes` lists the marks",
    Use.SPEAKER: "who speaks, community or staff; `values` says which word is which",
    Use.PRIVATE: "marks what is not to be shown; `yes` lists the marks",
    Use.IGNORE: "not needed; left out knowingly",
    Use.UNDECIDED: "not decided yet; the profile is not accepted before it is",
}
FLAGS: Final = frozenset({Use.SEED, Use.TEST, Use.PRIVATE})
MANY: Final = frozenset({Use.TEXT, Use.IGNORE, Use.UNDECIDED, Use.FIELD})
CHANNELS: Final = tuple(channel for channel in Channel if channel is not Channel.BEST_PRACTICES)
"""Channels of the public's words; research is never read by a profile."""
VOICES: Final = (Voice.VERBATIM, Voice.TRANSCRIBED, Voice.PARAPHRASE, Voice.GROUP_NOTE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file, by its header, and what it is.

    `prompt` and `valence` are of text. `values` maps the file's words to a role's or speaker kind's. `yes` lists the
    cells that set a flag. `date_format` is empty for any known form, else a strptime pattern; `day_first` is None while
    it is undecided. `field` is the layout's column where the profile is of a known layout.
    """

    header: str
    use: Use
    prompt: str = ""
    valence: Valence = Valence.OPEN
    values: tuple[tuple[str, str], ...] = ()
    yes: tuple[str, ...] = ()
    date_format: str = ""
    day_first: bool | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class HeaderDrift:
    """What a header row lacks and has too much: `renamed` pairs a missing column with the extra one most like it."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        """Tell whether there is any drift."""
        return bool(self.missing or self.extra)

    def __str__(self) -> str:
        """Return the drift in one sentence: only headers, never cells."""
        renamed = dict(self.renamed)
        parts = [
            f"{shown(name)} is missing" + (f" (perhaps renamed to {shown(renamed[name])})" if name in renamed else "")
            for name in self.missing
        ]
        new = [header for header in self.extra if header not in renamed.values()]
        parts += [f"{shown(header)} is not in the profile" for header in new]
        return "; ".join(parts) or "the columns fit"


@dataclass(frozen=True, slots=True)
class Profile:
    """A completed mapping of a file's columns, or a draft of one while any column is undecided.

    `channel` is None while it is undecided. `sheet` is empty where every sheet with these columns is read.
    `header_row` is where the header stood in the file that the profile was made from, as spreadsheets count; another
    row among the first twenty will do. `header_rows` is 2 where groups stand above the columns. With `layout` the rows
    are read as a known layout's, and the columns' `field` names that layout's columns.
    """

    name: str
    channel: Channel | None
    columns: tuple[Column, ...]
    sheet: str = ""
    header_row: int = 1
    header_rows: int = 1
    voice: Voice = Voice.VERBATIM
    count_marks: bool = False
    room_from_sheet: bool = False
    layout: str = ""

    def of(self, use: Use) -> Column | None:
        """Return the column of a use, the first where there are several."""
        return next((column for column in self.columns if column.use is use), None)

    def texts(self) -> tuple[Column, ...]:
        """Return the columns that hold the public's words."""
        return tuple(column for column in self.columns if column.use is Use.TEXT)

    def ignored(self) -> tuple[str, ...]:
        """Return the headers of the columns that are left out knowingly."""
        return tuple(column.header for column in self.columns if column.use is Use.IGNORE)

    def drift(self, headers: Iterable[str]) -> HeaderDrift:
        """Return how a header row differs. A missing ignored column and the order of columns make no difference."""
        there = {fold_header(header): header for header in headers if header}
        named = {fold_header(column.header) for column in self.columns}
        missing = [
            column.header
            for column in self.columns
            if column.use is not Use.IGNORE and fold_header(column.header) not in there
        ]
        extra = {folded: header for folded, header in there.items() if folded not in named}
        renamed = []
        for header in missing:
            found = process.extractOne(fold_header(header), list(extra), scorer=fuzz.ratio, score_cutoff=_ALIKE)
            if found:
                renamed.append((header, extra[found[0]]))
        return HeaderDrift(tuple(missing), tuple(extra.values()), tuple(renamed))

    def fits(self, headers: Iterable[str]) -> bool:
        """Tell whether a header row has every mapped column and no column that the profile does not name."""
        return not self.drift(headers)


def tidy(header: str) -> str:
    """Return a header as profiles write it: without surrounding blanks, and of characters that a text file can hold."""
    return header.strip().encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def headers_of(top: Sequence[str], below: Sequence[str] | None, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return one distinct header per column: two rows joined, repeats numbered, nameless columns by their letter.

    A column with neither a name nor a filled cell has the empty header, and is left off at the right end.
    """
    first = [tidy(cell) for cell in top]
    second = [tidy(cell) for cell in below] if below is not None else []
    width = max(len(first), len(second))
    first += [""] * (width - len(first))
    second += [""] * (width - len(second))
    group, headers, taken = "", [], {""}
    for index in range(width):
        group = first[index] or (group if second[index] else "")
        name = " / ".join(part for part in (group, second[index]) if part)
        if not fold_header(name):
            filled = any(index < len(row.cells) and row.cells[index].strip() for row in rows)
            name = f"(column {column_letter(index)})" if filled else ""
        unique, count = name, 1
        while name and fold_header(unique) in taken:
            count += 1
            unique = f"{name} #{count}"
        taken.add(fold_header(unique))
        headers.append(unique)
    while headers and not headers[-1]:
        headers.pop()
    return tuple(headers)


def header_table(sheet: Sheet, index: int, header_rows: int) -> Table:
    """Return the table whose header begins at the sheet's row `index`, with one distinct header per column."""
    below = sheet.rows[index + 1].cells if header_rows == 2 and index + 1 < len(sheet.rows) else None
    rows = sheet.rows[index + header_rows :]
    headers = headers_of(sheet.rows[index].cells, below, rows)
    return Table(sheet, headers, tuple(map(fold_header, headers)), rows, sheet.rows[index].number)


def find_tables(profile: Profile, document: Document) -> list[Table]:
    """Return the tables of a document that fit a profile, one per sheet at most. Raises `SchemaDrift` naming columns."""
    sheets = [sheet for sheet in document.sheets if profile.sheet in ("", sheet.name)]
    if not sheets:
        raise SchemaDrift(
            f"The profile {profile.name} reads the sheet {shown(profile.sheet)}, which the file does not have.",
            place=Place(file=document.name),
            expected="sheets of the file: " + (", ".join(shown(sheet.name) for sheet in document.sheets) or "none"),
            do="Correct `sheet` in the profile, or the sheet's name in a copy of the file. Nothing was stored.",
        )
    best = [table for sheet in sheets if (table := _best_table(profile, sheet)) is not None]
    tables = [table for table in best if profile.fits(table.header)]
    doubtful = [table for table in best if table not in tables and (not tables or nearness(profile, table) >= 0.5)]
    if not doubtful and tables:
        return tables
    worst = max(doubtful, key=lambda table: nearness(profile, table), default=None)
    raise SchemaDrift(
        f"The columns have drifted from the profile {profile.name}: "
        + (str(profile.drift(worst.header)) if worst else "the file has no rows")
        + ".",
        place=Place(
            file=document.name, sheet=(worst.sheet.name or None) if worst else None, row=worst.number if worst else None
        ),
        expected=f"the {len(profile.columns)} columns that the profile names, in any order",
        do="Correct the header in a copy of the file, or the column's header in the profile; a new column gets an "
        "entry of its own there. Nothing was stored.",
    )


def nearness(profile: Profile, table: Table) -> float:
    """Return the share of the mapped columns that a table has, from 0 to 1."""
    mapped = {fold_header(column.header) for column in profile.columns if column.use is not Use.IGNORE}
    return len(mapped & set(table.names)) / len(mapped) if mapped else 0.0


def best_nearness(profile: Profile, document: Document) -> float:
    """Return how near a document's nearest sheet is to a profile, from 0 to 1."""
    found = [_best_table(profile, sheet) for sheet in document.sheets if profile.sheet in ("", sheet.name)]
    return max((nearness(profile, table) for table in found if table), default=0.0)


def _best_table(profile: Profile, sheet: Sheet) -> Table | None:
    """Return the table at the row, among the first, that has most of the profile's columns; earlier rows first."""
    named = {fold_header(column.header) for column in profile.columns}
    best: tuple[int, Table | None] = (-1, None)
    for index in range(min(len(sheet.rows), PREAMBLE_ROWS)):
        if re.fullmatch(r"\s*", "".join(sheet.rows[index].cells)):
            continue
        table = header_table(sheet, index, profile.header_rows)
        if (found := len(named & set(table.names))) > best[0]:
            best = (found, table)
    return best[1]
