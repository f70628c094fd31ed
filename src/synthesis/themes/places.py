"""Names that say where, not what: they are left out of what the engine reads.

People name their town, their school, their street. A sentence encoder puts all sentences that hold one name together,
so that a theme "Bowling Green" would gather whatever matters there. A name that stands in enough texts is left out
when its texts, read without it, are hardly more alike than any texts are. A name with a matter of its own (a
university, a factory) keeps its texts together without being named, and stays.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_NAME = re.compile(
    r"(?<!^)(?<![.!?:;•\"“(]\s)\b(?!I[’'])[A-Z][\w’'-]*[a-z\d][\w’'-]*(?:\s+[A-Z][\w’'-]*[a-z\d][\w’'-]*){0,2}|\b[A-Z]{2,5}\b"
)
_MIN_TEXTS = 8
_MIN_SHARE = 0.008
_MAX_NAMES = 60
_ALIKE = 0.06

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


def placeless(texts: Sequence[str], embed: Embed) -> list[str]:
    """Return the names that only say where. `embed` returns unit vectors ``float32[n, d]``."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for index, text in enumerate(texts):
        for match in _NAME.finditer(text):
            found[match.group()].add(index)
    enough = max(_MIN_TEXTS, int(_MIN_SHARE * len(texts)))
    lower = Counter(word for text in texts for word in set(re.findall(r"\b[a-z][\w’'-]+", text)))
    names = [
        name
        for name, where in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
        if len(where) >= enough and lower[name.lower()] < len(where) / 4
    ][:_MAX_NAMES]
    if not names:
        return []
    usual = _alikeness(embed(_sample(texts)))
    return [name for name in names if _says_where(name, [texts[i] for i in sorted(found[name])], embed, usual)]


def without(texts: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the texts without these names."""
    if not names:
        return list(texts)
    pattern = _pattern(names)
    # A text that is nothing but a name keeps it: there is nothing else to read.
    return [stripped if re.search(r"\w{3}", stripped := _without(text, pattern)) else text for text in texts]


def _sample(texts: Sequence[str], size: int = 600) -> list[str]:
    """Return at most `size` texts, evenly spread over the sorted ones: the same whatever the order given."""
    ordered = sorted(set(texts))
    step = max(1, len(ordered) // size)
    return ordered[::step][:size]


def _says_where(name: str, texts: list[str], embed: Embed, usual: float) -> bool:
    """Tell whether a name's texts, without it, are hardly more alike than any texts are."""
    pattern = _pattern([name])
    rest = [_without(text, pattern) for text in _sample(texts, 200)]
    rest = [text for text in rest if re.search(r"\w{3}", text)]
    return len(rest) >= 2 and _alikeness(embed(rest)) - usual < _ALIKE


def _alikeness(vectors: NDArray[np.float32]) -> float:
    """Return the mean cosine between two different rows."""
    n = len(vectors)
    if n < 2:
        return 1.0
    total = float(np.square(vectors.sum(axis=0, dtype=np.float64)).sum())
    return (total - n) / (n * (n - 1))


def _pattern(names: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern of the names, the longest first, with a preposition before them."""
    listed = "|".join(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))
    return re.compile(rf"(?:\b(?:in|at|of|to|from|around|near|for|the)\s+)?\b(?:{listed})\b(?:[’']s)?")


def _without(text: str, pattern: re.Pattern[str]) -> str:
    """Return the text without the names, its blanks tidied."""
    return re.sub(r"\s+([,.!?;:])", r"\1", " ".join(pattern.sub(" ", text).split()))
