"""Files that are told by their first bytes and not read, each with what to do instead."""

from __future__ import annotations

import re

from synthesis.errors import Place, UnreadableFile
from synthesis.formats.parts import shown_name

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", "The file is protected by a password.", "Save a copy without a password and retry."),
    ("WordDocument", "The file is an old Word document (.doc).", "Open it in Word, save it as .docx, and retry."),
    ("Workbook", "The file is an old Excel workbook (.xls).", "Open it in Excel, save it as .xlsx, and retry."),
    ("Book", "The file is an old Excel workbook (.xls).", "Open it in Excel, save it as .xlsx, and retry."),
    ("__substg1.0_", "The file is an Outlook message (.msg).", "Save the message as text or .eml, and retry."),
)
_OLE_OTHER = ("The file is an old office file.", "Save it as .xlsx, .docx or .csv and retry.")
_MAGIC = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a scanned picture"),
    (b"MM\0*", "a scanned picture"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"ID3", "a sound recording"),
    (b"RIFF", "a recording"),
    (b"MZ\x90", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a data file"),
)
_HTML = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|meta|style|div)\b", re.I | re.S
)
_XML_SHEET = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<\?mso-application[^>]*>\s*)?<(?:\w+:)?(?:Workbook|wordDocument)\b", re.I
)
_CONTAINERS = (
    (re.compile(r"xl/workbook\.bin$"), "an Excel binary workbook (.xlsb)", "Open it in Excel, save it as .xlsx"),
    (re.compile(r"ppt/"), "a PowerPoint file", "Copy its words into a Word document"),
    (re.compile(r"content\.xml$"), "an OpenDocument file", "Save it as .xlsx or .docx"),
    (re.compile(r"Index/.*\.iwa$"), "an Apple Numbers or Pages file", "Export it as .xlsx, .docx or .csv"),
)


def refuse_known(data: bytes, name: str) -> None:
    """Raise `UnreadableFile`, with advice, for content that is recognised and not read; else return."""
    place = Place(file=shown_name(name))
    if data.startswith(_OLE):
        for stream, problem, do in _OLE_STREAMS:
            if stream.encode("utf-16-le") in data:
                raise UnreadableFile(problem, place=place, expected=".xlsx, .docx or .csv", do=do)
        raise UnreadableFile(_OLE_OTHER[0], place=place, expected=".xlsx, .docx or .csv", do=_OLE_OTHER[1])
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise UnreadableFile(
                f"The file is {what}, whatever its name says.",
                place=place,
                expected="a table, a document, a transcript or a chat log",
                do="Export the text that it holds, for instance as .csv or .docx.",
            )
    head = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"{\\rtf"):
        raise UnreadableFile(
            "The file is rich text (.rtf).", place=place, do="Open it in Word, save it as .docx, and retry."
        )
    if _HTML.match(head) or _XML_SHEET.match(head):
        raise UnreadableFile(
            "The file is a web page or an XML sheet, as some systems name .xls.",
            place=place,
            expected=".xlsx, .docx or .csv",
            do="Open it in Excel or Word, save it as .xlsx or .docx, and retry.",
        )


def unknown_container(members: frozenset[str], name: str) -> UnreadableFile:
    """Return the error for a zip container of a kind that is not read."""
    for pattern, what, do in _CONTAINERS:
        if any(pattern.match(member) for member in members):
            return UnreadableFile(f"The file is {what}.", place=Place(file=shown_name(name)), do=f"{do} and retry.")
    return UnreadableFile(
        "The file is a container of a kind that is not read.",
        place=Place(file=shown_name(name)),
        expected=".xlsx or .docx; a zip of several exports is unpacked first",
        do="Unpack it, or save it as .xlsx, .docx or .csv, and retry.",
    )
