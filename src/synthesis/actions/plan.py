"""Plan: the records of steps 3 to 12, and the golden thread between them and the themes."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synthesis.actions.findings import committee_findings
from synthesis.errors import RunError
from synthesis.plan import Finding, Plan, check
from synthesis.plan.board import board_findings, goal_alignment
from synthesis.plan.updates import update_findings
from synthesis.published import PublishedRun
from synthesis.store.database import reading
from synthesis.store.plans import read_plan
from synthesis.store.runs import current_run_id, read_run

_LABELS = {
    "strategy": "Strategy",
    "enduring_value": "Enduring value",
    "strategic_boundary": "Strategic boundary",
    "mission": "Mission",
    "student_performance_statement": "Student performance statement",
    "action_plan": "Action plan",
    "action_step": "Action step",
    "refusal": "We won't",
}
_SAYS = {"action_plan": "specific_result", "refusal": "because"}
"""The field that says what an element is about, where it is not its text."""


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


def plan_answers(theme_id: str, *, data_dir: Path, database_url: str | None = None) -> list[dict[str, str]]:
    """Return the elements of the plan that name a theme: ``kind, id, label, text, note``."""
    plan = plan_records(data_dir=data_dir, database_url=database_url)
    return thread(plan, theme_links(plan, _run_or_none(data_dir))).get(theme_id, [])


def thread(plan: Plan, links: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    """Return theme id → the elements of the plan that name it, given `theme_links`."""
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for link in plan.of("evidence_link"):
        theme_id = links.get(link.id)
        if theme_id is None:
            continue
        answer = _element(plan, link.source_kind, link.source_id) | {"note": link.note}
        found[theme_id].append(answer)
        parent = theme_id.split(".")[0]
        if parent != theme_id:
            found[parent].append(answer)
    return dict(found)


def theme_links(plan: Plan, run: PublishedRun | None) -> dict[str, str]:
    """Return evidence link id → theme id: as recorded, else the theme in which people use the link's words most."""
    if run is None or not plan.of("evidence_link"):
        return {}
    known = {theme.theme_id for theme in run.all_themes()}
    by_words = _themes_by_words(run, [link.theme_words for link in plan.of("evidence_link")])
    links = {}
    for link in plan.of("evidence_link"):
        theme_id = link.theme_id if link.theme_id in known else by_words.get(link.theme_words)
        if theme_id is not None:
            links[link.id] = theme_id
    return links


def _themes_by_words(run: PublishedRun, phrases: list[str]) -> dict[str, str]:
    """Return words → the top-level theme whose ideas hold them most, each word weighed by its rarity over themes."""
    from synthesis.linguistics import tokens  # takes seconds to import, and a plan without links needs none

    place = run.ideas.merge(run.assignments, on="idea_id")
    sizes = place["theme_id"].value_counts().to_dict()
    holding: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for theme_id, found in zip(place["theme_id"], tokens(place["text"].tolist()), strict=True):
        for lemma in {token.lemma for token in found if token.is_word and not token.is_stop}:
            holding[lemma][theme_id] += 1
    result = {}
    for phrase, found in zip(phrases, tokens(phrases), strict=True):
        score: defaultdict[str, float] = defaultdict(float)
        for lemma in {token.lemma for token in found if token.is_word and not token.is_stop}:
            rarity = math.log((1 + len(sizes)) / (1 + len(holding[lemma])) + 1)
            for theme_id, times in holding[lemma].items():
                score[theme_id] += rarity * times / math.sqrt(sizes[theme_id])
        if score:
            result[phrase] = min(score, key=lambda theme_id: (-score[theme_id], theme_id))
    return result


def plan_overview(*, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return the twelve steps, the strategies with their themes, and what a person should look at."""
    plan = plan_records(data_dir=data_dir, database_url=database_url)
    run = _run_or_none(data_dir)
    links = theme_links(plan, run)
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
            {"id": s.id, "text": s.text, "themes": by_source.get(("strategy", s.id), [])} for s in plan.of("strategy")
        ],
        "findings": [asdict(finding) for finding in plan_findings(plan)],
    }


def _element(plan: Plan, kind: str, record_id: str) -> dict[str, str]:
    """Return an element of the plan as ``kind, id, label, text``."""
    label = _LABELS.get(kind, kind)
    if kind in ("mission", "student_performance_statement"):
        text = next((getattr(d, kind) for d in plan.of("direction")), "")
        return {"kind": kind, "id": kind, "label": label, "text": text}
    record = plan.by_id(kind).get(record_id)
    if record is None:
        return {"kind": kind, "id": record_id, "label": label, "text": ""}
    number = getattr(record, "plan_number", None) or getattr(record, "number", None)
    return {
        "kind": kind,
        "id": record_id,
        "label": f"{label} {number}" if number else label,
        "text": getattr(record, _SAYS.get(kind, "text")),
    }


def _run_or_none(data_dir: Path) -> PublishedRun | None:
    """Return the published run, or None before the first."""
    if current_run_id(data_dir) is None:
        return None
    try:
        return read_run(data_dir)
    except RunError:
        return None
