"""Words and sentences by spaCy's blank pipelines: the one module that imports spaCy.

Blank pipelines need no trained model: rules cut tokens and sentences, and the tables of ``spacy-lookups-data`` give
lemmas for English and Spanish. Other languages (Haitian Creole among them) get spaCy's language-neutral rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import spacy_lookups_data
import srsly
from numpy.typing import NDArray

from synthesis.imports import kept_out

with kept_out("torch"):  # for trained pipelines only: seconds
    import spacy
    from spacy.lang.en.stop_words import STOP_WORDS as _ENGLISH_STOPS
    from spacy.lang.es.stop_words import STOP_WORDS as _SPANISH_STOPS
    from spacy.language import Language
    from spacy.tokens import Doc

_TRAINED = {"en": "en", "es": "es"}

# Haitian Creole function words: spaCy has no list for the language.
_HAITIAN_STOPS = frozenset(
    """a ak ki nan pou yo la an yon li nou mwen m w ou ap te pa sou se gen fè tout sa lè men tou pi kap ka t ta si
    kote anpil plis paske jan lan sò soti jis nèt e oswa ni yon lòt menm la yo""".split()
)


ENGLISH_FUNCTION_WORDS = frozenset(_ENGLISH_STOPS)
# Function words of every language that a district may hold: none of them names anything.
FUNCTION_WORDS = ENGLISH_FUNCTION_WORDS | frozenset(_SPANISH_STOPS) | _HAITIAN_STOPS
_LONGEST_ABBREVIATION = 5


def is_function_word(text: str) -> bool:
    """Tell whether a word only joins others, in any language that a district may hold.

    A short word in capitals is another language's abbreviation: "AP" courses are not Haitian "ap".
    """
    word = text.lower()
    abbreviation = text.isupper() and 2 <= len(text) <= _LONGEST_ABBREVIATION
    return word in (ENGLISH_FUNCTION_WORDS if abbreviation else FUNCTION_WORDS)


@dataclass(frozen=True, slots=True)
class Token:
    """One word or mark: its characters ``text[start:end]``, its lower-case lemma, and what it is."""

    text: str
    lemma: str
    start: int
    end: int
    is_word: bool
    is_stop: bool


@lru_cache(maxsize=8)
def _pipeline(language: str) -> Language:
    """Return the blank pipeline for a language code, with sentences and, where tables exist, lemmas."""
    code = _TRAINED.get(language, "xx")
    with kept_out("torch", "transformers"):  # spaCy looks at every package that offers it parts, Presidio among them
        nlp = spacy.blank(code)
    nlp.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "…", "。"]})
    if code != "xx":
        nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
        nlp.initialize()
    nlp.max_length = 10_000_000
    return nlp


def tokens(texts: Sequence[str], language: str = "en") -> list[list[Token]]:
    """Cut each text into tokens with lemmas and stop-word marks. One list per text."""
    found = columns(texts, language)
    cut = [
        Token(word.text, word.lemma, start, start + len(word.text), word.is_word, word.is_stop)
        for word, start in zip((found.words[n] for n in found.word.tolist()), found.start.tolist(), strict=True)
    ]
    return [cut[begin:end] for begin, end in pairwise(found.ends.tolist())]


@dataclass(frozen=True, slots=True)
class Word:
    """One distinct word or mark, its lower-case lemma, and what it is."""

    text: str
    lemma: str
    is_word: bool
    is_stop: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """The tokens of many texts, as columns: a million texts are twelve million tokens, too many for an object each.

    Token t is ``words[word[t]]`` and begins at character ``start[t]`` of its text; text i has the tokens from ``ends[i]`` up to
    ``ends[i + 1]``.
    """

    words: tuple[Word, ...]
    word: NDArray[np.int32]
    start: NDArray[np.int32]
    ends: NDArray[np.int64]


def columns(texts: Sequence[str], language: str = "en") -> Columns:
    """Cut each text into tokens. Words are numbered as they are met; blanks are no tokens."""
    nlp = _pipeline(language)
    keys, starts, ends = [], [], np.zeros(len(texts) + 1, dtype=np.int64)
    for number, text in enumerate(texts):
        cut = nlp.make_doc(text).to_array(["ORTH", "IDX"])
        keys.append(cut[:, 0])
        starts.append(cut[:, 1].astype(np.int32))
        ends[number + 1] = len(cut)
    orth = np.concatenate(keys) if keys else np.empty(0, dtype=np.uint64)
    start = np.concatenate(starts) if starts else np.empty(0, dtype=np.int32)
    distinct, first, which = np.unique(orth, return_index=True, return_inverse=True)
    met = np.argsort(first, kind="stable")
    number_of = np.empty(len(met), dtype=np.int32)
    number_of[met] = np.arange(len(met))
    spelled = [nlp.vocab.strings[int(key)] for key in distinct[met]]
    blank = np.array([not text.strip() for text in spelled], dtype=bool)
    word = number_of[which]
    kept = ~blank[word]
    counted = np.concatenate([[0], np.cumsum(kept)])
    return Columns(_described(spelled, nlp, language), word[kept], start[kept], counted[np.cumsum(ends)])


def _described(spelled: Sequence[str], nlp: Language, language: str) -> tuple[Word, ...]:
    """Return the distinct words with what the pipeline knows of each. A blank pipeline's lemma depends on the word alone."""
    stops = _HAITIAN_STOPS if language == "ht" else frozenset()
    doc = Doc(nlp.vocab, words=list(spelled))
    if nlp.has_pipe("lemmatizer"):
        doc = nlp.get_pipe("lemmatizer")(doc)
    return tuple(
        Word(
            text=t.text,
            lemma=(t.lemma_ or t.text).lower(),
            is_word=any(c.isalpha() for c in t.text),
            is_stop=t.is_stop or t.lower_ in stops,
        )
        for t in doc
    )


def sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Return ``(start, end)`` of each sentence, without the blanks around it. A line break ends a sentence."""
    spans = []
    for line in re.finditer(r"[^\r\n]+", text):
        for sentence in _pipeline(language)(line.group()).sents:
            start, end = line.start() + sentence.start_char, line.start() + sentence.end_char
            while start < end and text[start].isspace():
                start += 1
            while end > start and text[end - 1].isspace():
                end -= 1
            if end > start:
                spans.append((start, end))
    return spans


def blank_doc(text: str) -> Doc:
    """Return the text as spaCy's tokens only, for libraries that ask for a spaCy document."""
    return _pipeline("xx").make_doc(text)


@lru_cache(maxsize=1)
def dictionary() -> frozenset[str]:
    """Return the words, lower case, of the English and Spanish lemma tables: what is not among them is mostly a name or a slip."""
    known: set[str] = set()
    for entry in ("en_lemma_index", "en_lemma_exc", "en_lemma_lookup", "es_lemma_lookup"):
        known.update(
            _words_of(srsly.read_gzip_json(Path(spacy_lookups_data.__file__).parent / "data" / f"{entry}.json.gz"))
        )
    return frozenset(known)


@lru_cache(maxsize=50_000)
def parts_of_speech(word: str) -> Mapping[str, str]:
    """Return what an English word in lower case may be (noun, verb, adj, adv) and its base form as that, by the lemma tables.

    A word that no table knows has no part: it may be a name, an abbreviation, or new.
    """
    found = {}
    for part, known in _table("en_lemma_index").items():
        bases = [word] if word in known else list(_table("en_lemma_exc").get(part, {}).get(word, ()))
        rules = _table("en_lemma_rules").get(part, ())
        bases += [base for old, new in rules if word.endswith(old) and (base := word[: -len(old)] + new) in known]
        if bases:
            found[part] = bases[0]
    return MappingProxyType(found)


@lru_cache(maxsize=8)
def _table(entry: str) -> dict[str, Any]:
    """Return a lemma table; one of words as sets, for they are looked up."""
    table = srsly.read_gzip_json(Path(spacy_lookups_data.__file__).parent / "data" / f"{entry}.json.gz")
    return {part: frozenset(words) for part, words in table.items()} if entry.endswith("_index") else table


def _words_of(table: Any) -> set[str]:
    """Return every word of a lemma table, whatever its nesting, in lower case."""
    inside = list(table.values()) if isinstance(table, dict) else table
    known = set(map(str.lower, table)) if isinstance(table, dict) else set()
    known.update(map(str.lower, filter(lambda part: isinstance(part, str), inside)))
    return known.union(*(_words_of(part) for part in inside if not isinstance(part, str)))
