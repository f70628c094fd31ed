"""Curves of discovery: so many voices, so many themes; what was heard as a line, what is to be expected dashed."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from app.parts.words import breakable, plain

_COLOURS = ("#1f5f8b", "#b4632d", "#5b4a8a", "#2f7d5b", "#8a6d1d", "#8b2f4f", "#3d4752", "#2a8c9c")
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-left")
"""One fewer than colours: where both begin anew, no pair of them comes twice."""
_LABEL = 260
_HEIGHT, _LEGEND = 330, 32
"""Pixels of the plot, and of each line of the legend below it."""


def discovery_curves(frame: pd.DataFrame, *, unit: str, level: str, key: str) -> None:
    """Show curves. `frame` has ``part, units, raised, heard``, in the order to show; `unit` and `level` name what is counted, in the plural.

    Each part has a colour and a shape of its own: who sees no colours tells them apart too.
    """
    parts = frame["part"].drop_duplicates().tolist()
    ahead = pd.concat([_last(frame), frame[~frame["heard"]]])
    part = alt.Color(
        "part:N",
        sort=parts,
        scale=alt.Scale(domain=parts, range=_repeated(_COLOURS, len(parts))),
        legend=alt.Legend(title=None, orient="bottom", columns=1, labelLimit=_LABEL, labelFontSize=13, symbolSize=90),
    )
    shape = alt.Shape("part:N", sort=parts, scale=alt.Scale(domain=parts, range=_repeated(_SHAPES, len(parts))))
    x = alt.X("units:Q", title=f"Number of {unit}", axis=alt.Axis(grid=False, titleFontSize=13, labelFontSize=12))
    y = alt.Y("raised:Q", title=f"{level.capitalize()} raised", axis=alt.Axis(titleFontSize=13, labelFontSize=12))
    tooltip = [
        alt.Tooltip("part:N", title="Where"),
        alt.Tooltip("units:Q", title=unit.capitalize(), format=",.0f"),
        alt.Tooltip("raised:Q", title=f"{level.capitalize()} raised", format=",.1f"),
    ]
    lines = alt.Chart(frame[frame["heard"]]).mark_line(strokeWidth=2).encode(x=x, y=y, color=part)
    marks = alt.Chart(frame[frame["heard"]]).mark_point(filled=True, size=45).encode(
        x=x, y=y, color=part, shape=shape, tooltip=tooltip
    )  # fmt: skip
    dashed = alt.Chart(ahead).mark_line(strokeWidth=2, strokeDash=[5, 4]).encode(x=x, y=y, color=part)
    described = f"Lines: how many {level} so many {unit} raise on the average over all orders, dashed where more {unit} are only expected. The table below holds the same numbers."
    chart = (
        (lines + dashed + marks)
        .properties(height=_HEIGHT + _LEGEND * len(parts), description=described)
        .configure_view(stroke=None)
    )
    st.altair_chart(chart, key=key)
    with st.expander("The same as a table"):
        table = frame.assign(
            part=[breakable(plain(part)) for part in frame["part"]],
            units=[
                f"{n:,}" if heard else f"{n:,} (expected)"
                for n, heard in zip(frame["units"], frame["heard"], strict=True)
            ],
            raised=[f"{n:,.1f}" for n in frame["raised"]],
        )[["part", "units", "raised"]]
        st.table(
            table.rename(
                columns={"part": "Where", "units": unit.capitalize(), "raised": f"{level.capitalize()} raised"}
            ).set_index("Where")
        )


def _repeated(values: Sequence[str], size: int) -> list[str]:
    return [values[number % len(values)] for number in range(size)]


def _last(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the last point that was heard of each part: there the dashed line begins."""
    return frame[frame["heard"]].groupby("part", sort=False).tail(1)
