"""The write path of the plan: records are added, changed and moved on by people who may, one event for each action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from synthesis.actions.acting import today
from synthesis.actions.findings import outcome_of
from synthesis.actions.writing import Desk, check_record, class_of, desk, values_of
from synthesis.committee import Position
from synthesis.errors import IllegalTransition, InputError, NotAllowed, RuleError
from synthesis.model import Verb
from synthesis.plan.board import MEANINGS, check_act, effects, kind_about
from synthesis.plan.claims import Limits
from synthesis.plan.permissions import SET_BY_ACTIONS, beside, check_may, state_of, strategy_of
from synthesis.plan.records import PlanChange
from synthesis.plan.states import machine_of
from synthesis.plan.updates import AUTHORITY_NEEDED, AUTHORITY_OF, check_change, check_update, frozen_months
from synthesis.procedure import Actor, ActorKind, plain

_ADOPTED = frozenset({"adopted", "implementation", "completed"})
_REVIEWED = frozenset({"accept", "accept_with_edits", "return_to_team", "decline"})
_TELLING_WHY = frozenset({"decline", "return_to_team", "accept_with_edits", "defer", "discontinue", "reopen", "supersede", "return_by_board", "return", "table", "fail"})  # fmt: skip
_OF_THE_BOARD = frozenset(step for act in MEANINGS.values() for step in (*act.carried, *act.failed))
_PROGRESS = frozenset({"status", "completed"})
_OUTCOMES = {"adopt": "adopted", "adopt_as_amended": "adopted_as_amended", "table": "tabled", "fail": "failed"}


def add_record(
    kind: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    because: str = "",
    data_dir: Path,
    database_url: str | None = None,
) -> int:
    """Add a record. Values that are text are read as a cell of the workbook would be. Returns its version.

    Raises NotAllowed, IllegalTransition, RuleError, or InputError naming the field.
    """
    given = values_of(kind, values)
    _refuse_set_by_actions(kind, given)
    with desk(actor, kind, data_dir=data_dir, database_url=database_url) as at:
        made = class_of(kind)(**given)
        if made.id in at.plan.by_id(kind):
            raise RuleError(f"There is a {plain(kind)} {made.id!r} already.", do="Give it an id of its own.")
        state = check_may(at.plan, "add", made, actor)
        made = _begun(made, state)
        check_record(made)
        at.put(made)
        _check_added(at, made)
        return at.store(Verb.ADD_RECORD, f"{kind}/{made.id}", because)


def change_record(
    kind: str,
    record_id: str,
    values: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    because: str = "",
    data_dir: Path,
    database_url: str | None = None,
) -> int:
    """Change fields of a record whose version the actor has seen. Returns its new version.

    What the Board has adopted is changed with authority only (`plan.updates.AUTHORITY_NEEDED`) and with a reason; the change
    is then recorded as a plan change beside it. Raises StaleVersion naming who was first and when, NotAllowed,
    IllegalTransition, RuleError, or InputError naming the field.
    """
    given = values_of(kind, values)
    _refuse_set_by_actions(kind, given)
    if given.get("id", record_id) != record_id:
        raise RuleError("The id of a record is never changed.", do="Add another record.")
    with desk(actor, kind, data_dir=data_dir, database_url=database_url) as at:
        was = at.get(kind, record_id)
        at.expect(kind, record_id, version)
        now = replace(was, **given)
        if now == was:
            raise RuleError(f"The {plain(kind)} {record_id} says that already.", do="Nothing is left to do.")
        check_record(now)
        change = _may_change(at, was, now, because)
        at.put(now)
        if change is not None:
            at.put(change)
        if kind == "progress_update":
            check_update(_without(at, now), now, actor)
        return at.store(Verb.CHANGE_RECORD, f"{kind}/{record_id}", because)


def act(
    kind: str,
    record_id: str,
    action: str,
    *,
    actor: Actor,
    because: str = "",
    on: date | None = None,
    version: int | None = None,
    data_dir: Path,
    database_url: str | None = None,
) -> str:
    """Move a record on by an action of the table of its kind. Returns its state after it.

    `on` is the day on which it was done, today by default; `version` refuses it where somebody was there first. An act of
    the Board does what it means (`plan.board.MEANINGS`) to the records that it is about. Raises NotAllowed,
    IllegalTransition, StaleVersion or RuleError.
    """
    table = "board_item" if kind == "board_action" else kind
    if kind == "implementation_item":
        raise IllegalTransition("The status of an item changes by a monthly update alone.", do="Write the update.")
    if (kind, action) == ("progress_update", "publish"):
        raise IllegalTransition("A month is published as a whole.", do="synthesis plan publish MONTH")
    if action in _TELLING_WHY and not because.strip():
        raise RuleError(f"This needs its reason: {plain(action)}.", do="Say why, in a sentence that can be published.")
    with desk(actor, kind, data_dir=data_dir, database_url=database_url) as at:
        was = at.get(kind, record_id)
        if version is not None:
            at.expect(kind, record_id, version)
        if (kind, action) in _OF_THE_BOARD:
            raise NotAllowed(
                f"This is done by an act of the Board: {plain(action)} ({plain(kind)}).",
                do="Record the act (board_action), and what came of its vote.",
            )
        to = machine_of(table).advance(
            state_of(at.plan, was), action, actor, strategy=strategy_of(at.plan, was), beside=beside(at.plan, was)
        )
        _check_ground(at, was, action, to)
        at.put(_moved(was, action, to, on or today()))
        if kind == "board_action" and action in _OUTCOMES:
            _take_effect(at, at.get(kind, record_id), on)
        at.store(Verb.ACT, f"{kind}/{record_id}", because, {"action": action})
        return to


def publish_month(
    period: str, *, actor: Actor, on: date | None = None, data_dir: Path, database_url: str | None = None
) -> tuple[str, ...]:
    """Publish all updates of a month that are drafts: from then on the month is frozen. Returns their ids.

    Raises IllegalTransition for a month that is frozen or has no draft, NotAllowed, RuleError.
    """
    with desk(actor, "progress_update", data_dir=data_dir, database_url=database_url) as at:
        drafts = [u for u in at.plan.of("progress_update") if u.period == period and u.published_at is None]
        if not drafts:
            raise IllegalTransition(f"The month {period} has no draft to publish.", expected="updates that are drafts")
        frozen = frozen_months(at.plan.of("progress_update"))
        if frozen and period <= max(frozen):
            raise IllegalTransition(f"The month {period} is published and frozen, or lies before one that is.")
        for draft in drafts:
            machine_of("progress_update").advance("draft", "publish", actor)
            at.put(replace(draft, published_at=on or today()))
        at.store(Verb.PUBLISH_MONTH, period, "")
        return tuple(draft.id for draft in drafts)


def conclude_decision(
    decision_id: str, *, actor: Actor, data_dir: Path, database_url: str | None = None
) -> tuple[str, str]:
    """Count the stands of those present by the decision's rule, and record what came of it. Returns result and why.

    Chair and secretary may. Raises RuleError for a decision that is concluded already or a stand without its reason.
    """
    with desk(actor, "decision", data_dir=data_dir, database_url=database_url) as at:
        decision = at.get("decision", decision_id)
        check_may(at.plan, "change", decision, actor)
        if decision.result != "open":
            raise RuleError(f"The decision {decision_id} is concluded: {plain(decision.result)}.", do="Put a new one.")
        outcome = outcome_of(at.plan, decision)
        at.put(replace(decision, result=outcome.result.value, why=outcome.why))
        at.store(Verb.CONCLUDE_DECISION, f"decision/{decision_id}", outcome.why)
        return outcome.result.value, outcome.why


def accept_finding(
    key: str,
    *,
    because: str,
    actor: Actor,
    on: date | None = None,
    limits: Limits | None = None,
    data_dir: Path,
    database_url: str | None = None,
) -> int:
    """Accept a finding of the coherence rules under these limits by its key, with the reason. Returns the version of the acceptance.

    Raises RuleError for a finding that is not there, NotAllowed.
    """
    from synthesis.actions.coherence import plan_coherence  # it reads the run, and no other verb of this module does

    findings = plan_coherence(data_dir=data_dir, database_url=database_url, limits=limits)
    if key not in {found["key"] for found in findings}:
        raise RuleError(f"There is no finding {key!r} now.", do="Look at the findings: synthesis plan coherence.")
    given = {"finding": key, "reason": because, "by": actor.person, "on": on or today()}
    with desk(actor, "acceptance", data_dir=data_dir, database_url=database_url) as at:
        known = at.plan.by_id("acceptance")
        number = next(n for n in range(1, len(known) + 2) if f"{key}-{n}" not in known)
        made = class_of("acceptance")(id=f"{key}-{number}", **given)
        check_may(at.plan, "add", made, actor)
        at.put(made)
        return at.store(Verb.ADD_RECORD, f"acceptance/{made.id}", because)


def _refuse_set_by_actions(kind: str, given: Mapping[str, Any]) -> None:
    """Raise RuleError for fields that follow from actions."""
    typed = [name for name in SET_BY_ACTIONS.get(kind, ()) if given.get(name)]
    begun = {"decision": "open", "board_action": "information"}
    typed = [name for name in typed if given[name] != begun.get(kind)]
    if typed:
        raise RuleError(
            f"This follows from what is done and is not typed: {', '.join(sorted(typed))} ({plain(kind)}).",
            do="Do the action: synthesis plan do KIND ID ACTION.",
        )


def _begun(made: Any, state: str) -> Any:
    """Return a new record in the state in which it begins."""
    match made.kind:
        case "plan_cycle" | "direction" | "action_plan":
            return replace(made, status=state)
        case "board_action":
            return replace(made, agenda_kind=state)
        case "decision":
            return replace(made, result="open")
    return made


def _check_added(at: Desk, made: Any) -> None:
    """Raise where the rules of its kind forbid a new record."""
    match made.kind:
        case "progress_update":
            check_update(_without(at, made), made, at.actor)
        case "plan_change":
            check_change(at.plan, made, at.actor)
        case "refusal" if not made.because.strip():
            raise RuleError("A refusal needs its reason: it is published.", do="Say why, in a sentence.")
        case "stand":
            _check_stand(at, made)


def _check_stand(at: Desk, made: Any) -> None:
    """Raise where a stand is on a concluded decision, of somebody else, a second one, or lacks its reason."""
    decision = at.get("decision", made.decision)
    if decision.result != "open":
        raise IllegalTransition(f"The decision {decision.id} is concluded: {plain(decision.result)}.")
    person = at.get("committee_member", made.member).person
    if at.actor.kind is ActorKind.COMMITTEE_MEMBER and person != at.actor.person:
        raise NotAllowed("A member speaks for nobody else.", expected=f"{person}, the chair or the secretary")
    taken = [s for s in at.plan.of("stand") if (s.decision, s.member) == (made.decision, made.member)]
    if len(taken) > 1:
        raise RuleError(f"The member {made.member} has taken a position on it already.", do="Change that one.")
    if made.position != Position.CONSENT and not made.reason.strip():
        raise RuleError("Who stands aside or blocks says why.", do="Record the reason in the member's own words.")


def _may_change(at: Desk, was: Any, now: Any, because: str) -> PlanChange | None:
    """Raise where the actor may not change the record now; return the plan change that goes with it, if one does."""
    changed = {name for name in was.__dataclass_fields__ if getattr(was, name) != getattr(now, name)}
    kind, actor = was.kind, at.actor
    if kind == "action_plan" and changed == {"responsible"} and actor.kind is ActorKind.SUPERINTENDENT:
        machine_of(kind).advance(was.status, "assign_owner", actor)
        return None
    if kind == "action_step" and changed <= _PROGRESS and actor.kind is ActorKind.SENIOR_LEADERSHIP:
        state = beside(at.plan, was).get("action_plan", "")
        if state in ("scheduled", "in_progress"):
            return None
    if kind == "board_action" and was.outcome:
        raise IllegalTransition("A vote that was taken is not changed.", do="Record a further act of the Board.")
    if kind == "stand":
        _check_stand(at, now)
    cycle = beside(at.plan, was).get("plan_cycle", "")
    try:
        check_may(at.plan, "change", was, actor)
        if kind != "plan_cycle" or cycle not in _ADOPTED:
            return None
    except (NotAllowed, IllegalTransition):
        if cycle not in _ADOPTED or kind not in AUTHORITY_NEEDED or actor.kind not in AUTHORITY_OF:
            raise
    told = [[f"{name}: {_told(getattr(r, name))}" for name in sorted(changed)] for r in (was, now)]
    change = PlanChange(
        id=_free_id(at, was.id),
        object=was.id,
        changed_from="\n".join(told[0]),
        changed_to="\n".join(told[1]),
        reason=because,
        authority=AUTHORITY_OF.get(actor.kind, "staff"),
        decided_on=today(),
    )
    check_change(at.plan, change, actor)
    return change


def _free_id(at: Desk, record_id: str) -> str:
    """Return an id for the next plan change of a record."""
    known = at.plan.by_id("plan_change")
    return next(name for n in range(1, len(known) + 2) if (name := f"{record_id}-change-{n}") not in known)


def _told(value: Any) -> str:
    """Return a field's value in words."""
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str("" if value is None else value)


