"""Comparisons of the published run: groups, channels, best practices, and an earlier state; each in sentences and in numbers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from synthesis.briefs.content import CHANNEL_NAMES, LANGUAGE_NAMES, ROLE_NAMES
from synthesis.errors import InputError, RunError
from synthesis.priority import Weights
from synthesis.priority.changes import State, changes
from synthesis.priority.comparison import Comparison, Triangle, Verdict, compare, triangulate
from synthesis.published import PublishedRun
from synthesis.store.runs import read_run

_NAMES = {"channel": CHANNEL_NAMES, "role": ROLE_NAMES, "school": {}, "language": LANGUAGE_NAMES}
_A_TITLE = 3
"""A chunk of so few words is a title page and asks for nothing."""


def comparisons(run: PublishedRun) -> dict[str, Any]:
    """Return ``{"run_id", "n_compared", "groups": […], "channels": […]}``: groups and channels against all others.

    An entry of `groups` has the fields of `Comparison`, the theme's ``name`` and a ``sentence``; those that are ``apart`` come first.
    One of `channels` has the fields of `Triangle`, the ``name`` and a ``sentence``; counts that are not shown are null.
    """
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    groups = compare(run.groups)
    return {
        "run_id": run.manifest.run_id,
        "n_compared": len(groups),
        "groups": [
            asdict(c) | {"name": names[c.theme_id], "sentence": _sentence(c, names[c.theme_id])} for c in groups
        ],
        "channels": [
            asdict(t) | {"name": names[t.theme_id], "sentence": _triangle(t, names[t.theme_id])}
            for t in triangulate(run.groups)
        ],
    }


def practices(run: PublishedRun) -> dict[str, Any]:
    """Return ``{"run_id", "themes": […], "unasked": […]}``: themes beside best practices.

    A theme has ``theme_id, name, rank, verdict`` (``supported`` or ``thin``) and its ``chunks`` with ``chunk_id, document,
    anchor, text, similarity``. A document of `unasked` speaks, for the most part, to no theme.
    """
    rank = {theme_id: int(row["rank"]) for theme_id, row in run.order().items()}
    research = {str(row["chunk_id"]): row for row in run.research.to_dict("records")}
    chunks: dict[str, list[dict[str, Any]]] = {}
    for theme_id, chunk_id, similarity in run.crosswalk.itertuples(index=False):
        row = research[chunk_id]
        said = {key: row[key] for key in ("chunk_id", "document", "anchor", "text")}
        chunks.setdefault(theme_id, []).append(said | {"similarity": round(float(similarity), 2)})
    themes = [
        {
            "theme_id": theme.theme_id,
            "name": theme.name,
            "rank": rank[theme.theme_id],
            "verdict": "supported" if theme.theme_id in chunks else "thin",
            "chunks": chunks.get(theme.theme_id, []),
        }
        for theme in run.themes
    ]
    asked = set(run.crosswalk["chunk_id"])
    unasked = []
    for document, own in run.research.groupby("document", sort=True):
        whole = [row for row in own.to_dict("records") if len(str(row["text"]).split()) > _A_TITLE]
        alone = [row for row in whole if row["chunk_id"] not in asked]
        if len(alone) > len(whole) / 2:
            rows = [{key: row[key] for key in ("chunk_id", "anchor", "text")} for row in alone]
            unasked.append({"document": document, "chunks": rows})
    return {"run_id": run.manifest.run_id, "themes": themes, "unasked": unasked}


def changes_since(data_dir: Path, since: date | None = None) -> dict[str, Any]:
    """Return what moved in the order since the run before, or since a date: ``{"run_id", "against", "undated", "themes": […]}``.

    Against a date, the comments received before it are ranked in today's themes; those without a date (``undated`` of them) count on both
    sides. A theme has the columns of `priority.changes.changes`, its ``name`` and a ``sentence``.
    Raises RunError where there is no run before, or it cannot be read; InputError for a date before the first comment.
    """
    run = read_run(data_dir)
    now = State(run.contributions, run.ideas, run.assignments)
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    received = run.contributions["received_at"]
    if since is None:
        previous = run.manifest.previous_run_id
        if previous is None:
            raise RunError("This is the first run.", do="Compare with a date: synthesis changes --since 2026-01-15.")
        before = read_run(data_dir, previous)
        then = State(before.contributions, before.ideas, before.assignments)
        names = {str(theme.theme_id): theme.name for theme in before.themes} | names
        against = f"the run of {before.manifest.created_at:%-d %B %Y}"
    else:
        earlier = run.contributions[received.eq("") | received.lt(since.isoformat())]
        if earlier["received_at"].eq("").all():
            raise InputError(f"No comment was received before {since}.", do="Choose a later date.")
        ideas = run.ideas[run.ideas["contribution_id"].isin(earlier["contribution_id"])]
        then = State(earlier, ideas, run.assignments[run.assignments["idea_id"].isin(ideas["idea_id"])])
        against = f"what had been received before {since:%-d %B %Y}"
    weights = Weights(**run.manifest.settings["weights"])  # type: ignore[arg-type]
    found = changes(then, now, weights=weights, seed=run.manifest.seed).to_dict("records")
    return {
        "run_id": run.manifest.run_id,
        "against": against,
        "undated": 0 if since is None else int(received.eq("").sum()),
        "themes": [row | {"name": names[str(row["theme_id"])], "sentence": _moved(row)} for row in found],
    }


def _sentence(c: Comparison, name: str) -> str:
    """Return a comparison in words, with both counts, their bases, the difference and its interval."""
    group = _NAMES[c.dimension].get(c.group, c.group)
    share, others = c.people / c.took_part, c.others / c.others_took_part
    often = "more often than" if c.difference > 0 else "less often than"
    said = f"{group}: {c.people:,} of {c.took_part:,} ({share:.0%}) spoke of “{name}”, {c.others:,} of {c.others_took_part:,} others ({others:.0%})"
    low, high = (c.low, c.high) if c.difference > 0 else (-c.high, -c.low)
    points = f"{abs(c.difference) * 100:.0f} points apart (95 % interval {_points(low)} to {_points(high)})"
    verdict = f"{often} others" if c.apart else "no more difference than chance may bring, with so many compared"
    return f"{said}; {points}: {verdict}."


def _points(share: float) -> str:
    return f"{share * 100:.0f}".replace("-", "−")


def _triangle(t: Triangle, name: str) -> str:
    """Return what a channel says of a theme, in words."""
    channel = CHANNEL_NAMES[t.channel]
    if t.verdict is Verdict.NOT_SHOWN:
        return f"{channel}: too few people, or a count that would give such a one away; not shown."
    said = f"{channel}: {t.seen:,} people, {t.expected:,.0f} expected"
    return (
        said
        + {
            Verdict.MORE: f"; “{name}” was heard more here than elsewhere.",
            Verdict.LESS: f"; “{name}” was heard less here than elsewhere.",
            Verdict.AS_EXPECTED: "; about as elsewhere.",
        }[t.verdict]
    )


def _moved(row: dict[Any, Any]) -> str:
    """Return a theme's move in words."""
    if row["rank_before"] == 0:
        return f"New, now {row['rank_after']}."
    if row["rank_after"] == 0:
        return f"Gone; it was {row['rank_before']}."
    if row["moved"] == 0:
        return f"As before: {row['rank_after']}."
    way = "Up" if row["moved"] > 0 else "Down"
    noise = "more than noise" if row["more_than_noise"] else "no more than noise"
    return f"{way} from {row['rank_before']} to {row['rank_after']}: {noise}."
