"""Whether a step breaks a strategic boundary, as far as its words tell: "we will not cut recess" against "shorten recess".

A step is held to break a boundary where it begins (or goes on) with a verb of the kind that the boundary forbids, names a thing
that the boundary names, and does not itself say what the boundary asks for. Words of a kind stand in `boundaries.toml`.
What is found is for a person to read; what is not found is not thereby allowed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_FORBIDS = re.compile(r"^\s*(?:we|the district|our schools|schools)\s+(?:will|shall|may|must)\s+(?:not|never)\s+(.*)$|^\s*(?:no|never)\s+(.*)$", re.IGNORECASE | re.DOTALL)  # fmt: skip
_UNLESS = re.compile(r"\b(?:without|before|unless|until|except)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\b(?:from|to)\b", re.IGNORECASE)
"""Behind these stands from where a thing is taken and what for, not what is done to it."""
_NEGATED = re.compile(
    r"\b(?:do not|don[’']t|never|no longer|stop|without|instead of|rather than|protect|prevent)\b", re.IGNORECASE
)
_CLAUSE = re.compile(r"(?:^|[,;]\s*(?:and\s+|then\s+)?|\band\s+(?:then\s+)?|\bto\s+|\bthen\s+|\bor\s+)([a-z][a-z-]*(?: (?:off|up|home))?)")  # fmt: skip
_SUFFIXES = ("ings", "ing", "ies", "ied", "es", "ed", "s", "y", "e")
_STOPS = frozenset("a an and any anything are as at be been before by each every for from has have in is it its of off on or other our so than that the their them they this to under up we what which who will with without another where last".split())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Boundary:
    """A boundary as it is read: the stems of what it forbids to do and to what, and of what would make it right."""

    doing: frozenset[str]
    things: frozenset[str]
    asks: frozenset[str]


def read_boundary(text: str) -> Boundary | None:
    """Return how a boundary is read, or None where it forbids nothing in words that are known ("We will not …", "No …")."""
    match = _FORBIDS.match(text.strip().rstrip("."))
    if match is None:
        return None
    forbidden = match.group(1) or match.group(2)
    parts = _UNLESS.split(forbidden, maxsplit=1)
    done = _ASIDE.split(parts[0], maxsplit=1)[0]
    words = _words(done)
    kinds = _kinds("doing")
    known = frozenset[str]().union(*kinds)  # "cut music, art or recess": of what stands in a row only some are verbs
    verbs = ({stem(word) for word in _clause_verbs(done)} & known) | ({stem(words[0])} if words else set())
    doing = frozenset[str]().union(*(kind for kind in kinds if verbs & kind), verbs)
    named = {stem(word) for word in words if word not in _STOPS} - verbs
    things = frozenset[str]().union(*(kind for kind in _kinds("things") if named & kind), named)
    asks = frozenset(stem(word) for word in _words(" ".join(parts[1:])) if word not in _STOPS)
    return Boundary(doing, things, asks)


def breaks(step: str, boundary: Boundary) -> tuple[str, ...]:
    """Return the words by which a step seems to break a boundary: what is done, and to what; empty where it does not."""
    if _NEGATED.search(step):
        return ()
    verbs = [word for word in _clause_verbs(step) if stem(word) in boundary.doing]
    things = [word for word in _words(step) if stem(word) in boundary.things and word not in verbs]
    said = {stem(word) for word in _words(step)}
    if not verbs or not things or len(boundary.asks & said) > 1:
        return ()
    return (verbs[0], things[0])


def stem(word: str) -> str:
    """Return a word without its ending, so that "closing" and "closed" meet "close"."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl" else word


_IRREGULAR = {"children": "child", "families": "famil", "family": "famil", "kids": "kid", "gave": "giv", "took": "tak", "people": "people"}  # fmt: skip


def _words(text: str) -> list[str]:
    """Return the words of a text, lower case; a possessive without its ending."""
    return [word.removesuffix("'s").removesuffix("’s") for word in re.findall(r"[a-z][a-z’'-]*", text.casefold())]


def _clause_verbs(text: str) -> list[str]:
    """Return the words that may be verbs: those with which a clause of a step begins."""
    found: list[str] = []
    for match in _CLAUSE.finditer(text.casefold().strip()):
        phrase = match.group(1)
        found += [phrase] if phrase in _phrases() else phrase.split()[:1]
    return [word for word in found if word not in _STOPS]


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, list[str]]]:
    """Return the written lists."""
    return tomllib.loads(resources.files("synthesis.plan").joinpath("boundaries.toml").read_text("utf-8"))


@lru_cache(maxsize=2)
def _kinds(name: str) -> tuple[frozenset[str], ...]:
    """Return the words of each kind, as stems."""
    return tuple(frozenset(stem(word) for word in words) for words in _lists()[name].values())


@lru_cache(maxsize=1)
def _phrases() -> frozenset[str]:
    """Return the verbs of two words."""
    words: Iterable[str] = (word for kind in _lists()["doing"].values() for word in kind)
    return frozenset(word for word in words if " " in word)
