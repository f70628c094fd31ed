"""What an export becomes once it is mapped: three valid frames, and the proof that no row was lost between them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd

from synthesis.channels.base import Aside, Chunk, Context, Kept, Reading
from synthesis.channels.people import fold_name
from synthesis.errors import Place, SchemaDrift
from synthesis.frames import HeldContributions, RawContributions, Research, SetAside, aside_id
from synthesis.model import Channel, SpeakerKind

ItemType = TypeVar("ItemType", Kept, Aside, Chunk)
_PIECE: Final = 20_000


@dataclass(frozen=True)
class Mapped:
    """An export once mapped: ``rows_in == len(contributions) + len(set_aside) + len(research)``, always.

    The frames are valid `frames.RawContributions`, `frames.SetAside` and `frames.Research`. `held` (`HeldContributions`) holds
    rows of `set_aside` as the contributions that they are if a person puts them back, where the mapper knows that.
    """

    layout: str
    channel: Channel
    contributions: pd.DataFrame
    set_aside: pd.DataFrame
    research: pd.DataFrame
    held: pd.DataFrame
    rows_in: int


def path_parts(name: str) -> list[str]:
    """Return the folders and the file of a name, whichever way its slashes lean."""
    return [part for part in name.replace("\\", "/").split("/") if part]


def folder_channel(name: str) -> Channel | None:
    """Return the channel whose folder the name begins with, if it begins with one."""
    parts = path_parts(name)
    return next((member for member in Channel if len(parts) > 1 and member.value == parts[0]), None)


def context_of(
    name: str,
    *,
    sha256: str,
    channel: Channel,
    timezone: str,
    received_at: datetime,
    roster: Mapping[str, SpeakerKind],
) -> Context:
    """Return what mappers are told about an export."""
    parts = path_parts(name)
    return Context(
        sha256=sha256,
        name=name,
        folder=parts[-2] if len(parts) > 2 else "",
        channel=channel,
        timezone=ZoneInfo(timezone),
        received_at=received_at.astimezone(UTC),
        roster={fold_name(person): kind for person, kind in roster.items()},
    )


def mapped_of(layout: str, context: Context, reading: Reading) -> Mapped:
    """Return the frames of a reading. Raises `SchemaDrift` when rows in are not rows kept, set aside or research."""
    kept = [item for item in reading.items if isinstance(item, Kept)]
    aside = [item for item in reading.items if isinstance(item, Aside)]
    chunks = [item for item in reading.items if isinstance(item, Chunk)]
    held = [item for item in aside if item.kept is not None]
    if reading.rows_in != len(kept) + len(aside) + len(chunks):
        raise SchemaDrift(
            f"The layout {layout} lost count: {reading.rows_in} rows in, "
            f"{len(kept)} kept, {len(aside)} set aside, {len(chunks)} research.",
            place=Place(file=context.name),
            do="This is a defect of the mapper; report the layout's name. Nothing was stored.",
        )
    return Mapped(
        layout=layout,
        channel=context.channel,
        contributions=_frame(kept, partial(_contribution, layout, context), RawContributions),
        set_aside=_frame(aside, partial(_set_aside, context), SetAside),
        research=_frame(chunks, partial(_passage, context), Research),
        held=_frame(held, partial(_held, layout, context), HeldContributions),
        rows_in=reading.rows_in,
    )


def _frame(
    items: Sequence[ItemType],
    record: Callable[[ItemType], dict[str, object]],
    schema: type[RawContributions] | type[SetAside] | type[Research] | type[HeldContributions],
) -> pd.DataFrame:
    """Return the valid frame of items, made a piece at a time: a million records as dictionaries take gigabytes."""
    columns = list(schema.to_schema().columns)
    pieces = [
        pd.DataFrame.from_records([record(item) for item in items[at : at + _PIECE]], columns=columns)
        for at in range(0, max(1, len(items)), _PIECE)
    ]
    frame = pieces[0] if len(pieces) == 1 else pd.concat(pieces, ignore_index=True)
    return pd.DataFrame(schema.validate(frame))


def _held(layout: str, context: Context, item: Aside) -> dict[str, object]:
    """Return the whole contribution of a row that was set aside, with the id of its row."""
    if item.kept is None:
        raise ValueError("only a row that would be a contribution is held")
    return _contribution(layout, context, item.kept) | {
        "aside_id": aside_id(context.sha256, item.sheet, item.row, item.column)
    }


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _contribution(layout: str, context: Context, item: Kept) -> dict[str, object]:
    dated = bool(item.received.iso)
    return {
        "contribution_id": "C" + _hash(context.sha256, item.sheet, str(item.row), item.prompt_id, item.text),
        "export_sha256": context.sha256,
        "sheet": item.sheet,
        "row": item.row,
        "cue": item.cue,
        "channel": context.channel.value,
        "instrument": layout,
        "event": item.event,
        "site": item.site,
        "room": item.room,
        "prompt_id": item.prompt_id,
        "prompt_text": item.prompt_text,
        "valence": item.valence.value,
        "received_at": item.received.iso if dated else context.received_at.isoformat(timespec="seconds"),
        "received_precision": item.received.precision,
        "voice": item.voice.value,
        "speaks_for_low": item.speaks_for_low,
        "speaks_for_high": item.speaks_for_high,
        "role": item.role.value,
        "school": item.school,
        "grade_band": item.grade_band,
        "agrees": item.agrees,
        "disagrees": item.disagrees,
        "stars": item.stars,
        "raters": item.raters,
        "dots": item.dots,
        "speaker_kind": item.speaker_kind.value,
        "is_private": item.is_private,
        "text_raw": item.text,
        "identity": item.identity,
        "person_name": item.person_name,
        "record_key": item.record_key,
    }


def _set_aside(context: Context, item: Aside) -> dict[str, object]:
    return {
        "export_sha256": context.sha256,
        "sheet": item.sheet,
        "row": item.row,
        "column": item.column,
        "reason": item.reason.value,
        "detail": item.detail,
        "text_raw": item.text,
    }


def _passage(context: Context, item: Chunk) -> dict[str, object]:
    return {
        "chunk_id": "R" + _hash(context.sha256, str(item.row), item.anchor, item.text),
        "export_sha256": context.sha256,
        "document": item.document,
        "anchor": item.anchor,
        "row": item.row,
        "text": item.text,
    }
