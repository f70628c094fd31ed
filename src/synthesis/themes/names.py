"""Names of themes from phrases that cover them and tell them apart from their siblings.

A phrase is one to three neighbouring words of an idea that neither begin nor end with a function word. Phrases are
weighed by BERTopic's class-based TF-IDF (Grootendorst 2022), then chosen one after another for the ideas of the theme
that they newly cover (maximal marginal coverage), so that a name says more than one word in three spellings.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator

from synthesis import linguistics
from synthesis.model import OTHER_MATTERS
from synthesis.themes import grams, nameable
from synthesis.themes.nominal import is_nominal

_MAX_WORDS = 3
# A term that every text has, so that c-TF-IDF is defined for corpora of one word or none. It never names anything.
PAD = "\N{MIDDLE DOT}"
_AT_HOME = 0.5
_PER_NAME = 3
_PER_LABEL = 2
_MOSTLY = 0.5
_KNOWN = 0.4
_JOINING = frozenset({"and", "the", "for", "programs", "school", "schools"})


@dataclass(frozen=True)
class Phrases:
    """The phrases of a corpus: how often each lemma form stands in each text, and how people write it.

    `counts` is texts x terms; `terms` are sorted. `unfit` are forms that name nothing: what people mostly do (to eat, they run), and
    pieces of a hyphened word or a mark of redaction; `fragments` are no name by themselves, but may stand in one: what is no noun phrase, or was never said
    together. `proper` are the proper names in a form that has any. `read` are the texts whose phrases were taken, ascending: all of them, or an even sample.
    """

    terms: tuple[str, ...]
    counts: sparse.csr_matrix
    surface: dict[str, str]
    unfit: frozenset[str]
    fragments: frozenset[str]
    proper: Mapping[str, tuple[str, ...]]
    read: NDArray[np.int64]

    def of_read(self) -> list[list[str]]:
        """Return the distinct forms in each text of `read`."""
        counts = self.counts[self.read]
        names = np.array(self.terms, dtype=object)[counts.indices].tolist()
        return [names[start:end] for start, end in pairwise(counts.indptr.tolist())]

    @cached_property
    def _proper_columns(self) -> NDArray[np.int64]:
        place = {term: column for column, term in enumerate(self.terms)}
        return np.array(sorted({place[name] for names in self.proper.values() for name in names}), dtype=np.int64)

    def at_home(self, inside: NDArray[np.integer], overall: NDArray[np.integer]) -> frozenset[str]:
        """Return the proper names, half of whose texts are of one theme: others say where something is, not what.

        `inside` and `overall` count the texts that have each term, in the theme and everywhere.
        """
        columns = self._proper_columns
        return frozenset(self.terms[n] for n in columns[inside[columns] >= _AT_HOME * overall[columns]].tolist())

    def may_name(self, form: str, at_home: Collection[str], known: Collection[str]) -> bool:
        """Tell whether a form can be a name by itself, in the theme where these proper names are at home.

        What the field calls so can (`known`: a late start, grades), however little its words say one by one.
        """
        spelled = self.surface.get(form, form).lower()
        fits = form not in self.unfit or ((form in known or spelled in known) and nameable.vague(form, spelled.split()))
        return (
            fits
            and form != PAD
            and form not in self.fragments
            and all(name in at_home for name in self.proper.get(form, ()))
        )


class PhraseCounts(BaseEstimator):  # type: ignore[misc]
    """BERTopic's vectorizer over phrases that are counted already: a document is numbers of rows, parted by blanks."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases

    def fit_transform(self, documents: Sequence[str], y: object = None) -> sparse.csr_matrix:
        """Return how often each term stands in each document; there is nothing to learn."""
        return self.transform(documents)

    def transform(self, documents: Sequence[str]) -> sparse.csr_matrix:
        """Return how often each term stands in each document."""
        rows = [np.array(document.split()).astype(np.int64) for document in documents]
        which = np.repeat(np.arange(len(rows)), [len(own) for own in rows])
        onto = sparse.csr_matrix(
            (np.ones(len(which), dtype=np.int64), (which, np.concatenate(rows))),
            shape=(len(rows), self.phrases.counts.shape[0]),
        )
        return sparse.csr_matrix(onto @ self.phrases.counts)

    def get_feature_names_out(self) -> NDArray[np.object_]:
        """Return the terms."""
        return np.array(self.phrases.terms, dtype=object)


