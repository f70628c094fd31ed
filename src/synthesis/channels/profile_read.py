"""Rows to contributions by a mapping profile, with the accounting of surveys: one item per row and text column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from synthesis.channels.base import Aside, Context, Item, Kept, Reading, digest, key_of, settle
from synthesis.channels.catalogue import ALIASED
from synthesis.channels.dates import UNKNOWN_TIME, Stamp, parse_local
from synthesis.channels.drift import layout_drift
from synthesis.channels.mapped import Mapped, context_of, folder_channel, mapped_of
from synthesis.channels.people import name_identity, person_name, role_of, speaker_kind
from synthesis.channels.profiles import Column, Profile, Use, find_tables
from synthesis.channels.prompts import count_of, strip_endorsements, valence_of
from synthesis.channels.survey import BadCell
from synthesis.channels.tables import Table, fold_header, other_sheets
from synthesis.errors import Place, SchemaDrift
from synthesis.formats import Document, Row, Sheet, open_document
from synthesis.formats.parts import column_letter
from synthesis.model import Channel, Reason, Role, SpeakerKind, Valence

_MAX_PEOPLE = 10_000
_MAX_COUNT = 10_000_000


def read_with_profile(
    profile: Profile,
    name: str,
    data: bytes,
    *,
    sha256: str,
    channel: Channel | None = None,
    timezone: str,
    received_at: datetime,
    roster: Mapping[str, SpeakerKind] = {},
) -> Mapped:
    """Return the rows of an export as a profile has them: ``rows_in == kept + set aside``, as `read_export` does.

    The channel is the argument's, else the folder's, else the profile's. A cell that is no date, count or known
    speaker where the profile says it is sets its row aside as broken. Raises `UnsafeFile`, `UnreadableFile`, and
    `SchemaDrift` naming the columns that are missing, renamed or new.
    """
    return read_document(
        profile,
        open_document(name, data),
        sha256=sha256,
        channel=channel,
        timezone=timezone,
        received_at=received_at,
        roster=roster,
    )


def read_document(
    profile: Profile,
    document: Document,
    *,
    sha256: str,
    channel: Channel | None,
    timezone: str,
    received_at: datetime,
    roster: Mapping[str, SpeakerKind],
) -> Mapped:
    """Return what `read_with_profile` does, of a file that is open already."""
    tables = find_tables(profile, document)
    context = context_of(
        document.name,
        sha256=sha256,
        channel=channel or folder_channel(document.name) or profile.channel or Channel.OTHER,
        timezone=timezone,
        received_at=received_at,
        roster=roster,
    )
    if profile.layout:
        reading = _as_layout(profile, document, tables, context)
        return mapped_of(f"{profile.layout}:{profile.name}", context, reading)
    items: list[Item] = []
    rows_in = 0
    for table in tables:
        rows = _Rows(profile, table, context)
        for row in table.rows:
            found, count = rows.items(row)
            rows_in += count
            items.extend(found)
    others = other_sheets(document, [table.sheet for table in tables])
    return mapped_of(f"profile:{profile.name}", context, Reading(rows_in + len(others), items + others))


def _as_layout(profile: Profile, document: Document, tables: list[Table], context: Context) -> Reading:
    """Return the reading of a known layout, the file's headers exchanged for those of the layout."""
    layout = ALIASED[profile.layout]
    fields = {fold_header(column.header): column.field for column in profile.columns if column.use is Use.FIELD}
    sheets = {table.sheet.name: _renamed(table, fields) for table in tables}
    exchanged = replace(document, sheets=tuple(sheets.get(sheet.name, sheet) for sheet in document.sheets))
    error = layout_drift(layout, exchanged)
    if error or not layout.detect(exchanged, context.channel):
        raise error or SchemaDrift(
            f"With the profile {profile.name} the file is still none of the layout {layout.name}.",
            place=Place(file=document.name),
            do="Map the columns without `layout`. Nothing was stored.",
        )
    return layout.read(exchanged, context)


