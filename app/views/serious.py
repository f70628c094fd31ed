"""Small but serious: what few people raised and nobody may overlook; ranked by nothing."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import streamlit as st

from app import data
from app.parts.words import counted, plain
from synthesis import actions
from synthesis.errors import SynthesisError


def show() -> None:
    """Show the register by rule and matter, and to a steward the form for nominations."""
    data.run()
    settings = data.settings()
    report = actions.serious_matters(settings.data_dir, settings.database_url)
    st.title("Small but serious")
    st.write(
        "What few people raised and nobody may overlook. Found by written rules in what people said, and by nomination. "
        "The order says nothing of importance, and no rule is complete: read the themes, too."
    )
    if not report["matters"]:
        st.write("Nothing was found by the rules, and nobody nominated a comment.")
    for title, entries in groupby(report["matters"], key=lambda entry: entry["title"]):
        st.subheader(plain(title))
        for entry in entries:
            _matter(entry, report["minimum_cell"])
    if settings.steward:
        _nominate(settings.data_dir, settings.database_url)


def _matter(entry: dict[str, Any], minimum: int) -> None:
    """Show one matter: who many raised it, and their words."""
    comments = entry["comments"]
    people = f"fewer than {minimum} people" if entry["people"] is None else f"{entry['people']:,} people"
    if entry["rule"] == "nominated":
        people = counted(len(comments), "comment")
    many = "" if entry["small"] else " · many: see its theme"
    with st.expander(plain(f"{entry['matter'] or 'By people'} — {people}{many}")):
        waiting = sum(not comment["text"] for comment in comments)
        for comment in comments:
            if comment["text"]:
                st.text(f"“{comment['text']}”")
                st.caption(plain(_source(comment)))
        if waiting:
            st.caption(f"{counted(waiting, 'more comment')} whose words wait for a person's release.")


def _source(comment: dict[str, str]) -> str:
    """Return where a comment stands, and who nominated it and why."""
    said = f"In the theme {comment['theme']} · {comment['idea_id']}"
    return f"{said} · nominated by {comment['by']}: {comment['reason']}" if "by" in comment else said


def _nominate(data_dir: Any, database_url: str | None) -> None:
    """Let a steward enter an idea, or take it out again."""
    st.subheader("Nominate a comment")
    with st.form("nominate_form", border=True):
        idea = st.text_input(
            "Id of the idea", key="nominate_idea", help="It stands below each comment and in the search."
        )
        by = st.text_input("Your name", key="nominate_by", help="It is kept with the nomination.")
        why = st.text_input("Why", key="nominate_why")
        with st.container(horizontal=True):
            enter = st.form_submit_button("Enter in the register", key="nominate_enter")
            take_back = st.form_submit_button("Take a nomination back", key="nominate_withdraw")
    if enter or take_back:
        act = actions.nominate if enter else actions.withdraw_nomination
        try:
            act(idea.strip(), by=by, reason=why, data_dir=data_dir, database_url=database_url)
        except SynthesisError as error:
            st.error(plain(str(error)))
        else:
            st.rerun()
