"""What stands in a brief: numbers as people write them, and no small count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pypdf import PdfReader

from synthesis import actions, briefs
from synthesis.store.runs import publish
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


def test_a_brief_tells_how_sure_it_is(tmp_path: Path):
    run = small_run()
    publish(tmp_path, run)
    paths = actions.write_briefs(every=True, data_dir=tmp_path, district=DISTRICT)
    pages = [" ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split()) for path in paths]
    assert "How sure these themes are" in pages[0]
    assert "Is every theme big enough? In part. 1 of 1 themes have fewer than 5 ideas: “Buses first” (2)." in pages[0]
    assert "Nobody has coded a sample of ideas by hand yet." in pages[0]
    assert "How sure this theme is It meets 5 of the 7 rules for a theme; measured on 2 ideas" in pages[1]
    unmeasured = replace(run, quality=run.quality.iloc[:0], manifest=replace(run.manifest, run_id="R000000000002"))
    publish(tmp_path, unmeasured)
    paths = actions.write_briefs(every=True, data_dir=tmp_path, district=DISTRICT)
    assert not [path for path in paths if "How sure" in "".join(p.extract_text() for p in PdfReader(path).pages)]
