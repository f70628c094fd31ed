"""How the themes were made, and what they cannot tell."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app import data
from app.parts.words import plain


def show() -> None:
    """Show method and limits of the published run."""
    run = data.run()
    st.title("Method and limits")
    st.write(
        "Comments were cut into ideas. Ideas that say alike were put together by a program on the district's own computer, "
        "without a language model. Names of themes are matters of school life from a written list, where most of a theme's ideas name one, "
        "and words that people used. Every idea has a theme, also where it fits badly."
    )
    st.write(
        "The order weighs people reached, breadth over channels and breadth over roles. People are counted, not lines. "
        "A letter campaign counts as one voice in the order, and a channel weighs no more than its cap, so that nobody can win by volume. "
        "A likely rank holds the true one in nine cases of ten, were the same kind of people asked again. "
        "These are the views of those who took part: no sample of all residents, so no margin of error applies."
    )
    st.write("How good the themes of this run are, and how sure, is on the page “How good are the themes”.")
    st.subheader("What the order is made of")
    weights = run.manifest.settings["weights"]
    st.table(
        pd.DataFrame(
            {"Weight": [f"{weights[part]:.2f}" for part in ("reach", "channels", "roles")]},
            index=pd.Index(["People reached", "Breadth over channels", "Breadth over roles"], name="Component"),
        )
    )
    if weights["channel_cap"]:
        st.write(f"A channel weighs as at most {weights['channel_cap']:,.0f} people in the people reached.")
    st.caption(plain(f"Run {run.manifest.run_id}, {run.manifest.created_at:%-d %B %Y, %H:%M} UTC."))
