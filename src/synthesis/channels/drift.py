"""Schema drift: what of a layout a file lacks, what may be it under another name, and the error that says so.

Nothing is read by guess. A column that a layout needs and does not find, one that may be it under a new name, and one
whose place has become doubtful are refused with the layout, the column and the nearest header of the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz, process

from synthesis.channels.base import Layout
from synthesis.channels.contract import Contract, Header, Names, is_there
from synthesis.channels.tables import PREAMBLE_ROWS, fold_header, table_at
from synthesis.errors import Place, SchemaDrift
from synthesis.formats import Document, Kind, Sheet

_SHOWN_CHARS = 60
_SHOWN_COLUMNS = 12
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PROFILE_ADVICE: Final = (
    'nothing was stored. If the source has changed its export, run "synthesis ingest --dry-run" on the file and '
    "complete the mapping profile that it drafts."
)


def shown(header: str) -> str:
    """Return a header as messages show it: one line, cut where it is long, no control characters, in quotation marks."""
    visible = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in header)
    line = re.sub(r"\s+", " ", visible).strip()
    return f"“{line if len(line) <= _SHOWN_CHARS else line[: _SHOWN_CHARS - 1] + '…'}”"


def nearest_header(name: str, headers: Iterable[str]) -> str:
    """Return the header that looks most like a name, or the empty string when there is none to choose from."""
    folded = {fold_header(header): header for header in headers if header.strip()}
    found = process.extractOne(fold_header(name), list(folded), scorer=fuzz.ratio) if folded else None
    return folded[found[0]] if found else ""


def layout_drift(layout: Layout, document: Document) -> SchemaDrift | None:
    """Return what of its layout a document lacks or leaves in doubt, None when it can be read as it is."""
    contract = layout.contract
    if contract is None:
        return None
    headers = _headers(document, contract)
    whole = [header for header in headers if not _missing(contract, header)]
    nearly = [header for header in headers if _is_near(contract, header, 2)]
    if nearly or not whole:
        worst = nearly or sorted(headers, key=lambda header: len(_missing(contract, header)))[:1]
        return _missing_error(layout.name, contract, worst[0], document) if worst else None
    if len(whole) > 1 and not contract.many:
        return _error(
            document,
            whole[1],
            f"More than one sheet has the columns of the layout {layout.name}.",
            f"one such sheet; the first is {whole[0].table.sheet.name}",
            "Save each of these sheets as a file of its own, and ingest them all. Nothing was stored.",
        )
    found = (_doubt(layout.name, contract, header, document) for header in whole)
    return next((fault for fault in found if fault), None)


def nearest_layout(document: Document, layouts: Sequence[Layout], chosen: Layout | None) -> SchemaDrift | None:
    """Return the error of the layout that a document nearly has, None when it is near to none.

    Where a layout was `chosen`, only columns that it does not know speak for another one.
    """
    claimed = chosen.contract.known() if chosen and chosen.contract else frozenset()
    best: tuple[int, int] = (1, 0)
    error: SchemaDrift | None = None
    for layout in layouts:
        contract = layout.contract
        if contract is None or layout is chosen:
            continue
        for header in _by_name(document, contract):
            own = contract.known() - claimed
            score = (sum(1 for name in set(header.names) if name in own), -len(_missing(contract, header)))
            if _is_near(contract, header, 2 if len(contract.required) > 1 else 3) and score > best:
                best, error = score, _missing_error(layout.name, contract, header, document)
    return error


def unknown_layout(document: Document, layouts: Sequence[Layout]) -> SchemaDrift:
    """Return the error that names the columns found and the layout whose columns are nearest."""
    if document.kind is not Kind.TABLE:
        return SchemaDrift(
            f"The {document.kind} file fits no known layout.",
            place=Place(file=document.name),
            expected="transcript turns, notes under headings, or public comment in minutes",
            do="Put it into the folder of its channel, or give --channel, and retry.",
        )
    sheet = next((sheet for sheet in document.sheets if sheet.rows), None)
    if sheet is None:
        return SchemaDrift(
            "The file holds no rows.", place=Place(file=document.name), expected="a header row", do="Export it again."
        )
    # The widest of the first rows is the header; long cells are answers rather than names and are not repeated.
    row = max(sheet.rows[:5], key=lambda row: sum(1 for cell in row.cells if cell.strip()))
    columns = [cell.strip() for cell in row.cells if cell.strip() and len(cell.strip()) <= 40]
    layout, missing = _most_alike(columns, layouts)
    listed = ", ".join(columns[:_SHOWN_COLUMNS]) + (", …" if len(columns) > _SHOWN_COLUMNS else "")
    return SchemaDrift(
        f"The columns fit no known layout: {listed or 'none with a short name'}.",
        place=Place(file=document.name, sheet=sheet.name or None, row=row.number),
        expected=f"nearest known layout: {layout}; of its columns are missing: {', '.join(missing[:8]) or 'none'}",
        do=f"Compare the header row with the vendor's export; {PROFILE_ADVICE}",
    )


def _most_alike(columns: Sequence[str], layouts: Sequence[Layout]) -> tuple[str, list[str]]:
    folded = [fold_header(column) for column in columns] or [""]

    def score(layout: Layout) -> float:
        best = [process.extractOne(fold_header(name), folded, scorer=fuzz.ratio)[1] for name in layout.columns]
        found = sum(value for value in best if value >= 70)
        return float(found / (100 * len(best) + 40 * len(folded)))

    layout = max((layout for layout in layouts if layout.columns), key=score)
    return layout.name, [name for name in layout.columns if fold_header(name) not in folded]


def _headers(document: Document, contract: Contract) -> list[Header]:
    found = list(contract.headers(document)) if contract.headers else []
    return found or _by_name(document, contract)


def _by_name(document: Document, contract: Contract) -> list[Header]:
    """Return, per sheet, the row among the first that has most of the contract's columns."""
    return [header for sheet in document.sheets if (header := _best_row(sheet, contract)) is not None]


