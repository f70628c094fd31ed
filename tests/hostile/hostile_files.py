"""Hostile and valid files, built in memory. Zip containers are written byte by byte, so that their headers can lie."""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import docx
import openpyxl
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject

MB = 2**20
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@dataclass
class Member:
    """One member of a container, with what its headers say of it."""

    name: str
    packed: bytes
    stated_size: int
    checksum: int
    method: int = zipfile.ZIP_DEFLATED
    flags: int = 0
    offset: int | None = None


def member(name: str, content: bytes, **said: int) -> Member:
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(content) + packer.flush()
    found = Member(name, packed, len(content), zlib.crc32(content))
    for key, value in said.items():
        setattr(found, key, value)
    return found


@cache
def zeros(megabytes: int) -> tuple[bytes, int, int]:
    """Return a deflated run of zeros, its size and its checksum, without ever holding the run."""
    packer = zlib.compressobj(level=9, wbits=-15)
    piece = bytes(MB)
    packed = bytearray()
    checksum = 0
    for _ in range(megabytes):
        packed += packer.compress(piece)
        checksum = zlib.crc32(piece, checksum)
    return bytes(packed + packer.flush()), megabytes * MB, checksum


def container(*members: Member, count: int | None = None) -> bytes:
    """Return a zip file of these members. A member with an `offset` of its own points into another one's bytes."""
    out = bytearray()
    directory = bytearray()
    for item in members:
        name = item.name.encode()
        offset = len(out) if item.offset is None else item.offset
        common = struct.pack(
            "<5H3L2H", 20, item.flags, item.method, 0, 0x21, item.checksum, len(item.packed), item.stated_size,
            len(name), 0,
        )  # fmt: skip
        if item.offset is None:
            out += b"PK\x03\x04" + common + name + item.packed
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHLL", 0, 0, 0, 0, offset) + name
    n = len(members) if count is None else count
    end = struct.pack("<4H2LH", 0, 0, min(n, 65535), min(n, 65535), len(directory), len(out), 0)
    return bytes(out + directory + b"PK\x05\x06" + end)


def office(kind: str, *extra: Member, **changes: bytes) -> bytes:
    """Return a sound workbook or document with members added, and parts replaced by ``folder__part_xml`` names."""
    found = parts(workbook() if kind == "xlsx" else document())
    for name in found:
        found[name] = changes.pop(name.replace("/", "__").replace(".", "_"), found[name])
    assert not changes, changes
    return container(*(member(name, content) for name, content in found.items()), *extra)


