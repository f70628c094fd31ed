"""Meetings of a public body: what open-meetings law asks to be kept, and who was there. Defaults, no legal advice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from synthesis.committee.decisions import Quorum
from synthesis.committee.seats import Member, Term, seated
from synthesis.procedure import Finding


class Presence(StrEnum):
    """How a member took part in a meeting."""

    IN_ROOM = "in_room"
    REMOTE = "remote"
    EXCUSED = "excused"
    ABSENT = "absent"


PRESENT = frozenset({Presence.IN_ROOM, Presence.REMOTE})


@dataclass(frozen=True, slots=True)
class Body:
    """A public body: who appointed it, with which charge, and how many members of the Board sit on it.

    `board_size` is the number of members of the whole Board, 0 where it is unknown.
    """

    name: str
    appointed_by: str
    charge: str
    board_members: int = 0
    board_size: int = 0
    seats: int = 27


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting; `noticed_on` is the day on which it was announced, `minutes` where its minutes are to be found."""

    id: str
    day: date
    title: str = ""
    noticed_on: date | None = None
    minutes: str = ""
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Attendance:
    """How one member took part in one meeting."""

    meeting: str
    member: str
    presence: Presence


def present_at(meeting: str, attendances: Iterable[Attendance]) -> frozenset[str]:
    """Return the members who were in the room or took part from afar."""
    return frozenset(a.member for a in attendances if a.meeting == meeting and a.presence in PRESENT)


def attendance_table(
    members: Iterable[Member],
    meetings: Sequence[Meeting],
    attendances: Iterable[Attendance],
    terms: Iterable[Term] = (),
) -> pd.DataFrame:
    """Return ``member, person, held, in_room, remote, excused, absent, unrecorded``: meetings counted per member.

    `held` counts the meetings that fell into the member's term; only these are counted in the other columns.
    """
    known = {(a.meeting, a.member): a.presence for a in attendances}
    terms, members = tuple(terms), tuple(members)
    due = {meeting.id: {m.id for m in seated(members, terms, meeting.day)} for meeting in meetings}
    rows = []
    for member in members:
        own = [meeting.id for meeting in meetings if member.id in due[meeting.id]]
        found = [known.get((meeting, member.id)) for meeting in own]
        counts = {presence.value: found.count(presence) for presence in Presence}
        rows.append(
            {"member": member.id, "person": member.person, "held": len(own)}
            | counts
            | {"unrecorded": found.count(None)}
        )
    columns = ["member", "person", "held", *(presence.value for presence in Presence), "unrecorded"]
    return pd.DataFrame(rows, columns=columns)


def meeting_findings(
    body: Body,
    members: Iterable[Member],
    meetings: Iterable[Meeting],
    attendances: Iterable[Attendance],
    *,
    terms: Iterable[Term] = (),
    quorum: Quorum | None = None,
    notice_days: int = 3,
    today: date | None = None,
) -> list[Finding]:
    """Return what is missing from the record of a public body. All are warnings; `today` is the last day looked at."""
    members, terms, attendances = tuple(members), tuple(terms), tuple(attendances)
    found = list(_body(body))
    for meeting in meetings:
        if today is not None and meeting.day > today:
            continue
        there = present_at(meeting.id, attendances)
        holding = {member.id for member in seated(members, terms, meeting.day)}
        needed = (quorum or Quorum()).needed(body.seats, len(holding))
        found += _meeting(meeting, there, holding, needed, notice_days)
    return found


def _body(body: Body) -> Iterator[Finding]:
    """Check what must be known of the body itself."""
    if not body.appointed_by:
        yield Finding("body", body.name, "appointed_by", "is not said to be appointed by anybody", False)
    if not body.charge:
        yield Finding("body", body.name, "charge", "has no written charge", False)
    if not body.board_size:
        yield Finding("body", body.name, "board_size", "does not say how many members the Board has", False)
    elif body.board_members >= Quorum().needed(body.board_size, body.board_size):
        problem = f"seats {body.board_members} of {body.board_size} members of the Board, a quorum: its meetings are meetings of the Board"
        yield Finding("body", body.name, "board_members", problem, False)


def _meeting(
    meeting: Meeting, there: Collection[str], holding: Collection[str], needed: int, notice_days: int
) -> Iterator[Finding]:
    """Check one meeting's notice, minutes, attendance and quorum."""
    if meeting.noticed_on is None or (meeting.day - meeting.noticed_on).days < notice_days:
        told = "no day" if meeting.noticed_on is None else f"{meeting.noticed_on}"
        problem = f"was announced on {told}; {notice_days} days before {meeting.day} are asked for"
        yield Finding("meeting", meeting.id, "noticed_on", problem, False)
    if not meeting.minutes:
        yield Finding("meeting", meeting.id, "minutes", "has no minutes", False)
    strangers = sorted(set(there) - set(holding))
    if strangers:
        yield Finding("meeting", meeting.id, "present", f"counts {', '.join(strangers)}, who held no seat then", False)
    voting = len(set(there) & set(holding))
    if meeting.decided and voting < needed:
        problem = f"decided with {voting} members present; {needed} are a quorum"
        yield Finding("meeting", meeting.id, "decided", problem, False)
