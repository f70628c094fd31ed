"""Encodings and delimited text: words come back as written or the file is refused; no line is lost to a stray mark."""

from __future__ import annotations

import json

import pytest

from synthesis.errors import InputError, UnreadableFile, UnsafeFile
from synthesis.formats import Kind, Row, open_document
from synthesis.formats.csvfile import MAX_RECORD_LINES, iter_rows, read_csv
from synthesis.formats.encoding import charset_of, decode
from synthesis.formats.jsonfile import read_json
from synthesis.formats.parts import shown_name

SPANISH = (
    'rol,texto\nPadre,"Los niños esperan el autobús; ¿por qué? No sé."\nMaestra,"Más intérpretes, así de simple"\n'
)
CURLY = "a,b\n1,I don’t know why the bus isn’t here – the principal’s “plan”…\n2,It’s late, that’s all\n"


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "cp1252",
        "latin-1",
        "mac_roman",
        "cp850",
        "cp437",
    ],
)
def test_accents_come_back(encoding: str) -> None:
    rows = read_csv(SPANISH.encode(encoding), "x.csv").rows
    assert rows[1].cells == ("Padre", "Los niños esperan el autobús; ¿por qué? No sé.")
    assert rows[2].cells[1] == "Más intérpretes, así de simple"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "mac_roman"])
def test_curly_marks_come_back(encoding: str) -> None:
    assert decode(CURLY.encode(encoding), "x").lstrip("\ufeff") == CURLY


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "shift_jis", "gbk", "iso-8859-7"])
def test_encodings_that_are_not_read_are_refused(encoding: str) -> None:
    text = {
        "shift_jis": "学校のバスが遅いです",
        "gbk": "学校的校车很慢",
        "iso-8859-7": "Θέλουμε περισσότερα λεωφορεία",
    }.get(encoding, "Мы хотим больше автобусов для детей")
    with pytest.raises(UnreadableFile, match="Export it again as CSV"):
        decode((text + "\n").encode(encoding) * 3, "x.csv")


def test_windows_text_pasted_into_utf8_is_read_where_it_stands() -> None:
    data = "niño, sé, qué, más, así, don’t\n".encode() * 3 + b"caf\xe9 don\x92t\n"
    assert decode(data, "x").endswith("café don’t\n")


def test_three_odd_bytes_are_no_reason_to_refuse() -> None:
    assert decode(b"plain text, and one caf\xe9", "x") == "plain text, and one café"


def test_mojibake_is_repaired_only_where_it_is() -> None:
    data = "a,b\n1,donâ€™t\n2,“Façade” – ¿Éxito? Á É\n".encode()
    assert [row.cells[1] for row in iter_rows(data, "x.csv")] == ["b", "don’t", "“Façade” – ¿Éxito? Á É"]


def test_line_ends_and_marks_in_the_middle() -> None:
    data = b"\xef\xbb\xbfa,b\r\n1,x\r2,y\n\xef\xbb\xbf3,z\r\n\r\n4,w"
    assert [(row.number, row.cells) for row in iter_rows(data, "x")] == [
        (1, ("a", "b")), (2, ("1", "x")), (3, ("2", "y")), (4, ("3", "z")), (6, ("4", "w")),
    ]  # fmt: skip


def test_excel_s_own_line_names_the_delimiter_and_is_no_row() -> None:
    assert [row.cells for row in iter_rows(b"sep=;\na;b,c,d\n1;e,f,g\n", "x")] == [("a", "b,c,d"), ("1", "e,f,g")]


def test_controls_and_turning_characters_stay_in_cells_and_leave_names() -> None:
    (row,) = iter_rows("a\u202eb\x07,c\n".encode(), "x")
    assert row.cells == ("a\u202eb\x07", "c")
    assert shown_name("x\u202egpj.exe\n") == "x\ufffdgpj.exe\ufffd"
    assert open_document("x\u202e.csv", b"a,b\n").name == "x\ufffd.csv"


def test_an_open_quotation_mark_does_not_swallow_rows_up_to_the_next_one() -> None:
    lines = [
        "id,date,role,text",
        '1,10/1/2025,Parent,"open',
        "2,10/2/2025,Parent,two",
        '3,10/3/2025,Parent,5"',
        "4,d,e,four",
    ]
    rows = list(iter_rows("\n".join(lines).encode(), "x.csv"))
    assert [row.number for row in rows if row.fault] == [2]
    assert [row.cells[-1] for row in rows if not row.fault] == ["text", "two", '5"', "four"]


def test_an_open_mark_in_two_columns_is_told_by_the_dates() -> None:
    rows = list(iter_rows(b'Timestamp,Text\n10/1/2025,"open\n10/2/2025,two\n10/3/2025,5"\n', "x.csv"))
    assert [bool(row.fault) for row in rows] == [False, True, False, False]


