"""Note documents: summit rooms (docx, xlsx, sticky notes), listening-tour sites and minutes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from docx import Document
from docx.document import Document as DocxDocument
from openpyxl import Workbook

from sample.common import Item, Laid, csv_bytes, docx_bytes, draw, reason_of, xlsx_bytes
from sample.source import Output, Record

_COLOURS = ("yellow", "pink", "light_green", "blue", "orange")
_HEAD_FACTS = ("event", "date", "site", "room", "topic", "facilitator", "note_taker", "attendance")


def endorsed(record: Record) -> str:
    """Return the note as written down: the text and its endorsement marks (`x4`, `(3)`, `✔✔✔`)."""
    mark = record.get("mark") or record.get("marks") or record.get("endorsed")
    dots = int(record.get("dots") or "0")
    if not mark and dots:
        mark = "●" * dots if dots <= 4 else f"({dots})"
    return f"{record.text} {mark}" if mark else record.text


def question_of(output: Output, record: Record) -> str:
    """Return the question (heading) under which the note stands: its own words, or the file's by number."""
    given = record.get("question")
    if given:
        return given
    number = record.get("q", "1")
    return output.facts.get(f"q{number}") or output.facts.get("question", "Notes")


def _by_question(output: Output) -> Iterator[tuple[str, list[tuple[int, Record]]]]:
    """Return runs of notes under one question, each with its number in the file."""
    numbered = list(enumerate(output.records, start=1))
    for question, run in groupby(numbered, key=lambda pair: question_of(output, pair[1])):
        yield question, list(run)


def _head(document: DocxDocument, output: Output, title: str) -> None:
    """Write the title and the facts of the event as headings and lines."""
    facts = output.facts
    document.add_heading(title, 1)
    for key in _HEAD_FACTS[1:]:
        if facts.get(key):
            label = key.replace("_", " ").capitalize()
            text = f"{label}: {facts[key]}"
            if key in {"site", "room"}:
                document.add_heading(text, 2)
            else:
                document.add_paragraph(text)


def _is_sub(record: Record, position: int) -> bool:
    """Return whether the note stands one level deeper: quoted words or dissent under the note before."""
    dissent = bool(record.ideas) and record.ideas[0].stance == "-"
    return position > 0 and (record.get("voice") == "verbatim" or dissent)


def _table(document: DocxDocument, notes: list[tuple[int, Record]]) -> None:
    """Write the notes as a table: table number, what was said, marks."""
    table = document.add_table(rows=1, cols=3)
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, ("Table", "What we heard", "Dots"), strict=True):
        cell.text = text
    for _, record in notes:
        mark = endorsed(record).removeprefix(record.text).strip()
        cells = table.add_row().cells
        cells[0].text, cells[1].text, cells[2].text = record.get("table"), record.text, mark


def _paragraphs(document: DocxDocument, notes: list[tuple[int, Record]], style: str) -> None:
    """Write the notes as bullets or numbers; nested ones go one level deeper."""
    base = "List Number" if style == "numbered" else "List Bullet"
    for position, (_, record) in enumerate(notes):
        deeper = style == "nested" and _is_sub(record, position)
        document.add_paragraph(endorsed(record), style=f"{base} 2" if deeper else base)


def _notes_docx(output: Output, style: str, title: str) -> Laid:
    name = output.facts["file"]
    document = Document()
    _head(document, output, title)
    items = []
    for question, notes in _by_question(output):
        document.add_heading(question, 3)
        if style == "table":
            _table(document, notes)
        else:
            _paragraphs(document, notes, style)
        items += [Item(name, f"note {number}, {question}", record, reason_of(record)) for number, record in notes]
    return Laid({name: docx_bytes(document, title)}, items)


def summit_docx(output: Output) -> Laid:
    """One room's note document; `%% style:` is bullets, numbered, nested or table."""
    style = output.facts.get("style", "bullets")
    if style not in {"bullets", "numbered", "nested", "table"}:
        raise output.error(output.line, f"style: {style!r} is not bullets, numbered, nested or table")
    return _notes_docx(output, style, output.facts.get("event", "Education Summit"))


