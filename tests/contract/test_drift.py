"""Schema drift, for every layout: a changed header is read as before or refused by name, never read wrongly.

Each layout's fixture is taken apart into rows, its header row changed in one way, and read again. What is allowed is
the identical reading, or `SchemaDrift` that names the column; for columns that the layout only may have, a reading
that says less about who spoke is allowed where the column is gone altogether, because the file then says no more.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from datetime import UTC, datetime

import openpyxl
import pytest

from synthesis.channels import Mapped, layouts, read_export
from synthesis.errors import SchemaDrift
from synthesis.model import Channel, SpeakerKind
from tests.contract import layout_files as files

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ROSTER = {"Corin Vale": SpeakerKind.STAFF, "Ilse Marwood": SpeakerKind.BOARD}
Rows = list[list[str]]

# layout: bytes, number of the header row, rows of header, columns that it reads and must have, columns that it may
# have, one of them per line of the contract.
TABLES: dict[str, tuple[Callable[[], bytes], int, int, list[str], list[str]]] = {
    "lets_talk": (files.lets_talk, 1, 1,
                  ["Name", "Email", "Type", "Entry Point", "Topic", "Original Message", "Date Received", "Private"], []),
    "lets_talk_old": (files.lets_talk_old, 2, 1,
                      ["Name", "Email", "Type", "Entry Point", "Interest Area", "Original Message", "Date Received",
                       "Private"], []),
    "qualtrics": (files.qualtrics, 1, 3,
                  ["StartDate", "EndDate", "Status", "RecordedDate", "ResponseId", "DistributionChannel"], []),
    "qualtrics_legacy": (files.qualtrics_legacy, 2, 2, ["ResponseID", "Status", "StartDate", "EndDate"], []),
    "surveymonkey": (files.surveymonkey, 1, 2, ["Respondent ID", "Collector ID", "Start Date", "End Date"], []),
    "ms_forms": (files.ms_forms, 1, 1, ["ID", "Start time", "Completion time", "Email", "Name"], []),
    "google_forms": (files.google_forms, 1, 1, ["Timestamp"], []),
    "thoughtexchange": (files.thoughtexchange, 1, 1, ["Thought", "Average Star Rating", "Number of Raters"], ["Role"]),
    "polis_2018": (files.polis_2018, 1, 1,
                   ["timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated",
                    "comment-body"], []),
    "polis_2024": (files.polis_2024, 1, 1,
                   ["timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "is-meta", "is-seed",
                    "comment-body"], []),
    "polis_companion": (files.polis_companion, 1, 1, ["timestamp", "comment-id", "voter-id", "vote"], []),
    "roster": (files.roster, 1, 1, ["name", "kind"], []),
    "zoom_qa": (files.zoom_qa, 5, 1, ["#", "Question", "Asker Name", "Asker Email"], ["Answer(s)"]),
    "zoom_poll": (files.zoom_poll, 7, 1, ["#", "User Name", "User Email", "Submitted Date/Time"], []),
    "summit_xlsx": (files.summit_xlsx, 2, 1, ["Note"], ["Table", "Question", "Votes"]),
    "summit_xlsx_columns": (files.summit_xlsx_columns, 1, 1, ["Table 1", "Table 2"], ["Question"]),
    "sticky_csv": (files.sticky_csv, 1, 1, ["Text"], ["X", "Y", "Colour", "Frame", "Author", "Tags", "Dots"]),
}  # fmt: skip
WITHOUT_COLUMNS = {
    "zoom_vtt", "teams_vtt", "teams_docx", "zoom_chat", "zoom_chat_cloud", "summit_docx", "tour_docx", "minutes_docx",
    "email_mbox", "best_practices",
}  # fmt: skip
REQUIRED = [(layout, column) for layout, case in TABLES.items() for column in case[3]]
OPTIONAL = [(layout, column) for layout, case in TABLES.items() for column in case[4]]


def read(data: bytes, channel: Channel | None = None) -> Mapped:
    return read_export(
        "a.csv",
        data,
        sha256="0" * 64,  # the bytes differ, what they say must not
        channel=channel,
        timezone="America/New_York",
        received_at=NOW,
        roster=ROSTER,
    )


class Export:
    """A fixture taken apart: the sheets' rows, and what the first sheet's header row holds."""

    def __init__(self, layout: str) -> None:
        build, number, self.deep, _, _ = TABLES[layout]
        data = build()
        self.first = number - 1
        self.is_book = data.startswith(b"PK")
        self.sheets: dict[str, list[list[object]]] = {}
        if self.is_book:
            book = openpyxl.load_workbook(io.BytesIO(data))
            for sheet in book.worksheets:
                self.sheets[sheet.title] = [[cell.value for cell in row] for row in sheet.iter_rows()]
        else:
            try:
                text = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = data.decode("cp1252")
            self.sheets[""] = [list(row) for row in csv.reader(io.StringIO(text, newline=""))]

    @property
    def rows(self) -> list[list[object]]:
        return next(iter(self.sheets.values()))

    @property
    def header(self) -> list[object]:
        return self.rows[self.first]

    def below(self) -> list[list[object]]:
        """Return the header row or rows and what stands below."""
        return self.rows[self.first if self.deep == 1 or self.first == 0 else self.first - 1 :]

    def place(self, column: str) -> int:
        return [str(cell).strip() for cell in self.header].index(column)

    def data(self) -> bytes:
        if self.is_book:
            return files.xlsx_bytes(**{title.replace(" ", "_"): rows for title, rows in self.sheets.items()})
        out = io.StringIO(newline="")
        csv.writer(out).writerows([["" if cell is None else cell for cell in row] for row in self.rows])
        return out.getvalue().encode()


def test_every_layout_is_here() -> None:
    assert set(TABLES) | WITHOUT_COLUMNS == set(layouts())


def same(first: Mapped, again: Mapped, *, but: tuple[str, ...] = ()) -> bool:
    """Tell whether two readings say the same; ids of columns move with the columns."""
    moves = ["contribution_id", "prompt_id", "record_key", *but]
    if first.layout != again.layout or first.rows_in != again.rows_in:
        return False
    kept = [mapped.contributions.drop(columns=moves).astype(str) for mapped in (first, again)]
    key = ["row", "sheet", "text_raw"]
    kept = [frame.sort_values(key, ignore_index=True) for frame in kept]
    aside = [
        mapped.set_aside[["sheet", "row", "reason"]].astype(str).sort_values(["sheet", "row", "reason"])
        for mapped in (first, again)
    ]
    return kept[0].equals(kept[1]) and aside[0].reset_index(drop=True).equals(aside[1].reset_index(drop=True))


def attempt(data: bytes) -> tuple[Mapped | None, str]:
    """Return the reading, or the words of the refusal, which always say what to do and that nothing was stored."""
    try:
        return read(data), ""
    except SchemaDrift as error:
        message, do = str(error), str(error.do)
    assert "nothing was stored" in do.casefold()
    return None, message


def test_the_fixtures_taken_apart_and_put_together_read_as_before() -> None:
    for layout, case in TABLES.items():
        assert same(read(case[0]()), read(Export(layout).data())), layout


@pytest.mark.parametrize(("layout", "column"), REQUIRED)
@pytest.mark.parametrize("name", ["Zwqx", "{}s"])
def test_a_required_column_renamed(layout: str, column: str, name: str) -> None:
    export = Export(layout)
    before = read(export.data())
    renamed = name.format(column)
    export.header[export.place(column)] = renamed
    after, message = attempt(export.data())
    if after is None:
        assert column.casefold() in message.casefold() or renamed.casefold() in message.casefold()
    else:
        assert same(before, after), "read, and read wrongly"


@pytest.mark.parametrize(("layout", "column"), [pair for pair in REQUIRED if pair[0] != "summit_xlsx_columns"])
def test_a_required_column_dropped(layout: str, column: str) -> None:
    export = Export(layout)
    before, place = read(export.data()), export.place(column)
    for row in export.below():
        if len(row) > place:
            del row[place]
    after, message = attempt(export.data())
    if after is None:
        if layout == "google_forms":  # without it nothing is left that tells the vendor
            return
        named = {"Type": "Type 2", "Average Star Rating": "Star rating", "Number of Raters": "Raters"}.get(
            column, column
        )
        assert named.casefold() in message.casefold()
    else:
        assert same(before, after), "read, and read wrongly"


@pytest.mark.parametrize(("layout", "column"), OPTIONAL)
def test_an_optional_column_renamed(layout: str, column: str) -> None:
    export = Export(layout)
    before = read(export.data())
    export.header[export.place(column)] = "Zwqx"
    after, message = attempt(export.data())
    if after is None:
        assert "Zwqx" in message
    else:
        assert same(before, after)


@pytest.mark.parametrize(("layout", "column"), OPTIONAL)
def test_an_optional_column_dropped_changes_no_words_and_no_account_of_voice(layout: str, column: str) -> None:
    export = Export(layout)
    before, place = read(export.data()), export.place(column)
    for row in export.below():
        if len(row) > place:
            del row[place]
    after = read(export.data())
    assert after.layout == before.layout
    assert set(before.contributions["text_raw"]) <= set(after.contributions["text_raw"])


@pytest.mark.parametrize("layout", TABLES)
@pytest.mark.parametrize("at_end", [True, False])
def test_an_extra_column(layout: str, at_end: bool) -> None:
    export = Export(layout)
    before = read(export.data())
    place = len(export.header) if at_end else 1
    top = "Zwqx" if layout == "qualtrics_legacy" else ""
    for number, row in enumerate(export.below()):
        row.extend([""] * (place - len(row)))
        row.insert(place, "Zwqx" if row is export.header else top if number < export.deep else f"{number} apples")
    after, message = attempt(export.data())
    if after is None:
        assert "Zwqx" in message
    else:
        questions = layout in ("ms_forms", "google_forms", "qualtrics", "qualtrics_legacy", "surveymonkey")
        answers = after.contributions["text_raw"].str.endswith("apples")
        assert questions or not answers.any()
        # A survey's extra column is one more question, under its own name; the others are read as before.
        if answers.any():
            assert set(after.contributions.loc[answers, "prompt_text"]) == {"Zwqx"} or layout == "qualtrics"
        assert set(before.contributions["text_raw"]) == set(after.contributions.loc[~answers, "text_raw"])


@pytest.mark.parametrize("layout", TABLES)
@pytest.mark.parametrize("seed", range(3))
def test_moved_columns(layout: str, seed: int) -> None:
    export = Export(layout)
    before = read(export.data())
    width = len(export.header)
    order = list(range(width))
    if seed == 0:
        order.reverse()
    else:
        random.Random(seed).shuffle(order)
    for row in export.below():
        row.extend([""] * (width - len(row)))
        row[:width] = [row[place] for place in order]
    after, message = attempt(export.data())
    if after is None:
        assert any(str(cell) in message for cell in [*export.header, "Type 2"] if cell) or "no header" in message
    else:
        assert same(before, after)


@pytest.mark.parametrize("layout", TABLES)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.upper(),
        lambda text: f"  {text.replace(' ', chr(0xA0))} ",
        lambda text: text.replace(" ", "  ") + ":",
        lambda text: "\u200b" + text,
    ],
    ids=["case", "blanks", "colon", "invisible"],
)
def test_case_and_blanks_of_the_header(layout: str, change: Callable[[str], str]) -> None:
    export = Export(layout)
    before = read(export.data())
    export.header[:] = [change(str(cell)) if cell not in (None, "") else cell for cell in export.header]
    after, message = attempt(export.data())
    if after is None:
        assert layout in message
    else:
        assert same(before, after, but=("prompt_text",))


def test_a_layout_of_few_columns_does_not_read_anothers_export() -> None:
    head = ["Timestamp", "Opinion", "Star Rating", "Number of Raters", "Theme"]
    _, message = attempt(files.csv_bytes(head, ["10/13/2025 9:00:00", "Keep the librarian", "4.5", "12", ""]))
    assert "thoughtexchange" in message
    assert "“Thought”" in message
    head = ["Question", "Comment", "Star Rating", "Number of Raters"]
    _, message = attempt(files.csv_bytes(head, ["What next?", "Keep the librarian", "4.5", "12"]))
    assert "thoughtexchange" in message


def test_one_drifted_sheet_among_good_ones_refuses_the_workbook() -> None:
    head = ["Table", "Question", "Note", "Votes"]
    rooms = {
        "Room_1": [head, [1, "", "Drama club", 1]],
        "Room_2": [[*head[:2], "Scribbles", "Votes"], [1, "", "Bus", 2]],
    }
    _, message = attempt(files.xlsx_bytes(**rooms))
    assert "sheet Room 2" in message
    assert "“Scribbles”" in message


def test_a_second_sheet_of_the_same_columns_is_not_left_out() -> None:
    sheet = [files.LETS_TALK_HEADER, files.lets_talk_row("The bus is late.")]
    _, message = attempt(files.xlsx_bytes(Fall=sheet, Spring=sheet))
    assert "More than one sheet" in message
    assert "sheet Spring" in message


def test_addresses_are_never_read_as_answers() -> None:
    head = ["Timestamp", "Reach me at", "What should improve?"]
    _, message = attempt(files.csv_bytes(head, ["10/13/2025 9:00:00", "p@example.org", "The roof"]))
    assert "“Reach me at”" in message
    assert "p@example.org" not in message


def test_a_column_that_stands_twice_with_different_cells() -> None:
    head = ["Thought", "Star Rating", "Number of Raters", "Role", "Role"]
    _, message = attempt(files.csv_bytes(head, ["Keep the librarian", "4.5", "12", "Parent", "Teacher"]))
    assert "“Role”" in message
    after, _ = attempt(files.csv_bytes(head, ["Keep the librarian", "4.5", "12", "Parent", "Parent"]))
    assert after is not None
    assert after.contributions["role"].tolist() == ["family"]


def test_the_order_of_columns_does_not_change_who_answered() -> None:
    head, row = ["Timestamp", "What should improve?", "Anything else?"], ["10/13/2025 9:00:00", "The roof", "The bus"]
    first, _ = attempt(files.csv_bytes(head, row))
    again, _ = attempt(files.csv_bytes([head[0], head[2], head[1]], [row[0], row[2], row[1]]))
    assert first is not None
    assert again is not None
    assert set(first.contributions["record_key"]) == set(again.contributions["record_key"])


def test_minutes_whose_public_comment_has_another_heading_are_not_read_as_notes() -> None:
    data = files.docx_bytes(
        ("Title", "Board of Education – Minutes, October 14, 2025"),
        ("Heading 1", "Audience remarks"),
        ("Normal", "Pella Ostrander (parent, Old Ferry): spoke about the boiler."),
    )
    with pytest.raises(SchemaDrift, match="no known layout"):
        read(data, Channel.TOWN_HALL)