def phrases(
    texts: Sequence[str],
    language: str = "en",
    most: int = 50_000,
    glossed: Sequence[bool] | None = None,
) -> Phrases:
    """Return the naming phrases of each text. A lemma form is lower case, its words parted by blanks.

    Of more than `most` texts every so many-th is read, in the order given: names need the words of many, not of all. Texts that are
    `glossed` are words put side by side, which nobody said together: they give words and no phrases.
    """
    read = np.unique(np.linspace(0, len(texts) - 1, min(most, len(texts))).astype(np.int64))
    found = linguistics.columns([texts[row] for row in read], language)
    said = grams.grams(found, nameable.may_name(found), _MAX_WORDS)
    form_of = [" ".join(found.words[word].lemma for word in words) for words in said.words]
    terms = tuple(sorted({*form_of, PAD}))
    place = {form: number for number, form in enumerate(terms)}
    term = np.array([place[form] for form in form_of], dtype=np.int64)
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    times = np.bincount(said.gram, minlength=len(form_of)).tolist()
    for words, form, seen in zip(said.words, form_of, times, strict=True):
        written[form][" ".join(found.words[word].text for word in words)] += seen
    here = term[said.gram]
    broken = np.bincount(here, nameable.broken(found, said), minlength=len(terms))
    pieces = 2 * broken > np.bincount(here, minlength=len(terms))
    doing = nameable.doing(found)
    spelled = {form: _spelling(seen) for form, seen in written.items()}
    heard = np.ones(len(read)) if glossed is None else ~np.asarray(glossed, dtype=bool)[read]
    together = np.bincount(here, heard[said.row], minlength=len(terms)) > 0
    unfit = {
        form
        for form, spelling in spelled.items()
        if pieces[place[form]] or form.split()[-1] in doing or nameable.unfit(form, spelling.lower().split())
    }
    texts_of = np.bincount(np.unique(np.stack([said.row, here]), axis=1)[1], minlength=len(terms))
    fragments = {
        form
        for form, spelling in spelled.items()
        if not (together[place[form]] or " " not in form) or not is_nominal(spelling.lower().split())
    }
    named = spelled.keys() - fragments - unfit
    fragments |= nameable.nested({form: int(texts_of[place[form]]) for form in spelled if form in named})
    rows = np.concatenate([read[said.row], read])  # every text that was read has the pad
    columns = np.concatenate([here, np.full(len(read), place[PAD])])
    counts = sparse.csr_matrix(
        (np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=(len(texts), len(terms)), dtype=np.int64
    )
    return Phrases(terms, counts, spelled, frozenset(unfit), frozenset(fragments), nameable.proper(spelled), read)


def _spelling(seen: Counter[str]) -> str:
    """Return how most people write a phrase, in lower case unless its capitals belong to it (IEP, Ferry Flats)."""
    if len(seen) == 1 and (only := next(iter(seen))).islower():
        return only
    lowered: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for written, times in seen.items():
        lowered[written.lower()][written] += times
    best = max(sorted(lowered), key=lambda form: sum(lowered[form].values()))
    forms = lowered[best]
    if best in forms and forms[best] * 4 >= sum(forms.values()):
        return best
    top = max(sorted(forms), key=lambda form: forms[form])
    words = top.split()
    if all(w.isupper() and len(w) > 5 for w in words):  # somebody shouting, not an abbreviation
        return best
    if len(words) == 1 and not top.isupper() and (best in forms or sum(forms.values()) < 3):
        return best
    return top


def related(word: str, other: str) -> bool:
    """Tell whether two words are of one family (park, parking; homeless, homelessness)."""
    shorter, longer = sorted((word, other), key=len)
    plural = longer.startswith(shorter) and longer[len(shorter) :] in ("s", "es")
    return shorter == longer or plural or (len(shorter) >= 4 and longer.startswith(shorter[:6]))


def label(shares: Sequence[Mapping[str, float]]) -> str:
    """Return what a theme is mostly about by what its texts are known to be about (label → share each), or nothing.

    At least two fifths of the texts must be known to be about anything, and the label have half of their shares; of a group and its
    part that both do, the part is said.
    """
    known = [share for share in shares if share]
    if len(known) < _KNOWN * len(shares) or not known:
        return ""
    total: defaultdict[str, float] = defaultdict(float)
    for share in known:
        for name, part in share.items():
            total[name] += part / len(known)
    often = [(part, name) for name, part in total.items() if part >= _MOSTLY]
    return min(often, default=(0.0, ""))[1]


def titles(forms: Sequence[Sequence[str]], surface: dict[str, str], labels: Sequence[str] = ()) -> list[str]:
    """Return a name for each theme, no two of which share a word that says something, where there are words enough.

    A theme with a label is called by it, and by two phrases that say what is said of it: ``Buses and transportation: route, Ferry
    Flats``; another by three phrases: ``Boiler, heat and roof``.
    """
    labels = labels or [""] * len(forms)
    said_in = {form: saying(f"{form} {surface.get(form, form)}") for own in forms for form in own}
    taken: set[str] = {word for name in labels for word in saying(name)}
    result = []
    for own, name in zip(forms, labels, strict=True):
        fresh = [form for form in own if not any(related(w, o) for w in said_in[form] for o in taken)]
        said = fresh[: _PER_LABEL if name else _PER_NAME] or ([] if name else list(own[:_PER_NAME]))
        taken |= {word for form in said for word in said_in[form]}
        phrased = title(said, surface)
        result.append(
            f"{name}: {', '.join(surface.get(form, form) for form in said)}" if name and said else name or phrased
        )
    return result


def saying(words: str) -> list[str]:
    """Return the words of a name that say something, in lower case."""
    return [word for word in re.findall(r"\w+", words.casefold()) if len(word) > 2 and word not in _JOINING]


def title(forms: Sequence[str], surface: dict[str, str]) -> str:
    """Return a name of at most three phrases: ``Late buses, drivers and stops``."""
    said = [surface.get(form, form) for form in forms[:_PER_NAME]]
    if not said:
        return OTHER_MATTERS
    joined = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    return joined[0].upper() + joined[1:]


def make_distinct(names: Sequence[str], forms: Sequence[Sequence[str]], surface: dict[str, str]) -> list[str]:
    """Return the names with every repeated one told apart by its next phrase, or by a number as the last resort."""
    used: set[str] = set()
    result = []
    for name, own in zip(names, forms, strict=True):
        candidate = name
        for extra in own[_PER_NAME:]:
            if candidate.casefold() not in used:
                break
            candidate = f"{name} ({surface.get(extra, extra)})"
        number = 2
        while candidate.casefold() in used:
            candidate, number = f"{name} ({number})", number + 1
        used.add(candidate.casefold())
        result.append(candidate)
    return result
