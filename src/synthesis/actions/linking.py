"""Links from the plan to what people said: recorded once, when a run is published, and followed from run to run."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from synthesis.actions.writing import written
from synthesis.errors import RunError
from synthesis.model import Verb
from synthesis.plan import Plan
from synthesis.plan.links import Lineage, PastRun, fates_of
from synthesis.published import PublishedRun
from synthesis.store.database import connection, reading
from synthesis.store.events import record
from synthesis.store.plans import change_rows
from synthesis.store.runs import current_run_id, read_run
from synthesis.store.trace import read_runs, record_run, unsettled

_MACHINE = "synthesis"


def settle_links(*, data_dir: Path, database_url: str | None = None) -> dict[str, str]:
    """Record what the published run says of links: the theme that is meant by words, and which run a theme's id is of.

    Also records what became of themes in each run since the last that was recorded. Returns link id → theme id of the links
    whose words were looked up. Before the first run, or where all is recorded, nothing is done.
    """
    run = run_or_none(data_dir)
    if run is None:
        return {}
    with reading(data_dir, database_url) as opened:
        waiting, recorded = unsettled(opened), read_runs(opened)
    unrecorded = _unrecorded(run, data_dir, recorded)
    if not waiting and not unrecorded:
        return {}
    by_words = _themes_by_words(run, [link.theme_words for link in waiting if not link.theme_id])
    known = {str(theme.theme_id) for theme in run.all_themes()}
    with connection(data_dir, database_url) as opened:
        for past in unrecorded:
            record_run(opened, past.run_id, past.day, past.fates)
        meant: dict[str, str] = {}
        settled = []
        for link in unsettled(opened):  # read again: somebody may have been quicker
            theme_id = link.theme_id or by_words.get(link.theme_words, "")
            if theme_id in known:
                settled.append(replace(link, theme_id=theme_id, as_of=run.manifest.run_id))
                meant |= {} if link.theme_id else {link.id: theme_id}
        if settled:
            data = {"after": written(settled), "meant": meant}
            reason = "The themes that links name, as of this run."
            number = record(opened, Verb.SETTLE_LINKS, run.manifest.run_id, by=_MACHINE, reason=reason, data=data)
            change_rows(opened, settled, number)
    return meant


def lineage_of(run: PublishedRun | None, data_dir: Path, recorded: tuple[PastRun, ...]) -> Lineage:
    """Return the published runs up to the current one, those included that no one recorded yet."""
    if run is None:
        return Lineage(recorded)
    runs = (*recorded, *_unrecorded(run, data_dir, recorded))
    return Lineage(runs, frozenset(str(theme.theme_id) for theme in run.all_themes()))


def lineage_now(run: PublishedRun | None, *, data_dir: Path, database_url: str | None = None) -> Lineage:
    """Return the published runs up to the current one, and its themes."""
    with reading(data_dir, database_url) as opened:
        return lineage_of(run, data_dir, read_runs(opened))


def theme_links(plan: Plan, run: PublishedRun | None, lineage: Lineage | None = None) -> dict[str, str]:
    """Return evidence link id → the theme of the current run to which it leads; links that lead nowhere are left out.

    Without a lineage every link is taken to be of the current run. Words that no run has looked up yet are looked up in this one.
    """
    if run is None:
        return {}
    lineage = lineage or Lineage((), frozenset(str(theme.theme_id) for theme in run.all_themes()))
    links = plan.of("evidence_link")
    by_words = _themes_by_words(run, [link.theme_words for link in links if link.theme_words and not link.theme_id])
    found = {}
    for link in links:
        theme_id = link.theme_id or by_words.get(link.theme_words, "")
        if theme_id:
            found[link.id] = lineage.follow(theme_id, link.as_of)[0].theme_id
    return {link_id: theme_id for link_id, theme_id in found.items() if theme_id}


def run_or_none(data_dir: Path) -> PublishedRun | None:
    """Return the published run, or None before the first."""
    if current_run_id(data_dir) is None:
        return None
    try:
        return read_run(data_dir)
    except RunError:
        return None


@lru_cache(maxsize=2)
def _read(data_dir: Path, run_id: str, made: int) -> PublishedRun:
    """Return a run; it stays in memory, as it never changes once it is made."""
    return read_run(data_dir, run_id)


def recent_run(data_dir: Path) -> PublishedRun | None:
    """Return the published run, read once for as long as it is the published one; None before the first."""
    run_id = current_run_id(data_dir)
    if run_id is None:
        return None
    made = data_dir / "runs" / run_id / "manifest.json"
    return _read(data_dir, run_id, made.stat().st_mtime_ns if made.is_file() else 0)


def _unrecorded(run: PublishedRun, data_dir: Path, recorded: Iterable[PastRun]) -> tuple[PastRun, ...]:
    """Return the runs from the current one back to the last that is recorded, in order. Runs that are no longer kept end it."""
    known, found, at = {past.run_id for past in recorded}, [], run
    while at.manifest.run_id not in known:
        changes: list[dict[Any, Any]] = at.lineage.to_dict("records")
        found.append(PastRun(at.manifest.run_id, at.manifest.created_at.date(), fates_of(changes)))
        before = at.manifest.previous_run_id
        if before is None or before in known:
            break
        try:
            at = read_run(data_dir, before)
        except RunError:
            break
    return tuple(reversed(found))


def _themes_by_words(run: PublishedRun, phrases: list[str]) -> dict[str, str]:
    """Return words → the top-level theme whose ideas hold them most, each word weighed by its rarity over themes."""
    if not phrases:
        return {}
    from synthesis.linguistics import tokens  # takes seconds to import, and a plan without such links needs none

    place = run.ideas.merge(run.assignments, on="idea_id")
    sizes = place["theme_id"].value_counts().to_dict()
    holding: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for theme_id, found in zip(place["theme_id"], tokens(place["text"].tolist()), strict=True):
        for lemma in {token.lemma for token in found if token.is_word and not token.is_stop}:
            holding[lemma][theme_id] += 1
    result = {}
    for phrase, found in zip(phrases, tokens(phrases), strict=True):
        score: defaultdict[str, float] = defaultdict(float)
        for lemma in {token.lemma for token in found if token.is_word and not token.is_stop}:
            rarity = math.log((1 + len(sizes)) / (1 + len(holding[lemma])) + 1)
            for theme_id, times in holding[lemma].items():
                score[theme_id] += rarity * times / math.sqrt(sizes[theme_id])
        if score:
            result[phrase] = min(score, key=lambda theme_id: (-score[theme_id], theme_id))
    return result
