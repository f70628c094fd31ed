"""Times as vendors write them to UTC. A local time without zone is read in the district's zone; precision is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Final
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time: ISO 8601 in UTC (or empty) and how precisely it is known (second, minute, day, unknown)."""

    iso: str
    precision: str


UNKNOWN_TIME: Final = Stamp("", "unknown")
_FORMATS: Final = (
    ("%Y-%m-%d %H:%M:%S.%f", "second"),
    ("%Y-%m-%d %H:%M:%S", "second"),
    ("%Y-%m-%d %H:%M", "minute"),
    ("%Y-%m-%d", "day"),
    ("%Y/%m/%d %I:%M:%S %p", "second"),
    ("%Y/%m/%d %H:%M:%S", "second"),
    ("%Y/%m/%d %H:%M", "minute"),
    ("%Y/%m/%d", "day"),
    ("%m/%d/%Y %I:%M:%S %p", "second"),
    ("%m/%d/%Y %I:%M %p", "minute"),
    ("%m/%d/%Y %H:%M:%S", "second"),
    ("%m/%d/%Y %H:%M", "minute"),
    ("%m/%d/%Y", "day"),
    ("%m/%d/%y %I:%M:%S %p", "second"),
    ("%m/%d/%y %I:%M %p", "minute"),
    ("%m/%d/%y %H:%M:%S", "second"),
    ("%m/%d/%y %H:%M", "minute"),
    ("%m/%d/%y", "day"),
    ("%b %d %Y %I:%M:%S %p", "second"),
    ("%b %d %Y %I:%M %p", "minute"),
    ("%b %d %Y %H:%M:%S", "second"),
    ("%b %d %Y %H:%M", "minute"),
    ("%b %d %Y", "day"),
    ("%B %d %Y %I:%M %p", "minute"),
    ("%B %d %Y %H:%M:%S", "second"),
    ("%B %d %Y", "day"),
    ("%d %B %Y", "day"),
    ("%A %B %d %Y", "day"),
)
_USUAL: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_US_ZONES: Final = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "AKST": -9,
}
_ZONE_SUFFIX = re.compile(r"\s+(?:(GMT|UTC)\s*([+-]\d{1,2})?(?::?(\d{2}))?|([A-Z]{3,4}))$")
_EXCEL_EPOCH = datetime(1899, 12, 30)
_EXCEL_RANGE = range(20_000, 80_000)
_MAX_EPOCH_MS = 4_102_444_800_000


def parse_time(text: str, zone: ZoneInfo) -> Stamp:
    """Return the time that a cell states; empty text is `UNKNOWN_TIME`. Raises `ValueError` when it states none."""
    text = re.sub(r"[\s\u202f\u00a0]+", " ", text).strip()
    if not text:
        return UNKNOWN_TIME
    if _USUAL.fullmatch(text):  # the form of most exports, read without trying the others
        return _stamp(datetime.fromisoformat(text).replace(tzinfo=zone), "second")
    if re.fullmatch(r"\d{12,13}", text):
        return parse_epoch_ms(text)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _excel(float(text), zone)
    if re.search(r"\dT\d", text) or re.search(r"\d[+-]\d\d:?\d\d$", text) or text.endswith("Z"):
        return _iso(text, zone)
    text, zone_given = _split_zone(text)
    plain = re.sub(r"(?<=\d)(am|pm)$", r" \1", text.replace(",", ""), flags=re.IGNORECASE)
    for pattern, precision in _FORMATS:
        try:
            local = datetime.strptime(plain, pattern)
        except ValueError:
            continue
        return _stamp(local.replace(tzinfo=zone_given or zone), precision)
    raise ValueError("not a time in a known form")


def parse_epoch_ms(text: str) -> Stamp:
    """Return the time of a count of milliseconds since 1970. Raises `ValueError` when it is none."""
    value = int(float(text))
    if not 0 < value < _MAX_EPOCH_MS:
        raise ValueError("not a time in milliseconds")
    return _stamp(datetime.fromtimestamp(value / 1000, tz=UTC), "second")


