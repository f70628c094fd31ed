"""K12 Insight Let's Talk, older and newer columns. Only the original message is voice; replies are not read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from synthesis.channels.base import Aside, Context, Item, Kept, Layout, Reading, digest, key_of, settle
from synthesis.channels.contract import Contract, Header
from synthesis.channels.dates import parse_time
from synthesis.channels.people import role_of
from synthesis.channels.tables import Table, find_table, other_sheets
from synthesis.formats import Document, Kind, Row
from synthesis.formats.parts import column_letter
from synthesis.model import Channel, Reason, Valence, Voice

_MESSAGE = ("original message", "message", "dialogue", "original dialogue")
_TOPIC = ("topic", "topics")
_AREA = ("interest area", "interest areas")
_DATE = ("date received", "received", "date created", "received date", "date")
_NAMES = ("name", "full name")
_EMAILS = ("email", "email address", "e-mail")
_ENTRY = ("entry point", "entrypoint", "source")
_PRIVATE = ("private", "is private")
_ID = ("dialogue id", "dialogue #", "dialogue number", "dialog id", "case id", "id", "#")
_TYPE = re.compile(r"^type(?:[ .]\d| of (?:person|dialogue)|\s*\(.*\))?$|^(?:person|dialogue) type$")
_PERSON_WORDS = frozenset(
    ("parent", "student", "staff", "community", "guardian", "employee", "teacher", "alumni", "family")
)
_DIALOGUE_WORDS = frozenset(("question", "comment", "concern", "suggestion", "compliment"))
_VALENCES = {"concern": Valence.NEGATIVE, "compliment": Valence.POSITIVE}
_HONORIFIC = r"(?:mr|mrs|ms|mx|miss|dr|coach|principal|superintendent|prof|professor|rev|sr|sra)\.?"
_NAME_WORD = r"[A-ZÀ-Þ][a-zà-ÿ'’]+(?:[-'’]?[A-ZÀ-Þ][a-zà-ÿ]+)*"
_TITLED = re.compile(rf"^(?i:{_HONORIFIC})\s+{_NAME_WORD}(?:\s+(?:[A-ZÀ-Þ]\.?|{_NAME_WORD})){{0,2}}$")
_NAME = re.compile(rf"^{_NAME_WORD}(?:\s+[A-ZÀ-Þ]\.)?(?:\s+{_NAME_WORD}){{1,2}}$")
_PLACE_WORDS_TEXT = """
academy academic academics access accessibility activities administration admissions adult advanced
after alternative areas art arts assessment assistance athletics attendance aid band behavior
benefits board boundaries boundary breakfast budget building buildings bus buses business busing
calendar campus care career center central certification childhood child children classroom climate
code college communication communications community complaint concerns conduct construction contact
council counseling counselling curriculum custodial data department development digital disabilities
discipline district diversity division driver drivers early education elementary emergency
employment engagement english enrollment equity events exceptional extracurricular facilities
facility family families federal feedback finance financial fine food foundation funding gate
general gifted grade grades grading graduation grants graduate health help high homeless homework hr
human inclusion information instruction insurance intermediate it job jobs kindergarten language
learner learners learning leadership levy library local lunch magnet maintenance math media medical
meals meal menus mental middle multilingual music nurse nursing nutrition office online operations
other outreach parent parents parking partnerships payroll permits personnel physical plan planning
playground police policy preschool primary principal procurement professional program programs
programming public purchasing reading records recreation recruitment redistricting registration
relations rentals report reporting research resource resources risk route routes routing safety
salary schedule schedules scheduling school schools science secondary section security senior
service services site sites social special sports staff staffing standards start strategic strategy
student students substitute success summer superintendent superintendents support supports surplus
system systems tax taxes teacher teachers teaching team tech technical technology test testing
textbooks time times title traffic training transcripts transfer transfers transition transportation
tutoring use volunteer volunteers web website welfare wellness workforce youth world zoning bond
bell phones cell screen class size sizes bullying harassment restroom field trips trip device
devices laptop absence weather closings closure
"""
_PLACE_WORDS = frozenset(_PLACE_WORDS_TEXT.split())


def looks_like_person(topic: str) -> bool:
    """Tell whether a topic is named after a person: title and name, or two or three capitalised words none of which
    belongs to departments, schools or programmes."""
    text = re.sub(r"\s+", " ", topic).strip()
    words = {re.sub(r"['’]s?$|[^a-z]", "", word.casefold()) for word in re.split(r"[\s/&-]+", text)}
    if _TITLED.match(text):
        return not (words - {"principal", "superintendent", "dr"}) & _PLACE_WORDS
    return bool(_NAME.match(text)) and not words & _PLACE_WORDS


def _find(document: Document, topic: Sequence[str]) -> Table | None:
    return find_table(document, (_MESSAGE, topic, ("type", *_TYPE_NAMES)))


_TYPE_NAMES = ("type of person", "type of dialogue", "type.1", "type 2", "person type", "dialogue type")


def _types(table: Table) -> tuple[int | None, int | None]:
    """Return the columns of the person's and of the dialogue's type: by their values, and by their order on a tie."""
    candidates = [index for index, name in enumerate(table.names) if _TYPE.match(name)]
    scores = {
        index: sum(_type_score(table.cell(row, index)) for row in table.rows if not row.fault) for index in candidates
    }
    if len(candidates) == 1:
        only = candidates[0]
        return (only, None) if scores[only] >= 0 else (None, only)
    if not candidates:
        return None, None
    person = max(candidates, key=lambda index: (scores[index], -index))
    rest = [index for index in candidates if index != person]
    return person, min(rest, key=lambda index: (scores[index], index))


def _type_score(value: str) -> int:
    words = set(re.findall(r"[a-z]+", value.casefold()))
    return bool(words & _PERSON_WORDS) - bool(words & _DIALOGUE_WORDS)


def _headers(document: Document, topic: Sequence[str]) -> list[Header]:
    """Return the header row of each sheet that has one, its two columns called Type told apart by their order."""
    found = []
    for sheet in document.sheets:
        table = _find(Document(document.name, Kind.TABLE, sheets=(sheet,)), topic)
        if table is None:
            continue
        types = [index for index, name in enumerate(table.names) if _TYPE.match(name)]
        names = [f"type {types.index(i) + 1}" if i in types else name for i, name in enumerate(table.names)]
        found.append(Header(table, tuple(names)))
    return found


def _contract(topic: Sequence[str]) -> Contract:
    """Return the contract: what tells voice, person, privacy and time is always exported."""
    return Contract(
        required=(
            ("Original Message", *_MESSAGE), (("Topic", "Interest Area") if topic is _TOPIC else ("Interest Area", "Topic")) + tuple(topic),
            ("Type 1", "type", "type of person", "person type"), ("Type 2", "type", "type of dialogue", "dialogue type"),
            ("Name", *_NAMES), ("Email", *_EMAILS), ("Entry Point", *_ENTRY), ("Date Received", *_DATE),
            ("Private", *_PRIVATE),
        ),
        optional=(("Dialogue ID", *_ID),),
        unread=(
            "School", "School Name", "Phone", "Priority", "Status", "Owner", "Team Members", "Tags", "Attachments",
            "Dialogue Age", "Timeline", "Reply", "Internal Notes",
        ),
        repeats=("type",),
        headers=lambda document: _headers(document, topic),
    )  # fmt: skip


def _read(document: Document, context: Context, topic_names: Sequence[str]) -> Reading:
    table = _find(document, topic_names)
    if table is None:
        return Reading(0, [])
    person, dialogue = _types(table)
    items = [_item(table, row, context, person, dialogue, table.find(topic_names)) for row in table.rows]
    others = other_sheets(document, [table.sheet])
    return Reading(len(table.rows) + sum(len(s.rows) for s in document.sheets if s is not table.sheet), items + others)


def _item(
    table: Table,
    row: Row,
    context: Context,
    person: int | None,
    dialogue: int | None,
    topic_column: int | None,
) -> Item:
    message_column = table.find(_MESSAGE)
    if fault := table.fault(row):
        return table.broken(row, fault)
    text = table.cell(row, message_column)
    date_column = table.find(_DATE)
    try:
        received = parse_time(table.cell(row, date_column), context.timezone)
    except ValueError:
        letter = column_letter(date_column or 0)
        detail = (
            f"row {row.number}, column {letter}: not a date in a known form; write it as 2025-10-14 18:05 and retry"
        )
        return table.broken(row, detail, letter)
    topic = table.cell(row, topic_column)
    if any(looks_like_person(part) for part in topic.split(";")):
        return Aside(
            row=row.number,
            sheet=table.sheet.name,
            column=column_letter(topic_column or 0),
            reason=Reason.PERSONNEL_MATTER,
            detail="the topic is named after a person; it goes to the office that handles personnel matters",
            text=text,
        )
    kept = _kept(table, row, text, person, dialogue, topic)
    return settle(
        replace(kept, received=received, record_key=_key(table, row, text)),
        column_letter(message_column or 0),
    )


def _kept(table: Table, row: Row, text: str, person: int | None, dialogue: int | None, topic: str) -> Kept:
    email = table.cell(row, table.find(_EMAILS)).casefold()
    recorder = "recorder" in table.cell(row, table.find(_ENTRY)).casefold()
    kind = table.cell(row, dialogue).casefold()
    school = next((part.strip() for part in topic.split(";") if _is_school(part)), "")
    return Kept(
        row=row.number,
        sheet=table.sheet.name,
        prompt_id="original_message",
        prompt_text=topic,
        valence=_VALENCES.get(kind, Valence.OPEN),
        text=text,
        voice=Voice.PARAPHRASE if recorder else Voice.VERBATIM,
        role=role_of(table.cell(row, person)),
        school=table.cell(row, table.find(("school", "school name"))) or school,
        is_private=table.cell(row, table.find(_PRIVATE)).casefold() in ("yes", "true", "1", "y", "private"),
        identity=f"email:{email}" if "@" in email else "",
        person_name=table.cell(row, table.find(_NAMES)),
    )


def _is_school(part: str) -> bool:
    return bool(
        re.search(r"\b(?:elementary|middle|high|academy|learning center|k-8)(?: school)?\s*$", part, re.IGNORECASE)
    )


def _key(table: Table, row: Row, text: str) -> str:
    vendor_id = table.cell(row, table.find(_ID))
    if vendor_id:
        return key_of("lets_talk", vendor_id)
    who = table.cell(row, table.find(("email", "email address", "name"))).casefold() or "unknown"
    return key_of("lets_talk", who, table.cell(row, table.find(_DATE)), digest(text))


_COLUMNS = (
    "Name", "Phone", "Email", "Type", "Priority", "Status", "Type", "Entry Point", "Owner", "Team Members", "Tags",
    "Attachments", "Original Message", "Date Received", "Dialogue Age", "Timeline", "Private",
)  # fmt: skip

LAYOUTS = (
    Layout(
        "lets_talk",
        Channel.LETS_TALK,
        frozenset({Kind.TABLE}),
        (*_COLUMNS, "Topic"),
        lambda document, _: 1.0 if _find(document, _TOPIC) else 0.0,
        lambda document, context: _read(document, context, _TOPIC),
        _contract(_TOPIC),
    ),
    Layout(
        "lets_talk_old",
        Channel.LETS_TALK,
        frozenset({Kind.TABLE}),
        (*_COLUMNS, "Interest Area"),
        lambda document, _: 0.95 if _find(document, _AREA) else 0.0,
        lambda document, context: _read(document, context, _AREA),
        _contract(_AREA),
    ),
)
