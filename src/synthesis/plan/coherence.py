"""Coherence, computed: where the plan does not hang together. Each finding names its rule and its records.

A person may accept a finding with a reason. An acceptance holds as long as the finding says the same of the same records;
when it changes, a person looks again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import pandas as pd

from synthesis.plan.boundaries import breaks, read_boundary
from synthesis.plan.claims import Found, Limits, claims, dates
from synthesis.plan.deadlines import deadlines
from synthesis.plan.lint import RESULT_RULES, STEP_RULES, amount, lint_plan, lint_step
from synthesis.plan.proceedings import Acceptance, Refusal
from synthesis.plan.records import Plan
from synthesis.procedure import plain

RULES: Mapping[str, str] = {
    "strategy_without_theme": "Every strategy answers a theme of the community.",
    "theme_without_strategy": "Every theme of high priority has a strategy, or a recorded reason why it has none.",
    "words_missing": "The words that people use for a theme can be found in the Direction.",
    "statement_without_measure": "The student performance statement names a measure and a time.",
    "step_breaks_boundary": "No step breaks a strategic boundary.",
    "review_says_no": "No plan goes on that its coherence review finds at odds with the Direction.",
    "same_person": "Nobody is claimed by several plans for more than can be carried at once.",
    "same_weeks": "No two plans need the same thing in the same weeks.",
    "same_money": "Plans ask no fund for more than it has, and for nothing twice.",
    "cost_unreadable": "Every tangible cost is a quantity and a unit cost.",
    "date_outside": "Every day lies between the plan's start and its end.",
    "dates_in_order": "Nothing is due before it starts.",
    "dependency": "No step is due before, or done without, what it depends on.",
    "steps_do_not_reach": "Together the steps would produce the specific result.",
    **{f"result_{rule}": f"Specific result: {says}" for rule, says in RESULT_RULES.items()},
    **{f"step_{rule}": f"Action step: {says}" for rule, says in STEP_RULES.items()},
}
_FROM = re.compile(r"\b(?:from|since|as of|starting|beginning)(?: in| on| with)?(?: the)? $", re.IGNORECASE)
_OVER = frozenset({"declined", "discontinued"})
_GOING_ON = frozenset({"accepted", "accepted_with_edits", "board_submitted", "accepted_by_board", "scheduled", "deferred", "in_progress", "completed"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Incoherence:
    """One finding: the rule (a key of `RULES`), the records as pairs of kind and id, and what is wrong."""

    rule: str
    records: tuple[tuple[str, str], ...]
    problem: str

    @property
    def key(self) -> str:
        """Return the finding's id: the same as long as it says the same of the same records."""
        said = "|".join([self.rule, *(f"{kind}:{record_id}" for kind, record_id in sorted(self.records)), self.problem])
        return f"C{sha256(said.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class RankedTheme:
    """A theme of a published run, as far as coherence needs it."""

    theme_id: str
    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Settled:
    """Findings that are open, those that are accepted with who accepted them, and acceptances of what is found no more."""

    open: tuple[Incoherence, ...]
    accepted: tuple[tuple[Incoherence, Acceptance], ...]
    lapsed: tuple[Acceptance, ...]


def settle(found: Iterable[Incoherence], acceptances: Iterable[Acceptance]) -> Settled:
    """Return the findings apart: open and accepted. Of several acceptances of one finding the last counts;
    one without its reason accepts nothing.
    """
    told = [acceptance for acceptance in acceptances if acceptance.reason.strip()]
    by_key = {acceptance.finding: acceptance for acceptance in sorted(told, key=lambda a: str(a.on or ""))}
    findings = tuple(found)
    keys = {finding.key for finding in findings}
    return Settled(
        open=tuple(f for f in findings if f.key not in by_key),
        accepted=tuple((f, by_key[f.key]) for f in findings if f.key in by_key),
        lapsed=tuple(a for key, a in by_key.items() if key not in keys),
    )


