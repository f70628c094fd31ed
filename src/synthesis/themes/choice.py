"""The phrases that name themes and their subthemes, chosen contrastively: precise among siblings, covering, and near in meaning.

A phrase is a candidate where it stands in enough texts of the theme. It is weighed by BERTopic's class-based TF-IDF (Grootendorst 2022),
by how well it alone would pick the theme's texts out of all (F-measure that prefers precision), and, where the meaning of phrases is
known, by the cosine of its vector with the way in which the theme lies from the middle of its siblings (in the manner of KeyBERT;
Grootendorst 2020). Then phrases are taken one after another for the texts that they newly cover (maximal marginal coverage).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from synthesis.themes.names import Phrases, saying
from synthesis.themes.picking import pick
from synthesis.themes.reduction import sums
from synthesis.themes.strands import StrandNames
from synthesis.themes.vectors import unit

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]
Weigh = Callable[[sparse.csr_matrix], sparse.csr_matrix]
Meaning = Callable[[Sequence[str]], Vectors]

_BETA = 0.5
_POOL = 40
_FAR = 0.02
_FAINT = 0.05


@dataclass(frozen=True, slots=True)
class _Pool:
    """Candidates for the name of one theme, the best first: `holds` is texts x candidates, 1 where one stands in a text."""

    forms: list[str]
    score: NDArray[np.float64]
    holds: sparse.csc_matrix


@dataclass(frozen=True, slots=True)
class Chosen:
    """Lemma forms, best first: of every theme, of every theme without the words of its label, of every subtheme."""

    themes: list[list[str]]
    beside_labels: list[list[str]]
    subthemes: list[list[str]]


def choose(
    phrases: Phrases,
    labels: Labels,
    sublabels: Labels,
    features: Vectors,
    weigh: Weigh,
    known: Collection[str] = (),
    meaning: Meaning | None = None,
    called: Sequence[str] = (),
) -> Chosen:
    """Return the naming phrases of every theme, and of every subtheme, told apart from its siblings and parent; none of one that nothing tells apart.

    `labels` and `sublabels` number themes and subthemes of all texts; `features` has the texts' centred vectors in its first columns.
    `weigh` is class-based TF-IDF (counts per class → weights). `known` are words of the field: they weigh double. `meaning` returns
    the vectors of phrases, in the space of the texts' ones. `called` are the labels of themes that have one, else the empty string.
    """
    read = phrases.read
    n_themes, n_subthemes = int(labels.max()) + 1, int(sublabels.max(initial=0)) + 1
    pools = _pools(phrases, phrases.counts[read], labels[read], n_themes, weigh, known)
    if meaning is not None:
        near = _Nearness(meaning, phrases.surface, pools)
        ways = _ways(features[:, : near.width], labels)
        pools = [near.weighed(pool, ways[theme]) for theme, pool in enumerate(pools)]
    pools = [_clear(pool) for pool in pools]
    best = [partial(pick, pool.forms, pool.score, pool.holds, surface=phrases.surface) for pool in pools]
    forms = [of() for of in best]
    beside = [of(taken=saying(label)) for of, label in zip(best, called or [""] * n_themes, strict=True)]
    strands = StrandNames(phrases, features, meaning, known=known).choose(labels, sublabels)
    parent = np.zeros(n_subthemes, dtype=np.int64)
    parent[sublabels] = labels
    return Chosen(forms, beside, [strands.get(sub, forms[int(parent[sub])]) for sub in range(n_subthemes)])


def _clear(pool: _Pool) -> _Pool:
    """Return the candidates without those that are next to nothing beside the best: a name of them would say more than is so."""
    kept = np.flatnonzero(pool.score >= _FAINT * pool.score.max(initial=0.0))
    return _Pool([pool.forms[at] for at in kept.tolist()], pool.score[kept], pool.holds[:, kept])


def _onto(labels: Labels, groups: int) -> sparse.csr_matrix:
    """Return the matrix that sums rows by group."""
    n = len(labels)
    return sparse.csr_matrix((np.ones(n), (labels, np.arange(n))), shape=(groups, n))


def _pools(
    phrases: Phrases,
    counts: sparse.csr_matrix,
    labels: Labels,
    groups: int,
    weigh: Weigh,
    known: Collection[str],
) -> list[_Pool]:
    """Return the candidates of each of the groups into which the rows of `counts` fall."""
    weights = weigh(sparse.csr_matrix(_onto(labels, groups) @ counts))
    overall = np.bincount(counts.indices, minlength=counts.shape[1])
    return [
        _pool(phrases, counts[labels == group], weights[[group]].toarray().ravel(), overall, known)
        for group in range(groups)
    ]


def _pool(
    phrases: Phrases,
    own: sparse.csr_matrix,
    weighed: NDArray[np.float64],
    overall: NDArray[np.int64],
    known: Collection[str],
) -> _Pool:
    """Return the candidates for the texts of `own` (texts x terms, no zeros stored), the best first."""
    n, terms = own.shape[0], phrases.terms
    covered_by = np.bincount(own.indices, minlength=own.shape[1])
    at_least = 2 if n < 40 else max(3, int(0.02 * n))
    often = np.flatnonzero((covered_by >= min(at_least, n)) & (weighed > 0))
    at_home = phrases.at_home(covered_by, overall)
    places = np.array([c for c in often.tolist() if phrases.may_name(terms[c], at_home, known)], dtype=np.int64)
    covered_by = covered_by[places]
    precision, recall = covered_by / overall[places], covered_by / max(n, 1)
    width = np.array([terms[c].count(" ") + 1 for c in places.tolist()])
    # How well the phrase alone would pick the theme's texts out of all: precise first, covering second.
    picks = (1 + _BETA**2) * precision * recall / np.maximum(_BETA**2 * precision + recall, 1e-12)
    base = weighed[places] ** 0.5 * picks * precision
    base *= np.where(width == 1, 1.0, np.where(width == 2, 1.5, 1.3))
    base *= np.array([2.0 if terms[c] in known else 1.0 for c in places.tolist()])
    first = np.lexsort((places, -base))[:_POOL]
    holds = (own[:, places[first]] > 0).astype(np.float64).tocsc()
    return _Pool([terms[c] for c in places[first].tolist()], base[first], holds)


class _Nearness:
    """How near in meaning phrases lie to themes. All phrases are read at once."""

    def __init__(self, meaning: Meaning, surface: dict[str, str], pools: Sequence[_Pool]) -> None:
        self._place = {form: row for row, form in enumerate(sorted({form for pool in pools for form in pool.forms}))}
        self._vectors = unit(meaning([surface.get(form, form) for form in self._place]))
        self.width = self._vectors.shape[1]

    def weighed(self, pool: _Pool, way: NDArray[np.float64]) -> _Pool:
        """Return the candidates weighed by the cosine of their meaning with the way of their theme."""
        if not pool.forms:
            return pool
        near = np.maximum(self._vectors[[self._place[form] for form in pool.forms]] @ way, _FAR)
        return _Pool(pool.forms, pool.score**0.5 * near**1.5, pool.holds)


def _ways(vectors: Vectors, labels: Labels) -> NDArray[np.float64]:
    """Return the unit vector of every theme from the middle of all texts, where the vectors are centred."""
    return unit(sums(vectors, labels, int(labels.max(initial=0)) + 1) / np.maximum(np.bincount(labels), 1)[:, None])
