"""Run directories: frames and a manifest, written whole, then one pointer flips.

::

    runs/<run_id>/manifest.json   contributions.parquet  ideas.parquet  assignments.parquet
                  themes.json     priorities.parquet     groups.parquet regard.parquet
                  register.parquet  crosswalk.parquet    research.parquet  lineage.parquet  ledger.json
                  stances.parquet   sides.parquet
                  quality.parquet   coverage.parquet     discovery.parquet
                  vectors.npy       what the ideas were placed by, float16, in their order: for "why here"
                  placements.parquet basis.json   of a full run: what increments are made on
    runs/CURRENT                  the run_id that readers see

A run is written under a name that starts with a dot, flushed to disk, renamed, and only then named in CURRENT by an
atomic replacement: readers see the previous run or the next one, never a mix, also when the writer is killed. Where a
run is made again, its former folder stands aside as .<run_id>.before until the pointer is set; a reader holds the
folder open that it began with, so that the exchange does not reach it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis import frames as schemas
from synthesis.errors import PublishConflict, RunError
from synthesis.model import ExportSha, LedgerRow, Manifest, Quote, RunId, Theme, ThemeStatus
from synthesis.published import Basis, PublishedRun
from synthesis.store.parquet import read_frame

FRAMES = {
    "contributions": schemas.Contributions,
    "ideas": schemas.Ideas,
    "assignments": schemas.Assignments,
    "stances": schemas.Stances,
    "priorities": schemas.Priorities,
    "groups": schemas.Groups,
    "regard": schemas.Regard,
    "sides": schemas.Sides,
    "register": schemas.Register,
    "crosswalk": schemas.Crosswalk,
    "research": schemas.Research,
    "lineage": schemas.Lineage,
    "quality": schemas.ThemeQuality,
    "coverage": schemas.Coverage,
    "discovery": schemas.Discovery,
}
_VECTORS, _PLACEMENTS, _BASIS = "vectors.npy", "placements.parquet", "basis.json"
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_ATTEMPTS = 100


def publish(
    data_dir: Path, run: PublishedRun, vectors: NDArray[np.float32] | None = None, basis: Basis | None = None
) -> Manifest:
    """Write the run and point CURRENT at it. Returns the manifest with the hash of each frame.

    `vectors` are of the run's ideas, in their order; `basis` is what increments of a full run are made on. Raises PublishConflict while
    another process publishes.
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
        if vectors is not None:
            path = draft / _VECTORS
            np.save(path, vectors.astype(np.float16), allow_pickle=False)
            hashes["vectors"] = hashlib.sha256(path.read_bytes()).hexdigest()
        for name, listed in (("themes", run.themes), ("ledger", run.ledger)):
            said = _dump([asdict(entry) for entry in listed])
            _write(draft / f"{name}.json", said)
            hashes[name] = hashlib.sha256(said.encode()).hexdigest()
        if basis is not None:
            hashes |= _write_basis(draft, basis)
        manifest = replace(run.manifest, frame_hashes=hashes)
        _write(draft / "manifest.json", _dump(asdict(manifest)))
        _flush(draft)
        before = _exchange(runs, draft, manifest.run_id)
        pointer = runs / ".CURRENT.draft"
        _write(pointer, manifest.run_id + "\n")
        pointer.replace(runs / "CURRENT")
        _flush(runs)
        shutil.rmtree(before, ignore_errors=True)
    return manifest


def _exchange(runs: Path, draft: Path, run_id: str) -> Path:
    """Give the draft its final name. Returns where the former run of this id stands aside, if there was one."""
    final, before = runs / run_id, runs / f".{run_id}.before"
    if final.exists():  # the same input and settings made again: readers find one of the two at every moment
        shutil.rmtree(before, ignore_errors=True)
        final.rename(before)
    draft.rename(final)
    return before


def current_run_id(data_dir: Path) -> RunId | None:
    """Return the published run's id, or None before the first."""
    pointer = data_dir / "runs" / "CURRENT"
    return RunId(pointer.read_text(encoding="utf-8").strip()) if pointer.is_file() else None


def read_run(data_dir: Path, run_id: str | None = None) -> PublishedRun:
    """Return a run (the published one by default). Raises RunError where there is none, or where its files are damaged."""
    run_id = run_id or current_run_id(data_dir)
    if run_id is not None and _RUN_ID.fullmatch(run_id):
        for _ in range(_ATTEMPTS):
            for name in (run_id, f".{run_id}.before"):
                try:
                    return _read_folder(data_dir / "runs" / name)
                except (FileNotFoundError, NotADirectoryError):
                    continue  # no such run, or one that was replaced while it was read
    raise RunError(
        "No run has been published yet." if run_id is None else f"There is no run {run_id!r}.",
        do="Ingest exports and make a run: synthesis ingest PATH, then synthesis run.",
    )


