"""docs/plan.md tells the tables that the code runs on."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import plan_tables  # noqa: E402


def test_every_table_stands_on_the_page_as_it_is():
    page = plan_tables.PAGE.read_text("utf-8")
    assert sorted(plan_tables.marks(page)) == sorted(plan_tables.tables())
    assert plan_tables.written(page) == page, "run scripts/plan_tables.py again"


def test_a_table_that_differs_is_seen():
    page = plan_tables.PAGE.read_text("utf-8")
    assert plan_tables.written(page.replace("board clerk", "anybody")) == page
