"""Links are followed where their themes go, and the matrix counts them in both directions."""

from __future__ import annotations

from datetime import date

import pytest

from synthesis.plan import Plan
from synthesis.plan import records as r
from synthesis.plan.links import Fate, Followed, Lineage, PastRun, fates_of, still_settled
from synthesis.plan.trace import Count, trace, way
from synthesis.themes import lineage as engine

DAYS = [date(2026, n, 1) for n in range(1, 7)]


def runs(*fates: tuple[Fate, ...]) -> tuple[PastRun, ...]:
    return tuple(PastRun(f"R{n}", DAYS[n - 1], own) for n, own in enumerate(fates, start=1))


MERGED = Lineage(runs((), (Fate("T05", "merged", ("T03",)),)), {"T03", "T01"})


def test_a_link_to_a_theme_that_is_there_stays():
    assert MERGED.follow("T03", "R1") == (Followed("T03"),)
    assert MERGED.follow("T01") == (Followed("T01"),)


def test_a_merged_theme_is_followed_and_it_is_said():
    assert MERGED.follow("T05", "R1") == (Followed("T03", "T05 was merged into T03 on 2026-02-01."),)


def test_a_chain_of_changes_is_followed_to_its_end():
    lineage = Lineage(
        runs(
            (),
            (Fate("T05", "merged", ("T03",)),),
            (Fate("T03", "retired", ("T07", "T08")),),
            (Fate("T08", "merged", ("T07",)),),
        ),
        {"T07"},
    )
    [found] = lineage.follow("T05", "R1")
    assert found.theme_id == "T07"
    assert found.happened.startswith(
        "T05 was merged into T03 on 2026-02-01. T03 was retired; its ideas went to T07 and T08"
    )


def test_a_split_keeps_the_link_and_leads_to_the_part_as_well():
    lineage = Lineage(runs((), (Fate("T05", "split", ("T09",)),)), {"T05", "T09"})
    assert lineage.follow("T05", "R1") == (Followed("T05"), Followed("T09", "T09 was split off T05 on 2026-02-01."))


def test_a_link_that_was_written_after_the_split_means_the_rest_alone():
    lineage = Lineage(runs((), (Fate("T05", "split", ("T09",)),), ()), {"T05", "T09"})
    assert lineage.follow("T05", "R2") == (Followed("T05"),)


def test_a_theme_that_came_back_is_itself_again():
    lineage = Lineage(runs((), (Fate("T05", "merged", ("T03",)),), (Fate("T03", "split", ("T05",)),)), {"T03", "T05"})
    assert lineage.follow("T05", "R1") == (Followed("T05"),)


def test_a_theme_of_which_nobody_speaks_any_more_leads_nowhere_and_it_is_said():
    lineage = Lineage(runs((), (Fate("T05", "retired", ()),)), {"T01"})
    assert lineage.follow("T05", "R1") == (Followed("", "There is no theme T05 any more, and none took its place."),)
    assert lineage.follow("T77", "R2")[0].theme_id == ""


def test_a_part_of_a_theme_is_its_theme_after_the_next_run():
    lineage = Lineage(runs((), ()), {"T05", "T05.1"})
    assert lineage.follow("T05.1", "R2") == (Followed("T05.1"),)
    [found] = lineage.follow("T05.1", "R1")
    assert (found.theme_id, "not told apart" in found.happened) == ("T05", True)


def test_a_refusal_is_of_the_run_of_its_day():
    lineage = Lineage(runs((), (), ()), set())
    assert [lineage.run_on(day) for day in (date(2025, 12, 1), date(2026, 2, 14), None)] == ["", "R2", ""]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ({"T01": "abc", "T02": "def"}, {"T01": "abcdef"}, [Fate("T02", "merged", ("T01",))]),
        ({"T01": "abcdef"}, {"T01": "abc", "T02": "def"}, [Fate("T01", "split", ("T02",))]),
        ({"T01": "abc", "T02": "defghi"}, {"T01": "abc", "T03": "de", "T04": "fghi"}, [Fate("T02", "retired", ("T04", "T03"))]),
        ({"T01": "abc", "T02": "xyz"}, {"T01": "abc"}, [Fate("T02", "retired", ())]),
        ({"T01": "abc"}, {"T01": "abc", "T02": "xyz"}, []),
    ],
)  # fmt: skip
def test_fates_are_read_from_the_lineage_that_runs_record(before, after, wanted):
    changes = engine.changes({k: frozenset(v) for k, v in before.items()}, {k: frozenset(v) for k, v in after.items()})
    rows = [
        {"theme_id": c.theme_id, "change": c.change, "others": " ".join(c.others), "before": c.before, "after": c.after}
        for c in changes
    ]
    assert list(fates_of(rows)) == wanted


