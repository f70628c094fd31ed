"""Why an idea stands where it stands: in plain sentences, with the ideas that are most alike here and in the next theme.

Everything is read from the run's folder and the recorded decisions; no model is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthesis.errors import InputError
from synthesis.model import Event, Verb
from synthesis.published import PublishedRun
from synthesis.store.database import reading
from synthesis.store.events import read_events
from synthesis.store.runs import read_vectors
from synthesis.themes import edits

_ALIKE = 3


@dataclass(frozen=True, slots=True)
class Alike:
    """An idea that says alike, in public text that may be shown. `likeness` is a cosine."""

    idea_id: str
    text: str
    likeness: float


@dataclass(frozen=True, slots=True)
class WhyHere:
    """Where an idea stands and why. `words` are its own; `alike` and `alike_in_runner_up` are the nearest ideas, best first.

    `pending` says what a person decided about it since the run, or is empty.
    """

    idea_id: str
    theme_id: str
    theme: str
    placed_by: str
    words: tuple[str, ...]
    strength: float
    runner_up_id: str
    runner_up: str
    margin: float
    unclear: bool
    second_id: str
    second: str
    sentences: tuple[str, ...]
    pending: str
    alike: tuple[Alike, ...]
    alike_in_runner_up: tuple[Alike, ...]


def why_here(run: PublishedRun, idea_id: str, *, data_dir: Path, database_url: str | None = None) -> WhyHere:
    """Return why an idea of a published run is in its theme. Raises InputError where the run has no such idea."""
    rows = np.flatnonzero(run.ideas["idea_id"] == idea_id)
    if not len(rows):
        raise InputError(f"There is no idea {idea_id}.", do="Look the ideas up: synthesis explain THEME.")
    place = {str(key): value for key, value in run.assignments.iloc[rows[0]].items()}
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    with reading(data_dir, database_url) as opened:
        events = read_events(opened, (*edits.EDITS, Verb.UNDO_EDIT))
    decided, stands = _decision(events, idea_id, place, run)
    vectors = read_vectors(data_dir, run.manifest.run_id)
    alike, beside = (
        _alike(run, int(rows[0]), theme, vectors) if theme else ()
        for theme in (place["theme_id"], _other(place["runner_up_id"], place))
    )
    return WhyHere(
        idea_id=idea_id,
        theme_id=str(place["theme_id"]),
        theme=names.get(place["theme_id"], ""),
        placed_by=str(place["placed_by"]),
        words=tuple(str(place["words"]).split()),
        strength=float(place["strength"]),
        runner_up_id=str(place["runner_up_id"]),
        runner_up=names.get(_other(place["runner_up_id"], place), ""),
        margin=float(place["margin"]),
        unclear=bool(place["unclear"]),
        second_id=str(place["second_id"]),
        second=names.get(place["second_id"], ""),
        sentences=tuple(_sentences(place, names, decided if stands else None, str(run.ideas["text"].iat[rows[0]]))),
        pending="" if decided is None or stands else _pending(decided, edits.fold(events), names),
        alike=alike,
        alike_in_runner_up=beside,
    )


def _other(theme_id: str, place: dict[str, Any]) -> str:
    """Return the theme, nothing where it is the idea's own."""
    return "" if theme_id == place["theme_id"] else theme_id


def _decision(events: list[Event], idea_id: str, place: dict[str, Any], run: PublishedRun) -> tuple[Event | None, bool]:
    """Return what a person decided last about the idea's place, and whether the run was made with it."""
    key = {Verb.MOVE_IDEAS: "ideas", Verb.SPLIT_THEME: "taken"}
    about = [
        event
        for event in edits.standing(events)
        if event.verb in key and isinstance(ids := event.data[key[event.verb]], list) and idea_id in ids
    ]
    if not about:
        return None, False
    last = about[-1]
    there = edits.fold(events).resolve(last.subject) == place["theme_id"] or last.at <= run.manifest.created_at
    return last, there and place["placed_by"] == edits.PERSON


