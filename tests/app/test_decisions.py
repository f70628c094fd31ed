"""The page of decisions: the committee's record, its private first ranking, and the acts of the Board."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.parts.words import plain
from synthesis import actions
from synthesis.procedure import ActorKind

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("default")]
CHAIR = "Ottoline Varga-Prewitt"


@pytest.fixture
def own_district(district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the sample district that a test may write to, shown by the app."""
    copied = tmp_path / "district"
    shutil.copytree(district, copied)
    monkeypatch.setenv("SYNTHESIS_DATA_DIR", str(copied))
    return copied


def decisions() -> AppTest:
    """Open the page anew."""
    st.cache_resource.clear()
    st.cache_data.clear()
    return AppTest.from_string("from app.views import decisions\ndecisions.show()\n", default_timeout=60).run()


def written(part: Any) -> str:
    """Return every word of a part of the page, without the marks that escape it."""
    kinds = ("markdown", "caption", "info", "warning", "subheader", "text", "code")
    return "\n".join(str(e.value) for kind in kinds for e in part.get(kind)).replace("\\", "")


def as_member(data_dir: Path, person: str, kind: ActorKind) -> Any:
    return next(a for a in actions.actors(person, data_dir=data_dir) if a.kind is kind)


def test_every_decision_stands_with_its_count_and_every_reason_of_those_who_did_not_consent(page, district):
    shown = page("decisions")
    assert not shown.exception
    said = written(shown.tabs[0])
    record = actions.committee_record(data_dir=district)
    found = [(meeting, decision) for meeting in record["meetings"] for decision in meeting["decisions"]]
    assert len(found) == 18
    for meeting, decision in found:
        assert said.count(f"**{decision['proposal']}**") == 1
        assert f"{len(decision['positions']['consent'])} of {meeting['present']} present consent" in said
        assert f"Rule: {decision['rule_says']} · {decision['id']}" in said
        for position, verb in (("stand_aside", "stands aside"), ("block", "blocks")):
            for member in decision["positions"][position]:
                assert f"- {member['member']} {verb}: {member['reason']}" in said
    assert record["look_at"] == {}
    assert "27 seats, 14 present are a quorum" in said


def test_decisions_with_dissent_are_shown_alone(page, district):
    shown = page("decisions")
    shown.segmented_control(key="decisions_shown").select("Where somebody stood aside or blocked").run()
    assert not shown.exception
    said = written(shown.tabs[0])
    for meeting in actions.committee_record(data_dir=district)["meetings"]:
        for decision in meeting["decisions"]:
            dissent = decision["positions"]["stand_aside"] or decision["positions"]["block"]
            assert (f"**{decision['proposal']}**" in said) == bool(dissent)


def test_attendance_counts_the_meetings_of_each_members_term(page, district):
    [table] = [t.value for t in page("decisions").tabs[0].table]
    rows = actions.committee_record(data_dir=district)["attendance"]
    assert list(table.index) == [plain(row["person"]) for row in rows]
    by_member = table.set_axis([row["member"] for row in rows])
    assert by_member.loc["CM09", "Meetings in the term"] == 8  # moved away before the ninth
    counted = by_member.drop(columns="Meetings in the term").astype(int).sum(axis=1)
    assert counted.tolist() == by_member["Meetings in the term"].astype(int).tolist()


def test_a_ballot_is_not_seen_before_it_is_revealed_and_no_members_ranking_ever(own_district):
    run = actions.read_run(own_district)
    chair = as_member(own_district, CHAIR, ActorKind.COMMITTEE_CHAIR)
    names = [theme.name for theme in run.themes]
    members = [m.person for m in actions.plan_records(data_dir=own_district).of("committee_member")]
    assert "No ballot has been opened yet" in written(decisions().tabs[1])
    actions.open_ballot("first", actor=chair, data_dir=own_district)
    themes = [str(theme.theme_id) for theme in run.themes]
    for place, person in enumerate(members[:5]):
        voter = as_member(own_district, person, ActorKind.COMMITTEE_MEMBER)
        actions.cast_ranking("first", themes[place:] + themes[:place], actor=voter, data_dir=own_district)
    for state in ("Open since", "Sealed on"):
        tab = decisions().tabs[1]
        said = written(tab)
        assert state in said
        assert "5 of 26 members have ranked." in said
        assert not tab.table
        assert not tab.get("vega_lite_chart")
        assert not [name for name in names if name in said]
        if state == "Open since":
            actions.seal_ballot("first", actor=chair, data_dir=own_district)
    actions.reveal_ballot("first", actor=chair, data_dir=own_district)
    page = decisions()
    assert not page.exception
    tab = page.tabs[1]
    assert len(tab.get("vega_lite_chart")) == 1
    numbers, tallied = (table.value for table in tab.table)
    shown = actions.ballot_result("first", data_dir=own_district)
    assert numbers["Place in the data's order"].astype(int).tolist() == [row["data_rank"] for row in shown["map"]]
    assert len(tallied) == len(themes)
    everything = written(tab) + numbers.to_csv() + tallied.to_csv()
    assert not [person for person in members if person in everything]


