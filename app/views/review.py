"""For the district's steward: what waits for a person. Every decision is kept with its name and reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from app import data
from app.parts.words import plain
from synthesis import actions
from synthesis.errors import SynthesisError

_AT_ONCE = 25


def show() -> None:
    """Show urgent items, quotes that wait, rows set aside, and campaigns."""
    st.title("For review")
    st.caption("Decisions show from the next run on. Words as received are read on the command line only.")
    settings = data.settings()
    where: dict[str, Any] = {"data_dir": settings.data_dir, "database_url": settings.database_url}
    by = st.text_input("Your name", key="review_by", help="It is kept with each decision.")
    urgent, quotes, aside, letters = st.tabs(["Urgent items", "Quotes that wait", "Rows set aside", "Campaigns"])
    with urgent:
        _urgent(by, where)
    with quotes:
        _quotes(by, where)
    with aside:
        _aside(by, where)
    with letters:
        _letters(by, where)


def _decide(act: Callable[[], None], done: str) -> None:
    """Carry a decision out and say so, or say why not."""
    try:
        act()
    except SynthesisError as error:
        st.error(plain(str(error)))
    else:
        st.success(plain(done))


def _urgent(by: str, where: dict[str, Any]) -> None:
    """Show urgent items by place and kind, and record what was done."""
    items = actions.urgent_items(where["data_dir"], where["database_url"])
    if not items:
        st.write("There are no urgent items.")
        return
    still = [item for item in items if item.handled is None]
    st.write(f"{len(still)} of {len(items)} are open. Read one with: synthesis urgent show ID")
    st.table(
        pd.DataFrame(
            {
                "Id": [item.item_id for item in items],
                "Kind": [item.kind.replace("_", " ") for item in items],
                "Export": [plain(item.export) for item in items],
                "Row": [f"{plain(item.sheet)} {item.row}".strip() for item in items],
                "Handled": [
                    "open" if i.handled is None else plain(f"{i.handled.by}: {i.handled.reason}") for i in items
                ],
            }
        ).set_index("Id")
    )
    with st.form("urgent_form", border=True):
        chosen = st.selectbox("Item", [item.item_id for item in items], key="urgent_item")
        note = st.text_input("What was done", key="urgent_note")
        if st.form_submit_button("Record", key="urgent_record"):
            _decide(lambda: actions.handle_urgent(chosen, by=by, reason=note, **where), f"{chosen}: recorded.")


def _quotes(by: str, where: dict[str, Any]) -> None:
    """Show comments whose words wait, one card each, with both answers."""
    if actions.current_run_id(where["data_dir"]) is None:
        st.write("There is no run yet.")
        return
    waiting = [q for q in actions.quotes_waiting(where["data_dir"], where["database_url"]) if q.decision is None]
    st.write(f"{len(waiting)} comments wait: private dialogues, and words by which a neighbour might know a person.")
    for quote in waiting[:_AT_ONCE]:
        with st.container(border=True):
            st.text(quote.text)
            st.caption(plain(f"{quote.why} · {quote.theme or 'no theme'}"))
            reason = st.text_input("Why", key=f"why_{quote.contribution_id}")
            with st.container(horizontal=True):
                for label, release in (("May be quoted", True), ("Keep out of quotes", False)):
                    if st.button(label, key=f"{'yes' if release else 'no'}_{quote.contribution_id}"):
                        _decide(
                            lambda q=quote, r=release, w=reason: actions.decide_quote(  # type: ignore[misc]
                                q.contribution_id, release=r, by=by, reason=w, **where
                            ),
                            f"{label}: recorded.",
                        )


def _aside(by: str, where: dict[str, Any]) -> None:
    """Show rows set aside by reason, and put one back."""
    rows = actions.set_aside(where["data_dir"], database_url=where["database_url"])
    reasons = sorted({row.reason for row in rows})
    if not reasons:
        st.write("No row is set aside.")
        return
    reason = st.selectbox("Reason", reasons, format_func=lambda r: r.replace("_", " "), key="aside_reason")
    own = [row for row in rows if row.reason == reason]
    st.table(
        pd.DataFrame(
            {
                "Id": [row.aside_id for row in own],
                "Export": [plain(row.export) for row in own],
                "Place": [plain(" ".join(p for p in (row.sheet, f"row {row.row}", row.column) if p)) for row in own],
                "Detail": [plain(row.detail) for row in own],
            }
        ).set_index("Id")
    )
    with st.form("aside_form", border=True):
        chosen = st.selectbox("Row", [row.aside_id for row in own], key="aside_row")
        why = st.text_input("Why it counts", key="aside_why")
        if st.form_submit_button("Put back", key="aside_put_back"):
            _decide(
                lambda: actions.put_back(chosen, by=by, reason=why, **where), f"{chosen} counts from the next run on."
            )


def _letters(by: str, where: dict[str, Any]) -> None:
    """Show the campaigns of the published run, and break one up."""
    found = actions.campaigns(where["data_dir"]) if actions.current_run_id(where["data_dir"]) else []
    st.write(f"{len(found)} campaigns were found. Their members count as people; their letter is quoted nowhere.")
    for letter in found:
        with st.expander(f"{letter['n_members']} letters of {letter['n_people']} people"):
            st.text(letter["text"])
            why = st.text_input("Why it is none", key=f"letter_{letter['primary']}")
            if st.button("This is no campaign", key=f"break_{letter['primary']}"):
                _decide(
                    lambda one=letter, w=why: actions.decide_campaign(  # type: ignore[misc]
                        one["primary"], break_up=True, by=by, reason=w, **where
                    ),
                    "Recorded.",
                )
