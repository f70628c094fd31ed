"""Which phrases can name anything: not those of words that people say of everything, nor pieces of words, nor what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from synthesis import linguistics
from synthesis.linguistics import parts_of_speech
from synthesis.themes import grams
from synthesis.themes.nominal import base

# Words with which people talk about anything: they never name a theme on their own.
_TALK = frozenset(
    """need want like know think make thing lot please feel say said tell ask let help try keep give take come go get
    put use really just also even still much many every always never maybe good great bad well better best more most
    less year day time way people person everyone everybody someone something nothing anything kid child student school
    district year week month today one two three first second last new old same different big small little long
    love hate hope wish thank thanks sorry sure right wrong lol idk etc ve ll re don doesn didn isn can will would should
    could have be do work actually literally honestly stop start mean see look hear find happen seem change actual
    question answer agree disagree okay hello issue problem concern matter point kind part bit able own second son daughter grade grader
    finally friday monday tuesday wednesday thursday hand night minute hour friend room nt speak support oppose want saying going getting having making per
    end half enough instead place whole real teacher teachers class classes parent parents four five six seven eight nine ten eleven twelve thirteen
    fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand""".split()
)
_VAGUE = (
    frozenset(
        """somebody nobody twice once past away fine guy boy girl man woman lady family families mom dad mother father adult home
    morning afternoon evening noon spring fall winter january february march april may june july august september october november
    december call called list lost quick single number note paper office twice somebody line set co sheet box past side end street hall
    count talk play late early open close half whole top free
    meeting tonight number name word sentence statement idea thought stuff bunch couple example reason chance fact sort yes""".split()
    )
    | _TALK
)
"""Words that tell no theme from another, however often they stand in it."""
_COARSE = (
    "fuck",
    "shit",
    "bitch",
    "asshole",
    "bastard",
    "cunt",
    "slut",
    "whore",
    "nigg",
    "fagg",
    "retard",
    "piss",
    "bullshit",
)
"""How words begin that people may say, and that no committee should read as the name of a theme."""
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


_VERBISH = frozenset(
    "need want like know think make get go feel say please really just also lot one thing include including".split()
)


def says_something(word: str) -> bool:
    """Tell whether a word (a lemma) helps to tell themes apart wherever it stands."""
    return word not in _VAGUE and word not in _VERBISH


def vague(form: str, spelled: Sequence[str]) -> bool:
    """Tell whether no word of a phrase tells one theme from another."""
    return _VAGUE.issuperset(form.split()) or _VAGUE.issuperset(map(base, spelled))


def unfit(form: str, spelled: Sequence[str]) -> bool:
    """Tell whether a phrase, as lemmas and as people write it, names nothing wherever it stands."""
    words = form.split()
    return (
        vague(form, spelled)
        or any(word.startswith(_COARSE) or "@" in word for word in words)
        or len(set(words)) < len(words)
    )


def may_name(found: linguistics.Columns) -> grams.Allowed:
    """Tell which words can stand in a phrase: no function word at an end, not talk words alone."""
    words = found.words
    function = [len(word.text) < 2 or word.is_stop or linguistics.is_function_word(word.text) for word in words]
    return grams.Allowed(
        inside=np.array([word.is_word and word.text[0].isalnum() for word in words], dtype=bool),
        alone=~np.array(function, dtype=bool),
        at_end=~np.array(
            [bad or word.lemma in _VERBISH for bad, word in zip(function, words, strict=True)], dtype=bool
        ),
        saying=~np.array(
            [word.lemma in _TALK or word.text.lower() in _TALK or word.is_stop for word in words], dtype=bool
        ),
    )


def doing(found: linguistics.Columns) -> set[str]:
    """Return the lemmas that mostly come after words after which comes what somebody does."""
    lemmas = sorted({word.lemma for word in found.words})
    place = {lemma: number for number, lemma in enumerate(lemmas)}
    lemma = np.array([place[word.lemma] for word in found.words], dtype=np.int64)
    after = np.ones(len(found.word), dtype=bool)
    after[found.ends[:-1][found.ends[:-1] < found.ends[1:]]] = False  # the first token of a text comes after none
    second = np.flatnonzero(after)
    done, named = (
        np.bincount(
            lemma[found.word[second]],
            np.array([word.text.lower() in before for word in found.words], dtype=np.float64)[found.word[second - 1]],
            minlength=len(lemmas),
        )
        for before in (_DOERS, _NAMERS)
    )
    return {lemmas[number] for number in np.flatnonzero((done >= _SURE) & (done > named))}


def broken(found: linguistics.Columns, said: grams.Grams) -> NDArray[np.bool_]:
    """Tell of each occurrence whether it is a piece of a hyphened word, or stands in a mark of redaction."""
    after, before = _beside_hyphen(found)
    last = said.first + np.array([len(words) for words in said.words], dtype=np.int64)[said.gram] - 1
    return np.asarray(after[said.first] | before[last] | _masked(found)[said.first])


def _beside_hyphen(found: linguistics.Columns) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell of each token whether it stands right after a hyphen, and right before one."""
    hyphen = np.array([word.text == "-" for word in found.words], dtype=bool)[found.word]
    length = np.array([len(word.text) for word in found.words], dtype=np.int64)[found.word]
    joined = found.start[:-1] + length[:-1] == found.start[1:]
    begins = found.ends[(found.ends > 0) & (found.ends < len(hyphen))]
    joined[begins - 1] = False  # the next token is of another text
    after, before = np.zeros(len(hyphen), dtype=bool), np.zeros(len(hyphen), dtype=bool)
    after[1:] = hyphen[:-1] & joined
    before[:-1] = hyphen[1:] & joined
    return after, before


def _masked(found: linguistics.Columns) -> NDArray[np.bool_]:
    """Tell of each token whether it stands in brackets, as the marks do that stand for a name or a number: nobody said it."""
    side = np.array([{"[": 1, "]": 2}.get(word.text, 0) for word in found.words], dtype=np.int64)[found.word]
    row = np.repeat(np.arange(len(found.ends) - 1), np.diff(found.ends))
    brackets = np.flatnonzero(side)
    masked = np.zeros(len(side), dtype=bool)
    for opened, closed in pairwise(brackets.tolist()):
        if (side[opened], side[closed]) == (1, 2) and row[opened] == row[closed]:
            masked[opened:closed] = True
    return masked


def nested(texts_of: Mapping[str, int]) -> set[str]:
    """Return the phrases that are pieces of a longer one wherever they stand, in two texts or more (Frantzi, Ananiadou & Mima 2000)."""
    pieces = set()
    for form, n in texts_of.items():
        words = form.split()
        for piece in (" ".join(words[1:]), " ".join(words[:-1])) if n > 1 and len(words) > 2 else ():
            if texts_of.get(piece) == n:
                pieces.add(piece)
    return pieces


def proper(spelled: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the proper names in each form that has any: words in capitals, or such as no dictionary knows; or the form, of such alone."""
    single = {
        form
        for form, spelling in spelled.items()
        if " " not in form and (spelling[:1].isupper() or not parts_of_speech(spelling.lower()))
    }
    found = {form: tuple(word for word in form.split() if word in single) for form in spelled}
    return {form: own if len(own) < len(form.split()) else (form,) for form, own in found.items() if own}
