"""The ranked themes: what a committee sees first."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app import data
from app.parts.bars import people_bars
from app.parts.words import counted as number_of
from app.parts.words import people, plain, span
from synthesis import actions


def show() -> None:
    """Show every theme by priority, with filters by channel and role."""
    run = data.run()
    channels, roles = _filters(run)
    counted, base, whole = data.people_among(run.manifest.run_id, channels, roles)
    st.title("What the community told us")
    rows_in = sum(row.rows_in for row in run.ledger)
    st.write(
        f"**{len(run.themes)} themes** in {len(run.ideas):,} ideas, from {len(run.contributions):,} comments of people who took part. "
        f"{rows_in:,} rows were read; each is accounted for in the ledger."
    )
    minimum = actions.minimum_cell(run)
    if (channels or roles) and not counted["people"].any():
        st.warning(f"Too few people of this choice took part: counts under {minimum:,} are not shown on their own.")
        return
    if channels or roles:
        st.info(plain(_among(counted, base, minimum, whole=whole)), icon=":material/filter_alt:")
        order = counted.loc[counted["people"] > 0, "theme_id"].tolist()
    else:
        st.caption(f"In the order of the community's priority. The base is at least {base:,} people who took part.")
        order = [theme.theme_id for theme in run.themes]
    counted = counted.set_index("theme_id")
    rows = run.priorities.set_index("theme_id")
    most = max(int(counted["people"].max()), 1)
    listed, charted = st.tabs(["As a list", "As one chart"])
    with listed:
        for position, theme_id in enumerate(order, start=1):
            _row(
                run,
                theme_id,
                position,
                counted.loc[theme_id],
                rows.loc[theme_id],
                most,
                base,
                filtered=bool(channels or roles),
            )
        _left_out(counted, order)
    with charted:
        names = {theme.theme_id: theme.name for theme in run.themes}
        frame = counted.loc[order].reset_index()
        frame["name"] = [f"{position}. {names[theme_id]}" for position, theme_id in enumerate(order, start=1)]
        frame["label"] = [_people(n, whole=w) for n, w in zip(frame["people"], frame["whole"], strict=True)]
        people_bars(frame.assign(took_part=f"{base:,}"), heading="Theme", key="bars_themes")
        _left_out(counted, order)


def _filters(run: actions.PublishedRun) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the channels and roles chosen in the sidebar; none means all."""
    with st.sidebar:
        st.subheader("Show only")
        channels = st.multiselect(
            "Channel", sorted(run.contributions["channel"].unique()), format_func=lambda c: actions.CHANNEL_NAMES[c],
            key="filter_channels", placeholder="All channels",
        )  # fmt: skip
        roles = st.multiselect(
            "Role", sorted(run.contributions["role"].unique()), format_func=lambda r: actions.ROLE_NAMES[r],
            key="filter_roles", placeholder="All roles",
        )  # fmt: skip
    return tuple(channels), tuple(roles)


def _among(counted: pd.DataFrame, base: int, minimum: int, *, whole: bool) -> str:
    """Return of whom the page speaks under a filter, and what it leaves out."""
    said = f"Only people of this choice are counted: at least {base:,} took part, each counted in the channel in which they said most. The order is theirs."
    if whole and counted["whole"].all():
        return said
    return f"{said} “At least” stands where counts under {minimum:,}, or counts that would give such a one away, are left out."


def _people(number: int, *, whole: bool) -> str:
    """Return a count of people that may leave small groups out."""
    return f"{number:,}" if whole else f"at least {number:,}"


def _left_out(counted: pd.DataFrame, order: list[str]) -> None:
    """Say how many themes have no count that may be shown."""
    left = len(counted) - len(order)
    if left:
        st.caption(f"{number_of(left, 'theme')} with counts that are not shown.")


def _row(run, theme_id, position, counted, row, most, base, *, filtered) -> None:  # type: ignore[no-untyped-def]
    """Show one theme: rank, name to open it, a bar with its number, and where it was heard."""
    theme = run.theme(theme_id)
    with st.container(border=True):
        left, right = st.columns([0.56, 0.44], vertical_alignment="center")
        with left:
            if st.button(
                f"**{position}. {plain(theme.name)}**", key=f"open_{theme_id}", type="tertiary", help="Open this theme"
            ):
                st.query_params["theme"] = theme_id
                st.session_state["theme"] = theme_id
                st.switch_page(st.session_state["pages"]["theme"])
            strands = " · ".join(child.name for child in theme.subthemes[:3])
            if strands:
                st.caption(plain(strands))
        with right:
            number = int(counted["people"])
            if filtered:
                said = f"{_people(number, whole=bool(counted['whole']))} {'person' if number == 1 else 'people'}"
                st.progress(min(number / most, 1.0), text=f"**{said}**")
                st.caption(f"rank {int(row['rank'])} among all who took part")
            else:
                said = people(int(row["people_low"]), int(row["people_high"]))
                st.progress(min(number / most, 1.0), text=f"**{said}** · {number / base:.0%} of those who took part")
                st.caption(
                    f"{int(row['n_contributions']):,} comments · {number_of(int(row['n_channels']), 'channel')} · {number_of(int(row['n_roles']), 'known role')} · "
                    f"likely rank {span(int(row['rank_low']), int(row['rank_high']))}"
                )
