"""Meeting transcripts: Zoom and Teams captions, Teams documents. One row is one turn: a run of one speaker's cues."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from synthesis.channels.base import Aside, Context, Item, Kept, Layout, Reading, Roster, digest, key_of, settle
from synthesis.channels.people import fold_name, name_identity, person_name, role_of, speaker_kind
from synthesis.formats import BlockKind, Document, Kind
from synthesis.model import Channel, Reason, Role, SpeakerKind, Voice

_ZOOM_SPEAKER = re.compile(r"^([^:?!]{1,60}?):\s+(.*)$", re.DOTALL)
# "Dr. Whitcombe", "Krystle B.", "St. Clair": a dot after a few letters belongs to a name, any other ends a sentence.
_SENTENCE_END = re.compile(r"\w{5,}\.|\.{2}|(?<=[a-z])\.\s+[a-z]")
_NOT_A_NAME = re.compile(
    r"^(?:and|so|but|the|my|our|i|we|it|question|answer|quote|for example|first|second|third"
    r"|number|one|two|also|because|like|well)\b"
    r"|^\d|\s(?:is|are|was|were|that|this|have|had|said|says|about)\b",
    re.IGNORECASE,
)
_TEAMS_HEAD = re.compile(
    r"^(?P<name>\S.*?)(?:\s{2,}|\t+\s*)(?P<time>\d{1,2}:\d{2}(?::\d{2})?)\s*(?:\n(?P<text>.*))?$", re.DOTALL
)
_LABEL = re.compile(r"[(\[]([^)\]]+)[)\]]\s*$")
_NOTICE = re.compile(
    r"^(?:recording (?:in progress|stopped|started)|this meeting is being recorded"
    r"|.{0,60}(?:started|stopped) transcription)\.?$",
    re.IGNORECASE,
)


_PARTICLES = frozenset(("de", "da", "la", "van", "von", "del", "der", "den", "dos", "y", "e", "al", "bin"))


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said until another spoke; times as written."""

    speaker: str
    start: str
    end: str
    text: str


def merge_turns(pieces: Iterable[Turn]) -> list[Turn]:
    """Join runs of one speaker. A piece without a speaker goes on from the one before it."""
    turns: list[Turn] = []
    for piece in pieces:
        speaker = piece.speaker or (turns[-1].speaker if turns else "")
        if turns and turns[-1].speaker == speaker and not _NOTICE.match(piece.text):
            last = turns[-1]
            turns[-1] = Turn(speaker, last.start, piece.end, f"{last.text} {piece.text}".strip())
        else:
            turns.append(Turn("" if _NOTICE.match(piece.text) else speaker, piece.start, piece.end, piece.text))
    return turns


def _looks_like_speaker(name: str) -> bool:
    """Tell a speaker from the words before a colon in a sentence: names are capitalised throughout, or one word."""
    words = name.split()
    return (
        len(words) <= 6
        and not _NOT_A_NAME.search(name)
        and not _SENTENCE_END.search(name)
        and all(word in _PARTICLES or not word.islower() for word in words)
    )


def _zoom_pieces(document: Document, roster: Roster) -> list[Turn]:
    matches = [(cue, _ZOOM_SPEAKER.match(cue.text)) for cue in document.cues]
    times = Counter(match[1].strip() for _, match in matches if match)
    pieces = []
    for cue, match in matches:
        name = match[1].strip() if match else ""
        # A lower-case user name is told from a word before a colon by coming back.
        again = times[name] >= 2 and " " not in name and not _NOT_A_NAME.search(name)
        known = fold_name(name) in roster
        named = match is not None and bool(name) and (known or again or _looks_like_speaker(name))
        speaker, text = (name, match[2]) if match is not None and named else ("", cue.text)
        pieces.append(Turn(speaker, cue.start, cue.end, text.strip()))
    return pieces


