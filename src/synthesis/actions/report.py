"""Report: the ledger and the ranked themes as stable, documented keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from synthesis.briefs.content import CHANNEL_NAMES, LANGUAGE_NAMES, ROLE_NAMES, quote_source, regarded
from synthesis.briefs.sides import SIDE_LIMITS, side_rows, sided
from synthesis.groups import people_by_channel, side_counts
from synthesis.model import LedgerRow, Theme
from synthesis.published import PublishedRun

__all__ = [
    "CHANNEL_NAMES",
    "LANGUAGE_NAMES",
    "ROLE_NAMES",
    "SIDE_LIMITS",
    "ledger_report",
    "ledger_rows",
    "priority_report",
    "quote_source",
    "side_rows",
    "sided",
    "themes_report",
]

_REPEATS = ("duplicates", "campaign_members")


def ledger_report(rows: Sequence[LedgerRow], run: PublishedRun | None = None) -> dict[str, Any]:
    """Return ``{"exports": […], "totals": {…}}``; in each, ``rows_in == kept + set_aside`` and the reasons sum to ``set_aside``.

    ``duplicates`` and ``campaign_members`` are counts among the rows kept, as `run` found them: rows that repeat a
    primary, and rows that belong to a campaign. They are None without a run, and for exports that it did not read.
    """
    found = {} if run is None else _repeats(run)
    exports = [
        {
            "name": row.name,
            "channel": row.channel,
            "layout": row.layout,
            "sha256": row.sha256,
            "rows_in": row.rows_in,
            "kept": row.kept,
            "set_aside": row.set_aside,
            "reasons": dict(sorted(row.reasons.items())),
            **found.get(row.sha256, {"duplicates": None, "campaign_members": None}),
        }
        for row in rows
    ]
    reasons: Counter[str] = Counter()
    for row in rows:
        reasons.update(row.reasons)
    totals = {key: sum(getattr(row, key) for row in rows) for key in ("rows_in", "kept", "set_aside")}
    totals |= {key: sum(found.get(row.sha256, {}).get(key, 0) for row in rows) for key in _REPEATS}
    return {"exports": exports, "totals": {"exports": len(rows), **totals, "reasons": dict(sorted(reasons.items()))}}


def ledger_rows(report: dict[str, Any]) -> tuple[list[str], list[list[object]]]:
    """Return headings and rows of a ledger report for a table: a column for each reason, the totals last."""
    plain = ["name", "channel", "layout", "sha256", "rows_in", "kept", *_REPEATS, "set_aside"]
    reasons = list(report["totals"]["reasons"])
    entries = [*report["exports"], {"name": "all", "channel": "", "layout": "", "sha256": "", **report["totals"]}]
    rows = [
        [*(entry[key] for key in plain), *(entry["reasons"].get(reason, 0) for reason in reasons)] for entry in entries
    ]
    return [*plain, *reasons], rows


def _repeats(run: PublishedRun) -> dict[str, dict[str, int]]:
    """Return, for each export that a run read, how many of its rows repeat a primary and how many are of a campaign."""
    read = {str(row.sha256): dict.fromkeys(_REPEATS, 0) for row in run.ledger if not row.superseded_by}
    for column, key in (("duplicate_of", "duplicates"), ("campaign_id", "campaign_members")):
        marked = run.contributions.loc[run.contributions[column].ne(""), "export_sha256"]
        for sha256, times in marked.value_counts().items():
            read[str(sha256)][key] = int(times)
    return read


def themes_report(run: PublishedRun) -> dict[str, Any]:
    """Return ``{"run_id", "themes": […]}`` in rank order, subthemes inside their theme.

    ``channels`` is channel → people who spoke to a theme there (low count; each person in one channel), ``sides`` stance → people;
    null where the count is not shown. Subthemes have none.
    """
    rows = run.order()
    channels = people_by_channel(run)

    def entry(theme: Theme) -> dict[str, Any]:
        row = rows[theme.theme_id]
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
            "n_channels": int(row["n_channels"]),
            "channels": channels.get(theme.theme_id, {}),
            "sides": _sides(run, theme.theme_id),
            "stability": theme.stability,
            "status": theme.status.value,
            "subthemes": [entry(child) for child in theme.subthemes],
        }

    return {"run_id": run.manifest.run_id, "themes": [entry(theme) for theme in run.themes]}


def priority_report(run: PublishedRun) -> dict[str, Any]:
    """Return ``{"run_id", "weights", "largest_moves", "themes": […]}``: every component of the order of the top-level themes.

    A theme holds the columns of the `Priorities` frame, its ``name`` and ``why``: the order's reasons in one paragraph;
    ``regard`` holds the columns of the `Regard` frame, which are no part of the order, and ``regarded`` says them in words; so do
    ``sides`` (stance → people, null where not shown) and ``sided`` of who is for and against what ``description`` says.
    ``largest_moves`` says by how many places any one participant, campaign or channel moves any theme at most.
    """
    themes = {theme.theme_id: theme for theme in run.themes}
    rows = run.priorities[run.priorities["level"] == 1].drop(columns="level")
    regard = run.regard.drop(columns="level").set_index("theme_id").to_dict("index")
    entries = [
        {"theme_id": row["theme_id"], "name": themes[row["theme_id"]].name, "why": _why(row)}
        | row
        | {"regard": regard[row["theme_id"]], "regarded": regarded(regard[row["theme_id"]])}
        | {"description": themes[row["theme_id"]].description}
        | {"sides": _sides(run, row["theme_id"]), "sided": sided(run, row["theme_id"])}
        for row in rows.to_dict("records")
    ]
    return {
        "run_id": run.manifest.run_id,
        "weights": run.manifest.settings["weights"],
        "largest_moves": {
            kind: int(rows[f"influence_{kind}"].max()) for kind in ("participant", "campaign", "channel")
        },
        "themes": entries,
    }


def _sides(run: PublishedRun, theme_id: str) -> dict[str, int | None]:
    """Return stance → people, None where the count is not shown."""
    return {count.stance.value: count.people for count in side_counts(run, theme_id)}


def _why(row: dict[Any, Any]) -> str:
    """Return why a theme has its rank, in sentences."""
    low, high = row["rank_low"], row["rank_high"]
    likely = f"likely {low}" if low == high else f"likely {low} to {high}"
    return (
        f"Rank {row['rank']} ({likely}; {row['p_top5']:.0%} sure to be among the first five). "
        f"At least {row['people_low']:,} of {row['people_base']:,} people spoke to it; averaged over channels, {row['reach']:.1%} of a channel's people. "
        f"Heard in {row['n_channels']} channels as evenly as in {row['effective_channels']:.1f}, from {row['n_roles']} known roles as evenly as from {row['effective_roles']:.1f}. "
        f"By people alone, a campaign as one, it is {row['rank_by_people']}; with every sender of a campaign {row['rank_with_campaigns']}; "
        f"among the first five under {row['share_weightings_top5']:.0%} of all weightings. "
        f"Places it moves at most without any one participant: {row['influence_participant']}; without any one channel: {row['influence_channel']}."
    )
