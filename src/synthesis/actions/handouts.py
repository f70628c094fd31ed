"""Briefs: documents to hand out, written from the published run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from synthesis import briefs
from synthesis.actions.coding import coding_report
from synthesis.actions.intake import Progress, quiet
from synthesis.actions.linking import lineage_now, theme_links
from synthesis.actions.plan import plan_records, thread
from synthesis.briefs.quality import theme_sure
from synthesis.briefs.questions import answers
from synthesis.errors import InputError
from synthesis.store.runs import read_run


def write_briefs(
    theme_ids: Sequence[str] = (),
    *,
    data_dir: Path,
    district: str,
    every: bool = False,
    out: Path | None = None,
    database_url: str | None = None,
    progress: Progress = quiet,
) -> list[Path]:
    """Write one PDF per named theme, the set where none is named, and all of them with `every`. Returns the paths.

    Raises InputError for an unknown theme, RunError before the first run.
    """
    run = read_run(data_dir)
    out = out or data_dir / "briefs" / run.manifest.run_id
    wanted = [theme.theme_id for theme in run.themes] if every else list(theme_ids)
    themes = []
    for theme_id in wanted:
        theme = run.theme(theme_id)
        if theme is None:
            raise InputError(
                f"There is no theme {theme_id!r} in the published run.",
                do="List themes with: synthesis themes.",
            )
        themes.append(theme)
    records = plan_records(data_dir=data_dir, database_url=database_url)
    lineage = lineage_now(run, data_dir=data_dir, database_url=database_url)
    plan = thread(records, theme_links(records, run, lineage))
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    rows = [{str(key): value for key, value in row.items()} for row in run.quality.to_dict("records")]
    sure = {row["theme_id"]: theme_sure(row, names) for row in rows}
    out.mkdir(parents=True, exist_ok=True)
    written = []
    if every or not themes:
        asked = answers(run, coding_report(run, data_dir, database_url)["agreement"])
        told = [(answer.question, answer.told) for answer in asked]
        data = briefs.set_brief(run, district, plan, told)
        written.append(_write(out / "themes.pdf", briefs.render("set", data, run.manifest.created_at)))
    for number, theme in enumerate(themes, start=1):
        data = briefs.theme_brief(run, theme, district, plan, sure.get(theme.theme_id, ""))
        name = re.sub(r"[^a-z0-9]+", "-", theme.name.casefold()).strip("-")[:48]
        path = out / f"{theme.theme_id.replace('.', '-')}-{name}.pdf"
        written.append(_write(path, briefs.render("theme", data, run.manifest.created_at)))
        progress("briefs", number, len(themes))
    return written


def _write(path: Path, data: bytes) -> Path:
    """Write a document whole."""
    draft = path.with_name(f".{path.name}")
    draft.write_bytes(data)
    draft.replace(path)
    return path
