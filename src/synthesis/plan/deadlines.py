"""Days that a sentence names: "by May 28, 2027", "before winter break", "within three years". English.

What names no year is read as its next time after the plan's start.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {name.casefold(): n for n, name in enumerate(calendar.month_name) if n}
_SHORT = {name.casefold(): n for n, name in enumerate(calendar.month_abbr) if n} | {"sept": 9}
_MONTH = "(?:" + "|".join([*_MONTHS, *(f"{name}\\." for name in _SHORT)]) + ")"
_WORDS = {w: n for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}
_COUNT = rf"(?P<n>\d+|{'|'.join(_WORDS)})"
_SEASONS = {"spring": (5, 31), "summer": (8, 15), "fall": (11, 30), "autumn": (11, 30), "winter": (2, 28)}
_BREAKS = {"thanksgiving": (11, 30), "winter": (12, 31), "holiday": (12, 31), "christmas": (12, 31), "spring": (4, 30)}


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day that is named in ``text[start:end]``; None where only a rhythm or a part of the year is named.

    `open_ended` marks what runs on from year to year.
    """

    said: str
    start: int
    end: int
    day: date | None
    open_ended: bool = False


def deadlines(text: str, starts: date) -> tuple[Deadline, ...]:
    """Return the days that a text names, in the order of the text, given the day on which the plan starts."""
    found: list[Deadline] = []
    taken = [False] * len(text)
    for pattern, reader in _PATTERNS:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            try:
                day = reader(match, starts)
            except ValueError:  # the thirtieth of February
                continue
            found.append(Deadline(match.group(), match.start(), match.end(), day, reader is _runs_on))
            for place in range(match.start(), match.end()):
                taken[place] = True
    return tuple(sorted(found, key=lambda deadline: deadline.start))


def latest(text: str, starts: date) -> date | None:
    """Return the last day that a text names, or None."""
    return max((d.day for d in deadlines(text, starts) if d.day is not None), default=None)


def without_days(text: str, starts: date) -> str:
    """Return a text in which each named day stands as blanks of the same length."""
    for deadline in deadlines(text, starts):
        text = text[: deadline.start] + " " * (deadline.end - deadline.start) + text[deadline.end :]
    return text


def _month(name: str) -> int:
    """Return a month's number."""
    return _MONTHS.get(name.casefold()) or _SHORT[name.casefold().rstrip(".")]


def _month_end(year: int, month: int) -> date:
    """Return a month's last day."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _next(starts: date, month: int, day: int | None) -> date:
    """Return the next time after the start at which a day of the year comes; the month's last where no day is said."""
    for year in (starts.year, starts.year + 1):
        found = date(year, month, day) if day else _month_end(year, month)
        if found >= starts:
            return found
    raise ValueError(month)


def _full(match: re.Match[str], starts: date) -> date:
    """Read a day, month and year."""
    return date(int(match["y"]), _month(match["m"]), int(match["d"]))


def _iso(match: re.Match[str], starts: date) -> date:
    """Read ``2027-05-28``."""
    return date.fromisoformat(match.group())


def _slashes(match: re.Match[str], starts: date) -> date:
    """Read ``5/28/2027``."""
    year = int(match["y"])
    return date(year + 2000 if year < 100 else year, int(match["m"]), int(match["d"]))


def _month_year(match: re.Match[str], starts: date) -> date:
    """Read a month and year."""
    return _month_end(int(match["y"]), _month(match["m"]))


def _school_year(match: re.Match[str], starts: date) -> date:
    """Read ``2026-27``, which ends in June."""
    return date(int(match["y"]) + 1, 6, 30)


def _month_only(match: re.Match[str], starts: date) -> date:
    """Read a month, with a day or without."""
    return _next(starts, _month(match["m"]), int(match["d"]) if match["d"] else None)


def _season(match: re.Match[str], starts: date) -> date:
    """Read a season of the year, or of a year that is named."""
    month, day = _SEASONS[match["s"].casefold()]
    if match["y"]:
        return date(int(match["y"]), month, day)
    return _next(starts, month, day)


def _break(match: re.Match[str], starts: date) -> date:
    """Read a school break, by either of its names."""
    return _next(starts, *_BREAKS[(match["s"] or match["t"]).casefold()])


def _year(match: re.Match[str], starts: date) -> date:
    """Read a year alone: by its end of school."""
    return date(int(match["y"]), 6, 30)


