"""What plans claim together: people, money, weeks; and whether their days fit each other and the plan's end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from synthesis.plan.deadlines import latest
from synthesis.plan.records import CostBenefit, Plan

Found = tuple[str, tuple[tuple[str, str], ...], str]
"""A rule, the records that it is about as pairs of kind and id, and the problem in words."""
_IDLE = frozenset({"complete", "discontinued", "paused"})
_GONE = frozenset({"declined", "discontinued", "completed"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What there is, and from where on something counts, as a district sets it.

    `funds` is money by fund, for the costs of all plans together; a fund that is not named has no limit. `steps_at_once`: open steps that
    one person can carry. `top_themes`: a theme is of high priority up to this rank. Of the words that people use for a theme
    the heaviest `words_per_theme` are sought in the Direction, each used by `fewest_people` at least, and by `word_lift` times
    the share of all people.
    """

    funds: Mapping[str, float] = field(default_factory=dict)
    steps_at_once: int = 3
    top_themes: int = 10
    words_per_theme: int = 8
    word_lift: float = 2.0
    fewest_people: int = 10


def claims(plan: Plan, limits: Limits) -> Iterator[Found]:
    """Yield what plans claim together beyond the limits."""
    yield from _people(plan, limits.steps_at_once)
    yield from _resources(plan)
    yield from _money(plan, limits.funds)


def _open_steps(plan: Plan) -> list[Any]:
    """Return the steps that are still to be done, of plans that are not over, with both days."""
    over = {action_plan.id for action_plan in plan.of("action_plan") if action_plan.status in _GONE}
    return [
        step
        for step in plan.of("action_step")
        if step.plan not in over and step.status not in _IDLE and step.start and step.due and step.start <= step.due
    ]


def _people(plan: Plan, at_once: int) -> Iterator[Found]:
    """Yield people whom several plans claim for more steps in one week than they can carry."""
    own: defaultdict[str, list[Any]] = defaultdict(list)
    for step in _open_steps(plan):
        if step.assigned_to:
            own[step.assigned_to].append(step)
    for person, steps in sorted(own.items()):
        busiest = max((_in_week(steps, week) for week in _weeks(steps)), key=len, default=[])
        plans = sorted({step.plan for step in busiest})
        if len(busiest) > at_once and len(plans) > 1:
            until = min(step.due for step in busiest)
            problem = f"{person} has {len(busiest)} steps of {len(plans)} plans at once until {until}; {at_once} can be carried"
            yield "same_person", _records("action_step", (step.id for step in busiest)), problem


def _resources(plan: Plan) -> Iterator[Found]:
    """Yield what steps of several plans need in the same weeks, as it is named in their resources."""
    needing: defaultdict[str, list[Any]] = defaultdict(list)
    for step in _open_steps(plan):
        for resource in {part.strip().casefold() for part in re.split(r"[;,\n]", step.resources)} - {""}:
            needing[resource].append(step)
    for resource, steps in sorted(needing.items()):
        busiest = max(
            (_in_week(steps, week) for week in _weeks(steps)),
            key=lambda found: len({s.plan for s in found}),
            default=[],
        )
        if len({step.plan for step in busiest}) > 1:
            first, last = max(step.start for step in busiest), min(step.due for step in busiest)
            problem = f"plans need “{resource}” in the same weeks, {first} to {last}"
            yield "same_weeks", _records("action_step", (step.id for step in busiest)), problem


def _weeks(steps: list[Any]) -> list[date]:
    """Return the first days of steps: somebody's load is greatest on one of them."""
    return sorted({step.start for step in steps})


def _in_week(steps: list[Any], day: date) -> list[Any]:
    """Return the steps that are open on a day."""
    return sorted((step for step in steps if step.start <= day <= step.due), key=lambda step: str(step.id))


def _money(plan: Plan, funds: Mapping[str, float]) -> Iterator[Found]:
    """Yield funds from which plans take more than there is, things that are paid twice, and costs that cannot be read."""
    over = {action_plan.id for action_plan in plan.of("action_plan") if action_plan.status in _GONE}
    asked: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    things: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for cost_benefit in plan.of("cost_benefit"):
        if cost_benefit.plan in over:
            continue
        for entry in cost_benefit.tangible_costs:
            amount = cost_of(entry)
            if amount is None:
                problem = f"the cost of “{entry.get('item', '')}” cannot be read as quantity times unit cost"
                yield "cost_unreadable", (("cost_benefit", cost_benefit.id),), problem
                continue
            fund = entry.get("fund", "").strip().casefold()
            asked[fund][cost_benefit.plan] += amount
            things[entry.get("item", "").strip().casefold(), fund].add(cost_benefit.plan)
    for fund, there in sorted(funds.items()):
        total = sum(asked[fund.casefold()].values())
        if total > there:
            problem = f"plans ask {total:,.0f} of the fund “{fund}”, which has {there:,.0f}"
            yield "same_money", _records("action_plan", asked[fund.casefold()]), problem
    for (item, fund), plans in sorted(things.items()):
        if item and len(plans) > 1:
            problem = f"plans ask the fund “{fund}” for the same thing, “{item}”"
            yield "same_money", _records("action_plan", plans), problem


