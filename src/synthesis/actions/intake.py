"""Ingest: files of the channels into the vault, every row accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pandas as pd

from synthesis import channels
from synthesis.errors import InputError, Place
from synthesis.frames import SetAside
from synthesis.model import Channel, ExportSha, LedgerRow, Reason, SpeakerKind
from synthesis.store.vault import Vault
from synthesis.text import urgent

Progress = Callable[[str, int, int], None]

ROSTER = "roster.csv"
_IGNORED = frozenset({"README.md", ".gitkeep", ".DS_Store", "Thumbs.db"})


def quiet(stage: str, done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the files: stored now, stored before (same bytes), and refused with the reason."""

    stored: tuple[LedgerRow, ...]
    known: tuple[LedgerRow, ...]
    refused: tuple[InputError, ...]


def ingest(
    paths: Sequence[Path],
    *,
    data_dir: Path,
    timezone: str,
    channel: Channel | None = None,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> IngestReport:
    """Read files and folders into the vault. A refused file does not keep the others out.

    Local times are read in `timezone`. With `dry_run` nothing is stored. Raises InputError where a path does not exist
    or holds no file at all.
    """
    files = [found for path in paths for found in _files(path)]
    if not files:
        raise InputError(
            "There is no file to ingest.",
            place=Place(file=", ".join(str(path) for path in paths)),
            do="Name a file, or a folder that holds exports.",
        )
    vault = Vault(data_dir)
    roster = _roster(files)
    seen = _record_keys(vault.contributions())
    stored: list[LedgerRow] = []
    known: list[LedgerRow] = []
    refused: list[InputError] = []
    for number, (path, name) in enumerate(files, start=1):
        progress("ingest", number, len(files))
        try:
            row, again = _ingest_one(vault, path, name, timezone, channel, roster, seen, dry_run)
        except InputError as error:
            refused.append(error)
            continue
        (known if again else stored).append(row)
    return IngestReport(tuple(stored), tuple(known), tuple(refused))


def ledger(data_dir: Path) -> list[LedgerRow]:
    """Return the account of every stored export, by name."""
    return Vault(data_dir).ledger()


def set_aside(data_dir: Path) -> pd.DataFrame:
    """Return every row that was set aside (`SetAside`), without its words: place, reason and what to do."""
    frame = Vault(data_dir).set_aside()
    return frame.assign(text_raw="")


def _ingest_one(
    vault: Vault,
    path: Path,
    name: str,
    timezone: str,
    channel: Channel | None,
    roster: dict[str, SpeakerKind],
    seen: set[str],
    dry_run: bool,
) -> tuple[LedgerRow, bool]:
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
    before = vault.has(digest)
    if before is not None:
        return before, True
    received_at = datetime.now(UTC)
    mapped = channels.read_export(
        name, data, sha256=digest, channel=channel, timezone=timezone, received_at=received_at, roster=roster
    )
    contributions, moved = _apart(mapped.contributions, seen)
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
    if not dry_run:
        vault.store(row, data, contributions, SetAside.validate(aside), mapped.research)
    seen |= _record_keys(contributions)
    return row, False


def _apart(contributions: pd.DataFrame, seen: set[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Move rows that an earlier export held already, and urgent items, out of the contributions."""
    if contributions.empty:
        return contributions, pd.DataFrame(columns=list(SetAside.to_schema().columns))
    keys = _keys(contributions)
    again = keys.isin(seen) | (keys.ne("") & keys.duplicated())
    kinds = contributions["text_raw"].map(urgent.kind_of)
    calls = kinds.notna() & ~again
    leaving = contributions[again | calls]
    details = kinds[again | calls].map(lambda kind: f"{kind}: for a person at once, see the urgent items")
    details = details.where(calls[again | calls], "the same record came with an earlier export")
    moved = pd.DataFrame(
        {
            "export_sha256": leaving["export_sha256"],
            "sheet": leaving["sheet"],
            "row": leaving["row"],
            "column": leaving["prompt_id"],
            "reason": calls[again | calls].map({True: Reason.URGENT_ITEM.value, False: Reason.ALREADY_INGESTED.value}),
            "detail": details,
            "text_raw": leaving["text_raw"],
        }
    )
    return contributions[~(again | calls)].reset_index(drop=True), moved.reset_index(drop=True)


def _keys(contributions: pd.DataFrame) -> pd.Series[str]:
    """Return what tells a record in any export of its source system: key, question and words. Empty without a key."""
    text = contributions["text_raw"].str.split().str.join(" ").str.casefold()
    whole = contributions["channel"] + "|" + contributions["record_key"] + "|" + text
    hashed = whole.map(lambda value: sha256(value.encode("utf-8", "surrogatepass")).hexdigest())
    return hashed.where(contributions["record_key"].ne(""), "")


def _record_keys(contributions: pd.DataFrame) -> set[str]:
    """Return the keys of contributions that have one."""
    if contributions.empty:
        return set()
    return set(_keys(contributions)) - {""}


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