def _without(at: Desk, update: Any) -> Any:
    """Return the plan as it is without one update."""
    others = tuple(u for u in at.plan.of("progress_update") if u.id != update.id)
    return replace(at.plan, records=at.plan.records | {"progress_update": others})


def _check_ground(at: Desk, was: Any, action: str, to: str) -> None:
    """Raise where an action lacks the record that it rests on: a decision, a review, a vote."""
    if (was.kind, action) == ("direction", "reach_consensus"):
        agreed = [d for d in at.plan.of("decision") if d.object == was.id and d.result == "agreed"]
        if not agreed:
            raise IllegalTransition(
                "The committee has agreed on nothing about this Direction yet.",
                expected="a decision about it that was concluded as agreed",
            )
    if was.kind == "action_plan" and action in _REVIEWED:
        reviews = [r for r in at.plan.of("coherence_review") if r.plan == was.id]
        last = max(reviews, key=lambda r: str(r.date or ""), default=None)
        if last is None or last.outcome != to:
            said = plain(last.outcome) if last else "nothing yet"
            raise IllegalTransition(
                f"The committee's review of {was.id} says {said}, not {plain(to)}.",
                expected=f"a coherence review of the plan whose outcome is {to}",
            )
    if was.kind == "board_action" and action in _OUTCOMES:
        check_act(replace(was, outcome=to, agenda_kind="action"))


