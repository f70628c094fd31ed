"""Zoom chat, saved locally or in the cloud. Direct messages are dropped unread; reactions are rows, not voice."""

from __future__ import annotations

import re

from synthesis.channels.base import Aside, Context, Item, Kept, Layout, Reading, digest, key_of, settle
from synthesis.channels.people import name_identity, person_name, speaker_kind
from synthesis.formats import Document, Kind
from synthesis.formats.chat import ChatLine
from synthesis.formats.parts import MAX_CELL_CHARS
from synthesis.model import Channel, Reason, SpeakerKind

_PUBLIC = re.compile(r"^(?:everyone|all panelists and attendees|all attendees|meeting group chat)\b", re.IGNORECASE)
_DIRECT = re.compile(r"\((?:direct message|privately)\)", re.IGNORECASE)
_REACTION = re.compile(
    r"^(?:reacted to [\"“].*|removed an? .{1,20} reaction (?:from|to) .*)$", re.IGNORECASE | re.DOTALL
)
_REPLY_LINE = re.compile(r"^replying to [\"“].*?[\"”][ \t]*\n+", re.IGNORECASE | re.DOTALL)
_REPLY_INLINE = re.compile(r"^replying to (?:\"[^\"\n]*\"|“[^”\n]*”):?\s*", re.IGNORECASE)


def strip_reply_quote(text: str) -> str:
    """Return a reply without the line that quotes whom it answers: those words are another person's."""
    return (
        _REPLY_LINE.sub("", text, count=1) if _REPLY_LINE.match(text) else _REPLY_INLINE.sub("", text, count=1)
    ).strip()


def _read(document: Document, context: Context) -> Reading:
    return Reading(len(document.chat), [_item(line, context) for line in document.chat])


def _item(line: ChatLine, context: Context) -> Item:
    def aside(reason: Reason, detail: str, text: str) -> Aside:
        return Aside(row=line.number, column="message", reason=reason, detail=detail, text=text)

    if not line.sender:
        return aside(Reason.BROKEN_ROW, f"line {line.number}: no time and sender before it", line.text)
    if _DIRECT.search(line.recipient) or not _PUBLIC.match(line.recipient):
        return aside(Reason.DIRECT_MESSAGE, "a message to one person: dropped unread", "")
    if len(line.text) > MAX_CELL_CHARS:
        return aside(
            Reason.BROKEN_ROW, f"line {line.number}: longer than {MAX_CELL_CHARS:,} characters", line.text[:1000]
        )
    if _REACTION.match(line.text):
        return aside(Reason.REACTION, "a reaction to another message", line.text)
    kind = speaker_kind(line.sender, context.roster)
    if kind is not SpeakerKind.COMMUNITY:
        return aside(Reason.STAFF_TURN, f"written by {kind.value}: kept as context, not counted", line.text)
    return settle(
        Kept(
            row=line.number,
            cue=line.time,
            prompt_id="message",
            text=strip_reply_quote(line.text),
            identity=name_identity(line.sender),
            person_name=person_name(line.sender),
            record_key=key_of("zoom_chat", line.time, digest(line.sender, line.text)),
        )
    )


LAYOUTS = (
    Layout(
        "zoom_chat",
        Channel.TOWN_HALL,
        frozenset({Kind.CHAT}),
        (),
        lambda document, _: 0.9 if document.style == "local" else 0.0,
        _read,
    ),
    Layout(
        "zoom_chat_cloud",
        Channel.TOWN_HALL,
        frozenset({Kind.CHAT}),
        (),
        lambda document, _: 0.9 if document.style == "cloud" else 0.0,
        _read,
    ),
)
