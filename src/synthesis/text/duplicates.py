"""Near-duplicates and copy-paste campaigns, found on the text alone.

Two texts are near-duplicates when their words, in any order, are nearly the same (rapidfuzz token-sort ratio). A
campaign is a group of near-duplicates of one body that is long enough, and signed by enough people, that chance or one
person repeating themselves cannot explain it. Candidates come from shared rare word windows, not from all pairs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

_WINDOW = 4
_COMMON_WINDOW = 400
_SAME = 92.0
_EDITED = 70.0
_MIN_WORDS = 8
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
    same = _clusters(bodies, _SAME, _MIN_WORDS)
    edited = _clusters(bodies, _EDITED, _CAMPAIGN_WORDS)
    primary = list(range(len(texts)))
    for cluster in same:
        members = sorted(index for body in cluster for index in groups[bodies[body]])
        if len(normal[members[0]].split()) < _MIN_WORDS:
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
