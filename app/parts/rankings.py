"""A ballot that is revealed: where members differ, and how three ways of counting order the themes. No member is named."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from app.parts.words import plain, span

_BAND, _MIDDLE, _DATA = "#bcd3e4", "#1f5f8b", "#b4632d"
_STEP = 46
"""Pixels of a row: the theme's name above its band."""
_COUNTS = {"borda": "Points (Borda)", "approval": "In the first three", "pairwise": "One against one"}


def disagreement_map(ballot: dict[str, Any]) -> None:
    """Show for each theme the middle half of members' places, their middle, and the data's place."""
    st.caption(
        "Band: half of the members put the theme there. Dark line: their middle. Diamond: its place in the data's order, which nobody had seen. "
        "A short band means agreement; a diamond far from the line, that members and the community see it differently."
    )
    rows = [row | {"name": ballot["names"][row["theme_id"]]} for row in ballot["map"]]
    frame = pd.DataFrame(rows).rename(columns={"data_rank": "data"})
    last = len(frame)
    order = frame["name"].tolist()
    x = alt.X(
        "low:Q",
        scale=alt.Scale(domain=[0.5, last + 0.5], nice=False),
        axis=alt.Axis(
            title="Place: first stands left", values=_ticks(last), format="d", labelFontSize=12, titleFontSize=13
        ),
    )
    tooltip = [
        alt.Tooltip("name:N", title="Theme"),
        alt.Tooltip("median:Q", title="Members' middle place", format=".1f"),
        alt.Tooltip("low:Q", title="Half of them from", format=".1f"),
        alt.Tooltip("high:Q", title="to", format=".1f"),
        alt.Tooltip("data:Q", title="Place in the data's order"),
    ]
    base = alt.Chart(frame).encode(y=alt.Y("name:N", sort=order, axis=None), tooltip=tooltip)
    # A bar of no length is not drawn: where half of the members agree on a place, the line marks it.
    band = base.mark_bar(height=12, cornerRadius=3, color=_BAND, yOffset=9).encode(x=x, x2="high:Q")
    middle = base.mark_tick(thickness=4, size=18, color=_MIDDLE, yOffset=9).encode(x="median:Q")
    data = base.mark_point(shape="diamond", filled=True, size=110, color=_DATA, yOffset=9, opacity=1).encode(x="data:Q")
    names = base.mark_text(align="left", dy=-11, fontSize=13, color="#1d2733").encode(x=alt.value(2), text="name:N")
    described = "For each theme: the middle half of members' places, their middle, and the place in the data's order. The table below holds the same numbers."
    chart = (band + middle + data + names).properties(height=alt.Step(_STEP), description=described)
    st.altair_chart(chart.configure_view(stroke=None), key=f"map_{ballot['ballot']}")
    with st.expander("The same as a table"):
        _map_table(ballot)


def _map_table(ballot: dict[str, Any]) -> None:
    """Show the numbers of the map."""
    rows = [
        (
            plain(ballot["names"][row["theme_id"]]),
            _place(row["median"]),
            _place(row["low"]) + " to " + _place(row["high"]),
            row["data_rank"],
            f"{row['ranked_by']:,} of {ballot['cast']:,}",
        )
        for row in ballot["map"]
    ]
    columns = ["Theme", "Members' middle place", "Half of them", "Place in the data's order", "Ranked it at all"]
    st.table(pd.DataFrame(rows, columns=columns).set_index("Theme"))


def tallies(ballot: dict[str, Any]) -> None:
    """Show three ways of counting side by side. Themes that are tied share their places."""
    counted = {tally["method"]: tally for tally in ballot["tallies"]}
    places = {method: _places(tally["tiers"]) for method, tally in counted.items()}
    data = {row["theme_id"]: row["data_rank"] for row in ballot["map"]}
    rows = [
        {
            "Theme": plain(ballot["names"][theme]),
            "Data": data[theme],
            **{
                _COUNTS[method]: f"{span(*places[method][theme])} ({_place(tally['scores'][theme])})"
                for method, tally in counted.items()
            },
        }
        for theme in sorted(data, key=lambda theme: (places["borda"][theme], data[theme]))
    ]
    st.table(pd.DataFrame(rows).set_index("Theme"))
    first = counted["pairwise"]["tiers"][0]
    if ballot["beats_all"]:
        st.write(f"“{plain(ballot['names'][ballot['beats_all']])}” beats every other theme, one against one.")
    else:
        named = ", ".join(f"“{ballot['names'][theme]}”" for theme in first)
        st.write(f"No theme beats every other, one against one. Tied in the first place: {plain(named)}.")
    st.caption(
        "Each cell is a place; places such as 2–4 are a tie, and no tie is broken. In brackets: the points (themes placed lower, on all ballots together), the members who have it "
        "among their first three, the themes that it beats. Points may put what all place second over what most place first; the first three do not say how much "
        "a theme is wanted; where themes beat each other in a ring, one against one is a tie."
    )


def _places(tiers: list[list[str]]) -> dict[str, tuple[int, int]]:
    """Return theme → the first and the last of the places that it shares with those tied with it."""
    found: dict[str, tuple[int, int]] = {}
    before = 0
    for tier in tiers:
        found |= dict.fromkeys(tier, (before + 1, before + len(tier)))
        before += len(tier)
    return found


def _ticks(last: int) -> list[int]:
    """Return the places that the axis names: the first, the last, and some between."""
    step = max(1, round(last / 6))
    return sorted({1, *range(step, last + 1, step), last})


def _place(value: float) -> str:
    """Return a place without needless decimals."""
    return f"{value:.1f}".removesuffix(".0")
