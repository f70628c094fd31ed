"""Specific results and action steps, read by written rules; measured on examples that were written before the rules."""

from __future__ import annotations

from datetime import date

import pytest

from benchmarks.rules import SETS, score
from synthesis.plan import records as r
from synthesis.plan.deadlines import deadlines, latest, without_days
from synthesis.plan.lint import RESULT_RULES, STEP_RULES, lint_plan, lint_result, lint_step, one_person

STARTS = date(2026, 8, 17)


@pytest.mark.parametrize("name", ["specific_results", "action_steps"])
def test_on_examples_written_before_the_rules_f1_is_at_least_nine_tenths(name: str):
    found = score(name, "written_first")
    assert found["examples"] == {"specific_results": 60, "action_steps": 40}[name]
    assert found["flawed"]["f1"] >= 0.9
    assert found["named"]["f1"] >= 0.9


@pytest.mark.parametrize(
    ("name", "which", "examples", "f1", "precision"),
    [
        ("specific_results", "held_out_1", 20, 0.7, 0.85),
        ("specific_results", "held_out_2", 20, 0.75, 0.95),
        ("action_steps", "held_out_2", 20, 0.9, 0.95),
        ("boundary_steps", "written_first", 24, 0.9, 0.9),
        ("boundary_steps", "held_out", 16, 0.66, 0.85),
    ],
)
def test_on_examples_written_after_the_rules_it_is_no_worse_than_it_was(
    name: str, which: str, examples: int, f1: float, precision: float
):
    found = score(name, which)
    assert found["examples"] == examples
    assert found["flawed"]["f1"] >= f1
    assert found["flawed"]["precision"] >= precision


def test_a_rule_that_always_or_never_finds_something_would_score_lower(monkeypatch: pytest.MonkeyPatch):
    for says in (set(RESULT_RULES), set()):
        monkeypatch.setitem(SETS, "specific_results", lambda row, says=says: set(says))
        assert score("specific_results", "written_first")["flawed"]["f1"] < 0.7


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by May 28, 2027", date(2027, 5, 28)),
        ("by 28 May 2027", date(2027, 5, 28)),
        ("by 5/28/2027", date(2027, 5, 28)),
        ("by 2027-05-28", date(2027, 5, 28)),
        ("in May 2027", date(2027, 5, 31)),
        ("during 2026-27", date(2027, 6, 30)),
        ("by November 1", date(2026, 11, 1)),
        ("by August 1", date(2027, 8, 1)),
        ("in May", date(2027, 5, 31)),
        ("before winter break", date(2026, 12, 31)),
        ("by Thanksgiving", date(2026, 11, 30)),
        ("before spring break", date(2027, 4, 30)),
        ("by the spring", date(2027, 5, 31)),
        ("on the spring 2028 test", date(2028, 5, 31)),
        ("by 2031", date(2031, 6, 30)),
        ("within three years", date(2029, 8, 31)),
        ("within 18 months", date(2028, 2, 29)),
        ("in 6 weeks", date(2026, 9, 28)),
        ("between October and March", date(2027, 3, 31)),
        ("the class of 2032", date(2032, 6, 30)),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: date):
    assert latest(text, STARTS) == day
    assert without_days(f"It ends {text}, 9 times", STARTS).split()[-2:] == ["9", "times"]


@pytest.mark.parametrize(
    "text", ["once per quarter", "in the first year", "each month", "by the end of the school year"]
)
def test_a_rhythm_or_a_part_of_the_year_is_a_time_without_a_day(text: str):
    [found] = deadlines(text, STARTS)
    assert (found.day, found.open_ended) == (None, False)


@pytest.mark.parametrize(
    "text", ["each year", "eventually", "as soon as possible", "for the life of the plan", "when funds allow"]
)
def test_what_runs_on_is_open_ended(text: str):
    assert all(found.open_ended for found in deadlines(text, STARTS))
    assert deadlines(text, STARTS)


