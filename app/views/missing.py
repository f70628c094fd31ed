"""Who took part beside the district's own numbers, who is missing, and the order if all were heard alike."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from app import data
from app.parts.words import plain, share
from synthesis.errors import SynthesisError


def show() -> None:
    """Show missing voices, participation by group, and both orders."""
    run = data.run()
    st.title("Who is missing")
    file = data.settings().benchmark
    if not file.is_file():
        st.write(
            "The district's own numbers are not here yet: enrolment, families and staff by school, role or language."
        )
        st.code("synthesis represent data/benchmark.toml", language="shell")
        st.caption("Write them into a file (see the guide, “Who is missing”) and name it in the setting benchmark.")
        return
    try:
        report = data.representation(run.manifest.run_id, str(file), file.stat().st_mtime)
    except SynthesisError as error:
        st.error(plain(str(error)))
        return
    st.write(
        f"**{report['people']:,} people** took part. Weighted to be like the district, they tell as much as "
        f"**{report['effective_people']:,}** people alike would: the price of hearing some groups less than others."
    )
    if report["missing"]:
        st.subheader("Missing voices")
        for sentence in report["missing"]:
            st.markdown(f"- {plain(sentence)}")
    else:
        st.write("No group of the file is missing by more than chance.")
    st.subheader("Took part, and the district")
    for population, groups in groupby(report["groups"], key=lambda row: row["population"]):
        st.markdown(f"**{plain(population)}**")
        st.table(_groups(list(groups)))
    st.subheader("The order, as it is and re-weighted")
    changed = (
        f"{report['kendall_distance']:.0%} of pairs of themes change places when each group counts as in the district."
    )
    st.write(plain(changed) + " Who took part chose to: no weighting makes them a sample of all.")
    st.table(_orders(report["themes"]))


def _groups(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return participation and benchmark of one population as a table."""
    return pd.DataFrame(
        {
            "Group": [plain(row["name"]) for row in rows],
            "Took part": ["not shown" if row["people"] is None else f"{row['people']:,}" for row in rows],
            "Share of them": ["not shown" if row["share"] is None else share(row["share"]) for row in rows],
            "In the district": [f"{row['benchmark']:,}" for row in rows],
            "Share of the district": [share(row["benchmark_share"]) for row in rows],
            "": ["missing" if row["missing"] else "" for row in rows],
        }
    ).set_index("Group")


def _orders(themes: list[dict[str, Any]]) -> pd.DataFrame:
    """Return both ranks of each theme as a table."""
    moves = [row["rank"] - row["rank_reweighted"] for row in themes]
    return pd.DataFrame(
        {
            "Theme": [plain(row["name"]) for row in themes],
            "Rank": [row["rank"] for row in themes],
            "Re-weighted": [row["rank_reweighted"] for row in themes],
            "Moves": ["–" if not move else f"{'up' if move > 0 else 'down'} {abs(move)}" for move in moves],
        }
    ).set_index("Theme")
