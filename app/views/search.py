"""Search among what people said."""

from __future__ import annotations

import streamlit as st

from app import data
from app.parts.place import why_here
from app.parts.words import plain
from synthesis import actions

_AT_ONCE = 30


def show() -> None:
    """Show the ideas that hold the words asked for, each with the theme where it stands."""
    run = data.run()
    st.title("Search")
    query = st.text_input("Words that people used", key="search_words", placeholder="late bus")
    left, right = st.columns(2)
    channels = left.multiselect(
        "Channel",
        sorted(run.contributions["channel"].unique()),
        format_func=lambda c: actions.CHANNEL_NAMES[c],
        key="search_channels",
        placeholder="All channels",
    )
    roles = right.multiselect(
        "Role",
        sorted(run.contributions["role"].unique()),
        format_func=lambda r: actions.ROLE_NAMES[r],
        key="search_roles",
        placeholder="All roles",
    )
    if not query.strip():
        return
    found = actions.search(query, data_dir=data.settings().data_dir, channels=channels, roles=roles, limit=_AT_ONCE + 1)
    more = "more than " if len(found) > _AT_ONCE else ""
    st.caption(
        f"{plain(more)}{min(len(found), _AT_ONCE):,} ideas. Words that wait for a person's release are left out. "
        "Channel and role are named where enough people of theirs spoke to the theme; the filters find only those."
    )
    for hit in found[:_AT_ONCE]:
        with st.container(border=True):
            st.text(hit.text)
            also = f"also in {hit.second}" if hit.second else ""
            who = (actions.ROLE_NAMES.get(hit.role, ""), actions.CHANNEL_NAMES.get(hit.channel, ""), hit.theme, also)
            st.caption(plain(" · ".join(part for part in who if part)))
            if st.toggle("Why here?", key=f"why_{hit.idea_id}"):
                why_here(run, hit.idea_id)
