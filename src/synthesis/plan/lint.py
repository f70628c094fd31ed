"""Reads a specific result or an action step as a stern colleague would, by the tradition's written rules. English.

Nothing is refused: each flaw names its rule and what it saw. How often it is right is measured on examples that were written
before the rules (`tests/truth/specific_results.csv`, `action_steps.csv`) and others written after them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

from synthesis.plan.deadlines import deadlines, without_days
from synthesis.plan.records import ActionPlan, ActionStep, CostBenefit

RESULT_RULES = {
    "not_measurable": "Somebody who was not there can measure, observe or be shown that it has happened.",
    "not_within_a_year": "It comes about within a year of the plan's start.",
    "no_one_accountable": "One person answers for it.",
    "plan_to_plan": "It is done, not looked into: no study, no committee, no plan for a plan.",
    "not_alone": "It can be read alone.",
    "costs_exceed_benefits": "Its benefits exceed its costs, and both are written down.",
    "weak_verb": "Its verb says what will be, not what will be tried.",
}
STEP_RULES = {
    "not_specific": "It says what is done, to what.",
    "not_assignable": "One person can be asked to do it.",
    "several_tasks": "It is one task.",
    "no_due": "It has a day.",
}
_NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
    " thirty forty fifty sixty seventy eighty ninety hundred thousand half double twice triple third quarter percent"
).split()
_NUMBER = re.compile(rf"(?:\d[\d,.]*|\b(?:{'|'.join(_NUMBER_WORDS)})\b|%)", re.IGNORECASE)
_NO_AMOUNT = re.compile(r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th))[ -]grade(?:rs?)?\b|\b(?:grades?|plan|room|phase|step|section|k|class(?:es)? of|of|title|quarter|semester)[ -](?:k[-–])?\d+(?:[-–,]? ?(?:and |to )?\d+)*\b", re.IGNORECASE)  # fmt: skip
_WHOLE = re.compile(
    rf"\ball (?:of )?(?:the |our )?(?:\d[\d,]*|{'|'.join(_NUMBER_WORDS)})\b(?! (?:percent|of\b))", re.IGNORECASE
)
_EVERYTHING = re.compile(r"\b(?:every|each|all|no|none|nobody|never|any)\b", re.IGNORECASE)
_ABSTRACT = re.compile(r"\b\w{3,}(?:ness|mth|rth|lth|gth|ity|ence|ship|ement|ism|hood)\b")
_PRONOUN = re.compile(r"\b(?:it|this|that|them|these|those)\b")
_DOUBT = re.compile(r"\b(?:not|hardly|barely|never|cannot)\b|n[’']t\b", re.IGNORECASE)
_OPENING = re.compile(r"^(?:(?:by|during|in|from|starting|beginning|before|no later than|within|at|as of|over|for)\b[^,]*,\s*)+", re.IGNORECASE)  # fmt: skip
_DOERS = re.compile(r"^(?:the district|the board|the team|we|our schools|schools|the schools|district staff|staff|teachers|principals)\s+(?:will|shall|should|must)\s+", re.IGNORECASE)  # fmt: skip
_WILL = re.compile(r"\b(?:will|shall|should|must) ")
_SOME_MORE = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a rule found, and the words in which it saw it."""

    rule: str
    problem: str
    words: str = ""


def lint_result(
    text: str, *, responsible: str, starts: date, costs: str = "", benefits: str = "", sufficient_return: str = ""
) -> tuple[Flaw, ...]:
    """Return the flaws of a specific result, in the order of `RESULT_RULES`.

    `starts` is the day on which the plan starts; costs, benefits and the return are given as written, empty where they are not.
    """
    found = {flaw.rule: flaw for flaw in _result_flaws(text, responsible, starts)}
    for flaw in _return_flaws(costs, benefits, sufficient_return):
        found[flaw.rule] = flaw
    return tuple(found[rule] for rule in RESULT_RULES if rule in found)


