"""Frames come back as they were written, by path and by bytes, and no thread of Arrow's outlives the read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from synthesis.store.parquet import frame_bytes, read_frame

_FRAME = pd.DataFrame(
    {
        "idea_id": ["a", "b", "c"],
        "people": pd.array([1, None, 3], dtype="Int64"),
        "when": pd.to_datetime(["2025-11-04", "2025-11-05", None]),
        "share": [0.25, 0.5, float("nan")],
        "sites": [["north"], [], ["south", "west"]],
    }
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "frame=1.parquet"  # not to be taken for a partition
    written.write_bytes(frame_bytes(_FRAME))
    return written


def test_a_frame_comes_back_by_path_and_by_bytes(path: Path):
    for source in (path, path.read_bytes()):
        back = read_frame(source)
        back["sites"] = back["sites"].map(list)
        pd.testing.assert_frame_equal(back, _FRAME)


def test_only_the_columns_asked_for_are_read(path: Path):
    assert list(read_frame(path, ["share", "idea_id"]).columns) == ["share", "idea_id"]


def test_reading_starts_no_thread(path: Path):
    program = (
        "import os, sys, pathlib; from synthesis.store.parquet import read_frame;"
        "before = len(os.listdir('/proc/self/task'));"
        "read_frame(pathlib.Path(sys.argv[1])); read_frame(pathlib.Path(sys.argv[1]).read_bytes());"
        "print(len(os.listdir('/proc/self/task')) - before)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
