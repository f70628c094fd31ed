"""Thoughtexchange: thoughts with stars and raters. Header words vary, so columns are found by alias."""

from __future__ import annotations

from synthesis.channels.base import Context, Item, Kept, Layout, Reading, digest, key_of, settle
from synthesis.channels.contract import Contract
from synthesis.channels.dates import UNKNOWN_TIME, parse_time
from synthesis.channels.people import role_of
from synthesis.channels.prompts import valence_of
from synthesis.channels.tables import Table, find_table, other_sheets
from synthesis.formats import Document, Kind, Row
from synthesis.formats.parts import column_letter
from synthesis.model import Channel

_THOUGHT = ("thought", "thought text", "thoughts", "thought content", "idea")
_STARS = (
    "star rating", "stars", "star", "average star rating", "average stars", "avg stars", "avg star rating",
    "average rating",
    "star score", "mean rating", "star mean", "rating", "score",
)  # fmt: skip
_RATERS = (
    "raters", "number of raters", "# of raters", "num raters", "number of ratings", "ratings", "# ratings",
    "rating count", "ratings count",
    "times rated", "rated by", "# raters",
)  # fmt: skip
_QUESTION = ("question", "exchange question", "prompt")
_DATE = ("date", "created", "created at", "date shared", "timestamp", "submitted", "date created")
_ID = ("thought id", "id")
_PERSON = ("participant id", "participant", "user id", "respondent id", "contributor id")
_ROLE = ("role", "stakeholder group", "i am a", "what is your role", "stakeholder", "which best describes you")
_SCHOOL = ("school", "which school", "site", "campus", "which school are you connected to")


def _find(document: Document) -> Table | None:
    return find_table(document, (_THOUGHT, _STARS, _RATERS))


def _number(table: Table, row: Row, index: int | None, highest: float) -> float:
    """Return a count or mean; empty is 0. Raises `ValueError` when it is no number from 0 to `highest`."""
    text = table.cell(row, index).replace(",", "")
    value = float(text) if text and text != "-" else 0.0
    if not 0 <= value <= highest:
        raise ValueError("out of range")
    return value


def _read(document: Document, context: Context) -> Reading:
    table = _find(document)
    if table is None:
        return Reading(0, [])
    others = other_sheets(document, [table.sheet])
    return Reading(len(table.rows) + len(others), [_item(table, row, context) for row in table.rows] + others)


def _item(table: Table, row: Row, context: Context) -> Item:
    if fault := table.fault(row):
        return table.broken(row, fault)
    column = column_letter(table.find(_STARS) or 0)
    try:
        stars = _number(table, row, table.find(_STARS), 5)
        column = column_letter(table.find(_RATERS) or 0)
        raters = int(_number(table, row, table.find(_RATERS), 1e7))
        column = column_letter(table.find(_DATE) or 0)
        date = table.find(_DATE)
        received = parse_time(table.cell(row, date), context.timezone) if date is not None else UNKNOWN_TIME
    except (ValueError, OverflowError):
        detail = (
            f"row {row.number}, column {column}: expected stars 0-5, a count of raters, a date; correct it and retry"
        )
        return table.broken(row, detail, column)
    text = table.cell(row, table.find(_THOUGHT))
    prompt = table.cell(row, table.find(_QUESTION))
    person = table.cell(row, table.find(_PERSON))
    vendor_id = table.cell(row, table.find(_ID))
    return settle(
        Kept(
            row=row.number,
            sheet=table.sheet.name,
            prompt_id=column_letter(table.find(_THOUGHT) or 0),
            prompt_text=prompt,
            valence=valence_of(prompt),
            text=text,
            received=received,
            stars=stars,
            raters=raters,
            role=role_of(table.cell(row, table.find(_ROLE))),
            school=table.cell(row, table.find(_SCHOOL)),
            identity=f"respondent:thoughtexchange:{person}" if person else "",
            record_key=key_of("thoughtexchange", vendor_id, digest(text))
            or key_of("thoughtexchange", digest(prompt, text)),
        )
    )


LAYOUTS = (
    Layout(
        "thoughtexchange",
        Channel.OTHER,
        frozenset({Kind.TABLE}),
        ("Thought", "Star rating", "Raters", "Theme", "Question"),
        lambda document, _: 0.9 if _find(document) else 0.0,
        _read,
        Contract(
            required=(("Thought", *_THOUGHT), ("Star rating", *_STARS), ("Raters", *_RATERS)),
            optional=(
                ("Question", *_QUESTION),
                ("Date", *_DATE),
                ("Thought ID", *_ID),
                ("Participant ID", *_PERSON),
                ("Role", *_ROLE),
                ("School", *_SCHOOL),
            ),
            unread=("Theme", "Themes"),
        ),
    ),
)
