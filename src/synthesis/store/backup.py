"""A backup while the system is in use: one archive of everything that cannot be made again, and its way back.

::

    tables/<name>.jsonl    the rows of each table, all of one moment: one object a line, as JSON
    ledger/… profiles/… runs/… vault/…
    manifest.json          written last: the hash of every file, the version of the tables, the head of the audit chain

The database is read first, as one state beside whoever writes; files come after it, the ledger before the vault, so that what
the database or the ledger speaks of is in the archive. The form is the same for both databases: what was saved from SQLite can be
restored into PostgreSQL. Caches and briefs are left out: they are made again.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from alembic import command
from sqlalchemy import Connection, Date, MetaData, Table, bindparam, select

from synthesis.errors import InputError, Place, RunError, UnreadableFile
from synthesis.store import database

_FORM = 1
_FOLDERS = ("ledger", "profiles", "runs", "vault")
_CHUNK = 10_000
_ATTEMPTS = 5
_MANIFEST = "manifest.json"


def backup(data_dir: Path, database_url: str | None, out: Path) -> dict[str, Any]:
    """Write everything that cannot be made again into one archive that its owner alone may read. Returns its manifest.

    Raises InputError where the file is there already.
    """
    if out.exists():
        raise InputError("There is a file of this name.", place=Place(file=str(out)), do="Choose another name.")
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
                manifest = _fill(archive, data_dir, database_url)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(out)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return manifest


def _fill(archive: tarfile.TarFile, data_dir: Path, database_url: str | None) -> dict[str, Any]:
    """Put everything into the archive, and the manifest last."""
    hashes: dict[str, str] = {}
    manifest: dict[str, Any] = {"form": _FORM, "made_at": datetime.now(UTC).isoformat(timespec="seconds")}
    with database.reading(data_dir, database_url) as opened:
        manifest |= {"tables": database.version(opened), "rows": {}}
        reflected = _reflected(opened)
        for table in reflected:
            data, count = _dumped(opened, table)
            _put(archive, f"tables/{table.name}.jsonl", data, hashes)
            manifest["rows"][table.name] = count
    for folder in _FOLDERS:
        for name, data in _files(data_dir, folder):
            _put(archive, name, data, hashes)
    manifest["files"] = hashes
    _put(archive, _MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode(), {})
    return manifest


def _files(data_dir: Path, folder: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of the files of one folder, of `runs` the pointer first. Drafts are left out."""
    top = data_dir / folder
    paths = sorted(path for path in top.rglob("*") if path.is_file()) if top.is_dir() else []
    for path in sorted(paths, key=lambda p: (p.name != "CURRENT", p)):
        parts = path.relative_to(data_dir).parts
        if any(part.startswith(".") for part in parts):
            continue
        data = _whole(path)
        if data is not None:
            yield "/".join(parts), data


def _whole(path: Path) -> bytes | None:
    """Return a file's bytes. A file is exchanged whole; for a moment it may be gone, and one that stays so was removed."""
    for _ in range(_ATTEMPTS):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            time.sleep(0.05)
    return None


def _put(archive: tarfile.TarFile, name: str, data: bytes, hashes: dict[str, str]) -> None:
    """Add one file, and note its hash."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))
    hashes[name] = sha256(data).hexdigest()


def _reflected(opened: Connection) -> list[Table]:
    """Return the tables as they are in the database, whatever release made them, but for Alembic's own."""
    found = MetaData()
    found.reflect(opened)
    return sorted((t for t in found.tables.values() if t.name != "alembic_version"), key=lambda t: str(t.name))


