"""Bars with the number on the bar, each with a data table below it."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

_ACCENT = "#1f5f8b"
_PALE = "#bcd3e4"


def people_bars(frame: pd.DataFrame, *, heading: str, key: str) -> None:
    """Show people per group. `frame` has ``name, people, label, took_part`` (the last two as text), in the order to show."""
    order = frame["name"].tolist()
    base = alt.Chart(frame).encode(
        y=alt.Y(
            "name:N", sort=order, title=None, axis=alt.Axis(labelLimit=300, ticks=False, domain=False, labelFontSize=13)
        )
    )
    x = alt.X(
        "people:Q",
        title=None,
        axis=None,
        scale=alt.Scale(domain=[0, max(int(frame["people"].max()), 1) * 1.18]),
    )
    bars = base.mark_bar(color=_PALE, cornerRadiusEnd=3, height=20).encode(
        x=x,
        tooltip=[
            alt.Tooltip("name:N", title=heading),
            alt.Tooltip("label:N", title="People who spoke to it"),
            alt.Tooltip("took_part:N", title="Of all who took part"),
        ],
    )
    numbers = base.mark_text(align="left", dx=5, color="#1d2733", fontWeight="bold", fontSize=13).encode(
        x=x, text="label:N"
    )
    described = f"Bars: people who spoke to the theme, {heading.lower()} by {heading.lower()}. The table below holds the same numbers."
    chart = (bars + numbers).properties(height=alt.Step(28), description=described).configure_view(stroke=None)
    st.altair_chart(chart, key=key)
    with st.expander("The same as a table"):
        table = frame[["name", "label", "took_part"]].rename(
            columns={"name": heading, "label": "People who spoke to it", "took_part": "Of all of them who took part"}
        )
        st.table(table.set_index(heading))
