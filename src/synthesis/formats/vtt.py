"""WebVTT captions to cues. Meeting software leaves out closing tags, cue numbers and speakers: all are optional here.

webvtt-py refuses such files whole, which would lose a meeting for one bad line; hence this line parser. No spoken word
is dropped: a line whose times cannot be read begins a cue without times, and text that stands alone is a cue of its own.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from synthesis.formats.encoding import decode
from synthesis.formats.parts import Cue

_TIME = r"(?:\d{1,4}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_TIMING = re.compile(rf"^\s*({_TIME})\s*-->\s*({_TIME})?(?=\s|$)")
_SNIFF = re.compile(rf"(?m)^[ \t]*{_TIME}[ \t]+--> ")
_SNIFF_CHARS = 4000
_ARROW = "-->"
_BLOCK = re.compile(r"^(?:NOTE|STYLE|REGION|WEBVTT)(?:\s|$)")
_BAD_TIMING = re.compile(r"^\s*(?:[\d:.,]\S{0,20})?\s*-->\s*(?:[\d:.,]\S{0,20}\s*)?(?:\w{1,20}:\S{1,40}\s*){0,6}$")
_NUMBER = re.compile(r"^\d{1,7}$")
_LONG_ID = re.compile(r"^(?=\S*\d)[0-9a-f-]{8,40}(?:/\d+-\d+)?$", re.IGNORECASE)
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?\s+([^>]{0,300})>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,300}>|<\d[\d:.]{0,20}>", re.IGNORECASE)


def looks_like_vtt(head: str) -> bool:
    """Tell whether a text begins as captions do: with the word WEBVTT, or with times and an arrow soon after."""
    return bool(re.match(r"\s*WEBVTT\b", head) or _SNIFF.search(head[:_SNIFF_CHARS]))


def read_vtt(data: bytes, name: str) -> tuple[Cue, ...]:
    """Return the cues in order, one more for each further voice tag inside a cue. Raises as `decode` does."""
    text = decode(data, name).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    cues: list[Cue] = []
    for start, end, body in _blocks(text.split("\n")):
        for speaker, words in _voices(body):
            if words or start:
                cues.append(Cue(len(cues) + 1, start, end, speaker, words))
    return tuple(cues)


def _blocks(lines: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (start, end, text) of every cue. Times are empty where no readable timing line stands before the text."""
    start = end = ""
    body: list[str] = []
    n_timings = 0
    open_block = skipping = False
    for position, line in enumerate(lines):
        words = line.strip()
        match = _TIMING.match(line) if _ARROW in line else None
        if match or (_ARROW in line and _BAD_TIMING.match(line)):
            n_timings += 1
            if body and _is_next_id(body[-1], n_timings):  # no blank line between the cues: the id is not speech
                body.pop()
            if open_block:
                yield start, end, " ".join(body)
            start, end = (match[1], match[2] or "") if match else ("", "")
            body, open_block, skipping = [], True, False
        elif not words:
            if open_block:
                yield start, end, " ".join(body)
            start, end, body, open_block, skipping = "", "", [], False, False
        elif not open_block and (skipping or _BLOCK.match(words)):
            skipping = True
        elif open_block or not _is_id(words, lines, position):
            body.append(words)
            open_block = True
    if open_block:
        yield start, end, " ".join(body)


def _is_id(words: str, lines: list[str], position: int) -> bool:
    """Tell a cue's id where a cue may begin: the line before a timing line, or a bare number."""
    following = lines[position + 1] if position + 1 < len(lines) else ""
    return _ARROW in following or bool(_NUMBER.match(words) or _LONG_ID.match(words))


def _is_next_id(words: str, number: int) -> bool:
    """Tell the id of the cue with this number (from 1; some count from 0) from the last line that was spoken."""
    return words in (str(number), str(number - 1)) or bool(_LONG_ID.match(words))


def _voices(body: str) -> list[tuple[str, str]]:
    """Return (speaker, text) for each voice tag; text before the first one has no speaker."""
    pieces = _VOICE.split(body)
    found = [("", pieces[0])] + [(pieces[i], pieces[i + 1]) for i in range(1, len(pieces) - 1, 2)]
    cleaned = [(html.unescape(speaker).strip(), html.unescape(_TAG.sub("", text)).strip()) for speaker, text in found]
    spoken = [(speaker, text) for speaker, text in cleaned if text]
    return spoken or [(cleaned[-1][0], "")]
