"""Workbooks: what cells say, which rows cannot be read and why, and sheets that lie about themselves."""

from __future__ import annotations

import io
from datetime import datetime, time

import openpyxl
import pytest

from synthesis.errors import UnreadableFile
from synthesis.formats import Sheet, open_document
from synthesis.formats.parts import Merge
from synthesis.formats.xlsx import read_xlsx
from synthesis.formats.xlsx_values import date_text, number_text
from tests.hostile import hostile_files as files


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(rows: str, after: str = "") -> Sheet:
    data = files.office("xlsx", xl__worksheets__sheet1_xml=files.sheet(rows, after))
    (sheet,) = read_xlsx(data, "x.xlsx")
    return sheet


@pytest.mark.parametrize(
    ("raw", "text"),
    [("1.14E+11", "114000000000"), ("3.0", "3"), ("118000000001", "118000000001"), ("0.1", "0.1"), ("-2", "-2"),
     ("12345678901234567890", "12345678901234567890"), ("1E+400", "1E+400"), ("NaN", "NaN"), ("x", "x")],
)  # fmt: skip
def test_numbers(raw: str, text: str) -> None:
    assert number_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [("45944", "2025-10-14"), ("45944.753472222219", "2025-10-14 18:05:00"), ("0.75", "18:00:00"), ("1", "1900-01-01"),
     ("45944.9999999", "2025-10-15"), ("-1", "-1"), ("99999999", "99999999"), ("NaN", "NaN")],
)  # fmt: skip
def test_dates(raw: str, text: str) -> None:
    assert date_text(raw, since_1904=False) == text


def test_dates_are_told_by_their_format_and_the_1904_calendar_is_known() -> None:
    book = openpyxl.Workbook()
    book.active.append([datetime(2025, 10, 14, 18, 5), datetime(2025, 10, 14), time(18, 5), 45944])  # noqa: DTZ001
    assert read_xlsx(saved(book), "x")[0].rows[0].cells == ("2025-10-14 18:05:00", "2025-10-14", "18:05:00", "45944")
    assert date_text("44482", since_1904=True) == "2025-10-14"


def test_texts_of_every_kind() -> None:
    rich = '<is><r><t>rich </t></r><r><t xml:space="preserve">text</t></r><rPh><t>reading</t></rPh></is>'
    rows = f'<row r="2"><c r="A2" t="inlineStr">{rich}</c><c r="C2" t="str"><f>A1</f><v></v></c><c r="D2" t="b"><v>1</v></c>'
    rows += '<c r="E2" t="inlineStr"><is><t>a_x000D_&#10;b</t></is></c><c t="e"><v>#N/A</v></c></row>'
    (row,) = sheet_of(rows).rows
    assert (row.number, row.cells, row.fault) == (2, ("rich text", "", "", "TRUE", "a\nb", "#N/A"), "")


@pytest.mark.parametrize(
    ("cell", "words"),
    [('<c r="B7"><f>A1&amp;B1</f></c>', "no saved result"),
     ('<c r="B7" t="s"><v>999</v></c>', "points at a text"),
     ('<c r="B7" t="e"><v>#NAME?</v></c>', "taken for a formula"),
     ('<c r="ZZZ7"><v>1</v></c>', "beyond the 2,000 columns")],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_faults_its_row(cell: str, words: str) -> None:
    rows = sheet_of(f'<row r="7"><c r="A7"><v>1</v></c>{cell}</row><row r="8"><c r="A8"><v>2</v></c></row>').rows
    assert [bool(row.fault) for row in rows] == [True, False]
    assert words in rows[0].fault
    assert "row 7, column" in rows[0].fault


def test_a_stated_dimension_is_not_believed() -> None:
    sheet = sheet_of('<row><c><v>1</v></c></row><row r="1048576"><c r="B1048576"><v>2</v></c></row>')
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ("1", "")), (1048576, ("", "2"))]


def test_hidden_rows_are_rows_and_hidden_sheets_come_last() -> None:
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "options", "veryHidden"
    book.active.append(["Yes"])
    seen = book.create_sheet("answers\u202e")
    for text in ("shown", "filtered away"):
        seen.append([text])
    seen.row_dimensions[2].hidden = True
    book.active = 1
    sheets = read_xlsx(saved(book), "x")
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("answers\ufffd", False), ("options", True)]
    assert [row.cells for row in sheets[0].rows] == [("shown",), ("filtered away",)]


def test_merged_ranges_are_told_and_their_text_is_read_once() -> None:
    book = openpyxl.Workbook()
    for row in (["Question", "Note"], ["What?", "a"], ["", "b"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    (sheet,) = read_xlsx(saved(book), "x")
    assert [row.cells for row in sheet.rows] == [("Question", "Note"), ("What?", "a"), ("", "b")]
    assert sheet.merges == (Merge(2, 0, 3, 0),)


def test_links_that_lead_outside_are_not_followed() -> None:
    rels = files.parts(files.workbook())["xl/_rels/workbook.xml.rels"].decode()
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationship Id="x1" Type="{base}/sharedStrings" TargetMode="External" Target="file:///etc/passwd"/>'
    data = files.office(
        "xlsx", xl___rels__workbook_xml_rels=rels.replace("</Relationships>", f"{link}</Relationships>").encode()
    )
    assert open_document("x.xlsx", data).sheets[0].rows[1].cells[1] == "More buses, please."


def test_a_workbook_without_worksheets_says_so() -> None:
    data = files.office("xlsx", xl___rels__workbook_xml_rels=b"<Relationships/>")
    with pytest.raises(UnreadableFile, match="no worksheet"):
        read_xlsx(data, "x.xlsx")
