"""Urgent items: threats, self-harm and abuse, in English and Spanish. They go to people at once, not into themes."""

from __future__ import annotations

import re

_PATTERNS: dict[str, tuple[str, ...]] = {
    "self_harm": (
        r"\b(kill|hurt|harm|cut)(s|ing)? (myself|himself|herself|themsel\w+)\b",
        r"\bsuicid\w*",
        r"\b(want|wants|wanted|wish|wishes|wished) (to|i was|she was|he was|they were) (die|dead|disappear)\b",
        r"\b(don'?t|doesn'?t|didn'?t|do not|does not) want to (be here|live|be alive|wake up|exist)\b",
        r"\bend (my|his|her|their) (own )?life\b",
        r"\bself[- ]?harm\w*",
        r"\b(not|n'?t|never) (be|being) (here|alive|around) (any ?more|much longer|after|by|for|next|tomorrow)\b",
        r"\b(not|n'?t|never) (plan(s|ned|ning)?|expect(s|ed|ing)?) (to|on) (be|being) (here|alive|around)\b",
        r"\b(goodbye|farewell|suicide) (note|letter)s?\b|\bgiving (his|her|their|my) things away\b",
        r"\bwho gets (his|her|their|my) (things|stuff)\b",
        r"\b(no point|better off) (in )?(living|dead|without me)\b",
        r"\b(matarme|suicid\w+|quitarme la vida|no quier[eo] vivir|cortarse|hacerse daño)\b",
    ),
    "threat": (
        # Somebody has, shows or brings a weapon; "metal detectors", "gun violence" and "gun drills" name none.
        r"\b(bring|brings|bringing|brought|has|have|had|got|carr(?:y|ies|ied|ying)|show(?:s|ed|ing)?|post(?:s|ed|ing)?) "
        r"(?:\w+(?:'s)? ){0,5}(gun|knife|weapon|rifle|pistol|revolver|shotgun|handgun|bomb)\b"
        r"(?! (?:violence|control|drills?|polic\w+|laws?|detectors?|safety))",
        r"\b(pictures?|photos?|video|selfie)s? (of|with) (?:\w+(?:'s)? ){0,4}(gun|knife|weapon|rifle|pistol|handgun)\b",
        r"\b(hit|kill|death) list\b|\b(next|another) columbine\b",
        r"\b(going to|gonna|will|he'?ll|i'?ll|they'?ll) (shoot|kill|stab|bomb|blow up|hurt) (you|him|her|them|everyone|everybody|people|someone|the|that|us)\b",
        r"\bshoot (up|everyone|the school)\b",
        r"\b(stay home|not come to school|don'?t come to school)\b.{0,24}\b(tomorrow|monday|tuesday|wednesday|thursday|friday)\b",
        r"\b(threaten\w*|promis\w+) to (kill|shoot|stab|hurt)\b",
        r"\b(voy|va) a (matar|disparar|lastimar)\b",
        r"\btra[ej]\w* (?:\w+ ){0,3}(pistola|arma|navaja|cuchillo|rifle)\b",
        r"\bfotos? (?:de|con) (?:\w+ ){0,3}(pistola|arma|rifle)\b",
    ),
    "abuse": (
        r"\b(hits|beats|beat|hitting|beating|punches|chokes|burns) (me|her|him|my|the|his|a|that) ?(son|daughter|child|kid|boy|girl|little|up|with|when|at)\b",
        r"\b(touch(es|ed|ing)?|grope[sd]?) (me|her|him|my (son|daughter|child)|the (kids|girls|boys))\b.{0,40}\b(private|inappropriate\w*|where|uncomfortabl\w*|shouldn)",
        r"\b(sexual\w*|physical\w*) (abus\w+|assault\w*)\b",
        r"\b(afraid|scared) to go home\b",
        r"\b(bruis\w+|finger ?marks|marks|welts|burns)\b.{0,30}\b(arms?|legs?|neck|face|wrists?)\b",
        r"\b(grabbing|hitting|hurting|slapping) my (son|daughter|child|kid|boy|girl)\b",
        r"\bbeing (abused|molested)\b",
        r"\b(le|la|me) (pega|golpea|toca)\b",
    ),
}
# The boundary that every pattern begins with is asked once: inside a word nothing is tried.
_COMPILED = {
    kind: re.compile(rf"\b(?:{'|'.join(pattern.removeprefix(chr(92) + 'b') for pattern in patterns)})", re.IGNORECASE)
    for kind, patterns in _PATTERNS.items()
}


def kind_of(text: str) -> str | None:
    """Return ``self_harm``, ``threat`` or ``abuse`` where the words call for a person at once, else None."""
    plain = text.replace("’", "'")
    return next((kind for kind, pattern in _COMPILED.items() if pattern.search(plain)), None)
