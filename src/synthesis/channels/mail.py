"""Mail folders: one row per message, without what it quotes and without the signature mark's tail."""

from __future__ import annotations

import re

from synthesis.channels.base import Aside, Context, Item, Kept, Layout, Reading, digest, key_of, settle
from synthesis.channels.dates import parse_mail_date
from synthesis.channels.people import person_name, speaker_kind
from synthesis.formats import Document, Kind, Message
from synthesis.model import Channel, Reason, SpeakerKind

_ATTRIBUTION = re.compile(
    r"(?m)^(?:on\s[^\n]{5,200}(?:\n[^\n]{0,100})?wrote:|el\s[^\n]{5,200}escribió:"
    r"|-{2,}\s*(?:original|forwarded) message\s*-{2,}.*)\s*$",
    re.IGNORECASE,
)
_OUTLOOK_QUOTE = re.compile(r"(?m)^from:[^\n]+\n(?:sent|date):[^\n]+\nto:", re.IGNORECASE)
_SIGNATURE = re.compile(r"(?m)^-- ?$")


def own_words(body: str) -> str:
    """Return what the sender wrote: without quoted lines, the line that introduces them, and a marked signature."""
    text = body.replace("\r\n", "\n")
    for pattern in (_OUTLOOK_QUOTE, _SIGNATURE):
        match = pattern.search(text)
        if match and text[: match.start()].strip():
            text = text[: match.start()]
    text = _ATTRIBUTION.sub("", text)
    lines = [line.rstrip() for line in text.split("\n") if not line.lstrip().startswith(">")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _read(document: Document, context: Context) -> Reading:
    return Reading(len(document.messages), [_item(message, context) for message in document.messages])


def _item(message: Message, context: Context) -> Item:
    def aside(reason: Reason, detail: str) -> Aside:
        return Aside(row=message.number, column="body", reason=reason, detail=detail, text=message.text)

    if message.fault:
        return aside(Reason.BROKEN_ROW, message.fault)
    try:
        received = parse_mail_date(message.date)
    except (ValueError, TypeError):
        return aside(
            Reason.BROKEN_ROW, f"message {message.number}: its Date header is not a date; correct it and retry"
        )
    kind = speaker_kind(message.sender_name, context.roster)
    if kind is not SpeakerKind.COMMUNITY:
        return aside(Reason.STAFF_TURN, f"sent by {kind.value}: kept as context, not counted")
    text = own_words(message.text)
    return settle(
        Kept(
            row=message.number,
            prompt_id="body",
            text=text,
            received=received,
            identity=f"email:{message.sender_email}" if "@" in message.sender_email else "",
            person_name=person_name(message.sender_name),
            record_key=key_of("email", message.message_id)
            or key_of("email", message.sender_email, digest(message.date, text)),
        )
    )


LAYOUTS = (
    Layout(
        "email_mbox",
        Channel.OTHER,
        frozenset({Kind.MAIL}),
        (),
        lambda document, _: 0.9 if document.messages else 0.0,
        _read,
    ),
)
