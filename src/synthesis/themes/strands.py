"""The phrases that name the strands of a theme: those that tell a strand from its siblings by meaning, in words that people used.

A strand is small, and its people rarely share a phrase; what they share is a meaning. So a phrase of one text may name it, where its
words are those of others, and it is weighed by how well the nearness of its own vector sorts the ideas of the strand before those of
its siblings (the area under the ROC curve: Fawcett 2006, Pattern Recognition Letters 27), and before those of other themes. The areas
are of even samples, so that a strand of a hundred thousand ideas is named as fast as one of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from synthesis.themes.nameable import says_something
from synthesis.themes.names import Phrases
from synthesis.themes.picking import pick, words_of
from synthesis.themes.vectors import unit

Vectors = NDArray[np.float32]
Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.int64]
Meaning = Callable[[Sequence[str]], Vectors]

_POOL = 40
_SAMPLE = 1_000
_BESIDE = 0.4, 0.3
_FAR = 0.02
_TELLS = 0.02
_USED = 3
_NAMING = 3


@dataclass(frozen=True, slots=True)
class _Strand:
    """A strand and its candidates, the best first: `holds` is texts x candidates, 1 where a text has a word of one."""

    rows: Labels
    siblings: Labels
    columns: Labels
    score: NDArray[np.float64]
    holds: sparse.csc_matrix


class StrandNames:
    """Names the strands of one theme after another. `known` are words of the field.

    `features` ``float32[n, d]`` has the centred vectors of all texts in its first columns; `meaning` returns the vectors of phrases in
    their space: where it is None, words alone decide.
    """

    def __init__(
        self,
        phrases: Phrases,
        features: Vectors,
        meaning: Meaning | None,
        *,
        known: Collection[str],
    ) -> None:
        self._phrases, self._features, self._meaning = phrases, features, meaning
        self._known = known
        self._place = {term: column for column, term in enumerate(phrases.terms) if " " not in term}
        self._counts = (phrases.counts > 0).astype(np.float64).tocsr()
        self._used = np.asarray(self._counts.sum(axis=0)).ravel()

    def choose(self, labels: Labels, sublabels: Labels) -> dict[int, list[str]]:
        """Return strand → its phrases (lemma forms, best first) for every theme that has two strands or more.

        Where there are phrases enough no two strands of a theme share a word. A strand has none where no candidate tells it from its
        siblings and from other themes: what its ideas share is no matter (docs/decisions/0022).
        """
        read = self._phrases.read
        found: dict[int, dict[int, _Strand]] = {}
        for theme in np.unique(labels).tolist():
            inside = read[labels[read] == theme]
            own = np.unique(sublabels[inside])
            if len(own) > 1:
                parts = {int(sub): sublabels[inside] == sub for sub in own}
                found[theme] = {sub: self._strand(inside[part], inside[~part]) for sub, part in parts.items()}
        strands = [strand for of in found.values() for strand in of.values()]
        columns = np.unique(np.concatenate([strand.columns for strand in strands])) if strands else np.zeros(0, int)
        spoken = [self._surface(column) for column in columns.tolist()]
        said = unit(self._meaning(spoken)) if spoken and self._meaning is not None else None
        chosen: dict[int, list[str]] = {}
        for theme, of in found.items():
            weighed = {sub: strand.score for sub, strand in of.items()}
            if said is not None:
                others = _even(read[labels[read] != theme])
                for sub, strand in of.items():
                    weighed[sub] = self._weigh(strand, said[np.searchsorted(columns, strand.columns)], others)
            chosen |= self._told_apart(of, weighed, 0.0 if said is None else _TELLS)
        return chosen

    def _surface(self, column: int) -> str:
        """Return how people write a phrase."""
        term = self._phrases.terms[column]
        return self._phrases.surface.get(term, term)

    def _words(self, column: int) -> list[int]:
        """Return the columns of the words of a phrase that can stand alone."""
        return [self._place[word] for word in self._phrases.terms[column].split() if word in self._place]

    def _strand(self, rows: Labels, siblings: Labels) -> _Strand:
        """Return a strand with the candidates whose words cover it, few of its siblings' texts having them."""
        own, other = self._counts[rows], self._counts[siblings]
        in_own, in_other = (np.asarray(part.sum(axis=0)).ravel() for part in (own, other))
        said = np.flatnonzero(in_own).tolist()
        at_home = self._phrases.at_home(in_own + in_other, self._used)
        fit = [column for column in said if self._phrases.may_name(self._phrases.terms[column], at_home, self._known)]
        columns = [column for column in fit if self._has_company(column, in_own)] or fit
        scores = []
        for column in columns:
            # Texts that have any word of the phrase, those that have two counted twice: exact counts cost a matrix a phrase.
            words = self._words(column) or [column]
            hit = min(1.0, float(in_own[words].sum()) / len(rows))
            stray = min(1.0, float(in_other[words].sum()) / max(len(siblings), 1))
            term = self._phrases.terms[column]
            width = (1.0, 1.5, 1.4)[min(term.count(" "), 2)]
            scores.append(hit**0.5 * hit / (hit + stray) * width * (2.0 if term in self._known else 1.0))
        score = np.array(scores)
        best = np.lexsort((np.array(columns, dtype=np.int64), -score))[:_POOL]
        kept = np.array(columns, dtype=np.int64)[best]
        heads = [self._words(column) or [column] for column in kept.tolist()]
        place = np.repeat(np.arange(len(kept)), [len(of) for of in heads])
        has = sparse.csr_matrix(
            (np.ones(len(place)), ([word for of in heads for word in of], place)),
            shape=(own.shape[1], len(kept)),
        )
        holds = ((own @ has) > 0).astype(np.float64).tocsc()
        return _Strand(rows, siblings, kept, score[best], holds)

    def _has_company(self, column: int, in_own: NDArray[np.float64]) -> bool:
        """Tell whether more than one text speaks for a phrase: two of the strand have it, or one has it and others its words."""
        if in_own[column] > 1:
            return True
        words, unfit = self._phrases.terms[column].split(), self._phrases.unfit
        if len(words) < 2 or not all(w in self._place and w not in unfit and says_something(w) for w in words):
            return False
        places = self._words(column)
        return bool(in_own[places].max() > 1 and self._used[places].min() >= _USED)

    def _weigh(self, strand: _Strand, said: Floats, others: Labels) -> NDArray[np.float64]:
        """Return the candidates' scores: their words' times how their meaning sorts the strand from siblings and others."""
        if not len(strand.columns):
            return strand.score
        own, *rest = (unit(self._features[_even(r), : said.shape[1]]) for r in (strand.rows, strand.siblings, others))
        apart = [_area(own @ said.T, vectors @ said.T) for vectors in rest]
        middle = unit(own.mean(axis=0, keepdims=True))[0]
        near = np.maximum(said @ middle, _FAR)
        beside, among = (np.maximum(area - 0.5, _FAR) for area in apart)
        return np.asarray(beside * among**0.5 * near**0.75 * strand.score**0.5, dtype=np.float64)

    def _told_apart(
        self, of: dict[int, _Strand], weighed: dict[int, NDArray[np.float64]], least: float
    ) -> dict[int, list[str]]:
        """Return the phrases of the strands of one theme, the largest strand choosing first; none where the best weighs less than `least`.

        One that is left without any repeats words of its siblings, but in one phrase only.
        """
        taken: set[str] = set()
        chosen = {}
        for sub in sorted(of, key=lambda sub: (-len(of[sub].rows), sub)):
            strand = replace(of[sub], score=weighed[sub])
            picked = self._pick(strand, taken) or self._pick(strand, ())[:1]
            if picked and self._weight(strand, picked[0]) < least:
                picked = []
            taken |= {word for form in picked[:_NAMING] for word in words_of(form, self._phrases.surface)}
            chosen[sub] = picked
        return chosen

    def _weight(self, strand: _Strand, form: str) -> float:
        """Return the score of a candidate."""
        return float(strand.score[self._forms(strand).index(form)])

    def _forms(self, strand: _Strand) -> list[str]:
        """Return the candidates of a strand as lemma forms."""
        return [self._phrases.terms[column] for column in strand.columns.tolist()]

    def _pick(self, strand: _Strand, taken: Collection[str]) -> list[str]:
        """Return the phrases of a strand without words of `taken`."""
        return pick(
            self._forms(strand),
            strand.score,
            strand.holds,
            surface=self._phrases.surface,
            taken=taken,
            beside=_BESIDE,
        )


def _even(rows: Labels, most: int = _SAMPLE) -> Labels:
    """Return at most so many rows, evenly taken."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.int64))] if len(rows) else rows


def _area(own: Floats, other: Floats) -> NDArray[np.float64]:
    """Return for each column the share of pairs in which a row of `own` is above one of `other`; 1 where there is none."""
    if not len(other):
        return np.ones(own.shape[1])
    ranks = stats.rankdata(np.vstack([own, other]), axis=0)[: len(own)].sum(axis=0)
    return np.asarray((ranks - len(own) * (len(own) + 1) / 2) / (len(own) * len(other)))
