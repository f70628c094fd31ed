"""Qualtrics: three header rows with ids in the third, and the legacy layout with two. Columns are told by id."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from synthesis.channels.base import Context, Layout, Reading, key_of
from synthesis.channels.contract import Contract, Header
from synthesis.channels.dates import parse_time
from synthesis.channels.survey import Question, Respondent, bad_date, read_answers
from synthesis.channels.tables import Table, other_sheets, table_at
from synthesis.formats import Document, Kind, Row, Sheet
from synthesis.formats.parts import column_letter
from synthesis.model import Channel, Reason

_META: Final[Mapping[str, str]] = {
    "startdate": "start", "enddate": "end", "status": "status", "ipaddress": "ip", "progress": "progress",
    "duration": "duration", "durationinseconds": "duration", "finished": "finished", "recordeddate": "recorded",
    "responseid": "id", "recordid": "id", "responseset": "set", "recipientlastname": "last",
    "recipientfirstname": "first",
    "recipientemail": "email", "emailaddress": "email", "name": "name", "externalreference": "reference",
    "externaldatareference": "reference", "locationlatitude": "lat", "locationlongitude": "long",
    "locationaccuracy": "accuracy", "distributionchannel": "channel", "userlanguage": "language",
    "qballotboxstuffing": "ballot", "qrelevantidduplicate": "ballot", "qrecaptchascore": "captcha",
    "qrelevantidduplicatescore": "captcha", "qrelevantidfraudscore": "captcha",
}  # fmt: skip
_PREVIEWS = frozenset({"1", "2", "survey preview", "survey test", "preview", "test"})
_CHOICE_LABEL = re.compile(r"selected choice$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Shape:
    """Ids and question texts per column, time zones per column, and the table below the header rows."""

    table: Table
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    zones: Mapping[int, str]

    def column(self, meta: str) -> int | None:
        return next((i for i, column_id in enumerate(self.ids) if _META.get(_plain(column_id)) == meta), None)


def _plain(column_id: str) -> str:
    return re.sub(r"[^a-z0-9]", "", column_id.casefold())


def _padded(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (cells + ("",) * width)[:width]


def _shape(sheet: Sheet) -> _Shape | None:
    """Return the current layout's shape: row 3 holds ImportIds, or row 1 holds the ids and row 3 is missing."""
    if len(sheet.rows) < 2:
        return None
    third = sheet.rows[2].cells if len(sheet.rows) > 2 else ()
    parsed = [_import_id(cell) for cell in third]
    has_ids = any(entry.get("ImportId") for entry in parsed)
    row_ids = [str(entry.get("ImportId", "")) for entry in parsed] if has_ids else sheet.rows[0].cells
    if {"responseid", "recordid"}.isdisjoint(map(_plain, (*row_ids, *sheet.rows[0].cells))):
        return None
    table = table_at(sheet, 0, rows_from=3 if has_ids else 2)
    width = len(table.header)
    named = [str(entry.get("ImportId", "")) for entry in parsed] + [""] * width
    # Row 1 may have been renamed by the district; the id of row 3 stands, and row 1 fills in where it says nothing.
    ids = tuple(named[i] or table.header[i] for i in range(width))
    zones = {i: str(entry["timeZone"]) for i, entry in enumerate(parsed) if entry.get("timeZone")}
    return _Shape(table, ids, _padded(sheet.rows[1].cells, width), zones)


def _import_id(cell: str) -> dict[str, object]:
    if "ImportId" not in cell:
        return {}
    try:
        value = json.loads(cell)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _legacy_shape(sheet: Sheet) -> _Shape | None:
    """Return the legacy layout's shape: V1, V2 … in row 1 and labels (metadata and questions) in row 2."""
    if len(sheet.rows) < 2 or not {"V1", "V2"} <= {cell.strip() for cell in sheet.rows[0].cells}:
        return None
    table = table_at(sheet, 0, rows_from=2)
    labels = _padded(sheet.rows[1].cells, len(table.header))
    if not {"responseid", "recordid"} & set(map(_plain, labels)):
        return None
    is_meta = re.compile(r"V\d+")
    ids = tuple(
        label if is_meta.fullmatch(head.strip()) and _plain(label) in _META else head
        for head, label in zip(table.header, labels, strict=True)
    )
    return _Shape(table, ids, labels, {})


