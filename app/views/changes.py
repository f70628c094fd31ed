"""What changed in the order since the run before or a date, and whether it is more than noise."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app import data
from app.parts.words import plain
from synthesis.errors import SynthesisError

_BEFORE, _DATE = "The run before", "A date"


def show() -> None:
    """Show the moves of all themes."""
    run = data.run()
    st.title("What changed")
    first = run.manifest.previous_run_id is None
    received = run.contributions["received_at"][run.contributions["received_at"].ne("")].str[:10]
    chosen = _DATE if first else st.radio("Compare with", [_BEFORE, _DATE], horizontal=True, key="changes_against")
    since = None
    if chosen == _DATE:
        if received.empty:
            st.write("No comment of this run has a date.")
            return
        days = pd.to_datetime(received).sort_values()
        since = st.date_input(
            "Received before",
            value=days.iloc[len(days) // 2].date(),
            min_value=days.iloc[0].date(),
            max_value=days.iloc[-1].date(),
            key="changes_date",
        )
    try:
        report = data.changes(run.manifest.run_id, since)
    except SynthesisError as error:
        st.error(plain(str(error)))
        return
    themes = report["themes"]
    moved = [row for row in themes if row["more_than_noise"]]
    st.write(
        f"Against {plain(report['against'])}: **{len(moved):,}** of {len(themes):,} themes moved by more than noise. "
        "A move is more than noise where nine of ten resamples of the people all move the theme one way."
    )
    if report["undated"]:
        st.caption(f"{report['undated']:,} comments without a date count on both sides.")
    st.table(
        pd.DataFrame(
            {
                "Theme": [plain(row["name"]) for row in themes],
                "Rank now": [str(row["rank_after"] or "–") for row in themes],
                "Rank then": [str(row["rank_before"] or "–") for row in themes],
                "What it says": [row["sentence"] for row in themes],
            }
        ).set_index("Theme")
    )
