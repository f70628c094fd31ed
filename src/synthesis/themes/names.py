"""Names of themes from phrases that cover them and tell them apart from their siblings.

A phrase is one to three neighbouring words of an idea that neither begin nor end with a function word. Phrases are
weighed by BERTopic's class-based TF-IDF (Grootendorst 2022), then chosen one after another for the ideas of the theme
that they newly cover (maximal marginal coverage), so that a name says more than one word in three spellings.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from synthesis import linguistics

# Words with which people talk about anything: they never name a theme on their own.
_TALK = frozenset(
    """need want like know think make thing lot please feel say said tell ask let help try keep give take come go get
    put use really just also even still much many every always never maybe good great bad well better best more most
    less year day time way people person everyone everybody someone something nothing anything kid child student school
    district year week month today one two three first second last new old same different big small little long
    love hate hope wish thank thanks sorry sure right wrong lol idk etc ve ll re don doesn didn isn can will would should
    could have be do work actually literally honestly stop start mean see look hear find happen seem change actual
    question answer issue problem concern matter point kind part bit able own second son daughter grade grader
    finally friday monday tuesday wednesday thursday hand night minute hour friend room nt speak support oppose want saying going getting having making per
    end half enough instead place whole real teacher teachers class classes parent parents four five six seven eight nine ten eleven twelve thirteen
    fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand""".split()
)
_MAX_WORDS = 3
# A term that every text has, so that c-TF-IDF is defined for corpora of one word or none. It never names anything.
PAD = "\N{MIDDLE DOT}"
_PER_NAME = 3
_PER_LABEL = 2
_MOSTLY = 0.5
_KNOWN = 0.4
_JOINING = frozenset({"and", "the", "for", "programs", "school", "schools"})
_BETA = 0.5


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of a corpus: per text the lemma forms, and for each lemma form how people write it.

    `unfit` are forms that name nothing: what people mostly do (to eat, they run), and pieces of a hyphened word.
    """

    per_text: tuple[tuple[str, ...], ...]
    surface: dict[str, str]
    unfit: frozenset[str] = frozenset()


def phrases(texts: Sequence[str], language: str = "en") -> Phrases:
    """Return the naming phrases of each text. A lemma form is lower case, its words parted by blanks."""
    per_text: list[tuple[str, ...]] = []
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    done, named, pieces = Counter[str](), Counter[str](), Counter[str]()
    for found in linguistics.tokens(texts, language):
        forms: list[str] = []
        for before, after in pairwise(found):
            done[after.lemma] += before.text.lower() in _DOERS
            named[after.lemma] += before.text.lower() in _NAMERS
        for first in range(len(found)):
            for width in range(1, _MAX_WORDS + 1):
                part = found[first : first + width]
                if len(part) < width or not all(t.is_word and t.text[0].isalnum() for t in part):
                    break
                if not _may_name(part):
                    continue
                form = " ".join(t.lemma for t in part)
                forms.append(form)
                written[form][" ".join(t.text for t in part)] += 1
                pieces[form] += first > 0 and found[first - 1].text == "-" and found[first - 1].end == part[0].start
        per_text.append(tuple(forms))
    unfit = {form for form, seen in written.items() if 2 * pieces[form] > sum(seen.values())}
    doing = {word for word, times in done.items() if times >= _SURE and times > named[word]}
    unfit |= {form for form in written if form.split()[-1] in doing or _VAGUE.issuperset(form.split())}
    return Phrases(tuple(per_text), {form: _spelling(seen) for form, seen in written.items()}, frozenset(unfit))


_VAGUE = (
    frozenset(
        """somebody nobody twice once past away fine guy boy girl man woman lady family families mom dad mother father adult home
    morning afternoon evening noon spring fall winter january february march april may june july august september october november
    december call called list lost quick single number note paper office twice somebody line set co sheet box past side end street hall
    count talk play late early open close half whole top free""".split()
    )
    | _TALK
)
"""Words that tell no theme from another, however often they stand in it."""
_SURE = 3
_DOERS = frozenset(
    """to i we you they he she it who can could will would should must may might don't didn't doesn't won't can't couldn't n't
    not never please let let's fall fell get gets got are is were was be been""".split()
)
"""Words after which comes what somebody does or is."""
_NAMERS = frozenset(
    """the a an our my his her their your this that these those no more every each some any of for in at with from less fewer
    about and or free""".split()
)
"""Words after which comes what something is called."""


