"""What an idea's own words say of its place: which of them place it, and whether they name a second matter.

A word is known by the company it keeps: it pulls towards a theme as the other ideas that use it stand near the theme's middle
(the mean cosine, shrunk where few use it). So no model is asked again, and a word that the vectors do not heed pulls nowhere.
`synthesis bench placing` measures that by leaving words out.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from synthesis import linguistics
from synthesis.themes.vectors import unit

HOW_MANY = 4
"""Words that are kept for an idea."""
_FAINT = 0.25
"""A word that pulls less than so much of the strongest one is not kept."""
_SHRINK = 3.0
_BATCH = 5_000
_CLAUSE = 4
"""Words that a clause has at least."""
PLACEHOLDER = re.compile(r"\[[a-z ]+\]")
_JOINTS = frozenset(", ; : - – — / . ! ? … 。 and but plus while also y e pero men epi".split())
NAMES = 0.2
"""A clause names a theme towards which its words pull so much together (their sum by the root of their number)."""
APART = 0.2
"""By so much a clause that names a second theme pulls more to it than to the first."""
AS_NEAR = 0.5
"""The whole idea is at least so near to the second theme, as a part of how near four of five of that theme's ideas are."""
_FITTING = 0.2
_BLOCK = 200_000

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Read:
    """The words that say something, of all ideas: one entry per word of an idea, in order.

    `ideas`, `clauses`, `lemmas`, `spellings` are ``int64[words]``; `clause_ideas` is the idea of each clause; `spelled` are the spellings
    in lower case.
    """

    n_ideas: int
    ideas: Numbers
    clauses: Numbers
    lemmas: Numbers
    spellings: Numbers
    clause_ideas: Numbers
    n_lemmas: int
    spelled: tuple[str, ...]


Clauses = Sequence[Sequence[tuple[str, str]]]


def clauses_of(texts: Sequence[str], language: str = "en") -> list[Clauses]:
    """Return per text its clauses: of each the words that say something, as lemma and spelling in lower case.

    A clause ends at a mark, a line's end or a joining word, once it has four words.
    """
    result: list[Clauses] = []
    for start in range(0, len(texts), _BATCH):
        part = [PLACEHOLDER.sub(" ", text) for text in texts[start : start + _BATCH]]
        for text, found in zip(part, linguistics.tokens(part, language), strict=True):
            result.append(
                [
                    [(token.lemma, token.text.lower()) for token in clause if says_something(token)]
                    for clause in _clauses(text, found)
                ]
            )
    return result


def read(texts: Sequence[str], language: str = "en") -> Read:
    """Return the words of every text."""
    return numbered(clauses_of(texts, language))


def numbered(texts: Iterable[Clauses]) -> Read:
    """Return the words of every text from its clauses (`clauses_of`)."""
    lemmas: dict[str, int] = {}
    spellings: dict[str, int] = {}
    columns = [array("q") for _ in range(4)]
    clause_ideas = array("q")
    n_ideas = 0
    for row, clauses in enumerate(texts):
        n_ideas = row + 1
        for clause in clauses:
            clause_ideas.append(row)
            for lemma, spelling in clause:
                numbers = lemmas.setdefault(lemma, len(lemmas)), spellings.setdefault(spelling, len(spellings))
                for column, value in zip(columns, (row, len(clause_ideas) - 1, *numbers), strict=True):
                    column.append(value)
    ideas, clauses_at, lemma_of, spelling_of = (np.array(column, dtype=np.int64) for column in columns)
    return Read(
        n_ideas=n_ideas,
        ideas=ideas,
        clauses=clauses_at,
        lemmas=lemma_of,
        spellings=spelling_of,
        clause_ideas=np.array(clause_ideas, dtype=np.int64),
        n_lemmas=len(lemmas),
        spelled=tuple(spellings),
    )


def _clauses(text: str, found: Sequence[linguistics.Token]) -> list[list[linguistics.Token]]:
    """Return the tokens of each clause, of which there is at least one."""
    clauses: list[list[linguistics.Token]] = [[]]
    length, end = 0, 0
    for token in found:
        joint = token.text.lower() in _JOINTS or "\n" in text[end : token.start]
        if joint and length >= _CLAUSE:
            clauses.append([])
            length = 0
        clauses[-1].append(token)
        length, end = length + token.is_word, token.end
    return clauses


def says_something(token: linguistics.Token) -> bool:
    """Tell whether a token is a word with a meaning of its own."""
    return token.is_word and len(token.text) > 1 and not token.is_stop and not linguistics.is_function_word(token.text)


