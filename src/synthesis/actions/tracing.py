"""The trace matrix of the published run and the plan, in both directions, as a report and as tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from synthesis.actions.linking import lineage_of, recent_run
from synthesis.briefs.tables import Sheet
from synthesis.plan.links import LABELS, Lineage
from synthesis.plan.proceedings import Refusal
from synthesis.plan.trace import COLUMNS, PARENTS, Key, Trace, trace
from synthesis.published import PublishedRun
from synthesis.store.database import reading
from synthesis.store.runs import read_run
from synthesis.store.trace import all_of, columns_of, count_links, links_from, read_runs

_MANY = 100
_TEXT = {
    "enduring_value": "text",
    "strategic_boundary": "text",
    "strategy": "text",
    "action_plan": "specific_result",
    "implementation_item": "owner",
}


def trace_report(*, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return the trace matrix of the published run and the plan.

    ``{"run_id", "themes": [{"theme_id", "name", "rank", "people_low", "people_high", "n_contributions", "links", "refused",
    "answered_by": [{"kind", "id", "label", "links", "happened"}]}], "columns": [{"kind", "id", "label", "text", "links",
    "themes"}], "no_home": {"themes", "ideas", "contributions", "refused", "unclear", "set_aside"}, "no_voice": [{"kind", "id",
    "label", "text"}], "astray": [{"theme_id", "links", "happened"}]}``, themes in rank order. `no_home` counts ideas and contributions of
    themes that nothing in the plan names; a contribution with one idea that has a home has one. Raises RunError before the first run.
    """
    run = recent_run(data_dir) or read_run(data_dir)
    with reading(data_dir, database_url) as opened:
        lineage = lineage_of(run, data_dir, read_runs(opened))
        texts, parents = _columns(opened)
        found = trace([str(t.theme_id) for t in run.themes], list(texts), parents, count_links(opened), lineage)
        refused = {refusal.theme_id: refusal.because for refusal in refusals(opened, lineage)}
    labels = {key: _label(key) for key in texts}
    elements = {key: {"kind": key[0], "id": key[1], "label": labels[key], "text": texts[key]} for key in texts}
    return {
        "run_id": run.manifest.run_id,
        "themes": _themes(run, found, labels, refused),
        "columns": _with_totals(found, elements),
        "no_home": _no_home(run, found, refused),
        "no_voice": [elements[key] for key in found.no_voice],
        "astray": [
            {"theme_id": theme_id, "links": links, "happened": happened}
            for theme_id, (links, happened) in sorted(found.astray.items())
        ],
    }


def _columns(opened: Any) -> tuple[dict[Key, str], dict[Key, Key]]:
    """Return the elements that are columns with their words, and what each record belongs to."""
    texts: dict[Key, str] = {}
    for row in columns_of(opened, "direction", "id", *COLUMNS[:2])[:1]:
        texts |= {(kind, kind): getattr(row, kind) for kind in COLUMNS[:2]}
    for kind, column in _TEXT.items():
        texts |= {(kind, row.id): getattr(row, column) for row in columns_of(opened, kind, "id", column)}
    parents: dict[Key, Key] = {}
    for kind, (column, above) in PARENTS.items():
        parents |= {(kind, row.id): (above, getattr(row, column)) for row in columns_of(opened, kind, "id", column)}
    for key in texts:
        if key[0] == "implementation_item":
            texts[key] = f"{texts.get(parents[key], '')} ({texts[key]})"
    return texts, parents


def _label(key: Key) -> str:
    """Return what a column is called."""
    kind, record_id = key
    return LABELS[kind] if kind == record_id else f"{LABELS[kind]} {record_id}"


def refusals(opened: Any, lineage: Lineage) -> list[Refusal]:
    """Return what the district will not do, once for each theme that a refusal leads to now.

    A theme that it names by id is followed from the day of the refusal, one that it names by an evidence link from the link's run.
    """
    found = []
    for refusal in all_of(opened, "refusal"):
        named = [(refusal.theme_id, lineage.run_on(refusal.decided_on))]
        if not refusal.theme_id:
            named = [(e.theme_id, e.as_of) for e in links_from(opened, [("refusal", refusal.id)], _MANY) if e.theme_id]
        themes = [f.theme_id.split(".")[0] for theme in named for f in lineage.follow(*theme) if f.theme_id]
        found += [replace(refusal, theme_id=theme_id) for theme_id in dict.fromkeys(themes)]
    return found


