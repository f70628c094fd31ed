"""From any id to the other end of the thread, in both databases: links recorded once, followed, counted, explained."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select, text

from synthesis import actions
from synthesis.actions.linking import settle_links
from synthesis.errors import InputError, RunError
from synthesis.frames import Lineage as LineageFrame
from synthesis.model import RunId, Theme, ThemeId, Verb
from synthesis.plan import Plan
from synthesis.plan import records as r
from synthesis.store.database import connection
from synthesis.store.events import read_events
from synthesis.store.plans import COUNTS, MANY, add_row, change_rows, write_plan
from synthesis.store.runs import publish
from synthesis.store.trace import read_runs
from tests.store.conftest import Where
from tests.store.small_run import small_run
from tests.store.test_plans import small_plan


def with_links(*links: r.EvidenceLink) -> Plan:
    return Plan(small_plan().records | {"evidence_link": links})


def put(where: Where, plan: Plan) -> None:
    with connection(*where) as opened:
        write_plan(opened, plan)


def stored_links(where: Where) -> dict[str, tuple[str, str]]:
    plan = actions.plan_records(**where.args())
    return {link.id: (link.theme_id, link.as_of) for link in plan.of("evidence_link")}


def next_run(run_id: str, before: str, *changes: tuple[str, str, str, int, int], theme_id: str = "T02") -> Any:
    """Return a run after another in which the small run's theme has an id and the lineage says how."""
    run = small_run(run_id)
    columns = list(LineageFrame.to_schema().columns)
    rows = [(theme, change, others, was, now, 0, 0.0, False) for theme, change, others, was, now in changes]
    frames = {}
    for name in ("assignments", "priorities", "groups", "regard", "sides", "quality", "crosswalk"):
        frame = getattr(run, name).copy()
        for column in frame.select_dtypes("object"):
            frame[column] = frame[column].map(lambda v: v.replace("T01", theme_id) if isinstance(v, str) else v)
        frames[name] = frame
    [old] = run.themes
    strands = tuple(replace(s, theme_id=ThemeId(f"{theme_id}.1"), parent_id=ThemeId(theme_id)) for s in old.subthemes)
    theme: Theme = replace(old, theme_id=ThemeId(theme_id), subthemes=strands)
    manifest = replace(run.manifest, previous_run_id=RunId(before))
    lineage = LineageFrame.validate(pd.DataFrame(rows, columns=columns))
    return replace(run, manifest=manifest, themes=(theme,), lineage=lineage, **frames)


def theme_links_now(where: Where) -> dict[str, str]:
    run = actions.read_run(where.data_dir)
    return actions.theme_links(actions.plan_records(**where.args()), run, actions.lineage_now(run, **where.args()))


FIRST, SECOND, THIRD = "R000000000001", "R000000000002", "R000000000003"


# -- links are recorded once --------------------------------------------------------------------------------------


def test_words_are_looked_up_when_a_run_is_published_and_never_again(where: Where):
    put(where, with_links(r.EvidenceLink("E1", "strategy", "S1", "", "bus late")))
    assert settle_links(**where.args()) == {}  # no run yet
    publish(where.data_dir, small_run(FIRST))
    assert settle_links(**where.args()) == {"E1": "T01"}
    assert stored_links(where) == {"E1": ("T01", FIRST)}
    with connection(*where) as opened:
        [event] = read_events(opened, (Verb.SETTLE_LINKS,))
    assert (event.subject, event.data["meant"]) == (FIRST, {"E1": "T01"})
    publish(where.data_dir, next_run(SECOND, FIRST, ("T01", "retired", "T02", 2, 0), ("T02", "merged", "T01", 1, 3)))
    assert settle_links(**where.args()) == {}
    assert stored_links(where) == {"E1": ("T01", FIRST)}
    links = theme_links_now(where)
    assert links == {"E1": "T02"}


def test_an_id_that_a_person_gave_is_dated_and_an_unknown_one_is_left(where: Where):
    publish(where.data_dir, small_run(FIRST))
    put(where, with_links(r.EvidenceLink("E1", "strategy", "S1", "T01"), r.EvidenceLink("E2", "strategy", "S1", "T77")))
    assert settle_links(**where.args()) == {}
    assert stored_links(where) == {"E1": ("T01", FIRST), "E2": ("T77", "")}


