"""Which layout a document has, known or of a profile, and the reading of its rows by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from synthesis.channels.base import Layout
from synthesis.channels.catalogue import LAYOUTS, ROSTER
from synthesis.channels.drift import layout_drift, nearest_layout, unknown_layout
from synthesis.channels.mapped import Mapped, context_of, folder_channel, mapped_of
from synthesis.channels.profile_read import read_document
from synthesis.channels.profiles import Profile, best_nearness, find_tables
from synthesis.errors import InputError, Place, SchemaDrift
from synthesis.formats import Document, Kind, open_document
from synthesis.model import Channel, SpeakerKind

_SURE = 0.9
_NEAR = 0.5


def layouts() -> tuple[str, ...]:
    """Return the names of the known layouts."""
    return tuple(dict.fromkeys(layout.name for layout in LAYOUTS))


def read_export(
    name: str,
    data: bytes,
    *,
    sha256: str,
    channel: Channel | None = None,
    timezone: str,
    received_at: datetime,
    roster: Mapping[str, SpeakerKind] = {},
    profiles: Sequence[Profile] = (),
) -> Mapped:
    """Return the rows of one export, each as a contribution, a passage of research, or set aside with a reason.

    `name` is text to show; its first part gives the channel when it is a channel's name. `timezone` (IANA) is of
    local times in the file. `received_at` (aware) stands, with precision unknown, where a row has no date.
    `roster` maps names of staff, board, facilitators and vendors to their kind; their turns are set aside.
    Known layouts come first; a file that has none of them, or one that has lost a column, is read by the one of the
    `profiles` that it fits. Raises `UnsafeFile`, `UnreadableFile`, and `SchemaDrift` naming the columns, the nearest
    layout or profile, and what to do; `InputError` where a file fits two profiles.
    """
    document = open_document(name, data)
    hint = channel or folder_channel(name)
    try:
        layout = _detect(document, hint)
    except SchemaDrift:
        profile = _profile_of(document, profiles)
        if profile is None:
            raise
        return read_document(
            profile, document, sha256=sha256, channel=channel, timezone=timezone, received_at=received_at, roster=roster
        )
    context = context_of(
        name,
        sha256=sha256,
        channel=hint or layout.channel,
        timezone=timezone,
        received_at=received_at,
        roster=roster,
    )
    return mapped_of(layout.name, context, layout.read(document, context))


def _profile_of(document: Document, profiles: Sequence[Profile]) -> Profile | None:
    """Return the one profile that a document fits, None where it is near to none.

    Raises `SchemaDrift` of the nearest profile where the file has drifted from it, `InputError` where two fit.
    """
    if document.kind is not Kind.TABLE:
        return None
    fitting: list[Profile] = []
    drifted: list[tuple[float, SchemaDrift]] = []
    for profile in profiles:
        try:
            find_tables(profile, document)
        except SchemaDrift as error:
            drifted.append((best_nearness(profile, document), error))
        else:
            fitting.append(profile)
    if len(fitting) > 1:
        raise InputError(
            f"The file fits more than one profile: {', '.join(profile.name for profile in fitting)}.",
            place=Place(file=document.name),
            do="Name one of them with --profile, or remove the other. Nothing was stored.",
        )
    if not fitting and drifted:
        nearness, drift = max(drifted, key=lambda entry: entry[0])
        if nearness >= _NEAR:
            raise drift
    return fitting[0] if fitting else None


def _detect(document: Document, hint: Channel | None) -> Layout:
    """Return the layout that a document has. Raises `SchemaDrift` where it has none, or one with a doubt."""
    scored = [
        (layout.detect(document, hint), -place, layout)
        for place, layout in enumerate(LAYOUTS)
        if document.kind in layout.kinds
    ]
    score, _, layout = max(scored, default=(0.0, 0, ROSTER))
    if score <= 0:
        raise nearest_layout(document, LAYOUTS, None) or unknown_layout(document, LAYOUTS)
    # A layout that is told by few columns must not read the export of another one that has lost a column.
    error = nearest_layout(document, LAYOUTS, layout) if score < _SURE else None
    if error := error or layout_drift(layout, document):
        raise error
    return layout
