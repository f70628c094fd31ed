"""Zoom's Q&A and poll reports: preambles, then ragged rows. Only the question, and free answers to polls, are voice."""

from __future__ import annotations

from collections import defaultdict

from synthesis.channels.base import Aside, Context, Item, Kept, Layout, Reading, digest, key_of, settle
from synthesis.channels.contract import Contract
from synthesis.channels.dates import UNKNOWN_TIME, Stamp, parse_time
from synthesis.channels.people import name_identity, person_name, speaker_kind
from synthesis.channels.prompts import valence_of
from synthesis.channels.survey import looks_like_choice
from synthesis.channels.tables import Table, find_table
from synthesis.formats import Document, Kind, Row
from synthesis.formats.parts import column_letter
from synthesis.model import Channel, Reason, SpeakerKind

_ASKER = ("asker name", "asker email")
_POLL_DATE = ("submitted date/time", "submitted date time", "submitted")


def _qa_table(document: Document) -> Table | None:
    return find_table(document, (("#",), ("question",), _ASKER))


def _poll_table(document: Document) -> Table | None:
    return find_table(document, (("#",), ("user name",), ("user email",), _POLL_DATE))


def _read_qa(document: Document, context: Context) -> Reading:
    table = _qa_table(document)
    if table is None:
        return Reading(0, [])
    return Reading(len(table.rows), [_qa_item(table, row, context) for row in table.rows])


def _who(name: str, email: str) -> str:
    return f"email:{email.casefold()}" if "@" in email else name_identity(name)


def _qa_item(table: Table, row: Row, context: Context) -> Item:
    column = table.find(("question",)) or 0
    if row.fault or len(row.cells) <= column:
        detail = row.fault or f"row {row.number}: no question in column {column_letter(column)}; check the export"
        return table.broken(row, detail, column_letter(column))
    name = table.cell(row, table.find(("asker name",)))
    email = table.cell(row, table.find(("asker email",)))
    text = table.cell(row, column)
    kind = speaker_kind(name, context.roster)
    if kind is not SpeakerKind.COMMUNITY:
        detail = f"asked by {kind.value}: kept as context, not counted"
        return Aside(row=row.number, column=column_letter(column), reason=Reason.STAFF_TURN, detail=detail, text=text)
    return settle(
        Kept(
            row=row.number,
            prompt_id=column_letter(column),
            text=text,
            identity=_who(name, email),
            person_name="" if "anonymous" in name.casefold() else person_name(name),
            record_key=key_of("zoom_qa", digest(name, email, text)),
        )
    )


def _free_questions(table: Table) -> frozenset[str]:
    """Return the poll questions whose answers do not repeat as options do."""
    answers: dict[str, list[str]] = defaultdict(list)
    for row in table.rows:
        if not row.fault:
            for question, answer in zip(row.cells[4::2], row.cells[5::2], strict=False):
                answers[question.strip()].append(answer)
    return frozenset(question for question, values in answers.items() if question and not looks_like_choice(values))


def _read_poll(document: Document, context: Context) -> Reading:
    table = _poll_table(document)
    if table is None:
        return Reading(0, [])
    free = _free_questions(table)
    items: list[Item] = []
    rows_in = 0
    for row in table.rows:
        found, count = _poll_items(table, row, context, free)
        items.extend(found)
        rows_in += count
    return Reading(rows_in, items)


def _poll_items(table: Table, row: Row, context: Context, free: frozenset[str]) -> tuple[list[Item], int]:
    """Return the items of one person's answers, and how many the row holds (a broken row counts as one)."""
    received: Stamp = UNKNOWN_TIME
    fault, column = row.fault, ""
    date_column = table.find(_POLL_DATE) or 3
    if not fault and len(row.cells) < 4:
        fault = f"row {row.number}: fewer than four cells; check the export"
    if not fault:
        try:
            received = parse_time(table.cell(row, date_column), context.timezone)
        except ValueError:
            column = column_letter(date_column)
            fault = f"row {row.number}, column {column}: not a date in a known form; correct it and retry"
    if fault:
        return [table.broken(row, fault, column)], 1
    name, email = table.cell(row, 1), table.cell(row, 2)
    cells = (*row.cells, "") if len(row.cells) % 2 else row.cells
    columns = [index for index in range(4, len(cells), 2) if cells[index].strip() in free]
    items: list[Item] = []
    for index in columns:
        prompt, text = cells[index].strip(), cells[index + 1].strip()
        kept = Kept(
            row=row.number,
            prompt_id=column_letter(index + 1),
            prompt_text=prompt,
            valence=valence_of(prompt),
            text=text,
            received=received,
            identity=_who(name, email),
            person_name="" if "anonymous" in name.casefold() else person_name(name),
            record_key=key_of("zoom_poll", digest(name, email, prompt, text, received.iso)),
        )
        kind = speaker_kind(name, context.roster)
        detail = f"answered by {kind.value}: kept as context, not counted"
        items.append(
            settle(kept)
            if kind is SpeakerKind.COMMUNITY
            else Aside(row=row.number, column=kept.prompt_id, reason=Reason.STAFF_TURN, detail=detail, text=text)
        )
    return items, len(columns)


LAYOUTS = (
    Layout(
        "zoom_qa",
        Channel.TOWN_HALL,
        frozenset({Kind.TABLE}),
        ("#", "Question", "Asker Name", "Asker Email", "Answer(s)"),
        lambda document, _: 0.95 if _qa_table(document) else 0.0,
        _read_qa,
        Contract(
            required=(("#",), ("Question",), ("Asker Name",), ("Asker Email",)),
            optional=(("Answer(s)", "answers", "answer"),),
            last=("Answer(s)", "answers", "answer"),
        ),
    ),
    Layout(
        "zoom_poll",
        Channel.TOWN_HALL,
        frozenset({Kind.TABLE}),
        ("#", "User Name", "User Email", "Submitted Date/Time"),
        lambda document, _: 0.95 if _poll_table(document) else 0.0,
        _read_poll,
        Contract(required=(("#",), ("User Name",), ("User Email",), ("Submitted Date/Time", *_POLL_DATE)), exact=True),
    ),
)
