"""Counts and names in words: every number with its unit and base."""

from __future__ import annotations

import re
from datetime import date


def span(low: int, high: int) -> str:
    """Return a range, or one number where both ends are the same. It is never broken over two lines."""
    return f"{low:,}" if low == high else f"{low:,}\N{WORD JOINER}–\N{WORD JOINER}{high:,}"


def people(low: int, high: int) -> str:
    """Return a count of people."""
    return f"{span(low, high)} {'person' if high == 1 else 'people'}"


def counted(number: int, thing: str) -> str:
    """Return a number with its thing: ``1 channel``, ``3 channels``."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def share(part: float) -> str:
    """Return a share in whole per cent; one that is small but not nothing as such."""
    return "under 1%" if 0 < part < 0.005 else f"{part:.0%}"


def day(value: date | None) -> str:
    """Return a day in words, or nothing."""
    return f"{value:%-d %b %Y}" if value else ""


def plain(text: str) -> str:
    """Return text with every Markdown mark escaped: for labels that Streamlit reads as Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])", r"\\\1", " ".join(text.split()))


def breakable(text: str) -> str:
    """Return text that may be broken after ``/`` and ``_``: a file's name is wider than a column of a phone."""
    return re.sub(r"([/_])", "\\1\N{ZERO WIDTH SPACE}", text)
