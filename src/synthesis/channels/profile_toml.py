"""Mapping profiles as text: a small writer of TOML, and a reader that takes nothing on trust."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NoReturn
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from synthesis.channels.catalogue import ALIASED
from synthesis.channels.contract import Contract
from synthesis.channels.dates import UNKNOWN_TIME, parse_local
from synthesis.channels.drift import shown
from synthesis.channels.profiles import CHANNELS, FLAGS, MANY, VOICES, Column, Profile, Use
from synthesis.channels.tables import fold_header
from synthesis.errors import InputError, Place
from synthesis.model import Channel, Role, SpeakerKind, Valence, Voice

Comments = Callable[[str], Sequence[str]]
"""The comment lines above a key (``channel`` …) or above the column of a header (``column:HEADER``)."""

UNDECIDED: Final = "?"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_TOP = ("name", "channel", "layout", "sheet", "header_row", "header_rows", "voice", "count_marks", "room_from_sheet",
        "column")  # fmt: skip
_KEYS: Final[Mapping[Use, tuple[str, ...]]] = {
    Use.TEXT: ("prompt", "valence"),
    Use.ROLE: ("values",),
    Use.SPEAKER: ("values",),
    Use.SEED: ("yes",),
    Use.TEST: ("yes",),
    Use.PRIVATE: ("yes",),
    Use.DATE: ("date_format", "day_first"),
}


def profile_toml(profile: Profile, comments: Comments = lambda key: ()) -> str:
    """Return a profile as TOML; `load_profile` reads it back the same. Undecided entries are written as ``"?"``."""
    lines: list[str] = []

    def put(key: str, value: str) -> None:
        lines.extend(f"# {line}".rstrip() for line in comments(key))
        lines.append(f"{key} = {value}")

    lines.extend(f"# {line}".rstrip() for line in comments(""))
    put("name", quoted(profile.name))
    put("channel", quoted(profile.channel.value if profile.channel else UNDECIDED))
    if profile.layout:
        put("layout", quoted(profile.layout))
    put("sheet", quoted(profile.sheet))
    put("header_row", str(profile.header_row))
    put("header_rows", str(profile.header_rows))
    if not profile.layout:
        put("voice", quoted(profile.voice.value))
        put("count_marks", "true" if profile.count_marks else "false")
        put("room_from_sheet", "true" if profile.room_from_sheet else "false")
    for column in profile.columns:
        lines.extend(["", "[[column]]", *(f"# {line}".rstrip() for line in comments(f"column:{column.header}"))])
        lines.extend(_column_lines(column))
    return "\n".join(lines) + "\n"


def _column_lines(column: Column) -> list[str]:
    lines = [f"header = {quoted(column.header)}"]
    lines.append(f"use = {quoted(column.field if column.use is Use.FIELD else column.use.value)}")
    if column.use is Use.TEXT:
        lines += [f"prompt = {quoted(column.prompt)}", f"valence = {quoted(column.valence.value)}"]
    if column.use is Use.DATE:
        day_first = quoted(UNDECIDED) if column.day_first is None else str(column.day_first).lower()
        lines += [f"date_format = {quoted(column.date_format)}", f"day_first = {day_first}"]
    if column.use in FLAGS:
        lines.append(f"yes = [{', '.join(map(quoted, column.yes))}]")
    if column.use in (Use.ROLE, Use.SPEAKER):
        pairs = ", ".join(f"{quoted(word)} = {quoted(value)}" for word, value in column.values)
        lines.append(f"values = {{{' ' + pairs + ' ' if pairs else ''}}}")
    return lines


def quoted(text: str) -> str:
    """Return text as a TOML basic string on one line, with an escape for all that does not show."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp"):
        return f"\\U{ord(character):08X}"
    return character


