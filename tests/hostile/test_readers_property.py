"""Whatever the bytes, a reader returns or raises an `InputError`; and what is read is accounted for row by row."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthesis.channels import read_export, read_roster
from synthesis.errors import InputError
from synthesis.formats import open_document
from synthesis.formats.csvfile import iter_rows, read_csv
from synthesis.formats.docx import read_docx, read_remarks
from synthesis.formats.encoding import decode
from synthesis.formats.guards import check_zip
from synthesis.formats.jsonfile import read_json
from synthesis.formats.mbox import read_mbox
from synthesis.formats.pdf import read_pdf
from synthesis.formats.vtt import read_vtt
from synthesis.formats.xlsx import read_xlsx
from tests.contract import layout_files
from tests.hostile import hostile_files as files

NOW = datetime(2026, 2, 1, tzinfo=UTC)
SOUND = files.valid_files() | {
    "lets_talk.xlsx": layout_files.lets_talk(),
    "qualtrics.csv": layout_files.qualtrics(),
    "surveymonkey.csv": layout_files.surveymonkey(),
    "ms_forms.xlsx": layout_files.ms_forms(),
    "polis.csv": layout_files.polis_2024(),
    "thoughtexchange.csv": layout_files.thoughtexchange(),
    "qa.csv": layout_files.zoom_qa(),
    "poll.csv": layout_files.zoom_poll(),
    "rooms.xlsx": layout_files.summit_xlsx(),
    "sticky.csv": layout_files.sticky_csv(),
    "minutes.docx": layout_files.minutes_docx(),
    "teams.docx": layout_files.teams_docx(),
}
VALID = {name: files.slim(data) if data.startswith(b"PK") else data for name, data in SOUND.items()}
READERS: dict[str, Callable[[bytes], object]] = {
    "open_document": lambda data: open_document("x.csv", data),
    "decode": lambda data: decode(data, "x"),
    "check_zip": lambda data: check_zip(data, "x"),
    "read_csv": lambda data: list(read_csv(data, "x").rows),
    "iter_rows": lambda data: list(iter_rows(data, "x")),
    "read_json": lambda data: read_json(data, "x"),
    "read_xlsx": lambda data: read_xlsx(data, "x"),
    "read_docx": lambda data: read_docx(data, "x"),
    "read_remarks": lambda data: read_remarks(data, "x"),
    "read_pdf": lambda data: read_pdf(data, "x"),
    "read_vtt": lambda data: read_vtt(data, "x"),
    "read_mbox": read_mbox,
    "read_roster": read_roster,
}
STARTS = (
    b"", b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b"%PDF-1.7\n", b"WEBVTT\n\n00:01.000 --> 00:02.000\n",
    b"00:00:01 From A to Everyone: x\n", b"00:00:01\tA:\tx\n", b"From a Thu Jan 1 2026\nFrom: a@b\n\n", b"[{", b'{"a":',
    b"Timestamp,What should improve?\n", b"# A\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)  # fmt: skip
SUFFIXES = (".csv", ".xlsx", ".xls", ".docx", ".pdf", ".vtt", ".txt", ".md", ".json", ".mbox", ".eml", "")
FOLDERS = ("", "education_summit/", "listening_tour/", "town_hall/", "lets_talk/", "other/x/", "best_practices/")
SPICE = (
    b'"', b'""', b"\0", b"\xff", b"\r", b"\x1f", b"\xef\xbb\xbf", b"=", b"<", b"&#0;", b"-->", b"\n", b",", b";", b"\t",
    b"99999999999999999999", b"1.14E+11", b"nan", b"-1", b"9999-99-99", b"\xe2\x80\xae", b"{", b"[[[[", b"From ",
)  # fmt: skip

EFFORT = int(os.environ.get("SYNTHESIS_FUZZ", "1"))
"""How many times the usual number of examples are tried: 1 in the suite, more for a soak."""

steady = settings(
    deadline=None, derandomize=EFFORT == 1, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def mutate(draw: st.DrawFn, sound: bytes) -> bytes:
    """Flip, cut, drop, double or splice bytes of a sound file."""
    data = bytearray(sound)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(0, 200))
        match draw(st.sampled_from(("flip", "cut", "drop", "double", "splice", "spice"))):
            case "flip" if data:
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del data[at:]
            case "drop":
                del data[at : at + length]
            case "double":
                data[at:at] = data[at : at + length]
            case "splice":
                other = VALID[draw(st.sampled_from(sorted(VALID)))]
                start = draw(st.integers(0, len(other)))
                data[at : at + length] = other[start : start + length]
            case "spice":
                data[at:at] = draw(st.sampled_from(SPICE)) * draw(st.integers(1, 3))
    return bytes(data)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a damaged file. Containers are mostly damaged inside one part: else their checksum hides the rest."""
    name = draw(st.sampled_from(sorted(VALID)))
    data = VALID[name]
    if not data.startswith(b"PK") or draw(st.integers(0, 4)) == 0:
        return name, mutate(draw, data)
    found = files.parts(data)
    chosen = draw(st.sampled_from(sorted(found)))
    found[chosen] = mutate(draw, found[chosen])
    return name, files.container(*(files.member(part, content) for part, content in found.items()))


