"""Chat logs of meetings to messages: the local file (one line, or text tab-indented below) and the cloud file."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Names are bounded, so that a line of a megabyte costs no more than a line.
_LOCAL = re.compile(
    r"^(\d{1,2}:\d{2}:\d{2})\s+From\s{1,9}(.{1,150}?)\s{1,9}to\s{1,9}(.{1,300}?)\s{0,9}:(?:[ \t]+(.*)|\s*)$"
)
_CLOUD = re.compile(r"^(\d{1,2}:\d{2}:\d{2})\t\s{0,9}(.{1,150}?):\t?(.*)$")
_TIMED = re.compile(r"^\d{1,2}:\d{2}:\d{2}\s")
_SNIFF_LINES = 400


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One message: time within the meeting, sender, recipient (``Everyone`` in cloud files), text of all its lines.

    `sender` is empty for lines that stand before the first message.
    """

    number: int
    time: str
    sender: str
    recipient: str
    text: str


def chat_style(text: str) -> str:
    """Return ``local``, ``cloud`` or the empty string: which pattern most of the first lines with a time follow."""
    lines = [line for line in text.split("\n")[:_SNIFF_LINES] if _TIMED.match(line)]
    local = sum(1 for line in lines if _LOCAL.match(line))
    cloud = sum(1 for line in lines if _CLOUD.match(line) and not _LOCAL.match(line))
    if not lines or max(local, cloud) * 2 < len(lines):
        return ""
    return "local" if local >= cloud else "cloud"


def read_chat(text: str, style: str) -> tuple[ChatLine, ...]:
    """Return the messages of a chat log of this style; `number` is the line on which each begins, from 1."""
    pattern = _LOCAL if style == "local" else _CLOUD
    messages: list[tuple[int, str, str, str, list[str]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = pattern.match(line)
        if match and style == "local":
            messages.append((number, match[1], match[2].strip(), match[3].strip(), [match[4] or ""]))
        elif match:
            messages.append((number, match[1], match[2].strip(), "Everyone", [match[3]]))
        elif messages and messages[-1][2]:
            messages[-1][4].append(line.removeprefix("\t"))
        elif line.strip():
            messages.append((number, "", "", "", [line]))
    return tuple(
        ChatLine(number, time, sender, recipient, "\n".join(part.strip() for part in lines).strip())
        for number, time, sender, recipient, lines in messages
    )
