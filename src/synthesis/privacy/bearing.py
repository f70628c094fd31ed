"""What of a run's lists bears on one text: a finding may change with the lists only where this changes.

The lists come from all exports (names in their name columns, words that people write in lower case, words of places), so that one
new row may change how an old one is masked. An entry bears on a text only where all of its words stand there, whatever their case.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"\w+")
_PARTICLE = 3


class Bearing:
    """The entries of lists, by their words."""

    def __init__(self, names: Iterable[str], ordinary: Iterable[str], places: Iterable[str]) -> None:
        self._anywhere: defaultdict[str, list[tuple[frozenset[str], str]]] = defaultdict(list)
        self._capitalised: defaultdict[str, list[tuple[frozenset[str], str]]] = defaultdict(list)
        for kind, entries in (("name", names), ("place", places)):
            for entry in entries:
                _enter(self._anywhere, kind, entry)
        for entry in ordinary:
            _enter(self._capitalised, "ordinary", entry)

    def on(self, text: str) -> tuple[str, ...]:
        """Return the entries that bear on a text, each with its list, sorted.

        Whether a word is an ordinary one is asked only of capitalised words and of the particles within a name ("de la").
        """
        words = _WORD.findall(text)
        here = {_fold(word) for word in words}
        asked = {_fold(word) for word in words if len(word) <= _PARTICLE or not word.islower()}
        found = {
            entry
            for table, keys in ((self._anywhere, here), (self._capitalised, asked))
            for word in keys & table.keys()
            for needed, entry in table[word]
            if needed <= here
        }
        return tuple(sorted(found))


def _enter(table: defaultdict[str, list[tuple[frozenset[str], str]]], kind: str, entry: str) -> None:
    """File an entry under its first word. What lists hold in lower case already is split as it would be in capitals."""
    words = [_fold(word) for word in _WORD.findall(_undotted(entry))]
    if words:
        table[words[0]].append((frozenset(words), f"{kind}:{entry}"))


def _undotted(text: str) -> str:
    """Return text with the Turkish letters that match an i whatever their case as an i."""
    return text.replace("i̇", "i").replace("ı", "i")


@lru_cache(maxsize=200_000)
def _fold(word: str) -> str:
    return _undotted(word.casefold())