def cost_of(entry: Mapping[str, str]) -> float | None:
    """Return quantity times unit cost of a tangible cost, or None where one of them is no number."""
    quantity, unit_cost = (amount_of(str(entry.get(name, ""))) for name in ("quantity", "unit_cost"))
    return None if quantity is None or unit_cost is None else quantity * unit_cost


def amount_of(said: str) -> float | None:
    """Return an amount as it is written ("$1,140,000"), or None where it is no number."""
    found = re.fullmatch(r"\s*\$?\s*(\d[\d,]*(?:\.\d+)?)\s*", said)
    return float(found.group(1).replace(",", "")) if found else None


def costs_by_fund(cost_benefit: CostBenefit | None) -> dict[str, float]:
    """Return fund → what a plan costs from it, of the costs that can be read."""
    found: defaultdict[str, float] = defaultdict(float)
    for entry in cost_benefit.tangible_costs if cost_benefit else ():
        found[entry.get("fund", "").strip().casefold()] += cost_of(entry) or 0.0
    return dict(found)


def dates(plan: Plan) -> Iterator[Found]:
    """Yield days outside of the plan, days in the wrong order, and steps that wait for each other."""
    cycle = next(iter(plan.of("plan_cycle")), None)
    if cycle is not None and cycle.end is not None:
        yield from _outside(plan, cycle)
    for kind in ("action_step", "implementation_item"):
        for record in plan.of(kind):
            if record.start and record.due and record.due < record.start:
                yield (
                    "dates_in_order",
                    ((kind, record.id),),
                    f"is due on {record.due}, before it starts on {record.start}",
                )
    yield from _dependencies(plan)


def _outside(plan: Plan, cycle: Any) -> Iterator[Found]:
    """Yield days before the plan begins or after it ends."""
    for kind in ("action_step", "implementation_item"):
        for record in plan.of(kind):
            if cycle.start and record.start and record.start < cycle.start:
                yield (
                    "date_outside",
                    ((kind, record.id),),
                    f"starts on {record.start}; the plan starts on {cycle.start}",
                )
            if record.due and record.due > cycle.end:
                yield "date_outside", ((kind, record.id),), f"is due on {record.due}; the plan ends on {cycle.end}"
    for action_plan in plan.of("action_plan"):
        said = latest(action_plan.specific_result, cycle.start or cycle.end)
        if said is not None and said > cycle.end:
            problem = f"its specific result names a day up to {said}; the plan ends on {cycle.end}"
            yield "date_outside", (("action_plan", action_plan.id),), problem


def _dependencies(plan: Plan) -> Iterator[Found]:
    """Yield steps that are due before, or done without, what they depend on, and rings of steps."""
    steps = plan.by_id("action_step")
    for step in steps.values():
        for needed in (steps[i] for i in step.depends_on if i in steps):
            pair = (("action_step", step.id), ("action_step", needed.id))
            if step.due and needed.due and step.due < needed.due:
                yield "dependency", pair, f"is due on {step.due}, but depends on {needed.id}, due on {needed.due}"
            elif step.status == "complete" and needed.status not in ("complete", "discontinued"):
                yield "dependency", pair, f"is complete, but depends on {needed.id}, which is not"
    for ring in rings({step.id: tuple(i for i in step.depends_on if i in steps) for step in steps.values()}):
        yield "dependency", _records("action_step", ring), f"wait for each other: {', '.join(ring)}"


def rings(needs: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the sets of ids that wait for each other, each sorted."""
    reach = {start: _reached(start, needs) for start in needs}
    found = {
        tuple(sorted(other for other in reach[start] if start in reach.get(other, ())))
        for start in needs
        if start in reach[start]
    }
    return sorted(found)


def _reached(start: str, needs: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return everything that an id waits for, directly or not."""
    seen: set[str] = set()
    left = list(needs.get(start, ()))
    while left:
        here = left.pop()
        if here not in seen:
            seen.add(here)
            left += needs.get(here, ())
    return seen


def _records(kind: str, ids: Any) -> tuple[tuple[str, str], ...]:
    """Return ids as pairs of kind and id, sorted."""
    return tuple((kind, record_id) for record_id in sorted(ids))
