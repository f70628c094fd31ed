"""What became of what people said: you said / we did / not yet / we won't, because. In plain words, per theme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from synthesis.plan.proceedings import Refusal
from synthesis.plan.records import Plan, ProgressUpdate
from synthesis.plan.updates import last_day
from synthesis.procedure import plain

ANSWERS = ("we_did", "not_yet", "wont", "no_answer")
_PROMISES = frozenset({"mission", "student_performance_statement", "enduring_value", "strategic_boundary"})
_ENDED_UNDONE = frozenset({"declined", "discontinued"})


@dataclass(frozen=True, slots=True)
class _Answer:
    """One row of the register, without its theme."""

    answer: str
    words: str
    because: str
    kind: str
    record_id: str


def answers(
    plan: Plan,
    themes: Iterable[tuple[str, str]],
    links: Mapping[str, str],
    period: str,
    refusals: Iterable[Refusal] = (),
) -> pd.DataFrame:
    """Return what became of each theme by the end of a month (``YYYY-MM``), themes in the order given.

    `themes` are pairs of id and name; `links` is evidence link id → theme id. Only published updates are told. Columns:
    ``theme_id, you_said, answer`` (we_did, not_yet, wont or no_answer), ``words, because, kind, record_id`` (the record that
    says so) and ``reason_missing`` (a "we won't" whose reason is not recorded: not to be published before it is).
    """
    told = _Told(plan, period, plans_answering(plan, links))
    refused: dict[str, list[Refusal]] = {}
    for refusal in refusals:
        if _by(refusal.decided_on, last_day(period)):
            refused.setdefault(refusal.theme_id, []).append(refusal)
    rows = []
    for theme_id, name in themes:
        found = list(dict.fromkeys(told.of(theme_id, links)))
        found += [_Answer("wont", "", r.because, "refusal", r.decided_by) for r in refused.get(theme_id, ())]
        for answer in found or [_Answer("no_answer", "", "", "", "")]:
            missing = answer.answer == "wont" and not answer.because.strip()
            rows.append((theme_id, name, *(getattr(answer, f) for f in _Answer.__slots__), missing))
    columns = ["theme_id", "you_said", *_Answer.__slots__, "reason_missing"]
    frame = pd.DataFrame(rows, columns=columns)
    place = {theme_id: n for n, theme_id in enumerate(frame["theme_id"].drop_duplicates())}
    order = frame["theme_id"].map(place) * len(ANSWERS) + frame["answer"].map(ANSWERS.index)
    return frame.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def refused_themes(plan: Plan, links: Mapping[str, str]) -> tuple[Refusal, ...]:
    """Return what the plan refuses, once for each theme that a refusal names: by id, or by evidence links (id → theme id)."""
    found = []
    for refusal in plan.of("refusal"):
        own = [e for e in plan.of("evidence_link") if (e.source_kind, e.source_id) == ("refusal", refusal.id)]
        named = [refusal.theme_id] if refusal.theme_id else [links[e.id] for e in own if e.id in links]
        found += [replace(refusal, theme_id=theme_id.split(".")[0]) for theme_id in dict.fromkeys(named)]
    return tuple(found)


def plans_answering(plan: Plan, links: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return theme id → the action plans that answer it; a subtheme counts as its theme. `links` is evidence link id → theme id.

    A plan answers the themes that it or one of its steps is linked to; one that names none answers those of its strategy.
    """
    of_step = {step.id: step.plan for step in plan.of("action_step")}
    own: defaultdict[str, set[str]] = defaultdict(set)
    of_strategy: defaultdict[str, set[str]] = defaultdict(set)
    for link in plan.of("evidence_link"):
        theme = links.get(link.id, "").split(".")[0]
        if not theme:
            continue
        if link.source_kind == "strategy":
            of_strategy[link.source_id].add(theme)
        elif link.source_kind == "action_plan":
            own[link.source_id].add(theme)
        elif link.source_kind == "action_step" and link.source_id in of_step:
            own[of_step[link.source_id]].add(theme)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for action_plan in plan.of("action_plan"):
        for theme in own.get(action_plan.id) or of_strategy[action_plan.strategy]:
            found[theme].add(action_plan.id)
    return {theme: frozenset(plans) for theme, plans in found.items()}


