"""The registry of layouts, and the whole sample from the source folder."""

from __future__ import annotations

import re
from pathlib import Path

from sample import lets_talk, letters, meetings, notes, opinions, surveys
from sample.broken import broken_csv
from sample.campaigns import campaign_file
from sample.common import Laid, Layout, csv_bytes
from sample.documents import best_practices
from sample.source import SPEAKER_KINDS, Output, SourceError, read_source

LAYOUTS: dict[str, tuple[Layout, str]] = {
    "lets_talk_new": (lets_talk.lets_talk_new, "Let's Talk dialogues, newer workbook with *Topic*"),
    "lets_talk_old": (lets_talk.lets_talk_old, "Let's Talk dialogues, older CSV with *Interest Area*"),
    "qualtrics": (surveys.qualtrics, "Qualtrics survey, three header rows"),
    "qualtrics_legacy": (surveys.qualtrics_legacy, "Qualtrics survey, legacy export: BOM, two header rows"),
    "google_forms": (surveys.google_forms, "Google Forms answers"),
    "surveymonkey": (surveys.surveymonkey, "SurveyMonkey answers, two header rows"),
    "ms_forms": (surveys.ms_forms, "Microsoft Forms answers"),
    "thoughtexchange": (opinions.thoughtexchange, "Thoughtexchange thoughts with stars"),
    "polis_2018": (opinions.polis_2018, "Polis conversation, export of 2018"),
    "polis_2024": (opinions.polis_2024, "Polis conversation, export of 2024"),
    "zoom_vtt": (meetings.zoom_vtt, "Zoom transcript"),
    "zoom_chat": (meetings.zoom_chat, "Zoom chat, local file"),
    "zoom_chat_cloud": (meetings.zoom_chat_cloud, "Zoom chat, cloud file"),
    "zoom_qa": (meetings.zoom_qa, "Zoom Q&A report"),
    "zoom_poll": (meetings.zoom_poll, "Zoom poll report"),
    "teams_vtt": (meetings.teams_vtt, "Teams transcript"),
    "teams_docx": (meetings.teams_docx, "Teams transcript as a document"),
    "summit_docx": (notes.summit_docx, "summit room notes"),
    "summit_xlsx": (notes.summit_xlsx, "summit notes, a sheet per room"),
    "summit_xlsx_columns": (notes.summit_xlsx_columns, "summit notes, a column per table"),
    "sticky_csv": (notes.sticky_csv, "sticky notes of a summit whiteboard"),
    "tour_docx": (notes.tour_docx, "listening-tour notes of one site"),
    "minutes_docx": (notes.minutes_docx, "minutes"),
    "email_mbox": (letters.email_mbox, "emails"),
    "broken_csv": (broken_csv, "a damaged form export: good rows, and one broken row of each kind"),
    "campaign": (campaign_file, "copies of one letter under many names"),
}
OVERLAP = "lets_talk/lets_talk_2026-02_overlap.csv"
OVERLAP_ROWS = 25
_README = """# The sample district's exports

Fictional. Written from `data/source/` by `python scripts/lay_out_sample.py`, byte for byte the same every time; change
the source, not these files. What is planted in them is in `tests/truth/`.

"""


def read_all(voices: Path) -> list[Output]:
    """Return the output files of every voices file, sorted by file name."""
    return [output for path in sorted(voices.glob("*.txt")) for output in read_source(path)]


def roster(outputs: list[Output]) -> bytes:
    """Return `name,kind` of every `%% roster:` entry: `Name (kind)`, `Name = kind` or `Name, kind`, parted by `;`."""
    people: dict[str, str] = {}
    for output in outputs:
        for entry in (part.strip() for line in output.all_of("roster") for part in line.split(";")):
            match = re.fullmatch(r"(.+?)\s*(?:[=:,|]|\s[-–—]\s|\()\s*([a-z]+)\)?", entry)
            if entry and (match is None or match[2] not in SPEAKER_KINDS):
                raise output.error(output.line, f"roster: expected 'Name = kind', got {entry[:60]!r}")
            if match:
                people[match[1]] = match[2]
    return csv_bytes([["name", "kind"], *([name, kind] for name, kind in sorted(people.items()))])


def lay_out(source: Path) -> Laid:
    """Return all files and items of the sample, with the roster and the list of files."""
    laid = Laid()
    about: dict[str, str] = {}
    outputs = read_all(source / "voices")
    for output in outputs:
        if output.layout not in LAYOUTS:
            raise SourceError(output.path, output.line, f"no layout is called {output.layout!r}")
        layout, words = LAYOUTS[output.layout]
        if "file" not in output.facts and output.layout != "campaign":
            raise SourceError(output.path, output.line, "the output file needs a '%% file:' line")
        made = layout(output)
        about |= dict.fromkeys(made.files, words)
        laid.add(made)
    dialogues = next((output for output in outputs if output.layout == "lets_talk_new"), None)
    if dialogues is not None:
        laid.add(lets_talk.overlap(dialogues, OVERLAP, OVERLAP_ROWS))
        about[OVERLAP] = f"Let's Talk, a later export that holds {OVERLAP_ROWS} dialogues of the workbook again"
    research = best_practices(source / "best_practices")
    about |= dict.fromkeys(research.files, "research or practice document, never counted as voice")
    laid.add(research)
    laid.files["roster.csv"] = roster(outputs)
    about["roster.csv"] = "staff, board, facilitators and vendors whose turns are not community voice"
    lines = [f"- `{name}`: {words}" for name, words in sorted(about.items())]
    laid.files["README.md"] = (_README + "\n".join(lines) + "\n").encode()
    return laid
