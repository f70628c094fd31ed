"""Bytes to text: UTF-8 with or without BOM, UTF-16, cp1252; text that was decoded wrongly once is repaired."""

from __future__ import annotations

import codecs
import re

import ftfy
from ftfy.badness import is_bad

from synthesis.errors import Place, UnreadableFile, UnsafeFile

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4096
_MAX_CONTROL_SHARE = 0.005
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f]")


def decode(data: bytes, name: str, *, allow_nul: bool = False) -> str:
    """Return the text with mojibake repaired line by line, and only on lines that show it.

    `allow_nul` leaves single NUL characters in the text, for readers that can fault the row instead of the file.
    Raises `UnreadableFile` when no supported encoding fits, `UnsafeFile` for NUL characters.
    """
    text = _decode(data, name)
    controls = sum(1 for _ in _CONTROLS.finditer(text))
    if controls > max(4, len(text) * _MAX_CONTROL_SHARE):
        raise _undecodable(name)
    nuls = text.count("\0")
    if nuls and (not allow_nul or nuls > max(8, len(text) // 1000)):
        raise UnsafeFile(
            "The file holds NUL characters, as programs and pictures do.",
            place=Place(file=name),
            expected="a text export",
            do="Export it again as CSV (UTF-8) or plain text.",
        )
    if is_bad(text):
        text = "\n".join(ftfy.fix_encoding(line) if is_bad(line) else line for line in text.split("\n"))
    return text


def _decode(data: bytes, name: str) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _try(data, (encoding,), name)
    sample = data[:_SAMPLE]
    if len(sample) >= 4 and sample[1::2].count(0) > 0.3 * len(sample[1::2]) and not sample[0::2].count(0):
        return _try(data, ("utf-16-le",), name)
    if len(sample) >= 4 and sample[0::2].count(0) > 0.3 * len(sample[0::2]) and not sample[1::2].count(0):
        return _try(data, ("utf-16-be",), name)
    return _try(data, ("utf-8", "cp1252"), name)


def _try(data: bytes, encodings: tuple[str, ...], name: str) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _undecodable(name)


def _undecodable(name: str) -> UnreadableFile:
    return UnreadableFile(
        "The file is not text in an encoding that is read.",
        place=Place(file=name),
        expected="UTF-8, UTF-16 or Windows-1252",
        do="Export it again as CSV (UTF-8) or plain text.",
    )
