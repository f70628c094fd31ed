"""Acts of the Board: what each means, whether its vote is counted right, in which order they come, and which goals they serve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd

from synthesis.errors import RuleError
from synthesis.plan.proceedings import GoalLink
from synthesis.plan.records import BoardAction, Plan
from synthesis.procedure import Finding, either, plain

AGENDA_KINDS = ("information", "discussion", "action")
OUTCOMES = ("adopted", "adopted_as_amended", "tabled", "failed")
CARRIED = frozenset({"adopted", "adopted_as_amended"})
_NEEDS_ACCEPTANCE = frozenset({"accepted_by_board", "scheduled", "deferred", "in_progress", "completed"})
_ACCEPTED = _NEEDS_ACCEPTANCE | {"discontinued"}
_REVIEWED = frozenset({"accepted", "accepted_with_edits"})


@dataclass(frozen=True, slots=True)
class Act:
    """What an act of the Board means: the kinds of record that it may be about, and what it does to which of them.

    `carried` and `failed` are pairs of a kind of record and the action of its table (`plan.states`).
    """

    says: str
    about: tuple[str, ...]
    carried: tuple[tuple[str, str], ...]
    failed: tuple[tuple[str, str], ...] = ()


MEANINGS: Mapping[str, Act] = {
    "approve": Act(
        "The Board approves the general direction and authorizes teams to be recruited. Nothing is adopted by it.",
        about=("direction",),
        carried=(("plan_cycle", "authorize_teams"),),
        failed=(("direction", "return"),),
    ),
    "adopt": Act(
        "The Board adopts the strategic plan, and with it the Direction. No action plan is accepted by it.",
        about=("plan_cycle",),
        carried=(("direction", "adopt"), ("plan_cycle", "adopt")),
        failed=(("direction", "return"),),
    ),
    "accept": Act(
        "The Board accepts action plans that the committee accepted. Nothing may begin by it.",
        about=("action_plan", "plan_cycle"),
        carried=(("action_plan", "accept_by_board"),),
        failed=(("action_plan", "return_by_board"),),
    ),
    "authorize": Act(
        "The Board authorizes the Administration to begin the implementation schedule.",
        about=("plan_cycle",),
        carried=(("plan_cycle", "authorize_schedule"),),
    ),
}
ORDER = ("approve", "adopt", "accept", "authorize")
"""The acts as they build on each other."""


@dataclass(frozen=True, slots=True)
class VoteRule:
    """The Board's number, and what carries a motion: more than `share` of those voting, or of the whole Board."""

    board_size: int = 9
    share: Fraction = Fraction(1, 2)
    of_whole_board: bool = False

    def carries(self, action: BoardAction) -> bool:
        """Tell whether the ayes carry the motion. Abstentions, recusals and absences are no votes."""
        base = self.board_size if self.of_whole_board else action.ayes + action.nays
        return action.ayes > self.share * base


def effects(action: BoardAction) -> tuple[tuple[str, str], ...]:
    """Return what an act does: pairs of a kind of record and the action of its table. A tabled motion does nothing."""
    meaning = MEANINGS[action.act]
    if action.outcome in CARRIED:
        return meaning.carried
    return meaning.failed if action.outcome == "failed" else ()


def kind_about(plan: Plan, action: BoardAction) -> str | None:
    """Return the kind of the record that an act is about; None where it is in the plan as none that the act may be about."""
    return next((kind for kind in MEANINGS[action.act].about if action.object in plan.by_id(kind)), None)


def covers(plan: Plan, action: BoardAction) -> tuple[Any, ...]:
    """Return the Direction or the action plans that an act which carried reached: the one that it names, else all of them.

    Which plans an act on the whole plan accepted is read from the plans as they stand: those that are accepted by the Board, and are not
    dated after the act.
    """
    if action.outcome not in CARRIED:
        return ()
    meaning, found = MEANINGS[action.act], []
    for kind in dict.fromkeys((*meaning.about, *(kind for kind, _ in meaning.carried))):
        named = plan.by_id(kind).get(action.object)
        if named is not None and kind != "plan_cycle":
            return (named,)
        if kind == "direction":
            found += [d for d in plan.of(kind) if d.adopted_on is not None and d.adopted_on == action.meeting_date]
        elif kind == "action_plan":
            found += [p for p in plan.of(kind) if p.status in _ACCEPTED and not _after(p, action)]
    return tuple(found)


