"""Plan: the records of steps 3 to 12, and the golden thread between them and the themes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synthesis.actions.findings import committee_findings
from synthesis.actions.linking import lineage_now, run_or_none, theme_links
from synthesis.plan import Finding, Plan, check
from synthesis.plan.board import board_findings, goal_alignment
from synthesis.plan.links import element
from synthesis.plan.updates import update_findings
from synthesis.store.database import reading
from synthesis.store.plans import read_plan


def plan_records(*, data_dir: Path, database_url: str | None = None) -> Plan:
    """Return every plan record."""
    with reading(data_dir, database_url) as opened:
        return read_plan(opened)


def plan_findings(plan: Plan) -> list[Finding]:
    """Return what a person should look at in the plan, the committee's record, the Board's acts and the updates, errors first."""
    checked = check(plan)
    if any(finding.error for finding in checked):
        return checked  # the rules below stand on references that lead somewhere
    aligned = goal_alignment(plan, plan.of("goal_link"))[1] if plan.of("goal_link") else []
    return [*checked, *committee_findings(plan), *board_findings(plan), *aligned, *update_findings(plan)]


def thread(plan: Plan, links: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    """Return theme id → the elements of the plan that name it, each once with all its notes, given `theme_links`."""
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for link in plan.of("evidence_link"):
        theme_id = links.get(link.id)
        if theme_id is None:
            continue
        answer = element(plan, link.source_kind, link.source_id) | {"note": link.note}
        for place in dict.fromkeys((theme_id, theme_id.split(".")[0])):
            found[place].append(answer)
    return {theme_id: _each_once(answers) for theme_id, answers in found.items()}


def _each_once(entries: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return entries that differ in their note alone as one with all notes: what is joined into one theme was linked by each of its names."""
    notes: defaultdict[tuple[tuple[str, str], ...], list[str]] = defaultdict(list)
    for entry in entries:
        notes[tuple((key, value) for key, value in entry.items() if key != "note")].append(entry["note"])
    return [dict(entry) | {"note": "; ".join(dict.fromkeys(filter(None, said)))} for entry, said in notes.items()]


def plan_overview(*, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return the twelve steps, the strategies with their themes, and what a person should look at."""
    plan = plan_records(data_dir=data_dir, database_url=database_url)
    run = run_or_none(data_dir)
    links = theme_links(plan, run, lineage_now(run, data_dir=data_dir, database_url=database_url))
    names = {str(theme.theme_id): theme.name for theme in run.all_themes()} if run else {}
    by_source: defaultdict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for link in plan.of("evidence_link"):
        if link.id in links:
            theme_id = links[link.id]
            by_source[link.source_kind, link.source_id].append(
                {"theme_id": theme_id, "name": names[theme_id], "note": link.note}
            )
    return {
        "steps": [{"number": s.number, "title": s.title, "status": s.status, "note": s.note} for s in plan.of("step")],
        "strategies": [
            {"id": s.id, "text": s.text, "themes": _each_once(by_source["strategy", s.id])} for s in plan.of("strategy")
        ],
        "findings": [asdict(finding) for finding in plan_findings(plan)],
    }
