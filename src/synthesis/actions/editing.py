"""What people do to themes: each edit an event with who, when and why, refused where somebody else was first.

An edit shows from the next run on, and in every run after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from synthesis.actions.review import need_words
from synthesis.errors import InputError, RuleError, StaleVersion
from synthesis.model import Event, Theme, Verb
from synthesis.procedure import plain
from synthesis.published import PublishedRun
from synthesis.store.database import connection
from synthesis.store.events import read_events, record
from synthesis.store.runs import read_run
from synthesis.themes import edits, lineage

MAX_NAME = 120
Said = Mapping[str, object]
Saying = Callable[[PublishedRun, edits.Edits], Said | tuple[str, Said]]


@dataclass(frozen=True, slots=True)
class Editor:
    """Who edits and why. `seen` is the number of the last edit that they had seen; None asks for no such check."""

    by: str
    reason: str
    data_dir: Path
    database_url: str | None = None
    seen: int | None = None


def rename_theme(theme_id: str, name: str, editor: Editor) -> None:
    """Give a theme a name of people's own. Raises InputError for an empty or endless one."""
    clean = " ".join(name.split())
    if not clean or len(clean) > MAX_NAME:
        raise InputError(f"A name has 1 to {MAX_NAME} characters.", do="Name the theme in a few words.")
    _edit(Verb.RENAME_THEME, theme_id, editor, _about(theme_id, {"name": clean}))


def merge_themes(theme_id: str, into: str, editor: Editor) -> None:
    """Make one theme part of another, with all ideas that it has and will have."""

    def said(run: PublishedRun, now: edits.Edits) -> Said:
        _known(run, theme_id)
        _known(run, into)
        if theme_id == into:
            raise InputError("A theme cannot be merged into itself.", do="Name two themes.")
        return {"into": into}

    _edit(Verb.MERGE_THEMES, theme_id, editor, said)


def split_theme(theme_id: str, subtheme_ids: Sequence[str], name: str, editor: Editor) -> str:
    """Make subthemes of a theme a theme of their own. Returns its id."""
    given: list[str] = []

    def said(run: PublishedRun, now: edits.Edits) -> tuple[str, Said]:
        theme = _known(run, theme_id)
        chosen = [child for child in theme.subthemes if child.theme_id in subtheme_ids]
        if not chosen or len(chosen) != len(set(subtheme_ids)) or len(chosen) == len(theme.subthemes):
            raise InputError(
                f"The theme {theme_id} cannot be split so.",
                expected=f"some, not all, of: {', '.join(child.theme_id for child in theme.subthemes) or 'it has no subthemes'}",
                do="Look the subthemes up: synthesis explain " + theme_id,
            )
        inside = run.assignments[run.assignments["theme_id"] == theme_id]
        taken = inside.loc[inside["subtheme_id"].isin(subtheme_ids), "idea_id"].tolist()
        stayed = inside.loc[~inside["subtheme_id"].isin(subtheme_ids), "idea_id"].tolist()
        number = max(
            run.manifest.counts.get("theme_ids_given", 0),
            lineage.highest([*(s.theme_id for s in now.splits), *(t.theme_id for t in run.themes)]),
        )
        given.append(f"T{number + 1:02d}")
        keywords = list(dict.fromkeys(word for child in chosen for word in child.keywords))
        return given[0], {
            "source": theme_id,
            "taken": taken,
            "stayed": stayed,
            "name": " ".join(name.split()) or chosen[0].name,
            "keywords": keywords,
        }

    _edit(Verb.SPLIT_THEME, theme_id, editor, said)
    return given[0]


def move_ideas(idea_ids: Sequence[str], theme_id: str, editor: Editor) -> None:
    """Put ideas into a theme for good. "Wrong place" on a comment is such a move; it also teaches the next run."""

    def said(run: PublishedRun, now: edits.Edits) -> Said:
        _known(run, theme_id)
        places = dict(zip(run.assignments["idea_id"], run.assignments["theme_id"], strict=True))
        _all_known(idea_ids, places)
        return {"ideas": sorted(set(idea_ids)), "from": sorted({places[idea] for idea in idea_ids})}

    _edit(Verb.MOVE_IDEAS, theme_id, editor, said)


def confirm_ideas(idea_ids: Sequence[str], editor: Editor) -> None:
    """Confirm ideas where they are: moved to their own theme, they stay there, and teach the next run as moved ones do."""
    run = read_run(editor.data_dir)
    places = dict(zip(run.assignments["idea_id"], run.assignments["theme_id"], strict=True))
    _all_known(idea_ids, places)
    for theme_id in sorted({places[idea] for idea in idea_ids}):
        move_ideas([idea for idea in idea_ids if places[idea] == theme_id], theme_id, editor)


def _all_known(idea_ids: Sequence[str], places: Mapping[str, str]) -> None:
    unknown = [idea for idea in idea_ids if idea not in places]
    if unknown or not idea_ids:
        raise InputError(
            f"There is no idea {unknown[0]}." if unknown else "No idea was named.",
            do="Look the ideas up: synthesis explain THEME.",
        )


def pin_quote(idea_id: str, editor: Editor, *, pinned: bool) -> None:
    """Show an idea first among its theme's quotes, or let go of it again. Words that wait for a release still wait."""
    home: list[str] = []

    def said(run: PublishedRun, now: edits.Edits) -> tuple[str, Said]:
        found = run.assignments.loc[run.assignments["idea_id"] == idea_id, "theme_id"].tolist()
        if not found:
            raise InputError(f"There is no idea {idea_id}.", do="Look the ideas up: synthesis explain THEME.")
        home.append(str(found[0]))
        return home[0], {"idea": idea_id}

    _edit(Verb.PIN_QUOTE if pinned else Verb.UNPIN_QUOTE, "", editor, said)