def _sentences(place: dict[str, Any], names: dict[str, str], decided: Event | None, text: str) -> list[str]:
    """Return the reasons, the first one first."""
    here, other = place["theme_id"], names.get(_other(place["runner_up_id"], place), "")
    machine = names.get(_other(place["engine_id"], place), "")
    had = f" The machine alone had put it in “{machine}”." if machine else ""
    strength, second = float(place["strength"]), float(place["strength"]) - float(place["margin"])
    said = [
        {
            edits.PERSON: _by_person(decided) + had,
            edits.HEAD: "Placed by what people confirmed: ideas like it were put here." + had,
            edits.FRAME: (
                f"Laid beside the adopted themes: its likeness to the middle of the nearest is {strength:.2f} (1 is the same)"
                + (f", to the next, “{other}”, {second:.2f}." if other else ".")
            ),
            edits.ENGINE: (
                f"Found by likeness: {strength:.0%} of its ties to ideas that say alike are in this theme"
                + (f", {second:.0%} in the next, “{other}”." if other and second > 0 else ", none in any other.")
            ),
        }[str(place["placed_by"])]
    ]
    words = str(place["words"]).split()
    foreign = ", as read in English" if any(word not in text.casefold() for word in words) else ""
    against = f" against “{other}”" if other else ""
    if words:
        said.append(f"Its own words that speak most for this theme{against}{foreign}: {', '.join(words)}.")
    else:
        said.append(f"None of its words speaks for this theme{against} by itself.")
    if place["second_id"]:
        said.append(
            f"It speaks to a second matter as well: “{names.get(place['second_id'], here)}”. Its people are counted in the first theme only."
        )
    if place["unclear"]:
        said.append("It is marked unclear: it fits here badly, and nowhere better.")
    return said


def _by_person(decided: Event | None) -> str:
    if decided is None:
        return "A person put it here."
    return f"{decided.by} put it here on {decided.at:%Y-%m-%d}: “{decided.reason}”."


def _pending(decided: Event, now: edits.Edits, names: dict[str, str]) -> str:
    """Return what a person decided that the run does not show yet."""
    theme = now.resolve(decided.subject)
    called = now.names.get(theme) or names.get(theme, "")
    return (
        f"{decided.by} put it into {theme}{f', “{called}”,' if called else ''} on {decided.at:%Y-%m-%d}: “{decided.reason}”. "
        "It shows from the next run on."
    )


def _alike(run: PublishedRun, row: int, theme_id: str, vectors: NDArray[np.float32] | None) -> tuple[Alike, ...]:
    """Return the ideas of a theme that are nearest to one, by what placed them, in words that may be shown.

    Other ideas of its comment, comments that repeat it and ideas in the same words are passed over.
    """
    if vectors is None:
        return ()
    contribution = run.ideas["contribution_id"].iat[row]
    comments = run.contributions.set_index("contribution_id")[["hold", "duplicate_of"]]
    primary = comments.at[contribution, "duplicate_of"]
    shown = set(comments.index[comments["hold"].eq("") & comments["duplicate_of"].eq("")]) - {contribution, primary}
    inside = (run.assignments["theme_id"].eq(theme_id) & run.ideas["contribution_id"].isin(shown)).to_numpy()
    candidates = np.flatnonzero(inside)
    near = vectors[candidates] @ vectors[row]
    found: dict[str, Alike] = {}
    own = _same(str(run.ideas["text"].iat[row]))
    for index in np.argsort(-near, kind="stable"):
        if len(found) == _ALIKE:
            break
        idea_id, text = (str(run.ideas[column].iat[candidates[index]]) for column in ("idea_id", "text"))
        if _same(text) != own:
            found.setdefault(_same(text), Alike(idea_id, text, round(float(near[index]), 2)))
    return tuple(found.values())


def _same(text: str) -> str:
    return " ".join(text.split()).casefold()
