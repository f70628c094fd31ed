"""The records of who met, who was there, what was decided and why: what open-meetings law asks for, and what the
community is owed. One class per kind, as in `records`; the rules on them stand in `committee` and in the modules of `plan`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from synthesis.plan.columns import day_field, number_field, text_field

PRESENCES = ("in_room", "remote", "excused", "absent")
POSITIONS = ("consent", "stand_aside", "block")
DECISION_RULES = ("everyone_agrees", "can_live_with_it", "two_thirds")
RESULTS = ("agreed", "not_agreed", "open", "no_quorum")


@dataclass(frozen=True)
class Body:
    """A public body: who appointed it, with which charge, how many of the Board's members sit on it, how many seats it has."""

    kind: ClassVar[str] = "body"
    id: str = text_field(required=True)
    name: str = text_field(required=True)
    appointed_by: str = text_field()
    charge: str = text_field()
    board_members: int = number_field()
    board_size: int = number_field()
    seats: int = number_field()


@dataclass(frozen=True)
class Term:
    """How long a member holds the seat; `ended_by` says why it ended before its time."""

    kind: ClassVar[str] = "term"
    id: str = text_field(required=True)
    member: str = text_field(required=True, references="committee_member")
    start: date | None = day_field()
    end: date | None = day_field()
    ended_by: str = text_field()


@dataclass(frozen=True)
class Meeting:
    """One meeting of a body: when it was announced, when it met, and where its minutes are."""

    kind: ClassVar[str] = "meeting"
    id: str = text_field(required=True)
    body: str = text_field(required=True, references="body")
    day: date | None = day_field()
    title: str = text_field()
    noticed_on: date | None = day_field()
    minutes: str = text_field()


@dataclass(frozen=True)
class Attendance:
    """How one member took part in one meeting."""

    kind: ClassVar[str] = "attendance"
    id: str = text_field(required=True)
    meeting: str = text_field(required=True, references="meeting")
    member: str = text_field(required=True, references="committee_member")
    presence: str = text_field(required=True, choices=PRESENCES)


@dataclass(frozen=True)
class Decision:
    """A proposal put to the committee: about which record, by which rule, and what came of it."""

    kind: ClassVar[str] = "decision"
    id: str = text_field(required=True)
    meeting: str = text_field(required=True, references="meeting")
    object: str = text_field()
    proposal: str = text_field(required=True)
    rule: str = text_field(required=True, choices=DECISION_RULES)
    result: str = text_field(required=True, choices=RESULTS)
    why: str = text_field()


@dataclass(frozen=True)
class Stand:
    """One member's position on a proposal; who stands aside or blocks says why."""

    kind: ClassVar[str] = "stand"
    id: str = text_field(required=True)
    decision: str = text_field(required=True, references="decision")
    member: str = text_field(required=True, references="committee_member")
    position: str = text_field(required=True, choices=POSITIONS)
    reason: str = text_field()


@dataclass(frozen=True)
class Acceptance:
    """That a person accepts a coherence finding, by its key, and why."""

    kind: ClassVar[str] = "acceptance"
    id: str = text_field(required=True)
    finding: str = text_field(required=True)
    reason: str = text_field(required=True)
    by: str = text_field(required=True)
    on: date | None = day_field()


@dataclass(frozen=True)
class GoalLink:
    """That a strategy serves a District Goal, and how."""

    kind: ClassVar[str] = "goal_link"
    id: str = text_field(required=True)
    strategy: str = text_field(required=True, references="strategy")
    goal: str = text_field(required=True, references="district_goal")
    note: str = text_field()


@dataclass(frozen=True)
class Refusal:
    """That the district will not do what a theme asks for, and why; the reason is published as it stands here.

    The theme is named by its id, or by evidence links that start from the refusal.
    """

    kind: ClassVar[str] = "refusal"
    id: str = text_field(required=True)
    theme_id: str = text_field()
    because: str = text_field()
    decided_by: str = text_field(required=True)
    decided_on: date | None = day_field()
