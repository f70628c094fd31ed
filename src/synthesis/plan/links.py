"""Evidence links over time: what became of the themes that they name, followed from run to run.

A theme keeps its id for life, but themes merge, split and retire. A link is recorded with the run in which its theme had that id
(`as_of`); what happened to the theme since is followed from there, so that no run moves a link without saying so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from synthesis.plan.records import KINDS, Plan
from synthesis.procedure import plain

ELEMENTS = ("mission", "student_performance_statement")
"""What a link may start from beside records: parts of the Direction."""
LABELS = {
    "mission": "Mission",
    "student_performance_statement": "Student performance statement",
    **{cls.kind: plain(cls.kind).capitalize() for cls in KINDS},
    "refusal": "We won't",
}


@dataclass(frozen=True, slots=True)
class Fate:
    """That a theme's id leads elsewhere since a run: merged or retired into others (none: nobody speaks of it), or split."""

    theme_id: str
    change: str
    into: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastRun:
    """A published run: its id, its day, and the fates of themes in it."""

    run_id: str
    day: date
    fates: tuple[Fate, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """A theme of the current run to which a recorded theme leads, and what happened on the way; without an id it leads nowhere."""

    theme_id: str
    happened: str = ""


@dataclass(frozen=True)
class Lineage:
    """The published runs in order, and the ids of the themes (and strands) of the last one."""

    runs: tuple[PastRun, ...] = ()
    current: Collection[str] = ()
    _known: dict[tuple[str, str], tuple[Followed, ...]] = field(default_factory=dict, compare=False)

    def follow(self, theme_id: str, as_of: str = "") -> tuple[Followed, ...]:
        """Return where a theme's id leads now, itself first. `as_of` is the run that the id is of; empty: the last one."""
        if (theme_id, as_of) not in self._known:
            self._known[theme_id, as_of] = tuple(self._way(theme_id, as_of))
        return self._known[theme_id, as_of]

    def sources_of(self, theme_id: str) -> frozenset[str]:
        """Return the themes of any run from which links can lead to a theme of the current one: itself, and what it came from."""
        parent, found = theme_id.split(".")[0], {theme_id}
        found.add(parent)
        for run in reversed(self.runs):
            found |= {fate.theme_id for fate in run.fates if found & set(fate.into)}
        return frozenset(found)

    def run_on(self, day: date | None) -> str:
        """Return the run that was the last one published by a day; empty where none was, or the day is not known."""
        return max((run.run_id for run in self.runs if day and run.day <= day), default="", key=self._place)

    def _place(self, run_id: str) -> int:
        return next((n for n, run in enumerate(self.runs) if run.run_id == run_id), len(self.runs))

    def _way(self, theme_id: str, as_of: str) -> Iterable[Followed]:
        """Yield where an id leads."""
        since = self.runs[self._place(as_of) + 1 :] if as_of else ()
        parent = theme_id.split(".")[0]
        if theme_id in self.current and (parent == theme_id or not since):
            yield from self._still_there(theme_id, since)
            return
        if parent in self.current:
            happened = f"{theme_id}, a part of {parent}, is not told apart any more." if parent != theme_id else ""
            yield from (Followed(f.theme_id, f.happened or happened) for f in self._still_there(parent, since))
            return
        found = _followed(parent, since or self.runs)
        there = [Followed(theme, happened) for theme, happened in found.items() if theme in self.current]
        yield from there or [Followed("", f"There is no theme {theme_id} any more, and none took its place.")]

    def _still_there(self, theme_id: str, since: Iterable[PastRun]) -> Iterable[Followed]:
        """Yield a theme that is there, and those that were split off it."""
        yield Followed(theme_id)
        for theme, happened in _followed(theme_id, since, splits_only=True).items():
            if theme != theme_id and theme in self.current:
                yield Followed(theme, happened)


def _followed(start: str, since: Iterable[PastRun], *, splits_only: bool = False) -> dict[str, str]:
    """Return theme → what happened on the way to it, from one theme through runs."""
    now = {start: ""}
    for run in since:
        for fate in run.fates:
            if fate.theme_id not in now or (splits_only and fate.change != "split"):
                continue
            happened = now[fate.theme_id] if fate.change == "split" else now.pop(fate.theme_id)
            for theme in fate.into:
                now.setdefault(theme, f"{happened} {_said(fate, theme, run.day)}".strip())
    return now


def _said(fate: Fate, theme: str, day: date) -> str:
    """Return what happened in a sentence."""
    if fate.change == "split":
        return f"{theme} was split off {fate.theme_id} on {day}."
    verb = "was merged into" if fate.change == "merged" else "was retired; its ideas went to"
    return f"{fate.theme_id} {verb} {' and '.join(fate.into)} on {day}."


def fates_of(changes: Iterable[Mapping[str, object]]) -> tuple[Fate, ...]:
    """Return the fates in a run's `Lineage` frame, given as rows: `theme_id, change, others` (parted by blanks), `before, after`."""
    rows = [
        (str(c["theme_id"]), str(c["change"]), tuple(str(c["others"]).split()), c["before"], c["after"])
        for c in changes
    ]
    swallowed: defaultdict[str, list[str]] = defaultdict(list)
    for theme_id, change, others, _, _ in rows:
        for other in others if change == "merged" else ():
            swallowed[other].append(theme_id)
    gone = {theme_id for theme_id, change, _, _, _ in rows if change == "retired"}
    found = []
    for theme_id, change, others, before, _ in rows:
        if change == "retired":
            into = tuple(dict.fromkeys((*swallowed[theme_id], *others)))
            found.append(Fate(theme_id, "merged" if swallowed[theme_id] else "retired", into))
        elif change == "split" and not before:
            found += [Fate(other, "split", (theme_id,)) for other in others if other not in gone]
    return tuple(found)


def still_settled(before: Plan, after: Plan) -> Plan:
    """Return a plan in which links keep what was recorded for their words, where it leaves that empty.

    Other words ask to be looked up, where the theme beside them is the one of the words before; another theme is of no run yet.
    """
    was = before.by_id("evidence_link")
    links = tuple(_settled(was[link.id], link) if link.id in was else link for link in after.of("evidence_link"))
    return Plan(after.records | {"evidence_link": links}) if links else after


def _settled(old: Any, link: Any) -> Any:
    """Return a link with the theme and the run that hold for it, given what it was before."""
    same_words, same_theme = link.theme_words == old.theme_words, link.theme_id == old.theme_id
    if same_words and link.theme_words and not link.theme_id:
        return replace(link, theme_id=old.theme_id, as_of=old.as_of)
    if same_theme and link.theme_words and not same_words:
        return replace(link, theme_id="", as_of="")
    return link if same_theme else replace(link, as_of="")


def label(kind: str, record: Any = None) -> str:
    """Return what an element is called: its kind, and its number where the record has one."""
    words = LABELS.get(kind, plain(kind))
    number = getattr(record, "plan_number", None) or getattr(record, "number", None)
    return f"{words} {number}" if number else words


def text_of(record: Any) -> str:
    """Return the words of a record: what it says, in the field that says it."""
    for name in (
        "text",
        "specific_result",
        "motion",
        "mission",
        "title",
        "because",
        "proposal",
        "name",
        "person",
        "reason",
        "note",
    ):
        if getattr(record, name, ""):
            return str(getattr(record, name))
    return ""


def element(plan: Plan, kind: str, record_id: str) -> dict[str, str]:
    """Return an element of the plan as ``kind, id, label, text``."""
    if kind in ELEMENTS:
        return {
            "kind": kind,
            "id": kind,
            "label": label(kind),
            "text": next((getattr(d, kind) for d in plan.of("direction")), ""),
        }
    record = plan.by_id(kind).get(record_id)
    return {
        "kind": kind,
        "id": record_id,
        "label": label(kind, record),
        "text": text_of(record),
    }
