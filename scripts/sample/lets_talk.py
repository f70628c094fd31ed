"""Let's Talk dialogue exports: the newer workbook with *Topic*, the older CSV with *Interest Area*."""

from __future__ import annotations

from datetime import timedelta

from openpyxl import Workbook

from sample.common import FIXED, Item, Laid, csv_bytes, draw, reason_of, role_words, us_clock, xlsx_bytes
from sample.source import SCHOOLS, Output, Record

PRIORITIES = ("Critical", "P1 (Urgent)", "P2 (Normal)", "P3 (Low)")
STATUSES = ("Unopened", "In Progress", "Pending Details", "Closed")
# *Type* stands twice: first the type of person, then the type of dialogue
HEADER = (
    "Dialogue ID", "Name", "Phone", "Email", "Type", "Priority", "Status", "Type", "Entry Point", "Topic", "Owner",
    "Team Members", "Tags", "Attachments", "Original Message", "Date Received", "Dialogue Age", "Timeline", "Reply",
    "Internal Notes", "Private",
)  # fmt: skip
TITLES = ("Mr. ", "Mrs. ", "Ms. ", "Miss ", "Dr. ", "Coach ", "Principal ")


def _choice(record: Record, key: str, allowed: tuple[str, ...], default: str) -> str:
    """Return the vendor's spelling of a value: `P1` or `urgent` is `P1 (Urgent)`."""
    given = record.get(key)
    if not given:
        return default
    found = [value for value in allowed if given.lower() in value.lower()]
    return found[0] if found else given


def topic_is_person(record: Record) -> bool:
    """Return whether the dialogue is filed under a person: a personnel matter."""
    return record.get("personnel") == "yes" or record.get("topic", record.get("interest_area")).startswith(TITLES)


def _topic(record: Record) -> str:
    """Return the topic; the school follows it in the same cell when the topic is not itself a school."""
    topic, school = record.get("topic") or record.get("interest_area"), record.get("school")
    values = [value for value in (topic, school) if value]
    return "; ".join(dict.fromkeys(values)) if topic not in SCHOOLS else topic


def cells(record: Record, number: int) -> list[object]:
    """Return the row of one dialogue; `number` makes an id when the source gives none."""
    received = record.when
    timeline = [f"{us_clock(received)} Dialogue received"]
    answered = received + timedelta(hours=5 + draw("answered", record.line) % 60)
    if record.get("reply"):
        timeline.append(f"{us_clock(answered)} Reply sent")
    if record.get("note"):
        timeline.append(f"{us_clock(answered)} Internal note added")
    tags = "; ".join(tag.strip() for tag in record.get("tags").split(",") if tag.strip())
    private = {"yes": "Yes", "no": "No"}.get(record.get("private", "no"), record.get("private"))
    return [
        dialogue_id(record, number), record.get("name") or "Anonymous", record.get("phone"), record.get("email"),
        role_words(record), _choice(record, "priority", PRIORITIES, "P2 (Normal)"),
        _choice(record, "status", STATUSES, "Closed"), (record.get("type") or "Comment").capitalize(),
        record.get("entry", "District website"), _topic(record), record.get("owner", "Family Help Desk"), "", tags, "",
        record.text, us_clock(received), f"{(FIXED - received).days} days", "; ".join(timeline), record.get("reply"),
        record.get("note"), private,
    ]  # fmt: skip


def dialogue_id(record: Record, number: int) -> str:
    """Return the dialogue's number as the vendor prints it."""
    return f"LT-{24_000 + number}"


def dialogue_reason(record: Record) -> str:
    """Return why a dialogue is not voice; empty when it is."""
    return reason_of(record) or ("personnel_matter" if topic_is_person(record) else "")


def new_items(name: str, records: list[Record], sheet: str) -> list[Item]:
    """Return the items of a file with one header row."""
    place = f"sheet {sheet}, row " if sheet else "row "
    return [Item(name, f"{place}{row}", r, dialogue_reason(r)) for row, r in enumerate(records, start=2)]


def lets_talk_new(output: Output) -> Laid:
    """The newer export: a workbook with one sheet."""
    name = output.facts["file"]
    book = Workbook()
    sheet = book.active
    sheet.title = "Dialogues"
    sheet.append(HEADER)
    for number, record in enumerate(output.records, start=1):
        sheet.append([value if value != "" else None for value in cells(record, number)])
    return Laid({name: xlsx_bytes(book)}, new_items(name, output.records, "Dialogues"))


def lets_talk_csv(name: str, rows: list[list[object]], *, topic: str = "Topic") -> dict[str, bytes]:
    """Return a CSV export with the rows; `topic` names the topic column."""
    header = [topic if column == "Topic" else column for column in HEADER]
    return {name: csv_bytes([header, *rows])}


def lets_talk_old(output: Output) -> Laid:
    """The older export: CSV, *Interest Area* in place of *Topic*."""
    name = output.facts["file"]
    rows = [cells(record, number - 3000) for number, record in enumerate(output.records, start=1)]
    return Laid(lets_talk_csv(name, rows, topic="Interest Area"), new_items(name, output.records, ""))


def overlap(output: Output, name: str, count: int) -> Laid:
    """Return a later CSV export that holds `count` of the workbook's dialogues again, in another order."""
    numbered = list(enumerate(output.records, start=1))
    again = sorted(numbered, key=lambda pair: draw("overlap", pair[1].line))[:count]
    rows = [cells(record, number) for number, record in again]
    items = [Item(name, f"row {row}", record, "already_ingested") for row, (_, record) in enumerate(again, start=2)]
    return Laid(lets_talk_csv(name, rows), items)
