"""Coherence: each rule finds what breaks it and nothing in a plan that hangs together; findings are accepted with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from synthesis.plan import Plan
from synthesis.plan import records as r
from synthesis.plan.boundaries import breaks, read_boundary
from synthesis.plan.claims import Limits, cost_of, costs_by_fund, rings
from synthesis.plan.coherence import RULES, Incoherence, RankedTheme, coherence, settle
from synthesis.plan.words import direction_text, in_direction, salient_terms
from synthesis.settings import Settings

START, END, DUE, LATER = date(2026, 8, 17), date(2031, 6, 30), date(2026, 12, 18), date(2027, 2, 26)
RESULT = "Nine of ten buses arrive on time by March 2027."


def step(identity: str, plan: str = "AP1", **given_fields: Any) -> r.ActionStep:
    wanted: dict[str, Any] = {
        "id": identity, "plan": plan, "number": 1, "text": "Train six drivers of buses", "assigned_to": f"Director {identity}",
        "start": START, "due": DUE, "status": "on_track",
    }  # fmt: skip
    return r.ActionStep(**(wanted | given_fields))


def action_plan(identity: str = "AP1", **given_fields: Any) -> r.ActionPlan:
    wanted: dict[str, Any] = {
        "id": identity, "strategy": "S1", "date": START, "specific_result": RESULT, "responsible": "Director of Operations",
        "status": "in_progress",
    }  # fmt: skip
    return r.ActionPlan(**(wanted | given_fields))


def costs(plan: str = "AP1", *entries: dict[str, str], **given_fields: Any) -> r.CostBenefit:
    wanted: dict[str, Any] = {
        "id": f"CB-{plan}", "plan": plan, "tangible_costs": entries or ({"item": f"Drivers {plan}", "quantity": "6", "unit_cost": "4,200", "fund": "General"},),
        "tangible_benefits": ("Time",), "sufficient_return": "yes",
    }  # fmt: skip
    return r.CostBenefit(**(wanted | given_fields))


def plan(**records: tuple[Any, ...]) -> Plan:
    sound: dict[str, tuple[Any, ...]] = {
        "plan_cycle": (r.PlanCycle("PC1", "Larkmoor", "Plan", START, END),),
        "direction": (
            r.Direction("D1", "1.0", "adopted", "We know every child by name.", "By 2031 nine of ten third graders read at grade level."),
        ),
        "enduring_value": (r.EnduringValue("V1", "Every person is worth being known."),),
        "strategic_boundary": (r.StrategicBoundary("B1", "We will not cut recess to make room for testing."),),
        "strategy": (r.Strategy("S1", 1, "We will get every student to school on time."),),
        "evidence_link": (r.EvidenceLink("E1", "strategy", "S1", "T01"),),
        "action_plan": (action_plan(),),
        "action_step": (step("A"), step("B", depends_on=("A",))),
        "cost_benefit": (costs(),),
        "coherence_review": (r.CoherenceReview("CR1", "AP1", START, {"boundaries": "yes", "overlaps": ""}, "accepted"),),
        "implementation_item": (r.ImplementationItem("IT1", "AP1", "2026-27", owner="Director", start=START, due=LATER),),
    }  # fmt: skip
    return Plan(sound | records)


LINKS = {"E1": "T01"}
THEMES = (RankedTheme("T01", "Buses", 1), RankedTheme("T02", "Books", 2), RankedTheme("T11", "Turf", 11))


def found(given_plan: Plan, **given_fields: Any) -> list[tuple[str, str, str]]:
    return [
        (f.rule, " ".join(record_id for _, record_id in f.records), f.problem)
        for f in coherence(given_plan, **({"links": LINKS, "themes": THEMES[:1]} | given_fields))
    ]


def only(given_plan: Plan, **given_fields: Any) -> tuple[str, str, str]:
    [one] = found(given_plan, **given_fields)
    return one


def test_a_plan_that_hangs_together_has_no_finding():
    assert found(plan()) == []
    assert coherence(Plan({})) == ()


def test_a_strategy_without_a_theme_is_found():
    assert only(plan(evidence_link=()), themes=()) == ("strategy_without_theme", "S1", "no theme stands behind it")
    assert only(plan(), links={}, themes=())[2] == "its evidence links name no theme of the published run"
    assert coherence(plan()) == ()


def test_a_theme_of_high_priority_without_a_strategy_is_found_unless_why_not_is_recorded():
    rule, records, problem = only(plan(), themes=THEMES)
    assert (rule, records) == ("theme_without_strategy", "T02")
    assert problem == "“Books” is number 2 and no strategy answers it; why not is not recorded"
    refusal = r.Refusal("R1", "T02", "Books are bought by the towns.", "the committee", DUE)
    assert found(plan(), themes=THEMES, refusals=[refusal]) == []
    assert only(plan(), themes=THEMES, refusals=[replace(refusal, because=" ")])[1] == "T02"
    assert [f[1] for f in found(plan(), themes=THEMES, limits=Limits(top_themes=11))] == ["T02", "T11"]
    held = (*plan().of("evidence_link"), r.EvidenceLink("E2", "strategic_boundary", "B1", "T02"))
    assert (
        "only named by strategic boundary"
        in only(plan(evidence_link=held), themes=THEMES, links=LINKS | {"E2": "T02"})[2]
    )
    sub = (*plan().of("evidence_link"), r.EvidenceLink("E2", "strategy", "S1", "T02.1"))
    assert found(plan(evidence_link=sub), themes=THEMES, links=LINKS | {"E2": "T02.1"}) == []


def test_words_that_appear_nowhere_in_the_direction_are_told_with_their_people():
    words = pd.DataFrame(
        [
            ("T01", "bus", 40, "yes"),
            ("T01", "rigor", 31, "no"),
            ("T01", "achievement gap", 22, "no"),
            ("T01", "driver", 12, "other_form"),
        ],
        columns=["theme_id", "form", "people", "found"],
    )
    assert only(plan(), words=words) == (
        "words_missing", "T01",
        "of “Buses” these words appear nowhere in the Direction: “rigor” (31 people), “achievement gap” (22 people)",
    )  # fmt: skip
    assert found(plan(), words=words[words["found"].ne("no")]) == []


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("All students succeed.", "no measure and no time"),
        ("By 2031 all students succeed.", "no measure"),
        ("Nine of ten students read at grade level.", "no time"),
    ],
)
def test_a_student_performance_statement_names_a_measure_and_a_time(statement: str, missing: str):
    direction = replace(plan().of("direction")[0], student_performance_statement=statement)
    assert only(plan(direction=(direction,))) == (
        "statement_without_measure", "D1", f"the student performance statement names {missing}",
    )  # fmt: skip
    assert found(plan(direction=(replace(direction, status="superseded"),))) == []


def test_a_step_or_a_result_that_breaks_a_boundary_is_found():
    steps = (step("A", text="Shorten recess by ten minutes in testing weeks"), step("B"))
    rule, records, problem = only(plan(action_step=steps))
    assert (rule, records) == ("step_breaks_boundary", "A B1")
    assert "(shorten, recess)" in problem
    result = action_plan(specific_result="Cut recess to 10 minutes a day by March 2027.")
    assert only(plan(action_plan=(result,)))[:2] == ("step_breaks_boundary", "AP1 B1")
    assert "step_breaks_boundary" not in str(found(plan(action_plan=(replace(result, status="declined"),))))


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("We will not close a school.", True),
        ("No arming of teachers.", True),
        ("We will never sell data.", True),
        ("Money is held in trust.", False),
    ],
)
def test_a_boundary_that_forbids_nothing_in_known_words_is_not_guessed_at(text: str, reads: bool):
    assert (read_boundary(text) is not None) == reads


def test_what_a_boundary_asks_for_makes_it_right():
    boundary = read_boundary("We will not begin a program without naming its costs and what it replaces.")
    assert boundary is not None
    assert breaks("Launch a robotics program", boundary) == ("launch", "program")
    assert breaks("Launch a robotics program; its costs and what it replaces are named", boundary) == ()
    assert breaks("Do not launch the program", boundary) == ()


def test_a_plan_that_goes_on_against_its_review_is_found():
    review = r.CoherenceReview(
        "CR1", "AP1", START, {"boundaries": "no", "overlaps": "AP2"}, "returned_to_team", "Too dear."
    )
    rule, records, problem = only(plan(coherence_review=(review,)))
    assert (rule, records) == ("review_says_no", "AP1 CR1")
    assert problem == "goes on, but its review names boundaries, overlaps: Too dear."
    later = r.CoherenceReview("CR2", "AP1", DUE, {"boundaries": "yes", "overlaps": "none"}, "accepted")
    assert found(plan(coherence_review=(later, review))) == []
    assert found(plan(coherence_review=(review,), action_plan=(action_plan(status="returned_to_team"),))) == []


def test_a_person_whom_several_plans_claim_at_once_is_found():
    steps = tuple(step(f"{p}{n}", p, assigned_to="Director") for p in ("AP1", "AP2") for n in (1, 2))
    both = {"action_plan": (action_plan(), action_plan("AP2")), "cost_benefit": (costs(), costs("AP2"))}
    rule, records, problem = only(plan(action_step=steps, **both))
    assert (rule, records) == ("same_person", "AP11 AP12 AP21 AP22")
    assert problem == "Director has 4 steps of 2 plans at once until 2026-12-18; 3 can be carried"
    assert found(plan(action_step=steps, **both), limits=Limits(steps_at_once=4)) == []
    own = tuple(replace(s, plan="AP1") for s in steps)
    assert "same_person" not in str(found(plan(action_step=own)))
    after = tuple(replace(s, start=LATER, due=date(2027, 3, 1)) if s.id == "AP22" else s for s in steps)
    done = tuple(replace(s, status="complete") if s.id == "AP22" else s for s in steps)
    assert found(plan(action_step=after, **both)) == found(plan(action_step=done, **both)) == []


def test_plans_that_need_the_same_thing_in_the_same_weeks_are_found():
    steps = (
        step("A", resources="Library room; six buses"), step("B"),
        step("C", "AP2", resources="library room"), step("D", "AP2", start=LATER, due=LATER, resources="six buses"),
    )  # fmt: skip
    both = {"action_plan": (action_plan(), action_plan("AP2")), "cost_benefit": (costs(), costs("AP2"))}
    rule, records, problem = only(plan(action_step=steps, **both))
    assert (rule, records) == ("same_weeks", "A C")
    assert problem == "plans need “library room” in the same weeks, 2026-08-17 to 2026-12-18"


def test_money_is_added_up_by_fund_and_nothing_is_asked_for_twice():
    both = {
        "action_plan": (action_plan(), action_plan("AP2")),
        "action_step": (step("A"), step("B"), step("C", "AP2"), step("D", "AP2")),
        "cost_benefit": (costs(), costs("AP2")),
    }
    assert found(plan(**both), limits=Limits(funds={"general": 50_400})) == []
    rule, records, problem = only(plan(**both), limits=Limits(funds={"General": 50_000}))
    assert (rule, records, problem) == (
        "same_money", "AP1 AP2", "plans ask 50,400 of the fund “General”, which has 50,000",
    )  # fmt: skip
    same = {"item": "Drivers AP1", "quantity": "1", "unit_cost": "5", "fund": "general"}
    assert only(plan(**(both | {"cost_benefit": (costs(), costs("AP2", same))})))[2] == (
        "plans ask the fund “general” for the same thing, “drivers ap1”"
    )
    unread = {"item": "Some buses", "quantity": "a few", "unit_cost": "5", "fund": "general"}
    assert only(plan(cost_benefit=(costs("AP1", unread),)))[0] == "cost_unreadable"
    gone = {"action_plan": (action_plan(), action_plan("AP2", status="discontinued"))}
    assert found(plan(**(both | gone)), limits=Limits(funds={"general": 25_200})) == []


def test_costs_are_quantity_times_unit_cost():
    assert cost_of({"quantity": "1,200", "unit_cost": "$ 3.50"}) == 4200
    assert cost_of({"quantity": "2"}) is None
    assert costs_by_fund(
        costs("AP1", {"quantity": "2", "unit_cost": "3", "fund": "A"}, {"quantity": "1", "unit_cost": "4", "fund": "a"})
    ) == {"a": 10}
    assert costs_by_fund(None) == {}


def test_days_lie_within_the_plan_and_in_order():
    assert (
        only(plan(action_step=(step("A", start=date(2026, 8, 1)), step("B"))))[2]
        == "starts on 2026-08-01; the plan starts on 2026-08-17"
    )
    item = replace(plan().of("implementation_item")[0], due=date(2031, 7, 1))
    assert only(plan(implementation_item=(item,))) == (
        "date_outside",
        "IT1",
        "is due on 2031-07-01; the plan ends on 2031-06-30",
    )
    late = action_plan(specific_result=RESULT.replace("2027", "2032"))
    assert [f[0] for f in found(plan(action_plan=(late,)))] == ["date_outside", "result_not_within_a_year"]
    assert only(plan(action_step=(step("A", start=DUE, due=START), step("B"))))[:2] == ("dates_in_order", "A")


def test_steps_wait_for_what_they_depend_on():
    early = (step("A", due=LATER), step("B", depends_on=("A",)))
    problem = "is due on 2026-12-18, but depends on A, due on 2027-02-26"
    assert only(plan(action_step=early)) == ("dependency", "B A", problem)
    done = (step("A"), step("B", depends_on=("A",), status="complete"))
    assert only(plan(action_step=done))[2] == "is complete, but depends on A, which is not"
    ring = (step("A", depends_on=("C",)), step("B", depends_on=("A",)), step("C", depends_on=("B",)))
    assert only(plan(action_step=ring)) == ("dependency", "A B C", "wait for each other: A, B, C")


NEEDS = st.dictionaries(st.sampled_from("ABCDE"), st.lists(st.sampled_from("ABCDE"), max_size=3).map(tuple), max_size=5)


@given(needs=NEEDS)
def test_rings_are_found_where_and_only_where_somebody_waits_for_oneself(needs: dict[str, tuple[str, ...]]):
    def waits(start: str, goal: str, seen: frozenset[str] = frozenset()) -> bool:
        return any(n == goal or (n not in seen and waits(n, goal, seen | {n})) for n in needs.get(start, ()))

    assert {i for ring in rings(needs) for i in ring} == {i for i in needs if waits(i, i)}


def test_steps_would_produce_the_result():
    assert only(plan(action_step=()))[2] == "has no steps"
    assert only(plan(action_step=(step("A"),)))[2] == "has one step; a result takes several"
    late = (step("A"), step("B", due=date(2027, 5, 1)))
    assert only(plan(action_step=late))[:2] == ("steps_do_not_reach", "AP1 B")
    from_then_on = action_plan(specific_result="Nine of ten buses arrive on time from March 2027.")
    assert found(plan(action_plan=(from_then_on,), action_step=late)) == []


def test_what_is_wrong_with_results_and_steps_by_themselves_is_part_of_it():
    plans = (action_plan(responsible="The team"),)
    assert only(plan(action_plan=plans)) == (
        "result_no_one_accountable", "AP1", "its specific result names a group (The team) (“The team”)",
    )  # fmt: skip
    assert only(plan(action_step=(step("A"), step("B", due=None))))[:2] == ("step_no_due", "B")


def test_every_rule_is_told_in_words():
    assert all(says.endswith(".") for says in RULES.values())


def test_a_finding_is_accepted_with_a_reason_and_open_again_when_it_changes():
    early = plan(action_step=(step("A", due=LATER), step("B", depends_on=("A",))))
    [finding] = coherence(early, links=LINKS)
    acceptance = r.Acceptance("A1", finding.key, "A is split: its first half is done.", "Odalys Brennick", DUE)
    settled = settle(coherence(early, links=LINKS), [acceptance])
    assert (settled.open, settled.accepted, settled.lapsed) == ((), ((finding, acceptance),), ())
    moved = plan(action_step=(step("A", due=date(2027, 2, 27)), step("B", depends_on=("A",))))
    again = settle(coherence(moved, links=LINKS), [acceptance])
    assert (len(again.open), again.accepted, again.lapsed) == (1, (), (acceptance,))
    assert settle([finding], [replace(acceptance, reason="  ")]).open == (finding,)
    later = replace(acceptance, reason="Agreed again.", on=LATER)
    assert settle([finding], [later, acceptance]).accepted == ((finding, later),)


def test_a_key_tells_findings_apart_and_not_the_order_of_their_records():
    one = Incoherence("dependency", (("action_step", "A"), ("action_step", "B")), "x")
    assert one.key == replace(one, records=one.records[::-1]).key
    keys = {
        one.key,
        replace(one, rule="same_person").key,
        replace(one, problem="y").key,
        replace(one, records=one.records[:1]).key,
    }
    assert len(keys) == 4


def frames(rows: list[tuple[str, str, str, str, str]]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return contributions, ideas and assignments of rows: theme, voice, campaign, language, text."""
    ids = [f"C{n}" for n in range(len(rows))]
    contributions = pd.DataFrame(
        {
            "contribution_id": ids,
            "participant_key": [row[1] for row in rows],
            "campaign_id": [row[2] for row in rows],
            "language": [row[3] for row in rows],
        }
    )
    ideas = pd.DataFrame({"idea_id": ids, "contribution_id": ids, "text": [row[4] for row in rows]})
    return contributions, ideas, pd.DataFrame({"idea_id": ids, "theme_id": [row[0] for row in rows]})


