"""Who may add and change which record: every kind, verb, role and state against a table that was written by role."""

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
from synthesis.plan.permissions import PERMITS, SET_BY_ACTIONS, check_may, in_words
from synthesis.plan.states import ACTION_PLAN, DIRECTION, PLAN_CYCLE
from synthesis.procedure import Actor, ActorKind

# By role, written from the planning process: verb, kinds, and after `if` the record that has to be in one of these states.
MAY = {
    "superintendent": """
        add plan_cycle
        change plan_cycle
        add change step body committee_member term team team_member
        add change evidence_link acceptance goal_link refusal
        add action_plan if plan_cycle action_planning implementation
        add board_action
        add plan_change""",
    "committee_chair": """
        add change meeting attendance decision stand evidence_link acceptance goal_link refusal
        add direction
        change direction if direction draft
        add change enduring_value strategic_boundary strategy if direction draft
        add change coherence_review if action_plan coherence_review
        add plan_change""",
    "committee_member": """
        add change stand evidence_link
        change direction if direction draft
        add change enduring_value strategic_boundary strategy if direction draft""",
    "team_member": """
        add change evidence_link
        add action_plan if plan_cycle action_planning implementation
        change action_plan if action_plan drafting
        add change action_step cost_benefit if action_plan drafting""",
    "board_clerk": """
        add change district_goal goal_link refusal
        add change board_action
        add plan_change""",
    "senior_leadership": """
        add implementation_item if action_plan scheduled in_progress
        add progress_update
        change progress_update if progress_update draft
        add plan_change""",
    "secretary": """
        change plan_cycle
        add change step body committee_member term team team_member
        add change meeting attendance decision stand evidence_link acceptance
        add change coherence_review if action_plan coherence_review""",
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
    }
    return Plan(found)


def situations() -> Iterator[tuple[str, str, str]]:
    """Yield the states of plan cycle, Direction and action plan: each cycle with each plan, and each Direction."""
    yield from ((c, "draft", p) for c, p in product(("", *PLAN_CYCLE.states), ACTION_PLAN.states))
    yield from (("direction", d, "drafting") for d in ("", *DIRECTION.states))


def own_states(kind: str) -> tuple[dict[str, Any], ...]:
    """Return the fields that give a record of a kind each state that decides about it."""
    if kind == "progress_update":
        return ({"period": "2026-09"}, {"period": "2026-09", "published_at": date(2026, 9, 30)})
    return ({},)


@pytest.mark.parametrize("cls", r.KINDS, ids=lambda cls: cls.kind)
def test_every_verb_role_and_state_is_as_the_table_by_role_says(cls: type[Any]):
    kind = cls.kind
    for state in situations():
        plan = situation(*state)
        known = dict(zip(("plan_cycle", "direction", "action_plan"), state, strict=True))
        for given, verb, role in product(own_states(kind), VERBS, ActorKind):
            record = made(cls, **given)
            if verb != "add" and kind in known:
                if not known[kind]:
                    continue
                record = plan.of(kind)[0]
            now = known | {"progress_update": "published" if given.get("published_at") else "draft"}
            wanted = any(not of or now[of] in states for of, states in ALLOWED.get((role.value, verb, kind), []))
            actor = Actor("P", role, "S1" if role is ActorKind.TEAM_MEMBER else "")
            assert passes(plan, verb, record, actor) == wanted, (verb, kind, role, now)


def passes(plan: Plan, verb: str, record: Any, actor: Actor) -> bool:
    try:
        check_may(plan, verb, record, actor)
    except (NotAllowed, IllegalTransition):
        return False
    return True


def test_a_team_writes_for_its_own_strategy_only():
    plan = situation("action_planning", "adopted", "drafting")
    for cls in (r.ActionPlan, r.ActionStep, r.CostBenefit):
        for strategy, may in (("S1", True), ("S2", False), ("", False)):
            actor = Actor("P", ActorKind.TEAM_MEMBER, strategy)
            assert passes(plan, "add", made(cls), actor) == may
    other = replace(plan.of("action_plan")[0], strategy="S2")
    assert not passes(plan, "change", other, Actor("P", ActorKind.TEAM_MEMBER, "S1"))


def test_every_permit_stands_in_words_once_and_names_fields_that_are_there():
    told = [
        (kind, verb) for kinds, verbs, _, _ in in_words() for kind in kinds.split(", ") for verb in verbs.split(", ")
    ]
    done = {"added": "add", "changed": "change"}
    assert {(kind.replace(" ", "_"), done[verb]) for kind, verb in told} == {(p.kind, p.verb) for p in PERMITS}
    known = {cls.kind: {f.name for f in fields(cls)} for cls in r.KINDS}
    assert all(names <= known[kind] for kind, names in SET_BY_ACTIONS.items())
