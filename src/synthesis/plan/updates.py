"""Monthly updates: a status changes only through one, and a published month stays as it is."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from synthesis.errors import IllegalTransition, NotAllowed, RuleError
from synthesis.plan.records import ITEM_STATES, ImplementationItem, Plan, PlanChange, ProgressUpdate
from synthesis.plan.states import ITEM_STATUS
from synthesis.procedure import Actor, ActorKind, Finding, either, plain

AUTHORITIES = ("staff", "committee", "board")
"""Who may change a plan, from the least to the most."""
AUTHORITY_NEEDED: Mapping[str, str] = {
    "plan_cycle": "board",
    "direction": "board",
    "enduring_value": "board",
    "strategic_boundary": "board",
    "strategy": "board",
    "action_plan": "committee",
    "action_step": "staff",
    "implementation_item": "staff",
}
"""The least authority that a change of a record needs, once the Board has adopted the plan."""
AUTHORITY_OF: Mapping[ActorKind, str] = {
    ActorKind.SENIOR_LEADERSHIP: "staff",
    ActorKind.SUPERINTENDENT: "staff",
    ActorKind.COMMITTEE_CHAIR: "committee",
    ActorKind.BOARD_CLERK: "board",
}
_ENDED = frozenset({"complete", "discontinued"})
_UNDER_WAY = frozenset({"scheduled", "in_progress"})
_EXPLAINED = frozenset({"at_risk", "off_track"})
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


def is_month(period: str) -> bool:
    """Tell whether a text is a month (``YYYY-MM``)."""
    return _MONTH.fullmatch(period) is not None


def last_day(period: str) -> date:
    """Return the last day of a month given as ``YYYY-MM``."""
    year, month = (int(part) for part in period.split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])


def frozen_months(updates: Iterable[ProgressUpdate]) -> frozenset[str]:
    """Return the months of which an update is published."""
    return frozenset(update.period for update in updates if update.published_at is not None)


def check_update(plan: Plan, update: ProgressUpdate, actor: Actor) -> None:
    """Raise for an update that may not be added to the plan: the month is frozen, or the status does not follow.

    Raises IllegalTransition, NotAllowed, or RuleError for what an update must say and does not.
    """
    item = plan.by_id("implementation_item").get(update.item)
    if item is None:
        raise RuleError(f"There is no schedule item {update.item!r}.", do="Put it on the schedule first.")
    if not _MONTH.fullmatch(update.period):
        raise RuleError("The update has no month.", expected="a month such as 2026-09")
    frozen = frozen_months(plan.of("progress_update"))
    if frozen and update.period <= max(frozen):
        raise IllegalTransition(
            f"The month {update.period} is published and frozen, or lies before one that is.",
            do="Write into the next month what has to be put right.",
        )
    before = _before(plan, update)
    action_plan = plan.by_id("action_plan").get(item.plan)
    beside = {"action_plan": action_plan.status if action_plan else ""}
    state = before.status if before else "not_started"
    ITEM_STATUS.advance(state, f"report_{update.status}", actor, beside=beside)
    problem = next((problem for _, problem in _update(update, before)), None)
    if problem is not None:
        raise RuleError(f"The update of {update.item} for {update.period} {problem}.", do="Complete the update.")


def _before(plan: Plan, update: ProgressUpdate) -> ProgressUpdate | None:
    """Return the item's last update of an earlier month."""
    earlier = [u for u in plan.of("progress_update") if u.item == update.item and u.period < update.period]
    return max(earlier, key=lambda u: str(u.period), default=None)


def _update(update: ProgressUpdate, before: ProgressUpdate | None) -> Iterator[tuple[str, str]]:
    """Yield column and problem of one update, given the item's one before."""
    if not update.author:
        yield "author", "names no author"
    if not 0 <= update.percent <= 100:
        yield "percent", f"reports {update.percent} %"
    if (update.status == "complete") != (update.percent == 100):
        yield "percent", f"is {plain(update.status)} at {update.percent} %"
    if update.status == "not_started" and update.percent:
        yield "percent", f"is not started at {update.percent} %"
    if update.status in _EXPLAINED and not update.roadblocks:
        yield "roadblocks", f"is {plain(update.status)}, but names no road block"
    explained = any(change.get("why") and change.get("approved_by") for change in update.changes)
    if (
        update.status in ("paused", "discontinued")
        and (before is None or before.status != update.status)
        and not explained
    ):
        yield "changes", f"is {plain(update.status)}, but does not say why and who approved it"
    if before is not None and before.status == "complete" and update.status != "complete" and not explained:
        yield "changes", "takes back that the item was complete, but does not say why and who approved it"
    if before is not None and update.percent < before.percent and not explained:
        yield (
            "changes",
            f"falls from {before.percent} % to {update.percent} %, but does not say why and who approved it",
        )
    for change in update.changes:
        lacking = [name for name in ("what", "why", "approved_by") if not change.get(name)]
        if lacking:
            yield "changes", f"has a change that does not say {either(lacking)}"
        elif not any(word in AUTHORITIES for word in re.findall(r"\w+", change["approved_by"].casefold())):
            yield "changes", f"has a change that was approved neither by {either(AUTHORITIES)}"
    begins = last_day(update.period).replace(day=1) if _MONTH.fullmatch(update.period) else date.min
    if update.published_at is not None and update.published_at < begins:
        yield "published_at", f"was published on {update.published_at}, before its month {update.period} began"


