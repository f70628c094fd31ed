"""Agreement and need: what is measured beside the order."""

from __future__ import annotations

import pandas as pd
import pytest

from synthesis.priority import regard_themes
from synthesis.priority.regard import approvals
from synthesis.text.cues import cues
from tests.unit.test_priority import community, contribution


def silent(ideas: pd.DataFrame) -> pd.DataFrame:
    """Cues of ideas whose words tell nothing."""
    return cues(ideas)


def regard(*rows: tuple[dict[str, object], str], texts: list[str] | None = None) -> pd.DataFrame:
    contributions, ideas, assignments = community(*rows)
    ideas = ideas.assign(text=texts or "x")
    return regard_themes(contributions, ideas, assignments, cues(ideas)).set_index("theme_id")


def test_one_raters_five_stars_say_less_than_the_high_mean_of_ninety():
    rated = [(5.0, 1), (4.6, 90), (3.0, 80), (2.4, 70), (1.5, 85)]
    frame = pd.DataFrame(
        [contribution(n, f"p:{n}", stars=stars, raters=raters) for n, (stars, raters) in enumerate(rated)]
    )
    found = approvals(frame)
    assert found[1] > found[0] > found[2] > found[3] > found[4]


def test_exports_that_asked_in_different_ways_stand_on_one_scale():
    stars = [contribution(n, f"p:{n}", stars=value, raters=50) for n, value in enumerate((4.8, 4.4))]
    votes = [
        contribution(10 + n, f"p:{10 + n}", export_sha256="f", agrees=agrees, disagrees=50 - agrees)
        for n, agrees in enumerate((30, 20))
    ]
    found = approvals(pd.DataFrame(stars + votes))
    assert found[0] > found[1]
    assert found[2] > found[3]
    assert found[[0, 1]].mean() == pytest.approx(found[[2, 3]].mean(), abs=1e-9)


def test_what_nobody_rated_has_no_approval_and_no_raters():
    found = regard((contribution(1, "p:1"), "T01"), (contribution(2, "p:2", agrees=3, disagrees=1), "T02"))
    assert found.loc["T01", ["rated", "raters", "approval"]].tolist() == [0, 0, 0]
    assert found.loc["T02", ["rated", "raters"]].tolist() == [1, 4]


def test_common_ground_is_broad_and_not_loud():
    groups = [("lets_talk", "family"), ("town_hall", "student"), ("other", "teacher")]
    everyone = [(contribution(n, f"p:{n}", *groups[n % 3]), "T09") for n in range(90)]
    broad = [(contribution(100 + n, f"p:{n}", *groups[n % 3]), "T01") for n in range(18)]
    loud = [(contribution(200 + n, f"p:{3 * n}", *groups[0]), "T02") for n in range(30)]
    found = regard(*everyone, *broad, *loud)
    assert found.loc["T01", "common_ground"] == pytest.approx(0.2, abs=0.01)
    assert found.loc["T02", "common_ground"] < found.loc["T01", "common_ground"]
    assert found.loc["T09", "common_ground"] == pytest.approx(1.0)


def test_need_is_a_share_of_people_and_not_of_lines():
    rows = [(contribution(n, "p:loud", valence="negative"), "T01") for n in range(9)]
    rows += [(contribution(9, "p:glad", valence="positive"), "T01"), (contribution(10, "p:calm"), "T01")]
    texts = ["This is unacceptable."] * 9 + ["We walk there.", "Thank you."]
    found = regard(*rows, texts=texts).loc["T01"]
    assert found["asked_wrong"] == found["asked_well"] == found["intense"] == pytest.approx(1 / 3)
    assert found["serious"] == 0


def test_subthemes_have_their_own_row():
    contributions, ideas, assignments = community(
        (contribution(1, "p:1"), "T01"), (contribution(2, "p:2", dots=4), "T01")
    )
    assignments["subtheme_id"] = ["T01.1", "T01.2"]
    found = regard_themes(contributions, ideas, assignments, silent(ideas)).set_index("theme_id")
    assert found["level"].to_dict() == {"T01": 1, "T01.1": 2, "T01.2": 2}
    assert found["dots"].to_dict() == {"T01": 4, "T01.1": 0, "T01.2": 4}
