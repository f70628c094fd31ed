"""Runs: published whole, pointer last, readable at every moment."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from synthesis.errors import PublishConflict, RunError
from synthesis.model import RunId
from synthesis.store.runs import FRAMES, current_run_id, publish, read_run, run_breaks
from tests.store.small_run import small_run

ROOT = Path(__file__).resolve().parents[2]
OLD, NEXT = "R000000000001", "R000000000002"

# Publishes in a process of its own and kills it (SIGKILL) at the nth call of one function, before or after its effect.
KILLED = """
import os, signal, sys
from pathlib import Path
from tests.store.small_run import small_run
from synthesis.store.runs import publish

folder, run_id, mark, name, number, when = sys.argv[1:]
real, calls = getattr(os, name), 0

def patched(*args, **kwargs):
    global calls
    calls += 1
    if calls == int(number) and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = real(*args, **kwargs)
    if calls == int(number):
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(os, name, patched)
publish(Path(folder), small_run(run_id, mark))
"""


def publish_killed(data_dir: Path, run_id: str, name: str, number: int, when: str) -> int:
    command = [sys.executable, "-c", KILLED, str(data_dir), run_id, "second", name, str(number), when]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=120).returncode


def said(data_dir: Path) -> tuple[str, str]:
    """Return the words of the published run's first comment and of its theme, which belong together."""
    run = read_run(data_dir)
    return run.contributions["text_public"].iloc[0], run.themes[0].name


FIRST = ("The bus is late, first.", "Buses first")
SECOND = ("The bus is late, second.", "Buses second")


def test_what_is_published_is_read_back_equal(tmp_path: Path):
    run = small_run()
    manifest = publish(tmp_path, run)
    back = read_run(tmp_path)
    for name in FRAMES:
        assert_frame_equal(getattr(back, name), getattr(run, name))
    assert back.themes == run.themes
    assert back.ledger == run.ledger
    assert back.manifest == manifest == replace(run.manifest, frame_hashes=manifest.frame_hashes)


def test_the_manifest_holds_the_hash_of_each_frame(tmp_path: Path):
    manifest = publish(tmp_path, small_run())
    folder = tmp_path / "runs" / manifest.run_id
    files = [f"{name}.parquet" for name in FRAMES] + ["themes.json", "ledger.json"]
    written = {name.split(".")[0]: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
    assert manifest.frame_hashes == written


@pytest.mark.parametrize("name", ["ideas.parquet", "themes.json", "ledger.json"])
def test_every_file_that_is_not_the_published_one_is_named(tmp_path: Path, name: str):
    publish(tmp_path, small_run(OLD, "first"))
    manifest = publish(tmp_path, small_run(NEXT, "second"))
    folder = tmp_path / "runs" / manifest.run_id
    assert list(run_breaks(tmp_path)) == []
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:-2] + b"  ")
    assert list(run_breaks(tmp_path)) == [(NEXT, name, "is not the one that was published")]
    (folder / name).unlink()
    assert list(run_breaks(tmp_path)) == [(NEXT, name.split(".")[0], "is missing")]
    (folder / "manifest.json").write_text("{")
    assert list(run_breaks(tmp_path)) == [(NEXT, "manifest.json", "is missing or cannot be read")]
    shutil.rmtree(folder)
    assert list(run_breaks(tmp_path)) == [(NEXT, "CURRENT", "points to a run that is not there")]


def test_a_frame_altered_after_publication_is_refused_by_name(tmp_path: Path):
    manifest = publish(tmp_path, small_run())
    folder = tmp_path / "runs" / manifest.run_id
    (folder / "ideas.parquet").write_bytes((folder / "groups.parquet").read_bytes())
    with pytest.raises(RunError, match=r"ideas\.parquet"):
        read_run(tmp_path)


def test_a_run_of_an_earlier_release_is_read_with_the_frames_that_it_did_not_know_empty(tmp_path: Path):
    manifest = publish(tmp_path, small_run())
    folder = tmp_path / "runs" / manifest.run_id
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    del told["frame_hashes"]["quality"]
    (folder / "manifest.json").write_text(json.dumps(told), "utf-8")
    (folder / "quality.parquet").unlink()
    back = read_run(tmp_path)
    assert back.quality.empty
    assert list(back.quality.columns) == list(small_run().quality.columns)
    assert_frame_equal(back.priorities, small_run().priorities)
    (folder / "priorities.parquet").unlink()  # named in the manifest, and gone
    with pytest.raises(RunError):
        read_run(tmp_path)