def _themes(run: PublishedRun, found: Trace, labels: dict[Key, str], refused: dict[str, str]) -> list[dict[str, Any]]:
    """Return the rows of the matrix."""
    order, rows = run.order(), []
    for theme in run.themes:
        theme_id = str(theme.theme_id)
        cells, row = found.cells.get(theme_id, {}), order[theme_id]
        rows.append(
            {
                "theme_id": theme_id,
                "name": theme.name,
                "rank": int(row["rank"]),
                "people_low": int(row["people_low"]),
                "people_high": int(row["people_high"]),
                "n_contributions": int(row["n_contributions"]),
                "links": sum(cells.values()),
                "refused": refused.get(theme_id, ""),
                "answered_by": [
                    {
                        "kind": key[0],
                        "id": key[1],
                        "label": labels[key],
                        "links": cells[key],
                        "happened": found.happened.get((theme_id, key), ""),
                    }
                    for key in found.columns
                    if key in cells
                ],
            }
        )
    return rows


def _with_totals(found: Trace, elements: dict[Key, dict[str, str]]) -> list[dict[str, Any]]:
    """Return the columns with the links and themes behind each."""
    links, themes = dict.fromkeys(elements, 0), dict.fromkeys(elements, 0)
    for row in found.cells.values():
        for key, count in row.items():
            links[key] += count
            themes[key] += 1
    return [{**elements[key], "links": links[key], "themes": themes[key]} for key in found.columns]


def _no_home(run: PublishedRun, found: Trace, refused: dict[str, str]) -> dict[str, Any]:
    """Return what people said that nothing in the plan names, and how much of it was told why."""
    ideas = run.assignments[["idea_id", "theme_id", "unclear"]].merge(
        run.ideas[["idea_id", "contribution_id"]], on="idea_id"
    )
    homeless = ideas["theme_id"].isin(found.no_home)
    at_home = set(ideas.loc[~homeless, "contribution_id"])
    reasons: dict[str, int] = {}
    for row in run.ledger:
        for reason, count in row.reasons.items():
            reasons[reason] = reasons.get(reason, 0) + count
    return {
        "themes": list(found.no_home),
        "ideas": int(homeless.sum()),
        "contributions": len(set(ideas.loc[homeless, "contribution_id"]) - at_home),
        "refused": [theme_id for theme_id in found.no_home if theme_id in refused],
        "unclear": int((homeless & ideas["unclear"]).sum()),
        "set_aside": dict(sorted(reasons.items())),
    }


def trace_table(report: dict[str, Any]) -> tuple[list[str], list[list[object]]]:
    """Return the matrix as a table: a row per theme, a column per element, empty where no link leads."""
    headings = [
        "theme",
        "name",
        "rank",
        "people, at least",
        "people, at most",
        *(c["label"] for c in report["columns"]),
    ]
    places = {(c["kind"], c["id"]): n for n, c in enumerate(report["columns"], start=5)}
    rows = []
    for theme in report["themes"]:
        row: list[object] = [theme["theme_id"], theme["name"], theme["rank"], theme["people_low"], theme["people_high"]]
        row += [None] * len(places)
        for cell in theme["answered_by"]:
            row[places[cell["kind"], cell["id"]]] = cell["links"]
        rows.append(row)
    return headings, rows


def trace_sheets(report: dict[str, Any]) -> list[Sheet]:
    """Return the matrix and its margins as the sheets of a workbook."""
    headings, rows = trace_table(report)
    homeless = set(report["no_home"]["themes"])
    without = [
        [t["theme_id"], t["name"], t["rank"], t["people_low"], t["people_high"], t["n_contributions"], t["refused"]]
        for t in report["themes"]
        if t["theme_id"] in homeless
    ]
    moved = [
        [t["theme_id"], t["name"], a["label"], a["links"], a["happened"]]
        for t in report["themes"]
        for a in t["answered_by"]
        if a["happened"]
    ] + [[a["theme_id"], "", "", a["links"], a["happened"]] for a in report["astray"]]
    columns = [[c["label"], c["text"], c["themes"], c["links"]] for c in report["columns"]]
    silent = [[e["label"], e["text"]] for e in report["no_voice"]]
    people = ("people, at least", "people, at most")
    return [
        Sheet("Trace matrix", headings, rows, widths={"name": 40}),
        Sheet("Elements", ("element", "words", "themes", "links"), columns, widths={"element": 28, "words": 80}),
        Sheet(
            "No home",
            ("theme", "name", "rank", *people, "contributions", "refused because"),
            without,
            widths={"name": 40},
        ),
        Sheet("No voice", ("element", "words"), silent, widths={"element": 28, "words": 80}),
        Sheet("Moved", ("theme", "name", "element", "links", "what happened"), moved, widths={"what happened": 80}),
    ]
