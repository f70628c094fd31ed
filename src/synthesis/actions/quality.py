"""Quality: how good the themes of the published run are, as stable, documented keys."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
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
    theme_says,
)
from synthesis.briefs.questions import answers, changed_says
from synthesis.errors import RunError
from synthesis.model import QUALITY_RULES
from synthesis.published import PublishedRun
from synthesis.store.runs import read_run


def quality_report(data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return how good the themes of the published run are.

    ``{"run_id", "questions": […], "rules": […], "figures": {…}, "themes": […], "pairs": […], "changes": […], "coverage": […], "discovery": […],
    "limit", "coding": {…}}``. A question has ``about, question, verdict, answer``: what a committee asks, in plain words.
    A rule has ``rule, title, asks, met, of, broken_by`` (theme ids). A theme has the columns of `ThemeQuality` (``broken`` and
    ``unsure`` as lists), its ``name``, ``rank``, ``says`` and, per rule, ``rules: [{"rule", "met", "sure", "says"}]``. A pair is two
    themes of which one is the likest to the other, or fits most of the other's ideas: ``theme_ids, names, alike, alike_low, alike_high`` (null where neither is the
    other's likest) and ``fits: [{"theme_id", "share", "low", "high"}]``, the share of that theme's ideas that fit the other. A change has the columns of `Lineage`, its ``name`` and ``says``; the first run has none. An entry of
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
        "questions": [asdict(answer) for answer in answers(run, coded["agreement"])],
        "rules": _rules(run),
        "figures": run.manifest.quality,
        "themes": _themes(run),
        "pairs": _pairs(run),
        "changes": _changes(run, data_dir),
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


def _pairs(run: PublishedRun) -> list[dict[str, Any]]:
    """Return the pairs of themes that are most alike, the likest first."""
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in _rows(run.quality):
        for other in {row["nearest_id"], row["overlap_id"]} - {""}:
            pair = (min(row["theme_id"], other), max(row["theme_id"], other))
            empty = {"theme_ids": list(pair), "names": [names[theme] for theme in pair], "fits": []}
            entry = found.setdefault(pair, empty | dict.fromkeys(("alike", "alike_low", "alike_high")))
            if other == row["nearest_id"]:
                entry |= {f"alike{end}": row[f"sibling_cosine{end}"] for end in ("", "_low", "_high")}
            if other == row["overlap_id"]:
                share = {"share": row["overlap"], "low": row["overlap_low"], "high": row["overlap_high"]}
                entry["fits"].append({"theme_id": row["theme_id"]} | share)
    return sorted(found.values(), key=lambda entry: (-(entry["alike"] or 0.0), entry["theme_ids"]))


def _changes(run: PublishedRun, data_dir: Path) -> list[dict[str, Any]]:
    """Return what became of each theme since the run before, what asks for a look first, what stayed last."""
    previous = run.manifest.previous_run_id
    if previous is None:
        return []
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    with suppress(RunError):  # a run before that is not kept any more has no names to tell
        names = {str(theme.theme_id): theme.name for theme in read_run(data_dir, previous).themes} | names
    rows = [
        row | {"name": names.get(row["theme_id"], row["theme_id"]), "says": changed_says(row, names)}
        for row in _rows(run.lineage)
    ]
    return sorted(rows, key=lambda row: (not row["weak"], row["change"] == "kept", row["theme_id"]))


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
