"""Summit and tour note documents: headings give event, site, room and question; each bullet, line or cell is a row."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby

from synthesis.channels.base import Aside, Context, Item, Kept, Layout, Reading, settle
from synthesis.channels.dates import UNKNOWN_TIME, Stamp, parse_time
from synthesis.channels.prompts import strip_endorsements, valence_of
from synthesis.formats import Block, BlockKind, Document, Kind
from synthesis.model import Channel, Reason, Valence, Voice

_FACT = re.compile(
    r"^(?P<key>(?:co-?)?facilitat(?:or|ors|ed by)|attendance|attendees|note[- ]?taker"
    r"|notes (?:by|taken by)|scribe|recorder|date|time|when|where|location|site|school"
    r"|room|topic|event|session|participants|present|number of (?:people|participants)"
    r"|people in (?:the )?room|head ?count|host|hosts|prepared by|table)"
    r"\s*[:=–]\s*(?P<value>.{0,200})$",
    re.IGNORECASE,
)
_ROOM = re.compile(r"^(?:room|session|breakout|topic room|topic)\b", re.IGNORECASE)
_SITE = re.compile(r"^(?:site|location|stop|school)\s*\d*\s*[:–-]\s*", re.IGNORECASE)
_QUESTION = re.compile(r"^(?:question|prompt|q)\s*\d*\s*[:.)–-]|\?\s*$", re.IGNORECASE)
_SCHOOL = re.compile(
    r"\b(?:elementary|middle|high|academy|learning center|library|church|center|centre|hall)\b", re.IGNORECASE
)
_VOTES = re.compile(
    r"^(?:votes?|dots?|endorsements?|likes?|checks?|check marks|stickers|support|tally|\+1s?|x|count)$", re.IGNORECASE
)
_STRUCTURE = re.compile(r"^(?:table|group|#|no\.?|number|room|site|time|facilitator|table #|initials)$", re.IGNORECASE)
_QUESTION_COLUMN = re.compile(r"^(?:question|prompt|topic)$", re.IGNORECASE)
_NOTE_COLUMN = re.compile(
    r"^(?:notes?|comments?|ideas?|responses?|what we heard|feedback|answers?|what was said"
    r"|suggestions?|strengths|concerns|improvements)$",
    re.IGNORECASE,
)
_SUMMIT_WORDS = re.compile(r"\bsummit\b|\btopic room\b|^room\b", re.IGNORECASE | re.MULTILINE)
_TOUR_WORDS = re.compile(r"listening (?:tour|session)|\btour\b", re.IGNORECASE)


@dataclass(slots=True)
class _Place:
    """Where the reader stands in the document: filled by headings and facts as they come."""

    event: str = ""
    site: str = ""
    room: str = ""
    question: str = ""
    received: Stamp = UNKNOWN_TIME
    path: list[tuple[int, str]] = field(default_factory=list)

    def heading(self, block: Block, text: str) -> None:
        """Enter a heading: a question, a room, a site, or else the event."""
        level = block.level if block.kind is BlockKind.HEADING else 9
        self.path = [*((depth, words) for depth, words in self.path if depth < level), (level, text)]
        if _QUESTION.search(text) or (self.event and level >= 2 and valence_of(text) is not Valence.OPEN):
            self.question = re.sub(r"^(?:question|prompt|q)\s*\d*\s*[:.)–-]\s*", "", text, flags=re.IGNORECASE)
        elif _SITE.match(text):
            self.site, self.question = _SITE.sub("", text), ""
        elif _ROOM.match(text):
            self.room, self.question = text, ""
        elif not self.event:
            self.event = text
            parts = [part.strip() for part in re.split(r"\s[–—|-]\s|:\s", text) if part.strip()]
            if len(parts) > 1:
                self.site = next((part for part in parts[1:] if _SCHOOL.search(part)), self.site)
        elif level <= 2 and _SCHOOL.search(text) and not self.site:
            self.site, self.question = text, ""
        else:
            self.question = text

    def fact(self, key: str, value: str, context: Context) -> None:
        """Take a fact line such as "Site: …" into the place."""
        key, value = key.casefold(), value.strip()
        if key in ("site", "location", "where", "school"):
            self.site = value
        elif key in ("room", "topic", "session"):
            self.room = f"{self.room}: {value}" if key == "topic" and self.room else value
        elif key == "event":
            self.event = value
        elif key in ("date", "when"):
            with suppress(ValueError):  # a date in words that no form fits leaves the time unknown
                self.received = parse_time(value, context.timezone)


def read_notes(document: Document, context: Context, voice: Voice) -> Reading:
    """Return one item per bullet, line and note cell; headings and header cells are structure and no rows."""
    place = _Place()
    items: list[Item] = []
    rows_in = 0
    for table, group in groupby(document.blocks, key=lambda block: block.table):
        blocks = list(group)
        if table:
            found = _table_notes(blocks, place, voice)
            rows_in += len(found)
            items.extend(found)
            continue
        for block in blocks:
            if block.kind is BlockKind.HEADING:
                place.heading(block, block.text)
                continue
            rows_in += 1
            items.append(_line(block, place, context, voice))
    return Reading(rows_in, items)


def _line(block: Block, place: _Place, context: Context, voice: Voice) -> Item:
    fact = _FACT.match(block.text) if block.kind is BlockKind.PARAGRAPH else None
    if fact:
        place.fact(fact["key"], fact["value"], context)
        return _layout_row(block, "a fact about the session")
    short = len(block.text) <= 160 and "\n" not in block.text
    if block.kind is BlockKind.PARAGRAPH and short and block.bold:
        place.heading(block, block.text)
        return _layout_row(block, "a bold line that serves as a heading")
    return note(block.number, block.text, place.path, place, voice)


def _layout_row(block: Block, detail: str) -> Aside:
    return Aside(row=block.number, column="paragraph", reason=Reason.HEADING_OR_LAYOUT, detail=detail, text=block.text)


def note(
    row: int, text: str, path: list[tuple[int, str]], place: _Place, voice: Voice, *, prompt: str = "", votes: int = 0
) -> Item:
    """Return one note with its endorsement marks taken off; marks alone are a reaction."""
    words, dots = strip_endorsements(text)
    if not words:
        return Aside(row=row, column="note", reason=Reason.REACTION, detail="endorsement marks alone", text=text)
    prompt = prompt or place.question
    dots += votes
    return settle(
        Kept(
            row=row,
            cue=" > ".join(heading for _, heading in path),
            event=place.event,
            site=place.site,
            room=place.room,
            prompt_id="note",
            prompt_text=prompt,
            valence=valence_of(prompt),
            text=words,
            received=place.received,
            voice=voice,
            speaks_for_low=1,
            speaks_for_high=1 + dots,
            dots=dots,
        )
    )


def _table_notes(blocks: list[Block], place: _Place, voice: Voice) -> list[Item]:
    """Return the note cells of a table. The first row is a header when its cells are short and name columns."""
    first = min(block.table_row for block in blocks)
    header = {block.table_column: block.text.strip() for block in blocks if block.table_row == first}
    if not _is_header(header):
        header = {}
    items: list[Item] = []
    for _, group in groupby(
        (block for block in blocks if not header or block.table_row != first), key=lambda block: block.table_row
    ):
        items.extend(_table_row(list(group), header, place, voice))
    return items


def _is_header(header: dict[int, str]) -> bool:
    known = (_VOTES, _STRUCTURE, _QUESTION_COLUMN, _NOTE_COLUMN)
    named = sum(1 for text in header.values() if any(pattern.match(text) for pattern in known))
    asking = sum(1 for text in header.values() if _QUESTION.search(text) or valence_of(text) is not Valence.OPEN)
    tables = sum(1 for text in header.values() if re.match(r"^(?:table|group)\s+\w{1,3}$", text, re.IGNORECASE))
    return len(header) > 1 and (named >= 1 or tables == len(header) or asking == len(header))


def _table_row(cells: list[Block], header: dict[int, str], place: _Place, voice: Voice) -> list[Item]:
    votes, prompt = 0, ""
    notes: list[Block] = []
    for block in cells:
        name = header.get(block.table_column, "")
        if _VOTES.match(name):
            digits = re.search(r"\d{1,4}", block.text)
            votes = int(digits.group(0)) if digits else strip_endorsements(f"- {block.text}")[1]
        elif _QUESTION_COLUMN.match(name):
            prompt = block.text
        elif not _STRUCTURE.match(name) and not (not header and re.fullmatch(r"\d{1,3}", block.text.strip())):
            notes.append(block)
    items = []
    for block in notes:
        name = header.get(block.table_column, "")
        own = (
            name
            if name and not _NOTE_COLUMN.match(name) and not re.match(r"^(?:table|group)\b", name, re.IGNORECASE)
            else ""
        )
        items.append(note(block.number, block.text, place.path, place, voice, prompt=prompt or own, votes=votes))
    return items


def _score(document: Document, channel: Channel | None, own: Channel, words: re.Pattern[str]) -> float:
    bullets = sum(1 for block in document.blocks if block.kind in (BlockKind.BULLET, BlockKind.CELL))
    headings = sum(1 for block in document.blocks if block.kind is BlockKind.HEADING or block.bold)
    if not headings or (channel is Channel.BEST_PRACTICES):
        return 0.0
    opening = "\n".join(block.text for block in document.blocks[:12])
    if channel is own:
        return 0.85
    if words.search(opening) and (bullets or headings >= 2):
        return 0.75
    return 0.0


LAYOUTS = (
    Layout(
        "summit_docx",
        Channel.EDUCATION_SUMMIT,
        frozenset({Kind.DOCX}),
        (),
        lambda document, channel: _score(document, channel, Channel.EDUCATION_SUMMIT, _SUMMIT_WORDS),
        lambda document, context: read_notes(document, context, Voice.GROUP_NOTE),
    ),
    Layout(
        "tour_docx",
        Channel.LISTENING_TOUR,
        frozenset({Kind.DOCX}),
        (),
        lambda document, channel: _score(document, channel, Channel.LISTENING_TOUR, _TOUR_WORDS),
        lambda document, context: read_notes(document, context, Voice.PARAPHRASE),
    ),
)
