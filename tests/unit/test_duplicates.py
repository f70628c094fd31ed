"""Near-duplicates and campaigns: what is joined, what is not, and that no size of the corpus changes it."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from synthesis.text import duplicates

BODY = (
    "Dear Board, teenagers need sleep and the first bell rings before the sun is up. Please move the start of middle and high "
    "school to half past eight next fall. Other districts have done it and attendance went up."
)


def test_a_campaign_is_found_although_its_members_edit_the_body():
    edited = BODY.replace("half past eight", "8:30") + " My son falls asleep at dinner."
    texts = [BODY] * 5 + [
        edited,
        "We need later buses for clubs after school because parents work until six in the evening.",
    ]
    found = duplicates.find(texts, [f"p{i}" for i in range(len(texts))])
    assert found.campaign == (0, 0, 0, 0, 0, 0, -1)
    assert found.primary[:5] == (0, 0, 0, 0, 0)


def test_one_person_repeating_themselves_is_no_campaign():
    assert set(duplicates.find([BODY] * 9, ["p1"] * 9).campaign) == {-1}


def primaries(texts):
    return duplicates.find(texts, [str(number) for number in range(len(texts))]).primary


def test_likeness_is_not_handed_on_from_one_text_to_the_next():
    chain = np.array([[0, 1], [1, 2], [2, 3], [3, 4]])
    assert duplicates._near([[0], [1], [2], [3], [4]], chain) == [[0, 1], [2, 3], [4]]
    assert duplicates._near([[1, 4], [0], [2], [3]], np.array([[0, 3], [3, 4], [2, 4]])) == [[0, 3], [1, 4, 2]]
    assert duplicates._near([[0], [1]], np.empty((0, 2), dtype=np.int64)) == [[0], [1]]


def corpus(n, seed=0):
    """Texts of words as frequent as in a language; a fifth are others with words dropped or moved."""
    draw = np.random.default_rng(seed)
    words = np.array([f"w{number}" for number in range(400)])
    share = 1 / np.arange(1, 401)
    texts = []
    for _ in range(n):
        if texts and draw.random() < 0.2:
            old = texts[draw.integers(len(texts))].split()
            kept = [word for word in old if draw.random() > 0.15] or old
            draw.shuffle(kept)
            texts.append(" ".join(kept))
        else:
            texts.append(" ".join(draw.choice(words, size=int(draw.integers(4, 14)), p=share / share.sum())))
    return texts


def test_looking_among_the_rarest_words_loses_no_pair():
    texts = list(dict.fromkeys(corpus(700)))
    by_word = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+").fit_transform(texts)
    lengths = np.array([len(text.split()) for text in texts])
    found = {tuple(pair) for pair in duplicates._alike(by_word, lengths).tolist()}
    likeness = (by_word @ by_word.T).toarray()
    wanted = {
        (a, b)
        for a, b in zip(*np.nonzero(np.triu(likeness >= duplicates._ALIKE_WORDS, 1)), strict=True)
        if min(lengths[a], lengths[b])
        >= max(duplicates._MIN_REWORDED, duplicates._LENGTHS * max(lengths[a], lengths[b]))
    }
    assert len(wanted) > 50
    assert found == wanted


def test_a_few_texts_more_change_few_groups(monkeypatch):
    """Blocks are cut small, so that pairs lie across them too."""
    monkeypatch.setattr(duplicates, "_BLOCK", 64)
    monkeypatch.setattr(duplicates, "_AT_ONCE", 50)
    texts = corpus(900)
    before, after = primaries(texts[:880]), primaries(texts)
    assert sum(before[n] != n for n in range(880)) > 60
    assert sum(one != other for one, other in zip(before, after, strict=False)) <= 9