def test_runs_that_nobody_recorded_are_recorded_in_their_order(where: Where):
    publish(where.data_dir, small_run(FIRST))
    publish(where.data_dir, next_run(SECOND, FIRST, ("T01", "retired", "T02", 2, 0), ("T02", "born", "", 0, 2)))
    publish(where.data_dir, next_run(THIRD, SECOND, ("T02", "retired", "T03", 2, 0), theme_id="T03"))
    put(where, with_links(r.EvidenceLink("E1", "strategy", "S1", "T01", as_of=FIRST)))
    before = actions.explain("S1", **where.args())
    settle_links(**where.args())
    with connection(*where) as opened:
        assert [past.run_id for past in read_runs(opened)] == [FIRST, SECOND, THIRD]
    for found in (before, actions.explain("S1", **where.args())):  # the same before they are recorded
        [link] = found["evidence"]["links"]
        assert link["id"] == "T03"
        assert "T01 was retired; its ideas went to T02" in link["happened"]


def test_importing_the_same_workbook_again_does_not_look_words_up_anew(where: Where, tmp_path: Path):
    from synthesis.store.workbook import write_workbook

    book = tmp_path / "plan.xlsx"
    book.write_bytes(write_workbook(with_links(r.EvidenceLink("E1", "strategy", "S1", "", "bus late"))))
    publish(where.data_dir, small_run(FIRST))
    actions.import_plan(book, **where.args())
    assert stored_links(where) == {"E1": ("T01", FIRST)}
    publish(where.data_dir, next_run(SECOND, FIRST, ("T01", "retired", "T02", 2, 0)))
    actions.import_plan(book, **where.args())
    assert stored_links(where) == {"E1": ("T01", FIRST)}


# -- the matrix ---------------------------------------------------------------------------------------------------


def test_the_trace_report_reads_both_ways(where: Where):
    publish(where.data_dir, small_run(FIRST))
    links = [r.EvidenceLink(f"E{n}", "progress_update", "U1", "T01", as_of=FIRST) for n in range(3)]
    links += [r.EvidenceLink("E9", "mission", "D1", "T01.1", as_of=FIRST)]
    put(where, with_links(*links))
    report = actions.trace_report(**where.args())
    [theme] = report["themes"]
    assert {(a["kind"], a["id"]): a["links"] for a in theme["answered_by"]} == {
        ("mission", "mission"): 1,
        ("strategy", "S1"): 3,
        ("action_plan", "AP1"): 3,
        ("implementation_item", "I1"): 3,
    }
    assert (theme["people_low"], report["no_home"]["themes"], report["no_home"]["ideas"]) == (2, [], 0)
    assert report["no_home"]["set_aside"] == {"empty": 1}
    assert [e["label"] for e in report["no_voice"]] == [
        "Student performance statement",
        "Enduring value V1",
        "Strategic boundary B1",
    ]
    headings, rows = actions.trace_table(report)
    assert len(rows) == 1
    assert dict(zip(headings, rows[0], strict=True))["Action plan AP1"] == 3
    assert [sheet.title for sheet in actions.trace_sheets(report)] == [
        "Trace matrix",
        "Elements",
        "No home",
        "No voice",
        "Moved",
    ]
    assert actions.to_workbook(actions.trace_sheets(report))


def test_a_theme_without_a_home_is_counted_with_its_people_and_the_reason_of_a_refusal(where: Where):
    publish(where.data_dir, small_run(FIRST))
    put(where, Plan(with_links().records | {"refusal": ()}))
    report = actions.trace_report(**where.args())
    lost = report["no_home"]
    assert (lost["themes"], lost["ideas"], lost["contributions"], lost["refused"]) == (["T01"], 2, 2, [])
    refusal = r.Refusal("RF1", "T01", "There are no drivers.", "the Board", None)
    put(where, Plan(with_links().records | {"refusal": (refusal,)}))
    report = actions.trace_report(**where.args())
    assert report["no_home"]["refused"] == ["T01"]
    assert report["themes"][0]["refused"] == "There are no drivers."


def test_before_the_first_run_there_is_no_matrix(where: Where):
    with pytest.raises(RunError, match="No run"):
        actions.trace_report(**where.args())


# -- explain ------------------------------------------------------------------------------------------------------

