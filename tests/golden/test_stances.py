"""For and against on the sample: how often calls are right, how many there are, and how they are shown."""

from __future__ import annotations

import re

import pytest

from benchmarks.stance import UNREAD, Sample, figures
from synthesis import actions
from synthesis.frames import Sides, Stances
from synthesis.model import Stance

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def sample(district):
    return Sample(district)


def test_calls_are_right_where_they_are_made_and_are_made_for_most(sample):
    truth, called = sample.matched["stance"], sample.of_planted(sample.run.stances)
    found = figures(called, truth)
    assert found["for precision"] >= 0.88
    assert found["against precision"] >= 0.8
    assert found["for recall"] >= 0.65
    assert found["against recall"] >= 0.33
    assert found["coverage"] >= 0.58
    everything_for = truth.eq("+").mean()
    assert found["accuracy"] >= everything_for + 0.15


def test_calls_are_right_on_codes_whose_objections_were_unread_when_the_lists_were_written(sample):
    unread = sample.matched["code"].isin(UNREAD)
    found = figures(sample.of_planted(sample.run.stances)[unread], sample.matched["stance"][unread])
    assert found["for precision"] >= 0.85
    assert found["against precision"] >= 0.75
    assert found["against recall"] >= 0.25


def test_calls_are_as_sure_as_they_say(sample):
    for said, right, calls in sample.calibration():
        assert calls < 50 or abs(said - right) <= 0.08, (said, right, calls)


def test_praise_is_no_vote_for_anything(sample):
    run = sample.run
    asked = run.ideas.merge(run.contributions, on="contribution_id").merge(run.stances, on="idea_id")
    praise = asked[asked["valence"].eq("positive")]
    assert len(praise) > 150
    assert praise["stance"].eq(Stance.FOR).mean() <= 0.02


def test_counts_of_sides_fit_the_people_and_no_small_one_is_shown(sample):
    run = sample.run
    Stances.validate(run.stances)
    Sides.validate(run.sides)
    assert set(run.stances["idea_id"]) == set(run.ideas["idea_id"])
    people = run.priorities.set_index("theme_id")["people_low"]
    assert (run.sides.loc[run.sides["shown"], "people"] >= 10).all()
    assert (run.sides.loc[~run.sides["shown"], "people"] == 0).all()
    assert sorted(run.sides["theme_id"].unique()) == sorted(theme.theme_id for theme in run.themes)
    for theme_id, rows in run.sides.groupby("theme_id"):
        assert rows["people"].sum() <= people[theme_id]
    wanted = run.sides[run.sides["stance"].eq("for")]
    assert wanted["shown"].mean() >= 0.8  # what is hidden beside a small count is mostly who does not say


def test_quotes_mirror_their_themes(sample):
    assert sample.run.manifest.quality["quotes_fair_share"] >= 0.95
    stance = sample.run.stances.set_index("idea_id")["stance"]
    for theme in sample.run.themes:
        middle = next(quote for quote in theme.quotes if quote.why == "medoid")
        assert stance[middle.idea_id] == Stance.FOR
        assert all((quote.why == "dissent") <= (stance[quote.idea_id] == Stance.AGAINST) for quote in theme.quotes)


def test_each_theme_is_described_in_one_sentence_that_says_what_people_want(sample):
    told = [theme.description for theme in sample.run.themes]
    assert len(set(told)) == len(told)
    assert all(re.fullmatch(r"[A-Z][^.]+\.", sentence) for sentence in told), told
    assert sum(" want " in sentence for sentence in told) >= 0.8 * len(told)
    divided = {theme.theme_id: theme.description for theme in sample.run.themes if "minority" in theme.description}
    against = sample.run.sides[sample.run.sides["stance"].eq("against") & sample.run.sides["shown"]]
    assert set(divided) <= set(against["theme_id"])


def test_the_stance_of_an_idea_is_explained(sample, district):
    run = sample.run
    argued = run.stances[run.stances["because"].eq("argument") & run.stances["stance"].eq("against")].iloc[0]
    why = actions.explain(argued["idea_id"], data_dir=district)["why"]
    assert why["stance"] == "against"
    assert why["stance_argument"] == argued["argument"]
    assert why["stance_certainty"] >= 0.7
