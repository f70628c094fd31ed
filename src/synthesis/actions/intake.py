"""Ingest: files of the channels into the vault, every row accounted for."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pandas as pd

from synthesis import channels
from synthesis.actions.account import account, record_keys
from synthesis.actions.profiles import saved_profiles
from synthesis.actions.review import need_words
from synthesis.errors import InputError, Place
from synthesis.frames import HeldContributions, SetAside, aside_id
from synthesis.model import Channel, ExportSha, LedgerRow, Reason, SpeakerKind, Verb
from synthesis.store.database import connection
from synthesis.store.events import record
from synthesis.store.vault import Vault
from synthesis.text import urgent

Progress = Callable[[str, int, int], None]
Alert = Callable[[str, int], None]

ROSTER = "roster.csv"
_ALERT_SECONDS = 30
_IGNORED = frozenset({"README.md", ".gitkeep", ".DS_Store", "Thumbs.db"})


def quiet(stage: str, done: int, total: int) -> None:
    """Show no progress."""


def no_alert(export: str, items: int) -> None:
    """Call nobody."""


def command_alert(command: Sequence[str]) -> Alert:
    """Return an alert that runs the district's own command with the counts as JSON on its input, never with words."""

    def call(export: str, items: int) -> None:
        if command:
            said = json.dumps({"export": export, "urgent_items": items})
            subprocess.run(list(command), input=said, text=True, check=False, timeout=_ALERT_SECONDS)

    return call


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the files: stored now, stored before (same bytes), and refused with the reason."""

    stored: tuple[LedgerRow, ...]
    known: tuple[LedgerRow, ...]
    refused: tuple[InputError, ...]


@dataclass(frozen=True, slots=True)
class _Reader:
    """What all files of one ingest are read with."""

    vault: Vault
    timezone: str
    channel: Channel | None
    roster: dict[str, SpeakerKind]
    seen: set[str]
    profile: channels.Profile | None
    profiles: tuple[channels.Profile, ...]
    dry_run: bool
    alert: Alert


def ingest(
    paths: Sequence[Path],
    *,
    data_dir: Path,
    timezone: str,
    channel: Channel | None = None,
    profile: channels.Profile | None = None,
    dry_run: bool = False,
    supersedes: str | None = None,
    by: str = "",
    reason: str = "",
    database_url: str | None = None,
    alert: Alert = no_alert,
    progress: Progress = quiet,
) -> IngestReport:
    """Read files and folders into the vault. A refused file does not keep the others out.

    Local times are read in `timezone`. With `dry_run` nothing is stored. Files are read by `profile` where one is given, else by
    the known layout that they have, else by the saved profile that they fit. `supersedes` names a stored export (name or first
    digits of its hash) that the one file read now corrects: from then on its rows do not count, and the ledger says by
    whom (`by`) and why (`reason`). `alert` is called with the export's name and the number of its urgent items.

    Raises InputError where a path does not exist or holds no file at all, or where `supersedes` fits no stored export.
    """
    files = [found for path in paths for found in _files(path)]
    if not files:
        raise InputError(
            "There is no file to ingest.",
            place=Place(file=", ".join(str(path) for path in paths)),
            do="Name a file, or a folder that holds exports.",
        )
    vault = Vault(data_dir)
    old = None if supersedes is None else _corrected(vault, supersedes, files, by, reason)
    told = ["export_sha256", "channel", "record_key", "text_raw"]
    known_rows = pd.concat([vault.columns("contributions", told), _calling(vault.columns("held", told))])
    if old is not None:
        known_rows = known_rows[known_rows["export_sha256"] != old.sha256]
    reader = _Reader(
        vault=vault,
        timezone=timezone,
        channel=channel,
        roster=_roster(files),
        seen=set(record_keys(known_rows)) - {""},
        profile=profile,
        profiles=saved_profiles(data_dir),
        dry_run=dry_run,
        alert=alert,
    )
    stored: list[LedgerRow] = []
    known: list[LedgerRow] = []
    refused: list[InputError] = []
    for number, (path, name) in enumerate(files, start=1):
        progress("ingest", number, len(files))
        try:
            row, again = _ingest_one(reader, path, name)
        except InputError as error:
            refused.append(error)
            continue
        (known if again else stored).append(row)
    if old is not None and stored and not dry_run:
        with connection(data_dir, database_url) as opened:
            record(opened, Verb.SUPERSEDE, old.sha256, by=by, reason=reason, data={"by": stored[0].sha256})
    return IngestReport(tuple(stored), tuple(known), tuple(refused))


def _corrected(vault: Vault, wanted: str, files: Sequence[tuple[Path, str]], by: str, reason: str) -> LedgerRow:
    """Return the stored export that a corrected one supersedes."""
    found = [
        row for row in vault.ledger() if row.name == wanted or (len(wanted) >= 6 and row.sha256.startswith(wanted))
    ]
    if len(found) != 1:
        raise InputError(
            f"{len(found)} stored exports are called {wanted!r}.",
            expected="the name of one stored export, or the first six or more digits of its hash",
            do="Look the name up: synthesis ledger.",
        )
    if len(files) != 1:
        raise InputError(
            f"{len(files)} files were named, but one file supersedes one export.",
            do="Name the corrected file alone.",
        )
    need_words(by=by, reason=reason)
    return found[0]


def ledger(data_dir: Path, database_url: str | None = None) -> list[LedgerRow]:
    """Return the account of every stored export after all decisions, by name."""
    return list(account(data_dir, database_url).ledger)


def _ingest_one(reader: _Reader, path: Path, name: str) -> tuple[LedgerRow, bool]:
    """Return the account of one file, and whether its bytes were stored before."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror}.",
            place=Place(file=name),
            do="Check that it may be opened.",
        ) from error
    digest = ExportSha(sha256(data).hexdigest())
    before = reader.vault.has(digest)
    if before is not None:
        return before, True
    received_at = datetime.now(UTC)
    mapped = _mapped(reader, name, data, digest, received_at)
    contributions, moved, held = _apart(mapped.contributions, reader.seen)
    held = pd.concat([part for part in (mapped.held, held) if len(part)] or [held], ignore_index=True)
    parts = [part for part in (mapped.set_aside, moved) if len(part)]
    aside = pd.concat(parts, ignore_index=True) if parts else mapped.set_aside
    kept = len(contributions) + len(mapped.research)
    if kept + len(aside) != mapped.rows_in:
        raise InputError(
            f"{mapped.rows_in} rows went in but {kept} were kept and {len(aside)} set aside.",
            place=Place(file=name),
            do="Nothing was stored. Report this file's layout to the maintainers.",
        )
    row = LedgerRow(
        name=name,
        channel=mapped.channel.value,
        layout=mapped.layout,
        sha256=digest,
        received_at=received_at,
        rows_in=mapped.rows_in,
        kept=kept,
        set_aside=len(aside),
        reasons={str(k): int(v) for k, v in sorted(aside["reason"].value_counts().items())},
    )
    reader.seen.update(*(set(record_keys(rows)) - {""} for rows in (contributions, _calling(held))))
    if not reader.dry_run:
        reader.vault.store(row, data, contributions, SetAside.validate(aside), mapped.research, held)
        urgent_items = row.reasons.get(Reason.URGENT_ITEM.value, 0)
        if urgent_items:
            reader.alert(name, urgent_items)
    return row, False


