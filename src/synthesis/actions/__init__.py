"""The verbs, one function each: what the command line, the pipelines and the app call.

Nothing is imported before it is used: the app and the reading verbs never load the theme engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from synthesis.actions.report import CHANNEL_NAMES, ROLE_NAMES, ledger_report, quote_source, reach_among, themes_report
from synthesis.published import PublishedRun
from synthesis.store.runs import current_run_id, read_run

if TYPE_CHECKING:
    from synthesis.actions.explanation import explain
    from synthesis.actions.handouts import write_briefs
    from synthesis.actions.intake import IngestReport, Progress, ingest, ledger, quiet, set_aside
    from synthesis.actions.making import run
    from synthesis.actions.plan import (
        export_plan,
        import_plan,
        plan_findings,
        plan_overview,
        plan_records,
        theme_links,
        thread,
    )
    from synthesis.priority import Weights

_HOME = {
    "write_briefs": "synthesis.actions.handouts",
    "explain": "synthesis.actions.explanation",
    **dict.fromkeys(("IngestReport", "Progress", "ingest", "ledger", "quiet", "set_aside"), "synthesis.actions.intake"),
    **dict.fromkeys(
        (
            "export_plan",
            "import_plan",
            "plan_findings",
            "plan_overview",
            "plan_records",
            "theme_links",
            "thread",
        ),
        "synthesis.actions.plan",
    ),
    "run": "synthesis.actions.making",
    "Weights": "synthesis.priority",
}

__all__ = [
    "CHANNEL_NAMES",
    "ROLE_NAMES",
    "IngestReport",
    "Progress",
    "PublishedRun",
    "Weights",
    "current_run_id",
    "explain",
    "export_plan",
    "import_plan",
    "ingest",
    "ledger",
    "ledger_report",
    "plan_findings",
    "plan_overview",
    "plan_records",
    "quiet",
    "quote_source",
    "reach_among",
    "read_run",
    "run",
    "set_aside",
    "theme_links",
    "themes_report",
    "thread",
    "write_briefs",
]


def __getattr__(name: str) -> Any:
    """Import a verb's module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
