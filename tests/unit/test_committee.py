"""The committee: seats and terms, decisions with their reasons, meetings as open-meetings law wants them kept."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.committee import (
    CAN_LIVE_WITH_IT,
    EVERYONE_AGREES,
    RULES,
    TWO_THIRDS,
    Attendance,
    Body,
    DecisionRule,
    Meeting,
    Position,
    Presence,
    Quorum,
    Result,
    Stand,
    Term,
    attendance_table,
    decide,
    meeting_findings,
    present_at,
    seat_findings,
    seated,
    vacant,
)
from synthesis.errors import NotAllowed, RuleError
from synthesis.plan import proceedings
from synthesis.plan.records import CommitteeMember

MARCH, APRIL, MAY = date(2026, 3, 2), date(2026, 4, 24), date(2026, 5, 12)
ROLES = {0: "chair", 1: "co_chair", 2: "recorder"}


def committee(size: int = 27) -> tuple[CommitteeMember, ...]:
    return tuple(
        CommitteeMember(f"M{n:02d}", f"Person {n}", ROLES.get(n, "member"), "family", "", "Superintendent", MARCH)
        for n in range(size)
    )


def problems(found: list[object]) -> list[str]:
    assert all(not finding.error for finding in found)  # type: ignore[attr-defined]
    return [f"{finding.record_id}: {finding.problem}" for finding in found]  # type: ignore[attr-defined]


def test_twenty_seven_filled_seats_with_chair_and_recorder_have_no_finding():
    assert seat_findings(committee()) == []


@pytest.mark.parametrize("size", [26, 28])
def test_another_number_is_a_warning_and_the_number_a_setting(size: int):
    assert problems(seat_findings(committee(size))) == [f": {size} seats are filled; the committee has 27"]
    assert seat_findings(committee(size), seats=size) == []


def test_terms_decide_who_holds_a_seat_and_a_seat_may_be_vacant():
    members = committee()
    terms = (Term("M05", MARCH, APRIL, "moved away"), Term("M06", MAY))
    assert len(seated(members, terms, MARCH)) == 26
    assert len(seated(members, terms, APRIL)) == 26
    assert [m.id for m in members if m not in seated(members, terms, MAY)] == ["M05"]
    assert vacant(members, terms, MAY) == 1
    assert vacant(members, terms, date(2026, 1, 1)) == 27
    assert problems(seat_findings(members, terms, on=MAY)) == [": 26 seats are filled; the committee has 27"]
    replaced = (*members, CommitteeMember("M99", "Somebody new", "member", "family", "", "Superintendent", MAY))
    assert seat_findings(replaced, terms, on=MAY) == []
    assert vacant(replaced, terms, MAY) == 0


def test_seats_and_terms_that_cannot_be_are_named():
    members = [*committee(26), CommitteeMember("M26", "Person 3", "chair", "family", "", "Superintendent", MARCH)]
    terms = [Term("M00", MAY, MARCH), Term("M01", MARCH, MAY), Term("M01", APRIL), Term("M77", MARCH)]
    assert problems(seat_findings(members, terms)) == [
        "M03: Person 3 holds more than one seat",
        ": 2 members are chair; there is one",
        "M00: a term ends on 2026-03-02, before it starts",
        "M01: two terms hold on 2026-04-24",
        "M77: a term is kept for somebody who is no member",
    ]
    nobody = [CommitteeMember("M1", "Person", "member", "family", "", "Superintendent", MARCH)]
    assert problems(seat_findings(nobody, seats=1)) == [": nobody is chair or co-chair", ": nobody is recorder"]


@pytest.mark.parametrize(
    ("seats", "filled", "quorum", "needed"),
    [
        (27, 27, Quorum(), 14),
        (27, 20, Quorum(), 14),
        (27, 20, Quorum(of_filled=True), 11),
        (9, 9, Quorum(), 5),
        (10, 10, Quorum(), 6),
        (27, 27, Quorum(Fraction(2, 3)), 19),
    ],
)
def test_a_quorum_is_more_than_its_share_of_the_seats(seats: int, filled: int, quorum: Quorum, needed: int):
    assert quorum.needed(seats, filled) == needed


IN_ROOM = [f"M{n:02d}" for n in range(20)]


def stands(blocks: int = 0, asides: int = 0, of: int = 20) -> list[Stand]:
    kinds = [Position.BLOCK] * blocks + [Position.STAND_ASIDE] * asides
    kinds += [Position.CONSENT] * (of - len(kinds))
    return [
        Stand(member, kind, "" if kind is Position.CONSENT else "It costs too much.")
        for member, kind in zip(IN_ROOM, kinds, strict=False)
    ]


@pytest.mark.parametrize(
    ("rule", "blocks", "asides", "result"),
    [
        (EVERYONE_AGREES, 0, 0, Result.AGREED),
        (EVERYONE_AGREES, 0, 1, Result.NOT_AGREED),
        (EVERYONE_AGREES, 1, 0, Result.NOT_AGREED),
        (CAN_LIVE_WITH_IT, 0, 1, Result.AGREED),
        (CAN_LIVE_WITH_IT, 0, 19, Result.AGREED),
        (CAN_LIVE_WITH_IT, 1, 0, Result.NOT_AGREED),
        (DecisionRule("at most two stand aside", stand_asides=2), 0, 2, Result.AGREED),
        (DecisionRule("at most two stand aside", stand_asides=2), 0, 3, Result.NOT_AGREED),
        (DecisionRule("all but one", blocks=1), 1, 0, Result.AGREED),
        (DecisionRule("all but one", blocks=1), 2, 0, Result.NOT_AGREED),
        (TWO_THIRDS, 6, 0, Result.AGREED),
        (TWO_THIRDS, 3, 3, Result.AGREED),
        (TWO_THIRDS, 7, 0, Result.NOT_AGREED),
        (TWO_THIRDS, 0, 7, Result.NOT_AGREED),
    ],
)
def test_each_rule_decides_as_it_says(rule: DecisionRule, blocks: int, asides: int, result: Result):
    outcome = decide(stands(blocks, asides), present=IN_ROOM, seats=27, rule=rule)
    assert (outcome.result, outcome.agreed) == (result, result is Result.AGREED)
    assert (outcome.present, outcome.seats, outcome.quorum) == (20, 27, 14)
    assert (outcome.consents, outcome.stand_asides, outcome.blocks) == (20 - blocks - asides, asides, blocks)
    assert len(outcome.reasons) == blocks + asides
    assert rule.name in outcome.why


def test_silence_is_no_consent():
    outcome = decide(stands()[:18], present=IN_ROOM, seats=27)
    assert (outcome.result, outcome.silent) == (Result.OPEN, ("M18", "M19"))
    assert outcome.why == "2 of 20 present have taken no position; silence is no consent."


def test_the_workbook_offers_the_words_of_the_rules():
    assert tuple(Presence) == proceedings.PRESENCES
    assert tuple(Position) == proceedings.POSITIONS
    assert tuple(Result) == proceedings.RESULTS
    assert tuple(RULES) == proceedings.DECISION_RULES


def test_without_a_quorum_nothing_is_decided():
    outcome = decide(stands(of=13), present=IN_ROOM[:13], seats=27)
    assert outcome.result is Result.NO_QUORUM
    assert outcome.why == "13 were present; 14 are a quorum."
    assert decide(stands(of=13), present=IN_ROOM[:13], seats=27, filled=20, quorum=Quorum(of_filled=True)).agreed


def test_who_stands_aside_or_blocks_says_why():
    for position in (Position.STAND_ASIDE, Position.BLOCK):
        with pytest.raises(RuleError, match="no reason"):
            decide([Stand("M00", position, "  ")], present=IN_ROOM, seats=27)
    assert decide([Stand("M00", Position.CONSENT)], present=["M00"], seats=1).agreed


def test_a_member_has_one_position_and_must_be_there():
    with pytest.raises(RuleError, match="2 positions"):
        decide([Stand("M00", Position.CONSENT)] * 2, present=IN_ROOM, seats=27)
    with pytest.raises(NotAllowed, match="not in the room"):
        decide([Stand("M26", Position.CONSENT)], present=IN_ROOM, seats=27)


POSITIONS = st.lists(st.sampled_from(list(Position)), min_size=14, max_size=27)
SOME_RULE = st.sampled_from([EVERYONE_AGREES, CAN_LIVE_WITH_IT, TWO_THIRDS, DecisionRule("two blocks", blocks=2)])


@given(positions=POSITIONS, rule=SOME_RULE, data=st.data())
def test_the_order_of_members_changes_nothing_and_more_consent_never_loses(
    positions: list[Position], rule: DecisionRule, data: st.DataObject
):
    members = [f"M{n:02d}" for n in range(len(positions))]
    taken = [Stand(m, p, "because") for m, p in zip(members, positions, strict=True)]
    outcome = decide(taken, present=members, seats=27, rule=rule)
    assert decide(data.draw(st.permutations(taken)), present=members[::-1], seats=27, rule=rule) == outcome
    won_over = data.draw(st.integers(0, len(taken) - 1))
    better = [*taken[:won_over], Stand(members[won_over], Position.CONSENT), *taken[won_over + 1 :]]
    assert decide(better, present=members, seats=27, rule=rule).agreed >= outcome.agreed


def met(day: date, identity: str = "MT1", **given: object) -> Meeting:
    wanted = {"id": identity, "day": day, "noticed_on": MARCH, "minutes": "minutes/1.pdf", "decided": True}
    return Meeting(**(wanted | given))  # type: ignore[arg-type]


BODY = Body("Committee", "Superintendent", "To write the Direction", board_members=1, board_size=9)


def there(meeting: str, count: int, presence: Presence = Presence.IN_ROOM) -> list[Attendance]:
    return [Attendance(meeting, f"M{n:02d}", presence) for n in range(count)]


def test_a_meeting_as_it_should_be_has_no_finding():
    assert meeting_findings(BODY, committee(), [met(APRIL)], there("MT1", 20)) == []


def test_those_from_afar_count_and_the_excused_do_not():
    mixed = there("MT1", 10) + [Attendance("MT1", f"M{n}", Presence.REMOTE) for n in range(10, 15)]
    mixed += [Attendance("MT1", f"M{n}", Presence.EXCUSED) for n in range(15, 27)]
    assert len(present_at("MT1", mixed)) == 15
    assert meeting_findings(BODY, committee(), [met(APRIL)], mixed) == []


def test_what_open_meetings_law_asks_for_is_missed():
    bare = Body("Committee", "", "")
    late = met(APRIL, noticed_on=date(2026, 4, 23), minutes="")
    found = meeting_findings(
        bare, committee(26), [late, met(MAY, "MT2", noticed_on=None)], there("MT1", 13) + there("MT2", 27)
    )
    assert problems(found) == [
        "Committee: is not said to be appointed by anybody",
        "Committee: has no written charge",
        "Committee: does not say how many members the Board has",
        "MT1: was announced on 2026-04-23; 3 days before 2026-04-24 are asked for",
        "MT1: has no minutes",
        "MT1: decided with 13 members present; 14 are a quorum",
        "MT2: was announced on no day; 3 days before 2026-05-12 are asked for",
        "MT2: counts M26, who held no seat then",
    ]
    assert problems(meeting_findings(bare, committee(), [late], [], today=MARCH)) == problems(found)[:3]


def test_a_quorum_of_the_board_on_the_committee_makes_it_a_meeting_of_the_board():
    for members, wanted in ((4, 0), (5, 1)):
        body = Body("Committee", "Superintendent", "To write", board_members=members, board_size=9)
        found = meeting_findings(body, committee(), [], [])
        assert len(found) == wanted
    assert "5 of 9 members of the Board, a quorum" in found[0].problem


def test_attendance_is_counted_over_the_meetings_of_a_members_term():
    meetings = [met(APRIL, "MT1"), met(MAY, "MT2")]
    attendances = [
        Attendance("MT1", "M00", Presence.IN_ROOM), Attendance("MT2", "M00", Presence.REMOTE),
        Attendance("MT1", "M01", Presence.ABSENT), Attendance("MT1", "M02", Presence.EXCUSED),
    ]  # fmt: skip
    table = attendance_table(committee(3), meetings, attendances, [Term("M01", MARCH, APRIL)]).set_index("member")
    assert table.loc["M00", ["held", "in_room", "remote", "unrecorded"]].tolist() == [2, 1, 1, 0]
    assert table.loc["M01", ["held", "absent", "unrecorded"]].tolist() == [1, 1, 0]
    assert table.loc["M02", ["held", "excused", "unrecorded"]].tolist() == [2, 1, 1]
    whole = table[["in_room", "remote", "excused", "absent", "unrecorded"]].sum(axis=1)
    assert whole.equals(table["held"].rename(None))
    assert list(attendance_table([], meetings, []).columns)[:3] == ["member", "person", "held"]
