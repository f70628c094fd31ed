"""The private first ranking and its tallies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from synthesis.committee import (
    BALLOT,
    Ranking,
    Tally,
    approval,
    approved,
    borda,
    cast,
    check_enough,
    concordance,
    condorcet_winner,
    disagreement,
    pairs,
    pairwise,
    paper_order,
    places,
    reading,
    sight,
)
from synthesis.errors import BallotClosed, IllegalTransition, NotAllowed, RuleError
from synthesis.procedure import NOTHING, Actor, ActorKind

THEMES = ("A", "B", "C", "D", "E")


def member(name: str, kind: ActorKind = ActorKind.COMMITTEE_MEMBER) -> Actor:
    return Actor(name, kind)


def rankings(*orders: str) -> list[Ranking]:
    return [Ranking(f"m{n:02d}", tuple(order)) for n, order in enumerate(orders)]


def test_every_state_action_and_role_of_a_ballot():
    chair, some, clerk = ActorKind.COMMITTEE_CHAIR, ActorKind.COMMITTEE_MEMBER, ActorKind.SECRETARY
    may = {
        (NOTHING, "open"): ("open", {chair, clerk}),
        ("open", "cast"): ("open", {chair, some}),
        ("open", "seal"): ("sealed", {chair, clerk}),
        ("sealed", "reveal"): ("revealed", {chair, clerk}),
    }
    for state in (NOTHING, *BALLOT.states):
        for action in ("open", "cast", "seal", "reveal", "unseal"):
            to, roles = may.get((state, action), ("", set()))
            for role in ActorKind:
                if role in roles:
                    assert BALLOT.advance(state, action, member("x", role)) == to
                else:
                    with pytest.raises((NotAllowed, IllegalTransition)):
                        BALLOT.advance(state, action, member("x", role))


def test_fewer_than_three_rankings_are_never_revealed():
    assert [sight("revealed", n).others for n in range(5)] == [False, False, False, True, True]
    for n, words in ((0, "Nobody"), (1, "single rankings"), (2, "single rankings")):
        with pytest.raises(RuleError, match=words):
            check_enough(n)
    check_enough(3)


def test_the_datas_order_and_others_rankings_come_in_sight_when_revealed_and_not_before():
    assert [(s, sight(s).own, sight(s).data_order, sight(s).others) for s in ("", "open", "sealed", "revealed")] == [
        ("", False, False, False),
        ("open", True, False, False),
        ("sealed", True, False, False),
        ("revealed", True, True, True),
    ]


def test_a_member_may_change_the_ranking_until_it_is_sealed():
    first = cast("open", Ranking("m2", ("A",)), THEMES, member("m2"))
    both = cast("open", Ranking("m1", ("B", "A")), THEMES, member("m1"), first)
    changed = cast("open", Ranking("m2", ("C",)), THEMES, member("m2"), both)
    assert changed == (Ranking("m1", ("B", "A")), Ranking("m2", ("C",)))
    for state in ("sealed", "revealed"):
        with pytest.raises(BallotClosed, match=state):
            cast(state, Ranking("m2", ("D",)), THEMES, member("m2"), changed)
    with pytest.raises(IllegalTransition):
        cast(NOTHING, Ranking("m2", ("D",)), THEMES, member("m2"))


def test_nobody_ranks_for_another_and_only_the_committee_ranks():
    with pytest.raises(NotAllowed, match="alone"):
        cast("open", Ranking("m1", ("A",)), THEMES, member("m2"))
    for role in set(ActorKind) - {ActorKind.COMMITTEE_CHAIR, ActorKind.COMMITTEE_MEMBER}:
        with pytest.raises(NotAllowed):
            cast("open", Ranking("m1", ("A",)), THEMES, member("m1", role))


@pytest.mark.parametrize(
    ("order", "says"), [((), "empty"), (("A", "B", "A"), "twice"), (("A", "Z"), "not on the ballot: Z")]
)
def test_a_ranking_that_cannot_be_counted_is_refused(order: tuple[str, ...], says: str):
    with pytest.raises(RuleError, match=says):
        cast("open", Ranking("m1", order), THEMES, member("m1"))


def test_papers_list_the_themes_in_an_order_of_their_own():
    papers = {paper_order("first", f"m{n}", THEMES) for n in range(27)}
    assert len(papers) > 15
    assert all(sorted(paper) == sorted(THEMES) for paper in papers)
    assert paper_order("first", "m1", THEMES) == paper_order("first", "m1", THEMES[::-1])
    assert paper_order("first", "m1", THEMES) != paper_order("second", "m1", THEMES)


def test_unranked_themes_share_the_places_left():
    table = places(rankings("BA", "ABCDE"), THEMES)
    assert table.loc["m00"].tolist() == [2, 1, 4, 4, 4]
    assert table.loc["m01"].tolist() == [1, 2, 3, 4, 5]


def test_the_map_tells_where_members_differ_and_where_from_the_data():
    frame = disagreement(rankings("ABCDE", "ABCED", "AEBCD", "EBACD"), ("B", "A", "C", "D", "E")).set_index("theme_id")
    assert frame["data_rank"].tolist() == [1, 2, 3, 4, 5]
    assert frame.loc["E", ["low", "median", "high", "members_differ"]].tolist() == [1.75, 3, 4.25, 1]
    assert frame.loc["E", "spread"] == pytest.approx((1 + 3 + 4 + 2 + 3 + 1) / 6)
    assert frame.loc["A", ["median", "from_data"]].tolist() == [1, -1]
    assert frame["data_differs"].tolist() == [2, 2, 5, 2, 1]
    assert frame["ranked_by"].tolist() == [4] * 5
    said = reading(
        frame.reset_index(), dict(zip("ABCDE", ("Arts", "Buses", "Counselors", "Diplomas", "Exams"), strict=True))
    )
    assert said[0] == "Members differ on “Exams”: half of them put it between 1.8 and 4.2."
    assert "Members put “Exams” higher than the data does: 3 against 5." in said


def test_members_who_agree_and_an_order_that_is_theirs_leave_nothing_to_say():
    frame = disagreement(rankings("ABCDE", "ABCDE"), THEMES)
    assert frame["spread"].tolist() == [0] * 5
    assert reading(frame, dict(zip(THEMES, THEMES, strict=True))) == ()
    assert concordance(rankings("ABCDE", "ABCDE"), THEMES) == 1
    assert concordance(rankings("ABCDE", "EDCBA"), THEMES) == 0
    assert concordance(rankings("ABCDE"), THEMES) == 1
    assert concordance(rankings("A", "A"), THEMES) == pytest.approx(1)
    with pytest.raises(RuleError, match="Nobody"):
        disagreement([], THEMES)


def test_concordance_is_kendalls():
    """Siegel and Castellan's kind of example, worked by hand: three judges, four things, sums 4, 6, 9, 11."""
    found = concordance(rankings("ABCD", "BACD", "ABDC"), ("A", "B", "C", "D"))
    sums = [1 + 2 + 1, 2 + 1 + 2, 3 + 3 + 4, 4 + 4 + 3]
    wanted = 12 * sum((s - 7.5) ** 2 for s in sums) / (9 * (64 - 4))
    assert found == pytest.approx(wanted)


