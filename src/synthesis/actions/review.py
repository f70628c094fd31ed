"""Review: what people decide about rows, urgent items, quotes and campaigns; by whom and why stands with each decision.

Words of the public are returned to the caller who asks for one item's words, and shown nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from synthesis.actions.account import account, decide, decisions
from synthesis.errors import InputError, RuleError
from synthesis.model import Event, Reason, Verb
from synthesis.procedure import plain
from synthesis.store.runs import read_run

_NO_VOICE = frozenset({Reason.BROKEN_ROW.value, Reason.EMPTY.value})


@dataclass(frozen=True, slots=True)
class AsideRow:
    """Where a row that is set aside stands, and why. Its id is made of its place."""

    aside_id: str
    export: str
    sheet: str
    row: int
    column: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class UrgentItem:
    """A comment that was set apart for a person at once. `handled` is the last decision about it, or None."""

    item_id: str
    kind: str
    export: str
    sheet: str
    row: int
    handled: Event | None


@dataclass(frozen=True, slots=True)
class WaitingQuote:
    """A comment (public text) whose words wait for a person, and why; `decision` is the last one, or None."""

    contribution_id: str
    text: str
    why: str
    theme: str
    decision: Event | None


def need_words(**said: str) -> None:
    """Raise InputError where one of the things said is empty."""
    for name, words in said.items():
        if not words.strip():
            raise InputError(
                f"The decision needs --{name}.", do="Say who decides and why: it is kept with the decision."
            )


def set_aside(data_dir: Path, *, reason: str | None = None, database_url: str | None = None) -> list[AsideRow]:
    """Return the rows that are set aside now (for one reason), in the order of their places. Their words are not part of it."""
    frame = account(data_dir, database_url).set_aside
    frame = frame if reason is None else frame[frame["reason"] == reason]
    rows = [
        AsideRow(*values)
        for values in zip(
            *(frame[c].tolist() for c in ("aside_id", "name", "sheet", "row", "column", "reason", "detail")),
            strict=True,
        )
    ]
    return sorted(rows, key=lambda row: (row.export, row.sheet, row.row, row.column))


def words_aside(aside_id: str, *, data_dir: Path, database_url: str | None = None) -> str:
    """Return the words of one row that is set aside, as received. For the eyes of who must decide about it."""
    return str(_aside_row(aside_id, data_dir, database_url)["text_raw"])


def put_back(aside_id: str, *, by: str, reason: str, data_dir: Path, database_url: str | None = None) -> None:
    """Count a row that was set aside. It is part of the next run.

    Raises InputError for an unknown row, RuleError for one that holds no words or could not be read.
    """
    need_words(by=by, reason=reason)
    row = _aside_row(aside_id, data_dir, database_url)
    if row["reason"] in _NO_VOICE or not str(row["text_raw"]).strip():
        raise RuleError(
            f"The row {aside_id} cannot be put back: {plain(row['reason'])}.",
            do="Correct the file and ingest it with --supersedes.",
        )
    decide(Verb.PUT_BACK, aside_id, by, reason, data_dir, database_url)


def set_aside_again(aside_id: str, *, by: str, reason: str, data_dir: Path, database_url: str | None = None) -> None:
    """Take back that a row was put back. Raises InputError where it was not."""
    need_words(by=by, reason=reason)
    last = _last(decisions(data_dir, database_url, (Verb.PUT_BACK, Verb.SET_ASIDE_AGAIN)))
    if aside_id not in last or last[aside_id].verb is not Verb.PUT_BACK:
        raise InputError(f"The row {aside_id} was not put back.", do="Look the rows up: synthesis aside list.")
    decide(Verb.SET_ASIDE_AGAIN, aside_id, by, reason, data_dir, database_url)


def urgent_items(data_dir: Path, database_url: str | None = None) -> list[UrgentItem]:
    """Return the urgent items, those that nobody handled first. Their words are not part of it."""
    last = _last(decisions(data_dir, database_url, (Verb.HANDLE_URGENT,)))
    items = [
        UrgentItem(row.aside_id, row.detail.split(":")[0], row.export, row.sheet, row.row, last.get(row.aside_id))
        for row in set_aside(data_dir, reason=Reason.URGENT_ITEM.value, database_url=database_url)
    ]
    return sorted(items, key=lambda item: (item.handled is not None, item.export, item.sheet, item.row))


def handle_urgent(item_id: str, *, by: str, reason: str, data_dir: Path, database_url: str | None = None) -> None:
    """Record who handled an urgent item and what was done."""
    need_words(by=by, reason=reason)
    if item_id not in {item.item_id for item in urgent_items(data_dir, database_url)}:
        raise InputError(f"There is no urgent item {item_id}.", do="Look them up: synthesis urgent list.")
    decide(Verb.HANDLE_URGENT, item_id, by, reason, data_dir, database_url)


def quotes_waiting(data_dir: Path, database_url: str | None = None) -> list[WaitingQuote]:
    """Return the comments of the published run whose words wait for a person, undecided ones first."""
    run = read_run(data_dir)
    last = _last(decisions(data_dir, database_url, (Verb.RELEASE, Verb.WITHHOLD)))
    place = run.ideas[["idea_id", "contribution_id"]].merge(run.assignments[["idea_id", "theme_id"]], on="idea_id")
    theme_of = dict(zip(place["contribution_id"], place["theme_id"], strict=True))
    names = {theme.theme_id: theme.name for theme in run.themes}
    held = run.contributions[run.contributions["hold"] != ""]
    found = [
        WaitingQuote(
            contribution_id, text, why, names.get(theme_of.get(contribution_id, ""), ""), last.get(contribution_id)
        )
        for contribution_id, text, why in zip(
            *(held[c].tolist() for c in ("contribution_id", "text_public", "hold")), strict=True
        )
    ]
    return sorted(found, key=lambda quote: (quote.decision is not None, quote.theme, quote.contribution_id))


def decide_quote(
    contribution_id: str, *, release: bool, by: str, reason: str, data_dir: Path, database_url: str | None = None
) -> None:
    """Release a comment's words for quotes, or withhold them. It holds from the next run on."""
    need_words(by=by, reason=reason)
    if contribution_id not in set(read_run(data_dir).contributions["contribution_id"]):
        raise InputError(f"There is no comment {contribution_id}.", do="Look them up: synthesis quotes list.")
    decide(Verb.RELEASE if release else Verb.WITHHOLD, contribution_id, by, reason, data_dir, database_url)


