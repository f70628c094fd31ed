"""Function words of three languages, and abbreviations that look like one of another."""

from __future__ import annotations

import pytest

from synthesis.linguistics import is_function_word


@pytest.mark.parametrize(
    ("word", "joins"),
    [("the", True), ("THE", True), ("ap", True), ("AP", False), ("los", True), ("bus", False), ("A", True)],
)
def test_an_abbreviation_is_no_function_word_of_another_language(word, joins):
    assert is_function_word(word) is joins
