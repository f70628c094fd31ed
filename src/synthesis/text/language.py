"""Which language a text is in, among those of the district. Short texts are `und` (undetermined).

lingua answers for the languages that it knows. It does not know Haitian Creole, whose function words tell it apart
from French and Spanish almost without fail: a text where they make up enough of the words is `ht`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

UNDETERMINED = "und"
_MIN_CHARACTERS = 15
_HAITIAN = frozenset(
    """yo nan pou ak ki mwen nou li pa gen se ap te tout timoun lekòl lekol pitit men sa kote anpil paran pwofesè
    pwofese elèv elev bis manje fè fe bezwen renmen kreyòl kreyol konnen konprann epi lè jan poukisa chak toujou
    ankò anko moun tan ede tanpri mèsi mesi vle kapab dwe ta sou yon lang fanmi""".split()
)
_HAITIAN_SHARE = 0.3


@lru_cache(maxsize=4)
def _detector(languages: tuple[str, ...]) -> LanguageDetector | None:
    """Return lingua's detector for those of the languages that it knows, or None for fewer than two."""
    known = {language.iso_code_639_1.name.lower(): language.iso_code_639_1 for language in Language.all()}
    codes: list[IsoCode639_1] = [known[code] for code in languages if code in known]
    if len(codes) < 2:
        return None
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()


def detect(texts: Sequence[str], languages: tuple[str, ...]) -> list[str]:
    """Return one language code per text, out of `languages` or `und`."""
    detector = _detector(languages)
    answers = []
    for text in texts:
        letters = text.strip()
        if len(letters) < _MIN_CHARACTERS:
            answers.append(UNDETERMINED)
        elif "ht" in languages and _is_haitian(letters):
            answers.append("ht")
        elif detector is None:
            answers.append(languages[0])
        else:
            found = detector.detect_language_of(letters)
            answers.append(found.iso_code_639_1.name.lower() if found else UNDETERMINED)
    return answers


def _is_haitian(text: str) -> bool:
    """Tell whether Haitian Creole's function words make up enough of the text."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return len(words) >= 3 and sum(word in _HAITIAN for word in words) / len(words) >= _HAITIAN_SHARE
