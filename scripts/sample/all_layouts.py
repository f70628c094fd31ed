"""The registry of layouts, and the whole sample from the source folder."""

from __future__ import annotations

from pathlib import Path

from sample import surveys
from sample.common import Laid, Layout, csv_bytes
from sample.documents import best_practices
from sample.source import Output, SourceError, read_source

LAYOUTS: dict[str, Layout] = {
    "qualtrics": surveys.qualtrics,
    "qualtrics_legacy": surveys.qualtrics_legacy,
    "google_forms": surveys.google_forms,
    "surveymonkey": surveys.surveymonkey,
    "ms_forms": surveys.ms_forms,
}


def read_all(voices: Path) -> list[Output]:
    """Return the output files of every voices file, sorted by file name."""
    return [output for path in sorted(voices.glob("*.txt")) for output in read_source(path)]


def lay_out(source: Path) -> Laid:
    """Return all files and items of the sample."""
    laid = Laid()
    for output in read_all(source / "voices"):
        if output.layout not in LAYOUTS:
            raise SourceError(output.path, output.line, f"no layout is called {output.layout!r}")
        if "file" not in output.facts:
            raise SourceError(output.path, output.line, "the output file needs a '%% file:' line")
        laid.add(LAYOUTS[output.layout](output))
    laid.add(best_practices(source / "best_practices"))
    return laid