def _may_name(part: Sequence[linguistics.Token]) -> bool:
    """Tell whether these words can be a phrase: no function word at an end, not talk words alone."""
    ends = (part[0], part[-1])
    if any(len(t.text) < 2 or t.is_stop or t.text.lower() in linguistics.FUNCTION_WORDS for t in ends):
        return False
    if len(part) > 1 and any(t.lemma in _VERBISH for t in ends):
        return False
    return not all(t.lemma in _TALK or t.text.lower() in _TALK or t.is_stop for t in part)


_VERBISH = frozenset("need want like know think make get go feel say please really just also lot one thing".split())


def _spelling(seen: Counter[str]) -> str:
    """Return how most people write a phrase, in lower case unless its capitals belong to it (IEP, Ferry Flats)."""
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


def choose(
    members: NDArray[np.int64],
    weights: sparse.csr_matrix,
    counts: sparse.csr_matrix,
    terms: Sequence[str],
    topic: int,
    taken: Iterable[str] = (),
    how_many: int = 6,
    known: Collection[str] = (),
    unfit: Collection[str] = (),
) -> list[str]:
    """Return up to `how_many` lemma forms for one theme, best first.

    `members` are the rows of the theme in `counts` (texts x terms); `weights` is c-TF-IDF (themes x terms). `taken` are
    forms that name a parent or sibling already and are passed over. `known` are words of the field: they weigh double. `unfit` are
    forms that name nothing.
    """
    row = weights[topic].toarray().ravel()
    present = (counts[members] > 0).astype(np.float64).tocsc()
    covered_by = np.asarray(present.sum(axis=0)).ravel()
    overall = np.asarray((counts > 0).sum(axis=0)).ravel()
    at_least = 2 if len(members) < 40 else max(3, int(0.02 * len(members)))
    real = np.array([term != PAD and term not in unfit for term in terms])
    candidates = np.flatnonzero((covered_by >= min(at_least, len(members))) & (row > 0) & real)
    precision = covered_by / np.maximum(overall, 1)
    width = np.array([terms[int(c)].count(" ") + 1 for c in candidates])
    # How well the phrase alone would pick the theme's texts out of all: precise first, covering second.
    recall = covered_by / len(members)
    picks = (1 + _BETA**2) * precision * recall / np.maximum(_BETA**2 * precision + recall, 1e-12)
    base = row[candidates] ** 0.5 * picks[candidates] * precision[candidates]
    base *= np.where(width == 1, 1.0, np.where(width == 2, 1.5, 1.3))
    base *= np.array([2.0 if terms[int(c)] in known else 1.0 for c in candidates])
    order = candidates[np.lexsort((candidates, -base))][:60]
    score = dict(zip(candidates.tolist(), base.tolist(), strict=True))
    blocked = {word for form in taken for word in form.split()}
    chosen: list[str] = []
    uncovered = np.ones(len(members))
    pool = order.tolist()
    while pool and len(chosen) < how_many:
        gains = [score[c] * (0.3 + present[:, [c]].T.dot(uncovered)[0] / max(covered_by[c], 1)) for c in pool]
        best = pool.pop(int(np.argmax(gains)))
        words = {word for word in terms[best].split() if len(word) > 2}
        if any(_related(word, other) for word in words for other in blocked):
            continue
        chosen.append(terms[best])
        blocked |= words
        uncovered *= 1.0 - 0.7 * present[:, [best]].toarray().ravel()
    return chosen


def _related(word: str, other: str) -> bool:
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
    taken: set[str] = {word for name in labels for word in _saying(name)}
    result = []
    for own, name in zip(forms, labels, strict=True):
        fresh = [form for form in own if not any(_related(w, o) for w in _saying(form) for o in taken)]
        said = fresh[: _PER_LABEL if name else _PER_NAME] or ([] if name else list(own[:_PER_NAME]))
        taken |= {word for form in said for word in _saying(form)}
        phrased = title(said, surface)
        result.append(
            f"{name}: {', '.join(surface.get(form, form) for form in said)}" if name and said else name or phrased
        )
    return result


def _saying(words: str) -> list[str]:
    """Return the words of a name that say something, in lower case."""
    return [word for word in re.findall(r"\w+", words.casefold()) if len(word) > 2 and word not in _JOINING]


def title(forms: Sequence[str], surface: dict[str, str]) -> str:
    """Return a name of at most three phrases: ``Late buses, drivers and stops``."""
    said = [surface.get(form, form) for form in forms[:_PER_NAME]]
    if not said:
        return "Other matters"
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
