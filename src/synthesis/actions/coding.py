"""Coding by people: a sheet of ideas goes out without the program's themes on it, and comes back to be compared with them.

What is stored is who coded which idea how, when and why: ids, and no words of the public. The last code of a coder counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from synthesis.actions.account import decisions
from synthesis.actions.review import need_words
from synthesis.briefs.quality import PROGRAM, agreement_says
from synthesis.briefs.tables import Sheet, restored, to_workbook
from synthesis.errors import InputError, Place
from synthesis.formats import Kind, open_document
from synthesis.formats.parts import Row
from synthesis.model import Event, Verb
from synthesis.published import PublishedRun
from synthesis.store.database import connection
from synthesis.store.events import record
from synthesis.store.runs import read_run
from synthesis.themes import edits
from synthesis.themes.agreement import NOT_CODED, agreement

COLUMNS = ("idea_id", "language", "asked", "comment", "idea", "theme")
NONE = "none"
_SHEET, _THEMES = "coding", "themes"
_WIDTHS = {"idea_id": 20, "language": 10, "asked": 28, "comment": 50, "idea": 60, "theme": 12}
_WORST = 10


def export_coding(path: Path, *, data_dir: Path, ideas: int = 100, seed: int = 0) -> int:
    """Write a sheet of ideas to be coded (XLSX); another `seed` draws another sample. Returns the number of ideas.

    Every idea that may be quoted and repeats no other comment has the same chance; the sample is spread over themes and channels as
    the ideas are. Neither the themes nor the order of the rows shows where the program put an idea. Raises InputError.
    """
    if path.suffix.lower() != ".xlsx":
        raise InputError("A coding sheet is written as .xlsx.", place=Place(file=str(path)), do="Name such a file.")
    run = read_run(data_dir)
    chosen = _sample(run, ideas, seed)
    if chosen.empty:
        raise InputError("No idea of the published run may be quoted.", do="Release comments: synthesis quotes list.")
    themes = [(str(theme.theme_id), theme.name, theme.description) for theme in run.themes]
    themes.append((NONE, "None of these", "It speaks to none of these themes."))
    path.write_bytes(
        to_workbook(
            [
                Sheet(
                    _SHEET,
                    COLUMNS,
                    chosen[list(COLUMNS)].values.tolist(),
                    _WIDTHS,
                    {"theme": f"{_THEMES}!$A$2:$A${len(themes) + 1}"},
                ),
                Sheet(
                    _THEMES,
                    ("theme_id", "name", "description"),
                    themes,
                    {"theme_id": 12, "name": 50, "description": 80},
                ),
            ]
        )
    )
    return len(chosen)


def import_coding(path: Path, *, by: str, reason: str, data_dir: Path, database_url: str | None = None) -> int:
    """Read a coded sheet back as the codes of `by`: all rows or none. Rows without a code are passed over. Returns how many came in.

    Raises InputError that names file, sheet, row and column of the first fault.
    """
    need_words(by=by, reason=reason)
    run = read_run(data_dir)
    codes = _codes(path, run)
    coder = " ".join(by.split())
    with connection(data_dir, database_url) as opened:
        record(
            opened,
            Verb.CODE_IDEAS,
            coder,
            by=coder,
            reason=reason,
            data={"run_id": run.manifest.run_id, "codes": codes},
        )
    return len(codes)


def withdraw_codes(coder: str, *, by: str, reason: str, data_dir: Path, database_url: str | None = None) -> int:
    """Take all codes of a coder back. Returns how many there were. Raises InputError where there is none."""
    need_words(by=by, reason=reason)
    coder = " ".join(coder.split())
    codes = _coders(decisions(data_dir, database_url)).get(coder, {})
    if not codes:
        raise InputError(f"Nobody of the name {coder!r} coded ideas.", do="Look the coders up: synthesis coding list.")
    with connection(data_dir, database_url) as opened:
        record(opened, Verb.WITHDRAW_CODES, coder, by=by, reason=reason)
    return len(codes)


def coding_report(run: PublishedRun, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return how far coders agree with each other and with the program.

    ``{"coders": [{"coder", "ideas", "used"}], "agreement": […], "themes": […], "confusions": […]}``. `used` are ideas and themes that the
    published run still has; codes of a theme that was merged into another count for that one. An entry of `agreement` has ``between``
    (names), ``ideas, same, alpha, low, high`` and ``says``. Codes of all coders taken together: a theme has ``theme_id, name, program``
    (codes of ideas that the program put there), ``coders`` (codes that name it) and ``both``; a confusion ``program, coders``
    (theme ids) and ``times``, the most frequent first. Ideas that a person placed are not compared with the program.
    """
    events = decisions(data_dir, database_url)
    given = _coders(events)
    resolve = edits.fold(events).resolve
    known = {str(theme.theme_id) for theme in run.themes} | {NONE}
    places = run.assignments[run.assignments["idea_id"].isin({idea for codes in given.values() for idea in codes})]
    ideas = places["idea_id"].tolist()
    table: dict[str, dict[str, str]] = {
        coder: {i: code for i in ideas if i in codes and (code := resolve(codes[i])) in known}
        for coder, codes in sorted(given.items())
    }
    free = places[places["placed_by"] != edits.PERSON]
    program = dict(zip(free["idea_id"].tolist(), free["theme_id"].tolist(), strict=True))
    pairs = [*combinations(table, 2), *([tuple(table)] if len(table) > 2 else [])]
    found = [_agreement(names, [table[name] for name in names]) for names in pairs]
    found += [_agreement((coder, PROGRAM), [codes, program]) for coder, codes in table.items()]
    met = Counter((program[i], code) for codes in table.values() for i, code in codes.items() if i in program)
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    return {
        "coders": [{"coder": coder, "ideas": len(given[coder]), "used": len(codes)} for coder, codes in table.items()],
        "agreement": [entry for entry in found if entry["ideas"]],
        "themes": [
            {
                "theme_id": theme_id,
                "name": name,
                "program": sum(n for (put, _), n in met.items() if put == theme_id),
                "coders": sum(n for (_, said), n in met.items() if said == theme_id),
                "both": met[theme_id, theme_id],
            }
            for theme_id, name in names.items()
            if met
        ],
        "confusions": [
            {"program": put, "coders": said, "times": n}
            for (put, said), n in sorted(met.items(), key=lambda entry: (-entry[1], entry[0]))
            if put != said
        ][:_WORST],
    }


