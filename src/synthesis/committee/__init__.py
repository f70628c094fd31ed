"""Committee: seats, meetings, decisions, ballots and tallies. Pure: knows no database and no file."""

from synthesis.committee.decisions import (
    CAN_LIVE_WITH_IT,
    EVERYONE_AGREES,
    TWO_THIRDS,
    DecisionRule,
    Outcome,
    Position,
    Quorum,
    Result,
    Stand,
    decide,
)
from synthesis.committee.meetings import (
    Attendance,
    Body,
    Meeting,
    Presence,
    attendance_table,
    meeting_findings,
    present_at,
)
from synthesis.committee.seats import SEATS, Term, seat_findings, seated, vacant

__all__ = [
    "CAN_LIVE_WITH_IT",
    "EVERYONE_AGREES",
    "SEATS",
    "TWO_THIRDS",
    "Attendance",
    "Body",
    "DecisionRule",
    "Meeting",
    "Outcome",
    "Position",
    "Presence",
    "Quorum",
    "Result",
    "Stand",
    "Term",
    "attendance_table",
    "decide",
    "meeting_findings",
    "present_at",
    "seat_findings",
    "seated",
    "vacant",
]
