"""Near-duplicates and copy-paste campaigns, found on the text alone.

Two texts are near-duplicates when their words, in any order, are nearly the same (rapidfuzz token-sort ratio), or when
both their words and their runs of letters are alike (cosines of TF-IDF): so a sentence that somebody says again in slightly
other words is found too. A campaign is a group of near-duplicates of one body that is long enough, and signed by enough people,
that chance or one person repeating themselves cannot explain it. Candidates come from shared words, not from all pairs.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

_WINDOW = 4
_COMMON_WINDOW = 400
_BLOCK = 1000
_SAME = 92.0
_EDITED = 70.0
_MIN_WORDS = 8
# Chosen on the planted pairs of the sample, of which 15 of 17 lie above and no other pair: the nearest other pair has .61 and .56.
_MIN_REWORDED = 5
_ALIKE_LETTERS = 0.68
_ALIKE_WORDS = 0.58
_LENGTHS = 0.5
_REWORDED_LIMIT = 20_000
_CAMPAIGN_WORDS = 20
_CAMPAIGN_SIZE = 5


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Per text: the index of its primary (its own when it is one), and its campaign's number (-1 for none)."""

    primary: tuple[int, ...]
    campaign: tuple[int, ...]


def find(texts: Sequence[str], people: Sequence[str]) -> Duplicates:
    """Group texts. `people` tells the signers apart. The first text of a group, in the order given, is its primary."""
    normal = [" ".join(re.findall(r"\w+", text.casefold())) for text in texts]
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(normal):
        groups[text].append(index)
    bodies = [text for text in groups if text]
    same = _joined(len(bodies), [*_clusters(bodies, _SAME, _MIN_WORDS), *_reworded(bodies)])
    edited = _clusters(bodies, _EDITED, _CAMPAIGN_WORDS)
    primary = list(range(len(texts)))
    for cluster in same:
        members = sorted(index for body in cluster for index in groups[bodies[body]])
        if len(normal[members[0]].split()) < _MIN_REWORDED:
            continue
        for index in members[1:]:
            primary[index] = members[0]
    campaign = [-1] * len(texts)
    number = 0
    for cluster in sorted(edited, key=lambda c: min(groups[bodies[body]][0] for body in c)):
        members = sorted(index for body in cluster for index in groups[bodies[body]])
        long_enough = len(normal[members[0]].split()) >= _CAMPAIGN_WORDS
        if long_enough and len({people[index] for index in members}) >= _CAMPAIGN_SIZE:
            for index in members:
                campaign[index] = number
            number += 1
    return Duplicates(tuple(primary), tuple(campaign))


def _reworded(bodies: Sequence[str]) -> list[list[int]]:
    """Return pairs of distinct bodies that say the same in slightly other words; none in corpora over 20,000 bodies."""
    if not 2 <= len(bodies) <= _REWORDED_LIMIT:
        return []
    plain = [_without_accents(body) for body in bodies]
    lengths = np.array([len(body.split()) for body in bodies])
    words = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+")  # noqa: S106
    try:
        by_word = words.fit_transform(plain)
    except ValueError:  # no body holds a word
        return []
    pairs = _pairs(by_word, lengths)
    if not len(pairs):
        return []
    wanted = np.unique(pairs)
    place = {int(row): number for number, row in enumerate(wanted)}
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit(plain)
    by_letter = letters.transform([plain[row] for row in wanted])
    left, right = ([place[int(row)] for row in pairs[:, side]] for side in (0, 1))
    likeness = np.asarray(by_letter[left].multiply(by_letter[right]).sum(axis=1)).ravel()
    return [[int(a), int(b)] for (a, b), alike in zip(pairs, likeness, strict=True) if alike >= _ALIKE_LETTERS]


def _pairs(by_word: sparse.csr_matrix, lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the pairs (``int[n, 2]``) of rows alike in words, of comparable length and long enough, block by block."""
    rows = np.flatnonzero(lengths >= _MIN_REWORDED)
    long_enough = by_word[rows]
    found = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, len(rows), _BLOCK):
        # Of each pair the later row is the right one: the rows before the block have met it already.
        likeness = (long_enough[start : start + _BLOCK] @ long_enough[start:].T).tocoo()
        alike = (likeness.data >= _ALIKE_WORDS) & (likeness.row < likeness.col)
        left, right = rows[likeness.row[alike] + start], rows[likeness.col[alike] + start]
        shorter, longer = np.minimum(lengths[left], lengths[right]), np.maximum(lengths[left], lengths[right])
        comparable = shorter >= _LENGTHS * longer
        found.append(np.column_stack([left[comparable], right[comparable]]))
    pairs = np.concatenate(found)
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))], dtype=np.int64)


def _without_accents(text: str) -> str:
    """Return text without accents: people type them or not."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _joined(n: int, groups: Iterable[Sequence[int]]) -> list[list[int]]:
    """Return the groups of 0 … n-1 in which all that share a member are one."""
    rows = [(group[0], other) for group in groups for other in group]
    left, right = (np.array([pair[side] for pair in rows], dtype=np.int64) for side in (0, 1))
    graph = sparse.coo_matrix((np.ones(len(rows)), (left, right)), shape=(n, n))
    _, labels = connected_components(graph, directed=False)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for index, label in enumerate(labels.tolist()):
        found[label].append(index)
    return list(found.values())


def _clusters(bodies: Sequence[str], threshold: float, min_words: int) -> list[list[int]]:
    """Return groups of distinct bodies joined by similarity at or over the threshold; most are groups of one."""
    windows: defaultdict[str, list[int]] = defaultdict(list)
    split = [body.split() for body in bodies]
    for index, words in enumerate(split):
        if len(words) >= min_words:
            for window in {" ".join(words[i : i + _WINDOW]) for i in range(len(words) - _WINDOW + 1)}:
                windows[window].append(index)
    parent = list(range(len(bodies)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    compared: set[tuple[int, int]] = set()
    for members in windows.values():
        if len(members) > _COMMON_WINDOW:
            members = members[:1] + members[1:_COMMON_WINDOW]
        for position, left in enumerate(members):
            for right in members[position + 1 :]:
                if (left, right) in compared or root(left) == root(right):
                    continue
                compared.add((left, right))
                if fuzz.token_sort_ratio(bodies[left], bodies[right], score_cutoff=threshold) >= threshold:
                    parent[root(right)] = root(left)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for index in range(len(bodies)):
        found[root(index)].append(index)
    return list(found.values())
