"""What became of themes from one run to the next: permanent ids, and the record of every change with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MIN_OVERLAP = 0.3
SURE_OVERLAP = 0.5
"""Below this a theme keeps its id for the time being, and a person looks at it."""
_GREW = 1.2
_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one theme: `change` is kept, grew, shrank, split, merged, born or retired.

    `others` are the themes that it came from or went into. `before` and `after` count its ideas in both runs, `shared` those that
    are in both; `overlap` is Jaccard's over the ideas that both runs hold. `weak` asks for a person's look.
    """

    theme_id: str
    change: str
    others: tuple[str, ...]
    before: int
    after: int
    shared: int
    overlap: float
    weak: bool


def keep_ids(
    members: Sequence[frozenset[str]], previous: Mapping[str, frozenset[str]], retired: Iterable[str] = ()
) -> list[str]:
    """Return one id per theme, in the order given.

    `members` holds the idea ids of each new theme, `previous` those of each published one. Overlap is Jaccard's over
    the ideas that both runs hold; pairs are matched greedily from the largest overlap down, at `MIN_OVERLAP` or more.
    Themes without a match get the next free number; the id of a theme that is gone (`retired`) is never used again.
    """
    kept: dict[int, str] = {}
    used: set[str] = set()
    for overlap, _, theme_id, index in _overlaps(members, previous):
        if overlap >= MIN_OVERLAP and index not in kept and theme_id not in used:
            kept[index] = theme_id
            used.add(theme_id)
    following = highest({*previous, *retired}) + 1
    result = []
    for index in range(len(members)):
        if index not in kept:
            kept[index] = f"T{following:02d}"
            following += 1
        result.append(kept[index])
    return result


def highest(theme_ids: Iterable[str]) -> int:
    """Return the highest number among theme ids, 0 where there is none."""
    return max((int(theme_id[1:]) for theme_id in theme_ids), default=0)


def _overlaps(
    members: Sequence[frozenset[str]], previous: Mapping[str, frozenset[str]]
) -> list[tuple[float, int, str, int]]:
    """Return (overlap, ideas shared, former id, index) of every pair that shares an idea, the largest first."""
    old_ideas = frozenset().union(*previous.values()) if previous else frozenset()
    new_ideas = frozenset().union(*members) if members else frozenset()
    pairs = []
    for index, ideas in enumerate(members):
        shared = ideas & old_ideas
        for theme_id, before in previous.items():
            both = len(shared & before)
            if both:
                pairs.append((both / len(shared | (before & new_ideas)), both, theme_id, index))
    return sorted(pairs, key=lambda pair: (-pair[0], -pair[1], pair[2], pair[3]))


def changes(before: Mapping[str, frozenset[str]], after: Mapping[str, frozenset[str]]) -> list[Change]:
    """Return what became of each theme, by id. `before` and `after` hold the ideas of each theme in two runs.

    A theme is merged into where another one that is gone gave it most of its ideas, split where a new theme took a good part of its
    ideas; it grew or shrank by a fifth; born when it came with ideas of its own; retired when nobody has its id any more.
    """
    ids = sorted(after)
    overlap = {(former, ids[index]): share for share, _, former, index in _overlaps([after[i] for i in ids], before)}
    flow = {(old, new): len(before[old] & after[new]) for old in before for new in after}
    return [
        *(_still_there(theme, before, after, flow, overlap) for theme in ids),
        *(_gone(theme, before, after, flow) for theme in sorted(set(before) - set(after))),
    ]


def _still_there(
    theme: str,
    before: Mapping[str, frozenset[str]],
    after: Mapping[str, frozenset[str]],
    flow: Mapping[tuple[str, str], int],
    overlap: Mapping[tuple[str, str], float],
) -> Change:
    n_after, n_before = len(after[theme]), len(before.get(theme, ()))
    came = tuple(
        old for old in sorted(before) if old != theme and flow[old, theme] >= max(2, _SHARE * len(before[old]))
    )
    swallowed = tuple(old for old in came if old not in after)
    split_off = tuple(
        new for new in sorted(after) if n_before and new not in before and flow[theme, new] >= max(2, _SHARE * n_before)
    )
    if theme not in before:
        return Change(
            theme, "split" if came else "born", came, 0, n_after, sum(flow[old, theme] for old in came), 0.0, bool(came)
        )
    shared, share = flow[theme, theme], overlap.get((theme, theme), 0.0)
    kind, others = "kept", ()  # type: str, tuple[str, ...]
    if swallowed:
        kind, others = "merged", swallowed
    elif split_off:
        kind, others = "split", split_off
    elif n_after >= _GREW * n_before:
        kind = "grew"
    elif n_after * _GREW <= n_before:
        kind = "shrank"
    return Change(theme, kind, others, n_before, n_after, shared, round(share, 4), share < SURE_OVERLAP)


def _gone(
    theme: str,
    before: Mapping[str, frozenset[str]],
    after: Mapping[str, frozenset[str]],
    flow: Mapping[tuple[str, str], int],
) -> Change:
    went = sorted((new for new in after if flow[theme, new]), key=lambda new: (-flow[theme, new], new))
    into = tuple(new for new in went if flow[theme, new] >= _SHARE * len(before[theme]))
    return Change(theme, "retired", into, len(before[theme]), 0, 0, 0.0, weak=False)