def _first_shape(document: Document, *, legacy: bool) -> _Shape | None:
    for sheet in document.sheets:
        shape = _legacy_shape(sheet) if legacy else _shape(sheet)
        if shape is not None:
            return shape
    return None


def _headers(document: Document, *, legacy: bool) -> list[Header]:
    """Return the header rows, metadata by id. Legacy columns V1, V2 … are all metadata; the others are questions."""
    found = []
    for sheet in document.sheets:
        shape = _legacy_shape(sheet) if legacy else _shape(sheet)
        if shape is not None:
            heads = [*shape.table.header, *[""] * len(shape.ids)]
            names = tuple(
                "question" if legacy and not re.fullmatch(r"V\d+", head.strip()) else _plain(label if legacy else own)
                for own, label, head in zip(shape.ids, shape.texts, heads, strict=False)
            )
            found.append(Header(shape.table, names))
    return found


def _questions(shape: _Shape) -> list[Question]:
    questions = []
    for index, column_id in enumerate(shape.ids):
        if _plain(column_id) in _META or not (column_id.strip() or shape.texts[index].strip()):
            continue
        text = shape.texts[index].strip() or column_id
        is_open = True if column_id.endswith("_TEXT") else False if _CHOICE_LABEL.search(text) else None
        questions.append(Question(index, column_id.strip(), text, is_open))
    return questions


def _read(document: Document, context: Context, *, legacy: bool) -> Reading:
    shape = _first_shape(document, legacy=legacy)
    if shape is None:
        return Reading(0, [])
    reading = read_answers(shape.table, context, _questions(shape), lambda row: _respondent(shape, row, context))
    others = other_sheets(document, [shape.table.sheet])
    return Reading(reading.rows_in + len(others), reading.items + others)


def _respondent(shape: _Shape, row: Row, context: Context) -> Respondent:
    def cell(meta: str) -> str:
        return shape.table.cell(row, shape.column(meta))

    dates = (shape.column(meta) for meta in ("recorded", "end", "start"))
    date_column = next((column for column in dates if column is not None), None)
    try:
        zone = ZoneInfo(shape.zones[date_column or 0]) if date_column in shape.zones else context.timezone
    except (KeyError, ValueError, OSError):
        zone = context.timezone
    try:
        received = parse_time(shape.table.cell(row, date_column), zone)
    except ValueError as error:
        raise bad_date(row, column_letter(date_column or 0)) from error
    response_id, email = cell("id"), cell("email").casefold()
    aside, detail = None, ""
    if cell("status").casefold() in _PREVIEWS or cell("channel").casefold() == "preview":
        aside, detail = Reason.TEST_OR_PREVIEW, "a preview or test response"
    elif cell("ballot").casefold() in ("true", "1", "yes"):
        aside, detail = Reason.REPEATED_BALLOT, "Qualtrics flags it as a repeated response from one device"
    identity = f"email:{email}" if "@" in email else f"respondent:qualtrics:{response_id}" if response_id else ""
    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    return Respondent(identity, name, key_of("qualtrics", response_id), received, aside, detail)


LAYOUTS = (
    Layout(
        "qualtrics",
        Channel.OTHER,
        frozenset({Kind.TABLE}),
        ("StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
         "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference",
         "LocationLatitude", "LocationLongitude", "DistributionChannel", "UserLanguage"),
        lambda document, _: 1.0 if _first_shape(document, legacy=False) else 0.0,
        lambda document, context: _read(document, context, legacy=False),
        Contract(
            required=(("ResponseId", "recordid"), ("StartDate",), ("EndDate",), ("RecordedDate",), ("Status",),
                      ("DistributionChannel",)),
            unread=tuple(_META),
            questions=True,
            headers=lambda document: _headers(document, legacy=False),
        ),
    ),
    Layout(
        "qualtrics_legacy",
        Channel.OTHER,
        frozenset({Kind.TABLE}),
        ("V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9", "V10"),
        lambda document, _: 1.0 if _first_shape(document, legacy=True) else 0.0,
        lambda document, context: _read(document, context, legacy=True),
        Contract(
            required=(("ResponseID", "recordid"), ("Status",), ("StartDate",), ("EndDate",)),
            optional=(("ResponseSet",), ("Name",), ("ExternalDataReference",), ("EmailAddress",), ("IPAddress",),
                      ("Finished",)),
            unread=(*_META, "question"),
            repeats=("question",),
            closed=True,
            headers=lambda document: _headers(document, legacy=True),
        ),
    ),
)  # fmt: skip
