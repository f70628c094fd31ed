"""What people decided about themes, folded from events and replayed on what the engine finds in every run.

The engine gives each of its clusters a permanent id (`lineage.keep_ids`, kept in ``engine_id``). Edits are about these ids
and about ideas, so that a run on more input leaves people's work as it is: a theme that was merged into another is
merged again, whatever new ideas it brings; an idea that was moved stays where it was put.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synthesis.model import Event, Verb

EDITS = (
    Verb.RENAME_THEME,
    Verb.MERGE_THEMES,
    Verb.SPLIT_THEME,
    Verb.MOVE_IDEAS,
    Verb.PIN_QUOTE,
    Verb.UNPIN_QUOTE,
    Verb.RETIRE_THEME,
    Verb.ADOPT_THEME,
)
ENGINE, FRAME, HEAD, PERSON = "engine", "frame", "head", "person"
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Split:
    """Ideas that people took out of a theme to be one of their own, and those that stayed, as of then."""

    theme_id: str
    source: str
    taken: frozenset[str]
    stayed: frozenset[str]
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Edits:
    """What holds now. Ids on the left of `merged` are no themes any more: `resolve` follows them."""

    names: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    splits: tuple[Split, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    pinned: Mapping[str, str] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()
    adopted: frozenset[str] = frozenset()

    def resolve(self, theme_id: str) -> str:
        """Return the theme into which an id was merged, itself where it was not."""
        seen = set()
        while theme_id in self.merged and theme_id not in seen:
            seen.add(theme_id)
            theme_id = self.merged[theme_id]
        return theme_id


def standing(events: Iterable[Event]) -> list[Event]:
    """Return the edits that were not undone, in order. Undoing an undo brings the edit back."""
    undone: dict[int, bool] = {}
    listed = [event for event in events if event.verb in (*EDITS, Verb.UNDO_EDIT)]
    for event in reversed(listed):
        if event.verb is Verb.UNDO_EDIT and not undone.get(event.number, False):
            undone[_number(event.data["event"])] = True
    return [event for event in listed if event.verb is not Verb.UNDO_EDIT and not undone.get(event.number, False)]


def fold(events: Iterable[Event]) -> Edits:
    """Return what the edits in order come to."""
    names: dict[str, str] = {}
    merged: dict[str, str] = {}
    moved: dict[str, str] = {}
    pinned: dict[str, str] = {}
    splits: list[Split] = []
    retired: set[str] = set()
    adopted: set[str] = set()
    for event in standing(events):
        theme, data = event.subject, event.data
        match event.verb:
            case Verb.RENAME_THEME:
                names[theme] = str(data["name"])
            case Verb.MERGE_THEMES:
                merged[theme] = str(data["into"])
                merged.pop(str(data["into"]), None)
            case Verb.SPLIT_THEME:
                splits.append(
                    Split(
                        theme, str(data["source"]), _ids(data["taken"]), _ids(data["stayed"]), _words(data["keywords"])
                    )
                )
                names[theme] = str(data["name"])
                for idea in _ids(data["taken"]):  # a later split takes also what was moved before
                    moved.pop(idea, None)
            case Verb.MOVE_IDEAS:
                moved |= dict.fromkeys(_ids(data["ideas"]), theme)
            case Verb.PIN_QUOTE:
                pinned[str(data["idea"])] = theme
            case Verb.UNPIN_QUOTE:
                pinned.pop(str(data["idea"]), None)
            case Verb.RETIRE_THEME:
                retired.add(theme)
            case Verb.ADOPT_THEME:
                adopted.add(theme)
                retired.discard(theme)
    return Edits(names, merged, tuple(splits), moved, pinned, frozenset(retired), frozenset(adopted))


def touched(event: Event) -> frozenset[str]:
    """Return the ids of the themes that an edit is about: each has its own version."""
    others = (str(event.data[key]) for key in ("into", "source") if key in event.data)
    found = event.data.get("from", ())
    return frozenset({event.subject, *others, *(map(str, found) if isinstance(found, list) else ())})


def place(
    idea_ids: Sequence[str], engine_ids: Sequence[str], edits: Edits, vectors: Vectors
) -> tuple[list[str], list[str]]:
    """Return the theme of each idea after all edits, and who placed it: the engine or a person.

    `engine_ids` are the ids of the engine's (or the frame's) themes, `vectors` ``float32[n, d]`` unit rows. An idea that came
    after a split goes to the nearer side; ideas of a retired theme go to the nearest theme that is left.
    """
    places = [edits.resolve(engine_id) for engine_id in engine_ids]
    by = [ENGINE] * len(places)
    row_of = {idea: row for row, idea in enumerate(idea_ids)}
    for split in edits.splits:
        source, target = edits.resolve(split.source), edits.resolve(split.theme_id)
        inside = [row for row, theme in enumerate(places) if theme == source]
        sides = [[row_of[idea] for idea in side if idea in row_of] for side in (split.taken, split.stayed)]
        taken, stayed = (vectors[sorted(side)].mean(axis=0) if side else None for side in sides)
        for row in inside:
            if idea_ids[row] in split.taken:
                places[row], by[row] = target, PERSON
            elif idea_ids[row] in split.stayed or taken is None:
                continue
            elif stayed is None or float(vectors[row] @ taken) > float(vectors[row] @ stayed):
                places[row] = target
    for idea, theme in edits.moved.items():
        if idea in row_of:
            places[row_of[idea]], by[row_of[idea]] = edits.resolve(theme), PERSON
    return _without_retired(places, edits, vectors), by


def _without_retired(places: list[str], edits: Edits, vectors: Vectors) -> list[str]:
    """Send the ideas of retired themes to the nearest theme that is left. Where none is left, nothing is retired."""
    left = sorted(set(places) - edits.retired)
    gone = [row for row, theme in enumerate(places) if theme in edits.retired]
    if not left or not gone:
        return places
    where = np.array(places)
    centroids = np.stack([vectors[where == theme].mean(axis=0) for theme in left])
    nearest = (vectors[gone] @ centroids.T).argmax(axis=1)
    result = list(places)
    for row, choice in zip(gone, nearest, strict=True):
        result[row] = left[int(choice)]
    return result


def _ids(value: object) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset()


def _words(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _number(value: object) -> int:
    return int(str(value))
