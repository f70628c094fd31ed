"""The plan records of steps 1 to 12, as frozen dataclasses. One class per kind, one sheet of the workbook per class.

A field's annotation says what its cell holds: text, a whole number, a number, a day, yes or no, `Lines` (a list, one
entry a line), `Pairs` (``name: value``, one a line) or `Entries` (``name: value | name: value``, one entry a line).
`references` names the kinds that a field's ids point to; `choices` the words that a field may hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, ClassVar

from synthesis.plan.states import ACTION_PLAN, DIRECTION, ITEM_STATUS

Lines = tuple[str, ...]
Pairs = dict[str, str]
Entries = tuple[dict[str, str], ...]

STEP_STATES = ("not_started", "in_progress", "done")
DIRECTION_STATES = DIRECTION.states
PLAN_STATES = ACTION_PLAN.states
ITEM_STATES = ITEM_STATUS.states
ACTS = ("adopt", "accept", "authorize", "approve")


def _text(*, required: bool = False, references: str = "", choices: tuple[str, ...] = ()) -> Any:
    """Declare a text field."""
    return field(default="", metadata={"required": required, "references": references, "choices": choices})


def _lines(*, references: str = "") -> Any:
    """Declare a list field."""
    return field(default=(), metadata={"required": False, "references": references, "choices": ()})


def _day() -> Any:
    """Declare a day that may be unknown."""
    return field(default=None, metadata={"required": False, "references": "", "choices": ()})


def _number() -> Any:
    """Declare a number, 0 when empty."""
    return field(default=0, metadata={"required": False, "references": "", "choices": ()})


@dataclass(frozen=True)
class PlanCycle:
    """The strategic plan as a whole."""

    kind: ClassVar[str] = "plan_cycle"
    id: str = _text(required=True)
    district: str = _text(required=True)
    title: str = _text(required=True)
    start: date | None = _day()
    end: date | None = _day()
    status: str = _text()


@dataclass(frozen=True)
class Step:
    """One of the twelve steps and where it stands."""

    kind: ClassVar[str] = "step"
    id: str = _text(required=True)
    number: int = _number()
    title: str = _text(required=True)
    status: str = _text(required=True, choices=STEP_STATES)
    started: date | None = _day()
    finished: date | None = _day()
    note: str = _text()


@dataclass(frozen=True)
class CommitteeMember:
    """A seat on the strategic direction committee."""

    kind: ClassVar[str] = "committee_member"
    id: str = _text(required=True)
    person: str = _text(required=True)
    role: str = _text(required=True, choices=("chair", "co_chair", "member", "facilitator", "recorder"))
    stakeholder_role: str = _text()
    school: str = _text()
    appointed_by: str = _text(required=True)
    appointed_on: date | None = _day()


@dataclass(frozen=True)
class Direction:
    """A version of the strategic direction: mission and student performance statement."""

    kind: ClassVar[str] = "direction"
    id: str = _text(required=True)
    version: str = _text(required=True)
    status: str = _text(required=True, choices=DIRECTION_STATES)
    mission: str = _text(required=True)
    student_performance_statement: str = _text(required=True)
    committee_consensus_on: date | None = _day()
    adopted_on: date | None = _day()


@dataclass(frozen=True)
class EnduringValue:
    """What the community holds to."""

    kind: ClassVar[str] = "enduring_value"
    id: str = _text(required=True)
    text: str = _text(required=True)


@dataclass(frozen=True)
class StrategicBoundary:
    """What the district will always or never do."""

    kind: ClassVar[str] = "strategic_boundary"
    id: str = _text(required=True)
    text: str = _text(required=True)


@dataclass(frozen=True)
class Strategy:
    """A strategy of the direction."""

    kind: ClassVar[str] = "strategy"
    id: str = _text(required=True)
    number: int = _number()
    text: str = _text(required=True)
    rationale: str = _text()
    sponsor: str = _text()


@dataclass(frozen=True)
class EvidenceLink:
    """From an element of the plan to what people said: a theme by id, or by words that people used about it."""

    kind: ClassVar[str] = "evidence_link"
    id: str = _text(required=True)
    source_kind: str = _text(required=True)
    source_id: str = _text(required=True)
    theme_id: str = _text()
    theme_words: str = _text()
    note: str = _text()


@dataclass(frozen=True)
class Team:
    """An action planning team; it writes plans for one strategy."""

    kind: ClassVar[str] = "team"
    id: str = _text(required=True)
    strategy: str = _text(required=True, references="strategy")
    co_chairs: Lines = _lines()


@dataclass(frozen=True)
class TeamMember:
    """A member of an action planning team."""

    kind: ClassVar[str] = "team_member"
    id: str = _text(required=True)
    team: str = _text(required=True, references="team")
    person: str = _text(required=True)
    role: str = _text(required=True, choices=("chair", "co_chair", "member", "facilitator", "recorder"))
    functions: Lines = _lines()
    stakeholder_role: str = _text()
    school: str = _text()
    appointed_by: str = _text()
    trained_on: date | None = _day()


@dataclass(frozen=True)
class ActionPlan:
    """A plan with one specific result under a strategy."""

    kind: ClassVar[str] = "action_plan"
    id: str = _text(required=True)
    strategy: str = _text(required=True, references="strategy")
    plan_number: str = _text()
    version: str = _text()
    date: date | None = _day()
    specific_result: str = _text(required=True)
    rationale: str = _text()
    research_refs: Lines = _lines()
    responsible: str = _text(required=True)
    status: str = _text(required=True, choices=PLAN_STATES)
    phase: str = _text()


@dataclass(frozen=True)
class ActionStep:
    """A separately assignable step of an action plan."""

    kind: ClassVar[str] = "action_step"
    id: str = _text(required=True)
    plan: str = _text(required=True, references="action_plan")
    number: int = _number()
    text: str = _text(required=True)
    assigned_to: str = _text()
    start: date | None = _day()
    due: date | None = _day()
    completed: date | None = _day()
    depends_on: Lines = _lines(references="action_step")
    resources: str = _text()
    status: str = _text(required=True, choices=ITEM_STATES)


@dataclass(frozen=True)
class CostBenefit:
    """Costs and benefits of an action plan."""

    kind: ClassVar[str] = "cost_benefit"
    id: str = _text(required=True)
    plan: str = _text(required=True, references="action_plan")
    tangible_costs: Entries = _lines()
    intangible_costs: Lines = _lines()
    tangible_benefits: Lines = _lines()
    intangible_benefits: Lines = _lines()
    opportunity_costs: Lines = _lines()
    sufficient_return: str = _text()


@dataclass(frozen=True)
class CoherenceReview:
    """The committee's check of an action plan against the direction."""

    kind: ClassVar[str] = "coherence_review"
    id: str = _text(required=True)
    plan: str = _text(required=True, references="action_plan")
    date: date | None = _day()
    checks: Pairs = field(default_factory=dict, metadata={"required": False, "references": "", "choices": ()})
    outcome: str = _text(required=True)
    note: str = _text()


