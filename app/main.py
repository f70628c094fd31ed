"""The committee's explorer: navigation and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

# Streamlit puts this file's folder on the path, not the project's: `app` must be importable as a package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app import data
from app.parts.words import plain
from app.views import ledger, method, new_file, plan, review, search, theme, themes

st.set_page_config(page_title="Community themes", page_icon=":material/forum:", layout="wide")

pages = {
    "themes": st.Page(
        themes.show, title="Themes", icon=":material/format_list_numbered:", url_path="themes", default=True
    ),
    "theme": st.Page(theme.show, title="One theme", icon=":material/topic:", url_path="theme"),
    "search": st.Page(search.show, title="Search", icon=":material/search:", url_path="search"),
    "plan": st.Page(plan.show, title="The plan", icon=":material/flag:", url_path="plan"),
    "ledger": st.Page(ledger.show, title="Ledger", icon=":material/receipt_long:", url_path="ledger"),
    "method": st.Page(method.show, title="Method and limits", icon=":material/info:", url_path="method"),
}
if data.settings().steward:
    pages["review"] = st.Page(review.show, title="For review", icon=":material/inbox:", url_path="review")
    pages["new_file"] = st.Page(
        new_file.show, title="A new kind of file", icon=":material/upload_file:", url_path="new_file"
    )
st.session_state["pages"] = pages
with st.sidebar:
    st.caption(plain(data.settings().district))
st.navigation(list(pages.values())).run()
