"""A word-by-word gloss of Spanish and Haitian Creole into English, from a hand-written glossary of school life.

The packaged embedding model reads English. So that a family's words join the theme that they speak to whatever their
language, the engine is given the English words that the glossary knows; the words shown are always the original.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, str]]:
    """Return language → word (without accents) → English words."""
    raw = tomllib.loads(resources.files("synthesis.text").joinpath("glossary.toml").read_text("utf-8"))
    return {language: {_plain(word): english for word, english in words.items()} for language, words in raw.items()}


def _plain(word: str) -> str:
    """Return a word in lower case without accents: people type them or not."""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def gloss(text: str, language: str) -> str:
    """Return the English words for those of the text that the glossary knows, in order; the text itself otherwise.

    English and undetermined texts are returned as they are, and so is a text of which no word is known.
    """
    table = _tables().get(language)
    if table is None:
        return text
    words = re.findall(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", text)
    found, index = [], 0
    while index < len(words):
        for width in (3, 2, 1):
            key = _plain(" ".join(words[index : index + width]))
            english = table.get(key) or (
                table.get(key.removesuffix("es")) or table.get(key.removesuffix("s")) if width == 1 else None
            )
            if english is not None:
                found.append(english)
                index += width
                break
        else:
            index += 1
    return " ".join(found) if found else text
