"""Candidates for a name: those that newly cover come first, and no two share a word."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

from synthesis.themes.picking import pick
from synthesis.themes.vectors import unit

FORMS = ["late bus", "bus driver", "parking", "route nine"]
HOLDS = sparse.csc_matrix(
    np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=np.float64)
)
SCORE = np.array([1.0, 0.9, 0.5, 0.5])


def test_what_covers_anew_goes_before_what_is_covered_and_no_word_comes_twice():
    assert pick(FORMS, SCORE, HOLDS, surface={}) == ["late bus", "route nine", "parking"]


def test_words_that_are_taken_are_left_to_others():
    assert pick(FORMS, SCORE, HOLDS, surface={}, taken={"buses"}) == ["parking", "route nine"]


def test_what_is_far_worse_than_the_first_does_not_stand_beside_it():
    assert pick(FORMS, SCORE, HOLDS, surface={}, beside=(0.6, 0.0)) == ["late bus"]
    assert pick(FORMS, SCORE, HOLDS, surface={}, beside=(0.0, 0.6)) == pick(FORMS, SCORE, HOLDS, surface={}), (
        "the first is a phrase"
    )


def test_nothing_to_pick_from_picks_nothing():
    assert pick([], np.zeros(0), sparse.csc_matrix((3, 0)), surface={}) == []


@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_rows_have_length_one_in_the_precision_asked_for(precision):
    rows = np.array([[3, 4], [0, 0]], dtype=np.float32)
    found = unit(rows, precision)
    assert found.dtype == precision
    assert found == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))


def test_making_rows_unit_loads_no_search_and_no_model():
    heavy = "import sys, synthesis.themes.vectors; print({'faiss', 'torch', 'sklearn', 'bertopic'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "set()"
