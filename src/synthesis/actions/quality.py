"""Quality: how good the themes of the published run are, as stable, documented keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from synthesis.actions.coding import coding_report
from synthesis.briefs.quality import (
    LISTENING_LIMIT,
    coverage_says,
    part_name,
    rule_asks,
    rule_says,
    set_says,
    theme_says,
)
from synthesis.errors import RunError
from synthesis.model import QUALITY_RULES
from synthesis.published import PublishedRun
from synthesis.store.runs import read_run


def quality_report(data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return how good the themes of the published run are.

    ``{"run_id", "says": […], "rules": […], "figures": {…}, "themes": […], "coverage": […], "discovery": […], "limit", "coding": {…}}``.
    A rule has ``rule, title, asks, met, of, broken_by`` (theme ids). A theme has the columns of `ThemeQuality` (``broken`` and
    ``unsure`` as lists), its ``name``, ``rank``, ``says`` and, per rule, ``rules: [{"rule", "met", "sure", "says"}]``. An entry of
    `coverage` has the columns of `Coverage`, its ``part`` and ``says``; one of `discovery` the columns of `Discovery`. `coding` is that
    of `coding_report`. Raises RunError where the run was made before quality was measured.
    """
    run = read_run(data_dir)
    if run.quality.empty:
        raise RunError(
            "The published run was made by a release that did not measure this.",
            do="Make the run again: synthesis run.",
        )
    coded = coding_report(run, data_dir, database_url)
    return {
        "run_id": run.manifest.run_id,
        "says": set_says(run, coded["agreement"]),
        "rules": _rules(run),
        "figures": run.manifest.quality,
        "themes": _themes(run),
        "coverage": [row | {"part": part_name(row), "says": coverage_says(row)} for row in _rows(run.coverage)],
        "discovery": _rows(run.discovery),
        "limit": LISTENING_LIMIT,
        "coding": coded,
    }


def _rules(run: PublishedRun) -> list[dict[str, Any]]:
    """Return the rules with the themes that break each."""
    broken_by = {
        rule.name: [
            theme
            for theme, names in zip(run.quality["theme_id"], run.quality["broken"], strict=True)
            if rule.name in names.split()
        ]
        for rule in QUALITY_RULES
    }
    return [
        {
            "rule": rule.name,
            "title": rule.title,
            "asks": rule_asks(rule),
            "met": len(run.quality) - len(broken_by[rule.name]),
            "of": len(run.quality),
            "broken_by": broken_by[rule.name],
        }
        for rule in QUALITY_RULES
    ]


def _themes(run: PublishedRun) -> list[dict[str, Any]]:
    """Return the themes in rank order, each against every rule."""
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    order = run.order()
    rows = {row["theme_id"]: row for row in _rows(run.quality)}
    found = []
    for theme_id, name in names.items():
        row = rows[theme_id]
        broken, unsure = row["broken"].split(), row["unsure"].split()
        rules = [
            {
                "rule": rule.name,
                "met": rule.name not in broken,
                "sure": rule.name not in unsure,
                "says": rule_says(rule, row, names),
            }
            for rule in QUALITY_RULES
        ]
        said = {"name": name, "rank": int(order[theme_id]["rank"]), "says": theme_says(row, names), "rules": rules}
        found.append(row | {"broken": broken, "unsure": unsure} | said)
    return found


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