def _mapped(reader: _Reader, name: str, data: bytes, digest: ExportSha, received_at: datetime) -> channels.Mapped:
    """Return the rows of one file."""
    if reader.profile is not None:
        return channels.read_with_profile(
            reader.profile,
            name,
            data,
            sha256=digest,
            channel=reader.channel,
            timezone=reader.timezone,
            received_at=received_at,
            roster=reader.roster,
        )
    return channels.read_export(
        name,
        data,
        sha256=digest,
        channel=reader.channel,
        timezone=reader.timezone,
        received_at=received_at,
        roster=reader.roster,
        profiles=reader.profiles,
    )


def _apart(contributions: pd.DataFrame, seen: set[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Move rows that an earlier export held already, and urgent items, out of the contributions.

    Returns what stays, the rows moved (`SetAside`), and the same whole (`HeldContributions`): they can be put back.
    """
    if contributions.empty:
        return contributions, SetAside.empty(), HeldContributions.empty()
    keys = record_keys(contributions)
    again = keys.ne("") & (keys.isin(seen) | keys.duplicated())
    kinds = contributions["text_raw"].map(urgent.kind_of)
    calls = kinds.notna() & ~again
    away = again | calls
    leaving = contributions[away]
    details = kinds[away].map(lambda kind: f"{kind}: for a person at once, see the urgent items")
    details = details.where(calls[away], "the same record came with an earlier export")
    moved = pd.DataFrame(
        {
            "export_sha256": leaving["export_sha256"],
            "sheet": leaving["sheet"],
            "row": leaving["row"],
            "column": leaving["prompt_id"],
            "reason": calls[away].map({True: Reason.URGENT_ITEM.value, False: Reason.ALREADY_INGESTED.value}),
            "detail": details,
            "text_raw": leaving["text_raw"],
        }
    ).reset_index(drop=True)
    ids = [aside_id(*p) for p in zip(*(moved[c] for c in ("export_sha256", "sheet", "row", "column")), strict=True)]
    held = leaving.reset_index(drop=True).assign(aside_id=pd.Series(ids, dtype=object))
    return contributions[~away].reset_index(drop=True), moved, held


def _calling(held: pd.DataFrame) -> pd.DataFrame:
    """Return the urgent items among rows that were held: a later export that repeats one calls nobody again."""
    return held[held["text_raw"].map(urgent.kind_of).notna()]


def _roster(files: Sequence[tuple[Path, str]]) -> dict[str, SpeakerKind]:
    """Return who is no member of the community, from every roster among the files."""
    found: dict[str, SpeakerKind] = {}
    for path, _ in files:
        if path.name == ROSTER:
            found.update(channels.read_roster(path.read_bytes()))
    return found


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file with the name that it goes by: from its channel's folder on, where it lies in one."""
    if not path.exists():
        raise InputError("There is no such file or folder.", place=Place(file=str(path)), do="Check the path.")
    root = path if path.is_dir() else path.parent
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if not file.is_file() or file.is_symlink() or file.name in _IGNORED:
            continue
        parts = file.relative_to(root).parts
        whole = (root.resolve().name, *parts)
        start = next((i for i, part in enumerate(whole) if part in set(Channel)), 0)
        name = "/".join(whole[start:]) if whole[start] in set(Channel) or path.is_dir() else file.name
        yield file, name
