"""What the cells of a workbook point at: shared texts, number formats that make a number a date, and dates themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.escape import unescape

from synthesis.formats.xmlevents import Events

_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's dates carry no zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LOST_LEAP_DAY = 60
_LAST_SERIAL = 2_958_466
_SECONDS_PER_DAY = 86_400


class RichText:
    """Collects the text of ``<t>`` elements, without the reading aids (phonetics) of East Asian text."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._in_text = False
        self._phonetic = False

    def start(self, tag: str) -> None:
        """Meet an element inside a text item."""
        if tag == "x:rPh":
            self._phonetic = True
        elif tag == "x:t":
            self._in_text = not self._phonetic

    def end(self, tag: str) -> None:
        """Leave an element inside a text item."""
        if tag == "x:rPh":
            self._phonetic = False
        elif tag == "x:t":
            self._in_text = False

    def text(self, data: str) -> None:
        """Take characters where they belong to the text."""
        if self._in_text:
            self._parts.append(data)

    def take(self) -> str:
        """Return the text so far, with Excel's escapes resolved and one kind of line break, and begin anew."""
        text = plain_text("".join(self._parts))
        self._parts.clear()
        self._in_text = self._phonetic = False
        return text


class SharedTexts(Events):
    """The shared strings part: `texts` in order."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._rich = RichText()
        self._inside = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Meet an element."""
        if tag == "x:si":
            self._inside = True
        elif self._inside:
            self._rich.start(tag)

    def end(self, tag: str) -> None:
        """Leave an element."""
        if tag == "x:si":
            self._inside = False
            self.texts.append(self._rich.take())
        else:
            self._rich.end(tag)

    def text(self, data: str) -> None:
        """Take characters."""
        self._rich.text(data)


class Styles(Events):
    """The styles part: `is_date` and `is_duration` of each cell style, by the number that cells give."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._formats: list[str] = []
        self._in_cell_formats = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Meet an element."""
        if tag == "x:numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "x:cellXfs":
            self._in_cell_formats = True
        elif tag == "x:xf" and self._in_cell_formats:
            self._formats.append(attributes.get("numFmtId", "0"))

    def end(self, tag: str) -> None:
        """Leave an element."""
        if tag == "x:cellXfs":
            self._in_cell_formats = False

    def dates(self) -> frozenset[str]:
        """Return the style numbers, as cells write them, under which a number is a date or a time of day."""
        codes = [self._code(format_id) for format_id in self._formats]
        return frozenset(
            str(index) for index, code in enumerate(codes) if is_date_format(code) and not is_timedelta_format(code)
        )

    def _code(self, format_id: str) -> str:
        built_in = BUILTIN_FORMATS.get(int(format_id), "") if format_id.isdecimal() and len(format_id) < 6 else ""
        return self._codes.get(format_id) or built_in


def plain_text(text: str) -> str:
    """Return a text with Excel's ``_x000D_`` escapes resolved and line feeds as its only line breaks."""
    resolved = str(unescape(text)) if "_x" in text else text
    return resolved.replace("\r\n", "\n").replace("\r", "\n")


def number_text(raw: str) -> str:
    """Return a number as a person would write it: ``1.14E+11`` is 114000000000, ``3.0`` is 3; other text as it is."""
    if raw.isdecimal():
        return raw
    try:
        value = float(raw)
    except ValueError:
        return raw
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value) if abs(value) < 1e300 else raw


def date_text(raw: str, *, since_1904: bool) -> str:
    """Return a serial number as ``2025-10-14``, ``2025-10-14 18:05:00`` or ``18:05:00``; other numbers as they are."""
    try:
        serial = float(raw)
    except ValueError:
        return raw
    if not 0 <= serial < _LAST_SERIAL:
        return number_text(raw)
    seconds = round((serial % 1) * _SECONDS_PER_DAY)
    if serial < 1:
        return (_EPOCH_1900 + timedelta(seconds=seconds)).strftime("%H:%M:%S")
    if not since_1904 and serial < _LOST_LEAP_DAY:  # Excel believes in the 29th of February 1900
        serial += 1
    moment = (_EPOCH_1904 if since_1904 else _EPOCH_1900) + timedelta(days=int(serial), seconds=seconds)
    return moment.date().isoformat() if seconds % _SECONDS_PER_DAY == 0 else moment.isoformat(sep=" ")
