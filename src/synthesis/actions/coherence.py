"""Coherence of the plan with what the community said: the plan's records against the published run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from synthesis.actions.linking import lineage_now, theme_links
from synthesis.actions.plan import plan_records
from synthesis.plan import Plan
from synthesis.plan.answers import refused_themes
from synthesis.plan.claims import Limits
from synthesis.plan.coherence import RULES, Incoherence, RankedTheme, coherence, settle
from synthesis.plan.links import Lineage
from synthesis.plan.proceedings import Acceptance
from synthesis.published import PublishedRun
from synthesis.store.runs import current_run_id, read_run


@dataclass(frozen=True)
class Heard:
    """What the published run holds against the plan: its themes in order, and the words that people use for each."""

    run: PublishedRun
    lineage: Lineage
    themes: tuple[RankedTheme, ...]
    terms: pd.DataFrame


def heard(data_dir: Path, database_url: str | None = None, limits: Limits | None = None) -> Heard | None:
    """Return what the published run holds against the plan, or None before the first run."""
    from synthesis.plan.words import salient_terms  # takes seconds to import

    if current_run_id(data_dir) is None:
        return None
    run = read_run(data_dir)
    order = run.order()
    themes = tuple(RankedTheme(str(t.theme_id), t.name, int(order[str(t.theme_id)]["rank"])) for t in run.themes)
    lineage = lineage_now(run, data_dir=data_dir, database_url=database_url)
    return Heard(run, lineage, themes, salient_terms(run.contributions, run.ideas, run.assignments, limits))


def incoherences(plan: Plan, against: Heard | None, limits: Limits | None = None) -> tuple[Incoherence, ...]:
    """Return every finding on a plan. What it refuses with its reason is not found missing.

    Without a run the rules on themes and on people's words are not tried.
    """
    if against is None:
        return coherence(plan, limits=limits)
    from synthesis.plan.words import direction_text, in_direction

    links = theme_links(plan, against.run, against.lineage)
    return coherence(
        plan,
        themes=against.themes,
        links=links,
        words=in_direction(against.terms, direction_text(plan)),
        refusals=refused_themes(plan, links),
        limits=limits,
    )


def plan_coherence(
    *, data_dir: Path, database_url: str | None = None, limits: Limits | None = None
) -> list[dict[str, Any]]:
    """Return every finding on the plan: ``key, rule, asks, records, problem, accepted``, in the order of the rules.

    `asks` is the rule in words; `records` are pairs of kind and id; `key` stays the same as long as the finding does; `accepted`
    is None, or ``by, on, reason`` of who accepted it.
    """
    plan = plan_records(data_dir=data_dir, database_url=database_url)
    found = incoherences(plan, heard(data_dir, database_url, limits), limits)
    accepted = {finding.key: acceptance for finding, acceptance in settle(found, plan.of("acceptance")).accepted}
    return [
        {
            "key": f.key,
            "rule": f.rule,
            "asks": RULES[f.rule],
            "records": [list(r) for r in f.records],
            "problem": f.problem,
            "accepted": _accepted(accepted.get(f.key)),
        }
        for f in found
    ]


def _accepted(acceptance: Acceptance | None) -> dict[str, Any] | None:
    """Return who accepted a finding, when and why."""
    if acceptance is None:
        return None
    return {"by": acceptance.by, "on": acceptance.on, "reason": acceptance.reason}
