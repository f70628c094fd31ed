"""The layouts, which of them a document has, and the frames that its rows become."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd
from rapidfuzz import fuzz, process

from synthesis.channels import (
    forms,
    lets_talk,
    mail,
    minutes,
    notes_docx,
    notes_tables,
    polis,
    qualtrics,
    research,
    surveymonkey,
    thoughtexchange,
    transcripts,
    zoom_chat,
    zoom_reports,
)
from synthesis.channels.base import Aside, Chunk, Context, Kept, Layout, Reading
from synthesis.channels.people import fold_name
from synthesis.channels.tables import find_table, fold_header
from synthesis.errors import Place, SchemaDrift
from synthesis.formats import Document, Kind, open_document
from synthesis.frames import RawContributions, Research, SetAside
from synthesis.model import Channel, SpeakerKind

_ROSTER = Layout(
    "roster",
    Channel.OTHER,
    frozenset({Kind.TABLE}),
    ("name", "kind"),
    lambda document, _: 0.9 if _is_roster(document) else 0.0,
    lambda document, context: Reading(0, []),
)
_LAYOUTS: Final[tuple[Layout, ...]] = (
    *lets_talk.LAYOUTS,
    *qualtrics.LAYOUTS,
    *surveymonkey.LAYOUTS,
    *forms.LAYOUTS,
    *thoughtexchange.LAYOUTS,
    *polis.LAYOUTS,
    *transcripts.LAYOUTS,
    *zoom_chat.LAYOUTS,
    *zoom_reports.LAYOUTS,
    *notes_docx.LAYOUTS,
    *notes_tables.LAYOUTS,
    *mail.LAYOUTS,
    *minutes.LAYOUTS,
    *research.LAYOUTS,
    _ROSTER,
)
_SHOWN_COLUMNS = 12
_SHOWN_CHARS = 40


@dataclass(frozen=True)
class Mapped:
    """An export once mapped: ``rows_in == len(contributions) + len(set_aside) + len(research)``, always.

    The frames are valid `frames.RawContributions`, `frames.SetAside` and `frames.Research`.
    """

    layout: str
    channel: Channel
    contributions: pd.DataFrame
    set_aside: pd.DataFrame
    research: pd.DataFrame
    rows_in: int


def layouts() -> tuple[str, ...]:
    """Return the names of the known layouts."""
    return tuple(layout.name for layout in _LAYOUTS)


def read_export(
    name: str,
    data: bytes,
    *,
    sha256: str,
    channel: Channel | None = None,
    timezone: str,
    received_at: datetime,
    roster: Mapping[str, SpeakerKind] = {},
) -> Mapped:
    """Return the rows of one export, each as a contribution, a passage of research, or set aside with a reason.

    `name` is text to show; its first part gives the channel when it is a channel's name. `timezone` (IANA) is of
    local times in the file. `received_at` (aware) stands, with precision unknown, where a row has no date.
    `roster` maps names of staff, board, facilitators and vendors to their kind; their turns are set aside.
    Raises `UnsafeFile`, `UnreadableFile`, and `SchemaDrift` naming the columns and the nearest layout.
    """
    document = open_document(name, data)
    parts = [part for part in name.replace("\\", "/").split("/") if part]
    hint = channel or _folder_channel(parts)
    layout = _detect(document, hint)
    context = Context(
        sha256=sha256,
        name=name,
        folder=parts[-2] if len(parts) > 2 else "",
        channel=hint or layout.channel,
        timezone=ZoneInfo(timezone),
        received_at=received_at.astimezone(UTC),
        roster={fold_name(person): kind for person, kind in roster.items()},
    )
    return _mapped(layout, context, layout.read(document, context))


def _folder_channel(parts: Sequence[str]) -> Channel | None:
    if len(parts) < 2:
        return None
    return next((member for member in Channel if member.value == parts[0]), None)


def _is_roster(document: Document) -> bool:
    table = find_table(document, (("name",), ("kind",)))
    return table is not None and len(table.header) <= 4


def _detect(document: Document, hint: Channel | None) -> Layout:
    scored = [
        (layout.detect(document, hint), -place, layout)
        for place, layout in enumerate(_LAYOUTS)
        if document.kind in layout.kinds
    ]
    best = max(scored, default=(0.0, 0, _ROSTER))
    if best[0] <= 0:
        raise _drift(document)
    return best[2]


def _drift(document: Document) -> SchemaDrift:
    """Return the error that names the columns found and the layout whose columns are nearest."""
    if document.kind is not Kind.TABLE:
        return SchemaDrift(
            f"The {document.kind} file fits no known layout.",
            place=Place(file=document.name),
            expected="transcript turns, notes under headings, or public comment in minutes",
            do="Put it into the folder of its channel, or give --channel, and retry.",
        )
    sheet = next((sheet for sheet in document.sheets if sheet.rows), None)
    if sheet is None:
        return SchemaDrift(
            "The file holds no rows.", place=Place(file=document.name), expected="a header row", do="Export it again."
        )
    # The widest of the first rows is the header; long cells are answers rather than names and are not repeated.
    header = max(sheet.rows[:5], key=lambda row: sum(1 for cell in row.cells if cell.strip()))
    columns = [cell.strip() for cell in header.cells if cell.strip() and len(cell.strip()) <= _SHOWN_CHARS]
    nearest, missing = _nearest(columns)
    shown = ", ".join(columns[:_SHOWN_COLUMNS]) + (", …" if len(columns) > _SHOWN_COLUMNS else "")
    return SchemaDrift(
        f"The columns fit no known layout: {shown or 'none with a short name'}.",
        place=Place(file=document.name, sheet=sheet.name or None, row=header.number),
        expected=f"nearest known layout: {nearest}; of its columns are missing: {', '.join(missing[:8]) or 'none'}",
        do="Compare the header row with the vendor's export, or complete a mapping profile; nothing was stored.",
    )


def _nearest(columns: Sequence[str]) -> tuple[str, list[str]]:
    folded = [fold_header(column) for column in columns] or [""]

    def score(layout: Layout) -> float:
        best = [process.extractOne(fold_header(name), folded, scorer=fuzz.ratio)[1] for name in layout.columns]
        found = sum(value for value in best if value >= 70)
        return found / (100 * len(best) + 40 * len(folded))

    layout = max((layout for layout in _LAYOUTS if layout.columns), key=score)
    return layout.name, [name for name in layout.columns if fold_header(name) not in folded]


def _mapped(layout: Layout, context: Context, reading: Reading) -> Mapped:
    kept = [_contribution(layout, context, item) for item in reading.items if isinstance(item, Kept)]
    aside = [_set_aside(context, item) for item in reading.items if isinstance(item, Aside)]
    chunks = [_passage(context, item) for item in reading.items if isinstance(item, Chunk)]
    if reading.rows_in != len(kept) + len(aside) + len(chunks):
        raise SchemaDrift(
            f"The layout {layout.name} lost count: {reading.rows_in} rows in, "
            f"{len(kept)} kept, {len(aside)} set aside, {len(chunks)} research.",
            place=Place(file=context.name),
            do="This is a defect of the mapper; report the layout's name. Nothing was stored.",
        )
    return Mapped(
        layout=layout.name,
        channel=context.channel,
        contributions=_frame(kept, RawContributions),
        set_aside=_frame(aside, SetAside),
        research=_frame(chunks, Research),
        rows_in=reading.rows_in,
    )


def _frame(
    records: list[dict[str, object]], schema: type[RawContributions] | type[SetAside] | type[Research]
) -> pd.DataFrame:
    frame = pd.DataFrame.from_records(records, columns=list(schema.to_schema().columns))
    return pd.DataFrame(schema.validate(frame))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _contribution(layout: Layout, context: Context, item: Kept) -> dict[str, object]:
    dated = bool(item.received.iso)
    return {
        "contribution_id": "C" + _hash(context.sha256, item.sheet, str(item.row), item.prompt_id, item.text),
        "export_sha256": context.sha256,
        "sheet": item.sheet,
        "row": item.row,
        "cue": item.cue,
        "channel": context.channel.value,
        "instrument": layout.name,
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
