"""For the district's steward: what people do to a theme. Every edit is kept with name, time and reason, and can be undone."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from app import data
from app.parts.edits import carry_out, drawn, editor
from app.parts.words import plain
from synthesis import actions
from synthesis.errors import SynthesisError
from synthesis.model import Theme


def show() -> None:
    """Show the edits of one theme, and what can be done to it."""
    run = data.run()
    st.title("Edit this theme")
    st.caption("Edits show from the next run on, and in every run after it. Each can be undone.")
    ids = [theme.theme_id for theme in run.themes]
    wanted = st.query_params.get("theme") or st.session_state.get("theme")
    names = {theme.theme_id: f"{number}. {theme.name}" for number, theme in enumerate(run.themes, start=1)}
    chosen = st.selectbox(
        "Theme", ids, index=ids.index(wanted) if wanted in ids else 0, format_func=names.__getitem__, key="edit_choice"
    )
    st.query_params["theme"] = chosen
    st.session_state["theme"] = chosen
    theme = run.theme(chosen)
    if theme is None:
        st.stop()
    st.text(theme.description)
    st.text_input(
        "Your name", value=st.session_state.get("steward", ""), key="edit_by", help="It is kept with each edit."
    )
    name, merge, split, quotes, end, history = st.tabs(
        ["Name", "Merge", "Split", "Quotes", "Adopt or retire", "History and undo"]
    )
    with name:
        _name(theme)
    with merge:
        _merge(theme, {other: label for other, label in names.items() if other != chosen})
    with split:
        _split(theme)
    with quotes:
        _quotes(run, theme)
    with end:
        _end(theme)
    with history:
        _history(theme)
    drawn()


def _recorded(act: Callable[[actions.Editor], object], reason: str, done: str) -> None:
    carry_out(lambda: act(editor(st.session_state["edit_by"], reason)), done)


def _name(theme: Theme) -> None:
    """Rename the theme, where a language model is set after its suggestion."""
    if data.settings().namer_url:
        _suggestion(theme.theme_id)
    with st.form("edit_name_form", border=True):
        called = st.text_input("Name", value=theme.name, key=f"edit_name_{theme.theme_id}")
        reason = st.text_input("Why", key="edit_name_why")
        if st.form_submit_button("Rename", key="edit_rename"):
            _recorded(lambda e: actions.rename_theme(theme.theme_id, called, e), reason, "Renamed.")


def _suggestion(theme_id: str) -> None:
    """Ask the district's own language model for a name, and let the steward take it into the form."""
    settings, key = data.settings(), f"suggested_{theme_id}"
    if st.button("Ask for a suggestion", key="edit_suggest"):
        st.session_state.pop(key, None)
        try:
            with st.spinner("The language model is asked …"):
                [st.session_state[key]] = actions.suggest_names(
                    [theme_id],
                    namer=actions.Namer(**settings.namer()),
                    data_dir=settings.data_dir,
                    database_url=settings.database_url,
                )
        except SynthesisError as error:
            st.error(plain(str(error)))
    found = st.session_state.get(key)
    if found is None:
        return
    if found.refused:
        st.warning(plain(f"A suggestion was refused. {' '.join(found.refused)}"))
        return
    st.info(plain(f"Suggested: {found.name} (from {len(found.ideas)} ideas: {', '.join(found.ideas)})"))
    st.button("Take it into the form", key="edit_take", on_click=_take, args=(theme_id, found.name))


def _take(theme_id: str, name: str) -> None:
    st.session_state[f"edit_name_{theme_id}"] = name


def _merge(theme: Theme, others: dict[str, str]) -> None:
    """Make the theme part of another."""
    if not others:
        st.write("There is no other theme.")
        return
    with st.form("edit_merge_form", border=True):
        into = st.selectbox(
            "Becomes part of",
            list(others),
            index=None,
            format_func=others.__getitem__,
            key="edit_into",
            placeholder="A theme",
        )
        reason = st.text_input("Why", key="edit_merge_why")
        if st.form_submit_button("Merge", key="edit_merge"):
            _recorded(lambda e: actions.merge_themes(theme.theme_id, into or "", e), reason, "Merged.")


