"""Names of files, sheets and ids are text, never paths: nothing is read or written outside the data folder."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from synthesis import actions
from synthesis.errors import InputError, RunError, SynthesisError
from synthesis.store.runs import publish
from tests.store.small_run import small_run

ANSWERS = [["Timestamp", "What should improve?"], ["2026-01-05 09:00:00", "Fix the roof of the gym"]]
HOSTILE = [
    "..", "...csv", "..\\..\\evil.csv", "~root.csv", "$(touch pwned).csv", "`touch pwned`.csv", "; touch pwned;.csv",
    "evil\u202evsc.csv", "evil\nTotal: 0 rows.csv", "\x1b[2Jevil.csv", "%2e%2e%2fevil.csv", "file:evil.csv", "CON.csv",
    "a" * 200 + ".csv", "-rf.csv", "{0.__class__}.csv", "<img src=x onerror=alert(1)>.csv", "=cmd|' ;calc'!A0.csv",
]  # fmt: skip


def table(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def everything_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != ".."])
def test_a_hostile_file_name_is_text(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / name).write_bytes(table(ANSWERS))
    before = everything_below(tmp_path)
    report = actions.ingest([folder], data_dir=tmp_path / "data", timezone="America/New_York")
    assert [row.rows_in for row in report.stored] == [1], report.refused
    added = everything_below(tmp_path) - before
    assert added
    assert all(path.split("/")[0] == "data" for path in added)
    stored = {Path(path).name for path in added if not path.endswith(("vault", "ledger"))}
    assert not any(piece in entry for entry in stored for piece in ("evil", "pwned", "root", "script", "calc"))


def test_a_hostile_sheet_name_is_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "..|..|evil"
    for row in ANSWERS:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    before = everything_below(tmp_path)
    report = actions.ingest([tmp_path / "a.xlsx"], data_dir=tmp_path / "data", timezone="America/New_York")
    assert [row.kept for row in report.stored] == [1], report.refused
    assert all(path.split("/")[0] == "data" for path in everything_below(tmp_path) - before)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_bytes(table(ANSWERS))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link.csv").symlink_to(secret)
    (folder / "dir").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(InputError, match="no file"):
        actions.ingest([folder], data_dir=tmp_path / "data", timezone="America/New_York")


@pytest.mark.parametrize("run_id", ["..", "../../etc", "/etc/passwd", "R1/../..", ".hidden", "R\0", "a" * 100])
def test_a_run_id_is_no_path(run_id: str, tmp_path: Path) -> None:
    publish(tmp_path, small_run())
    with pytest.raises(RunError, match="There is no run"):
        actions.read_run(tmp_path, run_id)


@pytest.mark.parametrize("name", ["../../evil", "/evil", "a/b", "..", "evil\0", "\u202eevil"])
def test_a_profile_name_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "odd.csv").write_bytes(table([["When", "Said"], ["2026-01-05", "Fix the roof of the gym, please"]]))
    found = actions.draft_profile(folder / "odd.csv")
    data_dir = tmp_path / "data"
    before = everything_below(tmp_path)
    with suppress(SynthesisError, ValueError):
        actions.save_profile(replace(found.profile, name=name), data_dir)
    added = everything_below(tmp_path) - before
    assert all(path.split("/")[0] == "data" for path in added)
