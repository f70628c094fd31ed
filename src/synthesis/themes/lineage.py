"""Permanent theme ids: a theme that shares most of its ideas with one of the previous run keeps that one's id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

MIN_OVERLAP = 0.3


def keep_ids(
    members: Sequence[frozenset[str]], previous: Mapping[str, frozenset[str]], retired: Iterable[str] = ()
) -> list[str]:
    """Return one id per theme, in the order given.

    `members` holds the idea ids of each new theme, `previous` those of each published one. Overlap is Jaccard's over
    the ideas that both runs hold; pairs are matched greedily from the largest overlap down, at `MIN_OVERLAP` or more.
    Themes without a match get the next free number; the id of a theme that is gone (`retired`) is never used again.
    """
    old_ideas = frozenset().union(*previous.values()) if previous else frozenset()
    pairs = []
    for index, ideas in enumerate(members):
        shared = ideas & old_ideas
        for theme_id, before in previous.items():
            both = len(shared & before)
            if both:
                pairs.append((both / len(shared | before), both, theme_id, index))
    pairs.sort(key=lambda pair: (-pair[0], -pair[1], pair[2], pair[3]))
    kept: dict[int, str] = {}
    used: set[str] = set()
    for overlap, _, theme_id, index in pairs:
        if overlap >= MIN_OVERLAP and index not in kept and theme_id not in used:
            kept[index] = theme_id
            used.add(theme_id)
    taken = [int(theme_id[1:]) for theme_id in {*previous, *retired}]
    following = max(taken, default=0) + 1
    result = []
    for index in range(len(members)):
        if index not in kept:
            kept[index] = f"T{following:02d}"
            following += 1
        result.append(kept[index])
    return result
