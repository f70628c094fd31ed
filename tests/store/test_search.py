"""Search by words: stems, accents, and queries that try to be more than words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from synthesis import actions
from synthesis.store.runs import publish
from synthesis.store.search import find
from tests.store.small_run import small_run

IDEAS = [("I1", "The buses are late every morning"), ("I2", "Más autobuses, por favor"), ("I3", "Lunch is late, too")]


@pytest.mark.parametrize(
    ("query", "ideas"),
    [
        ("late", ["I3", "I1"]),
        ("bus late", ["I1"]),
        ("BUS", ["I1"]),
        ("autobuses mas", ["I2"]),
        ("lunch autobuses", ["I3", "I2"]),
        ("band", []),
        ("", []),
        ("!!!", []),
        ('late" OR "', ["I3", "I1"]),
        ("NEAR(late, 2) NOT x*", ["I3", "I1"]),
        ("idea_id:I2", []),
        ("'; DROP TABLE idea; --", []),
    ],
)
def test_words_find_ideas(tmp_path: Path, query: str, ideas: list[str]) -> None:
    assert find(tmp_path, "R1", IDEAS, query) == ideas
    assert find(tmp_path, "R1", IDEAS, "late") == ["I3", "I1"]


def test_each_run_has_its_index(tmp_path: Path) -> None:
    assert find(tmp_path, "R1", IDEAS, "late") == ["I3", "I1"]
    assert find(tmp_path, "R2", IDEAS[:1], "late") == ["I1"]


def test_hits_say_where_they_stand_and_filters_hold(tmp_path: Path) -> None:
    publish(tmp_path, small_run())
    [hit] = actions.search("bus late", data_dir=tmp_path)
    assert (hit.idea_id, hit.theme_id, hit.channel) == ("I1", "T01", "lets_talk")
    assert actions.search("bus", data_dir=tmp_path, channels=["town_hall"]) == []
    assert len(actions.search("bus", data_dir=tmp_path, roles=["family"])) == 1


def test_words_that_wait_are_not_found(tmp_path: Path) -> None:
    run = small_run()
    held = run.contributions.assign(hold=["private dialogue", ""])
    publish(tmp_path, type(run)(**{**run.__dict__, "contributions": held}))
    assert actions.search("bus late", data_dir=tmp_path) == []


@pytest.mark.model
def test_meaning_finds_what_no_word_says(district: Path) -> None:
    found = actions.search(
        "pupils are tired because lessons begin too early", data_dir=district, by_meaning=True, limit=5
    )
    assert len(found) == 5
    assert re.search("sle(ep|pt)|awake", found[0].text.lower())
    assert len({hit.text for hit in found}) == 5