class _Told:
    """What the plan tells by the end of a month."""

    def __init__(self, plan: Plan, period: str, answering: Mapping[str, frozenset[str]]) -> None:
        self.plan = plan
        self.answering = answering
        self.period = period
        self.end = last_day(period)
        self.plans = plan.by_id("action_plan")
        self.updates: dict[str, list[ProgressUpdate]] = {}
        items = {item.id: item.plan for item in plan.of("implementation_item")}
        for update in sorted(plan.of("progress_update"), key=lambda u: str(u.period)):
            if update.published_at is not None and update.period <= period and update.item in items:
                self.updates.setdefault(items[update.item], []).append(update)

    def of(self, theme_id: str, links: Mapping[str, str]) -> Iterator[_Answer]:
        """Yield the answers of the elements of the plan that name a theme or one of its subthemes."""
        for link in self.plan.of("evidence_link"):
            linked = links.get(link.id, "")
            if linked == theme_id or linked.startswith(f"{theme_id}."):
                yield from self._element(link.source_kind, link.source_id, theme_id)

    def _element(self, kind: str, record_id: str, theme_id: str) -> Iterator[_Answer]:
        """Yield the answers of one element of the plan."""
        if kind in _PROMISES:
            yield from self._promise(kind, record_id)
        elif kind == "strategy":
            answering = self.answering.get(theme_id.split(".")[0], frozenset())
            own = [p for p in self.plans.values() if p.strategy == record_id and p.id in answering]
            for action_plan in own:
                yield from self._action_plan(action_plan)
            if not own:
                text = self.plan.by_id("strategy")[record_id].text
                yield _Answer("not_yet", text, "No action plan has been written for it yet.", kind, record_id)
        elif kind == "action_plan" and record_id in self.plans:
            yield from self._action_plan(self.plans[record_id])
        elif kind == "action_step":
            step = self.plan.by_id(kind)[record_id]
            yield from self._action_plan(self.plans[step.plan])

    def _promise(self, kind: str, record_id: str) -> Iterator[_Answer]:
        """Yield what the Direction promises, once it is adopted."""
        direction = next((d for d in self.plan.of("direction") if d.adopted_on and d.adopted_on <= self.end), None)
        text = getattr(direction, kind, None) if direction else None
        if direction is not None and text is None:
            text = self.plan.by_id(kind)[record_id].text
        if text:
            yield _Answer("we_did", f"We wrote it into the Direction: “{text}”", "", kind, record_id)

    def _action_plan(self, action_plan: Any) -> Iterator[_Answer]:
        """Yield what an action plan has brought, and what it has not yet."""
        for step in self.plan.of("action_step"):
            if step.plan == action_plan.id and step.completed is not None and step.completed <= self.end:
                yield _Answer("we_did", step.text, "", "action_step", step.id)
        updates = self.updates.get(action_plan.id, [])
        for update in updates:
            if update.period == self.period:
                for success in update.successes:
                    yield _Answer("we_did", success, "", "progress_update", update.id)
        if action_plan.status == "completed":
            yield _Answer("we_did", action_plan.specific_result, "", "action_plan", action_plan.id)
        elif action_plan.status in _ENDED_UNDONE:
            yield _Answer("wont", action_plan.specific_result, self._why(action_plan.id), "action_plan", action_plan.id)
        else:
            because = self._not_yet(action_plan, updates)
            yield _Answer("not_yet", action_plan.specific_result, because, "action_plan", action_plan.id)

    def _why(self, plan_id: str) -> str:
        """Return the last recorded reason why a plan was changed or not accepted, or nothing."""
        changes = [c for c in self.plan.of("plan_change") if c.object == plan_id and _by(c.decided_on, self.end)]
        if changes:
            return str(max(changes, key=lambda c: str(c.decided_on or "")).reason)
        reviews = [r for r in self.plan.of("coherence_review") if r.plan == plan_id and _by(r.date, self.end)]
        return str(max(reviews, key=lambda r: str(r.date or "")).note) if reviews else ""

    def _not_yet(self, action_plan: Any, updates: list[ProgressUpdate]) -> str:
        """Return why a plan's result is not there yet: its road blocks of the month, else where it stands."""
        if updates and updates[-1].period == self.period and updates[-1].roadblocks:
            return " ".join(updates[-1].roadblocks)
        if action_plan.status == "deferred":
            why = self._why(action_plan.id)
            return f"Put off. {why}" if why else "Put off."
        if updates and updates[-1].next_steps:
            return f"Next: {updates[-1].next_steps}"
        return f"The plan is {plain(action_plan.status)}."


def _by(day: date | None, end: date) -> bool:
    """Tell whether something was decided by a day; what has no day was."""
    return day is None or day <= end