def campaigns(data_dir: Path) -> list[dict[str, object]]:
    """Return the campaigns of the published run: id, primary comment, its public text, members, people, exports."""
    run = read_run(data_dir)
    names = {row.sha256: row.name for row in run.ledger}
    found = []
    members = run.contributions[run.contributions["campaign_id"] != ""]
    for campaign_id, own in members.groupby("campaign_id"):
        primary = own[own["duplicate_of"] == ""].iloc[0]
        found.append(
            {
                "campaign_id": campaign_id,
                "primary": primary["contribution_id"],
                "text": primary["text_public"],
                "n_members": len(own),
                "n_people": int(own["participant_key"].nunique()),
                "exports": sorted({names[sha] for sha in own["export_sha256"]}),
            }
        )
    return found


def decide_campaign(
    primary: str, *, break_up: bool, by: str, reason: str, data_dir: Path, database_url: str | None = None
) -> None:
    """Count the members of a campaign as comments of their own (or as a campaign again) from the next run on."""
    need_words(by=by, reason=reason)
    if primary not in set(read_run(data_dir).contributions["contribution_id"]):
        raise InputError(f"There is no comment {primary}.", do="Look them up: synthesis campaigns list.")
    verb = Verb.BREAK_UP_CAMPAIGN if break_up else Verb.RESTORE_CAMPAIGN
    decide(verb, primary, by, reason, data_dir, database_url)


def _aside_row(aside_id: str, data_dir: Path, database_url: str | None) -> pd.Series:
    frame = account(data_dir, database_url).set_aside
    found = frame[frame["aside_id"] == aside_id]
    if found.empty:
        raise InputError(f"No row {aside_id} is set aside.", do="Look the rows up: synthesis aside list.")
    return found.iloc[0]


def _last(events: Sequence[Event]) -> dict[str, Event]:
    """Return the last event of each subject."""
    return {event.subject: event for event in events}
