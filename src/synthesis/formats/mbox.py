"""Mail folders (mbox) and single messages (eml) to messages, with the standard library's parser."""

from __future__ import annotations

import html
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from email.utils import parseaddr

from synthesis.formats.encoding import repaired
from synthesis.formats.parts import MAX_CELL_CHARS, Message

_MAX_HTML_CHARS = 2_000_000
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")
_TAG_NAME = re.compile(r"(/?)([A-Za-z][A-Za-z0-9]{0,20})")
_HIDDEN_TAGS = frozenset({"script", "style", "head", "title", "blockquote"})
"""Elements whose words are not the sender's; a blockquote is the message that is answered."""
_BREAKING_TAGS = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3"})
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
        name, address = parseaddr(_whole(str(mail.get("From", ""))))
        text = _body(mail).replace("\r\n", "\n").replace("\r", "\n")
        header = {key: _whole(str(mail.get(key, ""))).strip() for key in ("Date", "Subject", "Message-ID")}
    except Exception:  # the standard library's parser raises a dozen kinds of errors on damaged mail
        fault = f"message {number}: cannot be decoded; save it as text and retry"
        return Message(number, "", "", "", "", "", "", fault)
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
    """Return the plain text of a mail, else the words of its HTML. Raises what its parts' encodings raise."""
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = part.get_content()
    text = _whole(content) if isinstance(content, str) else ""
    if part.get_content_subtype() != "html":
        return repaired(text)
    if len(text) > _MAX_HTML_CHARS:
        raise ValueError("too much HTML for a letter")
    return repaired(_words_of_html(text))


def _whole(text: str) -> str:
    """Return a text without the half characters by which the parser marks bytes that it cannot decode."""
    return _HALF_CHARACTERS.sub("\ufffd", text)


def _words_of_html(markup: str) -> str:
    """Return the words of an HTML body, block elements parted by line breaks, in one pass over its tags.

    The standard library's parser takes minutes over a megabyte of unclosed tags; this one cannot look back.
    """
    first, *pieces = markup.split("<")
    words = [first]
    hidden = 0
    in_comment = False
    for piece in pieces:
        if in_comment or piece.startswith("!--"):
            _, end, after = piece.partition("-->")
            in_comment = not end
        else:
            tag, _, after = piece.partition(">")
            match = _TAG_NAME.match(tag)
            name = match[2].lower() if match else ""
            if name in _HIDDEN_TAGS:
                hidden = max(0, hidden - 1) if match and match[1] else hidden + 1
            elif name in _BREAKING_TAGS:
                words.append("\n")
        if not hidden and not in_comment:
            words.append(html.unescape(after))
    return "".join(words).strip()
