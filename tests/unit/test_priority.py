import pandas as pd
import pytest

from synthesis.priority import Weights, people, rank_themes


def contribution(
    number: int, person: str, channel: str = "lets_talk", role: str = "family", **more: object
) -> dict[str, object]:
    base: dict[str, object] = {
        "contribution_id": f"C{number}", "export_sha256": "e", "sheet": "", "room": "", "voice": "verbatim", "participant_key": person,
        "speaks_for_low": 1, "speaks_for_high": 1, "channel": channel, "role": role, "school": "", "language": "en", "grade_band": "", "campaign_id": "",
        "valence": "open", "agrees": 0, "disagrees": 0, "stars": 0.0, "raters": 0, "dots": 0,
    }  # fmt: skip
    return base | more


def community(*rows: tuple[dict[str, object], str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    contributions = pd.DataFrame([row for row, _ in rows])
    ids = contributions["contribution_id"]
    ideas = pd.DataFrame({"idea_id": "I" + ids.str[1:], "contribution_id": ids, "start": 0, "end": 1, "text": "x"})
    themes = [theme for _, theme in rows]
    assignments = pd.DataFrame({"idea_id": ideas["idea_id"], "theme_id": themes, "subtheme_id": "", "strength": 1.0, "runner_up_id": themes, "margin": 1.0, "unclear": False})  # fmt: skip
    return contributions, ideas, assignments


def test_people_are_counted_not_lines():
    frame = pd.DataFrame([contribution(n, "p:1") for n in range(200)] + [contribution(200, "p:2")])
    assert people(frame) == (2, 2)


def test_unknown_speakers_of_one_session_are_a_range():
    notes = [contribution(n, f"a:C{n}", voice="paraphrase", room="Gym") for n in range(6)]
    assert people(pd.DataFrame(notes)) == (1, 6)


def test_a_household_counts_for_those_it_speaks_for():
    assert people(pd.DataFrame([contribution(1, "p:1", speaks_for_low=2, speaks_for_high=2)])) == (2, 2)


def test_one_person_two_hundred_times_does_not_move_a_theme():
    quiet = [(contribution(n, f"p:{n}"), "T01") for n in range(10)] + [
        (contribution(50 + n, f"p:{50 + n}"), "T02") for n in range(6)
    ]
    loud = [(contribution(1000 + n, "p:50"), "T02") for n in range(200)]
    before = rank_themes(*community(*quiet))
    after = rank_themes(*community(*quiet, *loud))
    assert before["theme_id"].tolist() == after["theme_id"].tolist() == ["T01", "T02"]
    assert before.set_index("theme_id")["score"].round(6).equals(after.set_index("theme_id")["score"].round(6))


def test_breadth_lifts_a_theme_that_several_channels_and_roles_raise():
    narrow = [(contribution(n, f"p:{n}"), "T01") for n in range(10)]
    broad = [(contribution(20 + n, f"p:{20 + n}", channel, role), "T02") for n, (channel, role) in enumerate([("town_hall", "student"), ("other", "teacher"), ("lets_talk", "family")] * 3)]  # fmt: skip
    order = rank_themes(*community(*narrow, *broad), weights=Weights(0.5, 0.25, 0.25))
    assert order["theme_id"].tolist() == ["T02", "T01"]
    reach_only = rank_themes(*community(*narrow, *broad), weights=Weights(1, 0, 0))
    assert reach_only["theme_id"].tolist() == ["T01", "T02"]


def test_a_campaign_is_one_voice_in_the_order_and_its_senders_are_people():
    honest = [(contribution(n, f"p:{n}"), "T01") for n in range(8)]
    copies = [(contribution(100 + n, f"p:{100 + n}", campaign_id="K1"), "T02") for n in range(30)] + [
        (contribution(99, "p:99"), "T02")
    ]
    order = rank_themes(*community(*honest, *copies))
    row = order.set_index("theme_id").loc["T02"]
    assert (row["rank"], row["rank_with_campaigns"], row["rank_by_people"]) == (2, 1, 2)
    assert row["people_low"] == 31


@pytest.mark.parametrize("seed", [0, 1])
def test_intervals_hold_the_rank_and_shuffling_rows_changes_nothing(seed):
    rows = [
        (contribution(n, f"p:{n}", ["town_hall", "other"][n % 2], ["family", "student"][n % 3 % 2]), f"T0{1 + n % 3}")
        for n in range(40)
    ]
    contributions, ideas, assignments = community(*rows)
    order = rank_themes(contributions, ideas, assignments, seed=seed)
    assert ((order["rank_low"] <= order["rank"]) & (order["rank"] <= order["rank_high"])).all()
    again = rank_themes(*(f.sample(frac=1, random_state=seed) for f in (contributions, ideas, assignments)), seed=seed)
    pd.testing.assert_frame_equal(order, again)
