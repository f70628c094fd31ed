"""The schedule of a school year, as it is proposed: which plans begin, within money and what owners can carry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from synthesis.actions.linking import lineage_now, theme_links
from synthesis.actions.plan import plan_records
from synthesis.errors import InputError
from synthesis.plan import Plan
from synthesis.plan.claims import amount_of
from synthesis.plan.schedule import Year, candidates_of, propose, served_priority
from synthesis.store.runs import read_run

_YEAR = re.compile(r"(\d{4})-(\d{2})")


def schedule_proposal(
    year: str,
    *,
    data_dir: Path,
    database_url: str | None = None,
    funds: Mapping[str, str] | None = None,
    owner_load: float = 3.0,
    take: Iterable[str] = (),
    leave: Mapping[str, str] | None = None,
    as_scheduled: bool = False,
) -> dict[str, Any]:
    """Return a proposal for a school year (``2026-27``, July to June).

    `funds` is fund → what there is in the year, as it is written ("600,000"); `take` are plans that a person has chosen, `leave` those left out, with the
    reason; `as_scheduled` takes every plan that has an item in that year, so that conflicts of the schedule are shown.
    Keys: ``year, proposed, left_out, conflicts, served, asked, proven, funds, loads``. Raises InputError for a year, a plan or an amount that
    is none, RunError before the first run: what a plan serves is measured by the themes.
    """
    start, end = _days(year)
    plan, run = plan_records(data_dir=data_dir, database_url=database_url), read_run(data_dir)
    chosen = dict.fromkeys(take, ("in", "")) | {name: ("out", why) for name, why in (leave or {}).items()}
    if as_scheduled:
        items = [item for item in plan.of("implementation_item") if item.school_year == year]
        chosen = {item.plan: ("in", "It is on the schedule.") for item in items} | chosen
    scores = {theme_id: float(row["score"]) for theme_id, row in run.order().items()}
    lineage = lineage_now(run, data_dir=data_dir, database_url=database_url)
    served = served_priority(plan, theme_links(plan, run, lineage), scores)
    candidates = candidates_of(plan, served, choices=chosen)
    strange = sorted(set(chosen) - {candidate.plan for candidate in candidates})
    if strange:
        raise InputError(
            f"{', '.join(strange)} cannot be scheduled.",
            expected="plans that the Board has accepted and that are not over",
            do="Look at the statuses with: synthesis plan show.",
        )
    there = {fund.strip().casefold(): _amount(fund, said) for fund, said in (funds or {}).items()}
    found = asdict(propose(candidates, Year(start, end, there, owner_load, done=_done(plan))))
    told = {c.plan: _told(plan, c.plan) | {"priority": c.priority, "costs": dict(c.costs)} for c in candidates}
    spent: Mapping[str, float] = found["spent"]
    return {
        "year": year,
        "proposed": [told[s["plan"]] | s for s in found["scheduled"]],
        "left_out": [told[left["plan"]] | left for left in found["left_out"]],
        "conflicts": found["conflicts"],
        "served": found["served"],
        "asked": found["asked"],
        "proven": found["proven"],
        "funds": [{"fund": f, "asked": spent.get(f, 0.0), "there": there.get(f)} for f in sorted({*spent, *there})],
        "loads": found["loads"],
    }


def _days(year: str) -> tuple[date, date]:
    """Return the first and the last day of a school year."""
    match = _YEAR.fullmatch(year)
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        raise InputError(f"{year!r} is no school year.", expected="a school year such as 2026-27")
    return date(int(match[1]), 7, 1), date(int(match[1]) + 1, 6, 30)


def _amount(fund: str, said: str) -> float:
    """Return an amount of money."""
    found = amount_of(said)
    if found is None:
        raise InputError(f"What the fund “{fund}” has is no amount: {said!r}.", expected="a number such as 600000")
    return found


def _done(plan: Plan) -> frozenset[str]:
    """Return the plans whose result is reached."""
    return frozenset(p.id for p in plan.of("action_plan") if p.status == "completed")


def _told(plan: Plan, plan_id: str) -> dict[str, Any]:
    """Return how a plan is named in a proposal."""
    found = plan.by_id("action_plan")[plan_id]
    return {
        "plan_number": found.plan_number,
        "strategy": found.strategy,
        "result": found.specific_result,
        "owner": found.responsible,
    }
