"""One theme: what it is about, who spoke, their words, its strands, and what the plan says to it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app import data
from app.parts.bars import people_bars, side_bars
from app.parts.place import why_here
from app.parts.quotes import card
from app.parts.words import counted, plain, span
from app.views.practices import passages
from synthesis import actions
from synthesis.model import Theme


def show() -> None:
    """Show the theme chosen by click or address."""
    run = data.run()
    ids = [theme.theme_id for theme in run.themes]
    wanted = st.query_params.get("theme") or st.session_state.get("theme")
    names = {theme.theme_id: f"{number}. {theme.name}" for number, theme in enumerate(run.themes, start=1)}
    chosen = st.selectbox(
        "Theme", ids, index=ids.index(wanted) if wanted in ids else 0, format_func=names.__getitem__, key="theme_choice"
    )
    st.query_params["theme"] = chosen
    st.session_state["theme"] = chosen
    theme = run.theme(chosen)
    if theme is None:
        st.stop()
    row = run.priorities.set_index("theme_id").loc[chosen]
    st.title(plain(theme.name))
    st.write(plain(theme.description))
    _figures(run, row)
    if "edit_theme" in (pages := st.session_state.get("pages", {})):
        st.page_link(pages["edit_theme"], label="Edit this theme", icon=":material/edit:")
    _sides(run, chosen)
    words, why, who, practices, plan, ideas = st.tabs(
        ["In their words", "Why this rank", "Who spoke", "Best practices", "What the plan says", "Every idea"]
    )
    with words:
        _words(run, theme)
    with why:
        _why(run, chosen)
    with who:
        _who(run, chosen)
        _apart(run, chosen)
    with practices:
        _practices(run, chosen)
    with plan:
        _plan(run, chosen)
    with ideas:
        _ideas(run, chosen)


def _figures(run: actions.PublishedRun, row: pd.Series) -> None:
    """Show the headline numbers, each with its base."""
    figures = (
        (
            "Rank",
            f"{int(row['rank'])} of {len(run.themes)}",
            f"likely {span(int(row['rank_low']), int(row['rank_high']))}; by people alone {int(row['rank_by_people'])}",
        ),
        (
            "People",
            span(int(row["people_low"]), int(row["people_high"])),
            f"of at least {int(row['people_base']):,} who took part",
        ),
        ("Comments", f"{int(row['n_contributions']):,}", f"{int(row['n_ideas']):,} ideas in them"),
        (
            "Heard in",
            counted(int(row["n_channels"]), "channel"),
            f"{int(row['n_roles'])} known roles, {int(row['n_schools'])} known schools",
        ),
    )
    with st.container(horizontal=True):  # wraps: four in a row on a desk, two on a phone
        for label, value, base in figures:
            with st.container(width=165, gap="small"):
                st.metric(label, value)
                st.caption(plain(base))


def _sides(run: actions.PublishedRun, theme_id: str) -> None:
    """Show how many want what most ask for, how many do not, and how far that can be told."""
    rows = actions.side_rows(run, theme_id)
    if not rows:  # the run was made before sides were told
        return
    st.subheader("For and against")
    st.write(plain(actions.sided(run, theme_id)))
    side_bars(rows, key="bars_sides")
    st.caption(plain(actions.SIDE_LIMITS))


def _words(run: actions.PublishedRun, theme: Theme) -> None:
    """Show the quotes and the strands with theirs."""
    for quote in theme.quotes:
        card(quote)
    rows = run.priorities.set_index("theme_id")
    if theme.subthemes:
        st.subheader("Strands within this theme")
    for child in theme.subthemes:
        row = rows.loc[child.theme_id]
        label = f"{plain(child.name)} — {span(int(row['people_low']), int(row['people_high']))} people"
        with st.expander(label):
            for quote in child.quotes[:3]:
                card(quote)


def _who(run: actions.PublishedRun, theme_id: str) -> None:
    """Show people by group, with small groups left out."""
    for dimension, names in (
        ("channel", actions.CHANNEL_NAMES),
        ("role", actions.ROLE_NAMES),
        ("school", {"": "No school named"}),
        ("language", actions.LANGUAGE_NAMES),
    ):
        shown, hidden = actions.counts_by(run, theme_id, dimension)
        st.subheader(plain(f"By {dimension}"))
        rows = [
            {
                "name": names.get(count.group, count.group),
                "people": count.people,
                "label": f"{count.people:,}",
                "took_part": "not shown" if count.took_part is None else f"{count.took_part:,}",
            }
            for count in shown
        ]
        if rows:
            people_bars(pd.DataFrame(rows), heading=dimension.capitalize(), key=f"bars_{dimension}")
        if hidden:
            st.caption(plain(actions.not_shown(hidden, actions.minimum_cell(run))))
    st.caption("Each person is counted once, in the channel in which they said most.")


def _why(run: actions.PublishedRun, theme_id: str) -> None:
    """Show what the rank is made of, how far it holds, and what stands beside the order."""
    found = next(entry for entry in data.priority(run.manifest.run_id)["themes"] if entry["theme_id"] == theme_id)
    st.write(plain(found["why"]))
    st.subheader("What the rank is made of")
    weights = run.manifest.settings["weights"]
    parts = (
        ("People reached, as a part of the theme that reached most", "reach_component", "reach"),
        ("Breadth over channels", "channels_component", "channels"),
        ("Breadth over roles", "roles_component", "roles"),
    )
    st.table(
        pd.DataFrame(
            {
                "Component": [label for label, _, _ in parts],
                "This theme (0 to 1)": [f"{found[column]:.2f}" for _, column, _ in parts],
                "Weight": [f"{weights[weight]:.2f}" for _, _, weight in parts],
            }
        ).set_index("Component")
    )
    st.subheader("Beside the order")
    st.write("Agreement and need are told apart: no sum hides them, and the rank knows nothing of them.")
    st.write(plain(found["regarded"]))


def _apart(run: actions.PublishedRun, theme_id: str) -> None:
    """Show the groups that differ from all others in this theme, and each channel against what its size lets expect."""
    report = data.comparisons(run.manifest.run_id)
    st.subheader("Groups that differ")
    own = [entry for entry in report["groups"] if entry["theme_id"] == theme_id and entry["apart"]]
    for entry in own:
        st.markdown(f"- {plain(entry['sentence'])}")
    if not own:
        st.write("No group that may be shown differs from the others by more than chance.")
    st.caption(
        f"{report['n_compared']:,} comparisons of groups were made in all themes; what is named here holds with all of them."
    )
    st.subheader("Channels, seen and expected")
    for entry in report["channels"]:
        if entry["theme_id"] == theme_id:
            st.markdown(f"- {plain(entry['sentence'])}")


def _practices(run: actions.PublishedRun, theme_id: str) -> None:
    """Show what best practices say to this theme."""
    found = next(entry for entry in actions.practices(run)["themes"] if entry["theme_id"] == theme_id)
    if found["verdict"] == "thin":
        st.write("No best-practice document that was ingested speaks to this theme.")
    passages(found["chunks"])


def _plan(run: actions.PublishedRun, theme_id: str) -> None:
    """Show the elements of the plan that name this theme."""
    _, _, answers = data.plan(run.manifest.run_id)
    found = answers.get(theme_id, [])
    if not found:
        st.write("No element of the plan names this theme yet.")
    for answer in found:
        with st.container(border=True):
            st.markdown(f"**{plain(answer['label'])}**")
            st.text(answer["text"])
            if answer["note"]:
                st.caption(plain(f"Why: {answer['note']}"))


def _ideas(run: actions.PublishedRun, theme_id: str) -> None:
    """Show every idea of the theme, fifty at a time."""
    own = run.assignments[run.assignments["theme_id"] == theme_id].merge(run.ideas, on="idea_id")
    own = own.merge(run.contributions[["contribution_id", "channel", "role", "hold"]], on="contribution_id")
    own = own[own["hold"].eq("")].sort_values(["strength", "idea_id"], ascending=[False, True])
    pages = max((len(own) + 49) // 50, 1)
    page = st.number_input(f"Page of {pages}", 1, pages, 1, key="ideas_page")
    table = own.iloc[(page - 1) * 50 : page * 50]
    said = actions.who_said(run, table)  # no list may tell what the counts do not
    st.table(
        pd.DataFrame(
            {
                "Idea": table["text"].map(plain),
                "Channel": said["channel"].map(actions.CHANNEL_NAMES).fillna("not shown"),
                "Role": said["role"].map(actions.ROLE_NAMES).fillna("not shown"),
                "Id": table["idea_id"],
            }
        ).set_index("Id")
    )
    chosen = st.selectbox(
        "Why does an idea stand here?",
        table["idea_id"],
        index=None,
        format_func=dict(zip(table["idea_id"], table["text"], strict=True)).__getitem__,
        placeholder="Choose one of this page",
        key="idea_choice",
    )
    if chosen is not None:
        with st.container(border=True):
            st.text(f"“{table.set_index('idea_id').at[chosen, 'text']}”")
            why_here(run, chosen)
    _also_here(run, theme_id)


def _also_here(run: actions.PublishedRun, theme_id: str) -> None:
    """Show ideas of other themes that speak to this one as well."""
    second = run.assignments.loc[run.assignments["second_id"] == theme_id, ["idea_id", "theme_id"]]
    comments = run.contributions[run.contributions["hold"].eq("") & run.contributions["duplicate_of"].eq("")]
    also = second.merge(run.ideas, on="idea_id")
    also = also[also["contribution_id"].isin(comments["contribution_id"])]
    if also.empty:
        return
    names = {theme.theme_id: theme.name for theme in run.themes}
    st.subheader("Also here")
    st.caption(
        "Ideas of other themes that speak to this one as well. Their people are counted in the other theme only."
    )
    st.table(
        pd.DataFrame(
            {
                "Idea": also["text"].map(plain),
                "Counted in": also["theme_id"].map(names).map(plain),
                "Id": also["idea_id"],
            }
        ).set_index("Id")
    )
