"""A whole of known size in a few parts, some of them too small to be shown: which to hide beside them.

The same aim as in `synthesis.privacy.suppression` for one row, where it may be told besides that one of the parts is small.
"""

from __future__ import annotations

from collections.abc import Sequence


def parts_shown(people: Sequence[int], minimum: int, *, named: int, order: Sequence[int]) -> list[bool]:
    """Return which parts of a whole of ``sum(people)`` may be shown, so that a hidden part under the minimum may be anything below it.

    Of the part `named` it is told that it is under the minimum, where it is hidden and is. Parts that must be hidden beside a
    small one are taken in `order`.
    """
    shown = [count >= minimum for count in people]
    for part in order:
        if _safe(people, shown, minimum, named):
            break
        shown[part] = False
    return shown


def _safe(people: Sequence[int], shown: Sequence[bool], minimum: int, named: int) -> bool:
    """Tell whether every hidden part may be anything from zero to just under the minimum, for all that is told."""
    hidden = [part for part, seen in enumerate(shown) if not seen]
    left = sum(people[part] for part in hidden)
    most = min(minimum - 1, left) if len(hidden) == len(people) else minimum - 1
    told_small = named in hidden and people[named] < minimum
    for part in hidden:
        others = [other for other in hidden if other != part]
        room = float("inf") if any(other != named or not told_small for other in others) else 0.0
        room = minimum - 1 if others and not room else room
        # The others must be able to hold all that is left, and what is left when this part is as large as it may be.
        if left > room or left < most:
            return False
    return True