def lint_plan(plan: ActionPlan, cost_benefit: CostBenefit | None, starts: date) -> tuple[Flaw, ...]:
    """Return the flaws of an action plan's specific result, with its costs and benefits as they are recorded."""
    recorded = cost_benefit or CostBenefit()
    costs = [entry.get("item", "cost") for entry in recorded.tangible_costs] + list(recorded.intangible_costs)
    return lint_result(
        plan.specific_result,
        responsible=plan.responsible,
        starts=starts,
        costs="; ".join(costs),
        benefits="; ".join([*recorded.tangible_benefits, *recorded.intangible_benefits]),
        sufficient_return=recorded.sufficient_return,
    )


def lint_step(step: ActionStep) -> tuple[Flaw, ...]:
    """Return the flaws of an action step, in the order of `STEP_RULES`."""
    return tuple(_step_flaws(step))


def one_person(who: str) -> str | None:
    """Return what keeps a name or title from being one accountable person, or None."""
    words = " ".join(who.split())
    lists = _lists()
    if not words or lists["nobody"].fullmatch(words.casefold()):
        return "names nobody"
    parts = [part for part in re.split(r"\s*(?:,|/|;|&|\band\b|\bor\b|\bwith\b)\s*", words) if part]
    titled = [part for part in parts if lists["roles"].search(part.casefold())]
    plural = [
        part
        for part in parts
        if any(lists["roles"].fullmatch(word[:-1]) for word in part.casefold().split() if word.endswith("s"))
    ]
    people = [
        part
        for part in parts
        if not lists["roles"].search(part.casefold()) and re.fullmatch(r"(?:[A-Z][\w.’'-]* )+[A-Z][\w’'-]*", part)
    ]
    if plural:
        return f"names a group ({plural[0]})"
    if not titled and any(lists["groups"].search(part.casefold()) for part in parts):
        return f"names a group ({words})"
    if len(titled) > 1 or (len(people) > 1 and not titled):
        return f"names {max(len(titled), len(people))} people"
    if not titled and not people and not re.fullmatch(r"[A-Z][\w’'-]*", words):
        return f"names no person and no title ({words})"
    return None


def _result_flaws(text: str, responsible: str, starts: date) -> Iterator[Flaw]:
    """Yield the flaws that stand in the words of a result and its owner."""
    lists = _lists()
    said = " ".join(text.split())
    core = _core(said)
    planning = _leads(core, "plan_to_plan") or lists["plan_to_plan_passive"].search(core)
    leaning = lists["leaning_starts"].match(core) or lists["leaning"].search(core)
    weak = _weak(core, said, starts)
    if not planning and not leaning and not _is_measurable(said, starts):  # of these there is nothing to measure yet
        vague = lists["vague"].search(said.casefold())
        yield Flaw("not_measurable", "cannot be measured, observed or shown", vague.group() if vague else "")
    yield from _time_flaws(said, starts)
    nobody = one_person(responsible)
    if nobody:
        yield Flaw("no_one_accountable", nobody, responsible)
    if planning:
        yield Flaw("plan_to_plan", "is a plan to plan", planning.group())
    if leaning:
        yield Flaw("not_alone", "leans on something else", leaning.group())
    if weak:
        yield Flaw("weak_verb", "promises an effort, not a result", weak.group())


def _core(said: str) -> str:
    """Return the sentence, lower case, from its first own word on: without "By June 2027," and "The district will"."""
    rest = _OPENING.sub("", said)
    return _DOERS.sub("", rest).casefold()


def _leads(core: str, name: str) -> re.Match[str] | None:
    """Return what a list finds where a sentence says what is done: at its start, or after "will"."""
    pattern = _lists()[name]
    will = _WILL.search(core)
    return pattern.match(core) or (pattern.match(core, will.end()) if will else None)


def _weak(core: str, said: str, starts: date) -> re.Match[str] | None:
    """Return the verb that promises an effort only, if the sentence leads with one."""
    found = _leads(core, "weak_verbs") or _lists()["weak_passive"].search(core)
    return found or (None if amount(said, starts) else _leads(core, "weak_without_amount"))


def amount(said: str, starts: date) -> bool:
    """Tell whether a sentence holds an amount besides its days, what is merely numbered, and how many there are in all."""
    told = _WHOLE.sub(" ", _NO_AMOUNT.sub(" ", without_days(said, starts)))
    return bool(_NUMBER.search(told))