def _sample(run: PublishedRun, size: int, seed: int) -> pd.DataFrame:
    """Return the ideas of a sheet: a systematic sample of all, laid in line by theme and channel, then shuffled."""
    contributions = run.contributions
    open_ = contributions[contributions["hold"].eq("") & contributions["duplicate_of"].eq("")]
    frame = run.ideas.merge(open_, on="contribution_id").merge(run.assignments[["idea_id", "theme_id"]], on="idea_id")
    rng = np.random.default_rng(seed)
    frame = frame.sort_values("idea_id").assign(chance=rng.random(len(frame)))
    frame = frame.sort_values(["theme_id", "channel", "chance"], ignore_index=True)
    size = max(min(size, len(frame)), 0)
    rows = np.floor((rng.random() + np.arange(size)) * len(frame) / max(size, 1)).astype(int)
    chosen = frame.iloc[rng.permutation(rows)]
    whole = chosen["text_public"].where(chosen["text_public"].ne(chosen["text"]), "")
    asked = chosen["prompt_text"].where(chosen["prompt_text"].ne(""), chosen["room"])
    return chosen.assign(idea=chosen["text"], comment=whole, asked=asked, theme="")


def _codes(path: Path, run: PublishedRun) -> dict[str, str]:
    """Return idea id → code of a sheet. Raises InputError at the first fault."""
    sheet, rows = _rows(path)
    ideas = set(run.ideas["idea_id"])
    codes_of = {code.casefold(): code for code in (*(str(theme.theme_id) for theme in run.themes), NONE)}
    codes: dict[str, str] = {}
    for number, idea, code in rows:

        def fault(column: str, problem: str, expected: str, row: int = number) -> InputError:
            place = Place(file=path.name, sheet=sheet, row=row, column=column)
            return InputError(problem, place=place, expected=expected, do="Correct the cell; nothing was stored.")

        if not code:
            continue
        if idea not in ideas:
            raise fault("idea_id", "This idea is not in the published run.", "an id as it was exported")
        if idea in codes:
            raise fault("idea_id", "This idea stands in the sheet twice with a code.", "each idea once")
        if code.casefold() not in codes_of:
            raise fault("theme", "There is no such theme in the published run.", ", ".join(codes_of.values()))
        codes[idea] = codes_of[code.casefold()]
    if not codes:
        raise InputError(
            "No idea of the sheet has a code.",
            place=Place(file=path.name, sheet=sheet, column="theme"),
            do="Code ideas first.",
        )
    return codes


