"""Minutes of board meetings: only what members of the public said under public comment is voice."""

from __future__ import annotations

import re

from synthesis.channels.base import Aside, Context, Item, Kept, Layout, Reading, digest, key_of, settle
from synthesis.channels.dates import UNKNOWN_TIME, Stamp, parse_time
from synthesis.channels.people import name_identity, person_name, role_of, speaker_kind
from synthesis.formats import Block, BlockKind, Document, Kind
from synthesis.model import Channel, Reason, Role, SpeakerKind, Voice

_SECTION = re.compile(
    r"public (?:comment|participation|input|forum)|comments? from the (?:public|audience)"
    r"|citizens? comment",
    re.IGNORECASE,
)
_MINUTES = re.compile(
    r"\bminutes\b|\bboard of (?:education|directors|trustees)\b|\bschool board\b|\bboard meeting\b|\bcall(?:ed)?(?: the meeting)? to order\b",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"^(?P<name>[^:()\d]{2,60}?)\s*(?:\((?P<role>[^)]{2,80})\)\s*(?:[:,–-]\s*|(?=spoke|said|asked"
    r"|urged|thanked))|:\s+)(?P<text>.+)$",
    re.DOTALL,
)
_BOARD_LINE = re.compile(
    r"^(?:(?:board )?(?:member|chair|president|trustee|vice chair|director)|superintendent"
    r"|(?:the )?(?:board|chair|superintendent|president|clerk)"
    r"|motion|dr\.|assistant superintendent)\b",
    re.IGNORECASE,
)
_OFFICIAL = frozenset({Role.BOARD_MEMBER, Role.CENTRAL_OFFICE})
_DATE = re.compile(r"\b([A-Z][a-z]+ \d{1,2}, \d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})\b")


def _is_heading(block: Block) -> bool:
    return block.kind is BlockKind.HEADING or (block.bold and len(block.text) <= 120 and not _SPEAKER.match(block.text))


def _meeting_date(document: Document, context: Context) -> Stamp:
    for block in document.blocks[:10]:
        match = _DATE.search(block.text)
        if match:
            try:
                return parse_time(match[1], context.timezone)
            except ValueError:
                continue
    return UNKNOWN_TIME


def _read(document: Document, context: Context) -> Reading:
    received = _meeting_date(document, context)
    event = next((block.text for block in document.blocks if block.kind is BlockKind.HEADING), "")
    items: list[Item] = []
    public = False
    rows_in = 0
    for block in document.blocks:
        if _is_heading(block):
            public = bool(_SECTION.search(block.text))
            if block.kind is BlockKind.HEADING:
                continue
        rows_in += 1
        items.append(_item(block, context, received, event, public=public))
    return Reading(rows_in, items)


def _item(block: Block, context: Context, received: Stamp, event: str, *, public: bool) -> Item:
    match = _SPEAKER.match(block.text) if public else None
    if match is None:
        board = bool(_BOARD_LINE.match(block.text))
        detail = "said or done by the board: context, not counted" if board else "a line of the agenda"
        reason = Reason.STAFF_TURN if board else Reason.HEADING_OR_LAYOUT
        return Aside(row=block.number, column="paragraph", reason=reason, detail=detail, text=block.text)
    name, role = match["name"].strip(), role_of(match["role"] or "")
    official = role in _OFFICIAL or speaker_kind(name, context.roster) is not SpeakerKind.COMMUNITY
    if official:
        detail = "said by the board or the district: context, not counted"
        return Aside(row=block.number, column="paragraph", reason=Reason.STAFF_TURN, detail=detail, text=block.text)
    text = match["text"].strip()
    return settle(
        Kept(
            row=block.number,
            event=event,
            prompt_id="public_comment",
            text=text,
            received=received,
            voice=Voice.PARAPHRASE,
            role=role,
            identity=name_identity(name),
            person_name=person_name(name),
            record_key=key_of("minutes", received.iso, digest(name, text)),
        )
    )


def _score(document: Document) -> float:
    section = any(_is_heading(block) and _SECTION.search(block.text) for block in document.blocks)
    opening = "\n".join(block.text for block in document.blocks[:15])
    return 0.95 if section and _MINUTES.search(opening) else 0.0


LAYOUTS = (
    Layout("minutes_docx", Channel.OTHER, frozenset({Kind.DOCX}), (), lambda document, _: _score(document), _read),
)
