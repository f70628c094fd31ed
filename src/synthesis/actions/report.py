"""Report: the ledger and the ranked themes as stable, documented keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from synthesis.briefs.content import CHANNEL_NAMES, ROLE_NAMES, quote_source
from synthesis.model import LedgerRow, Theme
from synthesis.priority import people
from synthesis.published import PublishedRun

__all__ = ["CHANNEL_NAMES", "ROLE_NAMES", "ledger_report", "quote_source", "reach_among", "themes_report"]


def ledger_report(rows: Sequence[LedgerRow]) -> dict[str, Any]:
    """Return ``{"exports": […], "totals": {…}}``; in each, ``rows_in == kept + set_aside`` and the reasons sum to ``set_aside``."""
    reasons: dict[str, int] = {}
    for row in rows:
        for reason, times in row.reasons.items():
            reasons[reason] = reasons.get(reason, 0) + times
    return {
        "exports": [
            {
                "name": row.name,
                "channel": row.channel,
                "layout": row.layout,
                "sha256": row.sha256,
                "rows_in": row.rows_in,
                "kept": row.kept,
                "set_aside": row.set_aside,
                "reasons": dict(sorted(row.reasons.items())),
            }
            for row in rows
        ],
        "totals": {
            "exports": len(rows),
            "rows_in": sum(row.rows_in for row in rows),
            "kept": sum(row.kept for row in rows),
            "set_aside": sum(row.set_aside for row in rows),
            "reasons": dict(sorted(reasons.items())),
        },
    }


def themes_report(run: PublishedRun) -> dict[str, Any]:
    """Return ``{"run_id", "themes": […]}`` in rank order, subthemes inside their theme."""
    rows = run.order()
    channels = run.reach[run.reach["dimension"] == "channel"]

    def entry(theme: Theme) -> dict[str, Any]:
        row = rows[theme.theme_id]
        own = channels[channels["theme_id"] == theme.theme_id]
        return {
            "theme_id": theme.theme_id,
            "name": theme.name,
            "description": theme.description,
            "rank": int(row["rank"]),
            "rank_low": int(row["rank_low"]),
            "rank_high": int(row["rank_high"]),
            "people_low": int(row["people_low"]),
            "people_high": int(row["people_high"]),
            "n_contributions": int(row["n_contributions"]),
            "n_ideas": int(row["n_ideas"]),
            "channels": {str(c): int(n) for c, n in zip(own["value"], own["people_low"], strict=True)},
            "stability": theme.stability,
            "status": theme.status.value,
            "subthemes": [entry(child) for child in theme.subthemes],
        }

    return {"run_id": run.manifest.run_id, "themes": [entry(theme) for theme in run.themes]}


def reach_among(run: PublishedRun, channels: Sequence[str] = (), roles: Sequence[str] = ()) -> tuple[pd.DataFrame, int]:
    """Return people per theme among those of the channels and roles named (all where none is), and how many took part.

    The frame has ``theme_id, people_low, people_high, n_contributions``, most people first; the second value is the low
    count of people of these channels and roles: the base.
    """
    chosen = run.contributions
    if channels:
        chosen = chosen[chosen["channel"].isin(channels)]
    if roles:
        chosen = chosen[chosen["role"].isin(roles)]
    place = run.ideas[["idea_id", "contribution_id"]].merge(run.assignments[["idea_id", "theme_id"]], on="idea_id")
    place = place[["contribution_id", "theme_id"]].drop_duplicates().merge(chosen, on="contribution_id")
    rows = []
    for theme in run.themes:
        own = place[place["theme_id"] == theme.theme_id]
        low, high = people(own)
        rows.append((theme.theme_id, low, high, len(own)))
    frame = pd.DataFrame(rows, columns=["theme_id", "people_low", "people_high", "n_contributions"])
    return frame.sort_values("people_low", ascending=False, kind="stable", ignore_index=True), people(chosen)[0]