def parts(data: bytes) -> dict[str, bytes]:
    """Return the contents of a container's members by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (["Timestamp", "What should improve?"], ["10/13/2025 9:00:00", "More buses, please."], ["", "n/a"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def document() -> bytes:
    made = docx.Document()
    made.add_heading("Education Summit", 0)
    made.add_heading("Room 3: Buses", 1)
    made.add_heading("What should improve?", 2)
    for text in ("Bus 14 is late", "Warmer stops x4"):
        made.add_paragraph(text, style="List Bullet")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def slim(data: bytes) -> bytes:
    """Return a container without the parts that no reader opens: thumbnails, themes, properties, most styles."""
    kept = {
        name: content
        for name, content in parts(data).items()
        if not re.search(r"docProps|theme|webSettings|stylesWithEffects", name)
    }
    if "word/styles.xml" in kept:
        kept["word/styles.xml"] = re.sub(
            rb"<w:latentStyles.*</w:latentStyles>", b"", kept["word/styles.xml"], flags=re.S
        )
        kept["word/styles.xml"] = re.sub(
            rb'<w:style [^>]*w:type="(?:table|character)".*?</w:style>', b"", kept["word/styles.xml"], flags=re.S
        )
    return container(*(member(name, content) for name, content in kept.items()))


def bomb(kind: str, megabytes: int = 400) -> bytes:
    packed, size, checksum = zeros(megabytes)
    return office(kind, Member("zeros.xml", packed, size, checksum))


def lying_bomb(kind: str, megabytes: int = 400) -> bytes:
    """Return a container whose directory says that the run of zeros is a kilobyte."""
    packed, _, checksum = zeros(megabytes)
    return office(kind, Member("xl/media/zeros.bin", packed, 1024, checksum))


def overlapping() -> bytes:
    """Return a container whose directory lists one member two hundred times under different names."""
    packed, size, checksum = zeros(1)
    first = Member("kernel", packed, size, checksum)
    aliases = [Member("kerne" + chr(97 + n % 26), packed, size, checksum, offset=0) for n in range(200)]
    for number, alias in enumerate(aliases):
        alias.name = f"{number:06d}"
    return container(first, *aliases)


def nested(levels: int = 6) -> bytes:
    """Return a zip in a zip in a zip …; the innermost is a bomb."""
    data = bomb("xlsx", 100)
    for level in range(levels):
        data = container(member(f"{level}.zip", data))
    return data


def pdf(text: str = "Attendance improves.", *, pages: int = 1) -> PdfWriter:
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for _ in range(pages):
        page = writer.add_blank_page(300, 300)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    return writer


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_encrypted() -> bytes:
    writer = pdf()
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def pdf_with_program() -> bytes:
    writer = pdf()
    program = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('x')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(program)
    return written(writer)


def pdf_scanned() -> bytes:
    return written(pdf(text=""))


def pdf_with_many_pages() -> bytes:
    """Return a small PDF whose page tree lists one page three thousand times."""
    writer = pdf()
    tree = writer.root_object["/Pages"].get_object()
    tree["/Kids"].extend(tree["/Kids"][0] for _ in range(2999))
    tree[NameObject("/Count")] = NumberObject(3000)
    return written(writer)


def pdf_bomb(megabytes: int = 100) -> bytes:
    """Return a PDF whose page contents are a deflated run of blanks."""
    writer = pdf()
    page = writer.pages[0]
    stream = DecodedStreamObject()
    stream.set_data(b" " * MB * megabytes)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode(level=9))
    return written(writer)


def csv_text(*rows: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def valid_files() -> dict[str, bytes]:
    """Return one sound file for each reader, by name; property tests flip, cut and splice them."""
    survey = csv_text(
        ["Timestamp", "What is going well?", "What should improve?"],
        ["10/13/2025 9:00:00", "The band, “truly”", "Later buses\nfor sport"],
        ["10/13/2025 9:05:00", "", "n/a"],
        ["10/13/2025 9:06:00", "Ms. O’Dell's class", 'She said "soon"'],
    )
    return {
        "survey.csv": survey.encode(),
        "survey_utf16.csv": survey.encode("utf-16"),
        "survey_cp1252.csv": survey.encode("cp1252"),
        "survey.xlsx": workbook(),
        "notes.docx": document(),
        "research.pdf": written(pdf()),
        "research.md": b"# Attendance\n\nStudents come when buses come.\n\n- One\n  - Two\n",
        "meeting.vtt": (
            b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\nPella Ostrander: The heating failed.\n\n"
            b"2\n00:00:04.000 --> 00:00:06.000\n<v Jo Harrow>On three mornings.</v>\n"
        ),
        "chat.txt": (
            b"18:03:11 From Pella Ostrander to Everyone: Fix Bus 14\n"
            b"18:04:01 From Pella Ostrander to Jo Harrow(Direct Message):\n\tsecret words\n"
        ),
        "chat_cloud.txt": b"00:01:02\tPella Ostrander:\tWho pays?\n00:01:09\tCorin Vale:\tThe state.\n",
        "letters.mbox": (
            b"From pella Thu Jan  1 10:00:00 2026\nFrom: Pella <pella@example.org>\nSubject: Roof\n"
            b"Date: Thu, 1 Jan 2026 10:00:00 -0500\nMessage-ID: <1@example.org>\n\nPlease mend the roof.\n\n"
            b"From jo Thu Jan  1 11:00:00 2026\nFrom: Jo <jo@example.org>\nSubject: Bus\n"
            b"Date: Thu, 1 Jan 2026 11:00:00 -0500\nContent-Type: text/html; charset=utf-8\n\n<p>Bus 6 too</p>\n"
        ),
        "forms.json": json.dumps(
            [
                {"Timestamp": "10/13/2025 9:00:00", "What should improve?": "Lunch lines", "n": 12345678901234567890},
                {"Timestamp": "10/13/2025 9:01:00", "What should improve?": "The roof", "who": {"role": "Parent"}},
            ]
        ).encode(),
    }


def part(body: str) -> bytes:
    """Return a Word main part with this body."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document {W} '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:body>{body}</w:body></w:document>"
    ).encode()


