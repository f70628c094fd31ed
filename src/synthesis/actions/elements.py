"""Explain an element of the plan: who asked for it, what it belongs to, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import pandas as pd

from synthesis.actions.becoming import elements
from synthesis.errors import InputError
from synthesis.plan.links import Lineage, label, text_of
from synthesis.plan.trace import PARENTS, Key
from synthesis.priority.people import people
from synthesis.published import PublishedRun
from synthesis.store.trace import all_of, count_from, find_records, links_from, records_by, themes_from

_SHOWN = 20
_QUOTES = 6
_LINES = {"implementation_item": "budgets", "cost_benefit": "tangible_costs"}
_OBJECTS = ("board_action", "plan_change", "decision")
"""Kinds that are about a record of any kind, which they name by its id alone."""


def find_element(opened: Any, item_id: str) -> tuple[Any, str] | None:
    """Return the record that an id names, and the line within it that follows a ``#``; None where there is none.

    ``kind:id`` tells which one is meant. Raises InputError where several kinds have a record of this id, or where there is no such line.
    """
    name, _, line = item_id.partition("#")
    kind, _, rest = name.rpartition(":")
    found = [r for r in find_records(opened, rest) if r.kind == kind] if kind else find_records(opened, name)
    if len(found) > 1:
        raise InputError(
            f"There are {len(found)} records with the id {name}.",
            expected=" or ".join(f"{record.kind}:{name}" for record in found),
            do="Say which one is meant.",
        )
    if not found:
        return None
    if line and line not in dict(_lines(found[0])):
        raise InputError(
            f"{label(found[0].kind)} {name} has no line {line!r}.",
            expected=", ".join(f"{name}#{key}" for key, _ in _lines(found[0]))
            or "a record with lines of a budget or of costs",
            do="Look the record up: synthesis explain " + name,
        )
    return found[0], line


def explain_element(
    opened: Any, run: PublishedRun | None, lineage: Lineage, record: Any, line: str = ""
) -> dict[str, Any]:
    """Return ``kind, id, name, evidence, why, thread`` of a record of the plan, or of one line of its budget or costs."""
    above = list(_above(opened, record))
    own = (record.kind, record.id)
    evidence = _evidence(opened, run, lineage, [own, *((r.kind, r.id) for r in above)])
    fields = {name: value for name, value in asdict(record).items() if value not in ("", None, (), {})}
    told = label(record.kind, record)
    found = {
        "kind": record.kind,
        "id": record.id,
        "name": _name(record, above),
        "evidence": evidence,
        "why": {"label": told, "asked_by": _asked_by(evidence), "record": fields},
        "thread": {
            "up": [*(_short(r, above) for r in above), *evidence["themes"]],
            "down": [_short(r, [record]) for r in _below(opened, record)],
        },
    }
    if line:
        kind = "budget_line" if record.kind == "implementation_item" else "cost_line"
        found |= {"kind": kind, "id": f"{record.id}#{line}", "name": dict(_lines(record))[line]}
        found["thread"]["up"].insert(0, _short(record, above))
        found["thread"]["down"] = []
    return found


def explain_part(opened: Any, run: PublishedRun | None, lineage: Lineage, kind: str) -> dict[str, Any]:
    """Return the same of the mission or the student performance statement. Raises InputError where no Direction is there."""
    directions = all_of(opened, "direction")
    if not directions:
        raise InputError("There is no Direction yet.", do="Import the plan: synthesis plan import WORKBOOK.xlsx")
    evidence = _evidence(opened, run, lineage, [(kind, d.id) for d in directions] + [(kind, kind)], together=True)
    return {
        "kind": kind,
        "id": kind,
        "name": str(getattr(directions[0], kind)),
        "evidence": evidence,
        "why": {"label": label(kind), "asked_by": _asked_by(evidence), "record": {}},
        "thread": {"up": evidence["themes"], "down": []},
    }


def explain_link(opened: Any, run: PublishedRun | None, lineage: Lineage, link: Any) -> dict[str, Any]:
    """Return the same of an evidence link itself."""
    key = (link.source_kind, link.source_id)
    return {
        "kind": "evidence_link",
        "id": link.id,
        "name": link.note,
        "evidence": {"links": list(_targets(run, lineage, [link]))},
        "why": {"label": label("evidence_link"), "record": {k: v for k, v in asdict(link).items() if v}},
        "thread": {"up": list(_targets(run, lineage, [link])), "down": [elements(opened, [key])[key]]},
    }


def _evidence(
    opened: Any, run: PublishedRun | None, lineage: Lineage, keys: list[Key], *, together: bool = False
) -> dict[str, Any]:
    """Return what stands behind an element: its own links or, where it has none, those of the nearest that it belongs to."""
    groups = [keys] if together else [[key] for key in keys]
    behind: list[Key] = next((group for group in groups if count_from(opened, group)), groups[0])
    theme_ids = list(
        dict.fromkeys(f.theme_id.split(".")[0] for pair in themes_from(opened, behind) for f in lineage.follow(*pair))
    )
    themes = [] if run is None else list(_themes(run, theme_ids))
    low, high = (0, 0) if run is None else _people(run, [t["theme_id"] for t in themes])
    inherited = None if behind == groups[0] else dict(zip(("kind", "id"), behind[0], strict=True))
    return {
        "n_links": count_from(opened, behind),
        "inherited_from": inherited,
        "links": list(_targets(run, lineage, links_from(opened, behind, _SHOWN))),
        "themes": themes,
        "people_low": low,
        "people_high": high,
        "quotes": [] if run is None else list(_quotes(run, [t["theme_id"] for t in themes])),
    }


def _asked_by(evidence: dict[str, Any]) -> str:
    """Return in a sentence who asked for an element."""
    low, high, themes = evidence["people_low"], evidence["people_high"], len(evidence["themes"])
    if not themes:
        return (
            "No theme of the community is linked to it."
            if not evidence["n_links"]
            else "No theme is linked to it; see its links."
        )
    number = str(low) if low == high else f"{low} to {high}"
    behind = "the theme" if themes == 1 else f"the {themes} themes"
    whom = (
        f", through {label(evidence['inherited_from']['kind'])} {evidence['inherited_from']['id']}"
        if evidence["inherited_from"]
        else ""
    )
    return f"{number} of those who took part spoke to {behind} behind it{whom}."


def _themes(run: PublishedRun, theme_ids: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the themes of a run that have these ids, as they stand in a thread."""
    order = run.order()
    for theme_id in theme_ids:
        theme = run.theme(theme_id)
        if theme is not None:
            people = {key: int(order[theme_id][key]) for key in ("rank", "people_low", "people_high")}
            yield {"kind": "theme", "theme_id": theme_id, "name": theme.name, **people}