def _rows(path: Path) -> tuple[str, Iterator[tuple[int, str, str]]]:
    """Return the name of the coding sheet, and number, idea and code of each of its rows."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError("The sheet cannot be read.", place=Place(file=path.name), do="Check the path.") from error
    document = open_document(path.name, data)
    named = [sheet for sheet in document.sheets if sheet.name == _SHEET] or list(document.sheets[:1])
    do = "Fill in the sheet that synthesis coding export wrote, without renaming its sheets or columns."
    if document.kind is not Kind.TABLE or not named or not named[0].rows:
        raise InputError("This is no coding sheet.", place=Place(file=path.name), expected="an .xlsx workbook", do=do)
    sheet = named[0]
    headings = [restored(cell).strip() for cell in sheet.rows[0].cells]
    for column in ("idea_id", "theme"):
        if headings.count(column) != 1:
            raise InputError(
                f"The column {column} is missing."
                if column not in headings
                else f"The column {column} stands there twice.",
                place=Place(file=path.name, sheet=sheet.name, row=sheet.rows[0].number),
                expected=", ".join(COLUMNS),
                do=do,
            )
    return sheet.name, _cells(path.name, sheet.name, sheet.rows[1:], headings)


def _cells(file: str, sheet: str, rows: Sequence[Row], headings: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield number, idea and code of each row. Raises InputError for one that cannot be read."""
    idea, theme = headings.index("idea_id"), headings.index("theme")
    for row in rows:
        if row.fault:
            place = Place(file=file, sheet=sheet, row=row.number)
            raise InputError(
                f"A cell cannot be read: {row.fault}.", place=place, do="Correct the cell; nothing was stored."
            )
        cells = [restored(cell).strip() for cell in row.cells]
        cells += [""] * (len(headings) - len(cells))
        yield row.number, cells[idea], cells[theme]


def _coders(events: Sequence[Event]) -> dict[str, dict[str, str]]:
    """Return coder → idea id → code, as it stands after all events."""
    given: dict[str, dict[str, str]] = {}
    for event in events:
        if event.verb is Verb.CODE_IDEAS:
            codes = event.data["codes"]
            given.setdefault(event.subject, {}).update(codes if isinstance(codes, dict) else {})
        elif event.verb is Verb.WITHDRAW_CODES:
            given.pop(event.subject, None)
    return given


def _agreement(names: Sequence[str], codes: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return one entry of the report's agreement."""
    ideas = sorted({idea for given in codes for idea in given})
    number = {code: n for n, code in enumerate(sorted({code for given in codes for code in given.values()}))}
    table = [[number[given[idea]] if idea in given else NOT_CODED for idea in ideas] for given in codes]
    found = agreement(np.array(table, dtype=np.int64).reshape(len(codes), len(ideas)))
    entry: dict[str, Any] = {"between": list(names)} | asdict(found)
    entry["ideas"] = entry.pop("units")
    entry |= {key: None if entry[key] is None else round(entry[key], 3) for key in ("same", "alpha", "low", "high")}
    return entry | {"says": agreement_says(entry)}