LINKED = (
    r.EvidenceLink("E1", "strategy", "S1", "T01", "late buses", "most said", as_of=FIRST),
    r.EvidenceLink("E2", "strategic_boundary", "B1", "", "", "a promise", "I1", "Buses elsewhere, page 3"),
)
IDS = {
    "PC1": "plan_cycle", "ST1": "step", "CM1": "committee_member", "D1": "direction", "V1": "enduring_value",
    "B1": "strategic_boundary", "S1": "strategy", "TM1": "team", "M1": "team_member", "AP1": "action_plan",
    "AS1": "action_step", "CB1": "cost_benefit", "CR1": "coherence_review", "G1": "district_goal", "BA1": "board_action",
    "I2": "idea", "U1": "progress_update", "X1": "plan_change", "E1": "evidence_link", "T01": "theme", "T01.1": "subtheme",
    "C1": "contribution", "mission": "mission", "student_performance_statement": "student_performance_statement",
    "implementation_item:I1": "implementation_item", "implementation_item:I1#Levy": "budget_line", "CB1#2": "cost_line",
}  # fmt: skip


@pytest.fixture
def linked(where: Where) -> Where:
    """A plan and a run that are linked."""
    publish(where.data_dir, small_run(FIRST))
    put(where, with_links(*LINKED))
    settle_links(**where.args())
    return where


@pytest.mark.parametrize("item_id", IDS)
def test_any_id_is_explained_with_the_documented_keys(linked: Where, item_id: str):
    found = actions.explain(item_id, **linked.args())
    assert found["kind"] == IDS[item_id]
    assert {"evidence", "why", "thread"} < set(found)
    assert "text" in found or "name" in found
    assert {"up", "down"} <= set(found["thread"])
    json.dumps(found, default=str)


@pytest.mark.parametrize("item_id", ["implementation_item:I1#General fund", "CB1#1", "U1", "AS2"])
def test_from_a_budget_line_a_cost_an_update_or_a_step_to_who_asked_for_it(linked: Where, item_id: str):
    found = actions.explain(item_id, **linked.args())
    assert found["evidence"]["inherited_from"] == {"kind": "strategy", "id": "S1"}
    assert (found["evidence"]["people_low"], found["evidence"]["people_high"]) == (2, 2)
    assert found["why"]["asked_by"] == ("2 of those who took part spoke to the theme behind it, through Strategy S1.")
    assert [quote["text"] for quote in found["evidence"]["quotes"]] == ["The bus is late, first."]
    assert [up.get("id", up.get("theme_id")) for up in found["thread"]["up"]][-2:] == ["S1", "T01"]


def test_from_a_comment_to_what_became_of_it(linked: Where):
    found = actions.explain("C1", **linked.args())
    [down] = found["thread"]["down"]
    assert [(e["kind"], e["id"], e["note"], e["links"]) for e in down["plan"]] == [("strategy", "S1", "most said", 1)]
    [became] = found["why"]["became"]
    assert (became["idea_id"], became["outcome"]) == ("I1", "partly")
    assert became["reasons"] == ["small_but_serious", "partly"]
    assert {(a["answer"], a["record_id"]) for a in became["answers"]} == {
        ("we_did", "AS1"), ("we_did", "U1"), ("not_yet", "AP1"),
    }  # fmt: skip
    [named] = found["thread"]["named_by"]
    assert (named["kind"], named["id"], named["note"]) == ("strategic_boundary", "B1", "a promise")


def test_research_and_ideas_stand_behind_an_element_too(linked: Where):
    found = actions.explain("B1", **linked.args())
    links = {link["on"]: link for link in found["evidence"]["links"]}
    assert links["idea"]["name"] == "The bus is late, first."
    assert links["research"]["name"] == "Buses elsewhere, page 3: Fewer stops bring children to school sooner."
    assert found["why"]["asked_by"] == "No theme is linked to it; see its links."


def test_words_that_wait_for_a_release_are_not_shown_through_a_link(where: Where):
    run = small_run(FIRST)
    held = run.contributions.assign(hold=["private", ""])
    publish(where.data_dir, replace(run, contributions=held))
    put(where, with_links(*LINKED))
    found = json.dumps(actions.explain("B1", **where.args()), default=str)
    assert "The bus is late" not in found
    assert "wait for a person" in found


