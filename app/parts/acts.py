"""The acts of the Board: where the plan stands by them, what each kind of act means, what comes next, and every vote."""

from __future__ import annotations

from collections import Counter
from typing import Any

import streamlit as st

from app.parts.words import counted, day, plain

_OUTCOMES = {
    "adopted": ("carried", "green"),
    "adopted_as_amended": ("carried as amended", "green"),
    "tabled": ("put off", "orange"),
    "failed": ("failed", "red"),
}
"""An act of any kind is said to be carried: “adopted” would be taken for the act of that name."""
_STEPS = {"approve": "step 4", "adopt": "step 9", "accept": "step 9", "authorize": "step 9"}


def acts(record: dict[str, Any]) -> None:
    """Show the Board's record."""
    if record["cycle"] is None and not record["acts"] and not record["before_the_board"]:
        st.write("No act of the Board is recorded yet. They come with the plan workbook, or one by one:")
        st.code(
            "synthesis plan import WORKBOOK.xlsx\nsynthesis plan add board_action FIELD=VALUE… --as NAME",
            language="shell",
        )
        return
    if record["cycle"] is not None:
        _stands(record["cycle"])
    st.subheader("What an act means")
    st.caption("Each is voted and recorded by itself: none of them includes another.")
    for meaning in record["meanings"]:
        _meaning(meaning)
    st.subheader("Before the Board")
    for act in record["before_the_board"]:
        with st.container(border=True):
            st.markdown(f"**{plain(act['motion'])}**")
            st.caption(plain(f"{_when(act)} · for {act['agenda_kind']} · act: {act['act']} · {_about(act)}"))
    if not record["before_the_board"]:
        st.write("Nothing is on an agenda.")
    st.subheader("Every vote, the last first")
    goals = {goal["id"]: goal["text"] for act in reversed(record["acts"]) for goal in act["goals"]}
    if goals:
        with st.expander("The District Goals in words"):
            for goal, text in sorted(goals.items()):
                st.markdown(f"- {plain(goal)}: {plain(text)}")
    for act in record["acts"]:
        _act(act)
    if not record["acts"]:
        st.write("The Board has not voted on the plan yet.")


def _stands(cycle: dict[str, Any]) -> None:
    """Show the way of the plan, where it stands on it, and what may follow."""
    st.subheader(plain(cycle["title"]))
    way = cycle["states"]
    place = way.index(cycle["state"]) if cycle["state"] in way else len(way)
    names = [state.replace("_", " ") for state in way]
    before = "".join(f"{name} → " for name in names[:place])
    after = "".join(f" → {name}" for name in names[place + 1 :])
    now = cycle["state"].replace("_", " ")
    st.markdown(f"Where it stands: {plain(before)} **{plain(now)}** {plain(after)}")
    for step in cycle["next"]:
        st.caption(plain(f"What may follow: {step['says']} Recorded by: {step['by']}."))


def _meaning(meaning: dict[str, Any]) -> None:
    """Show what one kind of act means, and when it last carried."""
    with st.container(border=True):
        carried = meaning["carried"]
        state, colour = "not yet", "gray"
        if carried:
            first, since = carried[-1], len(carried) - 1
            state = f"carried {_when(first)}, {first['ayes']} to {first['nays']}" + (
                f"; {since} more since" if since else ""
            )
            colour = "green"
        name = f"{meaning['act'].capitalize()} ({_STEPS[meaning['act']]})"
        st.markdown(f"**{plain(name)}** :{plain(colour)}-badge[{plain(state)}]")
        st.markdown(plain(meaning["says"]))


def _act(act: dict[str, Any]) -> None:
    """Show one vote: the motion, how it was voted, on which conditions, which goals it serves, and what stands by it."""
    with st.container(border=True):
        outcome, colour = _OUTCOMES.get(act["outcome"], (act["outcome"], "gray"))
        st.markdown(f"**{plain(act['motion'])}** :{plain(colour)}-badge[{plain(outcome)}]")
        st.markdown(plain(f"{_when(act)}: {_vote(act)}."))
        if act["conditions"]:
            st.markdown(f"**Conditions:** {plain(act['conditions'])}")
        named = f" Resolution {act['resolution_no']}." if act["resolution_no"] else ""
        moved = f" Moved by {act['mover']}, seconded by {act['seconder'] or 'nobody named'}." if act["mover"] else ""
        st.caption(plain(f"Act: {act['act']}. {_about(act)}.{named}{moved}"))
        earlier = "; ".join(f"for {row['agenda_kind']} {_when(row)}" for row in act["agendas"])
        if earlier:
            st.caption(plain(f"Before it on the agenda {earlier}."))
        goals = ", ".join(goal["id"] for goal in act["goals"])
        st.caption(plain(f"Aligned with District Goals: {goals or 'none is named'}."))
        if act["covers"]:
            _covers(act["covers"])
        for problem in act["look_at"]:
            st.warning(plain(f"{act['id']} {problem}."))


def _covers(elements: list[dict[str, str]]) -> None:
    """Show what stands by an act today."""
    kinds = Counter(element["kind"].replace("_", " ") for element in elements)
    told = ", ".join(counted(number, kind) for kind, number in kinds.items())
    with st.expander(f"Stands by this act today: {plain(told)}"):
        for element in elements:
            state = element["status"].replace("_", " ")
            st.markdown(f"- **{plain(element['label'])}** ({plain(state)}): {plain(element['text'])}")


def _vote(act: dict[str, Any]) -> str:
    """Return a vote in words."""
    told = [counted(act["ayes"], "aye"), counted(act["nays"], "nay")]
    told += [counted(act["abstentions"], "abstention")] if act["abstentions"] else []
    told += [f"{act[name]} {name}" for name in ("recused", "absent") if act[name]]
    return ", ".join(told)


def called(about: dict[str, str]) -> str:
    """Return what a record of the plan is called in a sentence."""
    whole = {
        "plan_cycle": "the plan as a whole",
        "direction": "the Strategic Direction",
        "body": "the committee itself",
        "refusal": "what the district will not do",
    }
    return whole.get(about["kind"], f"{about['label'][:1].lower()}{about['label'][1:]}")


def _about(act: dict[str, Any]) -> str:
    """Return what an act is about."""
    if act["about"] is None:
        return "About a record that is not in the plan"
    version = f", version {act['version']}" if act["version"] else ""
    return f"About {called(act['about'])}{version}"


def _when(act: dict[str, Any]) -> str:
    """Return the day of a meeting."""
    return day(act["meeting_date"]) or "no day set"
