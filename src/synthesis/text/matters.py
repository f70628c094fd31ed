"""What matter of school life a text names, by the words of a written vocabulary.

The packaged embedding model knows English, not schools: to it "the 14 passed us by again" and "the driver shortage"
are far apart. The vocabulary names some thirty matters with the words by which people raise them. A text's matters are
a hint to the engine beside its own words, never an assignment: themes are still found, not given, and a text that
names no listed matter is read by its words alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from synthesis.linguistics import tokens

_LONGEST = 3


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    """Return word or phrase → the matters that it names."""
    raw = tomllib.loads(resources.files("synthesis.text").joinpath("vocabulary.toml").read_text("utf-8"))
    found: dict[str, list[str]] = {}
    for matter, words in raw["matters"].items():
        for word in words:
            found.setdefault(word, []).append(matter)
    return {word: tuple(matters) for word, matters in found.items()}


def matters(texts: Sequence[str]) -> list[dict[str, float]]:
    """Return per text the matters that its words name and each one's share, 0-1, summing to one; empty where none is.

    The longest phrase at a place counts; a phrase weighs more than a word, and the first matter named a little more
    than later ones.
    """
    words = _words()
    result = []
    for found in tokens(texts):
        plain = [token for token in found if token.is_word or token.text.isdigit()]
        weights: dict[str, float] = {}
        index = 0
        while index < len(plain):
            for width in range(min(_LONGEST, len(plain) - index), 0, -1):
                part = plain[index : index + width]
                named = words.get(" ".join(t.text.lower() for t in part)) or words.get(" ".join(t.lemma for t in part))
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
