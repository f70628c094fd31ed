"""Backup while others write, and the way back: a state that was there, hash by hash, in either database."""

from __future__ import annotations

import gzip
import io
import json
import stat
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from typer.testing import CliRunner

from synthesis import actions
from synthesis.cli.main import app
from synthesis.errors import InputError, RunError, UnreadableFile
from synthesis.model import Verb
from synthesis.store import database
from synthesis.store.database import connection, reading
from synthesis.store.events import read_events, record
from synthesis.store.runs import publish, read_run
from tests.store import small_district as sd
from tests.store.conftest import ROOT, Where
from tests.store.small_run import small_run


@pytest.fixture
def full(where: Where) -> Where:
    """Return a district with records, a run, and a vault."""
    sd.staff(where)
    sd.seat(where)
    sd.direct(where)
    publish(where.data_dir, small_run())
    (where.data_dir / "vault" / "exports").mkdir(parents=True)
    (where.data_dir / "vault" / "exports" / "ab").write_bytes(b"raw words")
    (where.data_dir / "cache").mkdir()
    (where.data_dir / "cache" / "vectors").write_bytes(b"made again")
    return where


def test_what_was_saved_comes_back_the_same(full: Where, nowhere: Where, tmp_path: Path):
    out = tmp_path / "saved.tar.gz"
    manifest = actions.backup(out, **full.args())
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    report = actions.restore(out, **nowhere.args())
    assert report.sound
    assert report == actions.verify(**full.args())
    assert actions.plan_records(**nowhere.args()) == actions.plan_records(**full.args())
    assert read_run(nowhere.data_dir).manifest == read_run(full.data_dir).manifest
    raw = nowhere.data_dir / "vault" / "exports" / "ab"
    assert (raw.read_bytes(), stat.S_IMODE(raw.stat().st_mode)) == (b"raw words", 0o600)
    assert not (nowhere.data_dir / "cache").exists()
    again = actions.backup(tmp_path / "again.tar.gz", **nowhere.args())
    assert again["files"] == manifest["files"]
    sd.add(nowhere, sd.CLERK, "district_goal", id="G1", text="The restored system goes on.")


def test_nothing_is_written_over(full: Where, nowhere: Where, tmp_path: Path):
    out = tmp_path / "saved.tar.gz"
    actions.backup(out, **full.args())
    with pytest.raises(InputError, match="of this name"):
        actions.backup(out, **full.args())
    with pytest.raises(InputError, match="not empty"):
        actions.restore(out, **full.args())
    if nowhere.database_url:
        actions.restore(out, **nowhere.args())
        with pytest.raises(InputError, match="database is not empty"):
            actions.restore(out, data_dir=tmp_path / "other", database_url=nowhere.database_url)
    with pytest.raises(InputError, match="no such backup"):
        actions.restore(tmp_path / "absent", data_dir=tmp_path / "none")
    with pytest.raises(InputError, match="nothing to save"):
        actions.backup(tmp_path / "x", data_dir=tmp_path / "none")


def _rewritten(path: Path, name: str, data: bytes | None, more: tarfile.TarInfo | None = None) -> None:
    """Write an archive anew with other bytes for one member, without it, or with one more."""
    with tarfile.open(path) as source:
        members = [(member, source.extractfile(member).read()) for member in source]  # type: ignore[union-attr]
    with tarfile.open(path, "w:gz") as target:
        for member, was in members:
            now = data if member.name == name else was
            if now is not None:
                member.size = len(now)
                target.addfile(member, io.BytesIO(now))
        if more is not None:
            target.addfile(more, io.BytesIO(b""))


