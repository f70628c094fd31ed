"""What rests on a record of the plan: what would lose its ground, or its meaning, if the record were gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from synthesis.plan.links import ELEMENTS
from synthesis.plan.records import KINDS, Plan
from synthesis.plan.trace import Key

_BY_ID = ("decision", "board_action", "plan_change")
"""Kinds that name what they are about by its id alone."""
_PARTS = ("enduring_value", "strategic_boundary", "strategy")
_UNWRITTEN = frozenset({"assigned", "drafting"})


def _references() -> dict[str, list[tuple[str, str]]]:
    """Return kind → the kinds and fields that point to it."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for cls in KINDS:
        for item in fields(cls):
            if item.metadata["references"]:
                found[item.metadata["references"]].append((cls.kind, item.name))
    return dict(found)


_REFERENCES = _references()


def resting(plan: Plan, record: Any) -> Iterator[Key]:
    """Yield the records that rest on one: that point to it, are about it, or were made on the ground of it. Evidence links are not in it."""
    for kind, name in _REFERENCES.get(record.kind, ()):
        for other in plan.of(kind):
            value = getattr(other, name)
            if record.id in (value if isinstance(value, tuple) else (value,)):
                yield kind, other.id
    for kind in _BY_ID:
        yield from ((kind, other.id) for other in plan.of(kind) if other.object == record.id and other is not record)
    yield from _on_the_ground_of(plan, record)


def linked_as(plan: Plan, record: Any) -> tuple[Key, ...]:
    """Return what evidence links that start from a record have as their source."""
    own = ((record.kind, record.id),)
    if record.kind != "direction":
        return own
    alone = len(plan.of("direction")) == 1
    return own + tuple((part, name) for part in ELEMENTS for name in ((record.id, part) if alone else (record.id,)))


def _on_the_ground_of(plan: Plan, record: Any) -> Iterator[Key]:
    """Yield what a record is the ground of without being named by it."""
    match record.kind:
        case "attendance":  # who was there decides about quorum and consent
            concluded = [d for d in plan.of("decision") if d.meeting == record.meeting and d.result != "open"]
            yield from (("decision", d.id) for d in concluded)
        case "term":  # who was seated decides about quorum
            yield from _attended(plan, record)
        case "team" | "team_member":
            team = record if record.kind == "team" else plan.by_id("team").get(record.team)
            of_team = [p for p in plan.of("action_plan") if team is not None and p.strategy == team.strategy]
            yield from (("action_plan", p.id) for p in of_team if p.status not in _UNWRITTEN)
        case "direction" if len(plan.of("direction")) == 1:
            yield from ((kind, part.id) for kind in _PARTS for part in plan.of(kind))


def _attended(plan: Plan, term: Any) -> Iterator[Key]:
    """Yield the attendances of a member within a term."""
    meetings = plan.by_id("meeting")
    for attendance in plan.of("attendance"):
        day = meetings[attendance.meeting].day if attendance.meeting in meetings else None
        held = day is None or (term.start or date.min) <= day <= (term.end or date.max)
        if attendance.member == term.member and held:
            yield "attendance", attendance.id
