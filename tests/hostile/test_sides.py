"""How many are for and against: nobody works out a count under the minimum from what is shown of the four and their sum."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest

from synthesis.privacy.parts import parts_shown

FOR, AGAINST, MIXED, UNKNOWN = range(4)
ORDER = (UNKNOWN, MIXED, FOR, AGAINST)


def answer(people: tuple[int, ...], minimum: int) -> tuple[object, ...]:
    """What a reader sees: the sum, the counts that are shown, and whether those against are told to be few."""
    shown = parts_shown(people, minimum, named=AGAINST, order=ORDER)
    few = not shown[AGAINST] and people[AGAINST] < minimum
    return sum(people), tuple(n if seen else None for n, seen in zip(people, shown, strict=True)), few


@pytest.mark.parametrize("minimum", [3, 4])
def test_every_small_count_may_be_anything_small_for_all_that_is_told(minimum):
    most = 3 * minimum
    worlds = list(product(range(most + 1), repeat=4))
    checked = 0
    for total, shown, few in {answer(people, minimum) for people in worlds if sum(people) <= most}:
        # The attacker's worlds: all counts that fit what is told, whatever the rule by which counts are hidden.
        fits = [
            world
            for world in product(*(range(total + 1) if n is None else (n,) for n in shown))
            if sum(world) == total and (not few or world[AGAINST] < minimum)
        ]
        room = total - sum(n for n in shown if n is not None)
        for part, count in enumerate(shown):
            if count is None:
                small = {world[part] for world in fits if world[part] < minimum}
                assert small == set(range(min(minimum - 1, room) + 1)), (total, shown, few, part)
                checked += 1
    assert checked > 50


def test_what_is_hidden_beside_a_small_count_tells_least():
    seen: defaultdict[str, int] = defaultdict(int)
    for people in product((0, 4, 12, 30, 60), (0, 3, 11), (0, 2), (0, 5, 14, 25)):
        shown = parts_shown(people, 10, named=AGAINST, order=ORDER)
        assert not any(seen and n < 10 for seen, n in zip(shown, people, strict=True))
        seen["for hidden though large"] += not shown[FOR] and people[FOR] >= 10 and shown[UNKNOWN]
        seen["against shown"] += shown[AGAINST]
    assert seen["for hidden though large"] == 0
    assert seen["against shown"] > 0
