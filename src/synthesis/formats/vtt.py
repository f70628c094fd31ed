"""WebVTT captions to cues. Meeting software leaves out closing tags, cue numbers and speakers: all are optional here.

webvtt-py refuses such files whole, which would lose a meeting for one bad line; hence this line parser.
"""

from __future__ import annotations

import html
import re

from synthesis.formats.encoding import decode
from synthesis.formats.parts import Cue

_TIME = r"(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMING = re.compile(rf"^\s*({_TIME})\s*-->\s*({_TIME})")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^>]*>|<\d[\d:.]*>", re.IGNORECASE)


def read_vtt(data: bytes, name: str) -> tuple[Cue, ...]:
    """Return the cues in order, one more for each further voice tag inside a cue. Raises as `decode` does."""
    lines = decode(data, name).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    timings = [(i, match) for i, line in enumerate(lines) if (match := _TIMING.match(line))]
    cues: list[Cue] = []
    for position, (line_number, match) in enumerate(timings):
        end = timings[position + 1][0] if position + 1 < len(timings) else len(lines)
        body = _body(lines[line_number + 1 : end])
        for speaker, text in _voices(body):
            cues.append(Cue(len(cues) + 1, match.group(1), match.group(2), speaker, text))
    return tuple(cues)


def _body(lines: list[str]) -> str:
    """Join the lines of a cue: up to the first blank line, which ends it."""
    body: list[str] = []
    for line in lines:
        if not line.strip():
            break
        body.append(line.strip())
    return " ".join(body)


def _voices(body: str) -> list[tuple[str, str]]:
    """Return (speaker, text) for each voice tag; text before the first one has no speaker."""
    pieces = _VOICE.split(body)
    found = [("", pieces[0])] + [(pieces[i], pieces[i + 1]) for i in range(1, len(pieces) - 1, 2)]
    cleaned = [(html.unescape(speaker).strip(), html.unescape(_TAG.sub("", text)).strip()) for speaker, text in found]
    spoken = [(speaker, text) for speaker, text in cleaned if text]
    return spoken or [(cleaned[-1][0], "")]
