"""The plan records of steps 1 to 12, as frozen dataclasses. One class per kind, one sheet of the workbook per class.

A field's annotation says what its cell holds: text, a whole number, a number, a day, yes or no, `Lines` (a list, one
entry a line), `Pairs` (``name: value``, one a line) or `Entries` (``name: value | name: value``, one entry a line).
`references` names the kinds that a field's ids point to; `choices` the words that a field may hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from synthesis.plan.columns import (
    Entries,
    Lines,
    Pairs,
    day_field,
    lines_field,
    number_field,
    pairs_field,
    text_field,
)
from synthesis.plan.proceedings import (
    Acceptance,
    Attendance,
    Body,
    Decision,
    GoalLink,
    Meeting,
    Refusal,
    Stand,
    Term,
)
from synthesis.plan.states import ACTION_PLAN, DIRECTION, ITEM_STATUS, PLAN_CYCLE

STEP_STATES = ("not_started", "in_progress", "done")
DIRECTION_STATES = DIRECTION.states
PLAN_STATES = ACTION_PLAN.states
ITEM_STATES = ITEM_STATUS.states
ACTS = ("adopt", "accept", "authorize", "approve")


@dataclass(frozen=True)
class PlanCycle:
    """The strategic plan as a whole."""

    kind: ClassVar[str] = "plan_cycle"
    id: str = text_field(required=True)
    district: str = text_field(required=True)
    title: str = text_field(required=True)
    start: date | None = day_field()
    end: date | None = day_field()
    status: str = text_field(required=True, choices=PLAN_CYCLE.states)


@dataclass(frozen=True)
class Step:
    """One of the twelve steps and where it stands."""

    kind: ClassVar[str] = "step"
    id: str = text_field(required=True)
    number: int = number_field()
    title: str = text_field(required=True)
    status: str = text_field(required=True, choices=STEP_STATES)
    started: date | None = day_field()
    finished: date | None = day_field()
    note: str = text_field()


@dataclass(frozen=True)
class CommitteeMember:
    """A seat on the strategic direction committee."""

    kind: ClassVar[str] = "committee_member"
    id: str = text_field(required=True)
    person: str = text_field(required=True)
    role: str = text_field(required=True, choices=("chair", "co_chair", "member", "facilitator", "recorder"))
    stakeholder_role: str = text_field()
    school: str = text_field()
    appointed_by: str = text_field(required=True)
    appointed_on: date | None = day_field()


@dataclass(frozen=True)
class Direction:
    """A version of the strategic direction: mission and student performance statement."""

    kind: ClassVar[str] = "direction"
    id: str = text_field(required=True)
    version: str = text_field(required=True)
    status: str = text_field(required=True, choices=DIRECTION_STATES)
    mission: str = text_field(required=True)
    student_performance_statement: str = text_field(required=True)
    committee_consensus_on: date | None = day_field()
    adopted_on: date | None = day_field()


@dataclass(frozen=True)
class EnduringValue:
    """What the community holds to."""

    kind: ClassVar[str] = "enduring_value"
    id: str = text_field(required=True)
    text: str = text_field(required=True)


@dataclass(frozen=True)
class StrategicBoundary:
    """What the district will always or never do."""

    kind: ClassVar[str] = "strategic_boundary"
    id: str = text_field(required=True)
    text: str = text_field(required=True)


@dataclass(frozen=True)
class Strategy:
    """A strategy of the direction."""

    kind: ClassVar[str] = "strategy"
    id: str = text_field(required=True)
    number: int = number_field()
    text: str = text_field(required=True)
    rationale: str = text_field()
    sponsor: str = text_field()


@dataclass(frozen=True)
class EvidenceLink:
    """From an element of the plan to what it rests on: a theme by id or by words that people used about it, an idea, or a page of
    research (its chunk, or document and anchor). `as_of` is the run that has the theme's id; it is filled in by the import."""

    kind: ClassVar[str] = "evidence_link"
    id: str = text_field(required=True)
    source_kind: str = text_field(required=True)
    source_id: str = text_field(required=True)
    theme_id: str = text_field()
    theme_words: str = text_field()
    note: str = text_field()
    idea_id: str = text_field()
    research_id: str = text_field()
    as_of: str = text_field()


@dataclass(frozen=True)
class Team:
    """An action planning team; it writes plans for one strategy."""

    kind: ClassVar[str] = "team"
    id: str = text_field(required=True)
    strategy: str = text_field(required=True, references="strategy")
    co_chairs: Lines = lines_field()


@dataclass(frozen=True)
class TeamMember:
    """A member of an action planning team."""

    kind: ClassVar[str] = "team_member"
    id: str = text_field(required=True)
    team: str = text_field(required=True, references="team")
    person: str = text_field(required=True)
    role: str = text_field(required=True, choices=("chair", "co_chair", "member", "facilitator", "recorder"))
    functions: Lines = lines_field()
    stakeholder_role: str = text_field()
    school: str = text_field()
    appointed_by: str = text_field()
    trained_on: date | None = day_field()


@dataclass(frozen=True)
class ActionPlan:
    """A plan with one specific result under a strategy."""

    kind: ClassVar[str] = "action_plan"
    id: str = text_field(required=True)
    strategy: str = text_field(required=True, references="strategy")
    plan_number: str = text_field()
    version: str = text_field()
    date: date | None = day_field()
    specific_result: str = text_field(required=True)
    rationale: str = text_field()
    research_refs: Lines = lines_field()
    responsible: str = text_field(required=True)
    status: str = text_field(required=True, choices=PLAN_STATES)
    phase: str = text_field()


