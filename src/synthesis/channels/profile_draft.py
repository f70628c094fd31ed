"""The dry run of a file that no layout knows: what was found, the best guess per column, and a draft to complete."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from synthesis.channels.catalogue import ALIASED
from synthesis.channels.drift import shown
from synthesis.channels.mapped import folder_channel, path_parts
from synthesis.channels.profile_guess import (
    SURE,
    Cells,
    Guess,
    day_first_of,
    guess,
    role_values,
    shape_of,
    speaker_values,
    yes_values,
)
from synthesis.channels.profile_toml import profile_toml
from synthesis.channels.profiles import CHANNELS, FLAGS, MANY, USES, VOICES, Column, Profile, Use, header_table
from synthesis.channels.prompts import strip_endorsements, valence_of
from synthesis.channels.tables import PREAMBLE_ROWS, Table, fold_header
from synthesis.errors import InputError, Place
from synthesis.formats import Document, Kind, Sheet, open_document
from synthesis.formats.parts import column_letter
from synthesis.model import Channel, Role, SpeakerKind, Voice

PREVIEW_ROWS = 5
_VOICES = {Channel.EDUCATION_SUMMIT: Voice.GROUP_NOTE, Channel.LISTENING_TOUR: Voice.PARAPHRASE}
_ALIKE = 80


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """One column of the file: what its cells look like, and the guess. `cells` are for the person's screen only."""

    letter: str
    header: str
    filled: int
    distinct: int
    shape: str
    guess: Guess
    column: Column
    cells: Cells = field(repr=False)

    def as_use(self, use: Use) -> Column:
        """Return the column as another use than the guessed one, with what its cells suggest for that use."""
        return self.column if use is self.column.use else _column(self.header, use, self.cells)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a dry run found in a file. `preview` holds cells: for the person's screen, never for a log or a file.

    `sheets` pairs each sheet with its rows; `above` counts the rows above the header; `rows` and `broken` count those
    below it. `profile` is the draft, with undecided columns as `Use.UNDECIDED`.
    """

    name: str
    format: str
    encoding: str
    sheets: tuple[tuple[str, int], ...]
    sheet: str
    header_row: int
    header_rows: int
    above: int
    rows: int
    broken: int
    columns: tuple[FoundColumn, ...]
    profile: Profile
    preview: tuple[tuple[str, ...], ...] = field(repr=False)

    def undecided(self) -> tuple[str, ...]:
        """Return the headers of the columns that a person has to decide."""
        return tuple(column.header for column in self.profile.columns if column.use is Use.UNDECIDED)

    def explain(self) -> str:
        """Return what was found, line by line, for a terminal. Holds headers and shapes, never cells."""
        lines = [
            f"{self.name}: {self.format}{f', {self.encoding}' if self.encoding else ''}",
            f"sheets: {', '.join(f'{shown(sheet)} ({rows} rows)' for sheet, rows in self.sheets)}"
            if any(sheet for sheet, _ in self.sheets)
            else f"rows in all: {self.sheets[0][1]}",
            f"header: row {self.header_row}{' and the next' if self.header_rows == 2 else ''}, {self.above} rows above it; "
            f"{self.rows} rows below it, {self.broken} of them broken",
        ]
        if self.profile.layout:
            lines.append(f"nearly the layout {self.profile.layout}: the draft gives its columns their new headers")
        for found in self.columns:
            use = found.column.field or found.column.use.value
            lines.append(
                f"{found.letter:>3}  {shown(found.header)}: {found.filled} of {self.rows} filled, {found.distinct} "
                f"different, {found.shape} → {use} ({found.guess.confidence:.0%}: {found.guess.reason})"
            )
        left = [*(() if self.profile.channel else ("the channel",)), *map(shown, self.undecided())]
        lines.append(f"to decide: {', '.join(left) or 'nothing'}; then check every guess. Nothing was stored.")
        return "\n".join(lines)


def draft(name: str, data: bytes) -> Draft:
    """Return what a file holds and a draft profile for it. `name` is text to show; its first folder gives the channel.

    Raises `UnsafeFile` and `UnreadableFile`, and `InputError` for a file that is no table or holds no rows.
    """
    document = open_document(name, data)
    if document.kind is not Kind.TABLE:
        raise InputError(
            f"Mapping profiles are for tables; the file is {document.kind}.",
            place=Place(file=name),
            expected=".csv, .tsv or .xlsx",
            do="Put it into the folder of its channel, or give --channel, and ingest it as it is.",
        )
    table, header_rows = _find_header(document)
    found = _columns(table)
    profile = _profile(document, table, header_rows, found)
    if profile.layout:
        found = [replace(old, column=column) for old, column in zip(found, profile.columns, strict=True)]
    places = [index for index, header in enumerate(table.header) if header]
    return Draft(
        name=document.name,
        format=_format(data, table),
        encoding=_encoding(data),
        sheets=tuple((sheet.name, len(sheet.rows)) for sheet in document.sheets),
        sheet=table.sheet.name,
        header_row=table.number,
        header_rows=header_rows,
        above=sum(1 for row in table.sheet.rows if row.number < table.number),
        rows=len(table.rows),
        broken=sum(1 for row in table.rows if table.fault(row)),
        columns=tuple(found),
        profile=profile,
        preview=tuple(tuple(table.cell(row, index) for index in places) for row in table.rows[:PREVIEW_ROWS]),
    )


def draft_toml(found: Draft) -> str:
    """Return the draft as TOML with a comment above every entry, for a person to complete; undecided is ``"?"``.

    The comments hold headers, counts and shapes. The only cells in it are the options of columns whose options have to
    be mapped: roles, speakers, marks.
    """
    by_header = {column.header: column for column in found.columns}

    def comments(key: str) -> Sequence[str]:
        if key.startswith("column:"):
            return _column_comment(by_header[key.removeprefix("column:")], found.rows)
        return _COMMENTS.get(key, ())

    return profile_toml(found.profile, comments)


_COMMENTS = {
    "": (
        "A mapping profile: it says what each column of a file is, so that the file can be read.",
        "1. Replace every \"?\". 2. Check every guess against the file. 3. Save, and ingest the file with this profile.",
        "Lines that begin with # are explanations. Text stands in quotation marks. Nothing is stored until it all fits.",
        "",
        "What a column can be (use = …):",
        *(f"  {use.value + ':':<14} {meaning}" for use, meaning in USES.items()),
        "",
    ),
    "name": ("A short name for this kind of file: small letters, digits, - and _.",),
    "channel": ("Where the input was collected: " + ", ".join(CHANNELS) + ".",),
    "layout": ("The file is read as this known layout; each column's use is one of that layout's columns, or ignore.",),
    "sheet": ("Which sheet to read; empty reads every sheet that has these columns.",),
    "header_row": ("Where the header stood in this file; it may stand in another of the first twenty rows next time.",),
    "header_rows": ("2 where groups stand in one row and the columns' own names in the next.",),
    "voice": ("How close the text is to what was said: " + ", ".join(VOICES) + ".",),
    "count_marks": ("true: marks at the end of a text (x4, +1, ✔✔✔, (3)) are counted as endorsements and taken off.",),
    "room_from_sheet": ("true: each sheet is a room, named after it.",),
}  # fmt: skip


def _column_comment(found: FoundColumn, rows: int) -> list[str]:
    lines = [
        f"Column {found.letter}: {found.filled} of {rows} filled, {found.distinct} different; {found.shape}.",
        f"Guess: {found.guess.use.value}, {found.guess.confidence:.0%} sure: {found.guess.reason}.",
    ]
    if found.column.use is Use.TEXT:
        lines.append(
            "prompt: the question asked. valence: positive (what goes well), negative (what should improve), open."
        )
    if found.column.use is Use.ROLE:
        lines.append("values: " + ", ".join(Role) + ". A word that is not listed is read by its wording.")
    if found.column.use is Use.SPEAKER:
        lines.append("values: " + ", ".join(SpeakerKind) + ". Only community is counted.")
    if found.column.use is Use.DATE:
        lines.append("day_first: true where 3/4 is the 3rd of April. date_format: empty, or like %d.%m.%Y %H:%M.")
    if found.column.use in FLAGS:
        lines.append('yes: the cells that set the mark, such as ["TRUE", "x"].')
    if found.column.use is Use.UNDECIDED:
        lines.append(
            'Not needed: "ignore". If it marks rows: "private", "seed" or "test", and a line such as yes = ["x"].'
        )
    # A header may hold line breaks; a comment must stay on its lines.
    return [re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+", " ", line) for line in lines]


def _columns(table: Table) -> list[FoundColumn]:
    good = [row for row in table.rows if not table.fault(row)]
    guessed = []
    for index, header in enumerate(table.header):
        if header:
            cells = Cells([table.cell(row, index) for row in good])
            guessed.append((index, header, cells, guess(header, cells)))
    best: dict[Use, tuple[float, str]] = {}
    for _, header, _, one in guessed:
        if one.confidence >= SURE and one.use not in MANY and one.confidence > best.get(one.use, (0.0, ""))[0]:
            best[one.use] = (one.confidence, header)
    found = []
    for index, header, cells, one in guessed:
        use = one.use if one.confidence >= SURE else Use.UNDECIDED
        if use not in MANY and best[use][1] != header:
            one = Guess(one.use, 0.5, f"{one.reason}; but {shown(best[use][1])} is {use} already")
            use = Use.UNDECIDED
        found.append(
            FoundColumn(
                column_letter(index),
                header,
                len(cells.all),
                cells.distinct,
                shape_of(cells),
                one,
                _column(header, use, cells),
                cells,
            )
        )
    return found


def _column(header: str, use: Use, cells: Cells) -> Column:
    if use is Use.TEXT:
        return Column(header, use, prompt=re.sub(r"\s+", " ", header), valence=valence_of(header))
    if use is Use.ROLE:
        return Column(header, use, values=role_values(cells))
    if use is Use.SPEAKER:
        return Column(header, use, values=speaker_values(cells))
    if use is Use.DATE:
        return Column(header, use, day_first=day_first_of(cells))
    return Column(header, use, yes=yes_values(cells) if use in FLAGS else ())


def _profile(document: Document, table: Table, header_rows: int, found: Sequence[FoundColumn]) -> Profile:
    channel = folder_channel(document.name)
    texts = [column.header for column in (entry.column for entry in found) if column.use is Use.TEXT]
    cells = [table.cell(row, table.header.index(header)) for header in texts for row in table.rows[:500]]
    marked = sum(1 for cell in cells if strip_endorsements(cell)[1])
    alike = [sheet for sheet in document.sheets if sheet is not table.sheet and _has_header(sheet, table)]
    stem = path_parts(document.name)[-1].rsplit(".", 1)[0] if path_parts(document.name) else ""
    whole = Profile(
        name=re.sub(r"[^a-z0-9]+", "_", stem.casefold()).strip("_")[:40] or "new_profile",
        channel=channel,
        columns=tuple(entry.column for entry in found),
        sheet="" if alike or len(document.sheets) == 1 else table.sheet.name,
        header_row=table.number,
        header_rows=header_rows,
        voice=_VOICES.get(channel, Voice.VERBATIM) if channel else Voice.VERBATIM,
        count_marks=marked >= max(2, 0.05 * len(cells)),
        room_from_sheet=bool(alike) and not any(entry.column.use is Use.ROOM for entry in found),
    )
    return _as_layout(whole) if header_rows == 1 else whole


def _has_header(sheet: Sheet, table: Table) -> bool:
    wanted = set(table.names) - {""}
    return any(wanted <= {fold_header(cell) for cell in row.cells} for row in sheet.rows[:PREAMBLE_ROWS])


def _as_layout(profile: Profile) -> Profile:
    """Return the profile as one of a known layout, where all that the layout needs is there under like headers."""
    for layout in ALIASED.values():
        contract = layout.contract
        if contract is None or len(contract.required) < 3:
            continue  # one required column says too little
        fields = _fields(profile, (*contract.required, *contract.optional))
        if sum(1 for names in contract.required if names[0] in fields.values()) >= 0.75 * len(contract.required):
            columns = tuple(
                Column(
                    column.header,
                    Use.FIELD if column.header in fields else Use.UNDECIDED,
                    field=fields.get(column.header, ""),
                )
                for column in profile.columns
            )
            return replace(
                profile, layout=layout.name, columns=columns, channel=profile.channel or layout.channel,
                voice=Voice.VERBATIM, count_marks=False, room_from_sheet=False,
            )  # fmt: skip
    return profile


def _fields(profile: Profile, groups: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """Return header → layout column, each once, by likeness of the header to one of the column's names."""
    fields: dict[str, str] = {}
    for names in groups:
        free = {fold_header(column.header): column.header for column in profile.columns if column.header not in fields}
        free |= {re.sub(r" #\d+$", "", folded): header for folded, header in reversed(free.items())}
        best = max(
            (
                process.extractOne(fold_header(name), list(free), scorer=fuzz.ratio, score_cutoff=_ALIKE) or ("", 0, 0)
                for name in names
            ),
            key=lambda match: match[1],
        )
        if best[0]:
            fields[free[best[0]]] = names[0]
    return fields


