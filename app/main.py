"""The committee's explorer: navigation and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

# Streamlit puts this file's folder on the path, not the project's: `app` must be importable as a package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app import data
from app.parts.words import plain
from app.views import (
    changes,
    decisions,
    edit_theme,
    ledger,
    method,
    missing,
    new_file,
    plan,
    practices,
    quality,
    review,
    search,
    serious,
    theme,
    themes,
    thread,
)

st.set_page_config(page_title="Community themes", page_icon=":material/forum:", layout="wide")

pages = {
    "What people said": [
        st.Page(themes.show, title="Themes", icon=":material/format_list_numbered:", url_path="themes", default=True),
        st.Page(theme.show, title="One theme", icon=":material/topic:", url_path="theme"),
        st.Page(serious.show, title="Small but serious", icon=":material/priority_high:", url_path="serious"),
        st.Page(search.show, title="Search", icon=":material/search:", url_path="search"),
    ],
    "How far it holds": [
        st.Page(missing.show, title="Who is missing", icon=":material/group_off:", url_path="missing"),
        st.Page(changes.show, title="What changed", icon=":material/trending_up:", url_path="changes"),
        st.Page(quality.show, title="How good are the themes", icon=":material/fact_check:", url_path="quality"),
        st.Page(practices.show, title="Best practices", icon=":material/menu_book:", url_path="practices"),
        st.Page(ledger.show, title="Ledger", icon=":material/receipt_long:", url_path="ledger"),
        st.Page(method.show, title="Method and limits", icon=":material/info:", url_path="method"),
    ],
    "What becomes of it": [
        st.Page(plan.show, title="The plan", icon=":material/flag:", url_path="plan"),
        st.Page(decisions.show, title="Decisions", icon=":material/how_to_vote:", url_path="decisions"),
        st.Page(thread.show, title="From voice to plan", icon=":material/linear_scale:", url_path="thread"),
    ],
}
if data.settings().steward:
    pages["For the steward"] = [
        st.Page(edit_theme.show, title="Edit this theme", icon=":material/edit:", url_path="edit_theme"),
        st.Page(review.show, title="For review", icon=":material/inbox:", url_path="review"),
        st.Page(new_file.show, title="A new kind of file", icon=":material/upload_file:", url_path="new_file"),
    ]
st.session_state["pages"] = {page.url_path: page for section in pages.values() for page in section}
with st.sidebar:
    st.caption(plain(data.settings().district))
st.navigation(pages, expanded=True).run()  # else "View 3 more" hides the plan