def test_bordas_points_by_hand():
    tally = borda(rankings("ABC", "BCA"), ("A", "B", "C", "D"))
    assert tally.scores == {"A": 3 + 1, "B": 2 + 3, "C": 1 + 2, "D": 0}
    assert tally.tiers == (("B",), ("A",), ("C",), ("D",))
    short = borda(rankings("A"), ("A", "B", "C"))
    assert short.scores == {"A": 2, "B": 0.5, "C": 0.5}
    assert short.tiers == (("A",), ("B", "C"))
    assert (short.place("A"), short.place("C"), short.winners) == (1, 2, ("A",))


def test_approval_counts_members():
    ballots = {r.member: approved(r, 2) for r in rankings("ABC", "BCA", "BA")}
    tally = approval(ballots, THEMES)
    assert tally.scores == {"A": 2, "B": 3, "C": 1, "D": 0, "E": 0}
    assert tally.tiers == (("B",), ("A",), ("C",), ("D", "E"))


def test_a_cycle_is_a_tie_and_not_an_order():
    cycle = rankings("ABCD", "BCAD", "CABD")
    assert condorcet_winner(cycle, "ABCD") is None
    assert pairwise(cycle, "ABCD").tiers == (("A", "B", "C"), ("D",))
    assert pairs(cycle, "ABCD").loc["A"].tolist() == [0, 2, 1, 3]


def test_bordas_and_the_pairwise_winner_may_differ_and_both_are_shown():
    divided = rankings(*["ABC"] * 3, *["BCA"] * 2)
    assert condorcet_winner(divided, "ABC") == "A"
    assert pairwise(divided, "ABC").winners == ("A",)
    assert borda(divided, "ABC").winners == ("B",)


def test_an_even_split_is_a_tie():
    assert pairwise(rankings("AB", "BA"), "AB").tiers == (("A", "B"),)
    assert borda(rankings("AB", "BA"), "AB").tiers == (("A", "B"),)