@pytest.mark.parametrize(
    ("refusals", "outcome"),
    [((), "no_answer"), ((r.Refusal("RF1", "T01", "There are no drivers.", "the Board", None),), "wont")],
)
def test_the_reason_is_told_where_nothing_was_done(where: Where, refusals: tuple[Any, ...], outcome: str):
    run = small_run(FIRST)
    unclear = run.assignments.assign(unclear=[False, True])
    repeated = run.contributions.assign(duplicate_of=["", "C1"], campaign_id=["", "K1"])
    publish(where.data_dir, replace(run, assignments=unclear, contributions=repeated))
    put(where, Plan(with_links().records | {"refusal": refusals}))
    [became] = actions.explain("C2", **where.args())["why"]["became"]
    assert became["outcome"] == outcome
    told = {"no_answer": "no_answer", "wont": "refused"}[outcome]
    assert became["reasons"] == ["duplicate", "campaign", "unclear", told]
    assert len(became["in_words"]) == 4
    if refusals:
        assert became["answers"][0]["because"] == "There are no drivers."


def test_an_id_of_two_kinds_must_be_said_with_its_kind(where: Where):
    put(where, Plan({"strategy": (r.Strategy("X1", 1, "A"),), "team": (r.Team("X1", "X1"),)}))
    with pytest.raises(InputError) as caught:
        actions.explain("X1", **where.args())
    assert caught.value.expected == "strategy:X1 or team:X1"
    assert actions.explain("team:X1", **where.args())["kind"] == "team"


def test_what_is_not_there_is_said_so(linked: Where, tmp_path: Path):
    with pytest.raises(InputError, match="has the id 'nothing'"):
        actions.explain("nothing", **linked.args())
    with pytest.raises(InputError, match="has no line"):
        actions.explain("CB1#9", **linked.args())
    with pytest.raises(RunError, match="no run has been published"):
        actions.explain("T01", data_dir=tmp_path / "none")
    publish(linked.data_dir, next_run(SECOND, FIRST, ("T01", "retired", "T02", 2, 0)))
    with pytest.raises(InputError) as caught:
        actions.explain("T01", **linked.args())
    assert "Ask for T02" in str(caught.value)


# -- counts of links ----------------------------------------------------------------------------------------------


def counts(opened: Any) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in opened.execute(select(COUNTS))}


def test_counts_are_those_of_the_links_after_every_way_of_writing_them(where: Where):
    first = [r.EvidenceLink(f"E{n}", "strategy", "S1", "T01", as_of=FIRST) for n in range(3)]
    with connection(*where) as opened:
        write_plan(opened, with_links(*first))
        assert counts(opened) == {("T01", FIRST, "strategy", "S1", 3)}
        add_row(opened, r.EvidenceLink("E9", "mission", "D1", "", "belong"), 1)
        assert counts(opened) == {("T01", FIRST, "strategy", "S1", 3), ("", "", "mission", "D1", 1)}
        moved = [replace(first[0], source_kind="action_plan", source_id="AP1"), replace(first[1], theme_id="T02")]
        change_rows(opened, moved, 1)
        assert counts(opened) == {
            ("T01", FIRST, "strategy", "S1", 1),
            ("T02", FIRST, "strategy", "S1", 1),
            ("T01", FIRST, "action_plan", "AP1", 1),
            ("", "", "mission", "D1", 1),
        }
        write_plan(opened, with_links(first[2]))
        assert counts(opened) == {("T01", FIRST, "strategy", "S1", 1)}
        many = [r.EvidenceLink(f"E{n}", "action_step", f"AS{n}", "T01", as_of=FIRST) for n in range(2 * MANY)]
        write_plan(opened, with_links(*many))
        change_rows(opened, [replace(link, theme_id="T02") for link in many], 1)  # more than one question can hold
        assert counts(opened) == {("T02", FIRST, "action_step", f"AS{n}", 1) for n in range(2 * MANY)}


@pytest.mark.parametrize("wrong", ["UPDATE link_count SET links = 7", "DELETE FROM link_count"])
def test_a_count_that_is_not_that_of_the_links_is_found(linked: Where, wrong: str):
    assert actions.verify(**linked.args()).breaks == ()
    with connection(*linked) as opened:
        opened.execute(text(f"{wrong} WHERE source_kind = 'strategy'"))
    [found] = actions.verify(**linked.args()).breaks
    assert found.field == "link_count/strategy/S1"
