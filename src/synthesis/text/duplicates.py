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
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from scipy import sparse
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
_COMMON_WORD = 2_000
_AT_ONCE = 200_000
_CAMPAIGN_WORDS = 20
_CAMPAIGN_SIZE = 5

Pairs = NDArray[np.int64]


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
    same = _near(_clusters(bodies, _SAME, _MIN_WORDS), _reworded(bodies))
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


def _reworded(bodies: Sequence[str]) -> Pairs:
    """Return the pairs of distinct bodies that say the same in slightly other words, ``int[n, 2]``, the earlier one left."""
    plain = [_without_accents(body) for body in bodies]
    lengths = np.array([len(body.split()) for body in bodies], dtype=np.int64)
    words = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+")  # noqa: S106
    try:
        by_word = words.fit_transform(plain)
    except ValueError:  # no body holds a word
        return np.empty((0, 2), dtype=np.int64)
    pairs = _alike(by_word, lengths)
    wanted, place = np.unique(pairs, return_inverse=True)
    if not len(wanted):
        return pairs
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit(plain)
    by_letter = letters.transform([plain[row] for row in wanted])
    left, right = place.reshape(-1, 2).T
    return pairs[_cosines(by_letter, left, right) >= _ALIKE_LETTERS]


def _alike(by_word: sparse.csr_matrix, lengths: NDArray[np.int64]) -> Pairs:
    """Return the pairs of rows alike in words, of comparable length and long enough, block by block.

    Only rows that share one of their rarest words are compared: enough of them that what is left of a row could not make it alike to
    any other, so that no pair is lost (prefix filtering: Bayardo, Ma and Srikant, "Scaling up all pairs similarity search", 2007).
    A word of more than `_COMMON_WORD` rows brings no rows together.
    """
    rows = np.flatnonzero(lengths >= _MIN_REWORDED)
    long_enough, lengths = by_word[rows], lengths[rows]
    rarest = _rarest(long_enough)
    found = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, len(rows), _BLOCK):
        # Of each pair the later row is the right one: the rows before the block have met it already.
        shared = (rarest[start : start + _BLOCK] @ rarest[start:].T).tocoo()
        left, right = shared.row[shared.row < shared.col] + start, shared.col[shared.row < shared.col] + start
        shorter, longer = np.minimum(lengths[left], lengths[right]), np.maximum(lengths[left], lengths[right])
        left, right = left[shorter >= _LENGTHS * longer], right[shorter >= _LENGTHS * longer]
        alike = _cosines(long_enough, left, right) >= _ALIKE_WORDS
        found.append(np.column_stack([rows[left[alike]], rows[right[alike]]]))
    pairs = np.concatenate(found)
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))], dtype=np.int64)


def _rarest(by_word: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return of each unit row its rarest words, up to where the rest is shorter than `_ALIKE_WORDS`; none that is too common."""
    count = np.asarray((by_word > 0).sum(axis=0)).ravel()
    order = np.argsort(count, kind="stable")
    sorted_out = sparse.csr_matrix(by_word[:, order])
    sorted_out.sort_indices()
    squares = np.concatenate([[0.0], np.cumsum(np.square(sorted_out.data))])
    row = np.repeat(np.arange(sorted_out.shape[0]), np.diff(sorted_out.indptr))
    rest = squares[sorted_out.indptr[row + 1]] - squares[:-1]
    kept = (rest >= _ALIKE_WORDS**2 - 1e-6) & (count[order][sorted_out.indices] <= _COMMON_WORD)
    ones = np.ones(int(kept.sum()), dtype=np.float32)
    return sparse.csr_matrix((ones, (row[kept], sorted_out.indices[kept])), shape=sorted_out.shape)


def _cosines(unit: sparse.csr_matrix, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the cosine of each pair of unit rows."""
    parts = [slice(start, start + _AT_ONCE) for start in range(0, len(left), _AT_ONCE)]
    likeness = [np.asarray(unit[left[part]].multiply(unit[right[part]]).sum(axis=1)).ravel() for part in parts]
    return np.concatenate([np.empty(0), *likeness])


def _without_accents(text: str) -> str:
    """Return text without accents: people type them or not."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _near(same: Sequence[Sequence[int]], reworded: Pairs) -> list[list[int]]:
    """Return groups of bodies of which all that are reworded are so of the group's first: likeness is not handed on.

    `same` are groups that differ by hardly a word. A text alike to two groups goes to the earlier one.
    """
    groups = sorted(sorted(group) for group in same)
    of = np.empty(sum(map(len, groups)), dtype=np.int64)
    for number, group in enumerate(groups):
        of[group] = number
    left, right = np.sort(of[reworded], axis=1).T
    first = list(range(len(groups)))
    for one, other in sorted(set(zip(left.tolist(), right.tolist(), strict=True))):
        if one != other and first[one] == one and first[other] == other:
            first[other] = one
    joined: defaultdict[int, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        joined[first[number]] += group
    return list(joined.values())


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
