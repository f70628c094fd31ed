"""Fixtures named for the situation that they set up."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "data" / "raw"
TRUTH = ROOT / "tests" / "truth"


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the whole sample district was ingested, its plan imported, and a run published."""
    from synthesis import actions

    data_dir = tmp_path_factory.mktemp("district")
    report = actions.ingest([RAW], data_dir=data_dir, timezone="America/New_York")
    assert not report.refused, report.refused
    actions.import_plan(ROOT / "data" / "plan" / "plan_workbook.xlsx", data_dir=data_dir)
    actions.run(data_dir=data_dir)
    return data_dir


@pytest.fixture
def now() -> datetime:
    """A moment with a zone."""
    return datetime(2026, 2, 1, 12, 0, tzinfo=UTC)
