"""What stands in a brief: numbers as people write them, and no small count."""

from __future__ import annotations

from dataclasses import replace

from synthesis import briefs
from tests.store.small_run import small_run

DISTRICT = "Larkmoor Valley School District"


def test_the_register_stands_in_the_set_without_words_and_without_small_counts():
    run = small_run()
    [matter] = briefs.set_brief(run, DISTRICT, {})["serious"]
    assert matter == {"matter": "On the bus and at the stop", "rule": "A danger to life or health", "people": "1"}
    guarded = replace(run, manifest=replace(run.manifest, settings=run.manifest.settings | {"minimum_cell": 10}))
    assert briefs.set_brief(guarded, DISTRICT, {})["serious"][0]["people"] == "fewer than 10"
    many = replace(guarded, register=run.register.assign(people=1234))
    assert briefs.set_brief(many, DISTRICT, {})["serious"][0]["people"] == "1,234"


def test_a_theme_tells_agreement_and_need_in_whole_numbers():
    run = small_run()
    rated = run.regard.assign(rated=2, raters=1040, approval=0.625, dots=3)
    said = briefs.theme_brief(replace(run, regard=rated), run.themes[0], DISTRICT, {})["regarded"]
    assert said.startswith("2 comments were rated, 1,040 ratings in all: 62% approval")
    assert " 3 dots and check marks" in said
    nobody = briefs.theme_brief(run, run.themes[0], DISTRICT, {})["regarded"]
    assert nobody.startswith("Nobody rated its comments. 0 dots")


def test_a_theme_shows_what_best_practices_say_with_the_place():
    run = small_run()
    [passage] = briefs.theme_brief(run, run.themes[0], DISTRICT, {})["practices"]
    assert passage == {
        "place": "Buses elsewhere, page 3",
        "text": "Fewer stops bring children to school sooner.",
    }
    none = replace(run, crosswalk=run.crosswalk.iloc[:0])
    assert briefs.theme_brief(none, run.themes[0], DISTRICT, {})["practices"] == []
    long = replace(run, research=run.research.assign(text="word " * 400))
    [passage] = briefs.theme_brief(long, run.themes[0], DISTRICT, {})["practices"]
    assert passage["text"].endswith("word …")
    assert len(passage["text"]) <= 360
