"""Cues: how strongly words put it, and which serious matter they raise.

They are patterns of a written list, each of them seldom wrong and together far from complete: what they find is there,
what they do not find may be there all the same. Nothing of it places an idea or ranks a theme.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources

import pandas as pd

from synthesis.frames import Cues

_SHOUTED = re.compile(r"\b[A-Z]{4,}\b(?:\W+\b[A-Z]{3,}\b)+|!{2,}|\b[A-Z]{5,}!")
"""Two words in capitals, several exclamation marks. One word in capitals is often a name."""


Told = Sequence[tuple[bool, str, str]]


def told(text: str) -> Told:
    """Return whether a text puts it strongly, with each serious matter that it raises and the rule that says so (one entry or more)."""
    lists = _lists()
    words = " ".join(text.casefold().replace("'", "’").split())
    intense = bool(lists.intense.search(words) or _SHOUTED.search(text))
    found = [(rule, matter) for rule, matter, pattern in lists.serious if pattern.search(words)]
    return [(intense, rule, matter) for rule, matter in found or [("", "")]]


def cues(ideas: pd.DataFrame, all_told: Iterable[Told] | None = None) -> pd.DataFrame:
    """Return the `Cues` frame of `Ideas`: a row per idea, and a further row for each further serious matter it raises.

    `all_told` is what is `told` of each idea, where that is known already.
    """
    said = map(told, ideas["text"]) if all_told is None else all_told
    rows = [(idea_id, *entry) for idea_id, entries in zip(ideas["idea_id"], said, strict=True) for entry in entries]
    return Cues.validate(pd.DataFrame(rows, columns=list(Cues.to_schema().columns)))


class _Lists:
    """The compiled lists."""

    def __init__(self, raw: dict[str, object]) -> None:
        self.intense = _compiled(raw["intense"])  # type: ignore[arg-type]
        rules: dict[str, dict[str, Sequence[str]]] = raw["serious"]  # type: ignore[assignment]
        self.serious = [
            (rule, matter, _compiled(patterns))
            for rule, matters in rules.items()
            for matter, patterns in matters.items()
        ]


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    """Return the lists of cues."""
    return _Lists(tomllib.loads(resources.files("synthesis.text").joinpath("cues.toml").read_text("utf-8")))


def _compiled(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern for many, from the start of a word."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})")
