"""Indirect identification: no name, but a neighbour would know who it is.

Such words are not masked: masking cannot mend them. They wait for a person. Flagged is a text that says something sensitive of
one person (disability, discipline, health, immigration, family) and, beside it, what makes the person one of few: "the only",
a school with a grade or a place, "everybody knows", or an event that was seen or in the news.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_KINDS: dict[str, str] = {
    "disability": r"wheelchair|power chair|\bchair and\b|walker\b|crutch|cochlear|hearing aid|deaf\b|blind\b|braille|white cane|service dog|feeding tube"
    r"|non-?verbal|talking (?:tablet|device)|communication (?:device|tablet)|doesn'?t talk|down syndrome|cerebral palsy|autis\w+|tourette|prosthe\w+|one (?:arm|leg|hand)|dwarfism|spina bifida|\biep\b|one-to-one"
    r"|silla de ruedas|sord[oa]\b|cieg[oa]\b|síndrome de down|chèz woulant|fotèy woulan|soud\b|avèg",
    "discipline": r"suspend\w*|sent home|expelled|arrest\w*|handcuff\w*|juvenile|probation|ankle (?:monitor|bracelet)|in trouble with the (?:law|police)|alternative school|caught with"
    r"|suspendid[oa]|expulsad[oa]|arrestad[oa]|esposad[oa]|\bput out of\b|brought the \w+ gun|(?:the|a) fight (?:at|in|on)",
    "health": r"seizure|epilep\w+|diabet\w+|insulin|cancer|leukemia|chemo\w*|transplant|tumor|dialysis|pregnan\w+|miscarr\w+|overdos\w+|ambulance|hospital\w*|sickle cell|eating disorder"
    r"|anorexi\w+|convulsion\w*|cáncer|embarazad\w+|diabétic\w+|kriz\b|ansent|\bcut (?:herself|himself)|psych ward|rehab\b|feeding|oxygen tank|heart (?:condition|surgery)",
    "immigration": r"\bice\b(?! cream| rink)|deport\w*|undocumented|papers\b|asylum|detain\w*|detention center|green card|visa\b|picked up (?:in|at|by)|taken away (?:in|at|by)|refugee"
    r"|la migra|deportad\w*|deportaron|se llevaron a (?:su|mi)|sin papeles|indocumentad\w*|retén|detenid[oa]|depòte|imigrasyon|te pran (?:papa|manman)",
    "family": r"\b(?:jail|prison|incarcerat\w*|divorc\w*|custody|foster|adopted|adoption|two (?:dads|moms|mothers|fathers)|triplets|funeral|buried|drowned|died|passed away|was killed"
    r"|house (?:fire|burned|burnt)|evict\w*|shelter|homeless|domestic|restraining order|on the news|in the paper|cárcel|preso|divorci\w*|murió|falleció|albergue|prizon|mouri)\b",
}
_COMPILED = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _KINDS.items()}

_FEW = re.compile(
    r"\b(?:the|an?|our)? ?only (?:\w+ ){0,3}(?:one|\w+ grader|kid|child|boy|girl|student|family|player|senior|junior|sophomore|freshman|person|teacher|mother|father|black|muslim|deaf|blind|trans)\b"
    r"|\bone of (?:the |only )?(?:two|three) (?:\w+ )?(?:kids|children|boys|girls|students|families|moms|dads|mothers|fathers|parents)\b"
    r"|\bthere(?:'s| is) (?:exactly |only )?one (?:kid|child|boy|girl|student|family|\w+ grader|kindergartn?er|senior|junior|sophomore|freshman)\b"
    r"|\bonly (?:one|family|boy|girl|kid|child|student|\w+ kid)\b.{0,60}\b(?:in|at|here)\b|\bexactly one (?:kid|child|boy|girl|student|family)\b"
    r"|\beverybody knows (?:who|it'?s|which)\b|\beveryone (?:knows|saw|remembers)\b|\byou (?:all )?know (?:who|which|the (?:one|family))\b|\bpeople saw\b|\byou know who'?s\b"
    r"|\bwe(?:'re| are) the (?:only )?(?:\w+ ){0,4}(?:family|dads|moms|mothers|fathers|parents|ones?|house)\b|\b(?:he|she)'?s the (?:one|\w+ grader|kid|boy|girl|freshman|sophomore|junior|senior) (?:at|who|in|with)\b"
    r"|\bthe (?:kid|boy|girl|family|student|child|mother|father|teacher|freshman|sophomore|junior|senior|one|\w+ grader) (?:at \w+ )?(?:who|whose|that|with (?:the|a))\b"
    r"|\bthe (?:blue|red|green|yellow|white|pink|brick|corner) house\b|\bon the news\b|\bin the (?:paper|newspaper)\b|\bel únic[oa]\b|\bla única\b|\btodo el mundo sabe\b|\btodos saben\b|\bsomos los que\b|\bsomos la familia\b"
    r"|\bsèl (?:ti|timoun|fanmi|elèv)\b|\btout moun (?:konnen|wè)\b",
    re.IGNORECASE,
)
_GRADE = re.compile(
    r"\b(?:(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|[1-9](?:st|nd|rd|th)|1[0-2]th)[- ]grade(?:r|rs)?|kindergart\w+|freshman|sophomore"
    r"|primer|segundo|tercer|cuarto|quinto|sexto|séptimo|octavo|noveno|kínder|premye|dezyèm|twazyèm|katriyèm|senkyèm ane)\b",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"\b(?:my|our|his|her|the|a|an|mi|su|nuestr[oa]|un|una|el|la)\s+(?:\w+\s+)?(?:son|daughter|child|kid|boy|girl|brother|sister|nephew|niece|grandson|granddaughter|student|father|mother"
    r"|dad|mom|husband|wife|family|stepson|stepdaughter|hij[oa]|niñ[oa]|sobrin[oa]|niet[oa]|herman[oa]|papá|mamá|padre|madre|familia)\b|\b(?:she|he)(?:'s|\s+(?:is|was|had|has|went|got|came|sits))\b"
    r"|\bpitit\s+(?:gason|fi|mwen|nou|li)\b",
    re.IGNORECASE,
)


def indirect_of(text: str, schools: Collection[str]) -> tuple[str, ...]:
    """Return the kinds among disability, discipline, health, immigration and family by which a text may identify somebody.

    `schools` are the words of the district's schools (`school_words`): a text that says one speaks of that school.
    """
    kinds = tuple(kind for kind, pattern in _COMPILED.items() if pattern.search(text))
    if not kinds:
        return ()
    if _FEW.search(text):
        return kinds
    return kinds if schools_in(text, schools) and _GRADE.search(text) and _ONE.search(text) else ()


def school_words(names: Collection[str]) -> tuple[str, ...]:
    """Return the words by which people call schools: the first of each name, in lower case ("copperline")."""
    return tuple(sorted({name.split()[0].casefold() for name in names}))


def schools_in(text: str, schools: Collection[str]) -> tuple[str, ...]:
    """Return which of the words of schools (`school_words`) a text says."""
    folded = text.casefold()
    return tuple(word for word in schools if word in folded and re.search(rf"\b{re.escape(word)}\b", folded))
