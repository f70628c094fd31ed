"""Search: ideas by their words or by what they mean, with the theme where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from synthesis.groups import who_said
from synthesis.published import PublishedRun
from synthesis.store import search as index
from synthesis.store.runs import read_run


@dataclass(frozen=True, slots=True)
class Hit:
    """An idea that was found, in public words, and where it stands; `second` is a theme to which it speaks as well, or empty."""

    idea_id: str
    contribution_id: str
    theme_id: str
    theme: str
    text: str
    channel: str
    role: str
    second_id: str
    second: str


def search(
    query: str,
    *,
    data_dir: Path,
    by_meaning: bool = False,
    channels: Sequence[str] = (),
    roles: Sequence[str] = (),
    limit: int = 20,
) -> list[Hit]:
    """Return the ideas of the published run that fit a query, best first.

    By words (all of them, else some), or by meaning: the nearest vectors of the packaged model. `channels` and `roles` narrow it down
    to ideas of which they may be named (see `synthesis.groups`); elsewhere a hit's are empty.
    Comments whose words wait for a person, and those that repeat another one, are left out. Raises RunError before the first run.
    """
    run = read_run(data_dir)
    ideas = _ideas(run, channels, roles)
    if by_meaning:
        found = _by_meaning(query, ideas, data_dir)
    else:
        every = zip(run.ideas["idea_id"], run.ideas["text"], strict=True)
        found = index.find(data_dir, run.manifest.run_id, every, query)
    rows = ideas.set_index("idea_id")
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    return [
        Hit(
            idea_id=idea,
            contribution_id=str(rows.at[idea, "contribution_id"]),
            theme_id=str(rows.at[idea, "theme_id"]),
            theme=names.get(str(rows.at[idea, "theme_id"]), ""),
            text=str(rows.at[idea, "text"]),
            channel=str(rows.at[idea, "channel"]),
            role=str(rows.at[idea, "role"]),
            second_id=str(rows.at[idea, "second_id"]),
            second=names.get(str(rows.at[idea, "second_id"]), ""),
        )
        for idea in [idea for idea in found if idea in rows.index][:limit]
    ]


def _ideas(run: PublishedRun, channels: Sequence[str], roles: Sequence[str]) -> pd.DataFrame:
    """Return the ideas among which to search, with channel, role and theme."""
    comments = run.contributions[run.contributions["hold"].eq("") & run.contributions["duplicate_of"].eq("")]
    ideas = run.ideas.merge(comments[["contribution_id", "channel", "role"]], on="contribution_id")
    ideas = ideas.merge(run.assignments[["idea_id", "theme_id", "second_id"]], on="idea_id")
    ideas[["channel", "role"]] = who_said(run, ideas)  # a search may tell no more than the counts do
    if channels:
        ideas = ideas[ideas["channel"].isin(channels)]
    return ideas[ideas["role"].isin(roles)] if roles else ideas


def _by_meaning(query: str, ideas: pd.DataFrame, data_dir: Path) -> list[str]:
    """Return the ids of all ideas, those nearest in meaning first."""
    from synthesis.themes.embed import embed

    if not query.strip() or ideas.empty:
        return []
    vectors = embed(ideas["text"].tolist(), cache=data_dir / "cache" / "vectors")
    near = vectors @ embed([query])[0]
    order = np.lexsort((ideas["idea_id"].to_numpy(), -near))
    return [str(idea) for idea in ideas["idea_id"].to_numpy()[order]]
