"""What people confirm or move teaches where other ideas belong: a head on the vectors, used only where it helps.

The head is a logistic regression, made anew in every run from the recorded edits, so that nothing is stored that could run.
It reads of each idea its vector, the mean of its neighbours' vectors (ideas that nobody confirmed teach too: Wu et al.,
"Simplifying Graph Convolutional Networks", 2019), and its words. Each part by figures in docs/decisions/0021.
Its classes are the themes with enough confirmed ideas, and one for "none of these", drawn from the other themes.
How much it helps is measured by cross-validation on the confirmed ideas themselves, beside the engine's own places for them.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from synthesis.themes.neighbours import nearest
from synthesis.themes.vectors import unit

MIN_LABELS: Final = 5
"""Confirmed ideas that a theme needs before the head knows it."""
_FOLDS = 5
_NONE = ""
_STRENGTHS = (3.0, 30.0)
_NEIGHBOURS = 15
_OF_NEIGHBOURS = 0.7
_OF_WORDS = 0.7
_MIN_TEXTS = 2
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned. `places` is the theme of every row; `taught` marks those that the head moved.

    `head` and `engine` are the shares of confirmed ideas that each of them puts where people did, the head's by cross-validation
    on ideas that it had not seen. The head is `used` where its share is larger.
    """

    places: tuple[str, ...]
    taught: NDArray[np.bool_]
    n_labels: int
    head: float
    engine: float
    used: bool


def learn(
    vectors: Vectors,
    texts: Sequence[str],
    places: Sequence[str],
    engine: Sequence[str],
    confirmed: Mapping[int, str],
    *,
    seed: int = 0,
) -> Lesson:
    """Return the places of all rows after learning from those that people `confirmed` (row → theme).

    `vectors` is ``float32[n, d]`` of `texts`; `places` the theme of each row after people's edits; `engine` the theme where the machine
    alone had put it. Confirmed rows are never moved.
    """
    enough = {theme for theme, times in Counter(confirmed.values()).items() if times >= MIN_LABELS}
    rows = sorted(row for row, theme in confirmed.items() if theme in enough)
    untouched = Lesson(tuple(places), np.zeros(len(places), dtype=bool), len(rows), 0.0, 0.0, used=False)
    others = _others(places, enough, confirmed, len(rows) // max(len(enough), 1), seed)
    if len(enough) + bool(others) < 2:
        return untouched
    training = [*rows, *others]
    labels = np.array([*(confirmed[row] for row in rows), *([_NONE] * len(others))])
    read = _features(vectors, texts, training)
    head, predicted = _best_head(read[training], labels, seed)
    right = float(np.mean(predicted[: len(rows)] == labels[: len(rows)]))
    by_engine = float(np.mean([engine[row] == confirmed[row] for row in rows]))
    if right <= by_engine:
        return Lesson(tuple(places), untouched.taught, len(rows), right, by_engine, used=False)
    head.fit(read[training], labels)
    free = [row for row in range(len(places)) if row not in confirmed and (places[row] in enough or others)]
    chosen = head.predict(read[free]) if free else np.array([], dtype=object)
    result, taught = list(places), untouched.taught.copy()
    for row, theme in zip(free, chosen, strict=True):
        if theme != _NONE and theme != places[row]:
            result[row], taught[row] = str(theme), True
    return Lesson(tuple(result), taught, len(rows), right, by_engine, used=True)


def _others(
    places: Sequence[str], enough: set[str], confirmed: Mapping[int, str], how_many: int, seed: int
) -> list[int]:
    """Return rows of themes that the head does not know, as many as it knows of a theme: what "none of these" looks like."""
    free = [row for row, theme in enumerate(places) if theme not in enough and row not in confirmed]
    if len(free) <= max(how_many, MIN_LABELS):
        return free if len(free) >= MIN_LABELS else []
    draw = np.random.default_rng(seed)
    return sorted(draw.choice(free, size=max(how_many, MIN_LABELS), replace=False).tolist())


def _features(vectors: Vectors, texts: Sequence[str], training: Sequence[int]) -> sparse.csr_matrix:
    """Return what the head reads of every row, ``float32[n, features]``. Words that training rows lack would weigh nothing."""
    n, k = len(vectors), min(_NEIGHBOURS, len(vectors) - 1)
    similar, found = nearest(vectors, k)
    ties = sparse.csr_matrix(
        (np.maximum(similar, 0).ravel() ** 3, (np.repeat(np.arange(n), k), found.ravel())), shape=(n, n)
    )
    around = unit((ties + ties.T) @ vectors, np.float32)
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\w+", sublinear_tf=True, dtype=np.float32)  # noqa: S106
    try:
        counted = words.fit_transform([text.casefold() for text in texts])
    except ValueError:  # no text holds a word
        counted = sparse.csr_matrix((n, 0), dtype=np.float32)
    told = np.asarray((counted > 0).sum(axis=0)).ravel() >= _MIN_TEXTS
    told &= np.asarray((counted[training] > 0).sum(axis=0)).ravel() > 0
    parts = [sparse.csr_matrix(vectors), sparse.csr_matrix(_OF_NEIGHBOURS * around), _OF_WORDS * counted[:, told]]
    return sparse.csr_matrix(sparse.hstack(parts), dtype=np.float32)


def _best_head(
    read: sparse.csr_matrix, labels: NDArray[np.str_], seed: int
) -> tuple[LogisticRegression, NDArray[np.str_]]:
    """Return the head whose regularisation does best on rows that it has not seen, and what it says of them."""
    smallest = min(Counter(labels.tolist()).values())
    folds = StratifiedKFold(min(_FOLDS, smallest), shuffle=True, random_state=seed)
    best: tuple[float, LogisticRegression, NDArray[np.str_]] | None = None
    for strength in _STRENGTHS:
        head = LogisticRegression(C=strength, max_iter=500)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            predicted = cross_val_predict(head, read, labels, cv=folds)
        right = float(np.mean(predicted == labels))
        if best is None or right > best[0]:
            best = (right, head, predicted)
    if best is None:
        raise ValueError("there is no strength to try")
    return best[1], best[2]