def _moved(was: Any, action: str, to: str, day: date) -> Any:
    """Return a record in its next state, with the day where it keeps one."""
    if was.kind == "board_action":
        return replace(was, outcome=to) if to in _OUTCOMES.values() else replace(was, agenda_kind=to, outcome="")
    if (was.kind, action) == ("direction", "reach_consensus"):
        return replace(was, status=to, committee_consensus_on=day)
    return replace(was, status=to)


def _take_effect(at: Desk, voted: Any, on: date | None) -> None:
    """Do what an act of the Board means to the records that it is about. Raises where one of them is not ready for it."""
    if kind_about(at.plan, voted) is None:
        about = " or ".join(map(plain, MEANINGS[voted.act].about))
        raise InputError(f"The act {voted.id} is about {voted.object!r}, which is no {about}.")
    day = on or voted.meeting_date or today()
    for kind, action in effects(voted):
        for found in _objects(at, voted, kind):
            to = machine_of(kind).advance(state_of(at.plan, found), action, at.actor, beside=beside(at.plan, found))
            moved = replace(found, status=to)
            at.put(replace(moved, adopted_on=day) if (kind, to) == ("direction", "adopted") else moved)


def _objects(at: Desk, voted: Any, kind: str) -> list[Any]:
    """Return the records of a kind that an act is about: the one that it names, else all that wait for it."""
    named = at.plan.by_id(kind).get(voted.object)
    if named is not None:
        return [named]
    waiting = {"direction": "submitted_to_board", "action_plan": "board_submitted"}
    if kind in waiting:
        return [found for found in at.plan.of(kind) if found.status == waiting[kind]]
    return [found for found in at.plan.of(kind) if found.status not in ("superseded", "completed")][-1:]
