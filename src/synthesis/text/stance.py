"""On which side somebody stands, as far as words and prompts tell it, and what is commonly argued on each side.

Two kinds of evidence are read here, both from written lists. Cues say that words object, doubt, ask, praise or take both
sides. Where a prompt itself proposes something ("Should we start school later?"), an answer stands towards that: by a demand
in it ("should not be moved"), or by what it says of the matter (good or bad), in the manner of claim stance classification
(Bar-Haim et al. 2017, "Stance classification of context-dependent claims"). `themes.stance` weighs all of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import pandas as pd

from synthesis.linguistics import tokens

SIGNS = ("objects", "doubts", "asks", "praises", "divided", "mocks")
_BARE = 3
_QUESTION = re.compile(r"[^.!?]*\?+[\"”’)]*\s*")
_WORD = re.compile(r"[a-z]+")
_MODAL = frozenset({"should", "must", "ought"})
_NOT = frozenset({"not", "never", "no"})
_OPEN = frozenset("what which who whom whose where when why how".split())
_INFLECTED = r"(?:e|es|s|ed|d|ing|ment|ation|ion|ly)?"
_BEFORE_DEMAND, _BEFORE_VALUE = 6, 4
_OUTRIGHT, _ASIDE, _ACTION = 1.0, 0.3, 0.3
_VALUED = (0.35, 0.6)
"""How far one word, and several, that call a matter good or bad tell a side; a demand for it tells it outright."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a prompt proposes: to begin or keep something, or that it is good (`direction` 1); to end it, or that it is bad (-1).

    `matter` are the words that name it, `action` is the word that says what is to be done or thought of it.
    """

    direction: int
    matter: frozenset[str]
    action: str


SIGN_COLUMNS = (*SIGNS, "asked", "bare", "proposed", "toward")
Signs = Sequence[bool | float]


def signs_of(text: str, prompt: str) -> Signs:
    """Return what a text and its prompt tell, in the order of `SIGN_COLUMNS`.

    Booleans: those of `SIGNS`; ``asked`` (nothing but a question); ``bare`` (too few words to argue anything); ``proposed`` (its
    prompt proposes something). Then ``toward``: -1 to 1, how far it is against or for what its prompt proposes, 0 where that is not told.
    """
    words = " ".join(text.casefold().replace("'", "’").split())
    found = proposal(prompt)
    return (
        *(bool(_lists().cues[sign].search(words)) for sign in SIGNS),
        bool(_QUESTION.fullmatch(words)),
        len(words.split()) <= _BARE,
        found is not None,
        0.0 if found is None else toward(text, found),
    )


def signs(texts: Sequence[str], prompts: Sequence[str]) -> pd.DataFrame:
    """Return what words and prompts tell (`signs_of`), one row per text."""
    rows = [signs_of(text, prompt) for text, prompt in zip(texts, prompts, strict=True)]
    return pd.DataFrame(rows, columns=SIGN_COLUMNS)


@dataclass(frozen=True, slots=True)
class Argument:
    """A sentence that is commonly said on one `side` (1 or -1) of a matter."""

    matter: str
    side: int
    text: str


@lru_cache(maxsize=1)
def arguments() -> tuple[Argument, ...]:
    """Return the written arguments of all matters."""
    sides = ((1, "one_says"), (-1, "other_says"))
    return tuple(
        Argument(matter, side, text) for matter, both in _raw().items() for side, key in sides for text in both[key]
    )


def wish(matter: str, side: int) -> str:
    """Return what one side of a matter wants, as words that end the sentence "They want …"."""
    return str(_raw()[matter]["one" if side > 0 else "other"])


@lru_cache(maxsize=1024)
def proposal(prompt: str) -> Proposal | None:
    """Return what a prompt proposes, or None where it asks openly ("What should we keep?") or proposes nothing."""
    words = _words(prompt)
    modal = next((number for number, word in enumerate(words) if word in _MODAL), None)
    if modal is None:
        return _judgement(words)
    if _OPEN & set(words[:modal]):
        return None
    lists = _lists()
    after = words[modal + 1 :]
    if after[:2] in (["we", "not"], ["not", "we"]) or after[:1] == ["not"]:
        return None  # "Should we not …?" may mean either
    if "fight" in after and after[after.index("fight") + 1 : after.index("fight") + 2] == ["for"]:
        after.remove("fight")  # to fight for something is not to end it
    at = next((number for number, word in enumerate(after) if lists.direction(word)), None)
    if at is None:
        return None
    subject = [*words[:modal], *after[:at]]
    matter = _matter(subject) or _matter(after[at + 1 :])
    return Proposal(lists.direction(after[at]), matter, after[at]) if matter else None


def _judgement(words: list[str]) -> Proposal | None:
    """Return the proposal of a prompt that states what something is ("Our schools are safe"), or None."""
    be = next((number for number, word in enumerate(words) if word in ("is", "are")), None)
    if be is None or _OPEN & set(words[:be]):
        return None
    lists = _lists()
    told = next((word for word in words[be + 1 :] if word in lists.good or word in lists.bad), "")
    matter = _matter(words[:be])
    if not told or not matter:
        return None
    direction = 1 if told in lists.good else -1
    return Proposal(-direction if _NOT & set(words[be + 1 : words.index(told)]) else direction, matter, told)


def toward(text: str, found: Proposal) -> float:
    """Return -1 to 1: how far a text is against or for what was proposed; 0 where it does not tell."""
    words = _words(text)
    named = bool(found.matter & {_stem(word) for word in words})
    own = any(word[:5] == found.action[:5] for word in words)
    demanded = _demanded(words)
    if demanded:
        return demanded * found.direction * (_OUTRIGHT if named or own else _ASIDE)
    value = _value(words, found.matter)
    if not value:
        return 0.0
    sign = 1 if value > 0 else -1
    acting = _acting(words)
    if acting:  # "banning it would hurt": the value is the action's
        return sign * acting * found.direction * _ACTION
    return sign * found.direction * _VALUED[abs(value) > 1] if named else 0.0


def _demanded(words: list[str]) -> int:
    """Return 1 where a text demands that something begin or stay, -1 that it end, 0 where it demands neither."""
    lists = _lists()
    for number, word in enumerate(words):
        direction = lists.direction(word)
        before = words[max(0, number - _BEFORE_DEMAND) : number]
        if "because" in before:
            before = before[len(before) - before[::-1].index("because") :]
        if not direction or not _MODAL & set(before):
            continue
        turned = sum(word in _NOT for word in before) % 2
        return -direction if turned else direction
    return 0


def _value(words: list[str], matter: frozenset[str]) -> int:
    """Return how many more good than bad things a text says, each turned round by "no", "prevents", "less" before it."""
    lists = _lists()
    total = 0
    for number, word in enumerate(words):
        value = (word in lists.good) - (word in lists.bad)
        if value and _stem(word) not in matter:
            turns = sum(before in lists.turns for before in words[max(0, number - _BEFORE_VALUE) : number])
            total += -value if turns % 2 else value
    return total


def _acting(words: list[str]) -> int:
    """Return the direction of the first action that a text speaks of as a thing: "banning", "legalization"."""
    lists = _lists()
    things = (lists.direction(word) for word in words if word.endswith(("ing", "ation", "ition")))
    return next((direction for direction in things if direction), 0)


def _words(text: str) -> list[str]:
    """Return the words of a text in lower case, with "n't" as "not" and "get rid of" as one verb."""
    plain = re.sub(r"n['’]t\b", " not", text.casefold()).replace("cannot", "can not")
    plain = re.sub(r"(?:get|getting) rid of|do(?:ne)? away with|phase out", "abolish", plain)
    return _WORD.findall(plain)


def _matter(words: Iterable[str]) -> frozenset[str]:
    """Return the words that name a matter, in the form in which they are compared."""
    (found,) = tokens([" ".join(words)])
    return frozenset(_stem(word.text) for word in found if not word.is_stop and len(word.text) > 2)


def _stem(word: str) -> str:
    """Return a word without the s of its plural."""
    return word.rstrip("s")


class _Lists:
    """The compiled lists."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.cues = {sign: re.compile(rf"(?<!\w)(?:{'|'.join(raw[sign])})") for sign in SIGNS}
        said = raw["proposals"]
        self._begins, self._ends = (re.compile(rf"(?:{'|'.join(said[k])}){_INFLECTED}") for k in ("begins", "ends"))
        self.good, self.bad, self.turns = (frozenset(said[key].split()) for key in ("good", "bad", "turns"))

    def direction(self, word: str) -> int:
        """Return 1 for a word of beginning or keeping, -1 for one of ending or limiting, else 0."""
        return -1 if self._ends.fullmatch(word) else int(self._begins.fullmatch(word) is not None)


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    """Return the lists of words."""
    return _Lists(tomllib.loads(resources.files("synthesis.text").joinpath("stance.toml").read_text("utf-8")))


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    """Return the arguments as they are written: matter → what each side wants and says."""
    return tomllib.loads(resources.files("synthesis.text").joinpath("arguments.toml").read_text("utf-8"))