def _split(theme: Theme) -> None:
    """Make strands of the theme a theme of their own."""
    strands = {child.theme_id: f"{child.name} ({child.n_ideas:,} ideas)" for child in theme.subthemes}
    if not strands:
        st.write("This theme has no strands to split off.")
        return
    with st.form("edit_split_form", border=True):
        taken = st.multiselect(
            "Strands that become a theme of their own",
            list(strands),
            format_func=strands.__getitem__,
            key="edit_strands",
        )
        called = st.text_input("Its name", key="edit_split_name", help="The first strand's where it is empty.")
        reason = st.text_input("Why", key="edit_split_why")
        if st.form_submit_button("Split", key="edit_split"):
            _recorded(lambda e: actions.split_theme(theme.theme_id, taken, called, e), reason, "Split.")


def _quotes(run: actions.PublishedRun, theme: Theme) -> None:
    """Pin an idea as a quote, or let go of it. Words that wait for a release are not among them."""
    comments = run.contributions[run.contributions["hold"].eq("") & run.contributions["duplicate_of"].eq("")]
    inside = run.assignments.loc[run.assignments["theme_id"] == theme.theme_id, "idea_id"]
    own = run.ideas[run.ideas["idea_id"].isin(inside) & run.ideas["contribution_id"].isin(comments["contribution_id"])]
    said = dict(zip(own["idea_id"], own["text"], strict=True))
    for quote in theme.quotes:
        if quote.why == "pinned":
            st.caption("Pinned")
            st.text(f"“{quote.text}”")
    if not said:
        st.write("No words of this theme may be quoted.")
        return
    with st.form("edit_quote_form", border=True):
        idea = st.selectbox("Idea", list(said), format_func=said.__getitem__, key="edit_quote")
        reason = st.text_input("Why", key="edit_quote_why")
        with st.container(horizontal=True):
            for label, key, pinned in (("Show it first", "edit_pin", True), ("Let go of it", "edit_unpin", False)):
                if st.form_submit_button(label, key=key):
                    _recorded(
                        lambda e, p=pinned: actions.pin_quote(idea, e, pinned=p),  # type: ignore[misc]
                        reason,
                        "Recorded.",
                    )


def _end(theme: Theme) -> None:
    """Adopt the theme, or retire it."""
    st.write(
        "An adopted theme keeps its ideas; new ones are laid beside it. The ideas of a retired one go to the nearest theme that is left."
    )
    with st.form("edit_end_form", border=True):
        reason = st.text_input("Why", key="edit_end_why")
        with st.container(horizontal=True):
            if st.form_submit_button("Adopt", key="edit_adopt"):
                _recorded(lambda e: actions.adopt_themes([theme.theme_id], e), reason, "Adopted.")
            if st.form_submit_button("Retire", key="edit_retire"):
                _recorded(lambda e: actions.retire_theme(theme.theme_id, e), reason, "Retired.")


def _history(theme: Theme) -> None:
    """Undo an edit, and list those of this theme."""
    settings = data.settings()
    with st.form("edit_undo_form", border=True):
        number = st.number_input("Number of the edit", min_value=1, step=1, key="edit_number")
        reason = st.text_input("Why", key="edit_undo_why")
        if st.form_submit_button("Undo", key="edit_undo"):
            _recorded(lambda e: actions.undo_edit(int(number), e), reason, "Undone.")
    rows = actions.edit_history(settings.data_dir, settings.database_url, theme.theme_id)
    if not rows:
        st.write("Nobody has edited this theme.")
        return
    st.table(
        pd.DataFrame(
            {
                "Number": [str(row["number"]) for row in rows],
                "When (UTC)": [str(row["at"])[:16].replace("T", " ") for row in rows],
                "Who": [plain(str(row["by"])) for row in rows],
                "What": [str(row["edit"]).replace("_", " ") for row in rows],
                "To": [plain(str(row["detail"])) for row in rows],
                "Why": [plain(str(row["reason"])) for row in rows],
                "Stands": ["yes" if row["stands"] else "no" for row in rows],
            }
        ).set_index("Number")
    )
