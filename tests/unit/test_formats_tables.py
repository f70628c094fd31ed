"""Delimited files and workbooks: encodings, delimiters, faults of single rows, guards before parsing."""

from __future__ import annotations

import csv
import io
import time
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis.errors import InputError, UnreadableFile, UnsafeFile
from synthesis.formats import Kind, open_document
from synthesis.formats.csvfile import read_csv
from synthesis.formats.encoding import decode
from synthesis.formats.guards import check_zip
from synthesis.formats.parts import column_letter
from synthesis.formats.xlsx import read_xlsx

_CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


def cells(data: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read_csv(data, "x.csv").rows if not row.fault]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert cells("name,text\nañil,don’t wait\n".encode(encoding)) == [("name", "text"), ("añil", "don’t wait")]


def test_mojibake_is_repaired_and_sound_text_left_alone() -> None:
    assert decode("donâ€™t\nÃ¡rbol".encode(), "x") == "don’t\nárbol"
    assert decode("“Façade” – naïve â".encode(), "x") == "“Façade” – naïve â"


def test_answers_that_look_like_missing_values_are_text() -> None:
    assert cells(b"a,b\nNA,None\nnull,007\n") == [("a", "b"), ("NA", "None"), ("null", "007")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(delimiter: str) -> None:
    data = f'a{delimiter}b{delimiter}c\n1{delimiter}"x, y; z"{delimiter}3\n'.encode()
    assert cells(data) == [("a", "b", "c"), ("1", "x, y; z", "3")]


def test_line_breaks_and_separators_inside_cells_stay_there() -> None:
    assert cells('a,b\r\n1,"two\r\nlines\u2028three"\r\n'.encode()) == [("a", "b"), ("1", "two\nlines\u2028three")]


def test_an_open_quotation_mark_faults_its_row_and_no_other() -> None:
    rows = read_csv(b'a,b\n1,fine\n2,"open\n3,also fine\n4,"said ""so"""\n5,"bad"x\n6,last\n', "x.csv").rows
    assert [row.cells for row in rows if not row.fault][1:] == [
        ("1", "fine"), ("3", "also fine"), ("4", 'said "so"'), ("6", "last"),
    ]  # fmt: skip
    assert [row.number for row in rows if row.fault] == [3, 6]
    assert "row 3" in rows[2].fault


def test_oversize_and_nul_cells_fault_their_row() -> None:
    rows = read_csv(b"a,b\n1," + b"x" * 100_001 + b"\n2,n\0l\n3,ok\n", "x.csv").rows
    assert [bool(row.fault) for row in rows] == [False, True, True, False]
    assert "column B" in rows[1].fault


def test_binary_is_refused() -> None:
    with pytest.raises(UnsafeFile):
        read_csv(b"a,b\n" + b"\0\0\0\0\0\0\0\0\0\0" * 40 + b"x", "x.csv")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_arbitrary_bytes_raise_input_errors_only(data: bytes) -> None:
    try:
        rows = read_csv(data, "x.csv").rows
    except InputError:
        return
    numbers = [row.number for row in rows]
    assert numbers == sorted(set(numbers))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_CELL, _CELL), min_size=2, max_size=5))
def test_what_a_csv_writer_wrote_is_read_back(rows: list[tuple[str, str]]) -> None:
    kept = [("first", "second"), *(row for row in rows if any(cell.strip() for cell in row))]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(kept)
    data = out.getvalue().encode()
    try:
        read = [list(row.cells) for row in read_csv(data, "x.csv").rows]
    except InputError:
        return
    assert len(read) == len(kept)


def test_column_letters() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_workbook_values_are_text() -> None:
    (sheet,) = read_xlsx(workbook(["a", "b"], [1.0, True], [None, None], ["=1+1", "007"]), "x.xlsx")
    assert [(row.number, row.cells) for row in sheet.rows][:2] == [(1, ("a", "b")), (2, ("1", "TRUE"))]
    assert sheet.rows[-1].number == 4
    assert sheet.rows[-1].cells[1] == "007"


def rezip(data: bytes, **changes: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, changes.pop(name.replace("/", "__").replace(".", "_"), None) or source.read(name))
        for name, content in changes.items():
            target.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_declaration_in_a_part_is_refused(encoding: str) -> None:
    part = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode(encoding)
    with pytest.raises(UnsafeFile):
        open_document("x.xlsx", rezip(workbook(["a"]), xl__styles_xml=part))


def test_a_bomb_is_refused_from_its_directory() -> None:
    bomb = rezip(workbook(["a"]), bomb=b"\0" * (210 * 2**20))
    start = time.perf_counter()
    with pytest.raises(UnsafeFile):
        check_zip(bomb, "x.xlsx")
    assert time.perf_counter() - start < 0.5


def test_too_many_members_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(2001):
            archive.writestr(str(number), b"")
    with pytest.raises(UnsafeFile):
        open_document("x.xlsx", out.getvalue())


@pytest.mark.parametrize("cut", [30, 200, 900])
def test_truncated_workbooks_are_unreadable(cut: int) -> None:
    with pytest.raises(UnreadableFile):
        open_document("x.xlsx", workbook(["a"] * 20)[:-cut])


def test_content_decides_and_not_the_name() -> None:
    assert open_document("x.csv", workbook(["a"])).kind is Kind.TABLE
    assert open_document("x.xlsx", b"a,b\n1,2\n").sheets[0].rows[1].cells == ("1", "2")
