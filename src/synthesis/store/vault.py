"""The vault: exports as received, raw words and identities. Mode 0600, and nothing of it anywhere else.

::

    vault/secret                      the key of the pseudonyms
    vault/exports/<sha256>            the bytes as received
    vault/contributions/<sha256>.parquet   set_aside/…   research/…   what the mapper made of them
    vault/held/<sha256>.parquet       whole contributions among the rows that were set aside
    vault/reuse/<stage>.parquet       what a run made of single texts, by hashes: may be deleted
    ledger/<sha256>.json              the export's account: written last, so an export is stored whole or not at all
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pandas as pd

from synthesis.frames import HeldContributions, RawContributions, Research, SetAside
from synthesis.model import LedgerRow
from synthesis.store.parquet import frame_bytes, read_frame
from synthesis.store.runs import ledger_row

_SCHEMAS = {
    "contributions": RawContributions,
    "set_aside": SetAside,
    "research": Research,
    "held": HeldContributions,
}


class Vault:
    """The vault and the ledger of one data folder. Makes its folders when first written to."""

    def __init__(self, data_dir: Path) -> None:
        self._vault = data_dir / "vault"
        self._ledger = data_dir / "ledger"

    def secret(self) -> bytes:
        """Return the key of the pseudonyms, made at first use."""
        path = self._vault / "secret"
        if not path.is_file():
            self._write(path, secrets.token_bytes(32))
        return path.read_bytes()

    def store(
        self,
        row: LedgerRow,
        data: bytes,
        contributions: pd.DataFrame,
        set_aside: pd.DataFrame,
        research: pd.DataFrame,
        held: pd.DataFrame,
    ) -> None:
        """Store an export with what was made of it; the ledger entry is written last."""
        self._write(self._vault / "exports" / row.sha256, data)
        for kind, frame in zip(_SCHEMAS, (contributions, set_aside, research, held), strict=True):
            self._write(self._vault / kind / f"{row.sha256}.parquet", frame_bytes(frame))
        self._write(self._ledger / f"{row.sha256}.json", _json(row), mode=0o644)

    def ledger(self) -> list[LedgerRow]:
        """Return the account of every stored export, by name."""
        rows = [ledger_row(json.loads(p.read_text("utf-8"))) for p in sorted(self._ledger.glob("*.json"))]
        return sorted(rows, key=lambda row: (row.name, row.sha256))

    def has(self, sha256: str) -> LedgerRow | None:
        """Return the account of an export with these bytes, or None."""
        path = self._ledger / f"{sha256}.json"
        return ledger_row(json.loads(path.read_text("utf-8"))) if path.is_file() else None

    def contributions(self) -> pd.DataFrame:
        """Return the raw contributions of every stored export."""
        return self._all("contributions")

    def set_aside(self) -> pd.DataFrame:
        """Return every row that was set aside, with its words."""
        return self._all("set_aside")

    def research(self) -> pd.DataFrame:
        """Return the chunks of best-practice documents."""
        return self._all("research")

    def held(self) -> pd.DataFrame:
        """Return the whole contributions among the rows that were set aside."""
        return self._all("held")

    def export(self, sha256: str) -> bytes:
        """Return an export's bytes as received."""
        return (self._vault / "exports" / sha256).read_bytes()

    def columns(self, kind: str, columns: list[str]) -> pd.DataFrame:
        """Return some columns of the contributions, set_aside, research or held rows of every stored export."""
        return self._all(kind, columns)

    def save(self, name: str, frame: pd.DataFrame) -> None:
        """Keep a frame that holds raw positions or words (a redaction log, say) in the vault."""
        self._write(self._vault / f"{name}.parquet", frame_bytes(frame))

    def load(self, name: str) -> pd.DataFrame:
        """Return a frame that `save` kept."""
        return read_frame(self._vault / f"{name}.parquet")

    def _all(self, kind: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Return the frames of all exports in the ledger as one."""
        paths = [self._vault / kind / f"{row.sha256}.parquet" for row in self.ledger()]
        frames = [frame for frame in (read_frame(path, columns) for path in paths) if len(frame)]
        if frames:
            return pd.concat(frames, ignore_index=True)
        return pd.DataFrame(columns=columns or list(_SCHEMAS[kind].to_schema().columns))

    def _write(self, path: Path, data: bytes, mode: int = 0o600) -> None:
        """Write a file whole, with its mode set before the first byte."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_relative_to(self._vault):
            self._vault.chmod(0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def _json(row: LedgerRow) -> bytes:
    """Return a ledger row as stable JSON."""

    def plain(item: object) -> str:
        return item.isoformat() if isinstance(item, datetime) else str(item)

    return (json.dumps(asdict(row), ensure_ascii=False, indent=1, sort_keys=True, default=plain) + "\n").encode()