def _after(action_plan: Any, action: BoardAction) -> bool:
    """Tell whether a plan is dated after the day of an act."""
    return bool(action_plan.date and action.meeting_date and action_plan.date > action.meeting_date)


def check_act(action: BoardAction, rule: VoteRule | None = None) -> None:
    """Raise RuleError for the first thing that is wrong with an act: agenda, counts, outcome, conditions."""
    problem = next((problem for _, problem in _act(action, rule or VoteRule())), None)
    if problem is not None:
        raise RuleError(f"The act {action.id} {problem}.", do="Compare it with the minutes and correct it.")


def board_findings(plan: Plan, rule: VoteRule | None = None) -> list[Finding]:
    """Return what a person should look at in the Board's acts and in what hangs on them. All are warnings.

    What is on an agenda and not voted yet has no vote to look at.
    """
    found = []
    for action in plan.of("board_action"):
        voted = _act(action, rule or VoteRule()) if action.outcome else ()
        for column, problem in [*voted, *_object(plan, action)]:
            found.append(Finding("board_action", action.id, column, problem, False))
    return [*found, *_sequence(plan), *_depending(plan)]


def _act(action: BoardAction, rule: VoteRule) -> Iterator[tuple[str, str]]:
    """Yield column and problem of one act by itself."""
    if action.agenda_kind not in AGENDA_KINDS:
        yield "agenda_kind", f"stands on no known kind of agenda; known are {either(AGENDA_KINDS)}"
    elif action.agenda_kind != "action":
        yield "agenda_kind", f"was voted on an agenda for {action.agenda_kind}; a vote needs an agenda for action"
    counts = (action.ayes, action.nays, action.abstentions, action.recused, action.absent)
    if min(counts) < 0:
        yield "ayes", "counts fewer than no votes"
    elif sum(counts) != rule.board_size:
        yield "ayes", f"counts {sum(counts)} members; the Board has {rule.board_size}"
    if 2 * (rule.board_size - action.absent) <= rule.board_size:
        yield "absent", f"was voted without a quorum: {action.absent} of {rule.board_size} were absent"
    if action.mover and action.mover == action.seconder:
        yield "seconder", "was moved and seconded by the same member"
    if action.outcome not in OUTCOMES:
        yield "outcome", f"has no known outcome; known are {either(OUTCOMES)}"
    elif action.outcome in CARRIED and not rule.carries(action):
        yield "outcome", f"is said to carry with {action.ayes} ayes and {action.nays} nays"
    elif action.outcome == "failed" and rule.carries(action):
        yield "outcome", f"is said to fail with {action.ayes} ayes and {action.nays} nays"
    if action.outcome == "adopted_as_amended" and not action.conditions:
        yield "conditions", "carried as amended, but neither amendment nor condition is written down"
    if action.outcome == "adopted" and action.conditions:
        yield "conditions", "has conditions; its outcome is then adopted as amended"
    if action.act in ("approve", "adopt") and not action.district_goals:
        yield "district_goals", "names no District Goal that it is aligned with"


def _object(plan: Plan, action: BoardAction) -> Iterator[tuple[str, str]]:
    """Yield column and problem of what an act is about."""
    kind = kind_about(plan, action)
    if kind is None:
        yield "object", f"is about {action.object!r}, which is no {either(MEANINGS[action.act].about)}"
        return
    version = getattr(plan.by_id(kind)[action.object], "version", None)
    if version and action.version and version != action.version:
        yield "version", f"is about version {action.version}; the {plain(kind)} is version {version} now"


