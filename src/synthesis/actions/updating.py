"""The update of a month: how the items stand by strategy, what is late, what changed, and what became of what people said."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from synthesis.actions.linking import lineage_now, theme_links
from synthesis.actions.plan import plan_records
from synthesis.errors import InputError
from synthesis.plan import Plan
from synthesis.plan.answers import answers, refused_themes
from synthesis.plan.board import pending
from synthesis.plan.claims import amount_of
from synthesis.plan.links import Lineage
from synthesis.plan.records import ITEM_STATES, ImplementationItem, ProgressUpdate
from synthesis.plan.updates import frozen_months, is_month, last_day, late_work, moved, roll_up, update_requests
from synthesis.published import PublishedRun
from synthesis.store.runs import current_run_id, read_run


def monthly_update(
    period: str, *, data_dir: Path, database_url: str | None = None, on: date | None = None
) -> dict[str, Any]:
    """Return the update of a month (``YYYY-MM``), for the Board and the community.

    `on` is the day on which it is read: what is due and late is told as of that day, the month's last where it is not given.
    Keys: ``district, period, published, counts, budget, strategies, moved, requests, late, changes, decisions, answers``.
    Raises InputError for what is no month, or one of which there is no update.
    """
    if not is_month(period):
        raise InputError(f"{period!r} is no month.", expected="a month such as 2026-11")
    plan = plan_records(data_dir=data_dir, database_url=database_url)
    own = {u.item: u for u in plan.of("progress_update") if u.period == period}
    if not own:
        known = sorted({u.period for u in plan.of("progress_update")})
        raise InputError(f"There is no update for {period}.", expected=", ".join(known) or "a month with an update")
    on = on or last_day(period)
    run = read_run(data_dir) if current_run_id(data_dir) else None
    days = [update.published_at for update in own.values() if update.published_at is not None]
    return {
        "district": next((cycle.district for cycle in plan.of("plan_cycle")), ""),
        "period": period,
        "published": max(days) if period in frozen_months(plan.of("progress_update")) else None,
        "counts": {state: Counter(u.status for u in own.values())[state] for state in ITEM_STATES},
        "budget": _budget(plan, own),
        "strategies": _strategies(plan, period),
        "moved": moved(plan, period).to_dict("records"),
        "requests": [asdict(request) for request in update_requests(plan, on)],
        "late": late_work(plan, on).to_dict("records"),
        "changes": _changes(plan, own, period),
        "decisions": [_asked(action) for action in pending(plan, on)],
        "answers": _answers(plan, run, lineage_now(run, data_dir=data_dir, database_url=database_url), period),
    }


def _budget(plan: Plan, own: dict[str, ProgressUpdate]) -> list[dict[str, Any]]:
    """Return per fund what the items may cost in the year, and what is spent by the end of the month."""
    may: defaultdict[str, float] = defaultdict(float)
    spent: defaultdict[str, float] = defaultdict(float)
    for item in plan.of("implementation_item"):
        for fund, amount in item.budgets.items():
            may[fund] += amount_of(amount) or 0.0
        for fund, amount in own[item.id].spent.items() if item.id in own else ():
            spent[fund] += amount_of(amount) or 0.0
    return [{"fund": fund, "budget": may[fund], "spent": spent[fund]} for fund in sorted({*may, *spent})]


def _strategies(plan: Plan, period: str) -> list[dict[str, Any]]:
    """Return the strategies that have items, each with its roll-up and its items."""
    rolled = {row["strategy"]: row for row in roll_up(plan, period).to_dict("records")}
    plans = plan.by_id("action_plan")
    found = []
    for strategy in sorted(plan.of("strategy"), key=lambda s: (s.number, s.id)):
        items = [i for i in plan.of("implementation_item") if i.plan in plans and plans[i.plan].strategy == strategy.id]
        row = rolled[strategy.id]
        found.append(
            {
                "id": strategy.id,
                "number": strategy.number,
                "text": strategy.text,
                "percent": row["percent"],
                "no_update": row["no_update"],
                "late": row["late"],
                "items": [_item(plan, item, period) for item in items],
            }
        )
    return found


def _item(plan: Plan, item: ImplementationItem, period: str) -> dict[str, Any]:
    """Return an item as the month's update tells it; what is not told is as it was."""
    told = {u.period: u for u in plan.of("progress_update") if u.item == item.id and u.period <= period}
    update = told.get(period)
    before = told[max(month for month in told if month < period)] if any(m < period for m in told) else None
    last = update or before
    action_plan = plan.by_id("action_plan")[item.plan]
    return {
        "item": item.id,
        "plan": item.plan,
        "plan_number": action_plan.plan_number,
        "result": action_plan.specific_result,
        "owner": item.owner,
        "due": item.due,
        "status": last.status if last else "not_started",
        "status_before": before.status if before else "not_started",
        "percent": last.percent if last else 0,
        "percent_before": before.percent if before else 0,
        "told": update is not None,
        "successes": list(update.successes) if update else [],
        "roadblocks": list(update.roadblocks) if update else [],
        "next_steps": update.next_steps if update else "",
    }


def _changes(plan: Plan, own: dict[str, ProgressUpdate], period: str) -> list[dict[str, Any]]:
    """Return what changed in the month: changes of the plan with their authority, and those that the updates tell."""
    decided = [c for c in plan.of("plan_change") if c.decided_on and f"{c.decided_on:%Y-%m}" == period]
    found = [
        {"of": c.object, "what": f"{c.changed_from} → {c.changed_to}", "why": c.reason, "by": c.authority}
        for c in decided
    ]
    for item, update in sorted(own.items()):
        for change in update.changes:
            told = {"what": change.get("what", ""), "why": change.get("why", ""), "by": change.get("approved_by", "")}
            found.append({"of": item} | told)
    return found


def _asked(action: Any) -> dict[str, Any]:
    """Return a matter that the Board has before it."""
    return {
        "id": action.id,
        "act": action.act,
        "object": action.object,
        "motion": action.motion,
        "agenda_kind": action.agenda_kind,
        "meeting_date": action.meeting_date,
    }


def _answers(plan: Plan, run: PublishedRun | None, lineage: Lineage, period: str) -> list[dict[str, Any]]:
    """Return what became of each theme, in the community's order; nothing before the first run."""
    if run is None:
        return []
    order = run.order()
    themes = sorted(run.themes, key=lambda theme: order[str(theme.theme_id)]["rank"])
    links = theme_links(plan, run, lineage)
    found = answers(plan, [(str(t.theme_id), t.name) for t in themes], links, period, refused_themes(plan, links))
    return [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]


def write_update(
    period: str, out: Path, *, data_dir: Path, database_url: str | None = None, on: date | None = None
) -> Path:
    """Write a month's update as an accessible PDF, the same bytes from the same records. Raises as `monthly_update` does."""
    from synthesis import briefs  # takes time to import, and nothing else here needs it

    found = monthly_update(period, data_dir=data_dir, database_url=database_url, on=on)
    run_id = current_run_id(data_dir) or "none yet"
    day = found["published"] or last_day(period)
    made = datetime(day.year, day.month, day.day, tzinfo=UTC)
    out.write_bytes(briefs.render("update", briefs.month_brief(found, run_id), made))
    return out
