"""Run directories: frames and a manifest, written whole, then one pointer flips.

::

    runs/<run_id>/manifest.json   contributions.parquet  ideas.parquet  assignments.parquet
                  themes.json     priorities.parquet     reach.parquet  research.parquet  ledger.json
    runs/CURRENT                  the run_id that readers see

A run is written under a name that starts with a dot, flushed to disk, renamed, and only then named in CURRENT by an
atomic replacement: readers see the previous run or the next one, never a mix, also when the writer is killed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from synthesis.errors import PublishConflict, RunError
from synthesis.model import ExportSha, LedgerRow, Manifest, Quote, RunId, Theme, ThemeStatus
from synthesis.published import PublishedRun

FRAMES = ("contributions", "ideas", "assignments", "priorities", "reach", "research")


def publish(data_dir: Path, run: PublishedRun) -> Manifest:
    """Write the run and point CURRENT at it. Returns the manifest with the hash of each frame.

    Raises PublishConflict while another process publishes.
    """
    runs = data_dir / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    with _only_one(runs):
        draft = runs / f".{run.manifest.run_id}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        hashes = {}
        for name in FRAMES:
            path = draft / f"{name}.parquet"
            getattr(run, name).to_parquet(path, index=False)
            hashes[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest = replace(run.manifest, frame_hashes=hashes)
        _write(draft / "themes.json", _dump([asdict(theme) for theme in run.themes]))
        _write(draft / "ledger.json", _dump([asdict(row) for row in run.ledger]))
        _write(draft / "manifest.json", _dump(asdict(manifest)))
        _flush(draft)
        final = runs / manifest.run_id
        if final.exists():  # the same input and settings: the frames are the same, the draft is newer
            shutil.rmtree(final)
        draft.rename(final)
        pointer = runs / ".CURRENT.draft"
        _write(pointer, manifest.run_id + "\n")
        pointer.replace(runs / "CURRENT")
        _flush(runs)
    return manifest


def current_run_id(data_dir: Path) -> RunId | None:
    """Return the published run's id, or None before the first."""
    pointer = data_dir / "runs" / "CURRENT"
    return RunId(pointer.read_text(encoding="utf-8").strip()) if pointer.is_file() else None


def read_run(data_dir: Path, run_id: str | None = None) -> PublishedRun:
    """Return a run (the published one by default). Raises RunError where there is none."""
    run_id = run_id or current_run_id(data_dir)
    folder = data_dir / "runs" / (run_id or "none")
    if run_id is None or run_id != Path(run_id).name or not (folder / "manifest.json").is_file():
        raise RunError(
            "No run has been published yet." if run_id is None else f"There is no run {run_id!r}.",
            do="Ingest exports and make a run: synthesis ingest PATH, then synthesis run.",
        )
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in FRAMES}
    return PublishedRun(
        manifest=read_manifest(folder / "manifest.json"),
        themes=tuple(_theme(raw) for raw in json.loads((folder / "themes.json").read_text("utf-8"))),
        ledger=tuple(ledger_row(raw) for raw in json.loads((folder / "ledger.json").read_text("utf-8"))),
        **frames,
    )


def read_manifest(path: Path) -> Manifest:
    """Return a manifest from its file."""
    raw: dict[str, Any] = json.loads(path.read_text("utf-8"))
    raw["created_at"] = datetime.fromisoformat(raw["created_at"])
    raw["input_hashes"] = tuple(raw["input_hashes"])
    return Manifest(**raw)


def ledger_row(raw: Mapping[str, Any]) -> LedgerRow:
    """Return a ledger row from its JSON form."""
    fields = dict(raw)
    fields["received_at"] = datetime.fromisoformat(fields["received_at"])
    fields["sha256"] = ExportSha(fields["sha256"])
    return LedgerRow(**fields)


def _theme(raw: Mapping[str, Any]) -> Theme:
    """Return a theme from its JSON form."""
    fields = dict(raw)
    fields["status"] = ThemeStatus(fields["status"])
    fields["keywords"] = tuple(fields["keywords"])
    fields["quotes"] = tuple(Quote(**quote) for quote in fields["quotes"])
    fields["subthemes"] = tuple(_theme(child) for child in fields["subthemes"])
    return Theme(**fields)


@contextmanager
def _only_one(runs: Path) -> Iterator[None]:
    """Hold the publication lock, which the system drops when its process dies."""
    import fcntl

    with (runs / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PublishConflict(
                "Another run is being published.", do="Wait until it has ended and try again."
            ) from error
        yield


def _dump(value: object) -> str:
    """Return stable, readable JSON."""

    def plain(item: object) -> str:
        return item.isoformat() if isinstance(item, datetime) else str(item)

    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=plain) + "\n"


def _write(path: Path, text: str) -> None:
    """Write and flush one file."""
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """Flush a folder's files and its own entries to disk."""
    for path in [*sorted(p for p in folder.iterdir() if p.is_file()), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
