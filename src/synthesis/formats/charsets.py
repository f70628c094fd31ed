"""Which single-byte encoding a text is in: the one under which its accents and marks stand where such marks stand.

Windows-1252, Mac Roman and the DOS code pages give different letters for the same bytes, and each of them decodes
nearly anything. So each is tried on a sample, and the share of characters beyond ASCII that stand in a likely place
(an accent within a word, an apostrophe between letters, a quotation mark before a word) decides.
"""

from __future__ import annotations

import re
from typing import Final

CANDIDATES: Final = ("cp1252", "mac_roman", "cp850", "cp437")
"""In order of how often they are met; the first of equals wins."""

_USUAL: Final = ("cp1252", "mac_roman")
_SAMPLE_CHARS = 20_000
_FEW = 4
_LIKELY_SHARE = 0.6
_CLEAR_LEAD = 0.1
_LOWER = "áéíóúüñèòàìùâêîôûäëïöçãõåøæœß"
_UPPER = "ÁÉÍÓÚÜÑÈÒÀÂÊÎÔÛÄËÏÖÇÃÕÅØÆ"
_LIKELY: Final = re.compile(
    "|".join(
        (
            rf"(?<=[A-Za-z])[{_LOWER}](?![A-Z])",
            rf"[{_LOWER}](?=[a-z])",
            rf"(?<!\w)[{_LOWER}](?!\w)",
            rf"(?<![a-z])[{_UPPER}](?=[A-Za-z])",
            rf"(?<=[A-Z])[{_UPPER}]",
            r"(?<=\w)’(?=[a-z\s.,;:!?)]|$)",
            r"(?<![^\s(\[\"“])[“‘](?=\S)",
            r"(?<=\S)[”’](?=[\s.,;:!?)\]…–—]|$)",
            r"(?<![^\s\"“(;,])[¿¡](?=\w)",
            r"(?<=[\s\w\"”’.,)])[–—](?=[\s\w\"“‘(])",
            r"(?<=[\w\s.,!?”’])…",
            r"(?<![^\s\"(;,])[•·](?=\s)",
            r"(?<=\d)[°ºª½¼¾%¢]",
            r"(?<![^\s\"(])[½¼¾§€£©«](?=[\s\w])",
            r"(?<=[\w])[®™»©]",
            r"\u00a0(?=[\s\w])",
        )
    ),
    re.MULTILINE,
)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def single_byte_encoding(data: bytes) -> str:
    """Return the encoding's Python name, or the empty string when none gives a likely text."""
    sample = _sample(data)
    few = sum(1 for byte in sample if byte > 0x7F) < _FEW
    shares = {name: _likely_share(sample, name) for name in (_USUAL if few else CANDIDATES)}
    best = max(shares, key=lambda name: shares[name])
    if shares["cp1252"] >= shares[best] - _CLEAR_LEAD:
        best = "cp1252"
    # Three odd marks in a whole file are no reason to refuse it; more of them are.
    return best if shares[best] >= (0 if few else _LIKELY_SHARE) else ""


def _sample(data: bytes) -> bytes:
    """Return the neighbourhoods of the first bytes beyond ASCII, each with three bytes on either side."""
    found = bytearray()
    for match in re.finditer(rb"[\x00-\x7f]{0,3}[\x80-\xff]+[\x00-\x7f]{0,3}", data):
        found += match.group() + b"\n"
        if len(found) > _SAMPLE_CHARS:
            break
    return bytes(found)


def _likely_share(sample: bytes, encoding: str) -> float:
    """Return the share of likely characters; -1 when a byte is undefined in the encoding or whole text fails."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    beyond = len(_BEYOND_ASCII.findall(text))
    return len(_LIKELY.findall(text)) / beyond if beyond else 1.0
