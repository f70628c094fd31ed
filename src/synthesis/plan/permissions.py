"""Who may add, change and remove which plan records. What stands in no line is refused.

Each line is ``kinds > verbs : who``, or ``kinds > verbs as kind action``: then whoever may do that action of the table of states
(`plan.states`) on the record that governs this one. A strategy, for example, is written as an edit of the Direction, and a
step as an edit of its action plan; ``as source change`` asks who may change what an evidence link starts from. After ``if`` stands the
state that a record beside this one must be in, or ``itself``. What actions alone set is in `SET_BY_ACTIONS`, and is never changed by hand.
Removed is only what is still a draft, and on which nothing rests (`plan.resting`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from synthesis.errors import IllegalTransition, NotAllowed, SynthesisError
from synthesis.plan.links import ELEMENTS
from synthesis.plan.records import Plan
from synthesis.plan.states import WHO, machine_of
from synthesis.procedure import NOTHING, Actor, ActorKind, either, plain

_TABLE = """
plan_cycle > add as plan_cycle open
plan_cycle step body committee_member term team team_member > change : superintendent secretary
step body committee_member term team team_member > add : superintendent secretary
meeting attendance decision > add change : chair secretary
stand > add change : chair committee secretary
meeting attendance > remove : chair secretary
decision stand > remove : chair secretary if decision = open
body committee_member term team team_member > remove : superintendent secretary
direction > add as direction begin
direction > change as direction edit
direction > remove : chair if itself = draft
enduring_value strategic_boundary strategy > add change remove as direction edit
evidence_link > add change : chair committee team secretary superintendent steward
evidence_link > remove as source change
action_plan > add as action_plan assign
action_plan > add as action_plan add
action_plan > change remove as action_plan edit
action_plan > remove : superintendent if itself = assigned
action_step cost_benefit > add change remove as action_plan edit
coherence_review > add change remove : chair secretary if action_plan = coherence_review
acceptance > add change : chair secretary superintendent
district_goal > add change : clerk
goal_link > add change : chair clerk superintendent
district_goal > remove : clerk if plan_cycle = listening direction action_planning
goal_link > remove : chair clerk superintendent if plan_cycle = listening direction action_planning
board_action > add as board_item place
board_action > change : clerk
board_action > remove : clerk if itself = information
implementation_item > add as implementation_item list
implementation_item > remove : leadership if itself = not_started
progress_update > add as progress_update begin
progress_update > change remove as progress_update edit
plan_change > add : leadership superintendent chair clerk
refusal > add change : chair clerk superintendent
"""
SET_BY_ACTIONS: Mapping[str, frozenset[str]] = {
    "plan_cycle": frozenset({"status"}),
    "direction": frozenset({"status", "committee_consensus_on", "adopted_on"}),
    "action_plan": frozenset({"status"}),
    "board_action": frozenset({"agenda_kind", "outcome"}),
    "decision": frozenset({"result", "why"}),
    "progress_update": frozenset({"published_at"}),
}
"""Fields by kind that no one types: they follow from what was done."""

_DONE = {"add": "added", "change": "changed", "remove": "removed"}
_SOURCE, _ITSELF = "source", "itself"


@dataclass(frozen=True, slots=True)
class Permit:
    """One way to add, change or remove records of a kind: by certain actors, or as an action on the governing record."""

    kind: str
    verb: str
    by: frozenset[ActorKind] = frozenset()
    governing: str = ""
    action: str = ""
    beside: Mapping[str, frozenset[str]] | None = None


def _permits() -> Iterator[Permit]:
    """Yield the ways that the table tells."""
    for line in _TABLE.strip().splitlines():
        left, _, right = line.partition(" > ")
        rule, _, condition = right.partition(" if ")
        kind_beside, _, wanted = (part.strip() for part in condition.partition("="))
        beside = {kind_beside: frozenset(wanted.split())} if condition else None
        through = " as " in rule
        verbs, _, who = rule.partition(" as " if through else " : ")
        for kind in left.split():
            for verb in verbs.split():
                if through:
                    governing, action = who.split()
                    yield Permit(kind, verb, governing=governing, action=action)
                else:
                    yield Permit(kind, verb, frozenset(WHO[name] for name in who.split()), beside=beside)


PERMITS: tuple[Permit, ...] = tuple(_permits())


def in_words() -> tuple[tuple[str, str, str, str], ...]:
    """Return the table in plain words: of which records what is done, by whom, on which condition. Records of the same rights share a row."""
    rights: dict[tuple[str, str, str], list[str]] = {}
    for permit in PERMITS:
        for who, condition in _ways(permit):
            rights.setdefault((permit.kind, who, condition), []).append(permit.verb)
    rows: dict[tuple[str, str, str], list[str]] = {}
    for (kind, who, condition), verbs in rights.items():
        rows.setdefault((", ".join(_DONE[verb] for verb in sorted(verbs)), who, condition), []).append(plain(kind))
    return tuple((", ".join(kinds), verbs, who, condition) for (verbs, who, condition), kinds in rows.items())


def _ways(permit: Permit) -> Iterator[tuple[str, str]]:
    """Yield who may do what a permit allows, and on which condition."""
    if permit.governing == _SOURCE:
        yield "whoever may change what it starts from", ""
        return
    wanted = permit.beside or {}
    rows = [row for row in machine_of(permit.governing).rows if row.action == permit.action] if permit.governing else []
    if not rows:
        yield either(permit.by), "; ".join(f"{_the(kind)} is {either(states)}" for kind, states in wanted.items())
    for row in rows:
        own = {row.state} - {NOTHING}
        states = ({permit.governing: frozenset(own)} if own else {}) | dict(row.beside)
        who = either(f"{kind} of the strategy's own team" if row.own_strategy else kind for kind in row.by)
        yield who, "; ".join(f"the {plain(kind)} is {either(names)}" for kind, names in states.items())


def _the(kind: str) -> str:
    """Return what a condition is about, in words."""
    return "it" if kind == _ITSELF else f"the {plain(kind)}"


def check_may(plan: Plan, verb: str, record: Any, actor: Actor) -> str:
    """Raise NotAllowed or IllegalTransition where the actor may not `add`, `change` or `remove` this record now.

    Returns the state in which an added record begins, empty where its kind has none.
    """
    kind: str = record.kind
    ways = [permit for permit in PERMITS if permit.kind == kind and permit.verb == verb]
    refused: SynthesisError | None = None
    for permit in ways:
        try:
            return _passes(plan, permit, record, actor)
        except (NotAllowed, IllegalTransition) as error:
            if not isinstance(refused, IllegalTransition):
                refused = error  # that it is not the time says more than that somebody else would do it
    if refused is not None:
        raise refused
    raise NotAllowed(
        f"Nobody may {verb} records of this kind here: {plain(kind)}.",
        do="Put it right by a new record, or by the workbook.",
    )


def _passes(plan: Plan, permit: Permit, record: Any, actor: Actor) -> str:
    """Return the state in which a new record begins by this way, or raise."""
    if not permit.governing:
        if actor.kind not in permit.by:
            raise NotAllowed(
                f"{plain(actor.kind).capitalize()} may not {permit.verb} this: {plain(permit.kind)}.",
                expected=either(permit.by),
            )
        for kind, states in (permit.beside or {}).items():
            state = beside(plan, record).get(kind, NOTHING)
            if state not in states:
                raise IllegalTransition(
                    f"The {plain(permit.kind)} cannot be {_DONE[permit.verb]} while {_the(kind)} is {plain(state) or 'not there'}.",
                    expected=f"{_the(kind)} is {either(states)}",
                )
        return ""
    if permit.governing == _SOURCE:
        return check_may(plan, permit.action, _source(plan, record), actor)
    machine = machine_of(permit.governing)
    if permit.verb == "add" and permit.governing in (permit.kind, "board_item"):
        return machine.advance(
            NOTHING, permit.action, actor, strategy=strategy_of(plan, record), beside=beside(plan, record)
        )
    governing = _governing(plan, permit.governing, record)
    state = NOTHING if governing is None else state_of(plan, governing)
    machine.advance(state, permit.action, actor, strategy=strategy_of(plan, record), beside=beside(plan, record))
    return ""


def state_of(plan: Plan, record: Any) -> str:
    """Return the state of a record in the table of its kind (`MACHINES`)."""
    match record.kind:
        case "board_action":
            return str(record.outcome or record.agenda_kind)
        case "progress_update":
            return "published" if record.published_at else "draft"
        case "implementation_item":
            own = [u for u in plan.of("progress_update") if u.item == record.id]
            return str(max(own, key=lambda u: str(u.period)).status) if own else "not_started"
    return str(getattr(record, "status", NOTHING))


def strategy_of(plan: Plan, record: Any) -> str:
    """Return the strategy that a record belongs to, by id; empty where it belongs to none."""
    kind: str = record.kind
    if kind == "strategy":
        return str(record.id)
    action_plan = record if kind == "action_plan" else _governing(plan, "action_plan", record)
    return str(getattr(action_plan, "strategy", ""))


def beside(plan: Plan, record: Any) -> dict[str, str]:
    """Return kind → state of the records beside one: the plan cycle, the Direction, the action plan and the decision that it belongs to.

    ``itself`` is its own.
    """
    found = {kind: state_of(plan, other) for kind in ("plan_cycle", "direction") if (other := newest(plan, kind))}
    action_plan = _governing(plan, "action_plan", record)
    if action_plan is not None:
        found["action_plan"] = state_of(plan, action_plan)
    decision = record if record.kind == "decision" else plan.by_id("decision").get(getattr(record, "decision", ""))
    if decision is not None:
        found["decision"] = str(decision.result)
    return found | {_ITSELF: state_of(plan, record)}


def newest(plan: Plan, kind: str) -> Any:
    """Return the plan cycle or the Direction that holds now: the last that is not superseded."""
    standing = [record for record in plan.of(kind) if record.status != "superseded"]
    return standing[-1] if standing else None


def _governing(plan: Plan, kind: str, record: Any) -> Any:
    """Return the record of a kind that governs this one, None where there is none."""
    if record.kind == kind:
        return record
    if kind in ("plan_cycle", "direction"):
        return newest(plan, kind)
    plan_id = getattr(record, "plan", "")
    item = plan.by_id("implementation_item").get(getattr(record, "item", ""))
    return plan.by_id("action_plan").get(item.plan if item else plan_id)


def _source(plan: Plan, link: Any) -> Any:
    """Return the record that an evidence link starts from; the Direction for parts of it. Raises NotAllowed where it is not there."""
    kind = "direction" if link.source_kind in ELEMENTS else link.source_kind
    found = plan.by_id(kind).get(link.source_id) or (newest(plan, kind) if kind == "direction" else None)
    if found is None:
        raise NotAllowed(f"What the link {link.id} starts from is not in the plan: {plain(kind)} {link.source_id}.")
    return found
