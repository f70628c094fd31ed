"""Keeping the records: whether they are what was written, a copy of everything while it is in use, and its way back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthesis.errors import InputError, Place
from synthesis.store import backup as archives
from synthesis.store.chain import START, Break
from synthesis.store.database import reading
from synthesis.store.runs import run_breaks
from synthesis.store.verification import Verified
from synthesis.store.verification import verify as verify_records

_NOTED = re.compile(r"(\d+):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` found: the head of the audit chain as ``number:hash``, and what is not as it was written.

    `older` counts the plan records from before the chain: nothing tells whether they are what was written.
    """

    events: int
    head: str
    older: int
    breaks: tuple[Break, ...]
    runs: tuple[tuple[str, str, str], ...]

    @property
    def sound(self) -> bool:
        """Tell whether everything is as it was written."""
        return not self.breaks and not self.runs


def verify(*, data_dir: Path, database_url: str | None = None, noted: str | None = None) -> Report:
    """Recompute the audit chain and the hashes of every published run.

    `noted` is a head of the chain that was written down before, as ``number:hash``: with it a chain is found that was sealed
    anew. Raises InputError for one that cannot be read.
    """
    head = None
    if noted is not None:
        read = _NOTED.fullmatch(noted.strip())
        if read is None:
            raise InputError("The noted head cannot be read.", expected="number:hash, as synthesis verify prints it")
        head = (int(read[1]), read[2])
    found = Verified(0, f"0:{START}", ())
    if database_url is not None or (data_dir / "synthesis.db").is_file():
        with reading(data_dir, database_url) as opened:
            found = verify_records(opened, head)
    return Report(found.events, found.head, found.older, found.breaks, tuple(run_breaks(data_dir)))


def backup(out: Path, *, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Write records, vault, ledger, profiles and runs into one archive, while others go on working. Returns its manifest.

    The archive holds raw words and identities, as the vault does: its owner alone may read it. Raises InputError where the
    file is there already, or where there is nothing to save.
    """
    if database_url is None and not (data_dir / "synthesis.db").is_file() and not (data_dir / "ledger").is_dir():
        raise InputError(
            "There is nothing to save.", place=Place(file=str(data_dir)), do="Name the folder with --data-dir."
        )
    return archives.backup(data_dir, database_url, out)


def restore(archive: Path, *, data_dir: Path, database_url: str | None = None) -> Report:
    """Bring a backup back into an empty data folder (and an empty database). Returns what `verify` finds in it.

    Raises InputError for a folder or database that is not empty, UnreadableFile for an archive that is damaged.
    """
    archives.restore(archive, data_dir, database_url)
    return verify(data_dir=data_dir, database_url=database_url)