def _dumped(opened: Connection, table: Table) -> tuple[bytes, int]:
    """Return the rows of a table as JSON lines, in the order of its key, and their number."""
    lines = []
    for row in opened.execute(select(table).order_by(*table.primary_key.columns)).mappings():
        said = {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
        lines.append(json.dumps(said, ensure_ascii=True, sort_keys=True))
    return "".join(f"{line}\n" for line in lines).encode(), len(lines)


def restore(archive: Path, data_dir: Path, database_url: str | None) -> dict[str, Any]:
    """Bring a backup back into an empty data folder and an empty database. Returns its manifest.

    Nothing is in its place before every hash was compared. Raises InputError for a folder or database that is not empty,
    UnreadableFile for an archive that is damaged, RunError where its tables are of a newer release.
    """
    kept = [path for path in data_dir.iterdir() if path.name != ".gitkeep"] if data_dir.is_dir() else []
    if kept:
        raise InputError(
            "The data folder is not empty: nothing is restored over what is there.",
            place=Place(file=str(kept[0])),
            do="Restore into another folder (--data-dir), and look at it before it takes the place of this one.",
        )
    manifest = _checked(archive)
    data_dir.mkdir(parents=True, exist_ok=True)
    with _opened(archive) as source:
        for member in source:
            if member.name.split("/")[0] in _FOLDERS:
                _place(data_dir / member.name, _data(source, member))
        _load(source, manifest, data_dir, database_url)
    return manifest


def _checked(archive: Path) -> dict[str, Any]:
    """Return the manifest of an archive whose every file is what the manifest says, and no other is there."""
    hashes, manifest = {}, None
    with _opened(archive) as source:
        for member in _members(source, archive):
            data = _data(source, member)
            if member.name == _MANIFEST:
                manifest = json.loads(data)
            else:
                hashes[member.name] = sha256(data).hexdigest()
    if not isinstance(manifest, dict) or manifest.get("form") != _FORM:
        raise _damaged(archive, "it has no manifest that this release reads")
    wrong = sorted(name for name in {*hashes, *manifest["files"]} if hashes.get(name) != manifest["files"].get(name))
    if wrong:
        raise _damaged(archive, f"{wrong[0]} is not what was saved")
    return manifest


def _members(source: tarfile.TarFile, archive: Path) -> Iterator[tarfile.TarInfo]:
    """Yield the archive's members. Raises UnreadableFile for what no backup holds: links, and names that lead elsewhere."""
    try:
        for member in source:
            path = PurePosixPath(member.name)
            known = member.name == _MANIFEST or path.parts[0] in (*_FOLDERS, "tables")
            if not member.isfile() or path.is_absolute() or ".." in path.parts or not known:
                raise _damaged(archive, f"{member.name!r} is in no backup")
            yield member
    except (tarfile.TarError, EOFError, OSError) as error:
        raise _damaged(archive, "it ends early or is no archive") from error


def _opened(archive: Path) -> Any:
    """Return the archive, opened to be read."""
    if not archive.is_file():
        raise InputError("There is no such backup.", place=Place(file=str(archive)), do="Check the path.")
    try:
        return closing(tarfile.open(archive, mode="r:gz"))
    except (tarfile.TarError, EOFError, OSError) as error:
        raise _damaged(archive, "it is no archive") from error


def _data(source: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    """Return a member's bytes."""
    file = source.extractfile(member)
    return b"" if file is None else file.read()


def _damaged(archive: Path, why: str) -> UnreadableFile:
    """Return the error for an archive that is not restored."""
    return UnreadableFile(
        f"The backup is damaged: {why}.",
        place=Place(file=str(archive)),
        do="Take another copy of it, or another backup.",
    )


def _place(path: Path, data: bytes) -> None:
    """Write one file, with its mode set before the first byte: what is in the vault is its owner's alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mode = 0o600 if "vault" in path.parts else 0o644
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _load(source: tarfile.TarFile, manifest: dict[str, Any], data_dir: Path, database_url: str | None) -> None:
    """Make the tables of the backup's release, fill them, and bring them up to this release: in one transaction."""
    with database.engine_of(data_dir, database_url).begin() as opened:
        if database.version(opened) is not None:
            raise InputError("The database is not empty: nothing is restored over what is there.", do="Make a new one.")
        if manifest["tables"] not in database.releases():
            raise RunError("The backup was made by a newer release of this program.", do="Install that release.")
        command.upgrade(database.alembic_config(opened), manifest["tables"])
        for table in _reflected(opened):
            name = f"tables/{table.name}.jsonl"
            if name in manifest["files"]:
                _fill_table(opened, table, _data(source, source.getmember(name)))
        command.upgrade(database.alembic_config(opened), "head")


def _fill_table(opened: Connection, table: Table, data: bytes) -> None:
    """Insert the rows of a table. The head of the chain moves on with its events, as the database asks."""
    rows = [json.loads(line) for line in data.splitlines()]
    days = [column.name for column in table.columns if isinstance(column.type, Date)]
    for row in rows:
        row.update({name: date.fromisoformat(row[name]) for name in days if row[name] is not None})
    if table.name == "event_head":
        return
    for first in range(0, len(rows), _CHUNK):
        opened.execute(table.insert(), rows[first : first + _CHUNK])
    head = table.metadata.tables.get("event_head")
    if table.name == "event" and head is not None and rows:
        moved = head.update().values(number=bindparam("to"), hash=bindparam("sealed"))
        opened.execute(moved, [{"to": row["number"], "sealed": row["hash"]} for row in rows])