@dataclass(frozen=True)
class DistrictGoal:
    """A goal of the Board with which the plan is aligned."""

    kind: ClassVar[str] = "district_goal"
    id: str = _text(required=True)
    text: str = _text(required=True)


@dataclass(frozen=True)
class BoardAction:
    """An act of the Board: what was moved, by whom, and how it was voted."""

    kind: ClassVar[str] = "board_action"
    id: str = _text(required=True)
    object: str = _text(required=True)
    version: str = _text()
    meeting_date: date | None = _day()
    agenda_kind: str = _text()
    act: str = _text(required=True, choices=ACTS)
    motion: str = _text(required=True)
    resolution_no: str = _text()
    mover: str = _text()
    seconder: str = _text()
    ayes: int = _number()
    nays: int = _number()
    abstentions: int = _number()
    recused: int = _number()
    absent: int = _number()
    outcome: str = _text(required=True)
    conditions: str = _text()
    district_goals: Lines = _lines(references="district_goal")


@dataclass(frozen=True)
class ImplementationItem:
    """An item of the implementation schedule: one accountable owner, a school year, a budget by fund."""

    kind: ClassVar[str] = "implementation_item"
    id: str = _text(required=True)
    plan: str = _text(required=True, references="action_plan")
    school_year: str = _text(required=True)
    priority: str = _text()
    owner: str = _text(required=True)
    start: date | None = _day()
    due: date | None = _day()
    milestones: Lines = _lines()
    measures: Lines = _lines()
    budgets: Pairs = field(default_factory=dict, metadata={"required": False, "references": "", "choices": ()})


@dataclass(frozen=True)
class ProgressUpdate:
    """One month's report on an item."""

    kind: ClassVar[str] = "progress_update"
    id: str = _text(required=True)
    item: str = _text(required=True, references="implementation_item")
    period: str = _text(required=True)
    status: str = _text(required=True, choices=ITEM_STATES)
    percent: int = _number()
    successes: Lines = _lines()
    roadblocks: Lines = _lines()
    changes: Entries = _lines()
    next_steps: str = _text()
    author: str = _text()
    published_at: date | None = _day()


@dataclass(frozen=True)
class PlanChange:
    """A change of the plan, and on whose authority."""

    kind: ClassVar[str] = "plan_change"
    id: str = _text(required=True)
    object: str = _text(required=True)
    changed_from: str = _text()
    changed_to: str = _text()
    reason: str = _text(required=True)
    authority: str = _text(required=True, choices=("staff", "committee", "board"))
    decided_on: date | None = _day()


KINDS: tuple[type[Any], ...] = (
    PlanCycle, Step, CommitteeMember, Direction, EnduringValue, StrategicBoundary, Strategy, EvidenceLink, Team,
    TeamMember, ActionPlan, ActionStep, CostBenefit, CoherenceReview, DistrictGoal, BoardAction, ImplementationItem,
    ProgressUpdate, PlanChange,
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


def column_type(cls: type[Any], name: str) -> str:
    """Return what a field's cell holds: text, whole, day, lines, pairs or entries."""
    annotation = next(str(f.type) for f in fields(cls) if f.name == name)
    known = {
        "str": "text",
        "int": "whole",
        "date | None": "day",
        "Lines": "lines",
        "Pairs": "pairs",
        "Entries": "entries",
    }
    return known[annotation]