def sheet(rows: str, after: str = "") -> bytes:
    """Return a worksheet part with these row elements."""
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData>{after}</worksheet>'
    ).encode()


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    # what it is: (name it comes under, builder, kind of error)
    "xlsx bomb, 400 MB of zeros": ("x.xlsx", lambda: bomb("xlsx"), "UnsafeFile"),
    "docx bomb, 400 MB of zeros": ("x.docx", lambda: bomb("docx"), "UnsafeFile"),
    "bomb below the size limit, by ratio": ("x.xlsx", lambda: bomb("xlsx", 150), "UnsafeFile"),
    "header says 1 KB, stream expands to 400 MB": ("x.xlsx", lambda: lying_bomb("xlsx"), "UnsafeFile"),
    "overlapping members": ("x.xlsx", overlapping, "UnsafeFile"),
    "zip in zip in zip": ("x.xlsx", nested, "UnreadableFile"),
    "10,000 members": ("x.xlsx", lambda: container(*(member(str(n), b"") for n in range(10_000))), "UnsafeFile"),
    "directory that says 65,535 members": ("x.xlsx", lambda: container(member("a", b"a"), count=65535), "UnsafeFile"),
    "encrypted member": ("x.xlsx", lambda: office("xlsx", member("secret.xml", b"<a/>", flags=1)), "UnreadableFile"),
    "member ../x": ("x.xlsx", lambda: office("xlsx", member("../x.xml", b"<a/>")), "UnsafeFile"),
    "member /etc/x": ("x.docx", lambda: office("docx", member("/etc/x", b"a")), "UnsafeFile"),
    "member C:\\x": ("x.docx", lambda: office("docx", member("C:\\x", b"a")), "UnsafeFile"),
    "member with a right-to-left override": (
        "x.docx",
        lambda: office("docx", member("x\u202exml.exe", b"a", flags=0x800)),
        "UnsafeFile",
    ),
    "two members under one name": ("x.xlsx", lambda: office("xlsx", member("xl/workbook.xml", b"<a/>")), "UnsafeFile"),
    "member packed by LZMA": ("x.xlsx", lambda: office("xlsx", member("a", b"a", method=14)), "UnsafeFile"),
    "DOCTYPE in a sheet": (
        "x.xlsx",
        lambda: office("xlsx", xl__worksheets__sheet1_xml=DOCTYPE.encode()),
        "UnsafeFile",
    ),
    "DOCTYPE in UTF-16": ("x.docx", lambda: office("docx", word__styles_xml=DOCTYPE.encode("utf-16")), "UnsafeFile"),
    "DOCTYPE in UTF-16 without mark": (
        "x.docx",
        lambda: office("docx", word__styles_xml=DOCTYPE.encode("utf-16-be")),
        "UnsafeFile",
    ),
    "DOCTYPE in a custom part": (
        "x.docx",
        lambda: office("docx", member("customXml/item1.xml", DOCTYPE.encode())),
        "UnsafeFile",
    ),
    "DOCTYPE under another name": (
        "x.docx",
        lambda: office("docx", member("word/media/image1.png", DOCTYPE.encode())),
        "UnsafeFile",
    ),
    "DOCTYPE behind 1 MB of blanks": (
        "x.xlsx",
        lambda: office("xlsx", xl__styles_xml=b" " * MB + DOCTYPE.encode()),
        "UnsafeFile",
    ),
    "XML in UTF-7": (
        "x.xlsx",
        lambda: office("xlsx", xl__styles_xml=b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-'),
        "UnsafeFile",
    ),
    "100,000 nested elements": (
        "x.docx",
        lambda: office("docx", word__document_xml=part("<w:p>" * 100_000)),
        "UnsafeFile",
    ),
    "macros": ("x.docx", lambda: office("docx", member("word/vbaProject.bin", b"a")), "UnsafeFile"),
    "row 1,048,577": (
        "x.xlsx",
        lambda: office("xlsx", xl__worksheets__sheet1_xml=sheet('<row r="900000000"/>')),
        "UnsafeFile",
    ),
    "spread over 2,000 x 20,000 cells": (
        "x.xlsx",
        lambda: office(
            "xlsx",
            xl__worksheets__sheet1_xml=sheet(
                "".join(f'<row r="{n}"><c r="BXX{n}"><v>1</v></c></row>' for n in range(1, 20_001))
            ),
        ),
        "UnsafeFile",
    ),
    "truncated xlsx": ("x.xlsx", lambda: workbook()[:-300], "UnreadableFile"),
    "truncated docx": ("x.docx", lambda: document()[: len(document()) // 2], "UnreadableFile"),
    "zip renamed .csv": ("x.csv", lambda: container(member("a.txt", b"a")), "UnreadableFile"),
    "old .xls renamed .xlsx": (
        "x.xlsx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + "Workbook".encode("utf-16-le") + bytes(500),
        "UnreadableFile",
    ),
    "HTML renamed .xls": ("x.xls", lambda: b"<html><table><tr><td>words</td></tr></table></html>", "UnreadableFile"),
    "picture renamed .csv": ("x.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "UnreadableFile"),
    "NULs in a text": ("x.csv", lambda: b"a,b\n" + b"\0" * 4000, "UnsafeFile"),
    "PDF with a password": ("x.pdf", pdf_encrypted, "UnreadableFile"),
    "PDF with JavaScript": ("x.pdf", pdf_with_program, "UnsafeFile"),
    "PDF of 3,000 pages": ("x.pdf", pdf_with_many_pages, "UnsafeFile"),
    "PDF whose page is 100 MB of blanks": ("x.pdf", pdf_bomb, "UnsafeFile"),
    "scanned PDF": ("x.pdf", pdf_scanned, "UnreadableFile"),
    "JSON nested 100,000 deep": ("x.json", lambda: b'[{"a":' + b"[" * 100_000, "UnsafeFile"),
}
"""Every file that is refused: what it is, the name that it comes under, its bytes, the error."""
