"""Every command of the walk-throughs does what its page says."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs.console import fits, run, steps_of

PAGES = ("unknown-file.md",)


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_true(page: str, tmp_path: Path) -> None:
    walk(page, tmp_path)


def walk(page: str, folder: Path) -> None:
    """Run every command of a page in a folder, and compare what it prints."""
    steps = steps_of(ROOT / "docs" / page, folder)
    assert len(steps) >= 5
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SYNTHESIS_")}
    environment |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "110"}
    for step in steps:
        printed = run(step, folder, environment)
        assert fits(step.expected, printed), f"$ {step.command}\n{printed}"


def test_the_twelve_steps_are_true(district: Path, tmp_path: Path) -> None:
    """On the sample as it was received: what is in the vault is known again, and the plan is imported by the page itself."""
    (tmp_path / "data").mkdir()
    for name in ("raw", "plan"):
        (tmp_path / "data" / name).symlink_to(ROOT / "data" / name)
    shutil.copytree(district, tmp_path / "data" / "processed", ignore=shutil.ignore_patterns("synthesis.db*"))
    walk("twelve-steps.md", tmp_path)


def test_a_page_that_is_not_true_is_found() -> None:
    assert fits("a\n…\nd …\n", "a\nb\nc\nd 5 s")
    assert fits("", "")
    assert not fits("a\n", "b")
    assert not fits("a\n", "a\nb")
    assert not fits("a …\n", "a b\nc")
