"""Meetings: Zoom and Teams transcripts, chats, Q&A and poll reports."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta

from docx import Document

from sample.common import Item, Laid, csv_bytes, docx_bytes, draw, guid, reason_of, us_date
from sample.source import Output, Record

_WORDS_PER_SECOND = 2.6


def _clock(seconds: float, *, millis: bool = True) -> str:
    whole = int(seconds)
    text = f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{text}.{round((seconds - whole) * 1000) % 1000:03}" if millis else text


def cut(text: str, *parts: object) -> list[str]:
    """Return the text in pieces of 6 to 14 words, as a machine cuts speech; joined by blanks it is whole again."""
    words, pieces, at = text.split(" "), [], 0
    while at < len(words):
        size = 6 + draw("cue", at, *parts) % 9
        pieces.append(" ".join(words[at : at + size]))
        at += size
    return pieces


def _cues(output: Output) -> list[tuple[Record, list[tuple[float, float, str]]]]:
    """Return every turn with its cues (start and end in seconds, text)."""
    now, found = 4.0, []
    for turn in (record.flat() for record in output.records):
        cues = []
        for number, piece in enumerate(cut(turn.text, turn.line)):
            length = max(1.1, len(piece.split(" ")) / _WORDS_PER_SECOND)
            cues.append((now, now + length, piece))
            now += length + 0.05 * (1 + draw("gap", turn.line, number) % 8)
        now += 0.4 + draw("pause", turn.line) % 30 / 10
        found.append((turn, cues))
    return found


def _turn_item(name: str, turn: Record, cue: int, start: float) -> Item:
    return Item(name, f"cue {cue}, {_clock(start, millis=False)}", turn, reason_of(turn))


def zoom_vtt(output: Output) -> Laid:
    """Zoom: cue numbers and `Name: text`; some later cues of a turn carry no name."""
    name, laid = output.facts["file"], Laid()
    lines, number = ["WEBVTT", ""], 0
    for turn, cues in _cues(output):
        laid.items.append(_turn_item(name, turn, number + 1, cues[0][0]))
        for at, (start, end, piece) in enumerate(cues):
            number += 1
            # a cue with a colon of its own always carries the name: without it the words before would look like one
            named = at == 0 or ":" in piece or draw("unnamed", turn.line, at) % 7
            speaker = f"{turn.get('name')}: " if named and turn.get("name") else ""
            lines += [str(number), f"{_clock(start)} --> {_clock(end)}", f"{speaker}{piece}", ""]
    laid.files[name] = "\n".join(lines).encode()
    return laid


def teams_vtt(output: Output) -> Laid:
    """Teams: GUID cue ids and voice tags, of which a few are never closed."""
    name, laid = output.facts["file"], Laid()
    lines, number = ["WEBVTT", ""], 0
    meeting = guid("teams", name)
    for turn, cues in _cues(output):
        laid.items.append(_turn_item(name, turn, number + 1, cues[0][0]))
        for start, end, piece in cues:
            close = "" if draw("close", number, name) % 9 == 0 else "</v>"
            speaker = turn.get("name") or "Unknown"
            lines += [f"{meeting}/{number}-0", f"{_clock(start)} --> {_clock(end)}"]
            lines += [f"<v {speaker}>{_escaped(piece)}{close}", ""]
            number += 1
    laid.files[name] = "\n".join(lines).encode()
    return laid


def _escaped(text: str) -> str:
    """Return cue text as WebVTT wants it: `&` and `<` have a meaning there."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def teams_docx(output: Output) -> Laid:
    """Teams as a document: a paragraph `Name   MM:SS`, then the text."""
    name = output.facts["file"]
    title = output.facts.get("event") or output.facts.get("title") or "Meeting transcript"
    document = Document()
    document.add_heading(title, 1)
    if output.facts.get("date"):
        document.add_paragraph(output.facts["date"])
    items = []
    for number, (turn, cues) in enumerate(_cues(output), start=1):
        at = int(cues[0][0])
        heading = document.add_paragraph()
        heading.add_run(f"{turn.get('name') or 'Unknown'}   {at // 60:02}:{at % 60:02}").bold = True
        document.add_paragraph(turn.text)
        items.append(Item(name, f"turn {number}, {at // 60:02}:{at % 60:02}", turn, reason_of(turn)))
    return Laid({name: docx_bytes(document, title)}, items)


def _start(output: Output) -> datetime:
    """Return when the meeting began (`%% date:`, with or without a time)."""
    given = output.facts.get("start") or output.facts.get("date") or "2026-01-15 18:00"
    try:
        start = datetime.fromisoformat(given)
    except ValueError as error:
        raise output.error(output.line, f"date: expected YYYY-MM-DD HH:MM, got {given!r}") from error
    return start if start.hour else start.replace(hour=18)