def _span(match: re.Match[str], starts: date) -> date:
    """Read a number of years, months or weeks from the start on."""
    n = _WORDS.get(match["n"].casefold()) or int(match["n"])
    unit = match["u"].casefold()
    if unit.startswith("week"):
        return starts + timedelta(weeks=n)
    months = starts.month - 1 + n * (12 if unit.startswith("year") else 1)
    return _month_end(starts.year + months // 12, months % 12 + 1)


def _within(match: re.Match[str], starts: date) -> None:
    """Read what names a part of the year or a rhythm within it."""
    return


def _runs_on(match: re.Match[str], starts: date) -> None:
    """Read what runs on from year to year."""
    return


def _compiled(pattern: str, *, cased: bool = False) -> re.Pattern[str]:
    """Return a pattern, for any case unless told."""
    return re.compile(pattern, 0 if cased else re.IGNORECASE)


_Reader = Callable[[re.Match[str], date], date | None]


def _patterns() -> Iterator[tuple[re.Pattern[str], _Reader]]:
    """Yield patterns and how they are read; what an earlier one has taken, a later one leaves alone."""
    yield _compiled(r"\b20\d\d-\d\d-\d\d\b"), _iso
    yield _compiled(rf"\b(?P<m>{_MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>20\d\d)\b"), _full
    yield _compiled(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m>{_MONTH}),? (?P<y>20\d\d)\b"), _full
    yield _compiled(r"\b(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>20\d\d|\d\d)\b"), _slashes
    yield _compiled(rf"\b(?P<m>{_MONTH}),? (?:of )?(?P<y>20\d\d)\b"), _month_year
    yield _compiled(r"\b(?P<y>20\d\d)[-–/](?:20)?\d\d\b(?: school year)?"), _school_year
    yield (
        _compiled(
            rf"\b(?:within|over|in|for) (?:the )?(?:next |coming |first )?{_COUNT} (?P<u>(?:year|month|week)s?)\b(?! of\b)"
        ),
        _span,
    )
    yield (
        _compiled(
            r"\b(?:each|every|per|from) year(?: (?:to|after) year)?\b|\bannual(?:ly)?\b|\b(?:the )?(?:life|length|course|duration) of the plan\b|\blong[- ]term\b|\beventually\b|\bover time\b|\bin the (?:near )?future\b|\bin (?:the )?coming years\b|\bas soon as (?:possible|\w+ allow)\b|\bwhen (?:funds|funding|money) \w+|\bend of the decade\b|\bmulti-?year\b|\bongoing\b"
        ),
        _runs_on,
    )
    yield (
        _compiled(
            r"\b(?P<s>thanksgiving|winter|holiday|christmas|spring)(?: (?:break|holidays?|recess))\b|\b(?P<t>thanksgiving|christmas)\b"
        ),
        _break,
    )
    yield (
        _compiled(
            r"\b(?:(?:by|before|until|through|during|in|over|this|next|early|late|mid|of) )(?:the )?(?P<s>spring|summer|fall|autumn|winter)(?:(?: of)? (?P<y>20\d\d))?\b"
        ),
        _season,
    )
    yield _compiled(r"\b(?P<s>spring|summer|fall|autumn|winter)(?: of)? (?P<y>20\d\d)\b"), _season
    months = "|".join(name.capitalize() for name in _MONTHS if name not in ("may", "march"))
    ambiguous = r"(?<=[a-z,] )(?:May|March)"  # elsewhere they may be a verb
    yield (
        _compiled(rf"(?P<m>\b(?:{months})|{ambiguous})\b(?: (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b)?", cased=True),
        _month_only,
    )
    yield (
        _compiled(r"\b(?:by|in|before|until|through|during|after|since|class of) (?:the year )?(?P<y>20\d\d)\b"),
        _year,
    )
    yield (
        _compiled(
            r"\b(?:(?:first|second|third|fourth|fall|spring|this|next|each|every|per|a|last) (?:school |grading |marking )?(?:quarter|semester|trimester|month|week|day|year|period|weeknight)"
            r"|(?:quarter|semester|trimester) (?:one|two|three|four|[1-4])|q[1-4]|(?:end|start|beginning|course) of (?:the |this )?(?:school )?year|first day of (?:school|classes)"
            r"|(?:in |during )?year one|monthly|weekly|daily|quarterly|before school (?:opens|starts|begins)|school year)\b"
        ),
        _within,
    )  # fmt: skip


_PATTERNS = tuple(_patterns())