def parse_mail_date(text: str) -> Stamp:
    """Return the time of a mail's Date header; one without zone is taken as UTC. Raises `ValueError`."""
    if not text.strip():
        return UNKNOWN_TIME
    moment = parsedate_to_datetime(text)
    return _stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC), "second")


def _iso(text: str, zone: ZoneInfo) -> Stamp:
    moment = datetime.fromisoformat(text)
    return _stamp(moment if moment.tzinfo else moment.replace(tzinfo=zone), "second")


def _excel(serial: float, zone: ZoneInfo) -> Stamp:
    if int(serial) not in _EXCEL_RANGE:
        raise ValueError("not an Excel date")
    local = _EXCEL_EPOCH + timedelta(seconds=round(serial * 86_400))
    return _stamp(local.replace(tzinfo=zone), "day" if serial == int(serial) else "second")


def _split_zone(text: str) -> tuple[str, tzinfo | None]:
    match = _ZONE_SUFFIX.search(text)
    if not match or match[4] in ("AM", "PM"):
        return text, None
    if match[1]:
        hours = int(match[2] or 0)
        minutes = int(match[3] or 0) * (-1 if hours < 0 else 1)
        return text[: match.start()], timezone(timedelta(hours=hours, minutes=minutes))
    if match[4] in _US_ZONES:
        return text[: match.start()], timezone(timedelta(hours=_US_ZONES[match[4]]))
    return text, None


def _stamp(moment: datetime, precision: str) -> Stamp:
    try:
        return Stamp(moment.astimezone(UTC).isoformat(timespec="seconds"), precision)
    except OverflowError as error:
        raise ValueError("not a time in this century") from error


_DAY_MONTH = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?=$|[ ,T])")
_SPANISH = (
    (re.compile(r"\b([ap])\.?\s?m\.?(?=$|\s)", re.IGNORECASE), r"\1m"),
    (re.compile(r"\b(?:de[l]?|a las)\s+", re.IGNORECASE), ""),
    (re.compile(r"^(?:lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo),?\s+", re.IGNORECASE), ""),
)
_SPANISH_MONTHS: Final = dict(
    zip(
        "ene feb mar abr may jun jul ago sep oct nov dic".split(),
        "January February March April May June July August September October November December".split(),
        strict=True,
    )
)
_MONTH = re.compile(
    r"\b(ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic)(?:ero|rero|zo|il|o|io|osto|t?iembre|ubre)?\b\.?",
    re.IGNORECASE,
)


def parse_local(text: str, zone: ZoneInfo, *, pattern: str = "", day_first: bool = False) -> Stamp:
    """Return the time of a cell as a mapping profile has it: by `pattern` (strptime), or in any known form.

    Known forms are those of `parse_time`, numeric dates with points or dashes, and dates in Spanish words. Numeric
    dates are day/month/year where `day_first` says so. Raises `ValueError` when the cell states no such time.
    """
    text = re.sub(r"[\s\u202f\u00a0]+", " ", text).strip()
    if not text:
        return UNKNOWN_TIME
    if pattern:
        local = datetime.strptime(text, pattern)
        precision = "second" if re.search(r"%[STXcs]", pattern) else "minute" if "%M" in pattern else "day"
        return _stamp(local if local.tzinfo else local.replace(tzinfo=zone), precision)
    for found, written in _SPANISH:
        text = found.sub(written, text)
    text = _MONTH.sub(lambda match: _SPANISH_MONTHS[match[1].casefold()], text)
    numbers = _DAY_MONTH.match(text)
    if numbers:
        first, second = (numbers[2], numbers[1]) if day_first else (numbers[1], numbers[2])
        text = f"{first}/{second}/{numbers[3]}{text[numbers.end() :]}"
    worded = re.match(r"^(\d{1,2}) ([A-Z][a-z]+) (\d{4})(?P<time>,? .*)?$", text)
    if worded:
        text = f"{worded[2]} {worded[1]} {worded[3]}{worded['time'] or ''}"
    return parse_time(text, zone)


def day_places(text: str) -> tuple[int, int] | None:
    """Return the first two numbers of a date written in numbers with the year last, None for other forms."""
    match = _DAY_MONTH.match(re.sub(r"\s+", " ", text).strip())
    return (int(match[1]), int(match[2])) if match else None