def _people(run: PublishedRun, theme_ids: Iterable[str]) -> tuple[int, int]:
    """Return (low, high) people behind several themes together, each once."""
    wanted = run.assignments.loc[run.assignments["theme_id"].isin(list(theme_ids)), "idea_id"]
    behind = run.ideas.loc[run.ideas["idea_id"].isin(wanted), "contribution_id"]
    return people(run.contributions[run.contributions["contribution_id"].isin(behind)])


def _quotes(run: PublishedRun, theme_ids: list[str]) -> Iterator[dict[str, Any]]:
    """Yield released quotes, first the first of each theme, then the second, with the theme that they are of."""
    listed = [
        (n, place, asdict(q) | {"theme_id": t}) for place, t in enumerate(theme_ids) for n, q in enumerate(_of(run, t))
    ]
    for _, _, quote in sorted(listed, key=lambda entry: entry[:2])[:_QUOTES]:
        yield quote


def _of(run: PublishedRun, theme_id: str) -> tuple[Any, ...]:
    theme = run.theme(theme_id)
    return theme.quotes if theme else ()


def _targets(run: PublishedRun | None, lineage: Lineage, links: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yield what links lead to now: ``link_id, on, id, name, note, happened``. Words that wait for a person are not shown."""
    for link in links:
        common = {"link_id": link.id, "note": link.note}
        for followed in lineage.follow(link.theme_id, link.as_of) if link.theme_id else ():
            theme = run.theme(followed.theme_id) if run and followed.theme_id else None
            name = theme.name if theme else ""
            yield common | {
                "on": "theme",
                "id": followed.theme_id or link.theme_id,
                "name": name,
                "happened": followed.happened,
            }
        if not link.theme_id and link.theme_words:
            happened = "These words have not been looked up yet; the next run does it."
            yield common | {"on": "words", "id": "", "name": link.theme_words, "happened": happened}
        if link.idea_id:
            text, happened = idea_words(run, link.idea_id)
            yield common | {"on": "idea", "id": link.idea_id, "name": text, "happened": happened}
        if link.research_id:
            text, happened = _research(run, link.research_id)
            yield common | {"on": "research", "id": link.research_id, "name": text, "happened": happened}


def idea_words(run: PublishedRun | None, idea_id: str) -> tuple[str, str]:
    """Return the public words of an idea if they may be quoted, and why there are none else."""
    found = pd.DataFrame() if run is None else run.ideas[run.ideas["idea_id"] == idea_id]
    if run is None or found.empty:
        return "", "This idea is not in the published run: its export was superseded, or the comment was set aside."
    comment = run.contributions[run.contributions["contribution_id"] == found["contribution_id"].iat[0]].iloc[0]
    if comment["hold"]:
        return "", "These words wait for a person to release them."
    return str(found["text"].iat[0]), ""


def _research(run: PublishedRun | None, research_id: str) -> tuple[str, str]:
    """Return where a piece of research stands and what it says."""
    if run is not None and len(run.research):
        place = run.research["document"] + ", " + run.research["anchor"]
        found = run.research[run.research["chunk_id"].eq(research_id) | place.eq(research_id)]
        if len(found):
            first = found.iloc[0]
            return f"{first['document']}, {first['anchor']}: {first['text']}", ""
    return "", "There is no such page in the published run."


def _above(opened: Any, record: Any) -> Iterator[Any]:
    """Yield what a record belongs to, up to the widest."""
    while True:
        if record.kind in PARENTS:
            column, kind = PARENTS[record.kind]
            found = records_by(opened, kind, "id", [getattr(record, column)])
        elif record.kind in _OBJECTS:
            found = [r for r in find_records(opened, record.object) if r.kind not in _OBJECTS]
        else:
            return
        if not found:
            return
        record = found[0]
        yield record


def _below(opened: Any, record: Any) -> Iterator[Any]:
    """Yield what belongs to a record, or is about it, at most so many of a kind."""
    for kind, (column, above) in PARENTS.items():
        if above == record.kind:
            yield from records_by(opened, kind, column, [record.id])[:_SHOWN]
    for kind in _OBJECTS:
        if record.kind != kind:
            yield from records_by(opened, kind, "object", [record.id])[:_SHOWN]


def _short(record: Any, above: list[Any]) -> dict[str, Any]:
    """Return a record as it stands in a thread: ``kind, id, label, text`` and, where it has one, its status."""
    found = {
        "kind": record.kind,
        "id": record.id,
        "label": label(record.kind, record),
        "text": _name(record, above),
    }
    status = getattr(record, "status", "") or getattr(record, "outcome", "")
    return found | ({"status": status} if status else {})


def _name(record: Any, above: list[Any]) -> str:
    """Return the words of a record, or what it is of where it has none of its own."""
    if record.kind == "progress_update":
        return f"{record.period}: {' '.join([*record.successes, *record.roadblocks]) or record.next_steps}".rstrip(": ")
    plan = next((r for r in above if r.kind == "action_plan"), None)
    if record.kind in ("implementation_item", "cost_benefit") and plan is not None:
        return f"{plan.specific_result}"
    return text_of(record) or record.id


def _lines(record: Any) -> list[tuple[str, str]]:
    """Return the lines of a record's budget (by fund) or costs (by number) with their words."""
    value = getattr(record, _LINES.get(record.kind, ""), ())
    if isinstance(value, dict):
        return [(fund, f"{fund}: {amount}") for fund, amount in value.items()]
    return [(str(n), "; ".join(f"{k} {v}" for k, v in entry.items())) for n, entry in enumerate(value, start=1)]
