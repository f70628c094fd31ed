"""One door for every file: guards first, then the reader that the content asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from synthesis.formats.chat import ChatLine, chat_style, read_chat
from synthesis.formats.csvfile import read_csv
from synthesis.formats.docx import read_docx, read_remarks
from synthesis.formats.encoding import charset_of, decode, decode_head
from synthesis.formats.guards import check_size, check_zip
from synthesis.formats.jsonfile import looks_like_json, read_json
from synthesis.formats.kinds import refuse_known, unknown_container
from synthesis.formats.markdown import read_markdown
from synthesis.formats.mbox import looks_like_mail, read_mbox
from synthesis.formats.parts import Block, Cue, Message, Page, Sheet, shown_name
from synthesis.formats.pdf import read_pdf
from synthesis.formats.vtt import looks_like_vtt, read_vtt
from synthesis.formats.xlsx import read_xlsx

_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_WORKBOOK = re.compile(r"xl/workbook\d*\.xml", re.IGNORECASE)
_DOCUMENT = re.compile(r"word/document\d*\.xml", re.IGNORECASE)
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
    """A file once read: exactly the part that its kind names is filled. `style` is the chat's (local or cloud).

    `name` is safe to show. `remarks` are a Word document's margin comments, footnotes and table of contents.
    """

    name: str
    kind: Kind
    sheets: tuple[Sheet, ...] = ()
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    cues: tuple[Cue, ...] = ()
    chat: tuple[ChatLine, ...] = ()
    messages: tuple[Message, ...] = ()
    style: str = ""
    remarks: tuple[Block, ...] = ()


def open_document(name: str, data: bytes) -> Document:
    """Return the content of a file. `name` is text to show; only its extension is ever considered.

    Raises `UnsafeFile` before parsing and `UnreadableFile` for damage and for kinds that are not read.
    """
    shown = shown_name(name)
    check_size(data, name)
    if data.startswith(_ZIP_MARKS):
        return _open_container(shown, data)
    refuse_known(data, name)
    if b"%PDF-" in data[:1024]:
        return Document(shown, Kind.PDF, pages=read_pdf(data, name))
    if looks_like_mail(data):
        return Document(shown, Kind.MAIL, messages=read_mbox(data))
    return _open_text(name, data)


def _open_container(name: str, data: bytes) -> Document:
    members = check_zip(data, name)
    if any(_WORKBOOK.fullmatch(member) for member in members):
        return Document(name, Kind.TABLE, sheets=read_xlsx(data, name))
    if any(_DOCUMENT.fullmatch(member) for member in members):
        return Document(name, Kind.DOCX, blocks=read_docx(data, name), remarks=read_remarks(data, name))
    raise unknown_container(members, name)


def _open_text(name: str, data: bytes) -> Document:
    """Tell what a text is by its first lines, and read it. Only a table may be large and hold single NULs."""
    shown = shown_name(name)
    head = decode_head(data, charset_of(data, name, allow_nul=True))
    if looks_like_vtt(head):
        return Document(shown, Kind.VTT, cues=read_vtt(data, name))
    style = chat_style(head)
    if style:
        return Document(shown, Kind.CHAT, chat=read_chat(_text(data, name), style), style=style)
    lower = name.lower()
    if lower.endswith(_MARKDOWN_NAMES) or (lower.endswith(".txt") and len(_MARKDOWN_HEADING.findall(head)) >= 2):
        return Document(shown, Kind.MARKDOWN, blocks=read_markdown(_text(data, name)))
    if looks_like_json(head, name):
        return Document(shown, Kind.TABLE, sheets=(read_json(data, name),))
    return Document(shown, Kind.TABLE, sheets=(read_csv(data, name),))


def _text(data: bytes, name: str) -> str:
    return decode(data, name).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
