"""What became of what people said: which elements of the plan name a theme, what they came to, and the reason where nothing did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from synthesis.actions.tracing import refusals
from synthesis.plan import Plan
from synthesis.plan.answers import answers
from synthesis.plan.links import ELEMENTS, Lineage, label, text_of
from synthesis.plan.records import EvidenceLink
from synthesis.plan.trace import Key
from synthesis.published import PublishedRun
from synthesis.store.trace import (
    all_of,
    first_links,
    last_published_month,
    recorded_themes,
    records_by,
    sources_of,
)

MOST = 60
"""Elements of the plan that are told of one theme, those with the most links first; how many more there are is said."""
REASONS = {
    "duplicate": "It repeats another comment, which is counted once.",
    "campaign": "It is one of many like letters, which count as one voice in the order.",
    "words_wait": "Its words wait for a person to release them before anybody quotes them.",
    "unclear": "It fits its theme badly; a person may move it.",
    "small_but_serious": "It stands in the register of what is small but serious.",
    "refused": "The district will not do it; the reason is given with it.",
    "partly": "Part of what the plan does about its theme is done, part is not there yet or will not be.",
    "not_yet": "It is planned or under way.",
    "no_answer": "Nothing in the plan names its theme.",
}
_UNDER = {
    "action_step": "plan",
    "implementation_item": "plan",
    "coherence_review": "plan",
    "plan_change": "object",
}


@dataclass(frozen=True)
class Answered:
    """The elements of the plan that name one theme, those with the most links first, and how many more there are.

    Each element is ``kind, id, label, text, note`` (of one of its links), ``links`` and ``happened`` (how links came to the theme
    that they were not written for).
    """

    elements: list[dict[str, Any]]
    more: int


def answered(opened: Any, lineage: Lineage, theme_id: str) -> Answered:
    """Return the elements of the plan whose links lead to a theme, or to a part of it."""
    pairs: dict[Key, str] = {}
    for pair in recorded_themes(opened, lineage.sources_of(theme_id)):
        for followed in lineage.follow(*pair):
            if theme_id in (followed.theme_id, followed.theme_id.split(".")[0]):
                pairs[pair] = followed.happened
    themes = list(pairs)
    chosen, every = sources_of(opened, themes, MOST)
    texts = elements(opened, [key for key, _ in chosen])
    first = first_links(opened, themes, [key for key, _ in chosen])
    found = []
    for key, links in chosen:
        link = first.get(key)
        told = (
            {"note": link.note, "happened": pairs[link.theme_id, link.as_of]} if link else {"note": "", "happened": ""}
        )
        found.append(texts[key] | told | {"links": links})
    return Answered(found, every - len(chosen))


def elements(opened: Any, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    """Return elements of the plan as ``kind, id, label, text``; one that is gone has no text."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for kind, record_id in keys:
        by_kind[kind].append(record_id)
    found: dict[Key, dict[str, Any]] = {}
    for kind, ids in by_kind.items():
        if kind in ELEMENTS:
            text = next((str(getattr(d, kind)) for d in all_of(opened, "direction")), "")
            found |= {(kind, i): {"kind": kind, "id": kind, "label": label(kind), "text": text} for i in ids}
            continue
        there = {record.id: record for record in records_by(opened, kind, "id", ids)}
        for i in ids:
            found[kind, i] = {"kind": kind, "id": i, "label": label(kind, there.get(i)), "text": text_of(there.get(i))}
    return found


def came_of(opened: Any, lineage: Lineage, theme_id: str, name: str, found: Answered) -> dict[str, Any]:
    """Return what a theme came to by the last published month, given the elements of the plan that name it.

    ``{"outcome", "period", "answers": [{"answer", "words", "because", "kind", "record_id"}]}``; the outcome is we_did where every answer
    says so, partly where some do, else wont, not_yet or no_answer, the first of these that an answer gives.
    """
    period = last_published_month(opened)
    plan, links = _near(opened, theme_id, found)
    told = answers(plan, [(theme_id, name)], links, period, refusals(opened, lineage))
    rows = told[["answer", "words", "because", "kind", "record_id"]].to_dict("records")
    given = {row["answer"] for row in rows}
    done = "we_did" if given == {"we_did"} else "partly"
    outcome = done if "we_did" in given else next(a for a in ("wont", "not_yet", "no_answer") if a in given)
    return {"outcome": outcome, "period": period, "answers": rows[:MOST]}


def _near(opened: Any, theme_id: str, answered: Answered) -> tuple[Plan, dict[str, str]]:
    """Return the part of the plan that answers a theme, with a link for each element that names it."""
    links = []
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for found in answered.elements:
        links.append(EvidenceLink(f"{found['kind']} {found['id']}", found["kind"], found["id"]))
        kinds[found["kind"]].add(found["id"])
    records: dict[str, tuple[Any, ...]] = {"direction": tuple(all_of(opened, "direction"))}
    for kind in ("enduring_value", "strategic_boundary", "strategy"):
        records[kind] = tuple(records_by(opened, kind, "id", kinds[kind]))
    steps = records_by(opened, "action_step", "id", kinds["action_step"])
    plans = {p.id: p for p in records_by(opened, "action_plan", "id", kinds["action_plan"] | {s.plan for s in steps})}
    plans |= {p.id: p for p in records_by(opened, "action_plan", "strategy", kinds["strategy"])}
    records["action_plan"] = tuple(list(plans.values())[:MOST])
    ids = [p.id for p in records["action_plan"]]
    records |= {kind: tuple(records_by(opened, kind, column, ids)) for kind, column in _UNDER.items()}
    items = [item.id for item in records["implementation_item"]]
    records["progress_update"] = tuple(records_by(opened, "progress_update", "item", items))
    there = {record.id for kind in kinds for record in records.get(kind, ())} | set(ELEMENTS)
    records["evidence_link"] = tuple(link for link in links if link.source_id in there or link.source_kind in ELEMENTS)
    return Plan(records), dict.fromkeys((link.id for link in links), theme_id)


def reasons_of(run: PublishedRun, idea: Mapping[str, Any], contribution: Mapping[str, Any], outcome: str) -> list[str]:
    """Return why a comment's idea came to what it came to, in the words of the record: each a reason of its own."""
    found = []
    if contribution["duplicate_of"]:
        found.append("duplicate")
    if contribution["campaign_id"]:
        found.append("campaign")
    if contribution["hold"]:
        found.append("words_wait")
    if idea["unclear"]:
        found.append("unclear")
    if bool(run.register["idea_id"].eq(idea["idea_id"]).any()):
        found.append("small_but_serious")
    if outcome != "we_did":
        found.append("refused" if outcome == "wont" else outcome)
    return found
