"""Which phrases are such as things are called by: noun phrases, and what one does to something (``legalizing marijuana``).

Without a trained tagger nobody knows which part of speech a word is in its sentence; the lemma tables (WordNet's lists of words, by
spaCy) know which it may be at all. That is enough to refuse pieces of sentences: what ends in no noun (``levy planned``), holds a verb
that is no noun or adjective either (``initiatives keep arriving``), or somebody's pronoun (``lose their recess``).
"""

from __future__ import annotations

from collections.abc import Sequence

from synthesis.linguistics import ENGLISH_FUNCTION_WORDS, parts_of_speech

_JOINING = frozenset("of and for in on at to with from by or between".split())
_PRONOUNS = frozenset(
    "anybody anyone anything everybody everyone everything nobody nothing somebody someone something".split()
)


def is_nominal(words: Sequence[str]) -> bool:
    """Tell whether English words, in lower case, can be what something is called."""
    *before, last = (parts_of_speech(word) for word in words)
    if last and "noun" not in last:
        return False
    for place, (word, parts) in enumerate(zip(words[:-1], before, strict=True)):
        if word in ENGLISH_FUNCTION_WORDS or word in _PRONOUNS:
            fits = word in _JOINING
        else:
            doing = place == 0 and "verb" in parts and word.endswith("ing")
            fits = not parts or "noun" in parts or "adj" in parts or doing
        if not fits:
            return False
    return True


def base(word: str) -> str:
    """Return a noun in the singular, another word as it stands; in lower case."""
    return parts_of_speech(word.lower()).get("noun", word.lower())
