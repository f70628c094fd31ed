"""The quote card: a person's words as text, never as markup, with who said it and where."""

from __future__ import annotations

import streamlit as st

from app.parts.words import plain
from synthesis import actions
from synthesis.model import Quote


def card(quote: Quote) -> None:
    """Show one quote."""
    with st.container(border=True):
        st.text(f"“{quote.text}”")
        st.caption(plain(actions.quote_source(quote)))
