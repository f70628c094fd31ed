"""Summit notes in workbooks (a sheet per room, or a column per table) and sticky-note boards as CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synthesis.channels.base import Aside, Context, Item, Kept, Layout, Reading, settle
from synthesis.channels.contract import Contract, Header
from synthesis.channels.dates import UNKNOWN_TIME, parse_time
from synthesis.channels.people import fold_name, name_identity, person_name, speaker_kind
from synthesis.channels.prompts import count_of, strip_endorsements, valence_of
from synthesis.channels.tables import Table, find_table, fold_header, other_sheets, table_at
from synthesis.formats import Document, Kind, Row, Sheet
from synthesis.formats.parts import column_letter
from synthesis.model import Channel, Reason, SpeakerKind, Valence, Voice

_NOTE = (
    "note",
    "notes",
    "comment",
    "comments",
    "idea",
    "ideas",
    "what we heard",
    "response",
    "feedback",
    "what was said",
)
_VOTES = (
    "votes",
    "dots",
    "dot count",
    "dot votes",
    "endorsements",
    "likes",
    "checks",
    "check marks",
    "+1",
    "tally",
    "stickers",
)
_ROOM = ("room", "topic room")
_BOARD_COLUMNS = (
    "id", "type", "shape", "url", "link", "width", "height", "rotation", "z", "z index", "parent", "board", "modified",
    "modified by", "modified at", "last modified", "last modified by", "updated", "updated at",
)  # fmt: skip
_QUESTION = ("question", "prompt", "topic")
_TABLE = ("table", "table #", "table number", "group", "table no")
_TABLE_COLUMN = re.compile(r"^(?:table|group)\s*#?\s*\w{1,3}$")
_TEXT = ("text", "sticky text", "note", "content", "sticky", "note text", "sticky note")
_X = ("x", "x position", "position x", "pos x")
_Y = ("y", "y position", "position y", "pos y")
_COLOUR = ("color", "colour", "background color", "sticky color", "fill", "note color", "note colour")
_FRAME = ("frame", "frame name", "section", "area", "board section", "frame title")
_AUTHOR = ("author", "created by", "creator", "user", "added by")
_TAGS = ("tags", "tag", "labels")
_DATE = ("created", "created at", "date", "timestamp", "created date")


def _rooms(document: Document) -> list[Table]:
    """Return the tables of the sheets that have a note column and one of table, question or votes."""
    tables = []
    for sheet in document.sheets:
        one = Document(document.name, Kind.TABLE, sheets=(sheet,))
        table = find_table(one, (_NOTE, (*_TABLE, *_QUESTION, *_VOTES)))
        if table is not None:
            tables.append(table)
    return tables


def _read_rooms(document: Document, context: Context) -> Reading:
    tables = _rooms(document)
    items: list[Item] = [_room_item(table, row) for table in tables for row in table.rows]
    others = other_sheets(document, [table.sheet for table in tables])
    return Reading(sum(len(table.rows) for table in tables) + len(others), items + others)


def _title(table: Table) -> str:
    """Return what stands above the header: the event, in most exports."""
    above = [row for row in table.sheet.rows if not table.rows or row.number < table.rows[0].number]
    lines = [next((cell.strip() for cell in row.cells if cell.strip()), "") for row in above[:-1]]
    return next((line for line in lines if line and len(line) <= 120), "")


def _room_item(table: Table, row: Row) -> Item:
    if fault := table.fault(row):
        return table.broken(row, fault)
    column = table.find(_NOTE) or 0
    votes_text = table.cell(row, table.find(_VOTES))
    votes = count_of(votes_text)
    if votes is None:
        letter = column_letter(table.find(_VOTES) or 0)
        return table.broken(row, f"row {row.number}, column {letter}: expected a count of marks; correct it", letter)
    prompt = table.cell(row, table.find(_QUESTION))
    room = table.cell(row, table.find(_ROOM)) or table.sheet.name
    return _note(table.sheet.name, row.number, column, table.cell(row, column), room, prompt, votes, _title(table))


def _note(sheet: str, row: int, column: int, text: str, room: str, prompt: str, votes: int, event: str) -> Item:
    letter = column_letter(column)
    words, marks = strip_endorsements(text)
    if text and not words:
        detail = "endorsement marks alone"
        return Aside(row=row, sheet=sheet, column=letter, reason=Reason.REACTION, detail=detail, text=text)
    dots = votes + marks
    return settle(
        Kept(
            row=row,
            sheet=sheet,
            event=event,
            room=room,
            prompt_id=letter,
            prompt_text=prompt,
            valence=valence_of(prompt),
            text=words,
            voice=Voice.GROUP_NOTE,
            speaks_for_high=1 + dots,
            dots=dots,
        )
    )


def _table_columns(sheet: Sheet) -> Table | None:
    for index, row in enumerate(sheet.rows[:20]):
        if sum(1 for cell in row.cells if _TABLE_COLUMN.match(fold_header(cell))) >= 2:
            return table_at(sheet, index)
    return None


def _column_headers(document: Document) -> list[Header]:
    """Return the header rows with table columns, each of these named "table"."""
    headers = []
    for sheet in document.sheets:
        table = _table_columns(sheet)
        if table is not None:
            names = tuple("table" if _TABLE_COLUMN.match(name) else name for name in table.names)
            headers.append(Header(table, names))
    return headers


def _read_columns(document: Document, context: Context) -> Reading:
    items: list[Item] = []
    rows_in = 0
    used: list[Sheet] = []
    for sheet in document.sheets:
        table = _table_columns(sheet)
        if table is None:
            continue
        used.append(sheet)
        columns = [index for index, name in enumerate(table.names) if _TABLE_COLUMN.match(name)]
        # Tables wrote lists of unequal length: a blank below the end of a list is no row.
        rows_in += sum(1 if row.fault else sum(1 for i in columns if table.cell(row, i)) for row in table.rows)
        items.extend(_column_items(table, columns))
    others = other_sheets(document, used)
    return Reading(rows_in + len(others), items + others)


def _column_items(table: Table, columns: list[int]) -> Iterator[Item]:
    prompt_column = table.find((*_QUESTION, "")) if table.find(_QUESTION) is None else table.find(_QUESTION)
    title = _title(table)
    prompt = ""
    for row in table.rows:
        if row.fault:
            yield table.broken(row, row.fault)
            continue
        prompt = table.cell(row, prompt_column) or prompt
        asked = prompt or (title if valence_of(title) is not Valence.OPEN or title.endswith("?") else "")
        for index in columns:
            if text := table.cell(row, index):
                yield _note(table.sheet.name, row.number, index, text, table.sheet.name, asked, 0, title)


def _stickies(document: Document) -> Table | None:
    return find_table(document, (_TEXT, _X, _Y)) or find_table(document, (_TEXT, _COLOUR, (*_FRAME, *_AUTHOR, *_TAGS)))


def _read_stickies(document: Document, context: Context) -> Reading:
    table = _stickies(document)
    if table is None:
        return Reading(0, [])
    others = other_sheets(document, [table.sheet])
    return Reading(len(table.rows) + len(others), [_sticky(table, row, context) for row in table.rows] + others)


def _sticky(table: Table, row: Row, context: Context) -> Item:
    if fault := table.fault(row):
        return table.broken(row, fault)
    column = table.find(_TEXT) or 0
    author, frame = table.cell(row, table.find(_AUTHOR)), table.cell(row, table.find(_FRAME))
    votes = count_of(table.cell(row, table.find(_VOTES)))
    try:
        date = table.find(_DATE)
        received = parse_time(table.cell(row, date), context.timezone) if date is not None else UNKNOWN_TIME
    except ValueError:
        votes = None
    if votes is None:
        detail = f"row {row.number}: expected a count of dots and a date in a known form; correct them and retry"
        return table.broken(row, detail)
    text = table.cell(row, column)
    if speaker_kind(author, context.roster) is not SpeakerKind.COMMUNITY:
        detail = "written by the organisers: kept as context, not counted"
        return Aside(row=row.number, column=column_letter(column), reason=Reason.STAFF_TURN, detail=detail, text=text)
    words, marks = strip_endorsements(text)
    dots = votes + marks
    asks = frame.rstrip().endswith("?") or valence_of(frame) is not Valence.OPEN
    full_name = len(fold_name(author).split()) >= 2
    return settle(
        Kept(
            row=row.number,
            sheet=table.sheet.name,
            room="" if asks else frame,
            prompt_id=column_letter(column),
            prompt_text=frame if asks else "",
            valence=valence_of(frame),
            text=words,
            received=received,
            voice=Voice.GROUP_NOTE,
            speaks_for_high=1 + dots,
            dots=dots,
            identity=name_identity(author) if full_name else "",
            person_name=person_name(author) if full_name else "",
        )
    )


LAYOUTS = (
    Layout(
        "summit_xlsx",
        Channel.EDUCATION_SUMMIT,
        frozenset({Kind.TABLE}),
        ("Table", "Question", "Note", "Votes"),
        lambda document, _: 0.7 if _rooms(document) else 0.0,
        _read_rooms,
        Contract(
            required=(("Note", *_NOTE),),
            optional=(("Question", *_QUESTION), ("Table", *_TABLE), ("Votes", *_VOTES)),
            unread=_ROOM,
            many=True,
        ),
    ),
    Layout(
        "summit_xlsx_columns",
        Channel.EDUCATION_SUMMIT,
        frozenset({Kind.TABLE}),
        ("Table 1", "Table 2", "Table 3"),
        lambda document, _: 0.8 if any(_table_columns(sheet) for sheet in document.sheets) else 0.0,
        _read_columns,
        Contract(
            required=(("Table 1", "table"),),
            optional=(("Question", *_QUESTION),),
            unread=("",),
            repeats=("table",),
            closed=True,
            many=True,
            headers=_column_headers,
        ),
    ),
    Layout(
        "sticky_csv",
        Channel.EDUCATION_SUMMIT,
        frozenset({Kind.TABLE}),
        ("text", "x", "y", "color", "frame", "author", "tags"),
        lambda document, _: 0.85 if _stickies(document) else 0.0,
        _read_stickies,
        Contract(
            required=(("Text", *_TEXT),),
            optional=(
                ("X", *_X),
                ("Y", *_Y),
                ("Color", *_COLOUR),
                ("Frame", *_FRAME),
                ("Author", *_AUTHOR),
                ("Tags", *_TAGS),
                ("Votes", *_VOTES),
                ("Created", *_DATE),
            ),
            unread=_BOARD_COLUMNS,
        ),
    ),
)