class _Reader:
    """The profile's file at hand, and the errors that name it, the key and what to do."""

    def __init__(self, file: str) -> None:
        self.file = file

    def fail(self, problem: str, do: str, *, column: str = "", expected: str = "") -> NoReturn:
        raise InputError(
            f"{problem}",
            place=Place(file=self.file, column=shown(column) if column else None),
            expected=expected or None,
            do=do,
        )

    def keys(self, table: Mapping[str, object], known: Sequence[str], column: str = "") -> None:
        for key in table:
            if key not in known:
                nearest = process.extractOne(key, known, scorer=fuzz.ratio, score_cutoff=50)
                advice = f"Did you mean {nearest[0]}? " if nearest else ""
                self.fail(
                    f"The key {shown(key)} is not known here.",
                    f"{advice}Correct or remove it.",
                    column=column,
                    expected=", ".join(known),
                )

    def word(
        self, table: Mapping[str, object], key: str, known: Sequence[str], default: str = "", column: str = ""
    ) -> str:
        """Return a value that must be one of the known words."""
        value = self.text(table, key, default, column)
        if value == UNDECIDED:
            self.fail(f'`{key}` is still "?".', f"Decide it: {', '.join(known)}.", column=column)
        if value not in known:
            nearest = process.extractOne(value, known, scorer=fuzz.ratio, score_cutoff=50)
            self.fail(
                f"`{key}` is {shown(value)}, which is not in the list.",
                f"Did you mean {nearest[0]}? Correct it." if nearest else "Correct it.",
                column=column,
                expected=", ".join(known),
            )
        return value

    def text(self, table: Mapping[str, object], key: str, default: str = "", column: str = "") -> str:
        value = table.get(key, default)
        if not isinstance(value, str):
            self.fail(f"`{key}` is not text.", "Write it in quotation marks.", column=column)
        return value

    def flag(self, table: Mapping[str, object], key: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.fail(f"`{key}` is neither true nor false.", "Write true or false, without quotation marks.")
        return value

    def number(self, table: Mapping[str, object], key: str, highest: int) -> int:
        value = table.get(key, 1)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= highest:
            self.fail(f"`{key}` is no whole number from 1 to {highest}.", "Correct it, without quotation marks.")
        return value


def load_profile(text: str, name: str) -> Profile:
    """Return a completed profile. `name` is of its file, to show.

    Raises `InputError` naming the file, the key and what to do: TOML that does not parse, an unknown key or word with
    the nearest known one, anything still ``"?"``, a column named twice, no text column.
    """
    reader = _Reader(name)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reader.fail(
            f"The profile is not TOML: {_where(str(error))}.", "Correct that line; text stands in quotation marks."
        )
    reader.keys(table, _TOP)
    if not _NAME.fullmatch(reader.text(table, "name")):
        reader.fail("`name` is missing or has other characters.", "Use small letters, digits, - and _, 63 at most.")
    layout = reader.text(table, "layout")
    if layout:
        reader.word(table, "layout", tuple(ALIASED))
    contract = ALIASED[layout].contract if layout else None
    profile = Profile(
        name=reader.text(table, "name"),
        channel=Channel(reader.word(table, "channel", CHANNELS)),
        columns=_columns(reader, table, contract),
        sheet=reader.text(table, "sheet"),
        header_row=reader.number(table, "header_row", 1_048_576),
        header_rows=reader.number(table, "header_rows", 2),
        voice=Voice(reader.word(table, "voice", VOICES, Voice.VERBATIM.value)),
        count_marks=reader.flag(table, "count_marks"),
        room_from_sheet=reader.flag(table, "room_from_sheet"),
        layout=layout,
    )
    _check(reader, profile, contract)
    return profile


def _where(message: str) -> str:
    """Return the parser's complaint without the text it stumbled over: that may be a cell."""
    place = re.search(r"\(at ([^)]*)\)", message)
    return place[1] if place else "a line cannot be read"


def _columns(reader: _Reader, table: Mapping[str, object], contract: Contract | None) -> tuple[Column, ...]:
    entries = table.get("column")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        reader.fail("The profile names no columns.", "Give each column of the file an entry under [[column]].")
    return tuple(_column(reader, entry, contract) for entry in entries)


def _column(reader: _Reader, entry: Mapping[str, object], contract: Contract | None) -> Column:
    header = reader.text(entry, "header")
    if not fold_header(header):
        reader.fail("A column has no `header`.", "Give it the header that it has in the file.")
    if contract is not None:
        fields = tuple(names[0] for names in (*contract.required, *contract.optional))
        reader.keys(entry, ("header", "use"), header)
        word = reader.word(entry, "use", (*fields, Use.IGNORE.value), column=header)
        ignored = word == Use.IGNORE.value
        return Column(header, Use.IGNORE if ignored else Use.FIELD, field="" if ignored else word)
    known = tuple(use.value for use in Use if use not in (Use.UNDECIDED, Use.FIELD))
    use = Use(reader.word(entry, "use", known, column=header))
    reader.keys(entry, ("header", "use", *_KEYS.get(use, ())), header)
    column = Column(header, use)
    if use is Use.TEXT:
        valence = reader.word(entry, "valence", tuple(Valence), Valence.OPEN.value, header)
        return Column(
            header,
            use,
            prompt=reader.text(entry, "prompt", re.sub(r"\s+", " ", header), header),
            valence=Valence(valence),
        )
    if use in (Use.ROLE, Use.SPEAKER):
        return Column(header, use, values=_values(reader, entry, header, Role if use is Use.ROLE else SpeakerKind))
    if use in FLAGS:
        return Column(header, use, yes=_yes(reader, entry, header))
    return _date(reader, entry, header) if use is Use.DATE else column


def _values(
    reader: _Reader, entry: Mapping[str, object], header: str, kinds: type[Role] | type[SpeakerKind]
) -> tuple[tuple[str, str], ...]:
    values = entry.get("values", {})
    if not isinstance(values, dict):
        reader.fail("`values` is no table.", 'Write values = { "word in the file" = "our word" }.', column=header)
    known = tuple(kind.value for kind in kinds)
    for word in values:
        reader.word(values, word, known, column=header)
    if kinds is SpeakerKind and not values:
        reader.fail("`values` is empty.", "Say for each word of the column who speaks.", column=header)
    return tuple(values.items())


def _yes(reader: _Reader, entry: Mapping[str, object], header: str) -> tuple[str, ...]:
    words = entry.get("yes")
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word.strip() for word in words):
        reader.fail("`yes` lists no words.", 'List the cells that mean yes: yes = ["TRUE"].', column=header)
    if UNDECIDED in words:
        reader.fail('`yes` is still "?".', 'List the cells that mean yes: yes = ["TRUE"].', column=header)
    return tuple(words)