def coherence(
    plan: Plan,
    *,
    themes: Sequence[RankedTheme] = (),
    links: Mapping[str, str] | None = None,
    words: pd.DataFrame | None = None,
    refusals: Iterable[Refusal] = (),
    limits: Limits | None = None,
) -> tuple[Incoherence, ...]:
    """Return every finding, in the order of `RULES`.

    `links` is evidence link id → theme id; without it a link counts as it stands. `words` are the salient terms beside the
    Direction (`plan.words.in_direction`); without them, and without themes, their rules are not tried.
    """
    limits = limits or Limits()
    found: list[Found] = [
        *_evidence(plan, links),
        *_unanswered(plan, themes, links or {}, tuple(refusals), limits.top_themes),
        *_words(words, themes),
        *_statement(plan),
        *_boundaries(plan),
        *_reviews(plan),
        *claims(plan, limits),
        *dates(plan),
        *_reach(plan),
        *_lint(plan),
    ]
    order = {rule: n for n, rule in enumerate(RULES)}
    made = dict.fromkeys(Incoherence(*finding) for finding in found)
    return tuple(sorted(made, key=lambda f: (order[f.rule], f.records, f.problem)))


def _evidence(plan: Plan, links: Mapping[str, str] | None) -> Iterator[Found]:
    """Yield strategies with no theme behind them."""
    for strategy in plan.of("strategy"):
        own = [e for e in plan.of("evidence_link") if (e.source_kind, e.source_id) == ("strategy", strategy.id)]
        if not own:
            yield "strategy_without_theme", (("strategy", strategy.id),), "no theme stands behind it"
        elif links is not None and not any(link.id in links for link in own):
            problem = "its evidence links name no theme of the published run"
            yield "strategy_without_theme", (("strategy", strategy.id),), problem


def _unanswered(
    plan: Plan, themes: Sequence[RankedTheme], links: Mapping[str, str], refusals: Sequence[Refusal], top: int
) -> Iterator[Found]:
    """Yield themes of high priority that no strategy answers and for which no reason is recorded."""
    answering: dict[str, set[str]] = {}
    for link in plan.of("evidence_link"):
        if link.id in links:
            answering.setdefault(links[link.id].split(".")[0], set()).add(link.source_kind)
    refused = {refusal.theme_id for refusal in refusals if refusal.because.strip()}
    for theme in themes:
        kinds = answering.get(theme.theme_id, set())
        if theme.rank > top or kinds & {"strategy", "action_plan", "action_step"} or theme.theme_id in refused:
            continue
        beside = f"; only named by {', '.join(sorted(plain(k) for k in kinds))}" if kinds else ""
        problem = f"“{theme.name}” is number {theme.rank} and no strategy answers it{beside}; why not is not recorded"
        yield "theme_without_strategy", (("theme", theme.theme_id),), problem


def _words(words: pd.DataFrame | None, themes: Sequence[RankedTheme]) -> Iterator[Found]:
    """Yield per theme the words that people use for it and that appear nowhere in the Direction."""
    if words is None:
        return
    names = {theme.theme_id: theme.name for theme in themes}
    missing = words[words["found"].eq("no") & words["theme_id"].isin(names)]
    for theme_id, own in missing.groupby("theme_id", sort=True):
        said = ", ".join(f"“{form}” ({people} people)" for form, people in zip(own["form"], own["people"], strict=True))
        problem = f"of “{names[str(theme_id)]}” these words appear nowhere in the Direction: {said}"
        yield "words_missing", (("theme", str(theme_id)),), problem


def _statement(plan: Plan) -> Iterator[Found]:
    """Yield student performance statements without a measure or a time."""
    starts = next((cycle.start for cycle in plan.of("plan_cycle") if cycle.start), date(2000, 1, 1))
    for direction in plan.of("direction"):
        if direction.status == "superseded":
            continue
        text = direction.student_performance_statement
        missing = ["measure"] if not amount(text, starts) else []
        missing += ["time"] if not deadlines(text, starts) else []
        if missing:
            problem = f"the student performance statement names no {' and no '.join(missing)}"
            yield "statement_without_measure", (("direction", direction.id),), problem