def test_salient_terms_are_counted_by_voices_and_small_counts_are_not_told():
    rows = [("T01", f"p{n}", "", "en", "The achievement gap is wide at our schools") for n in range(12)]
    rows += [("T01", "p0", "", "en", "rigor rigor rigor")] * 30
    rows += [("T01", f"q{n}", "", "en", "Our drivers quit") for n in range(9)]
    rows += [("T01", f"s{n}", "L1", "en", "Petition for turf") for n in range(300)]
    rows += [("T01", f"e{n}", "", "es", "La brecha de aprendizaje") for n in range(20)]
    rows += [("T01", f"m{n}", "", "en", "Call [phone number] of [name]") for n in range(12)]
    rows += [("T03", f"z{n}", "", "en", "Lunch is cold") for n in range(90)]
    rows += [("T02", f"r{n}", "", "en", "Our schools need phonics books") for n in range(15)]
    found_terms = salient_terms(*frames(rows))
    told = {t: dict(zip(own["term"], own["people"], strict=True)) for t, own in found_terms.groupby("theme_id")}
    assert told["T01"]["achievement gap"] == 12
    assert not {"achievement", "gap", "rigor", "driver", "turf", "petition", "brecha", "name", "phone", "number"} & set(
        told["T01"]
    )
    assert told["T02"]["phonics book"] == 15
    assert "phonics books" in set(found_terms["form"])
    assert "phonics" not in told["T02"]
    assert found_terms.groupby("theme_id")["weight"].apply(lambda w: w.is_monotonic_decreasing).all()
    fewer = salient_terms(*frames(rows), Limits(fewest_people=9))
    assert fewer.query("term == 'driver quit'")["people"].tolist() == [9]
    assert salient_terms(*frames(rows), Limits(words_per_theme=1)).groupby("theme_id").size().eq(1).all()
    assert salient_terms(*frames(rows), Limits(word_lift=1000)).empty