def _is_measurable(said: str, starts: date) -> bool:
    """Tell whether a result has an amount besides its days, or an event that can be shown and no vague word."""
    if amount(said, starts):
        return True
    lists, lowered = _lists(), without_days(said, starts).casefold()
    if lists["vague"].search(lowered):
        return False
    return bool(
        lists["demonstrable"].search(lowered) or (_EVERYTHING.search(lowered) and not _ABSTRACT.search(lowered))
    )


def _time_flaws(said: str, starts: date) -> Iterator[Flaw]:
    """Yield whether a result names no time, or one beyond a year; the month in which the year ends counts as within."""
    named = deadlines(said, starts)
    days = [deadline.day for deadline in named if deadline.day is not None]
    end = date(starts.year + 1, starts.month, 1) + _SOME_MORE
    beyond = [d.said for d in named if d.day is not None and d.day >= end.replace(day=1)]
    if beyond:
        yield Flaw("not_within_a_year", "comes later than a year after the start", beyond[-1])
    elif not named:
        yield Flaw("not_within_a_year", "names no time")
    elif not days and all(deadline.open_ended for deadline in named):
        yield Flaw("not_within_a_year", "runs on from year to year", named[-1].said)


def _return_flaws(costs: str, benefits: str, sufficient_return: str) -> Iterator[Flaw]:
    """Yield whether benefits fail to exceed costs, as far as they are written down."""
    answer = sufficient_return.strip()
    lists = _lists()
    if lists["no_return"].match(answer.casefold()):
        yield Flaw("costs_exceed_benefits", "is said not to return its costs", answer)
    elif not benefits.strip():
        yield Flaw("costs_exceed_benefits", "names no benefit", costs)
    elif not lists["return_words"].search(answer.casefold()) or (
        _DOUBT.search(answer) and not answer.casefold().startswith("yes")
    ):
        yield Flaw("costs_exceed_benefits", "does not say that the return is sufficient", answer)


def _step_flaws(step: ActionStep) -> Iterator[Flaw]:
    """Yield the flaws of a step."""
    said = " ".join(step.text.split())
    core = said.casefold()
    seen = _unspecific(core, bool(_NUMBER.search(said)))
    if seen is not None:
        yield Flaw("not_specific", "does not say what is done to what", seen)
    nobody = one_person(step.assigned_to)
    if nobody:
        yield Flaw("not_assignable", nobody, step.assigned_to)
    tasks = _tasks(core)
    if len(tasks) > 2:
        yield Flaw("several_tasks", f"holds {len(tasks)} tasks", "; ".join(tasks))
    if step.due is None:
        yield Flaw("no_due", "has no day by which it is done")


def _unspecific(core: str, amount: bool) -> str | None:
    """Return the words by which a step says nothing that can be done, or None."""
    lists = _lists()
    words = core.split()
    if len(words) < 3 or (_PRONOUN.search(core) and len(words) < 5):
        return core
    if not lists["step_verbs"].match(core) and (naming := lists["naming"].match(core)):
        return naming.group()
    if amount:
        return None
    found = lists["weak_verbs"].match(core) or (lists["unspecific"].search(core) if len(words) < 7 else None)
    return found.group() if found else None


def _tasks(core: str) -> list[str]:
    """Return the parts of a step that are tasks of their own: a verb with what it is done to."""
    parts = re.split(r"\s*(?:;|,)\s*(?:and\s+|then\s+)?|\s+and\s+(?:then\s+)?", core)
    verb = _lists()["step_verbs"]
    return [part for part in parts if len(part.split()) > 1 and verb.match(part)]


@lru_cache(maxsize=1)
def _lists() -> dict[str, re.Pattern[str]]:
    """Return the written lists, each as one pattern of whole words."""
    raw: dict[str, Iterable[str]] = tomllib.loads(
        resources.files("synthesis.plan").joinpath("lint.toml").read_text("utf-8")
    )
    return {name: re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)") for name, patterns in raw.items()}