def _boundaries(plan: Plan) -> Iterator[Found]:
    """Yield steps and specific results whose words break a boundary."""
    boundaries = [(b, read) for b in plan.of("strategic_boundary") if (read := read_boundary(b.text)) is not None]
    going = {p.id for p in plan.of("action_plan") if p.status not in _OVER}
    texts = [("action_step", s.id, s.text) for s in plan.of("action_step") if s.plan in going]
    texts += [("action_plan", p.id, p.specific_result) for p in plan.of("action_plan") if p.id in going]
    for kind, record_id, text in texts:
        for boundary, read in boundaries:
            seen = breaks(text, read)
            if seen:
                problem = f"“{text}” seems to break “{boundary.text}” ({', '.join(seen)})"
                yield "step_breaks_boundary", ((kind, record_id), ("strategic_boundary", boundary.id)), problem


def _reviews(plan: Plan) -> Iterator[Found]:
    """Yield plans that go on although the last review of the committee found them at odds with boundaries, mission or values."""
    last: dict[str, Any] = {}
    for review in sorted(plan.of("coherence_review"), key=lambda r: str(r.date or "")):
        last[review.plan] = review
    for action_plan in plan.of("action_plan"):
        review = last.get(action_plan.id)
        if review is None or action_plan.status not in _GOING_ON:
            continue
        wrong = [
            name
            for name in ("strategy", "boundaries", "mission", "values")
            if review.checks.get(name, "").casefold().startswith("no")
        ]
        wrong += [
            name
            for name in ("overlaps", "conflicts")
            if review.checks.get(name, "").strip().casefold() not in ("", "no", "none")
        ]
        if wrong:
            records = (("action_plan", action_plan.id), ("coherence_review", review.id))
            yield (
                "review_says_no",
                records,
                f"goes on, but its review names {', '.join(wrong)}: {review.note}".rstrip(": "),
            )


def _reach(plan: Plan) -> Iterator[Found]:
    """Yield plans whose steps, as far as words and days tell, would not produce the result."""
    for action_plan in plan.of("action_plan"):
        if action_plan.status in _OVER:
            continue
        own = [step for step in plan.of("action_step") if step.plan == action_plan.id]
        if len(own) < 2:
            problem = "has no steps" if not own else "has one step; a result takes several"
            yield "steps_do_not_reach", (("action_plan", action_plan.id),), problem
            continue
        starts = min((step.start for step in own if step.start), default=action_plan.date)
        days = _ends(action_plan.specific_result, starts) if starts else []
        late = [step for step in own if step.due and days and step.due > max(days)]
        if late:
            records = (("action_plan", action_plan.id), *(("action_step", step.id) for step in late))
            yield "steps_do_not_reach", records, f"has steps that are due after the result, which names {max(days)}"


def _ends(result: str, starts: date) -> list[date]:
    """Return the days by which a result is there; of one that holds from a day on, none."""
    named = deadlines(result, starts)
    if any(_FROM.search(result[: deadline.start]) for deadline in named):
        return []
    return [deadline.day for deadline in named if deadline.day is not None]


def _lint(plan: Plan) -> Iterator[Found]:
    """Yield what is wrong with specific results and steps by themselves."""
    costs = {cost_benefit.plan: cost_benefit for cost_benefit in plan.of("cost_benefit")}
    cycle_start = next((cycle.start for cycle in plan.of("plan_cycle") if cycle.start), None)
    over = {p.id for p in plan.of("action_plan") if p.status in _OVER}
    for action_plan in plan.of("action_plan"):
        own = [step.start for step in plan.of("action_step") if step.plan == action_plan.id and step.start]
        starts = min(own, default=cycle_start or action_plan.date)
        if action_plan.id in over or starts is None:
            continue
        for flaw in lint_plan(action_plan, costs.get(action_plan.id), starts):
            seen = f" (“{flaw.words}”)" if flaw.words else ""
            yield f"result_{flaw.rule}", (("action_plan", action_plan.id),), f"its specific result {flaw.problem}{seen}"
    for step in plan.of("action_step"):
        for flaw in lint_step(step) if step.plan not in over else ():
            seen = f" (“{flaw.words}”)" if flaw.words else ""
            yield f"step_{flaw.rule}", (("action_step", step.id),), f"{flaw.problem}{seen}"