def _find_header(document: Document) -> tuple[Table, int]:
    """Return the table whose header row is likeliest, of the sheet with most rows below it, and how deep it is."""
    sheets = [sheet for sheet in document.sheets if sheet.rows]
    if not sheets:
        raise InputError("The file holds no rows.", place=Place(file=document.name), do="Export it again.")
    tables = [_sheet_header(sheet) for sheet in sheets]
    return max(tables, key=lambda entry: len(entry[0].rows) * len(entry[0].header))


def _sheet_header(sheet: Sheet) -> tuple[Table, int]:
    scores = [_header_score(sheet, index) for index in range(min(len(sheet.rows), PREAMBLE_ROWS))]
    index = max(range(len(scores)), key=lambda place: (scores[place], -place))
    depth = 1
    if index > 0 and _is_group_row(sheet, index - 1):
        index, depth = index - 1, 2
    elif index + 1 < len(sheet.rows) and _is_group_row(sheet, index):
        depth = 2
    return header_table(sheet, index, depth), depth


def _header_score(sheet: Sheet, index: int) -> float:
    """Return how much a row looks like a header: full, distinct, named, and unlike the rows below it."""
    cells = [cell.strip() for cell in sheet.rows[index].cells]
    names = [cell for cell in cells if cell]
    width = max(sum(1 for cell in row.cells if cell.strip()) for row in sheet.rows[index : index + PREAMBLE_ROWS])
    if not names or not width:
        return 0.0
    known = sum(1 for name in names if guess(name, Cells([])).use is not Use.IGNORE or _is_plain(name))
    data = sum(1 for name in names if _looks_like_data(name))
    full = min(len(names) / width, 1.0)
    distinct = len({fold_header(name) for name in names}) / len(names)
    last = 0.5 if index + 1 == len(sheet.rows) else 0.0
    return 2 * full + distinct + known / len(names) - 3 * data / len(names) - last


