"""For the district's steward: a file of an unknown layout, from its first rows to a saved mapping profile."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import streamlit as st

from app import data
from app.parts.words import plain
from synthesis import actions
from synthesis.errors import InputError
from synthesis.model import Channel, Role, SpeakerKind, Valence


def show() -> None:
    """Show what was found in an uploaded file, a choice per column, and what reading it so would give."""
    st.title("A new kind of file")
    st.write("Upload one export. Nothing is stored until every column is decided and you press the last button.")
    given = st.file_uploader("Export (CSV or XLSX)", type=["csv", "tsv", "xlsx", "json"], key="new_file")
    if given is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(given.name).name
        path.write_bytes(given.getvalue())
        try:
            found = actions.draft_profile(path)
        except InputError as error:
            st.error(plain(str(error)))
            return
        st.subheader("What was found")
        st.text(found.explain())
        st.subheader("Its first rows")
        st.caption("Shown on this screen only.")
        headings = [plain(column.header or column.letter) for column in found.columns]
        st.table(pd.DataFrame([[plain(cell) for cell in row] for row in found.preview], columns=headings))
        profile = _form(found)
        if profile is not None:
            _try(profile, path)


def _form(found: actions.Draft) -> actions.Profile | None:
    """Ask for the use of each column. Returns the profile once nothing is undecided, and says what is missing until then."""
    st.subheader("What each column is")
    name = st.text_input("Name of the profile", found.profile.name, key="profile_name")
    channels = list(Channel)
    at = channels.index(found.profile.channel) if found.profile.channel in channels else None
    channel = st.selectbox(
        "Where the input was collected",
        channels,
        index=at,
        format_func=actions.CHANNEL_NAMES.get,
        key="profile_channel",
    )
    uses = list(actions.USES)
    columns = []
    for number, column in enumerate(found.columns):
        with st.container(border=True):
            use = st.selectbox(
                plain(f"{column.letter}: {column.header}"),
                uses,
                index=uses.index(column.column.use),
                format_func=lambda u: f"{u.value}: {actions.USES[u]}",
                help=plain(column.guess.reason),
                key=f"use_{number}",
            )
            columns.append(_details(column.as_use(use), number))
    draft = replace(found.profile, name=name, channel=channel, columns=tuple(columns))
    try:
        return actions.load_profile(actions.profile_toml(draft), "this form")
    except InputError as error:
        st.warning(plain(f"{error.problem} {error.do or ''}"))
        return None


def _details(column: actions.Column, number: int) -> actions.Column:
    """Ask for what a column of its use needs beside the use."""
    if column.use is actions.Use.TEXT:
        prompt = st.text_input("The question asked", column.prompt, key=f"prompt_{number}")
        valence = st.selectbox(
            "The question asks for",
            list(Valence),
            index=list(Valence).index(column.valence),
            format_func={"positive": "what goes well", "negative": "what should improve", "open": "anything"}.get,
            key=f"valence_{number}",
        )
        return replace(column, prompt=prompt, valence=valence)
    if column.use in actions.FLAGS:
        known = [word for word in column.yes if word != "?"]
        cells = st.text_input("Cells that set the mark, parted by commas", ", ".join(known), key=f"yes_{number}")
        return replace(column, yes=tuple(cell.strip() for cell in cells.split(",") if cell.strip()))
    if column.use is actions.Use.DATE and column.day_first is None:
        first = st.radio("3/4 is", ["March 4", "the 3rd of April"], index=None, key=f"day_{number}")
        return replace(column, day_first=None if first is None else first != "March 4")
    if column.use in (actions.Use.ROLE, actions.Use.SPEAKER):
        kinds = [kind.value for kind in (Role if column.use is actions.Use.ROLE else SpeakerKind)]
        return replace(column, values=tuple(_value(word, kind, kinds, number) for word, kind in column.values))
    return column


def _value(word: str, kind: str, kinds: list[str], number: int) -> tuple[str, str]:
    """Ask what a word of the file stands for."""
    chosen = st.selectbox(
        plain(f"“{word}” is"),
        kinds,
        index=kinds.index(kind) if kind in kinds else None,
        format_func=lambda k: k.replace("_", " "),
        key=f"value_{number}_{word}",
    )
    return word, chosen or "?"


def _try(profile: actions.Profile, path: Path) -> None:
    """Say what reading the file so would give; save the profile and store the file when asked to."""
    settings = data.settings()
    how = {"data_dir": settings.data_dir, "timezone": settings.timezone, "profile": profile}
    report = actions.ingest([path], dry_run=True, **how)
    for error in report.refused:
        st.error(plain(str(error)))
    for row in report.stored:
        st.success(f"{row.rows_in:,} rows: {row.kept:,} would be kept, {row.set_aside:,} set aside.")
        st.table(pd.Series(row.reasons, name="Rows set aside", dtype=int))
    if report.known:
        st.info("This file was stored before.")
    if report.stored and st.button("Save the profile and store the file", type="primary", key="new_store"):
        actions.ingest(
            [path],
            database_url=settings.database_url,
            alert=actions.command_alert(settings.alert_command),
            **how,
        )
        actions.save_profile(profile, settings.data_dir)
        st.success("Stored. Files with these columns are read so from now on.")
