"""How the themes were made, how good they are, and what they cannot tell."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app import data
from app.parts.words import plain

_MEASURES = {
    "n_themes": ("Themes", "{:.0f}"),
    "stability_mean": ("Mean overlap of a theme with itself in 16 perturbed runs (1 = always the same)", "{:.2f}"),
    "stability_min": ("The same for the least stable theme", "{:.2f}"),
    "sibling_cosine_max": ("Likeness of the two most alike themes (1 = the same)", "{:.2f}"),
    "unclear_share": ("Ideas that fit their theme badly", "{:.1%}"),
    "names_grounded_share": ("Ideas that use a word of their theme's name or key phrases", "{:.0%}"),
    "smallest_theme": ("Ideas in the smallest theme", "{:.0f}"),
}


def show() -> None:
    """Show method, quality and limits of the published run."""
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
    st.subheader("Quality of this run")
    rows = [
        (label, form.format(run.manifest.quality[key]))
        for key, (label, form) in _MEASURES.items()
        if key in run.manifest.quality
    ]
    st.table(pd.DataFrame(rows, columns=["Measure", "Value"]).set_index("Measure"))
    st.subheader("What the order is made of")
    weights = run.manifest.settings["weights"]
    st.table(
        pd.DataFrame(
            {"Weight": [weights["reach"], weights["channels"], weights["roles"]]},
            index=pd.Index(["People reached", "Breadth over channels", "Breadth over roles"], name="Component"),
        )
    )
    if weights["channel_cap"]:
        st.write(f"A channel weighs as at most {weights['channel_cap']:,.0f} people in the people reached.")
    st.caption(plain(f"Run {run.manifest.run_id}, {run.manifest.created_at:%-d %B %Y, %H:%M} UTC."))
