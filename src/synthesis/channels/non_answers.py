"""Answers that say in words that there is nothing to say. Whole texts only, from an exact list, never by length.

"Salary" and "Testing" are answers, and "Nothing is going well" is an opinion: none of them is listed. The list holds
what real school surveys contain, in English, Spanish and Haitian Creole.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

NON_ANSWERS: Final[frozenset[str]] = frozenset(
    """
    n/a|na|n.a|n/a n/a|n\\a|n-a|not applicable|not sure|unsure|none|non|none at all|none at this time|nothing
    nothing really
    nothing at this time|nothing at all|nothing to add|nothing else|nothing comes to mind|nothing to say|nope|no|nah
    no comment|no comments|no comment at this time|no comments at this time|no answer|no response|no opinion|no idea
    no thanks|no thank you|idk|i dk|i don't know|i dont know|i do not know|don't know|dont know|dunno|unknown|null|nil
    blank|(blank)|[blank]|left blank|skip|skipped|pass|x|xx|xxx|test|test test|asdf|same|same as above|see above|ditto
    nada|nada más|nada mas|ninguno|ninguna|ningún comentario|ningun comentario|sin comentario|sin comentarios|no sé
    no se
    no lo sé|no lo se|no aplica|no hay|no tengo comentarios|anyen|pa gen|pa gen anyen|pa gen kòmantè|mwen pa konnen
    m pa konnen|okenn|pa aplikab
    hi|hello|hey|hi all|hi everyone|hello everyone|good morning|good evening|hola|buenas|buenas noches|bonjou|bonswa
    see last year's answers|see last year|see my last answer|see previous answer|see previous|same as last year
    same answer|same as before|as above|already answered|already said|answered above|where do i start
    where to begin|where do i begin|where to start|too many to list|i'll pass|prefer not to say|prefer not to answer
    """.replace("\n", "|").split("|")
) - {""}
_STRIPPED: Final[frozenset[str]] = frozenset(entry.strip() for entry in NON_ANSWERS) - {""}
_MARKS_ONLY = re.compile(r"^[\W_]+$")
_EMOJI = frozenset({"So", "Sk", "Sc"})


def normalise(text: str) -> str:
    """Return the text folded for comparison: case, kinds of apostrophe, blanks and closing marks do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("`", "'")
    folded = re.sub(r"\s+", " ", folded).strip()
    return folded.rstrip(" .!?,;:-–—").lstrip(" .,;:-–—¡¿") if not _MARKS_ONLY.match(folded) else folded


def is_non_answer(text: str) -> bool:
    """Tell whether the whole text is a listed non-answer or punctuation alone. Emoji are answers."""
    folded = normalise(text)
    if _MARKS_ONLY.match(folded):
        return not any(unicodedata.category(character) in _EMOJI for character in folded)
    return folded in _STRIPPED
