"""Themes beside best practices: wanted and supported, wanted and thin, there and unasked."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import data
from app.parts.words import plain
from synthesis import actions


def show() -> None:
    """Show each theme with the places in research that speak to it, and research that no theme asks for."""
    run = data.run()
    report = actions.practices(run)
    st.title("Best practices")
    if run.research.empty:
        st.write("No best-practice documents have been ingested. They go into the folder best_practices.")
        return
    st.write(
        "A program laid the documents beside the themes by what they are about. Whether a document is good evidence, and for this district, "
        "is for people to judge."
    )
    supported = [theme for theme in report["themes"] if theme["verdict"] == "supported"]
    thin = [theme for theme in report["themes"] if theme["verdict"] == "thin"]
    st.subheader("Wanted and supported")
    for theme in supported:
        with st.expander(plain(f"{theme['rank']}. {theme['name']} — {_documents(theme)}")):
            passages(theme["chunks"])
    st.subheader("Wanted and thin")
    st.write("No document here speaks to these themes.")
    for theme in thin:
        said = f"{theme['rank']}. {theme['name']}"
        st.markdown(f"- {plain(said)}")
    st.subheader("There and unasked")
    if not report["unasked"]:
        st.write("Every document speaks to a theme.")
    for entry in report["unasked"]:
        with st.expander(plain(entry["document"])):
            passages(entry["chunks"])


def passages(chunks: list[dict[str, Any]]) -> None:
    """Show passages of research with the place where they stand."""
    for chunk in chunks:
        st.text(chunk["text"])
        place = chunk["anchor"].split(" > ")[-1]
        st.caption(plain(f"{chunk['document']}, {place}" if "document" in chunk else place))


def _documents(theme: dict[str, Any]) -> str:
    """Return the documents that speak to a theme, the nearest first."""
    return "; ".join(dict.fromkeys(chunk["document"] for chunk in theme["chunks"]))
