"""Explain: for any id, why it stands where it stands, the evidence, and the thread up and down."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from synthesis.actions.account import account
from synthesis.actions.becoming import MOST, REASONS, Answered, answered, came_of, elements, reasons_of
from synthesis.actions.elements import explain_element, explain_link, explain_part, find_element
from synthesis.actions.linking import lineage_of, recent_run
from synthesis.actions.reasons import why_here
from synthesis.briefs.sides import sided
from synthesis.errors import InputError, RunError, SynthesisError
from synthesis.model import Theme
from synthesis.plan.links import ELEMENTS, Followed, Lineage
from synthesis.procedure import plain
from synthesis.published import PublishedRun
from synthesis.store.database import reading
from synthesis.store.trace import links_to_ideas, read_runs

_NEIGHBOURS = 5
_THEME = re.compile(r"T\d+(?:\.\d+)?")
_ASIDE = re.compile(r"S[0-9a-f]{12}")


def explain(item_id: str, *, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return ``kind``, ``text`` or ``name``, ``evidence``, ``why`` and ``thread`` for any id.

    Of what people said: a theme or part of one, an idea, a comment, a row that was set aside. Of the plan: any record (``kind:id`` where two
    kinds share an id), the mission, the student performance statement, a line of a budget (``ITEM#fund``) or of costs (``COSTS#1``).

    Raises InputError for an unknown id, RunError for what people said before the first run.
    """
    run = recent_run(data_dir)
    with reading(data_dir, database_url) as opened:
        lineage = lineage_of(run, data_dir, read_runs(opened))
        about = _About(run, opened, lineage, data_dir, database_url) if run else None
        if run is not None and about is not None:
            theme = run.theme(item_id)
            if theme is not None:
                return _theme(about, theme)
            if bool(run.ideas["idea_id"].eq(item_id).any()):
                return _idea(about, item_id)
            if bool(run.contributions["contribution_id"].eq(item_id).any()):
                return _contribution(about, item_id)
        if item_id in ELEMENTS:
            return explain_part(opened, run, lineage, item_id)
        found = find_element(opened, item_id)
        if found is not None and found[0].kind == "evidence_link":
            return explain_link(opened, run, lineage, found[0])
        if found is not None:
            return explain_element(opened, run, lineage, *found)
        gone = lineage.follow(item_id) if run is not None and _THEME.fullmatch(item_id) else ()
    row = _set_aside(item_id, data_dir, database_url) if _ASIDE.fullmatch(item_id) else None
    if row is not None:
        return row
    raise _unknown(item_id, run, gone)


def _unknown(item_id: str, run: PublishedRun | None, gone: Iterable[Followed]) -> SynthesisError:
    """Return the error for an id of nothing, with what became of it where it was a theme once."""
    if run is None:
        return RunError(
            f"Nothing in the plan has the id {item_id!r}, and no run has been published yet.",
            do="Ingest exports and make a run: synthesis ingest PATH, then synthesis run.",
        )
    where = [f"{f.happened} Ask for {f.theme_id}." for f in gone if f.theme_id and f.happened]
    return InputError(
        f"Nothing in the plan or in the published run {run.manifest.run_id} has the id {item_id!r}.",
        expected="a theme (T01 or T01.2), an idea (I…), a comment (C…), a row set aside (S…), or a record of the plan",
        do=" ".join(where) or "List themes with: synthesis themes. Ids of ideas stand in: synthesis explain T01.",
    )


