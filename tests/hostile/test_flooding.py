"""Flooding: whoever shouts two hundred times, comes tenfold or sends three thousand letters moves no rank by more than one."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.priority import planted_community
from synthesis.priority import rank_themes

Community = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


@pytest.fixture(scope="session")
def community(district: Path) -> Community:
    """Return the sample's comments with the planted codes as themes."""
    return planted_community(district)


def ranked(community: Community) -> pd.DataFrame:
    """Return the order with few resamples: ranks do not hang on their number."""
    return rank_themes(*community, bootstraps=20)


def order(community: Community) -> "pd.Series[int]":
    return ranked(community).set_index("theme_id")["rank"]


def joined(community: Community, more: pd.DataFrame, themes: "pd.Series[str]") -> Community:
    """Return the community with contributions more, one idea each."""
    contributions, ideas, assignments = community
    said = pd.DataFrame({"idea_id": "F" + more["contribution_id"], "contribution_id": more["contribution_id"]})
    placed = pd.DataFrame({"idea_id": said["idea_id"], "theme_id": themes, "subtheme_id": ""})
    return (
        pd.concat([contributions, more], ignore_index=True),
        pd.concat([ideas, said], ignore_index=True),
        pd.concat([assignments, placed], ignore_index=True),
    )


def copies(row: pd.DataFrame, times: int, **changed: object) -> pd.DataFrame:
    more = row.iloc[[0] * times].reset_index(drop=True)
    return more.assign(contribution_id=[f"X{n}" for n in range(times)], duplicate_of="", **changed)


@pytest.fixture(scope="session")
def before(community: Community) -> "pd.Series[int]":
    return order(community)


def test_one_person_two_hundred_times(community: Community, before: "pd.Series[int]"):
    contributions, ideas, assignments = community
    spoken = ideas.merge(assignments, on="idea_id").merge(contributions, on="contribution_id")
    for theme_id in before.index[[5, 12, -1]]:  # a theme that this person has already spoken to
        person = spoken[(spoken["theme_id"] == theme_id) & spoken["campaign_id"].eq("")]["contribution_id"].iloc[0]
        row = contributions[contributions["contribution_id"] == person]
        row = row.assign(participant_key=spoken.loc[spoken["contribution_id"] == person, "participant_key"].iloc[0])
        loud = copies(row, 200)
        after = order(joined(community, loud, pd.Series([theme_id] * 200)))
        pd.testing.assert_series_equal(after, before)


def test_two_hundred_times_is_once(community: Community):
    """On a theme new to them, a person has the voice of one person, and not a hair more."""
    contributions = community[0]
    someone = contributions[contributions["campaign_id"].eq("")].iloc[[0]]
    for theme_id in ("arts", "class_size", "equity"):
        once = ranked(joined(community, copies(someone, 1), pd.Series([theme_id])))
        often = ranked(joined(community, copies(someone, 200), pd.Series([theme_id] * 200)))
        counts = ["n_contributions", "n_ideas"]
        pd.testing.assert_frame_equal(often.drop(columns=counts), once.drop(columns=counts))


@pytest.mark.parametrize("channel", ["education_summit", "lets_talk", "listening_tour", "other", "town_hall"])
def test_a_channel_tenfold(community: Community, before: "pd.Series[int]", channel: str):
    contributions, ideas, assignments = community
    own = contributions[contributions["channel"].eq(channel) & contributions["campaign_id"].eq("")]
    parts = [community]
    for time in range(1, 10):
        rows = own.assign(
            contribution_id=own["contribution_id"] + f"-{time}", participant_key=own["participant_key"] + f"-{time}"
        )
        said = ideas[ideas["contribution_id"].isin(own["contribution_id"])]
        placed = assignments[assignments["idea_id"].isin(said["idea_id"])]
        parts.append(
            (
                rows,
                said.assign(idea_id=said["idea_id"] + f"-{time}", contribution_id=said["contribution_id"] + f"-{time}"),
                placed.assign(idea_id=placed["idea_id"] + f"-{time}"),
            )
        )
    flooded = tuple(pd.concat(frames, ignore_index=True) for frames in zip(*parts, strict=True))
    assert (order(flooded) - before).abs().max() <= 1  # type: ignore[arg-type]


@pytest.mark.parametrize("channel", ["lets_talk", "other", "town_hall"])
def test_three_thousand_letters_of_one_wording(community: Community, before: "pd.Series[int]", channel: str):
    row = community[0].iloc[[0]].assign(channel=channel, role="family", school="")
    last = before.idxmax()
    senders = [f"p:sender{n}" for n in range(3000)]
    letters = copies(row, 3000, campaign_id="K9", participant_key=senders)
    priorities = ranked(joined(community, letters, pd.Series([last] * 3000)))
    after = priorities.set_index("theme_id")["rank"]
    assert (after - before).abs().max() <= 1
    shown = priorities.set_index("theme_id").loc[last]
    assert shown["rank_with_campaigns"] < shown["rank"], "the order with all senders stands beside it"
    assert shown["people_low"] >= 3000, "senders are people all the same"