def test_a_list_with_commas_inside_a_cell_is_one_cell() -> None:
    rows = list(iter_rows(b'a,b,c,d\n1,2,3,"bring:\nbread, milk, eggs, tea\nand more"\n', "x.csv"))
    assert [row.fault for row in rows] == ["", ""]
    assert rows[1].cells[3] == "bring:\nbread, milk, eggs, tea\nand more"


def test_a_cell_of_five_megabytes_faults_its_row_and_no_other() -> None:
    big = ('"' + "x y\n" * 1_300 + "z" * 5_000_000 + '"').encode()
    rows = list(iter_rows(b"a,b\n1," + big + b"\n2,ok\n3," + b"w" * 5_000_000 + b"\n4,ok\n", "x.csv"))
    assert [(row.number, bool(row.fault)) for row in rows] == [(1, False), (2, True), (3, False), (4, True), (5, False)]
    assert "row 4, column B" in rows[3].fault


def test_a_quoted_cell_without_end_costs_its_line_only() -> None:
    data = b'a,b\n1,"open\n' + b"word\n" * (MAX_RECORD_LINES + 10) + b"2,ok\n"
    rows = list(iter_rows(data, "x.csv"))
    assert "runs over" in rows[1].fault
    assert rows[-1] == Row(MAX_RECORD_LINES + 13, ("2", "ok"))


def test_marks_that_never_match_end_in_a_refusal_and_not_in_hours() -> None:
    with pytest.raises(UnreadableFile, match="quotation marks"):
        list(iter_rows(b'a","z\n' * 200_000, "x.csv"))


def test_packed_rows_are_a_sequence() -> None:
    rows = read_csv(b"a,b\n1,x\n2,\x1f\n3,n\0l\n", "x.csv").rows
    assert len(rows) == 4
    assert rows[-2].cells == ("2", "\x1f")
    assert [row.number for row in rows[1:][:2]] == [2, 3]
    assert rows[3].fault
    assert rows == tuple(rows)
    with pytest.raises(IndexError):
        rows[4]


def test_json_keeps_numbers_as_written_and_faults_what_is_no_record() -> None:
    data = b'{"meta": 1, "responses": [{"id": 12345678901234567890, "n": 1.10, "bad": NaN, "who": {"role": "Parent"}},'
    data += b'{"id": 1, "id": 2}, "words", {"tags": ["a", null, true], "deep": [{"x": 1}], "half": "\\ud800"}]}'
    rows = read_json(data, "x.json").rows
    assert rows[0].cells == ("id", "n", "bad", "who.role", "tags", "deep", "half")
    assert rows[1].cells[:4] == ("12345678901234567890", "1.10", "NaN", "Parent")
    assert [bool(row.fault) for row in rows] == [False, False, True, True, False]
    assert rows[4].cells[4:] == ("a; ; true", '[{"x": "1"}]', "\ufffd")


def test_json_lines_and_their_broken_line() -> None:
    document = open_document("x.jsonl", b'{"a": "1"}\n{"a": \n{"a": "3"}\n')
    assert document.kind is Kind.TABLE
    assert [(row.cells, bool(row.fault)) for row in document.sheets[0].rows] == [
        (("a",), False), (("1",), False), (("",), True), (("3",), False),
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b'[{"a": 1', b'{"a": [{"x": 1}], "b": [{"y": 1}]}', b"[1, 2"])
def test_json_that_holds_no_records(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_json(data, "x.json")


def test_deep_json_is_refused() -> None:
    with pytest.raises(UnsafeFile):
        read_json(json.dumps({"a": 1}).encode()[:-1] + b', "b": ' + b"[" * 200_000, "x.json")


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
     (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "save it as .docx"),
     (b"\xef\xbb\xbf<!DOCTYPE html><html>", "save it as .xlsx"),
     ("<html><table>".encode("utf-16"), "save it as .xlsx"),
     (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="x">', "save it as .xlsx"),
     (b"{\\rtf1 words}", "save it as .docx"),
     (b"\x1f\x8b\x08\0", "archive")],
)  # fmt: skip
def test_what_is_not_read_says_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        open_document("x.csv", data)
    assert words in str(caught.value)


def test_a_table_whose_first_word_is_pk_is_a_table() -> None:
    assert open_document("x.csv", b"PK,name\n1,a\n").kind is Kind.TABLE


def test_nul_share() -> None:
    assert charset_of(b"a\0b", "x", allow_nul=True).has_nul
    with pytest.raises(InputError):
        charset_of(b"a\0b", "x")
