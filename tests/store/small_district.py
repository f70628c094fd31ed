"""A small district as its people would record it: offices, seats, a Direction that the Board adopted, a plan under way."""

from __future__ import annotations

from datetime import date
from typing import Any

from synthesis.actions import acting, records
from synthesis.procedure import Actor, ActorKind
from tests.store.conftest import Where

SUPERINTENDENT = Actor("Corin Vale", ActorKind.SUPERINTENDENT)
CLERK = Actor("Ilse Marwood", ActorKind.BOARD_CLERK)
LEADERSHIP = Actor("Bram Ostler", ActorKind.SENIOR_LEADERSHIP)
SECRETARY = Actor("Wenna Tull", ActorKind.SECRETARY)
CHAIR = Actor("Odalys Brennick", ActorKind.COMMITTEE_CHAIR)
MEMBER = Actor("Tamsin Rook", ActorKind.COMMITTEE_MEMBER)
WRITER = Actor("Perrin Holt", ActorKind.TEAM_MEMBER, "S1")
OFFICES = (SUPERINTENDENT, CLERK, LEADERSHIP, SECRETARY)
VOTE = {"motion": "Moved.", "mover": "A", "seconder": "B", "ayes": "8", "nays": "1", "district_goals": "G1"}
DAY = "2026-03-02"


def staff(where: Where) -> None:
    """Give the offices."""
    for actor in OFFICES:
        by = SUPERINTENDENT.person
        acting.give_office(actor.person, actor.kind, by=by, reason="Appointed.", **where.args())


def add(where: Where, actor: Actor, kind: str, **values: Any) -> int:
    """Add a record as somebody."""
    return records.add_record(kind, values, actor=actor, **where.args())


def do(where: Where, actor: Actor, kind: str, record_id: str, *steps: str, because: str = "") -> str:
    """Move a record on, step by step. Returns its state at the end."""
    state = ""
    for action in steps:
        state = records.act(kind, record_id, action, actor=actor, because=because, on=date(2026, 3, 2), **where.args())
    return state


def seat(where: Where, members: int = 2) -> None:
    """Open the plan and seat the committee: a chair, and members."""
    add(where, SUPERINTENDENT, "plan_cycle", id="PC1", district="Larkmoor", title="Plan", start=DAY, end="2031-06-30")
    for n, person in enumerate([CHAIR.person, MEMBER.person, *(f"Person {n}" for n in range(3, members + 1))], 1):
        role = "chair" if n == 1 else "member"
        given = {"id": f"CM{n:02d}", "person": person, "role": role, "appointed_by": "Superintendent"}
        add(where, SUPERINTENDENT, "committee_member", **given)


def direct(where: Where) -> None:
    """Write a Direction that the committee agrees on and the superintendent recommends."""
    do(where, SUPERINTENDENT, "plan_cycle", "PC1", "seat_committee")
    given = {"mission": "Every child belongs.", "student_performance_statement": "All read by 2030."}
    add(where, CHAIR, "direction", id="D1", version="1.0", **given)
    add(where, MEMBER, "strategy", id="S1", number="1", text="Buses that come on time.")
    add(where, MEMBER, "strategy", id="S2", number="2", text="A book for every child.")
    add(where, SECRETARY, "body", id="B1", name="Committee", seats="2")
    add(where, SECRETARY, "meeting", id="MT1", body="B1", day=DAY)
    add(
        where,
        SECRETARY,
        "decision",
        id="DE1",
        meeting="MT1",
        object="D1",
        proposal="It goes out.",
        rule="can_live_with_it",
    )
    for n, actor in enumerate((CHAIR, MEMBER), 1):
        add(where, SECRETARY, "attendance", id=f"AT{n}", meeting="MT1", member=f"CM{n:02d}", presence="in_room")
        add(where, actor, "stand", id=f"SD{n}", decision="DE1", member=f"CM{n:02d}", position="consent")
    assert records.conclude_decision("DE1", actor=SECRETARY, **where.args())[0] == "agreed"
    do(where, SECRETARY, "direction", "D1", "reach_consensus", "open_community_review")
    do(where, SUPERINTENDENT, "direction", "D1", "submit_to_board")


def vote(where: Where, act_id: str, act: str, about: str) -> str:
    """Have the Board vote on an act, 8 to 1."""
    add(where, CLERK, "board_action", id=act_id, object=about, act=act, meeting_date=DAY, **VOTE)
    return do(where, CLERK, "board_action", act_id, "move_to_discussion", "move_to_action", "adopt")


def recruit(where: Where, **team: str) -> None:
    """Have the Board approve the Direction, and recruit a team for the first strategy."""
    add(where, CLERK, "district_goal", id="G1", text="Attendance above 95 %.")
    vote(where, "BA1", "approve", "D1")
    add(where, SUPERINTENDENT, "team", id="TM1", strategy="S1", **team)
    add(where, SUPERINTENDENT, "team_member", id="M1", team="TM1", person=WRITER.person, role="chair")


def adopt(where: Where) -> None:
    """Have the teams authorized, a plan written and reviewed, and everything adopted, accepted and authorized."""
    recruit(where, co_chairs=WRITER.person)
    given = {"specific_result": "Nine of ten buses on time.", "responsible": "Bram Ostler"}
    add(where, SUPERINTENDENT, "action_plan", id="AP1", strategy="S1", **given)
    do(where, WRITER, "action_plan", "AP1", "begin_draft")
    add(where, WRITER, "action_step", id="AS1", plan="AP1", text="Count late buses.", status="not_started")
    do(where, WRITER, "action_plan", "AP1", "reach_consensus", "submit")
    do(where, CHAIR, "action_plan", "AP1", "begin_review")
    add(where, CHAIR, "coherence_review", id="CR1", plan="AP1", date=DAY, outcome="accepted")
    do(where, CHAIR, "action_plan", "AP1", "accept")
    do(where, SUPERINTENDENT, "action_plan", "AP1", "submit_to_board")
    vote(where, "BA2", "adopt", "PC1")
    vote(where, "BA3", "accept", "PC1")
    vote(where, "BA4", "authorize", "PC1")


def schedule(where: Where) -> None:
    """Put the plan on the schedule, and begin."""
    do(where, LEADERSHIP, "action_plan", "AP1", "schedule", "start")
    given = {"plan": "AP1", "school_year": "2026-27", "owner": "Bram Ostler", "start": DAY, "due": "2027-06-30"}
    add(where, LEADERSHIP, "implementation_item", id="I1", **given)
