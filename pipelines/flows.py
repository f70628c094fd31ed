"""Prefect flows: the actions in order. Tasks are thin wrappers; parameters, results and artifacts hold counts and paths only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact

from synthesis import actions
from synthesis.errors import InputError
from synthesis.settings import Settings

# Results are never persisted: what a run makes lies in its run directory, and words of the public nowhere else.
_TASK: dict[str, Any] = {"retries": 2, "retry_delay_seconds": 5, "persist_result": False, "log_prints": False}


@task(name="ingest", **_TASK)
def ingest_exports(raw_dir: str, settings: Settings) -> dict[str, int]:
    """Ingest what is new in the folder. Refused files are counted, and named by `synthesis ingest`."""
    report = actions.ingest(
        [Path(raw_dir)],
        data_dir=settings.data_dir,
        timezone=settings.timezone,
        database_url=settings.database_url,
        alert=actions.command_alert(settings.alert_command),
    )
    totals = actions.ledger_report(actions.ledger(settings.data_dir))["totals"]
    return {
        "exports_new": len(report.stored),
        "exports_known": len(report.known),
        "exports_refused": len(report.refused),
        **{key: totals[key] for key in ("rows_in", "kept", "set_aside")},
    }


@task(name="run", **_TASK)
def make_run(settings: Settings, full: bool = False) -> dict[str, Any]:
    """Find, rank and publish the themes; `full` searches for them anew also where little is new."""
    weights = actions.Weights(**settings.weights())
    published = actions.run(
        database_url=settings.database_url,
        data_dir=settings.data_dir,
        languages=settings.languages,
        weights=weights,
        minimum_cell=settings.minimum_cell,
        seed=settings.seed,
        model=actions.model_in(settings.model_dir, settings.model_sha256, multilingual=settings.model_multilingual),
        full=full,
    )
    return {"run_id": published.manifest.run_id, **published.manifest.counts}


@task(name="briefs", **_TASK)
def make_briefs(settings: Settings) -> int:
    """Write the briefs of the published run."""
    written = actions.write_briefs(
        every=True,
        data_dir=settings.data_dir,
        district=settings.district,
        database_url=settings.database_url,
    )
    return len(written)


@flow(name="synthesis", persist_result=False, log_prints=False)
def synthesis_flow(raw_dir: str | None = None, full: bool = False) -> dict[str, Any]:
    """Ingest → run → briefs, with a summary of counts as an artifact."""
    settings = Settings()
    ingested = ingest_exports(raw_dir or str(settings.raw_dir), settings)
    if not ingested["kept"]:
        raise InputError("No row was kept: there is nothing to find themes in.", do="See: synthesis ledger.")
    made = make_run(settings, full)
    summary = {**ingested, **made, "briefs": make_briefs(settings)}
    create_table_artifact(
        key="run-summary",
        table=[{"figure": key.replace("_", " "), "value": str(value)} for key, value in summary.items()],
        description="Counts of this run. The words stay in the data folder.",
    )
    return summary
