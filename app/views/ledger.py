"""The ledger: every export, every row."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app import data
from app.parts.words import plain
from synthesis import actions


def show() -> None:
    """Show the account of all exports: rows in = kept + set aside."""
    st.title("Ledger")
    report = data.ledger()
    totals = report["totals"]
    st.write("Nothing vanishes: each row that went in was kept, or set aside with a reason.")
    for column, (label, key) in zip(
        st.columns(4),
        (("Exports", "exports"), ("Rows in", "rows_in"), ("Kept", "kept"), ("Set aside", "set_aside")),
        strict=True,
    ):
        column.metric(label, f"{totals[key]:,}")
    st.subheader("Why rows were set aside")
    reasons = pd.Series(totals["reasons"], dtype=int).sort_values(ascending=False)
    st.table(
        pd.DataFrame({"Rows": reasons.to_numpy()}, index=pd.Index([_words(r) for r in reasons.index], name="Reason"))
    )
    st.subheader("By export")
    channel = st.selectbox(
        "Channel", ["all", *sorted({row["channel"] for row in report["exports"]})], key="ledger_channel",
        format_func=lambda c: actions.CHANNEL_NAMES.get(c, "All channels"),
    )  # fmt: skip
    rows = [row for row in report["exports"] if channel in ("all", row["channel"])]
    headings, lines = actions.ledger_rows(report)
    st.download_button("Download as CSV", actions.to_csv(headings, lines), "ledger.csv", "text/csv", key="ledger_csv")
    st.table(
        pd.DataFrame(
            {
                "Export": [plain(row["name"]) for row in rows],
                "Layout": [_words(row["layout"]) for row in rows],
                "Rows in": [row["rows_in"] for row in rows],
                "Kept": [row["kept"] for row in rows],
                "Kept: repeats": [_count(row["duplicates"]) for row in rows],
                "Kept: of campaigns": [_count(row["campaign_members"]) for row in rows],
                "Set aside": [row["set_aside"] for row in rows],
                "Why": [", ".join(f"{_words(r)} {n}" for r, n in row["reasons"].items()) for row in rows],
            }
        ).set_index("Export")
    )


def _count(number: int | None) -> str:
    """Return a count, or nothing where no run has read the export yet."""
    return "" if number is None else f"{number:,}"


def _words(code: str) -> str:
    """Return a code as words."""
    return code.replace("_", " ")
