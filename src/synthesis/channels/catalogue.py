"""The known layouts. Their order settles ties: the earlier one reads the file."""

from __future__ import annotations

from typing import Final

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
from synthesis.channels.base import Layout, Reading
from synthesis.channels.contract import Contract
from synthesis.channels.tables import find_table
from synthesis.formats import Document, Kind
from synthesis.model import Channel


def _is_roster(document: Document) -> bool:
    table = find_table(document, (("name",), ("kind",)))
    return table is not None and len(table.header) <= 4


ROSTER: Final = Layout(
    "roster",
    Channel.OTHER,
    frozenset({Kind.TABLE}),
    ("name", "kind"),
    lambda document, _: 0.9 if _is_roster(document) else 0.0,
    lambda document, context: Reading(0, []),
    Contract(required=(("name",), ("kind",))),
)
LAYOUTS: Final[tuple[Layout, ...]] = (
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
    ROSTER,
)
ALIASED: Final = {
    layout.name: layout
    for layout in LAYOUTS
    if layout.name in ("lets_talk", "thoughtexchange", "sticky_csv", "summit_xlsx")
}
"""Layouts whose header text is not verified: a profile may give their columns under any header."""