def update_findings(plan: Plan) -> list[Finding]:
    """Return what a person should look at in the updates and changes that are recorded. All are warnings."""
    found = []
    seen: set[tuple[str, str]] = set()
    for update in sorted(plan.of("progress_update"), key=lambda u: (u.item, u.period)):
        if (update.item, update.period) in seen:
            found.append(_warn(update.id, "period", f"is a second update of {update.item} for {update.period}"))
        seen.add((update.item, update.period))
        before = _before(plan, update)
        if before is not None and ITEM_STATUS.row(before.status, f"report_{update.status}") is None:
            problem = f"goes from {plain(before.status)} to {plain(update.status)}, which does not follow"
            found.append(_warn(update.id, "status", problem))
        found += [_warn(update.id, column, problem) for column, problem in _update(update, before)]
    return [*found, *_changes(plan)]


def _changes(plan: Plan) -> Iterator[Finding]:
    """Check that each recorded change was made by enough authority."""
    for change in plan.of("plan_change"):
        kind = kind_of(plan, change.object)
        if kind is None:
            yield Finding(
                "plan_change", change.id, "object", f"is of {change.object!r}, which is not in the plan", False
            )
        elif AUTHORITIES.index(change.authority) < AUTHORITIES.index(AUTHORITY_NEEDED[kind]):
            problem = f"was made by {change.authority}; a change of {_a(kind)} needs the {AUTHORITY_NEEDED[kind]}"
            yield Finding("plan_change", change.id, "authority", problem, False)


def check_change(plan: Plan, change: PlanChange, actor: Actor) -> None:
    """Raise NotAllowed for a change without enough authority, or that the actor does not have; RuleError without a reason."""
    if not change.reason.strip():
        raise RuleError("A change of the plan needs its reason.", do="Say why, in a sentence that can be published.")
    kind = kind_of(plan, change.object)
    if kind is None:
        raise RuleError(f"The change is of {change.object!r}, which is not in the plan.")
    if AUTHORITY_OF.get(actor.kind) != change.authority:
        raise NotAllowed(
            f"{plain(actor.kind).capitalize()} does not decide for the {change.authority}.",
            expected=either(kind for kind, authority in AUTHORITY_OF.items() if authority == change.authority),
        )
    if AUTHORITIES.index(change.authority) < AUTHORITIES.index(AUTHORITY_NEEDED[kind]):
        raise NotAllowed(
            f"A change of {_a(kind)} needs the {AUTHORITY_NEEDED[kind]}, not {change.authority} alone.",
            do=f"Bring it to the {AUTHORITY_NEEDED[kind]}.",
        )


def kind_of(plan: Plan, record_id: str) -> str | None:
    """Return the kind of the record that may be changed by a plan change and has this id."""
    return next((kind for kind in AUTHORITY_NEEDED if record_id in plan.by_id(kind)), None)


def frozen_findings(before: Plan, after: Plan) -> list[Finding]:
    """Return what another state of the plan would change in months that are published. Each is an error."""
    frozen = frozen_months(before.of("progress_update"))
    was = {u.id: u for u in before.of("progress_update") if u.period in frozen}
    now = {u.id: u for u in after.of("progress_update")}
    found = []
    for identity, update in was.items():
        if identity not in now:
            found.append(_frozen(identity, "id", update.period, "is gone"))
        elif now[identity] != update:
            found.append(_frozen(identity, "status", update.period, "is another"))
    for identity, update in now.items():
        if identity not in was and update.period in frozen:
            found.append(_frozen(identity, "period", update.period, "is new"))
    return found


