"""Microsoft Forms and Google Forms: one header row of metadata and full questions."""

from __future__ import annotations

import re

from synthesis.channels.base import Context, Layout, Reading, digest, key_of
from synthesis.channels.contract import Contract
from synthesis.channels.dates import parse_time
from synthesis.channels.survey import Question, Respondent, bad_date, read_answers
from synthesis.channels.tables import Table, find_table, other_sheets
from synthesis.formats import Document, Kind, Row
from synthesis.formats.parts import column_letter
from synthesis.model import Channel

_MS_META = frozenset(
    (
        "id",
        "start time",
        "completion time",
        "email",
        "name",
        "last modified time",
        "language",
        "total points",
        "quiz feedback",
    )
)
_MS_POINTS = re.compile(r"^(?:points|feedback) - ")
_GOOGLE_META = frozenset(
    (
        "timestamp",
        "marca temporal",
        "horodateur",
        "email address",
        "username",
        "email",
        "score",
        "dirección de correo electrónico",
    )
)
_GOOGLE_TIME = ("timestamp", "marca temporal", "horodateur")
_NAME = frozenset(("name", "your name", "full name", "nombre", "non ou"))
_GRID = re.compile(r"\[[^\]]+\]\s*$")


def _ms_table(document: Document) -> Table | None:
    return find_table(document, (("id",), ("start time",), ("completion time",)))


def _google_table(document: Document) -> Table | None:
    table = find_table(document, (_GOOGLE_TIME,))
    if table is None or fold_first(table) not in _GOOGLE_TIME or len(table.header) < 2:
        return None
    known_elsewhere = {"comment-body", "comment-id", "voter-id", "x", "y"}
    return None if known_elsewhere & set(table.names) else table


def fold_first(table: Table) -> str:
    """Return the folded name of the first column."""
    return table.names[0] if table.names else ""


def _questions(table: Table, meta: frozenset[str]) -> list[Question]:
    questions = []
    for index, (header, name) in enumerate(zip(table.header, table.names, strict=True)):
        if name in meta or name in _NAME or _MS_POINTS.match(name) or not name:
            continue
        is_open = False if _GRID.search(header) else None
        questions.append(Question(index, column_letter(index), header.replace("\u00a0", " "), is_open))
    return questions


def _read_ms(document: Document, context: Context) -> Reading:
    table = _ms_table(document)
    return _read(document, context, table, _MS_META, ("completion time", "start time"), "ms_forms")


def _read_google(document: Document, context: Context) -> Reading:
    table = _google_table(document)
    return _read(document, context, table, _GOOGLE_META, _GOOGLE_TIME, "google_forms")


def _read(
    document: Document,
    context: Context,
    table: Table | None,
    meta: frozenset[str],
    date_names: tuple[str, ...],
    layout: str,
) -> Reading:
    if table is None:
        return Reading(0, [])
    date_column = table.find(date_names)
    email_column = table.find(("email", "email address", "username", "dirección de correo electrónico"))
    name_column = table.find(tuple(_NAME))

    def respondent(row: Row) -> Respondent:
        try:
            received = parse_time(table.cell(row, date_column), context.timezone)
        except ValueError as error:
            raise bad_date(row, column_letter(date_column or 0)) from error
        email = table.cell(row, email_column).casefold()
        name = table.cell(row, name_column)
        # Neither vendor gives an id that is unique beyond its form: the response's own cells tell it, in whatever order.
        key = digest(*(cell for _, cell in sorted(zip(table.names, row.cells, strict=False))))
        return Respondent(
            f"email:{email}" if "@" in email else f"respondent:{layout}:{key}",
            "" if name.casefold() == "anonymous" else name,
            key_of(layout, key),
            received,
        )

    reading = read_answers(table, context, _questions(table, meta), respondent)
    others = other_sheets(document, [table.sheet])
    return Reading(reading.rows_in + len(others), reading.items + others)


LAYOUTS = (
    Layout(
        "ms_forms",
        Channel.OTHER,
        frozenset({Kind.TABLE}),
        ("ID", "Start time", "Completion time", "Email", "Name", "Last modified time", "Language"),
        lambda document, _: 0.95 if _ms_table(document) else 0.0,
        _read_ms,
        Contract(
            required=(("ID",), ("Start time",), ("Completion time",), ("Email",), ("Name",)),
            unread=tuple(_MS_META),
            questions=True,
        ),
    ),
    Layout(
        "google_forms",
        Channel.OTHER,
        frozenset({Kind.TABLE}),
        ("Timestamp", "Email Address"),
        lambda document, _: 0.6 if _google_table(document) else 0.0,
        _read_google,
        Contract(required=(("Timestamp", *_GOOGLE_TIME),), unread=(*_GOOGLE_META, *_NAME), questions=True, first=True),
    ),
)