class Company:
    """Where words stand by the ideas that use them. `near` is the cosine ``float32[ideas, themes]`` of each idea and each theme's middle."""

    def __init__(self, words: Read, vectors: Vectors, places: Sequence[str]) -> None:
        self.themes, self.own = np.unique(np.asarray(places), return_inverse=True)
        with threadpool_limits(1):  # the order of sums is the same whatever the number of threads
            centred = unit(vectors - vectors.mean(axis=0), np.float32)
            means = np.stack([centred[self.own == theme].mean(axis=0) for theme in range(len(self.themes))])
            middles = unit(means, np.float32)
            self.near: Vectors = np.round(centred @ middles.T, 5)
        self._words = words
        uses = sparse.csr_matrix(
            (np.ones(len(words.ideas), dtype=np.float32), (words.lemmas, words.ideas)),
            shape=(words.n_lemmas, words.n_ideas),
        )
        uses.data[:] = 1.0  # a word said twice in an idea counts once
        self._toward = np.asarray(uses @ self.near)
        self._others = np.asarray(uses.sum(axis=1)).ravel() - 1 + _SHRINK

    def rivals(self, wanted: Sequence[str]) -> list[str]:
        """Return per idea the theme wanted as its runner-up, or the next nearest one where that is none or its own."""
        others = self.near.copy()
        rows = np.arange(len(self.own))
        if len(self.themes) > 1:
            others[rows, self.own] = -np.inf
        nearest = self.themes[others.argmax(axis=1)]
        known, own = set(self.themes.tolist()), self.themes[self.own]
        return [
            str(theme if theme in known and theme != place else near)
            for theme, place, near in zip(wanted, own, nearest, strict=True)
        ]

    def telling(self, rivals: Sequence[str]) -> list[str]:
        """Return per idea its own words that pull most to its theme against the rival, best first, parted by blanks.

        Each idea is left out of its words' company. Words that pull to the rival are not among them.
        """
        words, rival = self._words, np.searchsorted(self.themes, np.asarray(rivals))
        ideas, lemmas = words.ideas, words.lemmas
        own, other = self.own[ideas], rival[ideas]
        pull = self._toward[lemmas, own] - self.near[ideas, own]
        against = np.where(own == other, 0.0, self._toward[lemmas, other] - self.near[ideas, other])
        score = (pull - against) / self._others[lemmas]
        chosen: list[dict[int, str]] = [{} for _ in range(words.n_ideas)]
        best = np.zeros(words.n_ideas)
        np.maximum.at(best, ideas, score)
        order = np.lexsort((-score, ideas))
        for entry in order[(score[order] > 0) & (score[order] >= _FAINT * best[ideas[order]])].tolist():
            found = chosen[ideas[entry]]
            if len(found) < HOW_MANY:
                found.setdefault(int(lemmas[entry]), words.spelled[words.spellings[entry]])
        return [" ".join(found.values()) for found in chosen]

    def seconds(self) -> list[str]:
        """Return per idea a second theme that it truly has, or the empty string.

        One of its clauses names that theme, and clearly more than the first; another clause names the first; and the idea as a whole
        stands near the second. People are not counted in second themes.
        """
        words = self._words
        least = np.array(
            [np.quantile(self.near[self.own == theme, theme], _FITTING) for theme in range(len(self.themes))]
        )
        result = [""] * words.n_ideas
        several = np.bincount(words.clause_ideas, minlength=words.n_ideas)[words.clause_ideas] > 1
        picked = several[words.clauses]
        entries = sparse.csr_matrix(
            (np.ones(int(picked.sum()), dtype=np.float32), (words.clauses[picked], words.lemmas[picked])),
            shape=(len(words.clause_ideas), words.n_lemmas),
        )
        entries.data[:] = 1.0
        clauses = np.flatnonzero(several)
        # A block ends where an idea ends: its clauses stand together.
        ends = np.flatnonzero(np.diff(words.clause_ideas[clauses], append=-1)) + 1
        start = 0
        while start < len(clauses):
            end = int(ends[min(int(np.searchsorted(ends, start + _BLOCK)), len(ends) - 1)])
            for idea, theme in self._named_twice(clauses[start:end], entries, least):
                result[idea] = str(self.themes[theme])
            start = end
        return result

    def _named_twice(
        self, clauses: Numbers, entries: sparse.csr_matrix, least: NDArray[np.float64]
    ) -> list[tuple[int, int]]:
        """Return (idea, second theme) for those of the clauses' ideas that have one."""
        ideas = self._words.clause_ideas[clauses]
        part = entries[clauses]
        weight = sparse.csr_matrix(part.multiply(1.0 / self._others))
        spread = np.sqrt(np.maximum(np.asarray(part.sum(axis=1)), 1.0))
        pull = np.asarray(weight @ self._toward) - self.near[ideas] * np.asarray(weight.sum(axis=1))
        pull /= spread
        own = pull[np.arange(len(clauses)), self.own[ideas]]
        may = (pull >= NAMES) & (pull - own[:, None] >= APART) & (self.near[ideas] >= AS_NEAR * least)
        best = np.where(may, pull, -np.inf)
        found: dict[int, tuple[float, int]] = {}
        for row in np.flatnonzero(may.any(axis=1)).tolist():
            idea = int(ideas[row])
            first, last = (int(place) for place in np.searchsorted(ideas, [idea, idea + 1]))
            if max([*own[first:row], *own[row + 1 : last]], default=-np.inf) >= NAMES:
                theme = int(best[row].argmax())
                found[idea] = max(found.get(idea, (-np.inf, 0)), (float(best[row, theme]), theme))
        return [(idea, theme) for idea, (_, theme) in sorted(found.items())]
