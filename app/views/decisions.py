"""Decisions: what the committee agreed on and how, its private first ranking once it is revealed, and the acts of the Board."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app import data
from app.parts.acts import acts, called
from app.parts.rankings import disagreement_map, tallies
from app.parts.words import counted, day, plain

_RESULTS = {"agreed": "green", "not_agreed": "orange", "open": "gray", "no_quorum": "orange"}
_ALL, _DISSENT = "All", "Where somebody stood aside or blocked"
_PRESENCES = {"in_room": "in the room", "remote": "remote", "excused": "excused", "absent": "absent"}


def show() -> None:
    """Show the committee's decisions, its first ranking, and the Board's acts."""
    run = data.run()
    st.title("Decisions")
    committee, ranking, board = st.tabs(["The committee", "First ranking", "The Board"])
    with committee:
        _committee(data.committee_record(run.manifest.run_id))
    with ranking:
        _ballots()
    with board:
        acts(data.board_record(run.manifest.run_id))


def _committee(record: dict[str, Any]) -> None:
    """Show what the committee decided, meeting by meeting, the last first."""
    decisions = [decision for meeting in record["meetings"] for decision in meeting["decisions"]]
    if not decisions:
        st.write(
            "No decision of the committee is recorded yet. Meetings and decisions come with the plan workbook, or one by one:"
        )
        st.code(
            "synthesis plan import WORKBOOK.xlsx\nsynthesis plan add decision FIELD=VALUE… --as NAME", language="shell"
        )
        return
    for body in record["bodies"]:
        st.markdown(f"**{plain(body['name'])}**: {body['seats']:,} seats, {body['quorum']:,} present are a quorum.")
        st.caption(
            plain(f"Appointed by: {body['appointed_by'] or 'not said'}. Charge: {body['charge'] or 'not said'}.")
        )
    agreed = sum(decision["result"] == "agreed" for decision in decisions)
    dissent = sum(_dissent(decision) for decision in decisions)
    st.write(
        f"{plain(counted(len(decisions), 'decision'))} in {plain(counted(len(record['meetings']), 'meeting'))}: {agreed:,} agreed. "
        f"In {dissent:,} somebody stood aside or blocked, with the reason."
    )
    shown = st.segmented_control("Show", [_ALL, _DISSENT], default=_ALL, key="decisions_shown")
    for meeting in record["meetings"]:
        chosen = [decision for decision in meeting["decisions"] if shown != _DISSENT or _dissent(decision)]
        if chosen or (shown != _DISSENT and not meeting["decisions"]):
            _meeting(meeting, chosen, record["look_at"])
    with st.expander("Attendance by member"):
        _attendance(record["attendance"])


def _dissent(decision: dict[str, Any]) -> bool:
    """Tell whether somebody stood aside or blocked."""
    return bool(decision["positions"]["stand_aside"] or decision["positions"]["block"])


def _meeting(meeting: dict[str, Any], decisions: list[dict[str, Any]], look_at: dict[str, list[str]]) -> None:
    """Show a meeting: who was there, and these of its decisions."""
    st.subheader(plain(f"{day(meeting['day'])} · {meeting['title']}"))
    there = meeting["attendance"]
    remote = f", {len(there['remote'])} of them remote" if there["remote"] else ""
    away = "".join(
        f" {_PRESENCES[how].capitalize()}: {', '.join(there[how])}." for how in ("excused", "absent") if there[how]
    )
    st.caption(
        plain(
            f"{meeting['present']} of {meeting['seats']} seats present{remote}; {meeting['quorum']} are a quorum.{away} "
            f"Announced {day(meeting['noticed_on']) or 'on no recorded day'}. {meeting['minutes'] or 'No minutes are named'}."
        )
    )
    for problem in look_at.get(meeting["id"], []):
        st.warning(plain(f"This meeting {problem}."))
    for decision in decisions:
        _decision(decision, meeting["present"])
        for problem in look_at.get(decision["id"], []):
            st.warning(plain(f"Decision {decision['id']} {problem}."))


def _decision(decision: dict[str, Any], present: int) -> None:
    """Show a decision: proposal, result, how many stood where by which rule, and every reason of those who did not consent."""
    stood = decision["positions"]
    asides, blocks = len(stood["stand_aside"]), len(stood["block"])
    silent = present - len(stood["consent"]) - asides - blocks
    with st.container(border=True):
        result = decision["result"].replace("_", " ")
        st.markdown(
            f"**{plain(decision['proposal'])}** :{plain(_RESULTS.get(decision['result'], 'gray'))}-badge[{plain(result)}]"
        )
        told = [f"{len(stood['consent'])} of {present} present consent"]
        told += [f"{asides} {'stands' if asides == 1 else 'stand'} aside"] if asides else []
        told += [f"{blocks} {'blocks' if blocks == 1 else 'block'}"] if blocks else []
        told += [f"{silent} took no position"] if silent > 0 else []
        st.markdown(plain(", ".join(told) + "."))
        for member in stood["block"]:
            st.markdown(f"- {plain(member['member'])} blocks: {plain(member.get('reason', 'no reason is recorded'))}")
        for member in stood["stand_aside"]:
            st.markdown(
                f"- {plain(member['member'])} stands aside: {plain(member.get('reason', 'no reason is recorded'))}"
            )
        if decision["why"]:
            st.markdown(f"Why: {plain(decision['why'])}")
        about = f"On {called(decision['about'])} · " if decision["object"] else ""
        st.caption(plain(f"{about}Rule: {decision['rule_says']} · {decision['id']}"))


def _attendance(rows: list[dict[str, Any]]) -> None:
    """Show for each member the meetings that fell into the term, and how the member took part."""
    table = pd.DataFrame(
        {
            "Member": [plain(row["person"]) for row in rows],
            "Meetings in the term": [row["held"] for row in rows],
            **{name.capitalize(): [row[how] for row in rows] for how, name in _PRESENCES.items()},
            "Not recorded": [row["unrecorded"] for row in rows],
        }
    )
    st.table(table.set_index("Member"))


def _ballots() -> None:
    """Show every ballot as far as it may be seen. Ballots are read anew each time: no cache holds one."""
    found = data.ballots()
    st.write(
        "Before anybody sees the data's order, each member ranks the themes alone. Rankings stay private for good: what is shown here, "
        "once chair or secretary reveal it, is where members differ, never who ranked how."
    )
    if not found:
        st.write("No ballot has been opened yet. Chair or secretary open it:")
        st.code("synthesis ballot open NAME-OF-THE-BALLOT --as NAME", language="shell")
        return
    for ballot in found:
        _ballot(ballot)


def _ballot(ballot: dict[str, Any]) -> None:
    """Show one ballot."""
    st.subheader(plain(ballot["ballot"]))
    cast = f"{ballot['cast']:,} of {ballot['seats']:,} members have ranked."
    if ballot["state"] == "open":
        st.info(
            f"Open since {plain(day(ballot['opened']))}. {plain(cast)} Who has not ranked yet does so before opening the page “Themes”, which shows the data's order.",
            icon=":material/how_to_vote:",
        )
        return
    if ballot["state"] == "sealed":
        st.info(
            f"Sealed on {plain(day(ballot['sealed']))}. {plain(cast)} Nothing is shown before chair or secretary reveal it.",
            icon=":material/lock:",
        )
        return
    days = f"Opened {day(ballot['opened'])}, sealed {day(ballot['sealed'])}, revealed {day(ballot['revealed'])}."
    st.caption(plain(f"{days} {cast}"))
    if "map" not in ballot:
        st.info("So few have ranked that a map would show single rankings. None is drawn.", icon=":material/lock:")
        return
    st.markdown(
        f"**How alike members ranked: {ballot['concordance']:,.2f}** on a scale from 0, nothing in common, to 1, all the same (Kendall's W)."
    )
    for sentence in ballot["says"]:
        st.markdown(f"- {plain(sentence)}")
    st.markdown("**Where members differ**")
    disagreement_map(ballot)
    st.markdown("**The members' own order, counted in three ways**")
    tallies(ballot)
