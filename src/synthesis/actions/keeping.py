"""Keeping the records: whether they are what was written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from synthesis.errors import InputError
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