@pytest.mark.parametrize(
    "text", ["Teachers may march to the gym", "on February 30, 2027", "grades 3 to 5", "the 14 oldest", "room 2027"]
)
def test_what_is_no_day_is_not_read_as_one(text: str):
    assert latest(text, STARTS) is None


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("Director of Human Resources", None),
        ("Director of Research and Assessment", None),
        ("Superintendent or designee", None),
        ("Corin Vale", None),
        ("Ilse", None),
        ("Principal of Larkmoor High", None),
        ("", "names nobody"),
        ("TBD", "names nobody"),
        ("to be named", "names nobody"),
        ("Principals", "names a group (Principals)"),
        ("The literacy team", "names a group (The literacy team)"),
        ("Human Resources", "names a group (Human Resources)"),
        ("Director of Operations and Business Manager", "names 2 people"),
        ("Corin Vale and Ilse Marwood", "names 2 people"),
        ("whoever is free", "names no person and no title (whoever is free)"),
    ],
)
def test_one_accountable_person(who: str, says: str | None):
    assert one_person(who) == says


GOOD = "Nine of ten buses arrive within five minutes of the posted time by March 2027."


def flaws(text: str = GOOD, **given: str) -> list[str]:
    wanted = {
        "responsible": "Director of Operations",
        "costs": "$25,000",
        "benefits": "Time",
        "sufficient_return": "yes",
    }
    return [flaw.rule for flaw in lint_result(text, starts=STARTS, **(wanted | given))]


def test_a_sound_result_has_no_flaw_and_each_rule_finds_its_own():
    assert flaws() == []
    assert flaws("Families feel welcome by May 2027.") == ["not_measurable"]
    assert flaws(GOOD.replace("2027", "2029")) == ["not_within_a_year"]
    assert flaws("Nine of ten buses arrive on time.") == ["not_within_a_year"]
    assert flaws(responsible="Principals") == ["no_one_accountable"]
    assert flaws("Study the bus routes by March 2027.") == ["plan_to_plan"]
    assert flaws("This is done at five more schools by March 2027.") == ["not_alone"]
    assert flaws(sufficient_return="no") == ["costs_exceed_benefits"]
    assert flaws("Promote 10 clubs by March 2027.") == ["weak_verb"]


@pytest.mark.parametrize("said", ["", "no", "Not likely", "they could not agree that it would pay", "hard to justify"])
def test_a_return_that_is_not_said_to_be_sufficient_is_a_flaw(said: str):
    assert flaws(sufficient_return=said) == ["costs_exceed_benefits"]


@pytest.mark.parametrize(
    "said", ["yes", "Yes, in the second year", "saves money", "worth it", "yes, though not at once"]
)
def test_a_return_that_is_said_to_be_sufficient_is_none(said: str):
    assert flaws(sufficient_return=said) == []


def test_the_year_ends_with_the_month_in_which_it_began():
    assert flaws(GOOD.replace("March 2027", "August 2027")) == []
    assert flaws(GOOD.replace("March 2027", "September 2027")) == ["not_within_a_year"]


def test_a_purpose_clause_is_not_the_verb():
    assert flaws("Hire two coaches to support teachers by March 2027.") == []
    assert flaws("Study halls are staffed by two tutors by March 2027.") == []
    assert flaws("A research-based course reaches 40 students by March 2027.") == []


def test_an_action_plan_is_read_with_its_recorded_costs_and_benefits():
    plan = r.ActionPlan("AP1", "S1", specific_result=GOOD, responsible="Director of Operations", status="drafting")
    assert [flaw.rule for flaw in lint_plan(plan, None, STARTS)] == ["costs_exceed_benefits"]
    recorded = r.CostBenefit("CB1", "AP1", ({"item": "Drivers"},), tangible_benefits=("Time",), sufficient_return="yes")
    assert lint_plan(plan, recorded, STARTS) == ()


def step(text: str, **given: object) -> list[str]:
    wanted = {"assigned_to": "Director of Operations", "due": STARTS, "status": "not_started"}
    return [flaw.rule for flaw in lint_step(r.ActionStep("ST1", "AP1", 1, text, **(wanted | given)))]  # type: ignore[arg-type]


def test_a_sound_step_has_no_flaw_and_each_rule_finds_its_own():
    assert step("Paint the crosswalk at Old Ferry") == []
    assert step("Improvement of communication") == ["not_specific"]
    assert step("Roll it out") == ["not_specific"]
    assert step("Paint the crosswalk at Old Ferry", assigned_to="") == ["not_assignable"]
    assert step("Order desks, move the old ones, and sell the lockers") == ["several_tasks"]
    assert step("Draft and post the order of repairs") == []
    assert step("Paint the crosswalk at Old Ferry", due=None) == ["no_due"]
    assert set(STEP_RULES) == {"not_specific", "not_assignable", "several_tasks", "no_due"}
