"""Bytes to text: UTF-8, UTF-16, UTF-32, Windows-1252, Mac Roman, DOS; text decoded wrongly once is repaired.

A text comes back as it was written, or the file is refused: a wrong guess would put words into people's mouths.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import ftfy
from ftfy.badness import is_bad

from synthesis.errors import Place, UnreadableFile, UnsafeFile
from synthesis.formats.charsets import single_byte_encoding
from synthesis.formats.parts import shown_name

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's does, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4096
_CHUNK = 2**20
_MAX_CONTROL_SHARE = 0.005
_CONTROL_BYTES: Final = bytes(byte for byte in range(1, 32) if byte not in (9, 10, 11, 12, 13, 26))
_MIXED = "synthesis-mixed"
_MAX_STRAY_SHARE = 0.1
_MOJIBAKE_SIGN = re.compile(r"[^\x00-\x7f]{2}|[ÃÂ] ")


@dataclass(frozen=True, slots=True)
class Charset:
    """How bytes become text: Python's names of the encoding and of what it does with bytes that do not fit."""

    encoding: str
    errors: str
    has_nul: bool


def charset_of(data: bytes, name: str, *, allow_nul: bool = False) -> Charset:
    """Return how a text file is encoded, without holding its text.

    `allow_nul` lets single NUL characters pass, for readers that can fault the row instead of the file.
    Raises `UnreadableFile` when no supported encoding fits, `UnsafeFile` for NUL characters.
    """
    encoding, errors = _encoding(data, name)
    controls, nuls = _count_controls(data, encoding, errors, name)
    if controls > max(4, len(data) * _MAX_CONTROL_SHARE):
        raise _undecodable(name)
    if nuls and (not allow_nul or nuls > max(8, len(data) // 1000)):
        raise UnsafeFile(
            "The file holds NUL characters, as programs and pictures do.",
            place=Place(file=shown_name(name)),
            expected="a text export",
            do="Export it again as CSV (UTF-8) or plain text.",
        )
    return Charset(encoding, errors, nuls > 0)


def decode(data: bytes, name: str, *, allow_nul: bool = False) -> str:
    """Return the whole text, mojibake repaired line by line and only on lines that show it. Raises as `charset_of`."""
    charset = charset_of(data, name, allow_nul=allow_nul)
    text = data.decode(charset.encoding, charset.errors)
    if text.isascii() or not _MOJIBAKE_SIGN.search(text):
        return text
    return "\n".join(repaired(line) for line in text.split("\n"))


def decode_head(data: bytes, charset: Charset, n_bytes: int = 2**16) -> str:
    """Return the beginning of the text, for telling what it is; a character cut at its end is left out."""
    decoder = codecs.getincrementaldecoder(charset.encoding)(charset.errors)
    return decoder.decode(data[:n_bytes], final=False).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def lines_of(data: bytes, charset: Charset) -> Iterator[str]:
    """Yield repaired lines, each ended by a line feed whatever ended it in the file. The text is never held whole.

    Separators such as U+2028 do not end a line. A byte-order mark at the start of a line, as joined files have, goes.
    """
    stream = io.TextIOWrapper(io.BytesIO(data), charset.encoding, charset.errors, newline=None)
    for line in stream:
        if line.isascii():
            yield line
        else:
            yield repaired(line.lstrip("\ufeff") if line[0] == "\ufeff" else line)


def repaired(line: str) -> str:
    """Return a line with text decoded wrongly once (``donâ€™t``) set right, and a sound line as it is."""
    return ftfy.fix_encoding(line) if _MOJIBAKE_SIGN.search(line) and is_bad(line) else line


def _encoding(data: bytes, name: str) -> tuple[str, str]:
    """Return encoding and error handler: by byte-order mark, by NULs beside each letter, by what decodes."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _whole(data, encoding, name), "strict"
    sample = data[:_SAMPLE]
    low, high = sample[0::2], sample[1::2]
    if len(sample) >= 4 and high.count(0) > 0.3 * len(high) and not low.count(0):
        return _whole(data, "utf-16-le", name), "strict"
    if len(sample) >= 4 and low.count(0) > 0.3 * len(low) and not high.count(0):
        return _whole(data, "utf-16-be", name), "strict"
    if data.isascii() or _decodes(data, "utf-8", "strict"):
        return "utf-8", "strict"
    if _is_utf8_with_strays(data):
        return "utf-8", _MIXED
    encoding = single_byte_encoding(data)
    if not encoding or not _decodes(data, encoding, "strict"):
        raise _undecodable(name)
    return encoding, "strict"


def _whole(data: bytes, encoding: str, name: str) -> str:
    if not _decodes(data, encoding, "strict"):
        raise _undecodable(name)
    return encoding


def _decodes(data: bytes, encoding: str, errors: str) -> bool:
    """Tell whether the whole file decodes, a piece at a time."""
    try:
        for _ in _pieces(data, encoding, errors):
            pass
    except UnicodeError:
        return False
    return True


def _pieces(data: bytes, encoding: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for at in range(0, len(data), _CHUNK):
        yield decoder.decode(data[at : at + _CHUNK], final=at + _CHUNK >= len(data))


def _is_utf8_with_strays(data: bytes) -> bool:
    """Tell UTF-8 into which some Windows-1252 was pasted from a text that is not UTF-8 at all.

    Hardly any Windows-1252 text holds a valid UTF-8 sequence by chance, so the larger part tells.
    """
    strays = characters = 0
    for at in range(0, len(data), _CHUNK):
        piece = data[at : at + _CHUNK]
        if not piece.isascii():
            text = piece.decode("utf-8", "surrogateescape")
            strays += sum(1 for _ in re.finditer("[\udc80-\udcff]", text))
            characters += sum(1 for _ in re.finditer("[^\x00-\x7f]", text))
    return 0 < strays <= max(1, _MAX_STRAY_SHARE * characters) and strays < characters


def _stray_byte(error: UnicodeError) -> tuple[str, int]:
    """Decode the bytes that are not UTF-8 as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_MIXED, _stray_byte)


def _count_controls(data: bytes, encoding: str, errors: str, name: str) -> tuple[int, int]:
    """Return how many control characters and NULs the text holds."""
    if encoding.startswith(("utf-16", "utf-32")):
        pieces: Iterator[bytes] = (piece.encode("utf-8") for piece in _pieces(data, encoding, errors))
    else:
        pieces = (data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK))
    controls = nuls = 0
    for piece in pieces:
        controls += len(piece) - len(piece.translate(None, _CONTROL_BYTES))
        nuls += piece.count(0)
    return controls, nuls


def _undecodable(name: str) -> UnreadableFile:
    return UnreadableFile(
        "The file is not text in an encoding that is read.",
        place=Place(file=shown_name(name)),
        expected="UTF-8, UTF-16, or a Western encoding such as Windows-1252",
        do="Export it again as CSV (UTF-8) or plain text.",
    )
