"""The register of what is small but serious: by rule from the run, by nomination from people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from synthesis.actions.account import decide, decisions
from synthesis.actions.review import need_words
from synthesis.briefs.content import RULE_NAMES
from synthesis.errors import InputError
from synthesis.groups import minimum_cell
from synthesis.model import Verb
from synthesis.published import PublishedRun
from synthesis.store.runs import read_run


def serious_matters(data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return the register of the published run.

    ``{"run_id", "minimum_cell", "matters": [{"rule", "title", "matter", "people", "small", "comments": […]}]}`` by rule and
    matter; ``people`` is null under the minimum cell. A comment has ``idea_id, text, theme_id, theme`` and, where it was
    nominated, ``by`` and ``reason``; its ``text`` is empty where the words wait for a person to release them.
    """
    run = read_run(data_dir)
    minimum = minimum_cell(run)
    words = _words(run)
    entries = run.register.groupby(["rule", "matter"], sort=False).agg(
        people=("people", "first"), small=("small", "first"), ideas=("idea_id", list)
    )
    matters: list[dict[str, Any]] = [
        {
            "rule": rule,
            "title": RULE_NAMES[rule],
            "matter": matter,
            "people": None if people < minimum else people,
            "small": small,
            "comments": [words[idea] for idea in ideas if idea in words],
        }
        for (rule, matter), people, small, ideas in zip(
            entries.index, entries["people"].tolist(), entries["small"].tolist(), entries["ideas"], strict=True
        )
    ]
    nominated = [
        words[idea] | {"by": by, "reason": reason}
        for idea, (by, reason) in sorted(_nominations(data_dir, database_url).items())
        if idea in words
    ]
    if nominated:
        rule = "nominated"
        matters.append(
            {
                "rule": rule,
                "title": RULE_NAMES[rule],
                "matter": "",
                "people": None,
                "small": True,
                "comments": nominated,
            }
        )
    place = {rule: number for number, rule in enumerate(RULE_NAMES)}
    matters.sort(key=lambda entry: (place[str(entry["rule"])], str(entry["matter"])))
    return {"run_id": run.manifest.run_id, "minimum_cell": minimum, "matters": matters}


def nominate(idea_id: str, *, by: str, reason: str, data_dir: Path, database_url: str | None = None) -> None:
    """Enter an idea in the register. Raises InputError for an unknown idea, or without a name and a reason."""
    need_words(by=by, reason=reason)
    if idea_id not in set(read_run(data_dir).ideas["idea_id"]):
        raise InputError(f"There is no idea {idea_id}.", do="Look it up: synthesis search WORDS.")
    decide(Verb.NOMINATE, idea_id, by, reason, data_dir, database_url)


def withdraw_nomination(idea_id: str, *, by: str, reason: str, data_dir: Path, database_url: str | None = None) -> None:
    """Take a nomination back. What the rules found stays. Raises InputError where the idea is not nominated."""
    need_words(by=by, reason=reason)
    if idea_id not in _nominations(data_dir, database_url):
        raise InputError(f"The idea {idea_id} is not nominated.", do="Look the register up: synthesis register list.")
    decide(Verb.WITHDRAW_NOMINATION, idea_id, by, reason, data_dir, database_url)


def _words(run: PublishedRun) -> dict[str, dict[str, str]]:
    """Return idea id → what the register shows of it."""
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    held = run.contributions[["contribution_id", "hold"]]
    ideas = run.ideas.merge(run.assignments[["idea_id", "theme_id"]], on="idea_id").merge(held, on="contribution_id")
    text: pd.Series[str] = ideas["text"].where(ideas["hold"].eq(""), "")
    return {
        idea_id: {"idea_id": idea_id, "text": said, "theme_id": theme_id, "theme": names[theme_id]}
        for idea_id, said, theme_id in zip(ideas["idea_id"], text, ideas["theme_id"], strict=True)
    }


def _nominations(data_dir: Path, database_url: str | None) -> dict[str, tuple[str, str]]:
    """Return idea id → by whom and why it is nominated now."""
    last = {e.subject: e for e in decisions(data_dir, database_url, (Verb.NOMINATE, Verb.WITHDRAW_NOMINATION))}
    return {subject: (e.by, e.reason) for subject, e in last.items() if e.verb is Verb.NOMINATE}
