"""Polis: comments.csv of 2018 and of 2024, and the companion files of a conversation, which hold votes and no words."""

from __future__ import annotations

from synthesis.channels.base import Aside, Context, Item, Kept, Layout, Reading, digest, key_of, settle
from synthesis.channels.contract import Contract
from synthesis.channels.dates import parse_epoch_ms
from synthesis.channels.tables import Table, find_table
from synthesis.formats import Document, Kind, Row
from synthesis.formats.parts import column_letter
from synthesis.model import Channel, Reason

_OLD = ("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body")
_NEW = ("timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "is-meta", "is-seed",
        "group-informed-consensus", "comment-body")  # fmt: skip
_VOTES = ("timestamp", "datetime", "comment-id", "voter-id", "vote")
# The two votes layouts differ only in whether the readable time is there.
_VOTES_READ = tuple((column,) for column in _VOTES if column != "datetime")
_PARTICIPANTS = ("participant", "group-id", "n-comments", "n-votes")
_SUMMARY_KEYS = frozenset(
    ("topic", "url", "voters", "voters-in-conv", "commenters", "comments", "groups", "conversation-description")
)


def _comments(document: Document, columns: tuple[str, ...]) -> Table | None:
    return find_table(document, tuple((column,) for column in columns))


def _is_summary(document: Document) -> bool:
    if find_table(document, tuple((column,) for column in _PARTICIPANTS)):
        return True
    keys = {row.cells[0].strip().casefold() for sheet in document.sheets for row in sheet.rows[:20] if row.cells}
    return len(keys & _SUMMARY_KEYS) >= 4


def _read(document: Document, context: Context, columns: tuple[str, ...]) -> Reading:
    table = _comments(document, columns)
    if table is None:
        return Reading(0, [])
    return Reading(len(table.rows), [_item(table, row, context) for row in table.rows])


def _item(table: Table, row: Row, context: Context) -> Item:
    def cell(column: str) -> str:
        return table.cell(row, table.find((column,)))

    if fault := table.fault(row):
        return table.broken(row, fault)
    column = ""
    try:
        column = "timestamp"
        received = parse_epoch_ms(cell("timestamp"))
        column = "agrees"
        agrees = _count(cell("agrees"))
        column = "disagrees"
        disagrees = _count(cell("disagrees"))
    except (ValueError, OverflowError):
        letter = column_letter(table.find((column,)) or 0)
        detail = f"row {row.number}, column {letter} ({column}): expected a whole number; correct it and retry"
        return table.broken(row, detail, letter)
    text = cell("comment-body")
    reason = Reason.ORGANISER_SEED if cell("is-seed").casefold() in ("true", "1") else None
    if reason is None and cell("moderated") == "-1":
        reason = Reason.REJECTED_BY_MODERATOR
    letter = column_letter(table.find(("comment-body",)) or 0)
    if reason is not None:
        return Aside(row=row.number, sheet=table.sheet.name, column=letter, reason=reason, text=text)
    author = cell("author-id")
    return settle(
        Kept(
            row=row.number,
            sheet=table.sheet.name,
            prompt_id=letter,
            text=text,
            received=received,
            agrees=agrees,
            disagrees=disagrees,
            # Author numbers begin anew in each conversation, and a conversation is a folder.
            identity=f"respondent:polis:{context.folder or context.sha256[:16]}:{author}" if author else "",
            record_key=key_of("polis", cell("timestamp"), author, digest(text)),
        ),
        letter,
    )


def _count(text: str) -> int:
    value = int(float(text)) if text else 0
    if value < 0:
        raise ValueError("a count below zero")
    return value


LAYOUTS = (
    Layout(
        "polis_2024",
        Channel.OTHER,
        frozenset({Kind.TABLE}),
        _NEW,
        lambda document, _: (
            1.0 if _comments(document, tuple(c for c in _NEW if c != "group-informed-consensus")) else 0.0
        ),
        lambda document, context: _read(document, context, tuple(c for c in _NEW if c != "group-informed-consensus")),
        Contract(required=tuple((column,) for column in _NEW if column != "group-informed-consensus")),
    ),
    Layout(
        "polis_2018",
        Channel.OTHER,
        frozenset({Kind.TABLE}),
        _OLD,
        lambda document, _: 0.9 if _comments(document, _OLD) else 0.0,
        lambda document, context: _read(document, context, _OLD),
        Contract(required=tuple((column,) for column in _OLD)),
    ),
    Layout(
        "polis_companion",
        Channel.OTHER,
        frozenset({Kind.TABLE}),
        _VOTES,
        lambda document, _: 0.9 if find_table(document, _VOTES_READ) else 0.0,
        lambda document, context: Reading(0, []),
        Contract(required=_VOTES_READ),
    ),
    Layout(
        "polis_companion",
        Channel.OTHER,
        frozenset({Kind.TABLE}),
        (),
        lambda document, _: 0.9 if _is_summary(document) else 0.0,
        lambda document, context: Reading(0, []),
    ),
)
