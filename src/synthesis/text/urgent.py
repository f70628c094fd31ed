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
        r"\b(not|n't) (be|being) (here|alive|around) any ?more\b",
        r"\b(no point|better off) (in )?(living|dead|without me)\b",
        r"\b(matarme|suicid\w+|quitarme la vida|no quier[eo] vivir|cortarse|hacerse daño)\b",
    ),
    "threat": (
        r"\b(bring|bringing|brought|has|have|had) (a|his|her|the|my) (gun|knife|weapon|rifle|pistol)\b",
        r"\b(going to|gonna|will|he'?ll|i'?ll|they'?ll) (shoot|kill|stab|bomb|blow up|hurt) (you|him|her|them|everyone|everybody|people|someone|the|that|us)\b",
        r"\bshoot (up|everyone|the school)\b",
        r"\b(stay home|not come to school|don'?t come to school)\b.{0,24}\b(tomorrow|monday|tuesday|wednesday|thursday|friday)\b",
        r"\b(threaten\w*|promis\w+) to (kill|shoot|stab|hurt)\b",
        r"\b(voy|va) a (matar|disparar|lastimar)\b",
        r"\btra[ej]\w* (una )?(pistola|arma|navaja)\b",
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
_COMPILED = {
    kind: re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE) for kind, patterns in _PATTERNS.items()
}


def kind_of(text: str) -> str | None:
    """Return ``self_harm``, ``threat`` or ``abuse`` where the words call for a person at once, else None."""
    plain = text.replace("’", "'")
    return next((kind for kind, pattern in _COMPILED.items() if pattern.search(plain)), None)