def _sequence(plan: Plan) -> Iterator[Finding]:
    """Check that an act does not come before the one that it builds on."""
    first: dict[str, BoardAction] = {}
    for action in sorted(plan.of("board_action"), key=lambda a: (a.meeting_date is None, a.meeting_date, a.id)):
        if action.outcome in CARRIED:
            first.setdefault(action.act, action)
    for earlier, later in pairwise(ORDER):
        if later not in first:
            continue
        before, after = first.get(earlier), first[later]
        if before is None:
            problem = f"has carried ({later}), but no act of the Board before it ({earlier})"
        elif before.meeting_date and after.meeting_date and before.meeting_date > after.meeting_date:
            problem = f"is of {after.meeting_date}, before the act that it builds on ({earlier}, {before.meeting_date})"
        else:
            continue
        yield Finding("board_action", after.id, "meeting_date", problem, False)


def _depending(plan: Plan) -> Iterator[Finding]:
    """Check that what is adopted, accepted or under way is so by an act of the Board."""
    carried: defaultdict[str, list[BoardAction]] = defaultdict(list)
    for action in plan.of("board_action"):
        if action.outcome in CARRIED:
            carried[action.act].append(action)
    for direction in plan.of("direction"):
        days = {action.meeting_date for action in carried["adopt"]}
        if direction.status == "adopted" and not carried["adopt"]:
            yield Finding("direction", direction.id, "status", "is adopted, but by no act of the Board", False)
        elif direction.adopted_on and days and direction.adopted_on not in days:
            problem = f"is said to be adopted on {direction.adopted_on}, on which the Board did not adopt the plan"
            yield Finding("direction", direction.id, "adopted_on", problem, False)
    reviews = {review.plan: review for review in sorted(plan.of("coherence_review"), key=_reviewed_on)}
    cycles = plan.by_id("plan_cycle")
    for action_plan in plan.of("action_plan"):
        if action_plan.status not in _NEEDS_ACCEPTANCE:
            continue
        if not any(a.object == action_plan.id or a.object in cycles for a in carried["accept"]):
            problem = f"is {plain(action_plan.status)}, but no act of the Board accepted it"
            yield Finding("action_plan", action_plan.id, "status", problem, False)
        review = reviews.get(action_plan.id)
        if review is not None and review.outcome not in _REVIEWED:
            problem = f"is {plain(action_plan.status)}, but its last coherence review says {plain(review.outcome)}"
            yield Finding("action_plan", action_plan.id, "status", problem, False)


def pending(plan: Plan, on: date) -> tuple[BoardAction, ...]:
    """Return what the Board has before it on a day: on an agenda and not voted, nor taken up by a vote since. Next meeting first."""
    voted = {
        (a.object, a.act) for a in plan.of("board_action") if a.outcome and (not a.meeting_date or a.meeting_date <= on)
    }
    last: dict[tuple[str, str], BoardAction] = {}
    for action in sorted(plan.of("board_action"), key=lambda a: (str(a.meeting_date or ""), a.id)):
        if not action.outcome and (action.object, action.act) not in voted:
            last[action.object, action.act] = action
    return tuple(sorted(last.values(), key=lambda a: (str(a.meeting_date or ""), a.id)))


def _reviewed_on(review: Any) -> str:
    """Return the day of a review, to sort by."""
    return str(review.date or "")


def goal_alignment(plan: Plan, links: Iterable[GoalLink]) -> tuple[pd.DataFrame, list[Finding]]:
    """Return a table of strategies by District Goals (True where one serves the other), and what is not aligned.

    Rows are strategy ids, columns goal ids, in the plan's order.
    """
    strategies, goals = plan.by_id("strategy"), plan.by_id("district_goal")
    table = pd.DataFrame(False, index=list(strategies), columns=list(goals))
    found = []
    for link in links:
        if link.strategy in strategies and link.goal in goals:
            table.loc[link.strategy, link.goal] = True
        else:
            problem = f"is aligned with {link.goal!r}; one of the two is not in the plan"
            found.append(Finding("strategy", link.strategy, "district_goals", problem, False))
    for strategy in table.index[~table.any(axis=1)]:
        found.append(Finding("strategy", str(strategy), "district_goals", "serves no District Goal", False))
    for goal in table.columns[~table.any(axis=0)]:
        found.append(Finding("district_goal", str(goal), "", "is served by no strategy", False))
    return table, found