def retire_theme(theme_id: str, editor: Editor) -> None:
    """End a theme. Its ideas go to the nearest theme that is left."""
    _edit(Verb.RETIRE_THEME, theme_id, editor, _about(theme_id, {}))


def adopt_themes(theme_ids: Sequence[str], editor: Editor) -> None:
    """Adopt themes: their ideas stay, new ideas are laid beside them, and only what fits none can become a candidate."""
    for theme_id in theme_ids:
        _edit(Verb.ADOPT_THEME, theme_id, editor, _about(theme_id, {}))


def undo_edit(number: int, editor: Editor) -> None:
    """Take back one edit, or the undoing of one. Raises InputError where there is no such edit, RuleError where it is undone."""

    def said(run: PublishedRun, now: edits.Edits) -> Said:
        return {"event": number}

    _edit(Verb.UNDO_EDIT, str(number), editor, said)


def edit_history(
    data_dir: Path, database_url: str | None = None, theme_id: str | None = None
) -> list[dict[str, object]]:
    """Return the edits in order, of all themes or of one: number, when, who, what, why, and whether it still stands."""
    with connection(data_dir, database_url) as opened:
        events = read_events(opened, (*edits.EDITS, Verb.UNDO_EDIT))
    standing = {event.number for event in edits.standing(events)}
    by_number = {event.number: event for event in events}
    return [
        {
            "number": event.number,
            "at": event.at.isoformat(timespec="seconds"),
            "by": event.by,
            "edit": event.verb.value,
            "theme": event.subject,
            "detail": _detail(event),
            "reason": event.reason,
            "stands": event.number in standing,
        }
        for event in events
        if theme_id is None or theme_id in edits.touched(_undone_at_last(event, by_number))
    ]


def last_edit(data_dir: Path, database_url: str | None = None) -> int:
    """Return the number of the last edit, 0 where there is none: what an editor has seen who sees all."""
    with connection(data_dir, database_url) as opened:
        events = read_events(opened, (*edits.EDITS, Verb.UNDO_EDIT))
    return events[-1].number if events else 0


def _undone_at_last(event: Event, by_number: Mapping[int, Event]) -> Event:
    """Return the edit that an undoing, or the undoing of one, is about; another edit itself."""
    while event.verb is Verb.UNDO_EDIT:
        event = by_number[int(str(event.data["event"]))]
    return event


def _detail(event: Event) -> str:
    """Return what an edit says beyond its theme, without words of the public."""
    data = event.data
    if event.verb is Verb.SPLIT_THEME:
        return f"from {data['source']}: {data['name']}"
    if event.verb is Verb.MOVE_IDEAS:
        ids = ", ".join(map(str, data["ideas"] if isinstance(data["ideas"], list) else []))
        return f"{ids} (confirmed)" if data.get("from") == [event.subject] else ids
    return ", ".join(str(value) for value in data.values())


def _edit(
    verb: Verb,
    subject: str,
    editor: Editor,
    said: Saying,
) -> None:
    """Check and record one edit in one transaction. `said` returns its data, with the subject where that is not known before."""
    need_words(by=editor.by, reason=editor.reason)
    run = read_run(editor.data_dir)
    with connection(editor.data_dir, editor.database_url) as opened:
        events = read_events(opened, (*edits.EDITS, Verb.UNDO_EDIT))
        made = said(run, edits.fold(events))
        subject, data = made if isinstance(made, tuple) else (subject, made)
        if verb is Verb.UNDO_EDIT:
            _may_be_undone(int(subject), events)
        _refuse_stale(Event(0, run.manifest.created_at, editor.by, verb, subject, "", dict(data)), events, editor.seen)
        record(opened, verb, subject, by=editor.by, reason=editor.reason, data=data)


def _about(theme_id: str, data: Said) -> Saying:
    """Return what says this of a theme that must be there."""

    def said(run: PublishedRun, now: edits.Edits) -> Said:
        _known(run, theme_id)
        return data

    return said


def _refuse_stale(wanted: Event, events: Sequence[Event], seen: int | None) -> None:
    """Raise StaleVersion where somebody edited one of the themes after what the editor had seen."""
    if seen is None:
        return
    by_number = {event.number: event for event in events}
    about = edits.touched(_undone_at_last(wanted, by_number))
    newer = [
        event for event in events if event.number > seen and edits.touched(_undone_at_last(event, by_number)) & about
    ]
    if newer:
        first = newer[0]
        raise StaleVersion(
            f"{first.by} was first: {plain(first.verb.value)} of {first.subject} at {first.at:%Y-%m-%d %H:%M} UTC.",
            expected=f"no edit of these themes after number {seen}",
            do=f"Look at it (synthesis edit history), then decide again with --seen {newer[-1].number}.",
        )


def _may_be_undone(number: int, events: Sequence[Event]) -> None:
    if number not in {event.number for event in events}:
        raise InputError(f"There is no edit {number}.", do="Look the edits up: synthesis edit history.")
    undone = {int(str(e.data["event"])) for e in events if e.verb is Verb.UNDO_EDIT}
    if number in undone:
        raise RuleError(f"The edit {number} was undone already.", do="Undo that undoing instead, by its own number.")


def _known(run: PublishedRun, theme_id: str) -> Theme:
    """Return a theme of the published run. Raises InputError."""
    theme = next((theme for theme in run.themes if theme.theme_id == theme_id), None)
    if theme is None:
        raise InputError(f"There is no theme {theme_id!r}.", do="Look the themes up: synthesis themes.")
    return theme