def _times(output: Output) -> list[datetime]:
    """Return a time of day per chat line: its own (`time` or `date`), else some seconds after the one before."""
    now, found = _start(output) + timedelta(minutes=2), []
    for record in output.records:
        if record.get("date"):
            now = record.when
            if not now.second:
                now += timedelta(seconds=draw("second", record.line) % 60)
        elif record.get("time"):
            clock = datetime.strptime(record.get("time")[:5], "%H:%M")  # noqa: DTZ007
            now = now.replace(hour=clock.hour, minute=clock.minute, second=draw("second", record.line) % 60)
        else:
            now += timedelta(seconds=8 + draw("chat", record.line) % 50)
        found.append(now)
    return found


def _direct_to(record: Record) -> str:
    """Return to whom a direct message goes; empty when everybody reads it."""
    to = record.get("direct") or record.get("to")
    return "" if to.lower() in {"", "everyone", "no"} else to


def _chat_reason(record: Record) -> str:
    if _direct_to(record):
        return "direct_message"
    return "reaction" if record.get("reacted") else reason_of(record)


def zoom_chat(output: Output) -> Laid:
    """The local chat file: the text stands indented under `HH:MM:SS From Name to Everyone:`."""
    name, laid, lines = output.facts["file"], Laid(), []
    for record, when in zip(output.records, _times(output), strict=True):
        to = _direct_to(record)
        target = f"{'you' if to == 'yes' else to} (direct message)" if to else "Everyone"
        lines.append(f"{when:%H:%M:%S} From {record.get('name')} to {target}:")
        lines += [f"\t{line}" for line in record.text.split("\n")]
        laid.items.append(Item(name, f"chat {when:%H:%M:%S}", record, _chat_reason(record)))
    laid.files[name] = ("\r\n".join(lines) + "\r\n").encode()
    return laid


def zoom_chat_cloud(output: Output) -> Laid:
    """The cloud chat file: `HH:MM:SS<TAB>Name:<TAB>text`, one line each, counted from the start."""
    name, laid, lines = output.facts["file"], Laid(), []
    start = _start(output)
    for original, when in zip(output.records, _times(output), strict=True):
        record = original.flat()
        clock = _clock((when - start).total_seconds(), millis=False)
        lines.append(f"{clock}\t{record.get('name')}:\t{record.text}")
        laid.items.append(Item(name, f"chat {clock}", record, _chat_reason(record)))
    laid.files[name] = ("\n".join(lines) + "\n").encode()
    return laid


def _report(output: Output, title: str) -> list[list[object]]:
    """Return the five lines above a Zoom report's table."""
    start, topic = _start(output), output.facts.get("event") or output.facts.get("topic", "Town hall")
    return [
        [title],
        ["Report Generated:", us_date(start + timedelta(hours=14))],
        ["Topic", "Webinar ID", "Actual Start Time", "Actual Duration (minutes)"],
        [topic, "812 5550 0142", us_date(start), 94],
    ]


def _csv_ragged(rows: list[list[object]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def zoom_qa(output: Output) -> Laid:
    """The Q&A report: a preamble, then rows with as many answer cells as there were answers."""
    name = output.facts["file"]
    rows: list[list[object]] = [*_report(output, "Q&A Report"), ["Question Details"]]
    rows.append(["#", "Question", "Asker Name", "Asker Email", "Answer(s)"])
    items = []
    for number, record in enumerate(output.records, start=1):
        answers = [record.get(key) for key in ("answer", "answer1", "answer2", "answer3") if record.get(key)]
        asker = record.get("name") or "Anonymous Attendee"
        rows.append([number, record.text, asker, record.get("email"), *answers])
        items.append(Item(name, f"row {len(rows)}", record, reason_of(record)))
    return Laid({name: _csv_ragged(rows)}, items)


def zoom_poll(output: Output) -> Laid:
    """The poll report: six header rows, then a question and an answer cell in turn."""
    name, start = output.facts["file"], _start(output)
    asked = {key[1:]: text for key, text in output.facts.items() if key[:1] == "q" and key[1:].isdigit()}
    rows: list[list[object]] = [*_report(output, "Poll Report"), ["Poll Details"], ["Poll 1", "Questions to everybody"]]
    rows.append(["#", "User Name", "User Email", "Submitted Date/Time"])
    people: dict[str, list[Record]] = {}
    for record in output.records:
        people.setdefault(record.get("who") or record.get("name") or f"#{record.line}", []).append(record)
    items = []
    for number, records in enumerate(people.values(), start=1):
        first = records[0]
        when = start + timedelta(minutes=40, seconds=draw("poll", first.line) % 300)
        row: list[object] = [number, first.get("name") or "Anonymous Attendee", first.get("email"), us_date(when)]
        if first.get("choice"):
            row += [asked["1"], first.get("choice")]
        for record in records:
            question = asked.get(record.get("q", "1")) or record.get("question") or output.facts.get("question", "")
            row += [question, record.text]
            known = replace(record, keys={k: v for k, v in first.keys.items() if k != "q"} | record.keys)
            items.append(Item(name, f"row {len(rows) + 1}", known, reason_of(record)))
        rows.append(row)
    return Laid({name: csv_bytes(rows)}, items)
