"""What a question asks for: what goes well, what should improve, or neither; and words of endorsement on paper."""

from __future__ import annotations

import re
from functools import lru_cache

from synthesis.model import Valence

_NEGATIVE = re.compile(
    r"improv|\bchang|gets? in the way|getting in the way|concern|worr|challeng|barrier"
    r"|weakness|not work|isn['’]t work|frustrat"
    r"|struggl|missing|could be better|do better|stop doing|problem|wish we had|\bdeltas?\b"
    r"|\bfix|mejorar|cambiar|preocup|amelyore|chanje"
    r"|enkyetid|most needs|should .* differently",
    re.IGNORECASE,
)
_POSITIVE = re.compile(
    r"going well|\blike\b|\blove\b|\bkeep|\bworking\b|works well|strength|proud|celebrat"
    r"|\bpluses\b|done well|\bglows?\b|appreciat"
    r"|funciona bien|va bien|gusta|mache byen|byen mache|conservar|fortalez",
    re.IGNORECASE,
)
_WOULD_LIKE = re.compile(r"(?:would|'d|to look|look) like|likely|\blike to\b", re.IGNORECASE)


@lru_cache(maxsize=1024)
def valence_of(prompt: str) -> Valence:
    """Return what a prompt asks for; a prompt that asks for both is open."""
    words = _WOULD_LIKE.sub(" ", re.sub(r"\s+", " ", prompt))
    negative = bool(_NEGATIVE.search(words))
    positive = bool(_POSITIVE.search(re.sub(r"(?:not|n['’]t) working", " ", words, flags=re.IGNORECASE)))
    if negative == positive:
        return Valence.OPEN
    return Valence.NEGATIVE if negative else Valence.POSITIVE


_MARKS = tuple(
    (re.compile(pattern, re.IGNORECASE), per_mark)
    for pattern, per_mark in (
        (r"[\s,;–-]*[\[(]?\s*[x×]\s?(\d{1,3})\s*[\])]?$", False),
        (r"[\s,;–-]*\(\s*(\d{1,3})\s*x\s*\)$", False),
        (r"[\s,;–-]*[\[(]?\s*\+\s?(\d{1,3})\s*[\])]?$", False),
        (
            r"[\s,;–-]*[\[(]\s*(\d{1,3})\s*(?:dots?|votes?|likes?|checks?|stickers?|people agreed"
            r"|agree)?\s*[\])]$",
            False,
        ),
        (r"[\s,;–-]+(\d{1,3})\s*(?:dots|votes|checks|stickers)$", False),
        (r"[\s(\[]*((?:[✔✓☑✅●•]\ufe0f?\s*)+)[)\]]?$", True),
        (r"\s+(\|{2,})$", True),
    )
)
_NOT_A_COUNT = frozenset({504})
"""Numbers that name something in schools (a 504 plan) and are no count of marks."""


def count_of(text: str) -> int | None:
    """Return the count that a cell states in digits or marks, 0 when it is empty; None when it states something else."""
    if not text.strip() or text.strip() in ("-", "–"):
        return 0
    if re.fullmatch(r"\d{1,5}", text.strip()):
        return int(text)
    rest, dots = strip_endorsements(text)
    return dots if not rest else None


def strip_endorsements(text: str) -> tuple[str, int]:
    """Return the text without the endorsement marks at its end, and how many people they stand for.

    Knows ``x4``, ``(3)``, ``+1``, ``✔✔✔`` and their likes; several in a row are added up.
    """
    total = 0
    text = text.strip()
    while True:
        for pattern, per_mark in _MARKS:
            match = pattern.search(text)
            if match is None:
                continue
            count = len(re.sub(r"[\s\ufe0f]", "", match[1])) if per_mark else int(match[1])
            if count in _NOT_A_COUNT:
                continue
            total += count
            text = text[: match.start()].rstrip()
            break
        else:
            return text, total
