"""The year's schedule: limits and choices are kept, the most priority is served, and what is left out is told why."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis.errors import RuleError, RunError
from synthesis.plan import Plan
from synthesis.plan import records as r
from synthesis.plan.schedule import Candidate, Proposal, Year, candidates_of, propose, served_priority
from synthesis.plan.solver import Task, solve

YEAR = Year(date(2026, 8, 17), date(2026, 11, 30), funds={"general": 100.0})


def candidate(
    plan: str, priority: float = 1.0, cost: float = 0.0, owner: str = "Director", **given_fields: object
) -> Candidate:
    costs = {"general": cost} if cost else {}
    return Candidate(plan, f"Result {plan}", priority, owner, costs, **given_fields)  # type: ignore[arg-type]


def inside(proposal: Proposal) -> dict[str, tuple[str, str]]:
    return {s.plan: (s.first, s.last) for s in proposal.scheduled}


def why(proposal: Proposal) -> dict[str, str]:
    return {left.plan: left.why for left in proposal.left_out}


def test_all_that_fits_is_taken_as_early_as_may_be():
    proposal = propose([candidate("A", months=2), candidate("B", months=4)], YEAR)
    assert inside(proposal) == {"A": ("2026-08", "2026-09"), "B": ("2026-08", "2026-11")}
    assert (proposal.left_out, proposal.conflicts, proposal.served, proposal.asked) == ((), (), 2, 2)
    assert proposal.loads["Director"] == {"2026-08": 2, "2026-09": 2, "2026-10": 1, "2026-11": 1}


def test_money_goes_where_it_serves_most_and_what_gives_way_is_named():
    proposal = propose([candidate("A", 3, 60), candidate("B", 2, 50), candidate("C", 2, 50)], YEAR)
    assert set(inside(proposal)) == {"B", "C"}
    assert proposal.spent == {"general": 100}
    [left] = proposal.left_out
    assert left.why == (
        "It asks 60 of the fund “general”, which has 0 left. To take it in, B and C would have to go; served priority would be 3 instead of 4."
    )
    assert left.instead_of == ("B", "C")


def test_a_fund_without_a_limit_has_none():
    free = Candidate("A", "Result", 1, "Director", {"grant": 9e9})
    assert set(inside(propose([free], YEAR))) == {"A"}


def test_an_owner_carries_so_much_at_once_and_the_rest_comes_later():
    two = replace(YEAR, owner_load=1)
    proposal = propose([candidate("A", 2, months=2), candidate("B", 1, months=2)], two)
    assert sorted(inside(proposal).values()) == [("2026-08", "2026-09"), ("2026-10", "2026-11")]
    three = propose([candidate("A", 3, months=2), candidate("B", 2, months=2), candidate("C", 1, months=2)], two)
    assert set(inside(three)) == {"A", "B"}
    assert why(three)["C"] == (
        "Director has no 2 months left in a row (1 at once can be carried). To take it in, B would have to go;"
        " served priority would be 4 instead of 5."
    )
    others = replace(two, owners={"Director": 2})
    assert set(inside(propose([candidate(p, months=4) for p in "ABC"], others))) in ({"A", "B"}, {"A", "C"}, {"B", "C"})
    assert len(inside(propose([candidate(p, months=4, owner=p) for p in "ABC"], two))) == 3


def test_a_plan_waits_for_what_it_needs():
    proposal = propose([candidate("A", months=2), candidate("B", needs=("A",))], YEAR)
    assert inside(proposal)["B"] == ("2026-10", "2026-10")
    dear = propose([candidate("A", 0, 101), candidate("B", 9, needs=("A",))], YEAR)
    assert inside(dear) == {}
    assert why(dear)["B"] == "It does not fit within the limits: A asks 101 of the fund “general”, which has 100."
    assert why(propose([candidate("B", needs=("Z",))], YEAR))["B"] == "It waits for Z, which is not among the plans."
    done = replace(YEAR, done=frozenset({"Z"}))
    assert inside(propose([candidate("B", needs=("Z",))], done))["B"][0] == "2026-08"
    ring = propose([candidate("A", needs=("B",)), candidate("B", needs=("A",))], YEAR)
    assert why(ring)["A"] == "It does not fit within the limits: A and B cannot follow each other within the year."


def test_days_are_kept():
    late = candidate("A", earliest=date(2026, 10, 5))
    assert inside(propose([late], YEAR))["A"] == ("2026-10", "2026-10")
    tight = candidate("B", months=3, earliest=date(2026, 9, 1), latest=date(2026, 10, 31))
    assert (
        why(propose([tight], YEAR))["B"]
        == "Its work takes 3 months; it cannot begin on 2026-09-01 and end by 2026-10-31."
    )
    assert "begin by 2026-11-30" in why(propose([candidate("C", earliest=date(2027, 1, 5))], YEAR))["C"]
    long = candidate("D", months=12)
    assert inside(propose([long], YEAR))["D"] == ("2026-08", "2026-11")


def test_choices_of_people_are_kept_whatever_they_serve():
    plans = [
        candidate("A", 9, 100),
        candidate("B", 1, 60, choice="in"),
        candidate("C", 5, choice="out", why="No teacher yet."),
    ]
    proposal = propose(plans, YEAR)
    assert set(inside(proposal)) == {"B"}
    assert proposal.scheduled[0].chosen
    assert why(proposal)["C"] == "It is left out by choice: No teacher yet."
    assert why(proposal)["A"] == (
        "It does not fit beside what people have chosen: A and B ask 160 of the fund “general”, which has 100."
    )
    waiting = propose([candidate("A", choice="out"), candidate("B", needs=("A",))], YEAR)
    assert why(waiting)["B"] == "It waits for A, which is left out by choice."


def test_choices_that_cannot_be_kept_together_are_told_and_nothing_is_proposed():
    money = propose(
        [
            candidate("A", 1, 60, choice="in"),
            candidate("B", 1, 50, choice="in"),
            candidate("C", 1, 1, choice="in", owner="X"),
        ],
        YEAR,
    )
    assert money.conflicts == ("A, B and C ask 111 of the fund “general”, which has 100.",)
    assert (money.scheduled, money.left_out, money.served) == ((), (), 0)
    load = propose([candidate(p, months=4, choice="in") for p in "ABCD"], YEAR)
    assert load.conflicts == ("A, B, C and D ask more of Director at once than 3.",)
    alone = propose([candidate("A", 1, 101, choice="in")], YEAR)
    assert alone.conflicts == ("A is chosen. It asks 101 of the fund “general”, which has 100 in all.",)
    heavy = propose([candidate("A", load=4, choice="in")], YEAR)
    assert heavy.conflicts == ("A is chosen. It asks more of Director (4) than can be carried in a month (3).",)
    needed = propose([candidate("A", 1, 70), candidate("B", 1, 70, choice="in", needs=("A",))], YEAR)
    assert needed.conflicts == ("A and B ask 140 of the fund “general”, which has 100.",)
    order = propose([candidate("A", months=4), candidate("B", choice="in", needs=("A",))], YEAR)
    assert order.conflicts == ("A and B cannot follow each other within the year.",)


@pytest.mark.parametrize(
    "wrong",
    [
        [candidate("A"), candidate("A")],
        [candidate("A", choice="maybe")],
        [candidate("A", -1)],
        [candidate("A", months=0)],
        [candidate("A", 1, -5)],
    ],
)
def test_what_cannot_be_understood_is_refused(wrong: list[Candidate]):
    with pytest.raises(RuleError):
        propose(wrong, YEAR)


def test_nothing_to_schedule_is_a_proposal_too():
    assert propose([], YEAR) == Proposal((), (), (), 0, 0)


PLANS = "ABCDE"


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Candidate], Year]:
    """A few plans with whole figures, so that brute force can try every schedule."""
    count = draw(st.integers(1, 4))
    plans = [
        candidate(
            PLANS[n],
            draw(st.integers(0, 6)) / 2,
            draw(st.integers(0, 80)),
            draw(st.sampled_from(["X", "Y"])),
            months=draw(st.integers(1, 3)),
            needs=(PLANS[draw(st.integers(0, n - 1))],) if n and draw(st.booleans()) else (),
            choice=draw(st.sampled_from(["", "", "", "in", "out"])),
        )
        for n in range(count)
    ]
    funds = {"general": float(draw(st.integers(0, 150)))}
    return plans, Year(date(2026, 9, 1), date(2026, 11, 30), funds=funds, owner_load=draw(st.integers(1, 2)))


def every_schedule(plans: Sequence[Candidate], year: Year) -> Iterator[dict[str, int]]:
    """Yield every schedule that keeps limits and choices: plan → month, from 0."""
    months = len(year.months())
    for starts in product([None, *range(months)], repeat=len(plans)):
        chosen = {c.plan: s for c, s in zip(plans, starts, strict=True) if s is not None}
        if keeps(plans, year, chosen):
            yield chosen


def keeps(plans: Sequence[Candidate], year: Year, chosen: dict[str, int]) -> bool:
    months = len(year.months())
    taken = {c.plan: c for c in plans if c.plan in chosen}
    if any((c.choice == "in" and c.plan not in taken) or (c.choice == "out" and c.plan in taken) for c in plans):
        return False
    for fund, there in year.funds.items():
        if sum(c.costs.get(fund, 0) for c in taken.values()) > there:
            return False
    for owner in {c.owner for c in plans}:
        for month in range(months):
            carried = sum(
                c.load for p, c in taken.items() if c.owner == owner and chosen[p] <= month < chosen[p] + c.months
            )
            if carried > year.owner_load:
                return False
    return all(
        need in taken and chosen[need] + taken[need].months <= chosen[plan]
        for plan, c in taken.items()
        for need in c.needs
    )


def weighed(plans: Sequence[Candidate]) -> dict[str, int]:
    """Return plan → its priority in hundredths of the greatest."""
    greatest = max(c.priority for c in plans) or 1
    return {c.plan: round(c.priority / greatest * 100) for c in plans}


@given(problem=problems(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_other_schedule_serves_more_and_the_order_of_plans_changes_nothing(
    problem: tuple[list[Candidate], Year], data: st.DataObject
):
    plans, year = problem
    proposal = propose(plans, year)
    possible = list(every_schedule(plans, year))
    if not possible:
        assert proposal.conflicts
        assert not proposal.scheduled
    else:
        weights = weighed(plans)
        months = year.months()
        starts = {s.plan: months.index(s.first) for s in proposal.scheduled}
        assert keeps(plans, year, starts)
        reached = (sum(weights[p] for p in starts), len(starts))
        assert reached == max((sum(weights[p] for p in s), len(s)) for s in possible)
        assert sum(starts.values()) == min(sum(s.values()) for s in possible if set(s) == set(starts))
        assert math.isclose(proposal.served, sum(c.priority for c in plans if c.plan in starts))
        assert {left.plan for left in proposal.left_out} == {c.plan for c in plans} - set(starts)
        assert all(left.why for left in proposal.left_out)
        assert proposal.proven
    assert propose(data.draw(st.permutations(plans)), year) == proposal


@given(problem=problems())
@settings(max_examples=30, deadline=None)
def test_more_money_never_serves_less(problem: tuple[list[Candidate], Year]):
    plans, year = problem
    richer = replace(year, funds={"general": year.funds["general"] + 40})
    weights = weighed(plans)
    poor, rich = (sum(weights[s.plan] for s in propose(plans, y).scheduled) for y in (year, richer))
    assert rich >= poor


def records() -> Plan:
    start, due = date(2026, 8, 17), date(2026, 10, 15)
    return Plan(
        {
            "strategy": (r.Strategy("S1", 1, "Buses"),),
            "action_plan": tuple(
                r.ActionPlan(f"AP{n}", "S1", specific_result=f"Result {n}", responsible="Director", status=status)
                for n, status in enumerate(("accepted_by_board", "deferred", "declined", "drafting"), 1)
            ),
            "action_step": (
                r.ActionStep("ST1", "AP1", 1, "Count", start=start, due=due, status="not_started"),
                r.ActionStep("ST2", "AP2", 1, "Mend", start=start, due=due, depends_on=("ST1",), status="not_started"),
            ),
            "cost_benefit": (r.CostBenefit("CB1", "AP1", ({"quantity": "2", "unit_cost": "50", "fund": "General"},)),),
            "evidence_link": (
                r.EvidenceLink("E1", "strategy", "S1", "T01"), r.EvidenceLink("E2", "action_plan", "AP1", "T02"),
                r.EvidenceLink("E3", "action_step", "ST2", "T03"), r.EvidenceLink("E4", "enduring_value", "V1", "T04"),
            ),
        }
    )  # fmt: skip


def test_candidates_are_the_accepted_plans_with_the_figures_of_their_records():
    found = candidates_of(records(), {"AP1": 0.5}, choices={"AP2": ("out", "No driver.")})
    assert [c.plan for c in found] == ["AP1", "AP2"]
    one, two = found
    assert (one.costs, one.months, one.priority, one.owner, one.needs) == ({"general": 100}, 3, 0.5, "Director", ())
    assert (two.needs, two.choice, two.why, two.priority) == (("AP1",), "out", "No driver.", 0)


def test_a_themes_priority_is_shared_by_the_plans_that_answer_it():
    links = {"E1": "T01", "E2": "T02.1", "E3": "T03", "E4": "T04"}
    served = served_priority(records(), links, {"T01": 0.8, "T02": 0.3, "T03": 0.2, "T04": 0.9})
    assert served == {
        "AP1": 0.3,
        "AP2": 0.2,
        "AP4": 0.8,
    }  # AP4 names no theme of its own; the declined plan has no part
    of_strategy = served_priority(records(), {"E1": "T01"}, {"T01": 0.9})
    assert of_strategy == {"AP1": pytest.approx(0.3), "AP2": pytest.approx(0.3), "AP4": pytest.approx(0.3)}
    assert served_priority(records(), links, {}) == {}


def many_tasks() -> list[Task]:
    draw = random.Random(2)
    return [
        Task(f"AP{n:02d}", draw.randrange(100), (("general", draw.randrange(5, 300)),), f"D{draw.randrange(6)}", 1.0,
             length := draw.randrange(1, 9), tuple(range(12 - length)), (f"AP{draw.randrange(n):02d}",) if n and draw.random() < 0.2 else (), "")
        for n in range(50)
    ]  # fmt: skip


def test_what_was_not_ruled_out_is_told_and_what_was_not_found_is_not_called_impossible(
    monkeypatch: pytest.MonkeyPatch,
):
    tasks, caps, loads = many_tasks(), {"general": 3000.0}, {f"D{n}": 3.0 for n in range(6)}
    best = solve(tasks, caps, loads, 11)
    assert best is not None
    assert best.proven
    monkeypatch.setattr("synthesis.plan.solver._NODES", 1)
    hurried = solve(tasks, caps, loads, 11)
    assert hurried is not None
    assert not hurried.proven
    monkeypatch.setattr("synthesis.plan.solver._NODES", 0)
    with pytest.raises(RunError, match="none was ruled out"):
        propose([candidate("A", 3, 60), candidate("B", 2, 50), candidate("C", 2, 50)], YEAR)
