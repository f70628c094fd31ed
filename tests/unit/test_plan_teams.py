"""Action planning teams: size, functions, training in time, one strategy each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from synthesis.plan import Plan
from synthesis.plan import records as r
from synthesis.plan.teams import TeamRule, team_findings

MET, BEFORE, AFTER = date(2026, 6, 1), date(2026, 5, 27), date(2026, 6, 3)
FUNCTIONS = ("writer", "researcher", "content_expert")


def member(number: int, team: str = "TM1", **given: object) -> r.TeamMember:
    wanted = {
        "id": f"{team}-{number}",
        "team": team,
        "person": f"Member {number}",
        "role": "co_chair" if number < 2 else "member",
        "functions": (FUNCTIONS[number % 3],),
        "appointed_by": "Superintendent",
        "trained_on": BEFORE,
    }
    return r.TeamMember(**(wanted | given))  # type: ignore[arg-type]


def plan(members: list[r.TeamMember], *teams: r.Team, strategies: tuple[str, ...] = ("S1",)) -> Plan:
    return Plan(
        {
            "step": (r.Step("ST7", 7, "Teams write", "done", MET),),
            "strategy": tuple(r.Strategy(s, n, "Buses") for n, s in enumerate(strategies, 1)),
            "team": teams or (r.Team("TM1", "S1", ("Member 0", "Member 1")),),
            "team_member": tuple(members),
        }
    )


def problems(found: list[object]) -> list[str]:
    assert all(not finding.error for finding in found)  # type: ignore[attr-defined]
    return [f"{finding.record_id}: {finding.problem}" for finding in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [5, 7, 9])
def test_a_team_as_it_should_be_has_no_finding(size: int):
    assert team_findings(plan([member(n) for n in range(size)])) == []


@pytest.mark.parametrize("size", [4, 10, 0])
def test_a_size_outside_the_setting_is_a_warning_and_the_setting_can_be_changed(size: int):
    members = plan([member(n) for n in range(size)])
    assert f"TM1: has {size} members; teams have 5 to 9" in problems(team_findings(members))
    assert problems(team_findings(members, TeamRule(smallest=0, largest=12))) == []


@pytest.mark.parametrize("missing", FUNCTIONS)
def test_writers_researchers_and_content_experts_are_missed(missing: str):
    members = [member(n) for n in range(6)]
    left = [replace(m, functions=tuple(f for f in m.functions if f != missing)) for m in members]
    assert problems(team_findings(plan(left))) == [f"TM1: has no {missing.replace('_', ' ')}"]


def test_one_person_may_have_several_functions():
    members = [member(n, functions=FUNCTIONS if n == 4 else ()) for n in range(5)]
    assert team_findings(plan(members)) == []


def test_training_comes_before_the_first_meeting():
    members = [member(n, trained_on={3: None, 4: AFTER}.get(n, BEFORE)) for n in range(6)]
    assert problems(team_findings(plan(members))) == [
        "TM1: has members who have not been trained: Member 3",
        "TM1: first met on 2026-06-01, before these members were trained: Member 4",
    ]
    later = {"TM1": AFTER}
    assert len(team_findings(plan(members), first_meetings=later)) == 1
    assert team_findings(plan(members), TeamRule(trained="co_chairs")) == []
    assert team_findings(plan(members), TeamRule(trained="nobody")) == []
    untrained_chair = [replace(m, trained_on=None) if m.role == "co_chair" else m for m in members]
    assert len(team_findings(plan(untrained_chair), TeamRule(trained="co_chairs"))) == 1


def test_nobody_sits_for_two_strategies_unless_it_is_allowed():
    teams = (r.Team("TM1", "S1", ("Member 0",)), r.Team("TM2", "S2", ("Member 0",)))
    members = [member(n) for n in range(5)] + [
        member(n, "TM2", person=f"Member {n}" if n == 0 else f"Other {n}") for n in range(5)
    ]
    found = plan(members, *teams, strategies=("S1", "S2"))
    assert problems(team_findings(found)) == ["TM1-0: Member 0 is seated for several strategies: S1, S2"]
    assert team_findings(found, TeamRule(several_strategies=True)) == []


def test_two_teams_of_one_strategy_may_share_a_member():
    teams = (r.Team("TM1", "S1"), r.Team("TM2", "S1"))
    members = [member(n) for n in range(5)] + [member(n, "TM2") for n in range(5)]
    assert team_findings(plan(members, *teams)) == []


def test_a_strategy_without_a_team_and_chairs_who_are_not_seated_are_named():
    found = team_findings(
        plan([member(n) for n in range(5)], r.Team("TM1", "S1", ("Nobody",)), strategies=("S1", "S2"))
    )
    assert problems(found) == [
        "S2: has no action planning team",
        "TM1: names Nobody, who is not seated as a chair or co-chair",
    ]
    no_chair = [replace(member(n), role="member") for n in range(5)]
    assert problems(team_findings(plan(no_chair, r.Team("TM1", "S1")))) == [
        "TM1: has no chair or co-chair among its members"
    ]
    twice = [member(n) for n in range(5)] + [member(5, person="Member 4")]
    assert problems(team_findings(plan(twice))) == ["TM1: seats Member 4 2 times"]


def test_a_plan_without_teams_yet_has_no_finding():
    assert team_findings(Plan({"strategy": (r.Strategy("S1", 1, "Buses"),)})) == []