@dataclass(frozen=True)
class ActionStep:
    """A separately assignable step of an action plan."""

    kind: ClassVar[str] = "action_step"
    id: str = text_field(required=True)
    plan: str = text_field(required=True, references="action_plan")
    number: int = number_field()
    text: str = text_field(required=True)
    assigned_to: str = text_field()
    start: date | None = day_field()
    due: date | None = day_field()
    completed: date | None = day_field()
    depends_on: Lines = lines_field(references="action_step")
    resources: str = text_field()
    status: str = text_field(required=True, choices=ITEM_STATES)


@dataclass(frozen=True)
class CostBenefit:
    """Costs and benefits of an action plan."""

    kind: ClassVar[str] = "cost_benefit"
    id: str = text_field(required=True)
    plan: str = text_field(required=True, references="action_plan")
    tangible_costs: Entries = lines_field()
    intangible_costs: Lines = lines_field()
    tangible_benefits: Lines = lines_field()
    intangible_benefits: Lines = lines_field()
    opportunity_costs: Lines = lines_field()
    sufficient_return: str = text_field()


@dataclass(frozen=True)
class CoherenceReview:
    """The committee's check of an action plan against the direction."""

    kind: ClassVar[str] = "coherence_review"
    id: str = text_field(required=True)
    plan: str = text_field(required=True, references="action_plan")
    date: date | None = day_field()
    checks: Pairs = pairs_field()
    outcome: str = text_field(required=True)
    note: str = text_field()


@dataclass(frozen=True)
class DistrictGoal:
    """A goal of the Board with which the plan is aligned."""

    kind: ClassVar[str] = "district_goal"
    id: str = text_field(required=True)
    text: str = text_field(required=True)


@dataclass(frozen=True)
class BoardAction:
    """An act of the Board: what was moved, by whom, and how it was voted. Without an outcome it is on an agenda, not voted yet."""

    kind: ClassVar[str] = "board_action"
    id: str = text_field(required=True)
    object: str = text_field(required=True)
    version: str = text_field()
    meeting_date: date | None = day_field()
    agenda_kind: str = text_field()
    act: str = text_field(required=True, choices=ACTS)
    motion: str = text_field(required=True)
    resolution_no: str = text_field()
    mover: str = text_field()
    seconder: str = text_field()
    ayes: int = number_field()
    nays: int = number_field()
    abstentions: int = number_field()
    recused: int = number_field()
    absent: int = number_field()
    outcome: str = text_field()
    conditions: str = text_field()
    district_goals: Lines = lines_field(references="district_goal")


@dataclass(frozen=True)
class ImplementationItem:
    """An item of the implementation schedule: one accountable owner, a school year, a budget by fund."""

    kind: ClassVar[str] = "implementation_item"
    id: str = text_field(required=True)
    plan: str = text_field(required=True, references="action_plan")
    school_year: str = text_field(required=True)
    priority: str = text_field()
    owner: str = text_field(required=True)
    start: date | None = day_field()
    due: date | None = day_field()
    milestones: Lines = lines_field()
    measures: Lines = lines_field()
    budgets: Pairs = pairs_field()


@dataclass(frozen=True)
class ProgressUpdate:
    """One month's report on an item. `spent` is fund → what is spent on it in the school year, by the end of the month."""

    kind: ClassVar[str] = "progress_update"
    id: str = text_field(required=True)
    item: str = text_field(required=True, references="implementation_item")
    period: str = text_field(required=True)
    status: str = text_field(required=True, choices=ITEM_STATES)
    percent: int = number_field()
    successes: Lines = lines_field()
    roadblocks: Lines = lines_field()
    changes: Entries = lines_field()
    next_steps: str = text_field()
    author: str = text_field()
    published_at: date | None = day_field()
    spent: Pairs = pairs_field()


@dataclass(frozen=True)
class PlanChange:
    """A change of the plan, and on whose authority."""

    kind: ClassVar[str] = "plan_change"
    id: str = text_field(required=True)
    object: str = text_field(required=True)
    changed_from: str = text_field()
    changed_to: str = text_field()
    reason: str = text_field(required=True)
    authority: str = text_field(required=True, choices=("staff", "committee", "board"))
    decided_on: date | None = day_field()


KINDS: tuple[type[Any], ...] = (
    PlanCycle, Step, Body, CommitteeMember, Term, Meeting, Attendance, Decision, Stand, Direction, EnduringValue,
    StrategicBoundary, Strategy, EvidenceLink, Team, TeamMember, ActionPlan, ActionStep, CostBenefit, CoherenceReview,
    Acceptance, DistrictGoal, GoalLink, BoardAction, ImplementationItem, ProgressUpdate, PlanChange, Refusal,
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """All records of a plan by kind, in the order of the workbook."""

    records: dict[str, tuple[Any, ...]]

    def of(self, kind: str) -> tuple[Any, ...]:
        """Return the records of one kind."""
        return self.records.get(kind, ())

    def by_id(self, kind: str) -> dict[str, Any]:
        """Return the records of one kind by id."""
        return {record.id: record for record in self.of(kind)}
