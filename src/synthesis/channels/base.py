"""What mappers are given and what they hand back: `Context` in, `Reading` out, one item per input row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from synthesis.channels.dates import UNKNOWN_TIME, Stamp
from synthesis.channels.non_answers import is_non_answer
from synthesis.formats import Document, Kind
from synthesis.model import Channel, Reason, Role, SpeakerKind, Valence, Voice

if TYPE_CHECKING:  # contracts are about tables, and tables are about items
    from synthesis.channels.contract import Contract

Roster = Mapping[str, SpeakerKind]


@dataclass(frozen=True, slots=True)
class Context:
    """The export at hand. `roster` holds folded names (see `people.fold_name`); `folder` is the name's last folder."""

    sha256: str
    name: str
    folder: str
    channel: Channel
    timezone: ZoneInfo
    received_at: datetime
    roster: Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One row that is community voice. Fields are those of `frames.RawContributions`."""

    row: int
    text: str
    sheet: str = ""
    cue: str = ""
    event: str = ""
    site: str = ""
    room: str = ""
    prompt_id: str = ""
    prompt_text: str = ""
    valence: Valence = Valence.OPEN
    received: Stamp = UNKNOWN_TIME
    voice: Voice = Voice.VERBATIM
    speaks_for_low: int = 1
    speaks_for_high: int = 1
    role: Role = Role.UNKNOWN
    school: str = ""
    grade_band: str = ""
    agrees: int = 0
    disagrees: int = 0
    stars: float = 0.0
    raters: int = 0
    dots: int = 0
    speaker_kind: SpeakerKind = SpeakerKind.COMMUNITY
    is_private: bool = False
    identity: str = ""
    person_name: str = ""
    record_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """One row that is not counted as voice, with its reason. `detail` never holds words of the public.

    `kept` is what the row would be if a person put it back, where the mapper knows it.
    """

    row: int
    reason: Reason
    sheet: str = ""
    column: str = ""
    detail: str = ""
    text: str = ""
    kept: Kept | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One passage of a research document."""

    row: int
    document: str
    anchor: str
    text: str


Item = Kept | Aside | Chunk


@dataclass(frozen=True, slots=True)
class Reading:
    """`rows_in` is counted from the file's shape, apart from `items`, so that a lost row is noticed."""

    rows_in: int
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Layout:
    """An export layout. `detect` returns how surely a document has it, from 0 to 1; `columns` are its usual headers.

    `contract` says which columns it reads (None where a layout has no columns), and so what is drift.
    """

    name: str
    channel: Channel
    kinds: frozenset[Kind]
    columns: tuple[str, ...]
    detect: Callable[[Document, Channel | None], float]
    read: Callable[[Document, Context], Reading]
    contract: Contract | None = None


def settle(kept: Kept, column: str = "") -> Item:
    """Return the row as it is, or set aside when it is empty or says in words that it has nothing to say."""
    column = column or kept.prompt_id
    if not kept.text.strip():
        return Aside(row=kept.row, sheet=kept.sheet, column=column, reason=Reason.EMPTY, text=kept.text)
    if is_non_answer(kept.text):
        return Aside(row=kept.row, sheet=kept.sheet, column=column, reason=Reason.NON_ANSWER, text=kept.text, kept=kept)
    return kept


def key_of(*parts: str) -> str:
    """Return a record key from parts, or the empty string when any of them is unknown."""
    return "|".join(part.strip() for part in parts) if all(part.strip() for part in parts) else ""


def digest(*parts: str) -> str:
    """Return 16 hex digits that tell these parts from others; used where a vendor gives no id."""
    joined = "\x1f".join(" ".join(part.split()) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]
