"""Same input, same output: row order, hash seed and thread count change nothing."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, TRUTH

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 500 distinct planted sentences."""
    with (TRUTH / "ideas.csv").open(encoding="utf-8", newline="") as file:
        texts = sorted({" ".join(row["text"].split()) for row in csv.DictReader(file)} - {""})
    path = tmp_path_factory.mktemp("lines") / "lines.txt"
    path.write_text("\n".join(texts[:: max(1, len(texts) // 500)][:500]), encoding="utf-8")
    return path


def labelled(path: Path, *, shuffle: int, hash_seed: str, threads: str) -> str:
    environment = os.environ | {
        "PYTHONHASHSEED": hash_seed, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "MKL_NUM_THREADS": threads,
    }  # fmt: skip
    command = [sys.executable, "-W", "ignore", "-m", "tests.golden.label_texts", str(path), str(shuffle)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_row_order_hash_seed_and_threads_change_nothing(lines):
    first = labelled(lines, shuffle=1, hash_seed="0", threads="1")
    second = labelled(lines, shuffle=2, hash_seed="4242", threads="2")
    assert len(first) > 10_000
    assert first == second
