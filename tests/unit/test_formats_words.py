"""Captions, chat logs, mail, documents: what is read, and that no bytes raise anything but an input error."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml import OxmlElement
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from synthesis.errors import InputError, UnreadableFile
from synthesis.formats import BlockKind, Kind, open_document
from synthesis.formats.chat import chat_style, read_chat
from synthesis.formats.docx import read_docx
from synthesis.formats.markdown import read_markdown
from synthesis.formats.mbox import read_mbox
from synthesis.formats.vtt import read_vtt

PREFIXES = (
    b"",
    b"00:00:01 From A to Everyone: x\n",
    b"00:00:01\tA:\tx\n",
    b"From a Thu Jan 1 2026\nFrom: a@b\n\n",
    b"PK\x03\x04",
    b"%PDF-1.4\n",
)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_vtt_raises_input_errors_only(data: bytes) -> None:
    for prefix in (b"", b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n"):
        try:
            cues = read_vtt(prefix + data, "x.vtt")
        except InputError:
            continue
        assert [cue.number for cue in cues] == list(range(1, len(cues) + 1))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_raise_input_errors_only(data: bytes) -> None:
    for prefix in (
        b"",
        b"00:00:01 From A to Everyone: x\n",
        b"00:00:01\tA:\tx\n",
        b"From a Thu Jan 1 2026\nFrom: a@b\n\n",
        b"PK\x03\x04",
        b"%PDF-1.4\n",
    ):
        try:
            open_document("x.txt", prefix + data)
        except InputError:
            continue


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["local", "cloud"]))
def test_chat_accounts_for_every_line_with_words(text: str, style: str) -> None:
    for line in read_chat(text, style):
        assert line.number >= 1
    assert bool(read_chat(text, style)) == any(line.strip() for line in text.split("\n"))


def test_vtt_without_numbers_hours_or_closing_tags() -> None:
    data = b"WEBVTT\n\n01:02.000 --> 01:03.000 align:start\n<v.loud Ann B>Hi <i>there</i>\n\n"
    data += b"00:01:04,5 --> 00:01:05,5\nno speaker\n"
    cues = read_vtt(data, "x.vtt")
    assert [(cue.start, cue.speaker, cue.text) for cue in cues] == [
        ("01:02.000", "Ann B", "Hi there"),
        ("00:01:04,5", "", "no speaker"),
    ]


def test_chat_styles() -> None:
    assert chat_style("18:00:01 From A B to Everyone: hello: you\n") == "local"
    assert chat_style("18:00:01\tA B:\thello\n") == "cloud"
    assert chat_style("a,b\n1,2\n") == ""
    (line,) = read_chat("18:00:01\t From A B to Everyone:\n\tfirst\n\tsecond", "local")
    assert (line.sender, line.recipient, line.text) == ("A B", "Everyone", "first\nsecond")


def test_mail_in_html_and_with_unknown_charset() -> None:
    html = b"From: A <a@example.org>\nSubject: s\nContent-Type: text/html\n\n"
    html += b"<p>One</p><style>x</style><p>Two</p><blockquote>old</blockquote>"
    (message,) = read_mbox(html)
    assert (message.sender_email, message.text.split()) == ("a@example.org", ["One", "Two"])
    (odd,) = read_mbox(b"From: A <a@example.org>\nSubject: s\nContent-Type: text/plain; charset=no-such\n\nwords")
    assert odd.fault


def document_bytes(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_docx_blocks_in_reading_order() -> None:
    document = docx.Document()
    document.add_heading("Title", 0)
    document.add_paragraph("outer", style="List Bullet")
    document.add_paragraph("inner", style="List Bullet 2")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    document.add_paragraph("after")
    blocks = read_docx(document_bytes(document), "x.docx")
    assert [(b.kind, b.level, b.text) for b in blocks] == [
        (BlockKind.HEADING, 0, "Title"),
        (BlockKind.BULLET, 0, "outer"),
        (BlockKind.BULLET, 1, "inner"),
        (BlockKind.CELL, 0, "left"),
        (BlockKind.CELL, 0, "right"),
        (BlockKind.PARAGRAPH, 0, "after"),
    ]


def test_docx_keeps_inserted_text() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("before ")
    run = document.add_paragraph("inserted").runs[0]._r
    mark = OxmlElement("w:ins")
    mark.append(run)
    paragraph._p.append(mark)
    assert read_docx(document_bytes(document), "x.docx")[0].text == "before inserted"


def test_pdf_without_text_gives_advice() -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(UnreadableFile, match="OCR"):
        open_document("x.pdf", out.getvalue())


def test_markdown_blocks() -> None:
    blocks = read_markdown("# A\ntext\ngoes on\n\n- one\n    - two\n")
    assert [(b.kind, b.level, b.text) for b in blocks] == [
        (BlockKind.HEADING, 1, "A"),
        (BlockKind.PARAGRAPH, 0, "text goes on"),
        (BlockKind.BULLET, 0, "one"),
        (BlockKind.BULLET, 2, "two"),
    ]
    assert open_document("x.md", b"plain").kind is Kind.MARKDOWN