def tour_docx(output: Output) -> Laid:
    """One site's listening-tour notes: headings by question, bullets and sub-bullets."""
    return _notes_docx(output, "nested", output.facts.get("event", "Superintendent's Listening Tour"))


def _sheet_title(text: str) -> str:
    """Return a name that Excel takes for a sheet: 31 characters, none of `[]:*?/\\`."""
    return "".join("-" if char in "[]:*?/\\" else char for char in text)[:31]


def summit_xlsx(output: Output) -> Laid:
    """A workbook with one sheet per room: table, question, note, dots."""
    name, book, items = output.facts["file"], Workbook(), []
    book.remove(book.active)
    default = output.facts.get("room", "Room 1")
    rooms = list(dict.fromkeys(record.get("room", default) for record in output.records))
    for room in rooms:
        sheet = book.create_sheet(_sheet_title(room))
        sheet.append([output.facts.get("event", "Education Summit")])
        sheet.append([f"Room: {room}"])
        sheet.append(["Table", "Question", "Note", "Dots"])
        for record in output.records:
            if record.get("room", default) != room:
                continue
            mark = endorsed(record).removeprefix(record.text).strip()
            sheet.append([record.get("table") or None, question_of(output, record), record.text, mark or None])
            items.append(Item(name, f"sheet {sheet.title}, row {sheet.max_row}", record, reason_of(record)))
    return Laid({name: xlsx_bytes(book)}, items)


def summit_xlsx_columns(output: Output) -> Laid:
    """A workbook with a column per table and a note per cell."""
    name, book = output.facts["file"], Workbook()
    sheet = book.active
    sheet.title = _sheet_title(output.facts.get("room", "Notes"))
    tables = list(dict.fromkeys(record.get("table", "1") for record in output.records))
    labels = [table if table.lower().startswith("table") else f"Table {table}" for table in tables]
    for column, label in enumerate(labels, start=1):
        sheet.cell(1, column, label)
    filled, items = dict.fromkeys(tables, 1), []
    for record in output.records:
        table = record.get("table", "1")
        filled[table] += 1
        column = tables.index(table) + 1
        sheet.cell(filled[table], column, endorsed(record))
        place = f"sheet {sheet.title}, row {filled[table]}, column {labels[column - 1]}"
        items.append(Item(name, place, record, reason_of(record)))
    return Laid({name: xlsx_bytes(book)}, items)


def sticky_csv(output: Output) -> Laid:
    """A whiteboard's sticky notes: text, x, y, colour, frame, author, tags."""
    name = output.facts["file"]
    table: list[list[object]] = [["Text", "X", "Y", "Colour", "Frame", "Author", "Tags"]]
    items = []
    for record in output.records:
        frame = record.get("frame") or question_of(output, record)
        colour = record.get("colour") or record.get("color") or _COLOURS[draw("colour", record.line) % len(_COLOURS)]
        x, y = draw("x", record.line) % 2400 - 1200, draw("y", record.line) % 1600 - 800
        author = record.get("author") or record.get("name")
        table.append([endorsed(record), x, y, colour, frame, author, record.get("tags").replace(",", ";")])
        items.append(Item(name, f"row {len(table)}", record, reason_of(record)))
    return Laid({name: csv_bytes(table)}, items)


def minutes_docx(output: Output) -> Laid:
    """Minutes of a council: agenda headings, then what each speaker said."""
    name = output.facts["file"]
    title = output.facts.get("event") or output.facts.get("title", "Minutes")
    document = Document()
    _head(document, output, title)
    items = []
    if output.facts.get("source_note"):
        document.add_paragraph(output.facts["source_note"])
    output.facts.setdefault("question", "Public comment")
    for heading, notes in _by_question(output):
        document.add_heading(heading, 2)
        for number, record in notes:
            speaker = f"{record.get('name')}: " if record.get("name") else ""
            document.add_paragraph(f"{speaker}{record.text}")
            items.append(Item(name, f"note {number}, {heading}", record, reason_of(record)))
    return Laid({name: docx_bytes(document, title)}, items)
