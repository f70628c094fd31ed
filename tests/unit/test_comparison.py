"""Groups and channels compared: from shown counts alone, and with few false alarms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synthesis.actions.grouping import shown_groups
from synthesis.priority.comparison import Verdict, compare, newcombe, triangulate
from tests.unit.test_priority import community, contribution

CHANNELS = ("lets_talk", "other", "town_hall")
ROLES = ("family", "student", "teacher")


def groups(seed: int, loud: float = 0.2, minimum: int = 10, people: int = 600) -> pd.DataFrame:
    """A community where a fifth speaks to each theme, and students to the first with the chance `loud`."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        channel, role = CHANNELS[person % 3], ROLES[person // 3 % 3]
        spoke = [t for t in range(1, 5) if rng.random() < (loud if t == 1 and role == "student" else 0.2)]
        for theme in spoke or [9]:
            rows.append((contribution(len(rows), f"p:{person}", channel, role), f"T0{theme}"))
    return shown_groups(*community(*rows), minimum)


def test_the_interval_is_newcombes():
    low, high = newcombe(56, 70, 48, 80)  # Newcombe (1998), Table II, example (a), method 10
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_a_group_that_speaks_of_a_theme_more_is_found():
    found = [c for c in compare(groups(1, loud=0.5)) if c.apart]
    assert next((c.group, c.difference > 0) for c in found if c.theme_id == "T01") == ("student", True)
    student = next(c for c in found if c.theme_id == "T01")
    assert student.people / student.took_part > 0.4
    assert 0.1 < student.low < student.difference < student.high < 0.5
    assert student.took_part + student.others_took_part == 600


def test_where_all_speak_alike_hardly_any_community_shows_a_difference():
    alarms = sum(any(c.apart for c in compare(groups(seed))) for seed in range(40))
    assert alarms <= 6  # one in twenty is the aim; 7 of 40 would come by chance once in 300 times


def test_what_is_not_shown_is_not_compared():
    hidden = groups(2, minimum=10**6)
    assert compare(hidden) == []
    verdicts = {triangle.verdict for triangle in triangulate(hidden)}
    assert verdicts == {Verdict.NOT_SHOWN}
    assert all(triangle.seen is None for triangle in triangulate(hidden))


def test_who_did_not_say_is_no_group_but_is_among_the_others():
    rows = [(contribution(n, f"p:{n}", role="family" if n < 30 else "unknown"), "T01") for n in range(90)]
    found = compare(shown_groups(*community(*rows), 10))
    assert [(c.group, c.others_took_part) for c in found if c.dimension == "role"] == [("family", 60)]


def test_a_channel_is_set_against_what_its_size_lets_expect():
    rows = [(contribution(n, f"p:{n}", CHANNELS[n % 3]), "T09") for n in range(300)]
    rows += [(contribution(1000 + n, f"p:{3 * n}", CHANNELS[0]), "T01") for n in range(60)]
    rows += [(contribution(2000 + n, f"p:{n}", CHANNELS[n % 3]), "T02") for n in range(150)]
    found = {(t.theme_id, t.channel): t for t in triangulate(shown_groups(*community(*rows), 1))}
    heard = found["T01", CHANNELS[0]]
    assert (heard.seen, heard.expected, heard.verdict) == (60, 20.0, Verdict.MORE)
    assert {found["T02", channel].verdict for channel in CHANNELS} == {Verdict.AS_EXPECTED}


@pytest.mark.parametrize("dimension", ["role", "school", "language"])
def test_a_community_of_one_group_compares_nothing(dimension: str):
    rows = [(contribution(n, f"p:{n}"), "T01") for n in range(40)]
    assert compare(shown_groups(*community(*rows), 10), (dimension,)) == []