def roll_up(plan: Plan, period: str) -> pd.DataFrame:
    """Return a row per strategy: what its items' last updates up to a month say.

    Columns: ``strategy, number, items``, one count per status, ``no_update`` (items without an update for this very month),
    ``late`` (due by the month's end and neither complete nor discontinued), ``percent`` (mean over the items;
    one without an update counts 0).
    """
    last = _last(plan, period)
    plans = plan.by_id("action_plan")
    rows = []
    for strategy in plan.of("strategy"):
        own = [i for i in plan.of("implementation_item") if i.plan in plans and plans[i.plan].strategy == strategy.id]
        found = {item.id: last.get(item.id) for item in own}
        states = [update.status if update else "not_started" for update in found.values()]
        rows.append(
            {"strategy": strategy.id, "number": strategy.number, "items": len(own)}
            | {state: states.count(state) for state in ITEM_STATES}
            | {
                "no_update": sum(update is None or update.period != period for update in found.values()),
                "late": sum(_is_late(item, found[item.id], last_day(period)) for item in own),
                "percent": sum(u.percent for u in found.values() if u) / len(own) if own else 0.0,
            }
        )
    columns = ["strategy", "number", "items", *ITEM_STATES, "no_update", "late", "percent"]
    return pd.DataFrame(rows, columns=columns)


def moved(plan: Plan, period: str) -> pd.DataFrame:
    """Return ``item, status_before, status, percent_before, percent`` of the items whose status or share moved in a month."""
    rows = []
    for update in sorted(plan.of("progress_update"), key=lambda u: str(u.item)):
        before = _before(plan, update)
        was = (before.status, before.percent) if before else ("not_started", 0)
        if update.period == period and (update.status, update.percent) != was:
            rows.append((update.item, was[0], update.status, was[1], update.percent))
    return pd.DataFrame(rows, columns=["item", "status_before", "status", "percent_before", "percent"])


def _last(plan: Plan, period: str) -> dict[str, ProgressUpdate]:
    """Return item → its last update up to a month."""
    updates = sorted(plan.of("progress_update"), key=lambda u: str(u.period))
    return {update.item: update for update in updates if update.period <= period}


def _is_late(item: ImplementationItem, update: ProgressUpdate | None, on: date) -> bool:
    """Tell whether an item was due by a day and has not ended."""
    return item.due is not None and item.due <= on and (update is None or update.status not in _ENDED)


@dataclass(frozen=True, slots=True)
class Request:
    """An update that an owner is asked for: by which day, and how many days it is late; 0 while it is not due."""

    item: str
    owner: str
    period: str
    due: date
    days_late: int


def update_requests(plan: Plan, on: date) -> tuple[Request, ...]:
    """Return the updates that are asked for on a day and not there: of each item under way, for each month since its start.

    An update is due on the last day of its month. Months before one that is published are closed and no longer asked for.
    """
    updates = plan.of("progress_update")
    there = {(update.item, update.period) for update in updates}
    closed = max(frozen_months(updates), default="")
    plans = plan.by_id("action_plan")
    found = []
    for item in plan.of("implementation_item"):
        last = _last(plan, f"{on:%Y-%m}").get(item.id)
        under_way = item.plan in plans and plans[item.plan].status in _UNDER_WAY
        if not under_way or item.start is None or item.start > on or (last and last.status in _ENDED):
            continue
        for period in _months(item.start, on):
            if (item.id, period) not in there and period > closed:
                due = last_day(period)
                found.append(Request(item.id, item.owner, period, due, max((on - due).days, 0)))
    return tuple(sorted(found, key=lambda r: (-r.days_late, r.item, r.period)))


def late_work(plan: Plan, on: date) -> pd.DataFrame:
    """Return ``kind, id, who, due, days_late, status`` of the items and steps that were due before a day and have not ended."""
    last = _last(plan, f"{on:%Y-%m}")
    rows = []
    for item in plan.of("implementation_item"):
        status = last[item.id].status if item.id in last else "not_started"
        if item.due is not None and item.due < on and status not in _ENDED:
            rows.append((item.kind, item.id, item.owner, item.due, (on - item.due).days, status))
    for step in plan.of("action_step"):
        if step.due is not None and step.due < on and step.completed is None and step.status not in _ENDED:
            rows.append((step.kind, step.id, step.assigned_to, step.due, (on - step.due).days, step.status))
    frame = pd.DataFrame(rows, columns=["kind", "id", "who", "due", "days_late", "status"])
    return frame.sort_values(["days_late", "kind", "id"], ascending=[False, True, True], ignore_index=True)


def _months(start: date, on: date) -> Iterator[str]:
    """Yield the months from one day's to another's."""
    year, month = start.year, start.month
    while (year, month) <= (on.year, on.month):
        yield f"{year:04d}-{month:02d}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _warn(record_id: str, column: str, problem: str) -> Finding:
    """Return a finding on an update that is shown and forbids nothing."""
    return Finding("progress_update", record_id, column, problem, False)


def _frozen(record_id: str, column: str, period: str, what: str) -> Finding:
    """Return the error that a published month would be changed."""
    return Finding(
        "progress_update", record_id, column, f"{what}, but its month {period} is published and frozen", True
    )


def _a(kind: str) -> str:
    """Return a kind in words with its article."""
    words = plain(kind)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