def test_no_ballot_puts_all_themes_level():
    for tally in (borda([], THEMES), pairwise([], THEMES), approval({}, THEMES)):
        assert (tally.tiers, tally.ballots) == ((THEMES,), 0)
    assert borda([], ()).winners == ()
    with pytest.raises(KeyError):
        borda([], THEMES).place("Z")


ORDERS = st.lists(
    st.permutations(THEMES).flatmap(lambda order: st.integers(1, 5).map(lambda n: tuple(order[:n]))),
    min_size=1,
    max_size=27,
)


def tallied(orders: Sequence[tuple[str, ...]], themes: Sequence[str] = THEMES) -> tuple[Tally, ...]:
    made = [Ranking(f"m{n:02d}", order) for n, order in enumerate(orders)]
    return borda(made, themes), approval({r.member: approved(r, 2) for r in made}, themes), pairwise(made, themes)


@given(orders=ORDERS, data=st.data())
def test_the_order_of_ballots_and_of_themes_changes_nothing(orders: list[tuple[str, ...]], data: st.DataObject):
    again = data.draw(st.permutations(orders))
    assert tallied(again, data.draw(st.permutations(THEMES))) == tallied(orders)


@given(orders=ORDERS, data=st.data())
def test_themes_are_treated_alike(orders: list[tuple[str, ...]], data: st.DataObject):
    renamed = dict(zip(THEMES, data.draw(st.permutations(THEMES)), strict=True))
    before = tallied(orders)
    after = tallied([tuple(renamed[theme] for theme in order) for order in orders])
    for one, other in zip(before, after, strict=True):
        assert [set(tier) for tier in other.tiers] == [{renamed[theme] for theme in tier} for tier in one.tiers]


@given(orders=ORDERS, winner=st.sampled_from(THEMES))
def test_whom_everybody_puts_first_wins_everywhere(orders: list[tuple[str, ...]], winner: str):
    unanimous = [(winner, *(theme for theme in order if theme != winner)) for order in orders]
    points, approvals, by_pairs = tallied(unanimous)
    assert points.winners == by_pairs.winners == (winner,)
    assert winner in approvals.winners


@given(orders=ORDERS, data=st.data())
def test_to_be_put_higher_never_harms(orders: list[tuple[str, ...]], data: st.DataObject):
    which = data.draw(st.integers(0, len(orders) - 1))
    order = orders[which]
    theme = data.draw(st.sampled_from(order))
    at = order.index(theme)
    to = data.draw(st.integers(0, at))
    raised = [*order[:at], *order[at + 1 :]]
    raised.insert(to, theme)
    better = [*orders[:which], tuple(raised), *orders[which + 1 :]]
    for before, after in zip(tallied(orders), tallied(better), strict=True):
        assert after.place(theme) <= before.place(theme)
    assert tallied(better)[0].scores[theme] >= tallied(orders)[0].scores[theme]


@given(orders=ORDERS)
def test_sets_of_the_pairwise_order_beat_all_that_follow(orders: list[tuple[str, ...]]):
    made = [Ranking(f"m{n:02d}", order) for n, order in enumerate(orders)]
    table, tally = pairs(made, THEMES), pairwise(made, THEMES)
    assert sorted(theme for tier in tally.tiers for theme in tier) == list(THEMES)
    for n, tier in enumerate(tally.tiers):
        below = [theme for later in tally.tiers[n + 1 :] for theme in later]
        assert all(table.loc[a, b] > table.loc[b, a] for a in tier for b in below)
        for size in range(1, len(tier)):  # no smaller set would do: each part is tied with or beaten by the rest
            for part in combinations(tier, size):
                rest = [theme for theme in tier if theme not in part]
                assert not all(table.loc[a, b] > table.loc[b, a] for a in part for b in rest)


@given(orders=ORDERS)
def test_who_beats_all_others_in_pairs_comes_first_alone(orders: list[tuple[str, ...]]):
    made = [Ranking(f"m{n:02d}", order) for n, order in enumerate(orders)]
    winner = condorcet_winner(made, THEMES)
    assume(winner is not None)
    assert pairwise(made, THEMES).winners == (winner,)


@given(orders=ORDERS)
def test_bordas_points_are_the_pairs_won_and_half_of_those_tied(orders: list[tuple[str, ...]]):
    made = [Ranking(f"m{n:02d}", order) for n, order in enumerate(orders)]
    table, scores = pairs(made, THEMES), borda(made, THEMES).scores
    for theme in THEMES:
        won = table.loc[theme].sum()
        lost = table[theme].sum()
        tied = len(made) * (len(THEMES) - 1) - won - lost
        assert scores[theme] == pytest.approx(won + tied / 2)
