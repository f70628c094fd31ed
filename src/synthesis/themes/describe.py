"""One sentence on a theme: what people want, or object to, and in what words.

What they want is said in the words of the written arguments that most of its ideas on a side are like (`text.stance.wish`),
where they agree on one matter; the words are the theme's own phrases, which cover it. Nothing else is told than shown counts allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_PHRASES = 3
_MINORITY = 2.0
"""From so many times as many people on one side, the other is a minority; below it they are divided."""
_FEW = 0.25
"""Under this share of people on a side, few take one."""
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Split:
    """What may be told of a theme's sides. `wanted` and `unwanted` end "They want …"; empty where no written matter fits.

    `for_` and `against` are people, None where not shown; `people` are all who spoke to it; `asked_well` is the share of them
    who answered what goes well.
    """

    wanted: str
    unwanted: str
    for_: int | None
    against: int | None
    people: int
    asked_well: float


def spoken_of(phrases: Sequence[str], strands: Sequence[str]) -> str:
    """Return one sentence on what people speak of, where nothing is known of sides: its phrases and its strands."""
    if not phrases:
        return "Remarks that share no words of their own."
    said = f"People speak of {_listed(phrases)}"
    return f"{said}, in {len(strands)} strands, the largest being “{strands[0]}”." if strands else f"{said}."


def described(phrases: Sequence[str], split: Split) -> str:
    """Return one sentence on what people want and object to, and in what words."""
    taken = {word for text in (split.wanted, split.unwanted) for word in text.casefold().split()}
    fresh = [phrase for phrase in phrases if not set(phrase.casefold().split()) <= taken] or list(phrases)
    words = [f"“{phrase}”" for phrase in fresh[:_PHRASES]]
    told = _sides(split)
    if not told:
        return spoken_of(phrases, ())
    if not words:
        return f"{told}."
    return (
        f"{told}, in words such as {_listed(words)}."
        if told == _wanting(split)
        else f"{told}; they speak of {_listed(words)}."
    )


def _sides(split: Split) -> str:
    """Return who wants what, without a full stop; nothing where it is not known what is wanted."""
    if not split.wanted:
        return ""
    told = 0 if split.for_ is None else split.for_ + (split.against or 0)
    if split.for_ is not None and split.against is not None and split.for_ < _MINORITY * split.against:
        return f"People are divided between those who want {split.wanted} and those who want {split.unwanted}"
    if split.for_ is not None and split.against is not None:
        return f"{_wanting(split)}, while a minority wants {split.unwanted}"
    if split.asked_well >= _MOSTLY:
        return f"Much of it is praise of what there is; most who take a side want {split.wanted}"
    if told and told < _FEW * split.people:
        return f"Few take a side, and most of those want {split.wanted}"
    return _wanting(split)


def _wanting(split: Split) -> str:
    """Return what most want."""
    return f"Most who take a side want {split.wanted}"


def _listed(parts: Sequence[str]) -> str:
    """Return words as a list in a sentence."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
