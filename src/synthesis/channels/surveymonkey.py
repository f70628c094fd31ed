"""SurveyMonkey: two header rows. The first is filled forward; the second tells open answers from options."""

from __future__ import annotations

import re
from collections.abc import Sequence

from synthesis.channels.base import Context, Layout, Reading, digest, key_of
from synthesis.channels.contract import Contract, Header
from synthesis.channels.dates import parse_time
from synthesis.channels.survey import Question, Respondent, bad_date, read_answers
from synthesis.channels.tables import Table, fold_header, other_sheets, table_at
from synthesis.formats import Document, Kind, Row, Sheet
from synthesis.formats.parts import column_letter
from synthesis.model import Channel, Reason

_RESPONDENT = ("respondent id", "respondentid")
_COLLECTOR = ("collector id", "collectorid", "collector")
_ENDED = ("end date", "date modified")
_STARTED = ("start date", "date created")
_DATE = ("end date", "date modified", "date created", "start date")
_META = frozenset(
    (*_RESPONDENT, *_COLLECTOR, *_DATE, "ip address", "email address", "email", "first name", "last name")
)
_OPEN_SUBS = frozenset({"open-ended response", "other (please specify)", "comments", "please explain", "comment"})
_TEST = re.compile(r"\btest", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?E\+?\d+$", re.IGNORECASE)


def _is_meta(name: str) -> bool:
    return name in _META or name.startswith("custom data")


def _sheet(document: Document) -> Sheet | None:
    for sheet in document.sheets:
        if len(sheet.rows) >= 2:
            names = {fold_header(cell) for cell in sheet.rows[0].cells}
            if names & set(_RESPONDENT) and names & set(_COLLECTOR):
                return sheet
    return None


def _table(sheet: Sheet) -> tuple[Table, tuple[str, ...], tuple[str, ...]]:
    """Return the table as wide as both header rows, the first header filled forward, and the second header."""
    table = table_at(sheet, 0, rows_from=2)
    second = sheet.rows[1].cells
    width = max(len(table.header), len(re.sub(r"\t+$", "", "\t".join(c.strip() and "x" for c in second)).split("\t")))
    first = (sheet.rows[0].cells + ("",) * width)[:width]
    filled: list[str] = []
    for cell in first:
        filled.append(cell.strip() or (filled[-1] if filled else ""))
    names = tuple(fold_header(cell) for cell in first)
    return Table(sheet, first, names, table.rows, table.number), tuple(filled), (second + ("",) * width)[:width]


def _headers(document: Document) -> list[Header]:
    """Return the first header row, its questions named "question".

    Only metadata has nothing below it in the second row, so metadata of an unknown name stays unknown. A column that
    goes on from an open question is named "stray": open questions have one column, so it has lost its own.
    """
    found = []
    for sheet in filter(None, [_sheet(document)]):
        table, filled, second = _table(sheet)
        names = list(table.names)
        for index, sub in enumerate(second):
            label, before = fold_header(sub), fold_header(second[index - 1]) if index else ""
            if label and not _is_meta(fold_header(filled[index])):
                lost = not table.names[index] and (index == 0 or before in ("open-ended response", ""))
                names[index] = "stray" if lost else "question"
            elif table.names[index].startswith("custom data"):
                names[index] = "custom data"
        found.append(Header(table, tuple(names)))
    return found


def _questions(filled: Sequence[str], second: Sequence[str]) -> list[Question]:
    questions = []
    for index, (prompt, sub) in enumerate(zip(filled, second, strict=True)):
        if _is_meta(fold_header(prompt)):
            continue
        label = fold_header(sub)
        plain = label in ("response", "open-ended response", "")
        is_open = True if label in _OPEN_SUBS else None if label in ("response", "") else False
        questions.append(
            Question(index, column_letter(index), prompt if plain else f"{prompt} [{sub.strip()}]", is_open)
        )
    return questions


def _read(document: Document, context: Context) -> Reading:
    sheet = _sheet(document)
    if sheet is None:
        return Reading(0, [])
    table, filled, second = _table(sheet)
    reading = read_answers(table, context, _questions(filled, second), lambda row: _respondent(table, row, context))
    others = other_sheets(document, [sheet])
    return Reading(reading.rows_in + len(others), reading.items + others)


def _respondent(table: Table, row: Row, context: Context) -> Respondent:
    date_column = table.find(_DATE)
    try:
        received = parse_time(table.cell(row, date_column), context.timezone)
    except ValueError as error:
        raise bad_date(row, column_letter(date_column or 0)) from error
    email = table.cell(row, table.find(("email address", "email"))).casefold()
    vendor_id = table.cell(row, table.find(_RESPONDENT))
    if _SCIENTIFIC.match(vendor_id):  # Excel has rounded the id: many people would share it
        vendor_id = ""
    labels = [table.cell(row, table.find(_COLLECTOR))] + [
        table.cell(row, index) for index, name in enumerate(table.names) if name.startswith("custom data")
    ]
    is_test = any(_TEST.search(label) for label in labels)
    identity = f"email:{email}" if "@" in email else f"respondent:surveymonkey:{vendor_id}" if vendor_id else ""
    name = f"{table.cell(row, table.find(('first name',)))} {table.cell(row, table.find(('last name',)))}".strip()
    return Respondent(
        identity,
        name,
        key_of("surveymonkey", vendor_id or digest(*row.cells)),
        received,
        Reason.TEST_OR_PREVIEW if is_test else None,
        "collected by a test collector" if is_test else "",
    )


LAYOUTS = (
    Layout(
        "surveymonkey",
        Channel.OTHER,
        frozenset({Kind.TABLE}),
        ("Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name",
         "Last Name", "Custom Data 1"),
        lambda document, _: 1.0 if _sheet(document) else 0.0,
        _read,
        Contract(
            required=(
                ("Respondent ID", *_RESPONDENT), ("Collector ID", *_COLLECTOR), ("Start Date", *_STARTED),
                ("End Date", *_ENDED),
            ),
            optional=(("IP Address",), ("Email Address", "email"), ("First Name",), ("Last Name",)),
            unread=("custom data", "question"),
            repeats=("question", "custom data"),
            never=("stray",),
            headers=_headers,
        ),
    ),
)  # fmt: skip
