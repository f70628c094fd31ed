"""The first year's schedule (step 10), proposed: which plans begin, and in which month, within money, load, days and order.

Of all schedules that keep the limits and people's own choices it is one that serves the most priority, and of these one with
the most plans; each of them begins as early as the others let it. The same input gives the same proposal, in whatever order it comes. It proposes:
senior leadership decides, and every choice that a person fixes is kept.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from synthesis.errors import RuleError
from synthesis.plan.answers import plans_answering
from synthesis.plan.claims import costs_by_fund
from synthesis.plan.records import Plan
from synthesis.plan.solver import Solution, Task, solve

_GRAIN = 100
"""Priority is weighed to this part of the greatest one. Finer differences are noise, and whole numbers keep sums exact."""
_OVER = frozenset({"declined", "discontinued"})
_UP_FOR_IT = frozenset({"accepted_by_board", "scheduled", "deferred", "in_progress"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An action plan that may be scheduled.

    `costs` is fund → amount in the year; `months` how long its work takes; it begins on `earliest` at the earliest and ends by
    `latest` at the latest, where these are given; `load` is its part of what one owner can carry in a month. `needs` are plans
    that must be done before it begins. `choice` is a person's own: in, out, or empty; `why` that person's reason.
    """

    plan: str
    title: str
    priority: float
    owner: str
    costs: Mapping[str, float] = field(default_factory=dict)
    months: int = 1
    load: float = 1.0
    earliest: date | None = None
    latest: date | None = None
    needs: tuple[str, ...] = ()
    choice: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """The school year and what there is in it: money by fund, load that an owner can carry in any month.

    A fund that is not in `funds` has no limit. `done` are plans that are completed already.
    """

    start: date
    end: date
    funds: Mapping[str, float] = field(default_factory=dict)
    owner_load: float = 3.0
    owners: Mapping[str, float] = field(default_factory=dict)
    done: frozenset[str] = frozenset()

    def months(self) -> tuple[str, ...]:
        """Return the year's months as ``YYYY-MM``."""
        first, last = _ordinal(self.start), _ordinal(self.end)
        return tuple(f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A plan in the proposal: its first and last month of the year (``YYYY-MM``), and whether it was a person's choice."""

    plan: str
    first: str
    last: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A plan that is not in the proposal: why, in words, and which plans would have to give way for it."""

    plan: str
    why: str
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """What is proposed. With `conflicts` there is no proposal: people's choices cannot all be kept within the limits.

    `spent` is fund → amount, `loads` owner → month → load; `served` of `asked` is priority;
    `proven` is false where so many schedules are possible that a better one was not ruled out.
    """

    scheduled: tuple[Scheduled, ...]
    left_out: tuple[LeftOut, ...]
    conflicts: tuple[str, ...]
    served: float
    asked: float
    proven: bool = True
    spent: Mapping[str, float] = field(default_factory=dict)
    loads: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def propose(candidates: Iterable[Candidate], year: Year) -> Proposal:
    """Return the proposal for a year. Raises RuleError for candidates that are named twice or choices that are none."""
    sorted_in = tuple(sorted(candidates, key=lambda c: c.plan))
    _admissible(sorted_in)
    tasks = _tasks(sorted_in, year)
    asked = math.fsum(c.priority for c in sorted_in)
    best = solve(tasks, _caps(sorted_in, year), _loads(sorted_in, year), len(year.months()))
    if best is None:
        return Proposal((), (), tuple(_conflicts(sorted_in, year)), 0.0, asked)
    months = year.months()
    scheduled = tuple(
        Scheduled(c.plan, months[best.starts[c.plan]], months[min(best.starts[c.plan] + c.months, len(months)) - 1], c.choice == "in")
        for c in sorted_in
        if c.plan in best.starts
    )  # fmt: skip
    left_out = tuple(
        LeftOut(c.plan, *_why_not(c, sorted_in, year, best)) for c in sorted_in if c.plan not in best.starts
    )
    inside = [c for c in sorted_in if c.plan in best.starts]
    return Proposal(
        scheduled=scheduled,
        left_out=left_out,
        conflicts=(),
        served=math.fsum(c.priority for c in inside),
        asked=asked,
        proven=best.proven,
        spent=_spent(inside),
        loads=_carried(inside, best, months),
    )


def candidates_of(
    plan: Plan, priority: Mapping[str, float], *, choices: Mapping[str, tuple[str, str]] | None = None
) -> tuple[Candidate, ...]:
    """Return the candidates of a plan's records: every action plan that the Board has accepted and that is not over.

    `priority` is plan id → served priority (`served_priority`); `choices` is plan id → (in or out, reason). Owner, costs by
    fund, days and order are those of the records; the work takes as long as its steps do.
    """
    costs = {cost_benefit.plan: cost_benefit for cost_benefit in plan.of("cost_benefit")}
    of_step = {step.id: step.plan for step in plan.of("action_step")}
    found = []
    for action_plan in plan.of("action_plan"):
        if action_plan.status not in _UP_FOR_IT:
            continue
        own = [step for step in plan.of("action_step") if step.plan == action_plan.id]
        starts = min((step.start for step in own if step.start), default=None)
        due = max((step.due for step in own if step.due), default=None)
        needs = {of_step[i] for step in own for i in step.depends_on if i in of_step} - {action_plan.id}
        choice, why = (choices or {}).get(action_plan.id, ("", ""))
        found.append(
            Candidate(
                plan=action_plan.id,
                title=action_plan.specific_result,
                priority=priority.get(action_plan.id, 0.0),
                owner=action_plan.responsible,
                costs=costs_by_fund(costs.get(action_plan.id)),
                months=_ordinal(due) - _ordinal(starts) + 1 if starts and due and due >= starts else 1,
                earliest=starts,
                latest=due,
                needs=tuple(sorted(needs)),
                choice=choice,
                why=why,
            )
        )
    return tuple(found)


def served_priority(plan: Plan, links: Mapping[str, str], scores: Mapping[str, float]) -> dict[str, float]:
    """Return action plan id → the priority that it serves: each theme's score, shared alike by the plans that answer it and go on.

    Which plans answer a theme is told by `plans_answering`. `links` is evidence link id → theme id, `scores` theme id → score.
    """
    going = {p.id for p in plan.of("action_plan") if p.status not in _OVER}
    served: defaultdict[str, float] = defaultdict(float)
    for theme, plans in sorted(plans_answering(plan, links).items()):
        for plan_id in sorted(plans & going) if theme in scores else ():
            served[plan_id] += scores[theme] / len(plans & going)
    return dict(served)


def _ordinal(day: date) -> int:
    """Return a month's running number."""
    return day.year * 12 + day.month - 1


def _admissible(candidates: Sequence[Candidate]) -> None:
    """Refuse candidates that cannot be told apart or understood."""
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.plan in seen:
            raise RuleError(f"The plan {candidate.plan} is named twice.")
        if candidate.choice not in ("", "in", "out"):
            raise RuleError(f"The choice for {candidate.plan} is {candidate.choice!r}.", expected="in, out or nothing")
        if (
            candidate.months < 1
            or candidate.priority < 0
            or candidate.load < 0
            or min(candidate.costs.values(), default=0) < 0
        ):
            raise RuleError(f"The plan {candidate.plan} has a negative figure, or takes no month.")
        seen.add(candidate.plan)


def _tasks(candidates: Sequence[Candidate], year: Year) -> tuple[Task, ...]:
    """Return the candidates as the solver takes them."""
    greatest = max((candidate.priority for candidate in candidates), default=0.0) or 1.0
    return tuple(
        Task(
            key=candidate.plan,
            value=round(candidate.priority / greatest * _GRAIN),
            costs=tuple(sorted(candidate.costs.items())),
            owner=candidate.owner,
            load=candidate.load,
            length=candidate.months,
            months=_first_months(candidate, year),
            needs=tuple(n for n in candidate.needs if n not in year.done),
            choice=candidate.choice,
        )
        for candidate in candidates
    )


def _first_months(candidate: Candidate, year: Year) -> tuple[int, ...]:
    """Return the months in which a candidate may begin, counted from the year's first as 0."""
    first, count = _ordinal(year.start), len(year.months())
    begin = 0 if candidate.earliest is None else max(_ordinal(candidate.earliest) - first, 0)
    latest = None if candidate.latest is None else _ordinal(candidate.latest) - first
    return tuple(m for m in range(begin, count) if latest is None or m + candidate.months - 1 <= latest)


def _caps(candidates: Sequence[Candidate], year: Year) -> dict[str, float]:
    """Return fund → what there is, of the funds that somebody asks and that have a limit."""
    asked = {fund for candidate in candidates for fund in candidate.costs}
    return {fund: there for fund, there in sorted(year.funds.items()) if fund in asked}


def _loads(candidates: Sequence[Candidate], year: Year) -> dict[str, float]:
    """Return owner → load that can be carried in a month."""
    return {owner: year.owners.get(owner, year.owner_load) for owner in sorted({c.owner for c in candidates})}


def _spent(inside: Sequence[Candidate]) -> dict[str, float]:
    """Return fund → what the plans in the proposal cost."""
    spent: defaultdict[str, float] = defaultdict(float)
    for candidate in inside:
        for fund, amount in candidate.costs.items():
            spent[fund] += amount
    return dict(sorted(spent.items()))


def _carried(inside: Sequence[Candidate], best: Solution, months: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return owner → month → load, of the months in which there is any."""
    carried: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for candidate in inside:
        start = best.starts[candidate.plan]
        for month in months[start : start + candidate.months]:
            carried[candidate.owner][month] += candidate.load
    return {owner: dict(sorted(of.items())) for owner, of in sorted(carried.items())}


def _why_not(
    candidate: Candidate, candidates: Sequence[Candidate], year: Year, best: Solution
) -> tuple[str, tuple[str, ...]]:
    """Return why a plan is left out, and which plans would have to give way for it."""
    if candidate.choice == "out":
        return f"It is left out by choice{f': {candidate.why}' if candidate.why else '.'}", ()
    alone = list(_alone(candidate, candidates, year))
    if alone:
        return " ".join(alone), ()
    forced = tuple(replace(c, choice="in") if c.plan == candidate.plan else c for c in candidates)
    other = solve(_tasks(forced, year), _caps(forced, year), _loads(forced, year), len(year.months()))
    if other is None:
        beside = "beside what people have chosen" if any(c.choice == "in" for c in candidates) else "within the limits"
        return f"It does not fit {beside}: {' '.join(_conflicts(forced, year))}", ()
    gone = tuple(sorted(set(best.starts) - set(other.starts)))
    before, after = (math.fsum(c.priority for c in candidates if c.plan in s.starts) for s in (best, other))
    scarce = " ".join(_scarce(candidate, candidates, year, best))
    fall = f"served priority would be {after:.3g} instead of {before:.3g}"
    return f"{scarce} To take it in, {_and(gone)} would have to go; {fall}.".strip(), gone


def _alone(candidate: Candidate, candidates: Sequence[Candidate], year: Year) -> Iterator[str]:
    """Yield what keeps a plan out whatever else is chosen."""
    if not _first_months(candidate, year):
        begins = max(candidate.earliest or year.start, year.start)
        ends = f"end by {candidate.latest}" if candidate.latest else f"begin by {year.end}"
        yield f"Its work takes {candidate.months} months; it cannot begin on {begins} and {ends}."
    for fund, amount in sorted(candidate.costs.items()):
        if fund in year.funds and amount > year.funds[fund]:
            yield f"It asks {amount:,.0f} of the fund “{fund}”, which has {year.funds[fund]:,.0f} in all."
    limit = year.owners.get(candidate.owner, year.owner_load)
    if candidate.load > limit:
        yield f"It asks more of {candidate.owner} ({candidate.load:g}) than can be carried in a month ({limit:g})."
    known = {c.plan: c for c in candidates}
    for need in candidate.needs:
        if need in year.done:
            continue
        if need not in known:
            yield f"It waits for {need}, which is not among the plans."
        elif known[need].choice == "out":
            yield f"It waits for {need}, which is left out by choice."


def _scarce(candidate: Candidate, candidates: Sequence[Candidate], year: Year, best: Solution) -> Iterator[str]:
    """Yield which money and whose time the proposal leaves too little of for a plan, and what it waits for."""
    inside = [c for c in candidates if c.plan in best.starts]
    spent = _spent(inside)
    for fund, amount in sorted(candidate.costs.items()):
        left = year.funds.get(fund, math.inf) - spent.get(fund, 0.0)
        if amount > left:
            yield f"It asks {amount:,.0f} of the fund “{fund}”, which has {left:,.0f} left."
    limit = year.owners.get(candidate.owner, year.owner_load)
    months = year.months()
    carried = _carried(inside, best, months).get(candidate.owner, {})
    possible = _first_months(candidate, year)
    free = any(
        all(carried.get(month, 0.0) + candidate.load <= limit for month in months[m : m + candidate.months])
        for m in possible
    )
    if not free:
        yield f"{candidate.owner} has no {candidate.months} months left in a row ({limit:g} at once can be carried)."
    waits = [need for need in candidate.needs if need not in year.done and need not in best.starts]
    if waits:
        yield f"It waits for {_and(tuple(waits))}, which is left out too."


def _conflicts(candidates: Sequence[Candidate], year: Year) -> Iterator[str]:
    """Yield in words a smallest set of limits that the choices of people cannot keep together.

    Limits are taken away one after the other; those without which it would work are the conflict (a deletion filter;
    Chinneck and Dravnieks 1991).
    """
    chosen = [c for c in candidates if c.choice == "in"]
    found = [(c.plan, problem) for c in chosen for problem in _alone(c, candidates, year)]
    if found:
        yield from (f"{plan} is chosen. {problem}" for plan, problem in found)
        return
    funds, owners = dict(_caps(candidates, year)), dict(_loads(candidates, year))
    needed = _closure(chosen, {c.plan: c for c in candidates}, year)
    tasks = _tasks([c for c in candidates if c.plan in needed], year)
    kept = dict.fromkeys([*(("fund", f) for f in funds), *(("owner", o) for o in owners)])
    for limit in list(kept):
        without = [other for other in kept if other != limit]
        caps = {name: funds[name] for kind, name in without if kind == "fund"}
        loads = {name: owners[name] if ("owner", name) in without else math.inf for name in owners}
        if solve(tasks, caps, loads, len(year.months())) is None:
            del kept[limit]
    names = {c.plan: c for c in candidates}
    for kind, name in kept:
        own = [p for p in sorted(needed) if (name in names[p].costs if kind == "fund" else names[p].owner == name)]
        if kind == "fund":
            total = math.fsum(names[p].costs[name] for p in own)
            yield f"{_and(tuple(own))} {_ask(own)} {total:,.0f} of the fund “{name}”, which has {funds[name]:,.0f}."
        else:
            yield f"{_and(tuple(own))} {_ask(own)} more of {name} at once than {owners[name]:g}."
    if not kept:
        yield f"{_and(tuple(sorted(needed)))} cannot follow each other within the year."


def _closure(chosen: Sequence[Candidate], known: Mapping[str, Candidate], year: Year) -> set[str]:
    """Return the chosen plans with all that they wait for."""
    needed: set[str] = set()
    left = [c.plan for c in chosen]
    while left:
        here = left.pop()
        if here in known and here not in needed:
            needed.add(here)
            left += [n for n in known[here].needs if n not in year.done]
    return needed


def _ask(names: Sequence[str]) -> str:
    """Return the verb for so many."""
    return "asks" if len(names) == 1 else "ask"


def _and(names: tuple[str, ...]) -> str:
    """Return names as a list in words."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names) or "nothing"
