"""Who may add, change and remove which record: every kind, verb, role and state against a table that was written by role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from synthesis.errors import IllegalTransition, NotAllowed
from synthesis.plan import Plan
from synthesis.plan import records as r
from synthesis.plan.board import AGENDA_KINDS, OUTCOMES
from synthesis.plan.permissions import PERMITS, SET_BY_ACTIONS, check_may, in_words
from synthesis.plan.proceedings import RESULTS
from synthesis.plan.states import ACTION_PLAN, DIRECTION, PLAN_CYCLE
from synthesis.procedure import Actor, ActorKind

# By role, written from the planning process: verb, kinds, and after `if` the record that has to be in one of these states.
MAY = {
    "superintendent": """
        add plan_cycle
        change plan_cycle
        add change step
        add change remove body committee_member term team team_member
        add change evidence_link acceptance goal_link refusal
        remove goal_link if plan_cycle listening direction action_planning
        add action_plan if plan_cycle action_planning implementation
        remove action_plan if action_plan assigned
        add board_action
        add plan_change""",
    "committee_chair": """
        add change meeting attendance decision stand evidence_link acceptance goal_link refusal
        remove meeting attendance
        remove decision stand if decision open
        remove goal_link if plan_cycle listening direction action_planning
        add direction
        change remove direction if direction draft
        add change remove enduring_value strategic_boundary strategy if direction draft
        add change remove coherence_review if action_plan coherence_review
        add plan_change""",
    "committee_member": """
        add change stand evidence_link
        change direction if direction draft
        add change remove enduring_value strategic_boundary strategy if direction draft""",
    "team_member": """
        add change evidence_link
        add action_plan if plan_cycle action_planning implementation
        change remove action_plan if action_plan drafting
        add change remove action_step cost_benefit if action_plan drafting""",
    "board_clerk": """
        add change district_goal goal_link refusal
        remove district_goal goal_link if plan_cycle listening direction action_planning
        add change board_action
        remove board_action if board_action information
        add plan_change""",
    "senior_leadership": """
        add implementation_item if action_plan scheduled in_progress
        remove implementation_item if implementation_item not_started
        add progress_update
        change remove progress_update if progress_update draft
        add plan_change""",
    "secretary": """
        change plan_cycle
        add change step
        add change remove body committee_member term team team_member
        add change meeting attendance decision stand evidence_link acceptance
        remove meeting attendance
        remove decision stand if decision open
        add change remove coherence_review if action_plan coherence_review""",
    "steward": "add change evidence_link",
    "public_reader": "",
}
VERBS = ("add", "change", "remove")
BELONGING = {"plan": "AP1", "strategy": "S1", "item": "I1", "decision": "DE1", "meeting": "MT1", "member": "CM1"}


def allowed() -> dict[tuple[str, str, str], list[tuple[str, frozenset[str]]]]:
    """Return (role, verb, kind) → conditions, one of which must hold; an empty one always does."""
    found: dict[tuple[str, str, str], list[tuple[str, frozenset[str]]]] = {}
    for role, lines in MAY.items():
        for line in lines.strip().splitlines():
            left, _, right = line.partition(" if ")
            words, condition = left.split(), right.split()
            for verb in (word for word in words if word in VERBS):
                for kind in (word for word in words if word not in VERBS):
                    wanted = (condition[0], frozenset(condition[1:])) if condition else ("", frozenset())
                    found.setdefault((role, verb, kind), []).append(wanted)
    return found


ALLOWED = allowed()


def made(cls: type[Any], **given: Any) -> Any:
    """Return a record of a kind that belongs to those of `situation`."""
    needed = {f.name: "x" for f in fields(cls) if f.metadata["required"]}
    belonging = {name: value for name, value in BELONGING.items() if name in {f.name for f in fields(cls)}}
    return cls(**(needed | {"id": "new"} | belonging | given))


def situation(cycle: str, direction: str, action_plan: str) -> Plan:
    """Return a plan whose governing records are in these states; those of an empty state are not there."""
    found = {
        "plan_cycle": (made(r.PlanCycle, id="PC1", status=cycle),) if cycle else (),
        "direction": (made(r.Direction, id="D1", status=direction),) if direction else (),
        "action_plan": (made(r.ActionPlan, id="AP1", status=action_plan),),
        "implementation_item": (made(r.ImplementationItem, id="I1"),),
        "progress_update": (made(r.ProgressUpdate, id="U1", period="2026-08", status="on_track"),),
    }
    return Plan(found)


def situations() -> Iterator[tuple[str, str, str]]:
    """Yield the states of plan cycle, Direction and action plan: each cycle with each plan, and each Direction."""
    yield from ((c, "draft", p) for c, p in product(("", *PLAN_CYCLE.states), ACTION_PLAN.states))
    yield from (("direction", d, "drafting") for d in ("", *DIRECTION.states))


STATES: dict[str, dict[str, dict[str, Any]]] = {
    "progress_update": {
        "draft": {"period": "2026-09"},
        "published": {"period": "2026-09", "published_at": date(2026, 9, 30)},
    },
    "board_action": {
        **{kind: {"agenda_kind": kind} for kind in AGENDA_KINDS},
        **{outcome: {"agenda_kind": "action", "outcome": outcome} for outcome in OUTCOMES},
    },
    "decision": {result: {"result": result} for result in RESULTS},
    "implementation_item": {"not_started": {"id": "I9"}, "on_track": {"id": "I1"}},
}
"""Kind → its states, and the fields that give a record each of them. The item I1 has an update that says on track."""


def with_decision(plan: Plan, result: str) -> Plan:
    """Return a plan with the decision that a stand belongs to."""
    return Plan(plan.records | {"decision": (made(r.Decision, id="DE1", result=result),)})


@pytest.mark.parametrize("cls", r.KINDS, ids=lambda cls: cls.kind)
def test_every_verb_role_and_state_is_as_the_table_by_role_says(cls: type[Any]):
    kind = cls.kind
    of_own = STATES["decision"] if kind == "stand" else STATES.get(kind, {"": {}})
    for state, (own, given) in product(situations(), of_own.items()):
        plan = situation(*state)
        known = dict(zip(("plan_cycle", "direction", "action_plan"), state, strict=True))
        record = made(cls, **({} if kind == "stand" else given))
        if kind == "stand":
            plan = with_decision(plan, own)
        now = known | {kind: own, "decision": own} if own else known
        for verb, role in product(VERBS, ActorKind):
            if kind == "evidence_link" and verb == "remove":
                continue  # asks for what it starts from: see below
            tried = record
            if verb != "add" and kind in known:
                if not known[kind]:
                    continue
                tried = plan.of(kind)[0]
            wanted = any(not of or now[of] in states for of, states in ALLOWED.get((role.value, verb, kind), []))
            actor = Actor("P", role, "S1" if role is ActorKind.TEAM_MEMBER else "")
            assert passes(plan, verb, tried, actor) == wanted, (verb, kind, role, now)


@pytest.mark.parametrize("source", [*(cls.kind for cls in r.KINDS), "mission", "student_performance_statement", "wish"])
def test_an_evidence_link_is_removed_by_whoever_may_change_what_it_starts_from(source: str):
    kind = "direction" if source in ("mission", "student_performance_statement") else source
    for state in situations():
        plan = situation(*state)
        cls = next((cls for cls in r.KINDS if cls.kind == kind), None)
        if cls is not None and not plan.of(kind) and kind not in ("plan_cycle", "direction"):
            plan = Plan(plan.records | {kind: (made(cls),)})
        start = next(iter(plan.of(kind)), None)
        link = made(r.EvidenceLink, source_kind=source, source_id=start.id if start else "gone")
        for role in ActorKind:
            actor = Actor("P", role, "S1" if role is ActorKind.TEAM_MEMBER else "")
            wanted = start is not None and passes(plan, "change", start, actor)
            assert passes(plan, "remove", link, actor) == wanted, (source, role, state)


def passes(plan: Plan, verb: str, record: Any, actor: Actor) -> bool:
    try:
        check_may(plan, verb, record, actor)
    except (NotAllowed, IllegalTransition):
        return False
    return True


def test_a_team_writes_for_its_own_strategy_only():
    plan = situation("action_planning", "adopted", "drafting")
    for cls, verb in product((r.ActionPlan, r.ActionStep, r.CostBenefit), ("add", "remove")):
        for strategy, may in (("S1", True), ("S2", False), ("", False)):
            actor = Actor("P", ActorKind.TEAM_MEMBER, strategy)
            assert passes(plan, verb, made(cls, status="drafting") if cls is r.ActionPlan else made(cls), actor) == may
    other = replace(plan.of("action_plan")[0], strategy="S2")
    for verb in ("change", "remove"):
        assert not passes(plan, verb, other, Actor("P", ActorKind.TEAM_MEMBER, "S1"))


def test_every_permit_stands_in_words_once_and_names_fields_that_are_there():
    told = [
        (kind, verb) for kinds, verbs, _, _ in in_words() for kind in kinds.split(", ") for verb in verbs.split(", ")
    ]
    done = {"added": "add", "changed": "change", "removed": "remove"}
    assert {(kind.replace(" ", "_"), done[verb]) for kind, verb in told} == {(p.kind, p.verb) for p in PERMITS}
    known = {cls.kind: {f.name for f in fields(cls)} for cls in r.KINDS}
    assert all(names <= known[kind] for kind, names in SET_BY_ACTIONS.items())
