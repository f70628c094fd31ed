"""The account of what counts now: the vault's rows after everything that people decided about them.

The vault keeps what each export held when it came. Which rows count follows from the decisions (events): a row that was put
back counts, an export that was superseded does not, and a row that was set aside because an earlier export held it counts
again when no export that counts holds it any more. Rows in = kept + set aside, whatever was decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from synthesis.frames import RawContributions, aside_id
from synthesis.model import Event, LedgerRow, Reason, SpeakerKind, Valence, Verb, Voice
from synthesis.store.database import connection, reading
from synthesis.store.events import read_events, record
from synthesis.store.vault import Vault
from synthesis.text import urgent

_DECISIVE = (Verb.PUT_BACK, Verb.SET_ASIDE_AGAIN, Verb.SUPERSEDE)


@dataclass(frozen=True)
class Account:
    """What counts now (`RawContributions`), what does not (`SetAside` and `aside_id, name`), and the ledger. Vault only."""

    contributions: pd.DataFrame
    set_aside: pd.DataFrame
    research: pd.DataFrame
    ledger: tuple[LedgerRow, ...]
    events: tuple[Event, ...]


def decisions(data_dir: Path, database_url: str | None = None, verbs: Sequence[Verb] = ()) -> tuple[Event, ...]:
    """Return what people decided, in order. Reading makes no database where there is none yet."""
    if database_url is None and not (data_dir / "synthesis.db").is_file():
        return ()
    with reading(data_dir, database_url) as opened:
        return tuple(read_events(opened, verbs))


def decide(verb: Verb, subject: str, by: str, reason: str, data_dir: Path, database_url: str | None) -> None:
    """Record what a person decided about a subject."""
    with connection(data_dir, database_url) as opened:
        record(opened, verb, subject, by=by, reason=reason)


def account(data_dir: Path, database_url: str | None = None) -> Account:
    """Return the account of every stored export after all decisions."""
    vault = Vault(data_dir)
    events = decisions(data_dir, database_url, _DECISIVE)
    ledger = vault.ledger()
    superseded = {event.subject: str(event.data["by"]) for event in events if event.verb is Verb.SUPERSEDE}
    aside = with_ids(vault.set_aside(), ledger)
    held = vault.held()
    live = vault.contributions()
    live = live[~live["export_sha256"].isin(superseded)]
    put_back = _put_back(events) & set(aside.loc[~aside["export_sha256"].isin(superseded), "aside_id"])
    held = held[~held["export_sha256"].isin(superseded)]
    back = _joined([held[held["aside_id"].isin(put_back)], _rebuilt(aside, held, put_back, ledger)])
    kept = _joined([live, back.drop(columns="aside_id")])
    again = _no_longer_held(held[~held["aside_id"].isin(put_back)], aside, kept, ledger)
    returned = put_back | set(again["aside_id"])
    contributions = _joined([kept, again.drop(columns="aside_id")])
    research = vault.research()
    return Account(
        contributions=contributions,
        set_aside=aside[~aside["aside_id"].isin(returned)].reset_index(drop=True),
        research=research[~research["export_sha256"].isin(superseded)].reset_index(drop=True),
        ledger=tuple(_rows(ledger, aside, returned, superseded)),
        events=events,
    )


def with_ids(set_aside: pd.DataFrame, ledger: Iterable[LedgerRow]) -> pd.DataFrame:
    """Return set-aside rows with the id by which a person names one, and the name of their export."""
    names = {row.sha256: row.name for row in ledger}
    ids = [
        aside_id(*place)
        for place in zip(*(set_aside[c] for c in ("export_sha256", "sheet", "row", "column")), strict=True)
    ]
    return set_aside.assign(aside_id=pd.Series(ids, index=set_aside.index, dtype=object)).assign(
        name=set_aside["export_sha256"].map(names).astype(object)
    )


def record_keys(contributions: pd.DataFrame) -> pd.Series[str]:
    """Return what tells a record in any export of its source system: key, question and words. Empty without a key.

    Needs ``channel, record_key, text_raw``.
    """
    told = (contributions[column] for column in ("channel", "record_key", "text_raw"))
    keys = [_record_key(*record) for record in zip(*told, strict=True)]
    return pd.Series(keys, index=contributions.index, dtype=object)


def _record_key(channel: str, record_key: str, text: str) -> str:
    said = f"{channel}|{record_key}|{' '.join(text.split()).casefold()}"
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32] if record_key else ""


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the frames as one; the empty ones do not bear on the types of the columns."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def _put_back(events: Iterable[Event]) -> set[str]:
    """Return the ids of rows that were put back and not set aside again since."""
    now: dict[str, Verb] = {event.subject: event.verb for event in events if event.verb is not Verb.SUPERSEDE}
    return {subject for subject, verb in now.items() if verb is Verb.PUT_BACK}


def _rebuilt(aside: pd.DataFrame, held: pd.DataFrame, put_back: set[str], ledger: Sequence[LedgerRow]) -> pd.DataFrame:
    """Return contributions for rows that were put back but of which only place and words are known."""
    wanted = aside[aside["aside_id"].isin(put_back - set(held["aside_id"]))]
    exports = {row.sha256: row for row in ledger}
    rows = [_bare(row, exports[row["export_sha256"]]) for row in wanted.to_dict("records")]
    columns = [*RawContributions.to_schema().columns, "aside_id"]
    return pd.DataFrame(rows, columns=columns)


def _bare(row: Mapping[Hashable, Any], export: LedgerRow) -> dict[str, object]:
    """Return a contribution of which the role, the person and the time are unknown."""
    digest = sha256(row["aside_id"].encode()).hexdigest()[:16]
    known = {
        "contribution_id": f"C{digest}",
        "export_sha256": export.sha256,
        "sheet": row["sheet"],
        "row": row["row"],
        "channel": export.channel,
        "instrument": export.layout,
        "prompt_id": row["column"],
        "valence": Valence.OPEN.value,
        "received_at": export.received_at.isoformat(timespec="seconds"),
        "received_precision": "unknown",
        "voice": Voice.VERBATIM.value,
        "speaks_for_low": 1,
        "speaks_for_high": 1,
        "role": "unknown",
        "speaker_kind": SpeakerKind.COMMUNITY.value,
        "is_private": False,
        "stars": 0.0,
        "text_raw": row["text_raw"],
        "aside_id": row["aside_id"],
    }
    numbers = dict.fromkeys(("agrees", "disagrees", "raters", "dots"), 0)
    return dict.fromkeys(RawContributions.to_schema().columns, "") | numbers | known


def _no_longer_held(
    held: pd.DataFrame, aside: pd.DataFrame, kept: pd.DataFrame, ledger: Sequence[LedgerRow]
) -> pd.DataFrame:
    """Return rows set aside as ingested before of which no export that counts holds the record: the first of each."""
    repeats = set(aside.loc[aside["reason"] == Reason.ALREADY_INGESTED.value, "aside_id"])
    waiting = held[held["aside_id"].isin(repeats)]
    waiting = waiting[waiting["text_raw"].map(urgent.kind_of).isna()]  # the first one stays with who handles it
    if waiting.empty:
        return waiting
    arrival = {row.sha256: (row.received_at.isoformat(), row.name) for row in ledger}
    waiting = waiting.assign(_key=record_keys(waiting), _order=waiting["export_sha256"].map(arrival))
    free = waiting[waiting["_key"].ne("") & ~waiting["_key"].isin(set(record_keys(kept)))]
    free = free.sort_values(["_order", "row"], kind="stable")
    return free.drop_duplicates("_key").drop(columns=["_key", "_order"])


def _rows(
    ledger: Iterable[LedgerRow], aside: pd.DataFrame, returned: set[str], superseded: dict[str, str]
) -> list[LedgerRow]:
    """Return the ledger after the decisions."""
    back = aside[aside["aside_id"].isin(returned)]
    result = []
    for row in ledger:
        if row.sha256 in superseded:
            reasons = row.reasons | {Reason.SUPERSEDED.value: row.kept}
            result.append(
                replace(row, kept=0, set_aside=row.rows_in, reasons=reasons, superseded_by=superseded[row.sha256])
            )
            continue
        gone = Counter(back.loc[back["export_sha256"] == row.sha256, "reason"])
        left = {reason: times - gone[reason] for reason, times in row.reasons.items()}
        result.append(
            replace(
                row,
                kept=row.kept + gone.total(),
                set_aside=row.set_aside - gone.total(),
                reasons={reason: times for reason, times in left.items() if times},
            )
        )
    return result