def test_themes_that_are_tied_share_their_places(own_district):
    run = actions.read_run(own_district)
    chair = as_member(own_district, CHAIR, ActorKind.COMMITTEE_CHAIR)
    first = [str(theme.theme_id) for theme in run.themes][:3]
    actions.open_ballot("ring", actor=chair, themes=first, data_dir=own_district)
    members = [m.person for m in actions.plan_records(data_dir=own_district).of("committee_member")]
    for place in range(3):
        voter = as_member(own_district, members[place], ActorKind.COMMITTEE_MEMBER)
        actions.cast_ranking("ring", first[place:] + first[:place], actor=voter, data_dir=own_district)
    actions.seal_ballot("ring", actor=chair, data_dir=own_district)
    actions.reveal_ballot("ring", actor=chair, data_dir=own_district)
    tab = decisions().tabs[1]
    tallied = tab.table[1].value
    assert {cell.replace("\N{WORD JOINER}", "") for cell in tallied["One against one"]} == {"1–3 (1)"}
    assert {cell.replace("\N{WORD JOINER}", "") for cell in tallied["Points (Borda)"]} == {"1–3 (3)"}
    assert "No theme beats every other" in written(tab)


def test_the_boards_acts_stand_with_their_meaning_vote_goals_and_what_they_cover(page, district):
    tab = page("decisions").tabs[2]
    said = written(tab)
    record = actions.board_record(data_dir=district)
    assert [meaning["act"] for meaning in record["meanings"]] == ["approve", "adopt", "accept", "authorize"]
    for meaning in record["meanings"]:
        assert meaning["says"] in said
        assert meaning["carried"]
    for act in record["acts"]:
        assert f"**{act['motion']}**" in said
        assert f"{act['ayes']} ayes, {act['nays']} nay" in said
        assert f"Resolution {act['resolution_no']}." in said
    assert [act["id"] for act in record["before_the_board"]] == ["BA6"]
    assert "To accept action plan 5.5, a late bus on two afternoons" in said
    assert "adopted → **implementation** → completed" in said
    labels = [expander.label.replace("\\", "") for expander in tab.expander]
    assert "Stands by this act today: 19 action plans" in labels
    plans = {p.id: p.status for p in actions.plan_records(data_dir=district).of("action_plan")}
    [accepted] = [act for act in record["acts"] if act["id"] == "BA3"]
    assert {c["id"] for c in accepted["covers"]} == set(plans) - {"AP17", "AP22", "AP03"}


def test_without_a_plan_the_page_says_what_to_do(own_district):
    for file in own_district.glob("synthesis.db*"):
        file.unlink()
    shown = decisions()
    assert not shown.exception
    for tab, words in zip(
        shown.tabs, ("No decision of the committee", "No ballot has been", "No act of the Board"), strict=True
    ):
        assert words in written(tab)
        assert "synthesis " in tab.code[0].value


def test_words_of_the_record_are_never_markup(own_district):
    loud = "**Bold** [here](http://x) :red[x] <b>y</b>"
    plan = actions.plan_records(data_dir=own_district).by_id("board_action")
    assert plan
    actions.give_office(
        "Wenna Tull", ActorKind.SUPERINTENDENT, by="Wenna Tull", reason="A test.", data_dir=own_district
    )
    actions.give_office("Wenna Tull", ActorKind.BOARD_CLERK, by="Wenna Tull", reason="A test.", data_dir=own_district)
    clerk = as_member(own_district, "Wenna Tull", ActorKind.BOARD_CLERK)
    actions.add_record(
        "board_action",
        {"id": "BA99", "object": "AP22", "act": "accept", "motion": loud, "meeting_date": "2026-12-15"},
        actor=clerk,
        data_dir=own_district,
    )
    tab = decisions().tabs[2]
    assert [m.value for m in tab.markdown if plain(loud) in m.value]
    assert not [m.value for m in tab.markdown if loud in m.value]