def _read_folder(folder: Path) -> PublishedRun:
    """Return the run of one folder."""
    with _held(folder) as (handle, manifest):
        frames = {}
        for name, schema in FRAMES.items():
            if name not in manifest.frame_hashes:  # the run was made by a release that did not know the frame
                frames[name] = pd.DataFrame(columns=list(schema.to_schema().columns))
                continue
            frames[name] = read_frame(_as_published(handle, f"{name}.parquet", manifest))
        return PublishedRun(
            manifest=manifest,
            themes=tuple(_theme(raw) for raw in json.loads(_bytes(handle, "themes.json"))),
            ledger=tuple(ledger_row(raw) for raw in json.loads(_bytes(handle, "ledger.json"))),
            **frames,
        )


@contextmanager
def _held(folder: Path) -> Iterator[tuple[int, Manifest]]:
    """Yield the folder of a run, held open so that all files are of the same run, with its manifest."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield handle, _manifest(json.loads(_bytes(handle, "manifest.json")))
    finally:
        os.close(handle)


def _folder(data_dir: Path, run_id: str) -> Path | None:
    """Return the folder of a run, None where there is none."""
    folder = data_dir / "runs" / run_id
    return folder if _RUN_ID.fullmatch(run_id) and folder.is_dir() else None


def read_vectors(data_dir: Path, run_id: str) -> NDArray[np.float32] | None:
    """Return the vectors ``float32[ideas, d]`` of a run's ideas, in their order; None where it was published without.

    Raises RunError where the file is not the one that was published.
    """
    folder = _folder(data_dir, run_id)
    if folder is None:
        return None
    with _held(folder) as (handle, manifest):
        if "vectors" not in manifest.frame_hashes:
            return None
        data = io.BytesIO(_as_published(handle, _VECTORS, manifest))
        return np.asarray(np.load(data, allow_pickle=False), dtype=np.float32)


def run_breaks(data_dir: Path) -> Iterator[tuple[str, str, str]]:
    """Yield ``run_id, file, problem`` of each file of a run that is not the one that was published, of all runs.

    A manifest is the measure of the other files and has none itself: whoever rewrites it with them is not found.
    """
    folders = sorted((data_dir / "runs").glob("[!.]*/"))
    for folder in folders:
        try:
            hashes = _manifest(json.loads((folder / "manifest.json").read_bytes())).frame_hashes
        except (OSError, ValueError, TypeError, KeyError):
            yield folder.name, "manifest.json", "is missing or cannot be read"
            continue
        files = {path.name.split(".")[0]: path for path in sorted(folder.iterdir())}
        for name, published in hashes.items():
            if name not in files:
                yield folder.name, name, "is missing"
            elif hashlib.sha256(files[name].read_bytes()).hexdigest() != published:
                yield folder.name, files[name].name, "is not the one that was published"
    current = current_run_id(data_dir)
    if current is not None and current not in {folder.name for folder in folders}:
        yield current, "CURRENT", "points to a run that is not there"


def _write_basis(draft: Path, basis: Basis) -> dict[str, str]:
    """Write what increments are made on. Returns the hash of each file."""
    basis.places.to_parquet(draft / _PLACEMENTS, index=False)
    facts = {key: value for key, value in asdict(replace(basis, places=pd.DataFrame())).items() if key != "places"}
    _write(draft / _BASIS, _dump(facts))
    return {
        name.split(".")[0]: hashlib.sha256((draft / name).read_bytes()).hexdigest() for name in (_PLACEMENTS, _BASIS)
    }


def read_basis(data_dir: Path, run_id: str) -> Basis | None:
    """Return what increments of a full run are made on; None where the run is gone, damaged, or none to make increments on."""
    folder = _folder(data_dir, run_id)
    if folder is None:
        return None
    try:
        with _held(folder) as (handle, manifest):
            facts = json.loads(_as_published(handle, _BASIS, manifest))
            places = read_frame(_as_published(handle, _PLACEMENTS, manifest))
    except (FileNotFoundError, RunError):
        return None
    return Basis(
        places=places,
        themes=tuple(_theme(raw) for raw in facts["themes"]),
        quality=facts["quality"],
        left_out=tuple(facts["left_out"]),
        adopted=tuple(facts["adopted"]),
        made_with=facts["made_with"],
    )


def _as_published(folder: int, name: str, manifest: Manifest) -> bytes:
    """Return a file of an open folder. Raises RunError where it is not the one that was published."""
    data = _bytes(folder, name)
    if hashlib.sha256(data).hexdigest() != manifest.frame_hashes.get(name.split(".")[0]):
        raise RunError(
            f"The file {name} of the run {manifest.run_id} is not the one that was published.",
            do="Make the run again: synthesis run.",
        )
    return data


def _bytes(folder: int, name: str) -> bytes:
    """Return a file of an open folder."""
    with os.fdopen(os.open(name, os.O_RDONLY, dir_fd=folder), "rb") as file:
        return file.read()


def _manifest(raw: dict[str, Any]) -> Manifest:
    """Return a manifest from its JSON form."""
    fields = dict(raw)
    fields["created_at"] = datetime.fromisoformat(fields["created_at"])
    fields["input_hashes"] = tuple(fields["input_hashes"])
    return Manifest(**fields)


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
