"""One door for every file: guards first, then the reader that the content asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from synthesis.errors import Place, UnreadableFile
from synthesis.formats.chat import ChatLine, chat_style, read_chat
from synthesis.formats.csvfile import read_csv
from synthesis.formats.docx import read_docx
from synthesis.formats.encoding import decode
from synthesis.formats.guards import check_size, check_zip
from synthesis.formats.markdown import read_markdown
from synthesis.formats.mbox import looks_like_mail, read_mbox
from synthesis.formats.parts import Block, Cue, Message, Page, Sheet
from synthesis.formats.pdf import read_pdf
from synthesis.formats.vtt import read_vtt
from synthesis.formats.xlsx import read_xlsx

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKDOWN_NAMES = (".md", ".markdown")
_MARKDOWN_HEADING = re.compile(r"(?m)^#{1,6} \S")


class Kind(StrEnum):
    """What the content of a file is."""

    TABLE = "table"
    DOCX = "docx"
    PDF = "pdf"
    VTT = "vtt"
    CHAT = "chat"
    MAIL = "mail"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Document:
    """A file once read: exactly the part that its kind names is filled. `style` is the chat's (local or cloud)."""

    name: str
    kind: Kind
    sheets: tuple[Sheet, ...] = ()
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    cues: tuple[Cue, ...] = ()
    chat: tuple[ChatLine, ...] = ()
    messages: tuple[Message, ...] = ()
    style: str = ""


def open_document(name: str, data: bytes) -> Document:
    """Return the content of a file. `name` is text to show; only its extension is ever considered.

    Raises `UnsafeFile` before parsing and `UnreadableFile` for damage and for kinds that are not read.
    """
    check_size(data, name)
    if data.startswith(b"PK"):
        return _open_container(name, data)
    if data.startswith(_OLE):
        raise UnreadableFile(
            "The file is an old or password-protected office file.",
            place=Place(file=name),
            expected=".xlsx, .docx or .csv",
            do="Save it without a password as .xlsx, .docx or .csv and retry.",
        )
    if b"%PDF-" in data[:1024]:
        return Document(name, Kind.PDF, pages=read_pdf(data, name))
    if looks_like_mail(data):
        return Document(name, Kind.MAIL, messages=read_mbox(data))
    return _open_text(name, data)


def _open_container(name: str, data: bytes) -> Document:
    members = check_zip(data, name)
    if "xl/workbook.xml" in members:
        return Document(name, Kind.TABLE, sheets=read_xlsx(data, name))
    if "word/document.xml" in members:
        return Document(name, Kind.DOCX, blocks=read_docx(data, name))
    raise UnreadableFile(
        "The file is a container of a kind that is not read.",
        place=Place(file=name),
        expected=".xlsx or .docx; a zip of several exports is unpacked first",
        do="Unpack it, or save it as .xlsx, .docx or .csv, and retry.",
    )


def _open_text(name: str, data: bytes) -> Document:
    text = decode(data, name, allow_nul=True).lstrip("\ufeff").replace("\r\n", "\n")
    if re.match(r"\s*WEBVTT\b", text) or re.search(r"(?m)^\s*(\d+:)?\d\d:\d\d[.,]\d{3} --> ", text[:4000]):
        return Document(name, Kind.VTT, cues=read_vtt(data, name))
    style = chat_style(text)
    if style:
        decode(data, name)  # a chat log has no rows to fault: NUL refuses the file
        return Document(name, Kind.CHAT, chat=read_chat(text, style), style=style)
    if name.lower().endswith(_MARKDOWN_NAMES) or (
        name.lower().endswith(".txt") and len(_MARKDOWN_HEADING.findall(text)) >= 2
    ):
        return Document(name, Kind.MARKDOWN, blocks=read_markdown(decode(data, name)))
    return Document(name, Kind.TABLE, sheets=(read_csv(data, name),))
