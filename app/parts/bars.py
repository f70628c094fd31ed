"""Bars with the number on the bar, each with a data table below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

_PALE = "#bcd3e4"
_SIDES = ("#bcd3e4", "#ecc9ae", "#d9d2e6", "#dfe3e6")
"""Colours of the sides in their order. They say nothing that the words beside the bars do not."""


def people_bars(frame: pd.DataFrame, *, heading: str, key: str) -> None:
    """Show people per group. `frame` has ``name, people, label, took_part`` (the last two as text), in the order to show."""
    tooltip = [
        alt.Tooltip("name:N", title=heading),
        alt.Tooltip("label:N", title="People who spoke to it"),
        alt.Tooltip("took_part:N", title="Of all who took part"),
    ]
    described = f"Bars: people who spoke to the theme, {heading.lower()} by {heading.lower()}. The table below holds the same numbers."
    _bars(frame, "people", tooltip, described, key)
    with st.expander("The same as a table"):
        table = frame[["name", "label", "took_part"]].rename(
            columns={"name": heading, "label": "People who spoke to it", "took_part": "Of all of them who took part"}
        )
        st.table(table.set_index(heading))


def side_bars(rows: Sequence[dict[str, Any]], *, key: str) -> None:
    """Show how many of a theme's people are on each side. A row has ``name, people`` (text) and ``share``, 0 where not shown."""
    frame = pd.DataFrame(rows).rename(columns={"people": "label"})
    tooltip = [alt.Tooltip("name:N", title="Side"), alt.Tooltip("label:N", title="People")]
    described = "Bars: people who want what most ask for, who do not, who say both, who do not say. The table below holds the same numbers."
    _bars(frame, "share", tooltip, described, key, colours=_SIDES)
    with st.expander("The same as a table"):
        table = frame[["name", "label"]].rename(columns={"name": "Side", "label": "People"})
        st.table(table.set_index("Side"))


def _bars(
    frame: pd.DataFrame,
    value: str,
    tooltip: list[alt.Tooltip],
    described: str,
    key: str,
    colours: Sequence[str] = (_PALE,),
) -> None:
    """Draw a bar per row with its ``label`` on it, in the order given; the colours are of the rows, the last of all that follow."""
    order = frame["name"].tolist()
    base = alt.Chart(frame).encode(
        y=alt.Y(
            "name:N", sort=order, title=None, axis=alt.Axis(labelLimit=300, ticks=False, domain=False, labelFontSize=13)
        )
    )
    x = alt.X(
        f"{value}:Q",
        title=None,
        axis=None,
        scale=alt.Scale(domain=[0, (float(frame[value].max()) or 1.0) * 1.18]),
    )
    shades = [colours[min(number, len(colours) - 1)] for number in range(len(order))]
    colour = alt.Color("name:N", scale=alt.Scale(domain=order, range=shades), legend=None)
    bars = base.mark_bar(cornerRadiusEnd=3, height=20).encode(x=x, color=colour, tooltip=tooltip)
    numbers = base.mark_text(align="left", dx=5, color="#1d2733", fontWeight="bold", fontSize=13).encode(
        x=x, text="label:N"
    )
    chart = (bars + numbers).properties(height=alt.Step(28), description=described).configure_view(stroke=None)
    st.altair_chart(chart, key=key)
