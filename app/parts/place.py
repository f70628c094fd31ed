"""Why an idea stands where it stands, in sentences, and for a steward: whether that is the wrong place."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import data
from app.parts.edits import carry_out, drawn, editor
from app.parts.words import plain
from synthesis import actions


def why_here(run: actions.PublishedRun, idea_id: str) -> None:
    """Show why an idea is in its theme, and to a steward the form by which it is moved or confirmed.

    Its own words are shown by the caller.
    """
    settings = data.settings()
    if settings.steward:
        place = run.assignments.set_index("idea_id").at[idea_id, "theme_id"]
        _wrong_place(run, idea_id, str(place))
    found = actions.why_here(run, idea_id, data_dir=settings.data_dir, database_url=settings.database_url)
    st.markdown(f"**In “{plain(found.theme)}”**")
    for sentence in found.sentences:
        st.markdown(f"- {plain(sentence)}")
    if found.pending:
        st.info(plain(found.pending), icon=":material/pending_actions:")
    _alike("Most alike in this theme", found.alike)
    _alike(f"Most alike in “{found.runner_up}”", found.alike_in_runner_up)


def _alike(heading: str, ideas: Sequence[actions.Alike]) -> None:
    if not ideas:
        return
    st.caption(plain(heading))
    for idea in ideas:
        st.text(f"“{idea.text}”")


def _wrong_place(run: actions.PublishedRun, idea_id: str, here: str) -> None:
    """Let a steward confirm an idea where it is, or move it. Both teach the next run."""
    names = {theme.theme_id: theme.name for theme in run.themes}
    with st.form(f"place_{idea_id}", border=True):
        st.markdown("**The wrong place?** What you confirm or move stays there and teaches the next run.")
        where = st.selectbox(
            "It belongs in",
            list(names),
            index=list(names).index(here),
            format_func=names.__getitem__,
            key=f"to_{idea_id}",
        )
        by = st.text_input("Your name", value=st.session_state.get("steward", ""), key=f"by_{idea_id}")
        reason = st.text_input("Why", key=f"reason_{idea_id}")
        sent = st.form_submit_button("Record", key=f"place_record_{idea_id}")
    if sent:
        if where == here:
            carry_out(lambda: actions.confirm_ideas([idea_id], editor(by, reason)), "Confirmed where it is.")
        else:
            carry_out(lambda: actions.move_ideas([idea_id], where, editor(by, reason)), f"Moved to “{names[where]}”.")
    drawn()