def _best_row(sheet: Sheet, contract: Contract) -> Header | None:
    groups = [frozenset(map(fold_header, names)) for names in (*contract.required, *contract.optional)]
    best, place = 0, -1
    for index, row in enumerate(sheet.rows[:PREAMBLE_ROWS]):
        names = {fold_header(cell) for cell in row.cells} - {""}
        if (found := sum(1 for group in groups if names & group)) > best:
            best, place = found, index
    if place < 0:
        return None
    table = table_at(sheet, place)
    return Header(table, table.names)


def _missing(contract: Contract, header: Header) -> list[Names]:
    return [names for names in contract.required if not is_there(names, header)]


def _is_near(contract: Contract, header: Header, least: int) -> bool:
    """Tell whether so many columns are there, `least` or more, that a missing one is missed rather than foreign."""
    missing = len(_missing(contract, header))
    there = sum(1 for names in (*contract.required, *contract.optional) if is_there(names, header))
    return 0 < missing <= max(1, len(contract.required) // 3) and there >= max(least, missing + 1)


def _unknown(contract: Contract, header: Header) -> list[int]:
    """Return the columns that hold something and that the contract does not know."""
    known = contract.known()
    return [
        index
        for index, name in enumerate(header.names)
        if name not in known and any(header.table.cell(row, index) for row in header.table.rows)
    ]


def _label(header: Header, index: int) -> str:
    text = header.table.header[index] if index < len(header.table.header) else ""
    return shown(text) if text.strip() else f"number {index + 1}, which has no header"


def _missing_error(layout: str, contract: Contract, header: Header, document: Document) -> SchemaDrift:
    missing = _missing(contract, header)
    free = [header.table.header[i] for i, name in enumerate(header.names) if name and name not in contract.known()]
    likely = [(names[0], nearest_header(names[0], free)) for names in missing]
    listed = ", ".join(shown(name) for name, _ in likely)
    nearest = "; ".join(
        f"nearest to {shown(name)} in the file: {shown(found) if found else 'no header'}" for name, found in likely
    )
    others = {fold_header(name): name for name in missing[0][1:]}
    also = ", ".join(shown(name) for folded, name in others.items() if folded != fold_header(missing[0][0]))
    return _error(
        document,
        header,
        f"The columns are nearly those of the layout {layout}, but {listed} "
        f"{'is' if len(missing) == 1 else 'are'} missing.",
        nearest + (f"; {shown(missing[0][0])} is also read as {also}" if also else ""),
        f"If that column is the missing one under a new name, correct its header in a copy of the file; {PROFILE_ADVICE}",
    )


def _doubt(layout: str, contract: Contract, header: Header, document: Document) -> SchemaDrift | None:
    """Return what is doubtful in a header row that has every required column."""
    return (
        _misplaced(layout, contract, header, document)
        or _repeated(layout, contract, header, document)
        or _unexplained(layout, contract, header, document)
    )


def _misplaced(layout: str, contract: Contract, header: Header, document: Document) -> SchemaDrift | None:
    order = [frozenset(map(fold_header, names)) for names in contract.required]
    last = {fold_header(name) for name in contract.last} & set(header.names)
    if contract.first and header.names[0] not in order[0]:
        problem, wanted = contract.required[0][0], "as the first column"
    elif contract.exact and (len(header.names) != len(order) or any(map(_differs, header.names, order))):
        wrong = next((i for i, (n, o) in enumerate(zip(header.names, order, strict=False)) if n not in o), len(order))
        problem, wanted = (
            header.table.header[min(wrong, len(header.table.header) - 1)],
            "the columns " + ", ".join(names[0] for names in contract.required) + " in this order and no other",
        )
    elif last and header.names[-1] not in last:
        problem = header.table.header[-1]
        wanted = f"{shown(contract.last[0])} as the last column, because its cells may run over to the right"
    else:
        return None
    return _error(
        document,
        header,
        f"The column {shown(problem)} stands where the layout {layout} does not have it.",
        wanted,
        f"Put the columns back into the vendor's order, without others; {PROFILE_ADVICE}",
    )


def _differs(name: str, wanted: frozenset[str]) -> bool:
    return name not in wanted


def _repeated(layout: str, contract: Contract, header: Header, document: Document) -> SchemaDrift | None:
    may = {fold_header(name) for name in contract.repeats}
    for names in (*contract.required, *contract.optional):
        name = next((folded for folded in map(fold_header, names) if folded in header.names), "")
        places = [index for index, other in enumerate(header.names) if other == name and name]
        if name in may or len(places) < 2:
            continue
        first, *others = ([header.table.cell(row, place) for row in header.table.rows] for place in places)
        if any(other != first for other in others):
            return _error(
                document,
                header,
                f"The column {_label(header, places[0])} of the layout {layout} stands twice, with different cells.",
                "each column once",
                "Remove or rename the one that is not the vendor's in a copy of the file. Nothing was stored.",
            )
    return None


def _unexplained(layout: str, contract: Contract, header: Header, document: Document) -> SchemaDrift | None:
    unknown = _unknown(contract, header)
    stray = [index for index, name in enumerate(header.names) if name in contract.never]
    if contract.questions:
        return _addresses(layout, unknown, header, document)
    absent = [names[0] for names in contract.optional if not is_there(names, header)]
    if not stray and (not unknown or not (absent or contract.closed)):
        return None
    place = (stray or unknown)[0]
    column = _label(header, place)
    likely = nearest_header(header.table.header[place], absent)
    return _error(
        document,
        header,
        f"The layout {layout} does not know the column {column}"
        + (f", and does not find {', '.join(map(shown, absent[:5]))}." if absent else "."),
        f"columns that the layout knows; the nearest that is missing: {shown(likely)}" if likely else "no such column",
        f"If {column} is one of these under a new name, correct its header in a copy of the file; if it is something "
        f"else, take it out of the copy; {PROFILE_ADVICE}",
    )


def _addresses(layout: str, unknown: Sequence[int], header: Header, document: Document) -> SchemaDrift | None:
    """A column of addresses under a header that is no question must never be read as answers."""
    for index in unknown:
        values = [cell for row in header.table.rows if (cell := header.table.cell(row, index))]
        if values and sum(1 for value in values if _EMAIL.fullmatch(value)) >= 0.8 * len(values):
            return _error(
                document,
                header,
                f"The column {_label(header, index)} holds e-mail addresses, and the layout {layout} would read it "
                "as answers.",
                "addresses under “Email Address” or “Email”",
                f"If it is the respondent's address, give it that header in a copy of the file; {PROFILE_ADVICE}",
            )
    return None


def _error(document: Document, header: Header, problem: str, expected: str, do: str) -> SchemaDrift:
    table = header.table
    place = Place(file=document.name, sheet=table.sheet.name or None, row=table.number)
    return SchemaDrift(problem, place=place, expected=expected, do=do)
