"""Names that only say where are left out of what is read; whoever speaks of themselves is no place."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.themes.places import placeless, without


def unlike(texts):
    """Return vectors of texts that are no more alike than any."""
    draw = np.random.default_rng(len(texts))
    vectors = draw.normal(size=(len(texts), 50)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("said", ["I'm", "I’ve", "I'd"])
def test_who_says_i_is_no_place(said):
    matters = ("buses", "lunch", "homework", "sidewalks", "teachers", "music", "heating", "books", "phones", "doors")
    texts = [f"honestly {said} for better {matter} in Milbrook" for matter in matters]
    assert placeless(texts, unlike) == ["Milbrook"]


def test_a_text_without_the_name_reads_on():
    assert without(["The road to Milbrook, at night", "Milbrook"], ["Milbrook"]) == ["The road, at night", "Milbrook"]
