"""Coherence of the plan with what the community said: the plan's records against the published run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from synthesis.actions.plan import plan_records, theme_links
from synthesis.plan.claims import Limits
from synthesis.plan.coherence import RULES, RankedTheme, coherence, settle
from synthesis.plan.proceedings import Acceptance
from synthesis.store.runs import current_run_id, read_run


def plan_coherence(
    *, data_dir: Path, database_url: str | None = None, limits: Limits | None = None
) -> list[dict[str, Any]]:
    """Return every finding on the plan: ``key, rule, asks, records, problem, accepted``, in the order of the rules.

    `asks` is the rule in words; `records` are pairs of kind and id; `key` stays the same as long as the finding does; `accepted`
    is None, or ``by, on, reason`` of who accepted it. What the plan refuses with its reason is not found missing. Before the
    first run the rules on themes and on people's words are not tried.
    """
    from synthesis.plan.words import direction_text, in_direction, salient_terms  # takes seconds to import

    plan = plan_records(data_dir=data_dir, database_url=database_url)
    refusals = plan.of("refusal")
    if current_run_id(data_dir) is None:
        found = coherence(plan, refusals=refusals, limits=limits)
    else:
        run = read_run(data_dir)
        order = run.order()
        terms = salient_terms(run.contributions, run.ideas, run.assignments)
        found = coherence(
            plan,
            themes=[RankedTheme(str(t.theme_id), t.name, int(order[str(t.theme_id)]["rank"])) for t in run.themes],
            links=theme_links(plan, run),
            words=in_direction(terms, direction_text(plan)),
            refusals=refusals,
            limits=limits,
        )
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