def _is_plain(name: str) -> bool:
    return len(name.split()) <= 3 and not any(character.isdigit() for character in name)


def _looks_like_data(cell: str) -> bool:
    cells = Cells([cell])
    return bool(cells.emails or cells.dates or cells.numbers) or len(cell) > 400


def _is_group_row(sheet: Sheet, index: int) -> bool:
    """Tell whether a row names groups of the columns that the next row names, with nothing over some of them."""
    top = [cell.strip() for cell in sheet.rows[index].cells]
    below = [cell.strip() for cell in sheet.rows[index + 1].cells]
    names = [cell for cell in top if cell]
    labels = [cell for cell in below if cell]
    if len(names) < 2 or any(_looks_like_data(cell) or cell.endswith(":") for cell in (*names, *labels)):
        return False
    if any(len(cell) > 60 or cell.endswith(".") for cell in labels):
        return False
    gaps = sum(1 for a, b in zip(top, below, strict=False) if b and not a)
    both = sum(1 for a, b in zip(top, below, strict=False) if a and b)
    repeated = len({fold_header(cell) for cell in labels}) < len(labels)
    return both >= 1 and gaps >= 1 and (repeated or any(a and not b for a, b in zip(top, below, strict=False)))


def _format(data: bytes, table: Table) -> str:
    if data.startswith(b"PK"):
        return "Excel workbook"
    text = data.decode("utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "latin-1")
    lines = [line for line in text.splitlines() if line.strip()]
    line = lines[min(sum(1 for row in table.sheet.rows if row.number < table.number), len(lines) - 1)]
    delimiter = max((",", ";", "\t"), key=line.count)
    return f"delimited text, parted by {'tabs' if delimiter == chr(9) else delimiter}"


def _encoding(data: bytes) -> str:
    if data.startswith(b"PK"):
        return ""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or data[:200].count(0) > 20:
        return "UTF-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "Windows-1252"
    return "UTF-8 with BOM" if data.startswith(codecs.BOM_UTF8) else "UTF-8"
