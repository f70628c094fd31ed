"""What a committee asks about the themes: verdicts that follow from the figures, answers that name them with their base."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from synthesis.actions.quality import quality_report
from synthesis.briefs.questions import Answer, answers, changed_says
from synthesis.model import ThemeId
from synthesis.published import PublishedRun
from synthesis.store.runs import publish
from tests.store.small_run import small_run

CODED = {"between": ["Ann", "the program"], "ideas": 50, "same": 0.9, "alpha": 0.85, "low": 0.7, "high": 0.95}


def run_of(n: int = 4, **changed) -> PublishedRun:
    """A run of n sound themes; `changed` are columns of their quality, a value for all or a list."""
    run = small_run()
    ids = [f"T{k:02d}" for k in range(1, n + 1)]
    themes = tuple(replace(run.themes[0], theme_id=ThemeId(i), name=f"Matter {i}", subthemes=()) for i in ids)
    sound = {
        "n_distinct": 20,
        "broken": "",
        "unsure": "",
        "nearest_id": [*ids[1:], ids[0]],
        "overlap_id": [*ids[1:], ids[0]],
    }
    quality = pd.concat([run.quality] * n, ignore_index=True).assign(theme_id=ids, **(sound | changed))
    return replace(run, themes=themes, quality=quality)


def about(run: PublishedRun, question: str, agreement=()) -> Answer:
    [found] = [answer for answer in answers(run, agreement) if answer.about == question]
    return found


def test_nothing_is_answered_of_a_run_that_was_not_measured():
    run = small_run()
    assert answers(replace(run, quality=run.quality.iloc[:0])) == []


def test_every_question_has_an_answer_for_a_single_theme():
    assert [a.about for a in answers(small_run())] == [
        "size", "apart", "stable", "clear", "named", "listening", "changed", "coded",
    ]  # fmt: skip
    assert about(small_run(), "apart").answer == "There is a single theme."


@pytest.mark.parametrize(
    ("broken", "verdict"),
    [(["", "", "", ""], "yes"), (["size", "", "", ""], "mostly"), (["size", "size", "", ""], "in part")],
)
def test_the_verdict_is_by_the_share_of_themes_that_meet_the_rule(broken, verdict):
    assert about(run_of(broken=broken, n_distinct=[3, 4, 20, 30]), "size").verdict == verdict


def test_themes_that_break_a_rule_are_named_with_their_figure_and_the_rest_counted():
    run = run_of(5, broken="size", n_distinct=[1, 2, 3, 4, 4])
    said = about(run, "size").answer
    assert said.startswith(
        "5 of 5 themes have fewer than 5 ideas: “Matter T01” (1), “Matter T02” (2), “Matter T03” (3) and 2 more."
    )


def test_likeness_names_the_pair_and_a_theme_that_breaks_both_rules_counts_once():
    run = run_of(
        sibling_cosine=[0.95, 0.2, 0.3, 0.1], sibling_cosine_low=0.1, sibling_cosine_high=0.97, overlap=[0.8, 0.1, 0.1, 0.1],
        broken=["apart own_ideas", "", "", ""],
    )  # fmt: skip
    found = about(run, "apart")
    assert found.verdict == "mostly"
    assert "“Matter T01” and “Matter T02”: 0.95, likely 0.10 to 0.97" in found.answer
    assert "80% of its ideas fit “Matter T02”" in found.answer


def test_what_was_never_searched_again_is_not_known():
    assert about(run_of(stability_runs=0), "stable").verdict == "not known"
    some = about(run_of(stability_runs=[0, 16, 16, 16], broken=["", "stable", "", ""]), "stable")
    assert "2 of 3 themes came back" in some.answer
    assert some.verdict == "in part"


def test_listening_tells_of_all_voices_and_of_the_least_complete_channel():
    run = small_run()
    found = about(run, "listening")
    assert found.verdict == "hardly"
    assert found.answer.startswith(
        "2 voices raised 1 strand of the themes; 1 more voice of the same kind would raise none that is new (at most 0.2)."
    )
    half = run.coverage.assign(
        next_new=lambda c: c["scope"].eq("all") * 3.0, next_high=5.0, coverage=0.5, coverage_low=0.4, coverage_high=0.6
    )
    more = about(replace(run, coverage=half), "listening")
    assert more.verdict == "yes"
    assert "in Let's Talk (2 voices), the least complete, 50% (40% to 60%)" in more.answer
    hidden = replace(run, coverage=run.coverage.assign(shown=False))
    assert about(hidden, "listening").verdict == "not known"


def test_codes_of_people_give_the_verdict_and_nobody_is_named():
    found = about(small_run(), "coded", [CODED])
    assert found.verdict == "yes"
    assert found.answer.startswith("Coder 1 and the program say the same of 90% of 50 ideas")
    assert "Ann" not in found.answer
    assert about(small_run(), "coded", [CODED, CODED | {"alpha": 0.7}]).verdict == "mostly"
    assert about(small_run(), "coded", [CODED | {"alpha": 0.1}]).verdict == "in part"
    assert about(small_run(), "coded", [CODED | {"alpha": None}]).verdict == "not known"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("kept", "", 9, 10, 8, False), "Stayed: 9 ideas before, 10 now, 8 of them the same."),
        (("born", "", 0, 6, 0, False), "New: 6 ideas, none of them from a theme before."),
        (("split", "T02", 0, 6, 5, True), "Split from “Buses”: 6 ideas, 5 of them from there. Please look whether it is still the same theme."),
        (("split", "T02", 12, 6, 6, False), "Gave ideas to “Buses”: 12 ideas before, 6 now."),
        (("merged", "T02 T03", 5, 9, 5, False), "Took in “Buses”, “T03”: 5 ideas before, 9 now."),
        (("retired", "", 7, 0, 0, False), "Gone: its 7 ideas went to many themes."),
    ],
)  # fmt: skip
def test_a_change_is_told_with_its_evidence(row, said):
    keys = ("change", "others", "before", "after", "shared", "weak")
    assert changed_says(dict(zip(keys, row, strict=True)), {"T02": "Buses"}) == said


def test_changes_of_the_run_before_stand_in_the_report_with_names_of_themes_that_are_gone(tmp_path):
    publish(tmp_path, small_run("R000000000001", "first"))
    run = small_run("R000000000002", "second")
    gone = pd.DataFrame(
        [("T09", "retired", "T01", 4, 0, 0, 0.0, False), ("T01", "kept", "", 2, 2, 2, 1.0, False)],
        columns=run.lineage.columns,
    )
    theme = replace(run.themes[0], theme_id=ThemeId("T09"), name="Old matter", subthemes=())
    before = small_run("R000000000001", "first")
    publish(tmp_path / "other", replace(before, themes=(*before.themes, theme)))
    publish(
        tmp_path / "other", replace(run, lineage=gone, manifest=replace(run.manifest, previous_run_id="R000000000001"))
    )
    report = quality_report(tmp_path / "other")
    assert [(row["name"], row["says"]) for row in report["changes"]] == [
        ("Old matter", "Gone: its 4 ideas went to “Buses second”."),
        ("Buses second", "Stayed: 2 ideas before, 2 now, 2 of them the same."),
    ]
    assert quality_report(tmp_path)["changes"] == []
    [changed] = [entry for entry in report["questions"] if entry["about"] == "changed"]
    assert changed["answer"] == "Of 2 themes of this run and the one before: 1 as they were, 1 gone."


def test_pairs_are_told_once_with_both_directions(tmp_path):
    run = run_of(
        3,
        sibling_cosine=[0.5, 0.5, 0.3],
        overlap=[0.4, 0.2, 0.1],
        nearest_id=["T02", "T01", "T01"],
        overlap_id=["T02", "T01", "T02"],
    )
    publish(tmp_path, replace(run, priorities=pd.concat([run.priorities.assign(theme_id=f"T0{k}") for k in (1, 2, 3)])))
    pairs = quality_report(tmp_path)["pairs"]
    assert [pair["theme_ids"] for pair in pairs] == [["T01", "T02"], ["T01", "T03"], ["T02", "T03"]]
    assert [fit["theme_id"] for fit in pairs[0]["fits"]] == ["T01", "T02"]
    assert pairs[2]["alike"] is None
    assert pairs[2]["fits"][0]["share"] == 0.1