@dataclass(frozen=True)
class _About:
    """What an explanation is drawn from."""

    run: PublishedRun
    opened: Any
    lineage: Lineage
    data_dir: Path
    database_url: str | None

    known: dict[str, tuple[Answered, dict[str, Any]]] = field(default_factory=dict)

    def of(self, theme_id: str) -> tuple[Answered, dict[str, Any]]:
        """Return the elements of the plan that name a theme, and what it came to."""
        if theme_id not in self.known:
            found, theme = answered(self.opened, self.lineage, theme_id), self.run.theme(theme_id)
            came = came_of(self.opened, self.lineage, theme_id, theme.name if theme else "", found)
            self.known[theme_id] = (found, came)
        return self.known[theme_id]

    def down(self, theme_id: str) -> dict[str, Any]:
        """Return the elements of the plan that name a theme, how many more there are, and what it came to."""
        found, came = self.of(theme_id)
        return {"elements": found.elements, "more": found.more, "became": came}


def _theme(about: _About, theme: Theme) -> dict[str, Any]:
    """Explain a theme by its order, its words and its most central ideas."""
    run, down = about.run, about.down(theme.theme_id)
    row = run.order()[theme.theme_id]
    column = "theme_id" if theme.level == 1 else "subtheme_id"
    members = run.assignments[run.assignments[column] == theme.theme_id].merge(run.ideas, on="idea_id")
    strongest = members.sort_values(["strength", "idea_id"], ascending=[False, True]).head(_NEIGHBOURS)
    return {
        "kind": "theme" if theme.level == 1 else "subtheme",
        "id": theme.theme_id,
        "name": theme.name,
        "description": theme.description,
        "evidence": {
            "quotes": [asdict(quote) for quote in theme.quotes],
            "ideas": _records(strongest[["idea_id", "contribution_id", "text", "strength"]]),
            "n_ideas": theme.n_ideas,
            "n_contributions": int(row["n_contributions"]),
            "people_low": int(row["people_low"]),
            "people_high": int(row["people_high"]),
        },
        "why": {
            "words": list(theme.keywords),
            "rank": int(row["rank"]),
            "components": {
                key: float(row[key]) for key in ("reach_component", "channels_component", "roles_component", "score")
            },
            "stability": theme.stability,
            "sides": sided(run, theme.theme_id),
        },
        "thread": {
            "up": [],
            "down": down["elements"],
            "more": down["more"],
            "became": down["became"],
            "subthemes": [child.theme_id for child in theme.subthemes],
        },
    }


def _idea(about: _About, idea_id: str) -> dict[str, Any]:
    """Explain why an idea is in its theme, with the ideas that are most alike there and in the next theme."""
    run = about.run
    idea = _records(run.ideas[run.ideas["idea_id"] == idea_id])[0]
    found = asdict(why_here(run, idea_id, data_dir=about.data_dir, database_url=about.database_url))
    down = about.down(found["theme_id"])
    near = {key: found.pop(key) for key in ("alike", "alike_in_runner_up")}
    return {
        "kind": "idea",
        "id": idea_id,
        "text": idea["text"],
        "evidence": {"contribution": _origin(run, str(idea["contribution_id"])), **near},
        "why": {**{key: value for key, value in found.items() if key != "idea_id"}, **_stance(run, idea_id)},
        "thread": {
            "up": [str(idea["contribution_id"])],
            "down": down["elements"],
            "more": down["more"],
            "became": _became(about, str(idea["contribution_id"]))[idea_id],
            "named_by": _named_by(about, [idea_id]),
        },
    }


def _stance(run: PublishedRun, idea_id: str) -> dict[str, Any]:
    """Return where an idea stands, how surely, and what told it."""
    found = run.stances[run.stances["idea_id"] == idea_id]
    if found.empty:  # the run was made before stances were told
        return {}
    row = found.iloc[0]
    return {
        "stance": str(row["stance"]),
        "stance_certainty": float(row["certainty"]),
        "stance_because": str(row["because"]),
        "stance_argument": str(row["argument"]) if row["because"] == "argument" else "",
    }


