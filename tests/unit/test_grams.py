"""Tokens and phrases in columns are what they are one by one."""

from __future__ import annotations

import numpy as np

from synthesis import linguistics
from synthesis.themes import grams, names

TEXTS = [
    "The school buses are late, the school bus drivers quit",
    "",
    "  \n e-mail the front office",
    "School Bus 12 and the IEP meeting",
    "bus",
]


def test_columns_hold_the_tokens_with_their_places():
    found = linguistics.columns(TEXTS)
    for text, tokens, begin, end in zip(TEXTS, linguistics.tokens(TEXTS), found.ends[:-1], found.ends[1:], strict=True):
        words = [found.words[word] for word in found.word[begin:end]]
        assert [word.text for word in words] == [token.text for token in tokens]
        assert [
            text[start : start + len(word.text)] for start, word in zip(found.start[begin:end], words, strict=True)
        ] == [word.text for word in words]
    assert {word.lemma for word in found.words if word.text in ("buses", "bus", "Bus")} == {"bus"}


def test_runs_stay_in_their_text_and_come_in_order():
    found = linguistics.columns(["red bus", "late bus stop"])
    all_may = np.ones(len(found.words), dtype=bool)
    runs = grams.grams(found, grams.Allowed(all_may, all_may, all_may, all_may), 3)
    said = [" ".join(found.words[word].text for word in runs.words[gram]) for gram in runs.gram]
    assert said == ["red", "red bus", "bus", "late", "late bus", "late bus stop", "bus", "bus stop", "stop"]
    assert runs.row.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1]


def test_phrases_are_counted_by_lemma_and_written_as_people_write():
    found = names.phrases(TEXTS)
    counts = {
        term: int(total) for term, total in zip(found.terms, np.asarray(found.counts.sum(axis=0)).ravel(), strict=True)
    }
    assert counts["bus"] == 4
    assert counts[names.PAD] == len(TEXTS)
    assert found.surface["iep"] == "IEP"
    assert list(found.terms) == sorted(found.terms)
    assert "e" not in found.terms
    assert set(found.of_read()[4]) == {"bus", names.PAD}


def test_of_many_texts_an_even_sample_is_read():
    texts = [f"bus {number}" for number in range(100)]
    found = names.phrases(texts, most=10)
    assert found.read.tolist() == [0, 11, 22, 33, 44, 55, 66, 77, 88, 99]
    assert np.flatnonzero(np.diff(found.counts.indptr)).tolist() == found.read.tolist()


def test_documents_of_row_numbers_are_counted_as_their_texts_together():
    found = names.phrases(TEXTS)
    vectorizer = names.PhraseCounts(found)
    both = vectorizer.fit_transform(["0 3", "4"]).toarray()
    assert (both[0] == found.counts[[0, 3]].sum(axis=0)).all()
    assert vectorizer.get_feature_names_out().tolist() == list(found.terms)


def test_no_text_and_no_word_are_no_error():
    assert names.phrases([]).terms == (names.PAD,)
    assert names.phrases(["", "!!"]).counts.shape == (2, 1)