def _teams_pieces(document: Document) -> list[Turn]:
    return [Turn(cue.speaker, cue.start, cue.end, cue.text) for cue in document.cues]


def _docx_pieces(document: Document) -> tuple[list[Turn], list[Item]]:
    """Return the turns of a Teams document, and the lines before the first one, set aside as layout."""
    pieces: list[Turn] = []
    before: list[Item] = []
    for block in document.blocks:
        match = _TEAMS_HEAD.match(block.text)
        if match:
            pieces.append(Turn(match["name"].strip(), match["time"], match["time"], (match["text"] or "").strip()))
        elif pieces:
            last = pieces[-1]
            pieces[-1] = Turn(last.speaker, last.start, last.end, f"{last.text} {block.text}".strip())
        elif block.kind is not BlockKind.HEADING:
            before.append(
                Aside(
                    row=block.number,
                    sheet="heading",
                    reason=Reason.HEADING_OR_LAYOUT,
                    detail="a line before the first turn",
                    text=block.text,
                )
            )
    return pieces, before


def _turn_items(turns: list[Turn], context: Context) -> list[Item]:
    return [_item(number, turn, context) for number, turn in enumerate(turns, start=1)]


def _item(number: int, turn: Turn, context: Context) -> Item:
    kind = speaker_kind(turn.speaker, context.roster)
    if kind is not SpeakerKind.COMMUNITY:
        detail = f"spoken by {kind.value}: kept as context, not counted"
        return Aside(row=number, column="turn", reason=Reason.STAFF_TURN, detail=detail, text=turn.text)
    if _NOTICE.match(turn.text):
        detail = "a notice of the meeting software"
        return Aside(row=number, column="turn", reason=Reason.HEADING_OR_LAYOUT, detail=detail, text=turn.text)
    label = _LABEL.search(turn.speaker)
    return settle(
        Kept(
            row=number,
            cue=f"{turn.start} --> {turn.end}",
            prompt_id="turn",
            text=turn.text,
            voice=Voice.TRANSCRIBED,
            role=role_of(label[1]) if label else Role.UNKNOWN,
            identity=name_identity(turn.speaker),
            person_name=person_name(turn.speaker),
            record_key=key_of("transcript", turn.start, digest(turn.speaker, turn.text)),
        )
    )


def _read_zoom(document: Document, context: Context) -> Reading:
    turns = merge_turns(_zoom_pieces(document, context.roster))
    return Reading(len(turns), _turn_items(turns, context))


def _read_teams(document: Document, context: Context) -> Reading:
    turns = merge_turns(_teams_pieces(document))
    return Reading(len(turns), _turn_items(turns, context))


def _read_teams_docx(document: Document, context: Context) -> Reading:
    pieces, before = _docx_pieces(document)
    turns = merge_turns(pieces)
    return Reading(len(turns) + len(before), _turn_items(turns, context) + before)


def _has_voices(document: Document) -> bool:
    return any(cue.speaker for cue in document.cues)


def _teams_docx_score(document: Document) -> float:
    heads = sum(1 for block in document.blocks if _TEAMS_HEAD.match(block.text))
    return 0.97 if heads >= 2 or (heads == 1 and len(document.blocks) <= 3) else 0.0


LAYOUTS = (
    Layout(
        "zoom_vtt",
        Channel.TOWN_HALL,
        frozenset({Kind.VTT}),
        (),
        lambda document, _: 0.9 if document.cues and not _has_voices(document) else 0.0,
        _read_zoom,
    ),
    Layout(
        "teams_vtt",
        Channel.TOWN_HALL,
        frozenset({Kind.VTT}),
        (),
        lambda document, _: 0.9 if _has_voices(document) else 0.0,
        _read_teams,
    ),
    Layout(
        "teams_docx",
        Channel.TOWN_HALL,
        frozenset({Kind.DOCX}),
        (),
        lambda document, _: _teams_docx_score(document),
        _read_teams_docx,
    ),
)