def _contribution(about: _About, contribution_id: str) -> dict[str, Any]:
    """Explain what became of a comment: its ideas, their themes, what the plan answers, and the reason where it does not."""
    run = about.run
    own = run.ideas[run.ideas["contribution_id"] == contribution_id].merge(run.assignments, on="idea_id")
    themes = own["theme_id"].unique().tolist()
    became = _became(about, contribution_id)
    return {
        "kind": "contribution",
        "id": contribution_id,
        "text": _text(run, contribution_id),
        "evidence": _origin(run, contribution_id),
        "why": {
            "ideas": _records(own[["idea_id", "text", "theme_id", "subtheme_id", "strength", "unclear"]]),
            "became": [{"idea_id": idea_id, **came} for idea_id, came in became.items()],
        },
        "thread": {
            "up": [],
            "down": [{"theme_id": theme_id, "plan": about.of(theme_id)[0].elements} for theme_id in themes],
            "named_by": _named_by(about, own["idea_id"].tolist()),
        },
    }


def _became(about: _About, contribution_id: str) -> dict[str, dict[str, Any]]:
    """Return, per idea of a comment, what it came to: ``theme_id, theme, outcome, reasons, answers``."""
    run = about.run
    comment = _records(run.contributions[run.contributions["contribution_id"] == contribution_id])[0]
    own = run.ideas[run.ideas["contribution_id"] == contribution_id].merge(run.assignments, on="idea_id")
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    found = {}
    for idea in _records(own):
        theme_id = str(idea["theme_id"])
        _, came = about.of(theme_id)
        reasons = reasons_of(run, idea, comment, came["outcome"])
        found[str(idea["idea_id"])] = {
            "theme_id": theme_id,
            "theme": names[theme_id],
            "outcome": came["outcome"],
            "reasons": reasons,
            "in_words": [REASONS[reason] for reason in reasons],
            "period": came["period"],
            "answers": came["answers"],
        }
    return found


def _named_by(about: _About, idea_ids: list[str]) -> list[dict[str, Any]]:
    """Return the elements of the plan that name these ideas themselves, with the note why."""
    links = links_to_ideas(about.opened, idea_ids, MOST)
    texts = elements(about.opened, [(link.source_kind, link.source_id) for link in links])
    return [texts[link.source_kind, link.source_id] | {"idea_id": link.idea_id, "note": link.note} for link in links]


def _set_aside(row_id: str, data_dir: Path, database_url: str | None) -> dict[str, Any] | None:
    """Explain a row that is not counted: where it stood and why; never its words."""
    rows = account(data_dir, database_url).set_aside
    found = rows[rows["aside_id"] == row_id]
    if found.empty:
        return None
    row = found.iloc[0]
    place = {key: str(row[key]) for key in ("name", "sheet", "column")} | {"row": int(row["row"])}
    return {
        "kind": "set_aside",
        "id": row_id,
        "name": plain(str(row["reason"])),
        "evidence": place,
        "why": {"outcome": "set_aside", "reasons": [str(row["reason"])], "detail": str(row["detail"])},
        "thread": {"up": [], "down": []},
    }


def _text(run: PublishedRun, contribution_id: str) -> str:
    """Return a contribution's public text."""
    row = run.contributions.loc[run.contributions["contribution_id"] == contribution_id, "text_public"]
    return str(row.iat[0])


def _origin(run: PublishedRun, contribution_id: str) -> dict[str, Any]:
    """Return where a contribution came from."""
    row = run.contributions[run.contributions["contribution_id"] == contribution_id].iloc[0]
    names = {entry.sha256: entry.name for entry in run.ledger}
    keys = (
        "contribution_id",
        "channel",
        "instrument",
        "event",
        "site",
        "room",
        "sheet",
        "role",
        "school",
        "language",
        "voice",
        "received_at",
    )
    return {
        "export": names.get(row["export_sha256"], ""),
        "row": int(row["row"]),
        "cue": str(row["cue"]),
        **{key: str(row[key]) for key in keys},
        "campaign_id": str(row["campaign_id"]),
        "duplicate_of": str(row["duplicate_of"]),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as JSON-ready dictionaries."""
    return [{str(k): v for k, v in row.items()} for row in frame.astype(object).to_dict(orient="records")]