def test_the_pointer_names_the_newest_run_and_older_ones_stay_readable(tmp_path: Path):
    publish(tmp_path, small_run(OLD, "first"))
    publish(tmp_path, small_run(NEXT, "second"))
    assert current_run_id(tmp_path) == NEXT
    assert read_run(tmp_path).themes[0].name == "Buses second"
    assert read_run(tmp_path, OLD).themes[0].name == "Buses first"


def test_publishing_leaves_no_drafts_behind(tmp_path: Path):
    for mark in ("first", "second"):
        publish(tmp_path, small_run(OLD, mark))
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == [".lock", "CURRENT", OLD]
    assert said(tmp_path) == SECOND


@pytest.mark.parametrize(
    ("name", "number", "when", "expected"),
    [
        ("fsync", 1, "before", FIRST),  # the frames are written, nothing else
        ("rename", 1, "before", FIRST),  # the draft is whole
        ("rename", 1, "after", FIRST),  # the run has its name
        ("replace", 1, "before", FIRST),  # the pointer's draft is written
        ("replace", 1, "after", SECOND),  # the pointer has flipped
    ],
)
def test_killed_at_any_stage_readers_see_the_old_run_or_the_next(
    tmp_path: Path, name: str, number: int, when: str, expected: tuple[str, str]
):
    publish(tmp_path, small_run(OLD, "first"))
    assert publish_killed(tmp_path, NEXT, name, number, when) == -signal.SIGKILL
    assert said(tmp_path) == expected
    publish(tmp_path, small_run(NEXT, "second"))  # what a kill left behind is in nobody's way
    assert said(tmp_path) == SECOND
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == [".lock", "CURRENT", OLD, NEXT]


@pytest.mark.parametrize(
    ("name", "number", "when", "expected"),
    [
        ("rename", 1, "before", FIRST),
        ("rename", 1, "after", FIRST),  # the former run stands aside, the new one has no name yet
        ("rename", 2, "after", SECOND),
        ("replace", 1, "after", SECOND),
    ],
)
def test_killed_while_the_same_run_is_made_again_readers_see_one_of_the_two(
    tmp_path: Path, name: str, number: int, when: str, expected: tuple[str, str]
):
    publish(tmp_path, small_run(OLD, "first"))
    assert publish_killed(tmp_path, OLD, name, number, when) == -signal.SIGKILL
    assert said(tmp_path) == expected
    publish(tmp_path, small_run(OLD, "second"))
    assert said(tmp_path) == SECOND
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == [".lock", "CURRENT", OLD]


def test_readers_never_see_a_mix_while_runs_are_published(tmp_path: Path):
    publish(tmp_path, small_run(OLD, "first"))

    def write() -> None:
        for number in range(20):
            publish(tmp_path, small_run(OLD, ("second", "first")[number % 2]))

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        seen = {said(tmp_path)}
        while not writing.done():
            seen.add(said(tmp_path))
        writing.result()
    assert seen <= {FIRST, SECOND}
    assert said(tmp_path) == FIRST


def test_a_second_publisher_is_told_to_wait_and_changes_nothing(tmp_path: Path):
    publish(tmp_path, small_run(OLD, "first"))
    with (tmp_path / "runs" / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(PublishConflict, match="try again"):
            publish(tmp_path, small_run(NEXT, "second"))
        assert said(tmp_path) == FIRST
    publish(tmp_path, small_run(NEXT, "second"))
    assert said(tmp_path) == SECOND


def test_before_the_first_run_readers_are_told_what_to_do(tmp_path: Path):
    assert current_run_id(tmp_path) is None
    with pytest.raises(RunError, match="synthesis run") as caught:
        read_run(tmp_path)
    assert caught.value.problem == "No run has been published yet."


@pytest.mark.parametrize(
    "run_id",
    [
        "R999999999999",
        "..",
        ".",
        f"../runs/{OLD}",
        f"{OLD}/",
        f"/{OLD}",
        f".{NEXT}.draft",
        "CURRENT",
        "a\0b",
        "R" * 400,
    ],
)
def test_unknown_and_path_like_ids_are_refused(tmp_path: Path, run_id: str):
    publish(tmp_path, small_run(OLD))
    (tmp_path / "runs" / OLD).rename(tmp_path / "kept")
    publish(tmp_path, small_run(OLD))
    (tmp_path / "kept").rename(tmp_path / "runs" / f".{NEXT}.draft")  # whole, but nobody published it
    with pytest.raises(RunError, match="There is no run"):
        read_run(tmp_path, RunId(run_id))
