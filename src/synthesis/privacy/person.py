"""Names of people in free text, without a trained model: lists of given names, and what stands beside a capitalised word.

A listed given name is a person unless it is an ordinary word, a month or a place too (Grace, April, Charlotte); such a name, and
a capitalised word that no list knows (Kellan, Stinky Binky), is a person where its neighbours say so: a title, kinship, a role,
"named", "goes by", a self-introduction, a signature, or a verb of which only a person is the subject. English, Spanish and
Haitian Creole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from importlib import import_module, resources

from synthesis.linguistics import FUNCTION_WORDS, dictionary

Span = tuple[int, int, str]

_LOCALES = ("en_US", "en_GB", "es_MX", "es_ES", "fr_FR")
_WORD = r"(?!I[’'])[A-ZÀ-ÖØ-Þ][\w’'-]*[\w]"
_INITIAL = r"[A-Z]\.?(?![\w’'])"
# One to three capitalised words; particles and initials may stand between or after.
_NAME = rf"{_WORD}(?:\s+(?:(?:de|del|de\s+la|la|van|von|bin|al|y)\s+)?(?:{_WORD}|{_INITIAL}))" + r"{0,2}"

_TITLES = (
    r"Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Coach|Principal|Officer|Sgt|Sergeant|Deputy|Sheriff|Chief|Nurse|Pastor|Rev|Reverend|Father|Superintendent|Supt"
    r"|Director|Trustee|Secretary|Dean|Commissioner|Councilman|Councilwoman|Senator|Mayor|Judge"
    r"|Aunt|Auntie|Uncle|Grandma|Grandpa|Granny|Nana|Lil|Señora|Señor|Señorita|Seño|Sra|Sr|Srta|Don|Doña|Maestra|Maestro|Profesora|Profesor|Profe|Miss|Tía|Tío"
    r"|Madan|Madanm|Madame|Mèt|Mesye|Msye|Manmzèl|Direktè|Direktris"
)
_KIN = (
    r"son|daughter|child|children|kid|kiddo|grandchildren|grandkid|ex|boy|girl|baby|brother|sister|cousin|niece|nephew|grandson|granddaughter|grandchild|stepson|stepdaughter|godson"
    r"|goddaughter|friend|buddy|husband|wife|mom|dad|mother|father|twin|oldest|youngest|middle one|eldest|little one|kindergartner|first grader"
    r"|second grader|third grader|fourth grader|fifth grader|sixth grader|seventh grader|eighth grader|freshman|sophomore|junior|senior|neighbor"
    r"|hij[oa]|hijit[oa]|niñ[oa]|niet[oa]|sobrin[oa]|herman[oa]|hermanit[oa]|espos[oa]|amig[oa]|vecin[oa]|ahijad[oa]|prim[oa]|muchach[oa]|bebé|nena|nene"
)
_ROLE = (
    r"guard|sitter|babysitter|tutor|monitor|cook|volunteer|sub|substitute|teacher|coach|nurse|principal|driver|counselor|aide|para|librarian|custodian|janitor|secretary|superintendent|student|classmate"
    r"|maestr[oa]|director[a]?|chofer|consejer[oa]|enfermer[oa]|secretari[oa]|compañer[oa]|pwofesè|direktè|chofè"
)
_VERB = (
    r"was|is|has|had|said|says|told|asked|died|passed away|went|came|got|gets|cried|cries|loves|loved|hates|hated|needs|wants|wanted|sits|sat|can't"
    r"|cannot|couldn't|won't|doesn't|didn't|isn't|wasn't|deserves|felt|feels|started|moved|threw|hit|hits|punched|pushed|shoved|bit|reads|learned"
    r"|struggles|struggled|thinks|thought|knows|knew|tried|tries|helped|helps|eats|ate|walks|walked|made|makes|y|va|fue|dijo|llora|lloró|tiene|está|no"
)
_BESIDE: tuple[tuple[str, str], ...] = (
    ("title", rf"\b(?:{_TITLES})\b\.?\s+(?P<name>{_NAME}|{_INITIAL})"),
    (
        "kinship",
        rf"\b(?i:my|our|his|her|their|a|the|mi|mis|su|nuestr[oa]|un|una)\s+(?i:\w+\s+)?(?i:{_KIN})s?,?\s+(?P<name>{_NAME})",
    ),
    (
        "kinship",
        rf"\b(?i:pitit(?:\s+(?:gason|fi))?|frè|sè|neve|nyès|zanmi)\s+(?i:mwen|m|nou|li|yo|a|an)?\s*(?:an\s+)?,?\s*(?P<name>{_NAME})",
    ),
    ("role", rf"\b(?:{_ROLE}),?\s+(?P<name>{_NAME})"),
    (
        "naming",
        r"\b(?i:named|called|name\s+is|name['’]s|names\s+are|nicknamed|known\s+as|goes\s+by|go\s+by|answers\s+to|named\s+(?:him|her|our\s+\w+)|call(?:s|ed|ing)?\s+(?:me|him|her|them)|llamad[oa]|se\s+llama"
        rf"|me\s+llamo|le\s+dicen|le\s+decimos|rele(?:\s+l)?|non\s+(?:li|mwen|m)\s+se)\s+[\"“'‘]?(?P<name>{_NAME})",
    ),
    (
        "introduction",
        rf"(?:\b(?i:i\s+am|i['’]m|this\s+is|it['’]s|soy|yo\s+soy|mwen\s+se|se)|^(?i:hi|hello|hola),?(?:\s+(?i:i['’]m|my\s+name\s+is))?)\s+(?P<name>{_WORD}\s+(?:{_WORD}|{_INITIAL}))(?=[\s,.]|$)",
    ),
    (
        "introduction",
        rf"\b(?i:i['’]m|i\s+am|me\s+llamo|mwen\s+rele|m\s+rele)\s+(?P<name>{_WORD})(?=,|\.|\s+(?i:and\s+i|from|at|y\s+soy|here))",
    ),
    (
        "signature",
        rf"(?:^|\n|[.!?]\s)\s*(?:[-–—~]+|(?i:sincerely|respectfully\s+submitted|thanks|thank\s+you|respectfully|regards|best|signed|yours|love|atentamente|gracias|mèsi)[,:]?)\s*\n?\s*(?P<name>{_NAME})(?=\s*$|\s*[,\n(])",
    ),
    (
        "subject",
        rf"(?:\b[a-zà-ÿ][\w’']*[,;]?|\b(?:When|If|Because|That|And|But|Since|While|After|Before|So|Then|Why))\s(?P<name>{_WORD}(?:\s+{_INITIAL})?)(?=\s+(?:{_VERB})\b)",
    ),
    (
        "owner",
        rf"(?P<name>{_WORD})(?=['’]s\s+(?:mom|dad|mother|father|parents|brother|sister|desk|locker|teacher|family|house|grandma|backpack|lunch|IEP|504)\b)",
    ),
    ("company", rf"\b(?:with|and|y|con|ak)\s+(?P<name>{_WORD})\s+(?:and|y|ak)\s+(?={_WORD})"),
)
_COMPILED = tuple((why, re.compile(pattern, re.MULTILINE)) for why, pattern in _BESIDE)
_CAPITALISED = re.compile(rf"(?<![\w’'@#-]){_WORD}")
_FOLLOWING = re.compile(rf"(?:\s+(?:{_INITIAL}|(?:(?:de|del|de\s+la|la)\s+)?{_WORD}))" + r"{1,2}")
# Of these the neighbours are so telling that a word may be an ordinary one too (Stinky Binky, Coach Rain).
_STRONG = frozenset({"title", "naming", "kinship"})
_MISTER = re.compile(r"(?:Mr|Mrs|Ms|Miss|Mx|Dr)\b")
_LOWER_TITLE = re.compile(r"\b(?:mr|mrs|ms|dr)\.?\s+(?P<name>[a-zà-ÿ][\w’'-]{2,})")
_UNKNOWN = re.compile(rf"(?:\b[a-zà-ÿ][\w’']*[,;:]?|[:—–-]|\b(?:I|[A-Z][a-z]+)\b)\s(?P<name>{_WORD}(?:\s+{_WORD})?)")
_THING_BEFORE = re.compile(r"\b(?:the|a|an|this|that|each|every|una?|el|la|los|las)\s+(?:[a-z]+\s+)?$")
_TALKED_TO = re.compile(
    r"\b(?:spoke|talked|said|wrote|listened|gave|belongs|explained|apologized|thanks|thank you|next|according)\s+to\s+$",
    re.IGNORECASE,
)
_ALSO = re.compile(rf"\s*(?:,|and|y|ak|or|o)\s+(?P<name>{_WORD})")
PLACE_AFTER = re.compile(
    r"\s+(?:Elementary|Middle|High|School|Academy|Street|St|Road|Rd|Avenue|Ave|Lane|County|Park|Hall|Center|Library|Church|River|Lake|Island|University|College|Bridge|Shore|Flats|Day)\b"
)
_SAINT = re.compile(r"\b(?:Saint|San|Santa|Santo|Sent|St\.?)\s+$")
_PLACE_BEFORE = re.compile(
    r"\b(?:[Aa]t|[Ii]n|[Ff]rom|[Tt]he|[Nn]ear|[Oo]n|[Tt]oward|[Vv]ia|[Ss]aint|[Ss]an|[Ss]anta|St\.?|en|de|del|nan)\s+$"
)


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return given names, those of them that are ordinary words as well, and words that are never a person's."""
    raw = tomllib.loads(resources.files("synthesis.privacy").joinpath("words.toml").read_text("utf-8"))
    own, ambiguous, never = (frozenset(raw[key].split()) for key in ("given", "ambiguous", "never"))
    names = set(own)
    for locale in _LOCALES:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        names.update(name for name in provider.first_names if name.isalpha() and len(name) > 2)
    return frozenset(names - never), ambiguous, never