def _renamed(table: Table, fields: Mapping[str, str]) -> Sheet:
    """Return a table's sheet with the layout's headers, without the columns that the profile ignores."""
    places = [index for index, name in enumerate(table.names) if name in fields]
    rows = [
        replace(row, fault=fault)
        if (fault := table.fault(row))
        else replace(row, cells=tuple(row.cells[i] for i in places))
        for row in table.rows
    ]
    above = tuple(row for row in table.sheet.rows if row.number < table.number)
    header = Row(table.number, tuple(fields[table.names[index]] for index in places))
    return Sheet(table.sheet.name, (*above, header, *rows))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a row says beside its texts."""

    received: Stamp
    counts: Mapping[Use, int]
    stars: float
    speaker: SpeakerKind


class _Rows:
    """A table read by a profile: the places of its columns, and the items of its rows."""

    def __init__(self, profile: Profile, table: Table, context: Context) -> None:
        self.profile, self.table, self.context = profile, table, context
        self.texts = profile.texts()
        self._first = {column.use: column for column in reversed(profile.columns)}
        self._places = {column.header: table.names.index(fold_header(column.header)) for column in profile.columns
                        if fold_header(column.header) in table.names}  # fmt: skip

    def cell(self, row: Row, use: Use) -> str:
        """Return the cell of a use, empty where the profile has no such column."""
        column = self._first.get(use)
        return self.table.cell(row, self._places.get(column.header)) if column else ""

    def items(self, row: Row) -> tuple[list[Item], int]:
        """Return one item per text column, and how many the row holds (one that cannot be read counts as one)."""
        if fault := self.table.fault(row):
            return [self.table.broken(row, fault)], 1
        try:
            facts = self._facts(row)
        except BadCell as error:
            return [self.table.broken(row, error.detail, error.column)], 1
        reason, detail = self._aside(row, facts.speaker)
        return [self._item(row, column, facts, reason, detail) for column in self.texts], len(self.texts)

    def _facts(self, row: Row) -> _Facts:
        uses = (Use.RATERS, Use.AGREES, Use.DISAGREES, Use.DOTS, Use.SPEAKS_FOR)
        return _Facts(
            self._date(row), {use: self._count(row, use) for use in uses}, self._stars(row), self._speaker(row)
        )

    def _bad(self, row: Row, use: Use, expected: str) -> BadCell:
        column = self._first.get(use)
        letter = column_letter(self._places[column.header]) if column else ""
        return BadCell(letter, f"row {row.number}, column {letter}: expected {expected}; correct it and retry")

    def _date(self, row: Row) -> Stamp:
        column = self._first.get(Use.DATE)
        if column is None:
            return UNKNOWN_TIME
        text = self.cell(row, Use.DATE)
        try:
            return parse_local(
                text, self.context.timezone, pattern=column.date_format, day_first=bool(column.day_first)
            )
        except ValueError as error:
            like = column.date_format or "2025-10-14 18:05"
            raise self._bad(row, Use.DATE, f"a date such as {like}") from error

    def _count(self, row: Row, use: Use) -> int:
        text = self.cell(row, use)
        lowest = 1 if use is Use.SPEAKS_FOR else 0
        if not text:
            return lowest
        count = count_of(re.sub(r"(?<=\d)[.,]0+$|(?<=\d),(?=\d{3}\b)", "", text))
        highest = _MAX_PEOPLE if use is Use.SPEAKS_FOR else _MAX_COUNT
        if count is None or not lowest <= count <= highest:
            raise self._bad(row, use, f"a whole number from {lowest} to {highest:,}")
        return count

    def _stars(self, row: Row) -> float:
        text = self.cell(row, Use.STARS)
        if text in ("", "-"):
            return 0.0
        if not re.fullmatch(r"\d(?:[.,]\d+)?", text) or (stars := float(text.replace(",", "."))) > 5:
            raise self._bad(row, Use.STARS, "stars from 0 to 5")
        return stars

    def _speaker(self, row: Row) -> SpeakerKind:
        """Return who speaks: by the profile's words, else by the roster and labels after the name."""
        column = self._first.get(Use.SPEAKER)
        word = self.cell(row, Use.SPEAKER)
        if column and word:
            kind = _looked_up(column, word)
            if kind is None:
                raise self._bad(row, Use.SPEAKER, "one of the words under `values` in the profile")
            if SpeakerKind(kind) is not SpeakerKind.COMMUNITY:
                return SpeakerKind(kind)
        return speaker_kind(self.cell(row, Use.PERSON_NAME), self.context.roster)

    def _flagged(self, row: Row, use: Use) -> bool:
        column = self._first.get(use)
        return column is not None and _folded(self.cell(row, use)) in {_folded(word) for word in column.yes}

    def _aside(self, row: Row, speaker: SpeakerKind) -> tuple[Reason | None, str]:
        if self._flagged(row, Use.TEST):
            return Reason.TEST_OR_PREVIEW, "marked as a test in the file"
        if self._flagged(row, Use.SEED):
            return Reason.ORGANISER_SEED, "marked as the organisers' text in the file"
        if speaker is not SpeakerKind.COMMUNITY:
            return Reason.STAFF_TURN, f"from {speaker.value}: kept as context, not counted"
        return None, ""

    def _item(self, row: Row, column: Column, facts: _Facts, reason: Reason | None, detail: str) -> Item:
        place = self._places[column.header]
        text, letter = self.table.cell(row, place), column_letter(place)
        words, marks = strip_endorsements(text) if self.profile.count_marks else (text, 0)
        if reason is None and text and not words:
            reason, detail = Reason.REACTION, "endorsement marks alone"
        if reason is not None:
            return Aside(
                row=row.number, sheet=self.table.sheet.name, column=letter, reason=reason, detail=detail, text=text
            )
        return settle(self._kept(row, column, facts, words, marks), letter)

    def _kept(self, row: Row, column: Column, facts: _Facts, words: str, marks: int) -> Kept:
        asked = self.cell(row, Use.QUESTION)
        dots, people = facts.counts[Use.DOTS] + marks, facts.counts[Use.SPEAKS_FOR]
        person = self._person(row)
        # Several answers of one unknown person are all that row's person's.
        row_person = f"respondent:profile:{self.profile.name}:{self._row_digest(row)}" if len(self.texts) > 1 else ""
        return Kept(
            row=row.number,
            sheet=self.table.sheet.name,
            event=self.cell(row, Use.EVENT),
            site=self.cell(row, Use.SITE),
            room=self.cell(row, Use.ROOM) or (self.table.sheet.name if self.profile.room_from_sheet else ""),
            prompt_id=column_letter(self._places[column.header]),
            prompt_text=re.sub(r"\s+", " ", asked or column.prompt).strip(),
            valence=valence_of(asked) if asked and column.valence is Valence.OPEN else column.valence,
            text=words,
            received=facts.received,
            voice=self.profile.voice,
            speaks_for_low=people,
            speaks_for_high=people + dots,
            role=self._role(row),
            school=self.cell(row, Use.SCHOOL)[:200],
            grade_band=self.cell(row, Use.GRADE)[:200],
            agrees=facts.counts[Use.AGREES],
            disagrees=facts.counts[Use.DISAGREES],
            stars=facts.stars,
            raters=facts.counts[Use.RATERS],
            dots=dots,
            is_private=self._flagged(row, Use.PRIVATE),
            identity=person or row_person,
            person_name=person_name(self.cell(row, Use.PERSON_NAME)),
            record_key=self._key(row, column, facts.received, person, words),
        )

    def _role(self, row: Row) -> Role:
        column, word = self._first.get(Use.ROLE), self.cell(row, Use.ROLE)
        mapped = _looked_up(column, word) if column else None
        return Role(mapped) if mapped else role_of(word)

    def _person(self, row: Row) -> str:
        """Return who spoke as far as the row says: by address, code or full name."""
        email, code = self.cell(row, Use.EMAIL), self.cell(row, Use.PERSON_ID)
        if "@" in email:
            return f"email:{email.casefold()}"
        return (
            f"respondent:profile:{self.profile.name}:{code}" if code else name_identity(self.cell(row, Use.PERSON_NAME))
        )

    def _row_digest(self, row: Row) -> str:
        return digest(*(cell for _, cell in sorted(zip(self.table.names, row.cells, strict=False))))

    def _key(self, row: Row, column: Column, received: Stamp, person: str, words: str) -> str:
        """Return the record's number, or person and time; empty where two people's rows could not be told apart."""
        source = f"profile:{self.profile.name}"
        if number := self.cell(row, Use.RECORD_KEY):
            return f"{key_of(source, number)}|{fold_header(column.header)[:120]}"
        if person or received.precision == "second":
            return key_of(source, person or "unknown", received.iso, digest(words))
        return ""


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()


def _looked_up(column: Column, word: str) -> str | None:
    return next((value for known, value in column.values if _folded(known) == _folded(word)), None)