def _date(reader: _Reader, entry: Mapping[str, object], header: str) -> Column:
    pattern, day_first = reader.text(entry, "date_format", column=header), entry.get("day_first", UNDECIDED)
    if pattern and "day_first" not in entry:
        day_first = False  # the pattern says it
    if day_first == UNDECIDED:
        reader.fail(
            '`day_first` is still "?".',
            "Write true where 3/4 is the 3rd of April, false where it is March 4.",
            column=header,
        )
    if not isinstance(day_first, bool):
        reader.fail("`day_first` is neither true nor false.", "Write true or false.", column=header)
    if pattern and not _is_date_pattern(pattern):
        reader.fail(
            "`date_format` does not give year, month and day.",
            'Leave it empty, or write it like "%d.%m.%Y %H:%M".',
            column=header,
        )
    return Column(header, Use.DATE, date_format=pattern, day_first=day_first)


def _is_date_pattern(pattern: str) -> bool:
    """Tell whether a pattern writes a date that it can read again, telling any two days apart."""
    zone = ZoneInfo("UTC")
    moment = datetime(2024, 11, 23, tzinfo=zone)
    days = [moment, moment - timedelta(days=1), moment - timedelta(days=31), moment - timedelta(days=366)]
    try:
        stamps = [parse_local(day.strftime(pattern), zone, pattern=pattern) for day in days]
    except (ValueError, re.error):
        return False
    return len({stamp.iso[:10] for stamp in stamps}) == len(days) and UNKNOWN_TIME not in stamps


def _check(reader: _Reader, profile: Profile, contract: Contract | None) -> None:
    """Raise `InputError` where columns contradict each other."""
    seen: dict[str, str] = {}
    for column in profile.columns:
        if fold_header(column.header) in seen:
            reader.fail("A column is named twice.", "Remove one of the entries.", column=column.header)
        seen[fold_header(column.header)] = column.header
        word = column.field or column.use.value
        others = [other.header for other in profile.columns if (other.field or other.use.value) == word]
        if len(others) > 1 and (column.use not in MANY or column.field):
            listed = ", ".join(map(shown, others))
            reader.fail(f"More than one column is {word}: {listed}.", "Keep one, and ignore the others.")
    if contract is not None:
        there = {column.field for column in profile.columns}
        missing = [names[0] for names in contract.required if names[0] not in there]
        if missing:
            reader.fail(
                f"The layout {profile.layout} needs columns that the profile does not map: {', '.join(missing)}.",
                "Give each its column, or map the file without `layout`.",
            )
    elif not profile.texts():
        reader.fail(
            "No column is text.", 'Give at least one column use = "text": the one with the words of the public.'
        )
