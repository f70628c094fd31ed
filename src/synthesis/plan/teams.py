"""Action planning teams: how many, who, trained in time, and each for one strategy. Everything found is a warning."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from synthesis.plan.records import Plan
from synthesis.procedure import Finding, either, plain

_WRITING = 7
"""The number of the step in which teams meet and write."""


@dataclass(frozen=True, slots=True)
class TeamRule:
    """What a district asks of its teams. `trained` is everyone, co_chairs or nobody."""

    smallest: int = 5
    largest: int = 9
    functions: tuple[str, ...] = ("writer", "researcher", "content_expert")
    trained: str = "everyone"
    several_strategies: bool = False


def team_findings(
    plan: Plan, rule: TeamRule | None = None, *, first_meetings: Mapping[str, date] | None = None
) -> list[Finding]:
    """Return what a person should look at in the teams.

    `first_meetings` is team id → the day on which it first met; of a team that is not in it, the day on which step 7 began.
    """
    rule = rule or TeamRule()
    began = next((step.started for step in plan.of("step") if step.number == _WRITING), None)
    members: defaultdict[str, list[Any]] = defaultdict(list)
    for member in plan.of("team_member"):
        members[member.team].append(member)
    found = [*_strategies(plan), *(_shared(plan, members) if not rule.several_strategies else ())]
    for team in plan.of("team"):
        own = members[team.id]
        found += _seats(team, own, rule)
        found += _training(team, own, rule, (first_meetings or {}).get(team.id, began))
    return found


def _seats(team: Any, own: list[Any], rule: TeamRule) -> Iterator[Finding]:
    """Check a team's size, its functions and its co-chairs."""
    if not rule.smallest <= len(own) <= rule.largest:
        yield _warn("team", team.id, "", f"has {len(own)} members; teams have {rule.smallest} to {rule.largest}")
    missing = [name for name in rule.functions if not any(name in member.functions for member in own)]
    if missing and own:
        yield _warn("team", team.id, "functions", f"has no {either(missing)}")
    for person, times in Counter(member.person for member in own).items():
        if times > 1:
            yield _warn("team", team.id, "person", f"seats {person} {times} times")
    seated = {member.person for member in own if member.role in ("chair", "co_chair")}
    if own and not seated:
        yield _warn("team", team.id, "co_chairs", "has no chair or co-chair among its members")
    for person in team.co_chairs:
        if own and person not in seated:
            yield _warn("team", team.id, "co_chairs", f"names {person}, who is not seated as a chair or co-chair")


def _training(team: Any, own: list[Any], rule: TeamRule, first_meeting: date | None) -> Iterator[Finding]:
    """Check that those who must be trained were so before their team first met."""
    asked = [
        member
        for member in own
        if rule.trained == "everyone" or (rule.trained == "co_chairs" and member.role in ("chair", "co_chair"))
    ]
    never = [member.person for member in asked if member.trained_on is None]
    if never:
        yield _warn("team", team.id, "trained_on", f"has members who have not been trained: {', '.join(never)}")
    if first_meeting is None:
        return
    late = [member.person for member in asked if member.trained_on is not None and member.trained_on > first_meeting]
    if late:
        problem = f"first met on {first_meeting}, before these members were trained: {', '.join(late)}"
        yield _warn("team", team.id, "trained_on", problem)


def _shared(plan: Plan, members: Mapping[str, list[Any]]) -> Iterator[Finding]:
    """Check that nobody is seated on the teams of two strategies."""
    strategies: defaultdict[str, set[str]] = defaultdict(set)
    for team in plan.of("team"):
        for member in members.get(team.id, ()):
            strategies[member.person].add(team.strategy)
    for member in plan.of("team_member"):
        if len(strategies[member.person]) > 1:
            named = ", ".join(sorted(strategies.pop(member.person)))
            yield _warn(
                "team_member", member.id, "person", f"{member.person} is seated for several strategies: {named}"
            )


def _strategies(plan: Plan) -> Iterator[Finding]:
    """Check that each strategy has a team, once any has."""
    with_team = {team.strategy for team in plan.of("team")}
    for strategy in plan.of("strategy"):
        if with_team and strategy.id not in with_team:
            yield _warn("strategy", strategy.id, "", f"has no {plain('action_planning_team')}")


def _warn(kind: str, record_id: str, column: str, problem: str) -> Finding:
    """Return a finding that is shown and forbids nothing."""
    return Finding(kind, record_id, column, problem, False)