def test_words_that_were_looked_up_stay_so_and_another_theme_is_a_new_link():
    def plan(**said: str) -> Plan:
        return Plan({"evidence_link": (r.EvidenceLink("E1", "strategy", "S1", **said),)})

    before = plan(theme_id="T01", theme_words="late buses", as_of="R1")
    assert still_settled(before, plan(theme_words="late buses")) == before
    assert still_settled(before, plan(theme_words="sleep")) == plan(theme_words="sleep")
    assert still_settled(before, plan(theme_id="T01", theme_words="sleep", as_of="R1")) == plan(theme_words="sleep")
    again = still_settled(before, plan(theme_id="T02", theme_words="late buses", as_of="R1"))
    assert again == plan(theme_id="T02", theme_words="late buses")
    assert still_settled(Plan({}), before) == before


# -- the matrix ---------------------------------------------------------------------------------------------------

PARENTS = {
    ("action_plan", "AP1"): ("strategy", "S1"),
    ("action_plan", "AP2"): ("strategy", "S2"),
    ("action_step", "AS1"): ("action_plan", "AP1"),
    ("implementation_item", "I1"): ("action_plan", "AP1"),
    ("progress_update", "U1"): ("implementation_item", "I1"),
}
COLUMNS = [
    ("mission", "mission"), ("enduring_value", "V1"), ("strategy", "S1"), ("strategy", "S2"), ("action_plan", "AP1"),
    ("action_plan", "AP2"), ("implementation_item", "I1"),
]  # fmt: skip


def matrix(*counts: tuple[str, str, str, int], lineage: Lineage = MERGED):
    found = [Count(theme, "R1", kind, record, links) for theme, kind, record, links in counts]
    return trace(["T01", "T02", "T03"], COLUMNS, PARENTS, found, lineage)


LINEAGE = Lineage(MERGED.runs, {"T01", "T02", "T03"})


def test_links_count_for_the_element_and_for_what_it_belongs_to():
    found = matrix(("T01", "progress_update", "U1", 2), ("T01", "action_plan", "AP1", 3), lineage=LINEAGE)
    assert found.cells == {"T01": {("implementation_item", "I1"): 2, ("action_plan", "AP1"): 5, ("strategy", "S1"): 5}}
    assert found.no_home == ("T02", "T03")


def test_a_link_from_the_mission_names_its_direction():
    assert matrix(("T02", "mission", "D1", 1), lineage=LINEAGE).cells == {"T02": {("mission", "mission"): 1}}


def test_what_has_no_voice_is_not_linked_nor_under_what_is_nor_over_it():
    found = matrix(("T01", "action_step", "AS1", 1), ("T02", "strategy", "S2", 1), lineage=LINEAGE)
    assert found.no_voice == (("mission", "mission"), ("enduring_value", "V1"))


def test_moved_links_are_counted_where_they_lead_and_flagged():
    found = matrix(("T05", "strategy", "S1", 4), ("T09", "strategy", "S2", 7), lineage=LINEAGE)
    assert found.cells == {"T03": {("strategy", "S1"): 4}}
    assert found.happened == {("T03", ("strategy", "S1")): "T05 was merged into T03 on 2026-02-01."}
    assert found.astray == {"T09": (7, "There is no theme T09 any more, and none took its place.")}


def test_a_link_to_a_part_of_a_theme_counts_for_the_theme():
    lineage = Lineage(MERGED.runs[:1], {"T01", "T01.2"})
    assert matrix(("T01.2", "strategy", "S1", 1), lineage=lineage).cells == {"T01": {("strategy", "S1"): 1}}


def test_records_that_point_at_each_other_do_not_trap_the_way():
    assert way(("a", "1"), {("a", "1"): ("b", "2"), ("b", "2"): ("a", "1")}) == (("a", "1"), ("b", "2"))