def in_one_block(error: InputError) -> None:
    """A message says what is wrong, and shows no character that hides or turns text."""
    assert error.problem
    assert not any(unicodedata.category(char) in ("Cf", "Cs") for char in str(error))


def account_holds(name: str, data: bytes) -> None:
    """Read an export; where it is read, what went in is kept or set aside, and every row aside has a reason."""
    try:
        mapped = read_export(
            name, data, sha256=hashlib.sha256(data).hexdigest(), timezone="America/New_York", received_at=NOW
        )
    except InputError:
        return
    assert mapped.rows_in == len(mapped.contributions) + len(mapped.set_aside) + len(mapped.research)
    assert mapped.set_aside["reason"].ne("").all()


@pytest.mark.parametrize("reader", READERS)
@settings(steady, max_examples=60 * EFFORT)
@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_arbitrary_bytes(reader: str, start: bytes, data: bytes) -> None:
    try:
        READERS[reader](start + data)
    except InputError as error:
        in_one_block(error)


@pytest.mark.parametrize("reader", READERS)
@settings(steady, max_examples=60 * EFFORT)
@given(mutated())
def test_damaged_files(reader: str, case: tuple[str, bytes]) -> None:
    try:
        READERS[reader](case[1])
    except InputError as error:
        in_one_block(error)


@settings(steady, max_examples=120 * EFFORT)
@given(st.sampled_from(FOLDERS), st.sampled_from(SUFFIXES), st.sampled_from(STARTS), st.binary(max_size=300))
def test_arbitrary_exports(folder: str, suffix: str, start: bytes, data: bytes) -> None:
    account_holds(f"{folder}x{suffix}", start + data)


@settings(steady, max_examples=250 * EFFORT)
@given(st.sampled_from(FOLDERS), mutated())
def test_damaged_exports(folder: str, case: tuple[str, bytes]) -> None:
    account_holds(folder + case[0], case[1])


@settings(steady, max_examples=100 * EFFORT)
@given(st.text(st.sampled_from('a1",\n\r;\t\0é\u2028'), max_size=120))
def test_no_line_of_a_table_is_lost(text: str) -> None:
    """Every line that is not blank is in a row, be it with a fault: the words of rows are those of the file."""
    data = ("first,second\n" + text).encode()
    try:
        rows = list(iter_rows(data, "x.csv"))
    except InputError:
        return
    words = "".join(cell for row in rows for cell in row.cells)
    for char in "a1é":
        assert words.count(char) == ("first,second" + text).count(char)
    assert [row.number for row in rows] == sorted({row.number for row in rows})
