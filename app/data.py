"""What the app reads: published runs and plan records, through `synthesis.actions` only."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from app.parts.words import plain
from synthesis import actions
from synthesis.errors import RunError
from synthesis.settings import Settings


@st.cache_resource
def settings() -> Settings:
    """Return the installation's settings."""
    return Settings()


@st.cache_resource(max_entries=3)
def _run(run_id: str) -> actions.PublishedRun:
    """Return a run; runs never change, so it is read once for all."""
    return actions.read_run(settings().data_dir, run_id)


def run() -> actions.PublishedRun:
    """Return the published run, or stop the page with what to do where there is none."""
    run_id = actions.current_run_id(settings().data_dir)
    if run_id is None:
        st.title("No themes yet")
        st.write("Nothing has been published. Ingest the exports and make a run; this page then shows the result.")
        st.code("synthesis ingest data/raw\nsynthesis run", language="shell")
        st.stop()
    try:
        return _run(run_id)
    except RunError as error:
        st.error(plain(error.problem))
        st.stop()


def ledger() -> dict[str, Any]:
    """Return the account of every export as it is now, with repeats and campaigns as the published run found them."""
    folder = settings().data_dir
    published = _run(run_id) if (run_id := actions.current_run_id(folder)) else None
    return actions.ledger_report(actions.ledger(folder, settings().database_url), published)


@st.cache_data(ttl=60, max_entries=3)
def plan(run_id: str) -> tuple[Any, dict[str, str], dict[str, list[dict[str, str]]]]:
    """Return the plan, evidence link id → theme id, and theme id → elements of the plan that name it."""
    place = {"data_dir": settings().data_dir, "database_url": settings().database_url}
    records = actions.plan_records(**place)
    run = _run(run_id)
    links = actions.theme_links(records, run, actions.lineage_now(run, **place))
    return records, links, actions.thread(records, links)


@st.cache_data(ttl=60, max_entries=3)
def trace(run_id: str) -> dict[str, Any]:
    """Return which themes the plan names and where, and what hangs in the air."""
    return actions.trace_report(data_dir=settings().data_dir, database_url=settings().database_url)


@st.cache_data(ttl=60, max_entries=3)
def coherence(run_id: str) -> list[dict[str, Any]]:
    """Return every finding on the plan's coherence."""
    limits = actions.Limits(**settings().limits())
    return actions.plan_coherence(data_dir=settings().data_dir, database_url=settings().database_url, limits=limits)


@st.cache_data(ttl=60, max_entries=3)
def committee_record(run_id: str) -> dict[str, Any]:
    """Return what the committee decided and how, meeting by meeting."""
    return actions.committee_record(data_dir=settings().data_dir, database_url=settings().database_url)


@st.cache_data(ttl=60, max_entries=3)
def board_record(run_id: str) -> dict[str, Any]:
    """Return what the Board acted on, and where the plan stands by it."""
    return actions.board_record(data_dir=settings().data_dir, database_url=settings().database_url)


def ballots() -> list[dict[str, Any]]:
    """Return what every ballot shows now. Never cached: a cache is shared by all who look."""
    return actions.ballots(data_dir=settings().data_dir, database_url=settings().database_url)


@st.cache_data(max_entries=64)
def people_among(run_id: str, channels: tuple[str, ...], roles: tuple[str, ...]) -> tuple[Any, int, bool]:
    """Return people per theme among the channels and roles named, and how many took part."""
    return actions.people_among(_run(run_id), channels, roles)


@st.cache_data(max_entries=3)
def priority(run_id: str) -> dict[str, Any]:
    """Return every component of the order, and what stands beside it."""
    return actions.priority_report(_run(run_id))


@st.cache_data(max_entries=3)
def comparisons(run_id: str) -> dict[str, Any]:
    """Return groups and channels compared."""
    return actions.comparisons(_run(run_id))


@st.cache_data(max_entries=16)
def changes(run_id: str, since: date | None) -> dict[str, Any]:
    """Return what moved since the run before, or since a date. `run_id` tells one published run from the next."""
    return actions.changes_since(settings().data_dir, since)


@st.cache_data(ttl=60, max_entries=3)
def quality(run_id: str) -> dict[str, Any]:
    """Return how good the themes are, and how far coders agree as of now. `run_id` tells one published run from the next."""
    return actions.quality_report(settings().data_dir, settings().database_url)


@st.cache_data(max_entries=3)
def representation(run_id: str, file: str, changed: float) -> dict[str, Any]:
    """Return who took part beside the numbers of a file, as it was `changed` at last."""
    return actions.representation(Path(file), data_dir=settings().data_dir)