def test_limits_are_settings_with_the_same_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert Limits(**Settings().limits()) == Limits()
    (tmp_path / "synthesis.toml").write_text(
        'coherence_steps_at_once = 4\n[coherence_funds]\ngeneral = 600000\n"general 2027-28" = 1.4e6\n'
    )
    assert Limits(**Settings().limits()) == Limits({"general": 600_000, "general 2027-28": 1_400_000}, steps_at_once=4)
    monkeypatch.setenv("SYNTHESIS_COHERENCE_FUNDS", '{"levy": 5}')
    monkeypatch.setenv("SYNTHESIS_MINIMUM_CELL", "12")
    # Funds of both are joined: a variable adds to the file, and wins where both name one.
    assert Settings().limits()["funds"] == {"general": 600_000, "general 2027-28": 1_400_000, "levy": 5}
    assert Limits(**Settings().limits()).fewest_people == 12
    monkeypatch.setenv("SYNTHESIS_COHERENCE_FUNDS", '{"levy": -5}')
    with pytest.raises(ValidationError, match="coherence_funds"):
        Settings()


def test_words_are_sought_in_the_direction_word_for_word_in_another_form_and_in_parts():
    sentences = ("We will keep counselors near.", "No gap in what children achieve will stay; we close it by reading.")
    terms = pd.DataFrame({"term": ["counselor", "counseling", "reading gap", "rigor", "achievement gap", "book"]})
    assert in_direction(terms, sentences)["found"].tolist() == ["yes", "other_form", "apart", "no", "apart", "no"]


def test_the_directions_text_is_its_newest_versions_and_its_elements():
    old = replace(plan().of("direction")[0], id="D0", status="superseded", mission="An old mission.")
    text = direction_text(plan(direction=(old, *plan().of("direction"))))
    assert text[:2] == ("We know every child by name.", "By 2031 nine of ten third graders read at grade level.")
    assert "An old mission." not in text
    assert len(text) == 5
