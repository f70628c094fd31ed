"""Mail folders (mbox) and single messages (eml) to messages, with the standard library's parser."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from email.utils import parseaddr
from html.parser import HTMLParser

from synthesis.formats.parts import MAX_CELL_CHARS, Message

_SEPARATOR = re.compile(rb"(?:\A|(?<=\n))From [^\r\n]*\d{4}[^\r\n]*\r?\n")
_HEADER = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}")


def looks_like_mail(data: bytes) -> bool:
    """Tell whether the bytes begin with an mbox separator line or with at least two mail headers, one of them From."""
    head = data[:20_000].removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    separator = _SEPARATOR.match(head)
    if separator:
        return bool(re.match(rb"[A-Za-z][A-Za-z0-9-]*:", head[separator.end() :]))
    match = _HEADER.match(head)
    return bool(match and re.search(rb"(?mi)^from:", match.group(0)))


def read_mbox(data: bytes) -> tuple[Message, ...]:
    """Return one message per mail; a message whose body cannot be decoded carries a fault."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    starts = [match.end() for match in _SEPARATOR.finditer(data)]
    if not starts:
        return (_message(1, data),)
    ends = [*[match.start() for match in _SEPARATOR.finditer(data)][1:], len(data)]
    return tuple(
        _message(number, data[start:end]) for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )


def _message(number: int, raw: bytes) -> Message:
    try:
        mail = message_from_bytes(re.sub(rb"(?m)^>(>*From )", rb"\1", raw), policy=default_policy)
        if not isinstance(mail, EmailMessage):
            raise TypeError("not a mail")
        name, address = parseaddr(str(mail.get("From", "")))
        text = _body(mail).replace("\r\n", "\n")
        header = {key: str(mail.get(key, "")).strip() for key in ("Date", "Subject", "Message-ID")}
    except (LookupError, ValueError, TypeError, AttributeError, IndexError, AssertionError):
        return Message(
            number, "", "", "", "", "", "", f"message {number}: cannot be decoded; save it as text and retry"
        )
    fault = ""
    if len(text) > MAX_CELL_CHARS or "\0" in text:
        fault = f"message {number}: longer than {MAX_CELL_CHARS:,} characters or with NUL; save it as text and retry"
    return Message(
        number,
        address.strip().lower(),
        name.strip(),
        header["Date"],
        header["Subject"],
        header["Message-ID"],
        text,
        fault,
    )


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = part.get_content()
    text = content if isinstance(content, str) else ""
    if part.get_content_subtype() != "html":
        return text
    stripper = _Stripper()
    stripper.feed(text)
    return "".join(stripper.parts).strip()


class _Stripper(HTMLParser):
    """Collects the words of an HTML body, block elements parted by line breaks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "blockquote"):  # a blockquote is the quoted message
            self._hidden += 1
        elif tag in ("p", "br", "div", "li", "tr"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "blockquote"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)
