"""Explain: for any id, why it stands where it stands, the evidence, and the thread up and down."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from synthesis.actions.plan import plan_answers
from synthesis.actions.reasons import why_here
from synthesis.briefs.sides import sided
from synthesis.errors import InputError
from synthesis.model import Theme
from synthesis.published import PublishedRun
from synthesis.store.runs import read_run

_NEIGHBOURS = 5


def explain(item_id: str, *, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return ``kind``, ``text`` or ``name``, ``evidence``, ``why`` and ``thread`` for a theme, idea or contribution.

    Raises InputError for an unknown id, RunError before the first run.
    """
    run = read_run(data_dir)
    theme = run.theme(item_id)
    if theme is not None:
        return _theme(run, theme, data_dir, database_url)
    if item_id in set(run.ideas["idea_id"]):
        return _idea(run, item_id, data_dir, database_url)
    if item_id in set(run.contributions["contribution_id"]):
        return _contribution(run, item_id, data_dir, database_url)
    raise InputError(
        f"Nothing in the published run {run.manifest.run_id} has the id {item_id!r}.",
        expected="a theme (T01 or T01.2), an idea (I…) or a contribution (C…)",
        do="List themes with: synthesis themes. Ids of ideas stand in: synthesis explain T01.",
    )


def _theme(run: PublishedRun, theme: Theme, data_dir: Path, database_url: str | None) -> dict[str, Any]:
    """Explain a theme by its order, its words and its most central ideas."""
    row = run.order()[theme.theme_id]
    column = "theme_id" if theme.level == 1 else "subtheme_id"
    members = run.assignments[run.assignments[column] == theme.theme_id].merge(run.ideas, on="idea_id")
    strongest = members.sort_values(["strength", "idea_id"], ascending=[False, True]).head(_NEIGHBOURS)
    return {
        "kind": "theme" if theme.level == 1 else "subtheme",
        "id": theme.theme_id,
        "name": theme.name,
        "description": theme.description,
        "evidence": {
            "quotes": [asdict(quote) for quote in theme.quotes],
            "ideas": _records(strongest[["idea_id", "contribution_id", "text", "strength"]]),
            "n_ideas": theme.n_ideas,
            "n_contributions": int(row["n_contributions"]),
            "people_low": int(row["people_low"]),
            "people_high": int(row["people_high"]),
        },
        "why": {
            "words": list(theme.keywords),
            "rank": int(row["rank"]),
            "components": {
                key: float(row[key]) for key in ("reach_component", "channels_component", "roles_component", "score")
            },
            "stability": theme.stability,
            "sides": sided(run, theme.theme_id),
        },
        "thread": {
            "up": [],
            "down": plan_answers(theme.theme_id, data_dir=data_dir, database_url=database_url),
            "subthemes": [child.theme_id for child in theme.subthemes],
        },
    }


def _idea(run: PublishedRun, idea_id: str, data_dir: Path, database_url: str | None) -> dict[str, Any]:
    """Explain why an idea is in its theme, with the ideas that are most alike there and in the next theme."""
    idea = _records(run.ideas[run.ideas["idea_id"] == idea_id])[0]
    found = asdict(why_here(run, idea_id, data_dir=data_dir, database_url=database_url))
    near = {key: found.pop(key) for key in ("alike", "alike_in_runner_up")}
    return {
        "kind": "idea",
        "id": idea_id,
        "text": idea["text"],
        "evidence": {"contribution": _origin(run, str(idea["contribution_id"])), **near},
        "why": {**{key: value for key, value in found.items() if key != "idea_id"}, **_stance(run, idea_id)},
        "thread": {
            "up": [str(idea["contribution_id"])],
            "down": plan_answers(found["theme_id"], data_dir=data_dir, database_url=database_url),
        },
    }


def _stance(run: PublishedRun, idea_id: str) -> dict[str, Any]:
    """Return where an idea stands, how surely, and what told it."""
    found = run.stances[run.stances["idea_id"] == idea_id]
    if found.empty:  # the run was made before stances were told
        return {}
    row = found.iloc[0]
    return {
        "stance": str(row["stance"]),
        "stance_certainty": float(row["certainty"]),
        "stance_because": str(row["because"]),
        "stance_argument": str(row["argument"]) if row["because"] == "argument" else "",
    }


def _contribution(run: PublishedRun, contribution_id: str, data_dir: Path, database_url: str | None) -> dict[str, Any]:
    """Explain what became of a contribution: its ideas, their themes, and what the plan answers."""
    own = run.ideas[run.ideas["contribution_id"] == contribution_id].merge(run.assignments, on="idea_id")
    themes = own["theme_id"].unique().tolist()
    return {
        "kind": "contribution",
        "id": contribution_id,
        "text": _text(run, contribution_id),
        "evidence": _origin(run, contribution_id),
        "why": {"ideas": _records(own[["idea_id", "text", "theme_id", "subtheme_id", "strength", "unclear"]])},
        "thread": {
            "up": [],
            "down": [
                {
                    "theme_id": theme_id,
                    "plan": plan_answers(theme_id, data_dir=data_dir, database_url=database_url),
                }
                for theme_id in themes
            ],
        },
    }


def _text(run: PublishedRun, contribution_id: str) -> str:
    """Return a contribution's public text."""
    row = run.contributions.loc[run.contributions["contribution_id"] == contribution_id, "text_public"]
    return str(row.iat[0])


def _origin(run: PublishedRun, contribution_id: str) -> dict[str, Any]:
    """Return where a contribution came from."""
    row = run.contributions[run.contributions["contribution_id"] == contribution_id].iloc[0]
    names = {entry.sha256: entry.name for entry in run.ledger}
    keys = (
        "contribution_id",
        "channel",
        "instrument",
        "event",
        "site",
        "room",
        "sheet",
        "role",
        "school",
        "language",
        "voice",
        "received_at",
    )
    return {
        "export": names.get(row["export_sha256"], ""),
        "row": int(row["row"]),
        "cue": str(row["cue"]),
        **{key: str(row[key]) for key in keys},
        "campaign_id": str(row["campaign_id"]),
        "duplicate_of": str(row["duplicate_of"]),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as JSON-ready dictionaries."""
    return [{str(k): v for k, v in row.items()} for row in frame.astype(object).to_dict(orient="records")]