NEVER = frozenset(word.casefold() for word in _lists()[2])
"""Words (lower case) that are never a person's."""


def find_people(text: str, *, ordinary: Collection[str] = (), places: Collection[str] = ()) -> list[Span]:
    """Return ``(start, end, reason)`` of the names of people in a text, without overlap.

    `ordinary` are words (lower case) that the corpus uses in lower case; `places` are words (lower case) of schools, sites and
    other places: neither is a person's unless a title or a naming says so.
    """
    found = [*_listed(text, ordinary, places), *_beside(text, ordinary, places), *_unknown(text, ordinary, places)]
    found += list(_also(text, found, ordinary, places))
    kept: list[Span] = []
    for span in sorted(found, key=lambda s: (s[0], -s[1], s[2])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _listed(text: str, ordinary: Collection[str], places: Collection[str]) -> Iterator[Span]:
    """Yield listed given names that are no other word, each with the surname or initial after it."""
    given, ambiguous, never = _lists()
    for match in _CAPITALISED.finditer(text):
        word = _bare(match.group())
        if word not in given or word in never:
            continue
        after = _FOLLOWING.match(text, match.end())
        surname = after is not None and _is_surname(after.group(), places)
        # With a surname behind it even "Grace" or "Will" is a person, unless both are ordinary words.
        named = surname and after is not None and not _ordinary_words(after.group(), ordinary)
        if (word in ambiguous or word.casefold() in ordinary) and not named:
            continue
        if word.casefold() in places or PLACE_AFTER.match(text, match.end()):
            continue
        before = text[max(0, match.start() - 12) : match.start()]
        if _SAINT.search(before) or (word in ambiguous and _PLACE_BEFORE.search(before)):
            continue
        end = after.end() if surname and after is not None else match.start() + len(word)
        yield (match.start(), end, "list:given_names")


def _beside(text: str, ordinary: Collection[str], places: Collection[str]) -> Iterator[Span]:
    """Yield capitalised words of which the neighbours say that they are a person."""
    given, _, never = _lists()
    for why, pattern in _COMPILED:
        for match in pattern.finditer(text):
            words = match["name"].split()
            first = _bare(words[0])
            mister = why == "title" and _MISTER.match(match.group()) is not None
            if (
                first in never and not (mister and first.casefold() not in FUNCTION_WORDS)
            ) or first.casefold() in FUNCTION_WORDS:
                continue
            if first.isupper() and len(first) > 2 and first.title() not in given:
                continue
            if first.casefold() in places and why != "naming":
                continue
            if why not in _STRONG and first.casefold() in ordinary and first not in given:
                continue
            if (
                why == "title"
                and not mister
                and first.casefold() in ordinary
                and len(words) == 1
                and first not in given
            ):
                continue
            if PLACE_AFTER.match(text, match.start("name") + len(words[0])):
                continue
            start = match.start() if why == "title" else match.start("name")
            yield (start, _end(text, match.start("name"), words, never, places), f"rule:{why}")


def _unknown(text: str, ordinary: Collection[str], places: Collection[str]) -> Iterator[Span]:
    """Yield capitalised words inside a sentence that no dictionary holds and that nothing marks as a place; also "mr. pettibone"."""
    _, _, never = _lists()
    for match in _LOWER_TITLE.finditer(text):
        if match["name"].casefold() not in dictionary():
            yield (match.start(), match.start("name") + len(_bare(match["name"])), "rule:title")
    for match in _UNKNOWN.finditer(text):
        start = match.start("name")
        words = match["name"].split()
        before = text[max(0, start - 24) : start]
        if not _is_unknown(words[0], ordinary, places) or PLACE_AFTER.match(text, start + len(words[0])):
            continue
        if (
            _PLACE_BEFORE.search(before) or _THING_BEFORE.search(before) or re.search(r"\bto\s+$", before)
        ) and not _TALKED_TO.search(before):
            continue
        if _SAINT.search(before) or (
            re.search(r"\b[A-ZÀ-Þ][\w’'-]+\s$", before) and not _follows_ordinary(before, never)
        ):
            continue
        yield (start, _end(text, start, words, never, places), "rule:unknown_word")


def _also(text: str, found: Sequence[Span], ordinary: Collection[str], places: Collection[str]) -> Iterator[Span]:
    """Yield the second of two names that are joined: "Juniper and Beatrix"."""
    for _, end, _ in found:
        match = _ALSO.match(text, end)
        if match and _is_unknown(match["name"], ordinary, places):
            yield (match.start("name"), match.start("name") + len(_bare(match["name"])), "rule:company")


def _is_unknown(word: str, ordinary: Collection[str], places: Collection[str]) -> bool:
    """Tell whether a capitalised word is in no list, table or corpus: four letters or more, not in capitals throughout."""
    given, _, never = _lists()
    bare = _bare(word)
    folded = bare.casefold()
    if (
        len(bare) < 4
        or bare[:2].isupper()
        or re.search(r"-[a-z]{3,}", bare)
        or bare in never
        or folded in places
        or folded in ordinary
    ):
        return False
    return bare in given or not ({folded, folded.rstrip("s"), folded.removesuffix("es")} & dictionary())


def _follows_ordinary(before: str, never: frozenset[str]) -> bool:
    """Tell whether the capitalised word before is no name itself, but a month or the first word of the sentence."""
    word = before.split()[-1]
    return word in never or word.casefold() in FUNCTION_WORDS


def _end(text: str, start: int, words: list[str], never: frozenset[str], places: Collection[str]) -> int:
    """Return where a name ends: before the first of its words that is no name's."""
    end = start + len(_bare(words[0]))
    position = start + len(words[0])
    for word in words[1:]:
        at = text.index(word, position)
        position = at + len(word)
        bare = _bare(word)
        if bare in never or bare.casefold() in places:
            break
        if bare[0].isupper():
            end = at + len(bare)
    return end


def _is_surname(words: str, places: Collection[str]) -> bool:
    """Tell whether the words after a given name are a surname or an initial."""
    _, _, never = _lists()
    first = _bare(words.split()[-1])
    return first not in never and first.casefold() not in places


def _ordinary_words(words: str, ordinary: Collection[str]) -> bool:
    """Tell whether every word is an ordinary one."""
    return all(_bare(word).casefold() in ordinary for word in words.split())


def _bare(word: str) -> str:
    """Return a word without a possessive ending."""
    return re.sub(r"['’]s?$", "", word)