@pytest.mark.parametrize(
    "damage", ["a byte", "the end", "a file less", "a file more", "a link", "no manifest", "noise"]
)
def test_a_damaged_archive_restores_nothing(tmp_path: Path, made_file: Path, damage: str):
    where, out, into = Where(made_file.parent, None), tmp_path / "saved.tar.gz", tmp_path / "into"
    actions.backup(out, **where.args())
    match damage:
        case "a byte":
            _rewritten(out, "tables/event_head.jsonl", b'{"hash": "x", "number": 0, "one": 1}\n')
        case "the end":
            raw = gzip.decompress(out.read_bytes())
            out.write_bytes(gzip.compress(raw[: len(raw) // 2 + 17]))
        case "a file less":
            _rewritten(out, "tables/step.jsonl", None)
        case "a file more":
            _rewritten(out, "", None, tarfile.TarInfo("vault/../../evil"))
        case "a link":
            link = tarfile.TarInfo("vault/link")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc"
            _rewritten(out, "", None, link)
        case "no manifest":
            _rewritten(out, "manifest.json", None)
        case "noise":
            out.write_bytes(b"noise")
    with pytest.raises(UnreadableFile, match="damaged"):
        actions.restore(out, data_dir=into)
    assert not into.exists()


OLD_ROW = "INSERT INTO enduring_value (id, text, position) VALUES ('V1', 'Ñ', 7)"
ROW = OLD_ROW.replace("position", "ordinal")


def test_a_backup_of_a_newer_release_is_refused_and_one_of_each_older_release_comes_back(
    tmp_path: Path, nowhere: Where
):
    for release in database.releases():
        older = tmp_path / release
        engine = database.engine_of(older)
        with engine.begin() as opened:
            command.upgrade(database.alembic_config(opened), release)
            opened.execute(text(OLD_ROW if release < "0003" else ROW))
        engine.dispose()
        out = tmp_path / f"{release}.tar.gz"
        _backup_as_it_is(older, out)
        assert actions.restore(out, data_dir=tmp_path / f"{release}-back").sound
        assert [v.text for v in actions.plan_records(data_dir=tmp_path / f"{release}-back").of("enduring_value")] == [
            "Ñ"
        ]
    with tarfile.open(out) as source:
        manifest = json.loads(source.extractfile("manifest.json").read())  # type: ignore[union-attr]
    _rewritten(out, "manifest.json", json.dumps(manifest | {"tables": "9999"}).encode())
    with pytest.raises(RunError, match="newer release"):
        actions.restore(out, **nowhere.args())


def _backup_as_it_is(data_dir: Path, out: Path) -> None:
    """Save a database of an older release, as that release did: without bringing its tables up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "migrate", lambda engine: None)
        actions.backup(out, data_dir=data_dir)


# Writes events in pairs, both in one transaction, until it is stopped.
WRITER = """
import sys
from pathlib import Path
from synthesis.model import Verb
from synthesis.store.database import connection
from synthesis.store.events import record

n = 0
while True:
    with connection(Path(sys.argv[1]), sys.argv[2] or None) as opened:
        record(opened, Verb.NOMINATE, f"I{n}", by="A", reason="first")
        record(opened, Verb.WITHDRAW_NOMINATION, f"I{n}", by="A", reason="second")
    n += 1
"""


def test_a_backup_during_writes_is_one_state_and_stops_nobody(where: Where, tmp_path: Path):
    command_line = [sys.executable, "-c", WRITER, str(where.data_dir), where.database_url or ""]
    writers = [subprocess.Popen(command_line, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    try:
        _wait_for_events(where, 4)
        saved = []
        for n in range(3):
            actions.backup(tmp_path / f"{n}.tar.gz", **where.args())
            with reading(*where) as opened:
                saved.append(len(read_events(opened)))
        _wait_for_events(where, saved[-1] + 4)
    finally:
        for writer in writers:
            writer.kill()
            assert writer.communicate()[1] == b""
    with reading(*where) as opened:
        whole = read_events(opened)
    for n in range(3):
        back = Where(tmp_path / f"back{n}", None)
        assert actions.restore(tmp_path / f"{n}.tar.gz", **back.args()).sound
        with reading(*back) as opened:
            kept = read_events(opened)
        assert kept == whole[: len(kept)]
        assert len(kept) % 2 == 0
        assert 0 < len(kept) <= saved[n]


def _wait_for_events(where: Where, number: int) -> None:
    for _ in range(600):
        with reading(*where) as opened:
            if len(read_events(opened)) >= number:
                return
        time.sleep(0.1)
    raise AssertionError("no events were written")


def test_the_commands_save_and_restore(full: Where, tmp_path: Path):
    def command_of(data_dir: Path, *arguments: str, url: str | None = None) -> str:
        environment = {"SYNTHESIS_DATABASE_URL": url} if url else {}
        found = CliRunner().invoke(app, ["--data-dir", str(data_dir), *arguments], env=environment)
        assert found.exit_code == 0, found.output
        return found.output

    assert "Saved" in command_of(full.data_dir, "backup", str(tmp_path / "s.tar.gz"), url=full.database_url)
    assert "Everything is as it was written." in command_of(tmp_path / "back", "restore", str(tmp_path / "s.tar.gz"))
    with connection(tmp_path / "back") as opened:
        record(opened, Verb.NOMINATE, "I1", by="A", reason="It goes on.")
