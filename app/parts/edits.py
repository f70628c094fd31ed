"""Edits by a steward: recorded with name and reason, refused where somebody was first since the page was drawn."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import data
from app.parts.words import plain
from synthesis import actions
from synthesis.errors import StaleVersion, SynthesisError

_SEEN = "edits_seen"


def editor(by: str, reason: str) -> actions.Editor:
    """Return who edits, with the last edit that the page showed when it was drawn before this click."""
    settings = data.settings()
    st.session_state["steward"] = by  # the next form has the name already
    seen = st.session_state.get(_SEEN, _last())
    return actions.Editor(by, reason, settings.data_dir, settings.database_url, seen)


def drawn() -> None:
    """Remember what the page shows now. Called where a page ends: what is clicked next was decided on it."""
    st.session_state[_SEEN] = _last()


def _last() -> int:
    settings = data.settings()
    return actions.last_edit(settings.data_dir, settings.database_url)


def carry_out(act: Callable[[], object], done: str) -> None:
    """Carry an edit out and say so, or say why not."""
    try:
        act()
    except StaleVersion as error:
        st.error(plain(f"{error.problem} Nothing was recorded. You see it now: decide again if you still want to."))
    except SynthesisError as error:
        st.error(plain(str(error)))
    else:
        st.success(plain(f"{done} It shows from the next run on."))
