"""What matter of school life a text names, by the words of a written vocabulary.

The packaged embedding model knows English, not schools: to it "the 14 passed us by again" and "the driver shortage"
are far apart. The vocabulary names some thirty matters with the words by which people raise them. A text's matters are
a hint to the engine beside its own words, never an assignment: themes are still found, not given, and a text that
names no listed matter is read by its words alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

from synthesis.linguistics import tokens

_LONGEST = 3


def words() -> frozenset[str]:
    """Return the words and phrases by which people raise matters of school life."""
    return frozenset(_words())


def labelled(hints: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Return per text what its matters (`matters`) are called in a theme's name, label → share.

    A matter of a group counts for its own label and for the group's.
    """
    labels = _raw()["labels"]
    result = []
    for hint in hints:
        shares: dict[str, float] = {}
        for matter, share in hint.items():
            for name in {matter, matter.split(":")[0]} & labels.keys():
                shares[labels[name]] = shares.get(labels[name], 0.0) + share
        result.append(shares)
    return result


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    """Return the vocabulary as it is written."""
    return tomllib.loads(resources.files("synthesis.text").joinpath("vocabulary.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    """Return word or phrase → the matters that it names."""
    found: dict[str, list[str]] = {}
    for matter, words in _raw()["matters"].items():
        for word in words:
            found.setdefault(word, []).append(matter)
    return {word: tuple(matters) for word, matters in found.items()}


_TENS = {"twenty": 20, "thirty": 30, "forty": 40}
_UNITS = dict(zip("one two three four five six seven eight nine".split(), range(1, 10), strict=True))
_TEENS = {"fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
_CLASS_SIZES = range(15, 46)
_NUMBER = "#"


def _numbered(words: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return (word, lemma) pairs with each number of a class's size, in digits or in words, made `#`."""
    result: list[tuple[str, str]] = []
    tens = 0
    for word, lemma in words:
        if tens and word in _UNITS:
            tens = 0  # "thirty-one" is one number: its tens stand as `#` already
            continue
        tens = _TENS.get(word, 0)
        if tens or word in _TEENS or (word.isdigit() and len(word) < 3 and int(word) in _CLASS_SIZES):
            result.append((_NUMBER, _NUMBER))
        else:
            result.append((word, lemma))
    return result


def matters(texts: Sequence[str]) -> list[dict[str, float]]:
    """Return per text the matters that its words name and each one's share, 0-1, summing to one; empty where none is.

    The longest phrase at a place counts; a phrase weighs more than a word, and the first matter named a little more
    than later ones.
    """
    table = _words()
    result = []
    for found in tokens(texts):
        plain = _numbered([(t.text.lower(), t.lemma) for t in found if t.is_word or t.text[0].isdigit()])
        weights: dict[str, float] = {}
        index = 0
        while index < len(plain):
            for width in range(min(_LONGEST, len(plain) - index), 0, -1):
                part = plain[index : index + width]
                named = table.get(" ".join(word for word, _ in part)) or table.get(" ".join(lemma for _, lemma in part))
                if named:
                    for matter in named:
                        weights[matter] = weights.get(matter, 0.0) + width / len(named)
                    index += width
                    break
            else:
                index += 1
        total = sum(weights.values())
        result.append({matter: weight / total for matter, weight in weights.items()} if total else {})
    return result
