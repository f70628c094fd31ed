"""Ideas: the separate matters within a contribution, with exact character offsets.

A sentence stays with what stands before it unless something speaks for a turn, so that one argument over several
sentences or lines is not torn apart. It begins a new idea when it is an item of a list, when it opens with "also" or
"another thing" and does not name the same matter, or when enough has been said before it and it names other matters
of school life, or none after a long run on one. Within a sentence a clause after a semicolon, "and" or "but" does so when
both sides are long enough and name different matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

import pandas as pd

from synthesis.frames import Ideas
from synthesis.linguistics import sentences
from synthesis.text.glossary import gloss
from synthesis.text.matters import matters

Span = tuple[int, int]

_GOES_ON = re.compile(
    r"""(it|this|that|these|those|they|them|he|she|his|her|its|their|which|who|because|so|then|therefore|thus|otherwise|
    instead|even|especially|not|no|yes|or|nor|for\ example|for\ instance|like|such|same|we\ did|i\ mean|you\ know|
    again|still|maybe|eso|esto|ellos|porque|por\ eso|así|entonces|sa|paske|konsa|se\ pou\ sa|kidonk)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_BEGINS = re.compile(
    r"""(also|another\ (thing|issue|problem|concern)|second(ly)?|third(ly)?|finally|lastly|on\ another\ note|besides|
    in\ addition|additionally|plus|one\ more\ thing|as\ for|separately|p\.?s\.?|también|además|otra\ cosa|por\ otro\ lado|
    tou|yon\ lòt\ bagay|anplis)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CUT_INSIDE = re.compile(
    r";\s+|\s+[–—]\s+(?=also\b)|,?\s+(?=(?:and\s+)?also\b)|,\s+(?=(?:but|and)\s+(?:the|we|i|our|my|please|why|when)\b)"
    r"|,\s+(?=(?:pero|y\s+también|y\s+además|men|epi)\s)",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^\s*(?:[-•*–]|\(?\d{1,2}[.)])\s+")
# Words that must stand before a turn and in it: where both sides name their matters, and where the turn names none.
# Measured on the planted boundaries of the sample (docs/decisions/0004).
_CLEAR_TURN = (6, 6)
_SILENT_TURN = (20, 11)
_MIN_CLAUSE_WORDS = 6


def _words(text: str) -> int:
    """Count words."""
    return len(re.findall(r"\w+", text))


def split(text: str, language: str = "en") -> list[Span]:
    """Return the spans of the ideas in a text, in order and without overlap. A text with a letter or digit has at least one."""
    pieces: list[Span] = []
    for start, end in sentences(text, language):
        pieces.extend(_clauses(text, start, end, language))
    merged: list[Span] = []
    for start, end in pieces:
        if merged and _continues(text, merged[-1], (start, end), language):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return [span for span in merged if any(c.isalnum() for c in text[span[0] : span[1]])]


def _matters(text: str, language: str) -> frozenset[str]:
    """Return the matters that a piece of text names."""
    return frozenset(matters([gloss(text, language)])[0])


def _continues(text: str, before: Span, piece: Span, language: str) -> bool:
    """Tell whether a piece goes on with the idea before it."""
    said, first = text[piece[0] : piece[1]], text[before[0] : before[1]]
    if _ITEM.match(said):
        return False
    named, here = _matters(first, language), _matters(said, language)
    if _BEGINS.match(said) and not named & here:
        return False
    if _GOES_ON.match(said):
        return True
    least_before, least = _CLEAR_TURN if named and here else _SILENT_TURN
    if _words(first) < least_before or _words(said) < least:
        return True
    return bool(named & here) if named and here else bool(here)


def _clauses(text: str, start: int, end: int, language: str) -> list[Span]:
    """Cut a sentence at semicolons, "also" and contrasts where both sides can stand alone and name different matters."""
    spans, left = [], start
    for cut in _CUT_INSIDE.finditer(text, start, end):
        one, two = text[left : cut.start()], text[cut.end() : end]
        if min(_words(one), _words(two)) < _MIN_CLAUSE_WORDS:
            continue
        named, here = _matters(one, language), _matters(two, language)
        if named and here and not named & here:
            spans.append((left, cut.start()))
            left = cut.end()
    spans.append((left, end))
    return spans


def ideas_of(contribution_ids: Sequence[str], texts: Sequence[str], spans: Iterable[Sequence[Span]]) -> pd.DataFrame:
    """Return the `Ideas` frame of many contributions from the spans (`split`) of each one's ideas."""
    rows = []
    for contribution_id, text, own in zip(contribution_ids, texts, spans, strict=True):
        for start, end in own:
            key = f"{contribution_id}:{start}:{end}".encode()
            rows.append((f"I{sha256(key).hexdigest()[:16]}", contribution_id, start, end, text[start:end]))
    return Ideas.validate(
        pd.DataFrame(rows, columns=["idea_id", "contribution_id", "start", "end", "text"]).astype(
            {"idea_id": str, "contribution_id": str, "text": str, "start": int, "end": int}
        )
    )
