"""Acts of the Board: three meanings, votes that add up, the order in which they come, goals they serve."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.errors import RuleError
from synthesis.plan import MACHINES, Plan
from synthesis.plan import records as r
from synthesis.plan.board import (
    MEANINGS,
    OUTCOMES,
    VoteRule,
    board_findings,
    check_act,
    covers,
    effects,
    goal_alignment,
)

MAY, JULY, AUGUST = date(2026, 5, 12), date(2026, 7, 28), date(2026, 8, 11)
OBJECT = {"approve": "D1", "adopt": "PC1", "accept": "PC1", "authorize": "PC1"}


def act(name: str, **given: Any) -> r.BoardAction:
    wanted: dict[str, Any] = {
        "id": name, "object": OBJECT[name], "meeting_date": MAY if name == "approve" else JULY, "agenda_kind": "action",
        "act": name, "motion": f"To {name}", "mover": "A", "seconder": "B", "ayes": 8, "nays": 1,
        "outcome": "adopted", "district_goals": ("G1",),
    }  # fmt: skip
    return r.BoardAction(**(wanted | given))


def plan(*acts: r.BoardAction, status: str = "scheduled", review: str = "accepted", direction: str = "adopted") -> Plan:
    return Plan(
        {
            "plan_cycle": (r.PlanCycle("PC1", "Larkmoor", "Plan", status="implementation"),),
            "direction": (r.Direction("D1", "1.0", direction, "Mission", "Statement", MAY, JULY if direction == "adopted" else None),),
            "action_plan": (r.ActionPlan("AP1", "S1", "1", "2", MAY, "Result", responsible="Director", status=status),),
            "coherence_review": (r.CoherenceReview("CR1", "AP1", MAY, outcome=review),),
            "board_action": acts,
        }
    )  # fmt: skip


ALL = tuple(act(name) for name in MEANINGS)


def problems(found: list[Any]) -> list[str]:
    assert not any(finding.error for finding in found)
    return [f"{finding.record_id} {finding.column}: {finding.problem}" for finding in found]


def test_every_act_of_the_records_has_a_meaning_of_its_own_and_moves_records_by_their_tables():
    assert set(MEANINGS) == set(r.ACTS)
    assert len({meaning.says for meaning in MEANINGS.values()}) == len(r.ACTS)
    moved = [pair for meaning in MEANINGS.values() for pair in meaning.carried]
    assert len(moved) == len(set(moved))
    for meaning in MEANINGS.values():
        for kind, action in (*meaning.carried, *meaning.failed):
            assert action in MACHINES[kind].actions()
            assert {doer.value for row in MACHINES[kind].rows if row.action == action for doer in row.by} >= {
                "board_clerk"
            }


def test_adopting_accepts_nothing_and_accepting_begins_nothing():
    assert effects(act("adopt")) == (("direction", "adopt"), ("plan_cycle", "adopt"))
    assert effects(act("accept")) == (("action_plan", "accept_by_board"),)
    assert effects(act("authorize")) == (("plan_cycle", "authorize_schedule"),)
    assert effects(act("adopt", outcome="tabled")) == effects(act("authorize", outcome="failed")) == ()
    assert effects(act("accept", outcome="failed")) == (("action_plan", "return_by_board"),)
    assert effects(act("approve", outcome="adopted_as_amended")) == (("plan_cycle", "authorize_teams"),)


def test_acts_as_they_should_be_have_no_finding():
    assert board_findings(plan(*ALL)) == []
    for one in ALL:
        check_act(one)


WRONG = {
    "no agenda": ({"agenda_kind": "consent"}, "agenda_kind", "no known kind of agenda"),
    "no action": ({"agenda_kind": "discussion"}, "agenda_kind", "on an agenda for discussion"),
    "too many": ({"ayes": 9}, "ayes", "counts 10 members; the Board has 9"),
    "too few": ({"ayes": 7}, "ayes", "counts 8 members"),
    "negative": ({"ayes": 10, "nays": -1}, "ayes", "fewer than no votes"),
    "no quorum": ({"ayes": 4, "nays": 0, "absent": 5}, "absent", "without a quorum: 5 of 9"),
    "same member": ({"seconder": "A"}, "seconder", "by the same member"),
    "carries": ({"ayes": 4, "nays": 5}, "outcome", "said to carry with 4 ayes and 5 nays"),
    "tie": ({"ayes": 4, "nays": 4, "abstentions": 1}, "outcome", "said to carry with 4 ayes and 4 nays"),
    "fails": ({"outcome": "failed"}, "outcome", "said to fail with 8 ayes and 1 nays"),
    "unknown": ({"outcome": "noted"}, "outcome", "no known outcome"),
    "amended": ({"outcome": "adopted_as_amended"}, "conditions", "neither amendment nor condition"),
    "conditions": ({"conditions": "No new positions"}, "conditions", "its outcome is then adopted as amended"),
    "no goal": ({"district_goals": ()}, "district_goals", "no District Goal"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_act_that_cannot_be_is_named_and_refused(name: str):
    change, column, says = WRONG[name]
    wrong = act("adopt", **change)
    found = [
        p
        for p in problems(board_findings(plan(*(wrong if a.id == "adopt" else a for a in ALL))))
        if p.startswith("adopt ")
    ]
    assert len(found) == 1
    assert found[0].startswith(f"adopt {column}: ")
    assert says in found[0]
    with pytest.raises(RuleError, match=says):
        check_act(wrong)


def test_recused_abstaining_and_absent_members_are_counted_and_do_not_vote():
    check_act(act("adopt", ayes=3, nays=2, abstentions=1, recused=1, absent=2))
    check_act(act("adopt", ayes=1, nays=0, abstentions=8))
    with pytest.raises(RuleError, match="carry"):
        check_act(act("adopt", ayes=3, nays=2, abstentions=1, recused=1, absent=2), VoteRule(of_whole_board=True))
    check_act(act("adopt", ayes=5, nays=4), VoteRule(of_whole_board=True))
    with pytest.raises(RuleError, match="carry"):
        check_act(act("adopt", ayes=6, nays=3), VoteRule(share=Fraction(2, 3)))
    check_act(act("adopt", ayes=5, nays=2), VoteRule(board_size=7))


COUNTS = st.lists(st.integers(0, 9), min_size=5, max_size=5)


@given(counts=COUNTS, outcome=st.sampled_from(OUTCOMES))
def test_only_counts_of_the_whole_board_with_the_right_outcome_pass(counts: list[int], outcome: str):
    names = ("ayes", "nays", "abstentions", "recused", "absent")
    given_act = act(
        "authorize",
        **dict(zip(names, counts, strict=True)),
        outcome=outcome,
        conditions="x" if outcome == "adopted_as_amended" else "",
    )
    fits = sum(counts) == 9 and counts[4] < 5
    if outcome != "tabled":
        fits = fits and (counts[0] > counts[1]) == (outcome != "failed")
    try:
        check_act(given_act)
    except RuleError:
        assert not fits
    else:
        assert fits


def test_an_act_is_about_a_record_of_its_kind_and_of_the_version_that_is_there():
    acts = [act("adopt", object="D1"), act("accept", object="AP1", version="1"), act("approve", version="0.9"), ALL[3]]
    assert problems(board_findings(plan(*acts))) == [
        "adopt object: is about 'D1', which is no plan cycle",
        "accept version: is about version 1; the action plan is version 2 now",
        "approve version: is about version 0.9; the direction is version 1.0 now",
    ]


def test_the_acts_come_in_their_order_or_at_one_meeting():
    late = [replace(a, meeting_date=AUGUST) if a.act == "accept" else a for a in ALL]
    assert problems(board_findings(plan(*late))) == [
        "authorize meeting_date: is of 2026-07-28, before the act that it builds on (accept, 2026-08-11)"
    ]
    assert problems(board_findings(plan(ALL[0], ALL[1], ALL[3], status="submitted"))) == [
        "authorize meeting_date: has carried (authorize), but no act of the Board before it (accept)"
    ]
    failed = [replace(a, outcome="failed", ayes=1, nays=8) if a.act == "accept" else a for a in ALL]
    assert "no act of the Board before it (accept)" in problems(board_findings(plan(*failed, status="returned")))[0]


@pytest.mark.parametrize("status", ["accepted_by_board", "scheduled", "deferred", "in_progress", "completed"])
def test_nothing_is_under_way_that_the_board_did_not_accept(status: str):
    found = board_findings(plan(ALL[0], ALL[1], status=status))
    assert problems(found) == [f"AP1 status: is {status.replace('_', ' ')}, but no act of the Board accepted it"]
    alone = plan(*ALL[:2], act("accept", object="AP1"), ALL[3], status=status)
    assert board_findings(alone) == []


def test_the_board_accepts_no_plan_that_the_committee_returned():
    assert problems(board_findings(plan(*ALL, review="returned_to_team"))) == [
        "AP1 status: is scheduled, but its last coherence review says returned to team"
    ]
    assert board_findings(plan(*ALL, review="returned_to_team", status="drafting")) == []
    assert board_findings(plan(*ALL, review="accepted_with_edits")) == []


def test_an_adopted_direction_has_its_act_and_its_day():
    assert problems(board_findings(plan(status="submitted"))) == ["D1 status: is adopted, but by no act of the Board"]
    moved = [replace(a, meeting_date=AUGUST) if a.act in ("adopt", "accept", "authorize") else a for a in ALL]
    assert problems(board_findings(plan(*moved))) == [
        "D1 adopted_on: is said to be adopted on 2026-07-28, on which the Board did not adopt the plan"
    ]
    assert board_findings(plan(status="submitted", direction="draft")) == []


def test_alignment_with_district_goals_names_what_is_not_aligned():
    found = Plan(
        {
            "strategy": tuple(r.Strategy(f"S{n}", n, "Buses") for n in (1, 2, 3)),
            "district_goal": tuple(r.DistrictGoal(f"G{n}", "Goal") for n in (1, 2)),
        }
    )
    table, findings = goal_alignment(found, [r.GoalLink(f"L{s}", s, "G1") for s in ("S1", "S2", "S9")])
    assert table.to_numpy().tolist() == [[True, False], [True, False], [False, False]]
    assert problems(findings) == [
        "S9 district_goals: is aligned with 'G1'; one of the two is not in the plan",
        "S3 district_goals: serves no District Goal",
        "G2 : is served by no strategy",
    ]


def test_what_an_act_covers_is_what_it_names_or_all_that_stands_by_it():
    covered = {a.act: [found.id for found in covers(plan(*ALL), a)] for a in ALL}
    assert covered == {"approve": ["D1"], "adopt": ["D1"], "accept": ["AP1"], "authorize": []}
    assert [found.id for found in covers(plan(*ALL), act("accept", object="AP1"))] == ["AP1"]
    assert covers(plan(*ALL, status="board_submitted"), ALL[2]) == ()
    assert covers(plan(*ALL), replace(ALL[2], meeting_date=date(2026, 5, 1))) == ()  # the plan is dated after it
    assert all(covers(plan(*ALL), replace(a, outcome=o)) == () for a in ALL for o in ("failed", "tabled", ""))
