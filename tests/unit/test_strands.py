"""Names of strands: by meaning, in people's words, no two alike."""

from dataclasses import replace

import numpy as np

from synthesis.themes import names
from synthesis.themes.strands import StrandNames

_TEXTS = [
    "The late bus leaves my son in the dark",
    "A late bus for the robotics club please",
    "No driver for the late bus again",
    "Late bus after practice",
    "The boiler at Pell is older than me",
    "Our boiler died in January",
    "A cold classroom with a broken boiler",
    "Fix the boiler",
    "Salad bar was wonderful",
    "Lunch is too short",
]
_LABELS = np.array([0] * 8 + [1] * 2)
_SUBLABELS = np.array([0] * 4 + [1] * 4 + [2] * 2)
_WAYS = {"bus": 0, "late": 0, "driver": 0, "boiler": 1, "cold": 1, "classroom": 1, "lunch": 2, "salad": 2}


def _meaning(phrases):
    """Return the sum of the ways of the words that have one, and a little of everything."""
    vectors = np.full((len(phrases), 3), 0.05, dtype=np.float32)
    for row, phrase in enumerate(phrases):
        for word in phrase.lower().split():
            if word in _WAYS:
                vectors[row, _WAYS[word]] += 1
    return vectors


def _chosen(texts=_TEXTS, labels=_LABELS, sublabels=_SUBLABELS, meaning=_meaning, unfit=()):
    phrases = names.phrases(texts)
    vectors = _meaning(texts)
    vectors -= vectors.mean(axis=0)
    phrases = replace(phrases, unfit=phrases.unfit | set(unfit))
    named = StrandNames(phrases, vectors, meaning, known=())
    return named.choose(np.asarray(labels), np.asarray(sublabels))


def test_each_strand_is_called_what_tells_it_from_its_sibling():
    chosen = _chosen()
    assert chosen[0][0] == "late bus"
    assert chosen[1][0] == "boiler"
    assert 2 not in chosen, "a theme of one strand has no names of strands"


def test_without_meaning_words_alone_decide():
    chosen = _chosen(meaning=None)
    assert "bus" in chosen[0][0]
    assert "boiler" in chosen[1][0]


def test_siblings_share_no_word_where_there_are_others():
    texts = ["more school buses", "school buses late", "school roof leaks", "old school roof"]
    chosen = _chosen(texts, [0] * 4, [0, 0, 1, 1], meaning=None)
    first, second = ({word for form in chosen[sub][:3] for word in form.split()} for sub in (0, 1))
    assert first
    assert second
    assert not first & second


def test_a_strand_of_texts_that_share_no_matter_has_no_name():
    texts = [*_TEXTS[:4], "Grandma picks them up", "Uncle has a truck"]
    chosen = _chosen(texts, [0] * 6, [0] * 4 + [1] * 2)
    assert chosen[0][0] == "late bus"
    assert chosen[1] == []


def test_a_strand_without_a_name_takes_no_words_from_its_siblings():
    # Two of the large strand say "boiler", but its name means what the small one means.
    texts = ["Fix the boiler", "My boiler sank", "Calm waters", "Red paint", *_TEXTS[4:7]]
    chosen = _chosen(texts, [0] * 7, [0] * 4 + [1] * 3)
    assert chosen[0] == []
    assert chosen[1][0] == "boiler"


def test_what_is_unfit_names_nothing():
    forms = [form for form in names.phrases(_TEXTS).terms if "boiler" in form.split()]
    assert not any("boiler" in form for form in _chosen(unfit=forms)[1])


def test_no_name_holds_a_coarse_word():
    texts = ["computers are the fucking worst", "fucking computers crash", "the roof leaks", "roof again"]
    phrases = names.phrases(texts)
    assert {form for form in phrases.terms if "fuck" in form} <= phrases.unfit
    chosen = _chosen(texts, [0] * 4, [0, 0, 1, 1], meaning=None)
    assert not any("fuck" in form for forms in chosen.values() for form in forms)
