"""Runs of neighbouring words, counted in columns: what names are made from, for a hundred thousand texts in a second or two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthesis.linguistics import Columns

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What each distinct word may do in a run: stand in it at all, be it alone, be at an end of a longer one, give it a meaning."""

    inside: Flags
    alone: Flags
    at_end: Flags
    saying: Flags


@dataclass(frozen=True, slots=True)
class Grams:
    """Every occurrence of a run, by text, then by where it begins, then by width.

    Occurrence i is the run ``words[gram[i]]`` (numbers of distinct words); it begins with token ``first[i]`` in text ``row[i]``.
    """

    words: tuple[tuple[int, ...], ...]
    gram: NDArray[np.int64]
    first: NDArray[np.int64]
    row: NDArray[np.int64]


def grams(found: Columns, allowed: Allowed, most_words: int) -> Grams:
    """Return every run of one to `most_words` words that is allowed."""
    word, n = found.word, len(found.word)
    row = np.repeat(np.arange(len(found.ends) - 1), np.diff(found.ends))
    firsts, widths, keys = [], [], []
    words: list[tuple[int, ...]] = []
    unbroken, saying = np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
    run = np.zeros(n, dtype=np.int64)  # the number, among the runs of this width, of the run that begins here
    for width in range(1, min(most_words, n) + 1):
        last = np.arange(n - width + 1) + width - 1
        unbroken, saying = unbroken[: len(last)], saying[: len(last)]
        unbroken = unbroken & allowed.inside[word[last]] & (row[last] == row[: len(last)])
        saying = saying | allowed.saying[word[last]]
        ends = allowed.alone if width == 1 else allowed.at_end & allowed.alone
        fits = np.flatnonzero(unbroken & saying & ends[word[: len(last)]] & ends[word[last]])
        # A run is numbered by the run that is one word shorter, and its last word.
        _, run = np.unique(run[: len(last)] * len(found.words) + word[last], return_inverse=True)
        kinds, example, which = np.unique(run[fits], return_index=True, return_inverse=True)
        keys.append(len(words) + which)
        words += map(tuple, word[fits[example][:, None] + np.arange(width)].tolist()) if len(kinds) else []
        firsts.append(fits)
        widths.append(np.full(len(fits), width))
    if not firsts:
        nothing = np.empty(0, dtype=np.int64)
        return Grams((), nothing, nothing, nothing)
    first = np.concatenate(firsts)
    order = np.lexsort((np.concatenate(widths), first))
    return Grams(tuple(words), np.concatenate(keys)[order], first[order], row[first[order]])
