"""Run: what is in the vault → themes → priority → one published run."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.actions.account import account
from synthesis.actions.intake import Progress, quiet
from synthesis.actions.prepare import Prepared, prepare
from synthesis.errors import RunError
from synthesis.frames import Assignments, Research
from synthesis.model import Channel, Manifest, RunId, Theme, ThemeId, Translation, Verb, Voice
from synthesis.priority import Weights, rank_themes
from synthesis.published import PublishedRun
from synthesis.store.database import connection
from synthesis.store.events import read_events, read_translations
from synthesis.store.runs import current_run_id, publish, read_run
from synthesis.store.vault import Vault
from synthesis.text import glossary, matters
from synthesis.themes import Model, ThemeSet, discover_themes, embed_ideas, keep_ids, packaged, quotes

_PACKAGES = (
    "bertopic",
    "faiss-cpu",
    "graspologic-native",
    "numpy",
    "pandas",
    "scikit-learn",
    "sentence-transformers",
    "spacy",
    "torch",
)


def run(
    *,
    data_dir: Path,
    languages: tuple[str, ...] = ("en", "es", "ht"),
    weights: Weights | None = None,
    seed: int = 0,
    model: Model | None = None,
    database_url: str | None = None,
    progress: Progress = quiet,
) -> PublishedRun:
    """Make and publish a run of everything that is ingested. The same input and settings give the same run.

    `model` is the embedding model, the packaged one by default. With a multilingual one, comments in other languages are
    placed by their own words; else by a translation where people gave one, or by the glossary's words.

    Raises RunError where nothing is ingested yet, ModelUnavailable, PublishConflict.
    """
    weights, model = weights or Weights(), model or packaged()
    vault = Vault(data_dir)
    now = account(data_dir, database_url)
    if now.contributions.empty:
        raise RunError("Nothing has been ingested yet.", do="Ingest exports first: synthesis ingest PATH.")
    decided = _decided(data_dir, database_url)
    settings: dict[str, object] = {
        "languages": list(languages),
        "weights": [weights.reach, weights.channels, weights.roles],
        "decisions": decided.digest,
    }
    progress("prepare", 0, 1)
    prepared = prepare(
        now.contributions,
        secret=vault.secret(),
        languages=languages,
        translations=decided.translations,
        broken_up=decided.broken_up,
        released=decided.released,
        withheld=decided.withheld,
    )
    vault.save("redactions", prepared.redactions)
    themes, assignments, quality = find_themes(prepared, data_dir=data_dir, seed=seed, model=model, progress=progress)
    progress("priority", 0, 1)
    priorities, reach = rank_themes(prepared.contributions, prepared.ideas, assignments, weights=weights, seed=seed)
    research, ledger = now.research, now.ledger
    published = PublishedRun(
        manifest=_manifest(
            data_dir, [row.sha256 for row in ledger], settings, seed, model, quality, prepared, len(themes)
        ),
        themes=_in_order(themes, priorities),
        contributions=prepared.contributions,
        ideas=prepared.ideas,
        assignments=assignments,
        priorities=priorities,
        reach=reach,
        research=Research.validate(research) if len(research) else research,
        ledger=ledger,
    )
    progress("publish", 0, 1)
    return replace(published, manifest=publish(data_dir, published))


@dataclass(frozen=True, slots=True)
class _Decided:
    """What people decided that a run is made with; `digest` tells one set of decisions from another."""

    translations: dict[str, Translation]
    released: frozenset[str]
    withheld: frozenset[str]
    broken_up: frozenset[str]
    digest: str


def _decided(data_dir: Path, database_url: str | None) -> _Decided:
    """Return the decisions that bear on a run."""
    with connection(data_dir, database_url) as opened:
        events, translations = read_events(opened), read_translations(opened)
    quotes = {e.subject: e.verb for e in events if e.verb in (Verb.RELEASE, Verb.WITHHOLD)}
    letters = {e.subject: e.verb for e in events if e.verb in (Verb.BREAK_UP_CAMPAIGN, Verb.RESTORE_CAMPAIGN)}
    said = [[e.verb.value, e.subject, e.data] for e in events if e.verb is not Verb.HANDLE_URGENT]
    words = sorted([t.contribution_id, t.text, t.method] for t in translations.values())
    return _Decided(
        translations=translations,
        released=frozenset(subject for subject, verb in quotes.items() if verb is Verb.RELEASE),
        withheld=frozenset(subject for subject, verb in quotes.items() if verb is Verb.WITHHOLD),
        broken_up=frozenset(subject for subject, verb in letters.items() if verb is Verb.BREAK_UP_CAMPAIGN),
        digest=sha256(json.dumps([said, words], sort_keys=True).encode()).hexdigest()[:16],
    )


def find_themes(
    prepared: Prepared, *, data_dir: Path, seed: int, model: Model | None = None, progress: Progress = quiet
) -> tuple[tuple[Theme, ...], pd.DataFrame, dict[str, float]]:
    """Return the themes with permanent ids and quotes, the `Assignments` frame and the quality figures."""
    ideas = prepared.ideas.merge(prepared.contributions, on="contribution_id", validate="m:1")
    model = model or packaged()
    texts = _readable(ideas)
    vectors = embed_ideas(
        ideas["text"].tolist() if model.multilingual else texts,
        hints=_hints(texts, ideas),
        model=model,
        cache=data_dir / "cache" / "vectors",
        progress=lambda done, total: progress("embed", done, total),
    )
    progress("themes", 0, 1)
    # Only a question that everybody answered is a prompt: a dialogue's topic or a room's heading is the matter itself.
    asked = ideas["channel"].eq(Channel.OTHER) & ideas["voice"].eq(Voice.VERBATIM)
    prompts = ideas["prompt_text"].where(asked, "").tolist()
    lead = _leaders(ideas, vectors)
    rows = np.flatnonzero(lead == np.arange(len(lead)))
    found = discover_themes(
        [texts[row] for row in rows],
        prompts=[prompts[row] for row in rows],
        embeddings=vectors[rows],
        seed=seed,
        known=matters.words(),
    )
    found = _spread(found, np.searchsorted(rows, lead))
    ids = _permanent_ids(found, ideas["idea_id"].tolist(), data_dir)
    assignments = _assignments(found, ideas["idea_id"], ids)
    named = tuple(_renamed(theme, ids[index]) for index, theme in enumerate(found.themes))
    own = ideas["duplicate_of"].eq("") & ideas["campaign_id"].eq("")
    ideas = ideas.assign(quotable=ideas["hold"].eq("") & own & ~found.unclear, strength=found.strength)
    return (
        tuple(_with_quotes(theme, ideas, assignments, vectors) for theme in named),
        assignments,
        found.quality,
    )


def _readable(ideas: pd.DataFrame) -> list[str]:
    """Return the English in which the engine reads each idea.

    That is a translation where people imported one and the comment is one idea, else the glossary's words, else its own.
    """
    alone = ideas.groupby("contribution_id")["idea_id"].transform("size").eq(1)
    translated = alone & ideas["translation"].ne("")
    return [
        translation if use else glossary.gloss(text, code)
        for text, code, translation, use in zip(
            ideas["text"], ideas["language"], ideas["translation"], translated, strict=True
        )
    ]


def _leaders(ideas: pd.DataFrame, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return per idea the row of the idea that stands for it in the search for themes: mostly itself.

    An idea of a near-duplicate or campaign letter is stood for by the nearest idea of the comment that it repeats, so that
    a letter sent forty times makes no theme and no name of its own. Where that comment has no idea it stands for itself.
    """
    lead = np.arange(len(ideas))
    rows_of = ideas.groupby("contribution_id").indices
    repeated = ideas["duplicate_of"].tolist()
    for row in (number for number, contribution in enumerate(repeated) if contribution):
        primary = rows_of.get(repeated[row])
        if primary is not None:
            lead[row] = primary[int((vectors[primary] @ vectors[row]).argmax())]
    return np.asarray(lead, dtype=np.int64)


def _spread(found: ThemeSet, lead: NDArray[np.int64]) -> ThemeSet:
    """Return the themes with an entry for every idea: that of the idea which stands for it."""
    labels, sublabels = found.labels[lead], found.sublabels[lead]
    return replace(
        found,
        labels=labels,
        sublabels=sublabels,
        strength=found.strength[lead],
        runner_up=found.runner_up[lead],
        margin=found.margin[lead],
        unclear=found.unclear[lead],
        themes=tuple(
            replace(
                theme,
                n_ideas=int((labels == index).sum()),
                subthemes=tuple(
                    replace(child, n_ideas=int(((labels == index) & (sublabels == number)).sum()))
                    for number, child in enumerate(theme.subthemes)
                ),
            )
            for index, theme in enumerate(found.themes)
        ),
    )


def _hints(texts: list[str], ideas: pd.DataFrame) -> list[dict[str, float]]:
    """Return the matters that each idea names.

    For one that names none: at half weight those of its dialogue's topic or its room's heading, else those of the other
    ideas of its comment.
    """
    own = matters.matters(texts)
    headed = ~ideas["channel"].eq(Channel.OTHER)
    headings = (ideas["room"] + ". " + ideas["prompt_text"]).where(headed, "").tolist()
    distinct = sorted(set(headings))
    named = dict(zip(distinct, matters.matters(distinct), strict=True))
    beside = _beside(own, ideas["contribution_id"].tolist())
    return [
        hint or {matter: weight / 2 for matter, weight in (named[heading] or beside.get(contribution, {})).items()}
        for hint, heading, contribution in zip(own, headings, ideas["contribution_id"], strict=True)
    ]


def _beside(own: list[dict[str, float]], contributions: list[str]) -> dict[str, dict[str, float]]:
    """Return per contribution the mean share of each matter over those of its ideas that name one."""
    shares: defaultdict[str, list[dict[str, float]]] = defaultdict(list)
    for hint, contribution in zip(own, contributions, strict=True):
        if hint:
            shares[contribution].append(hint)
    return {
        contribution: {
            matter: sum(hint.get(matter, 0.0) for hint in found) / len(found)
            for matter in sorted({matter for hint in found for matter in hint})
        }
        for contribution, found in shares.items()
    }


def _permanent_ids(found: ThemeSet, idea_ids: list[str], data_dir: Path) -> list[str]:
    """Return the id of each theme, kept from the published run where most of its ideas are the same."""
    members = [frozenset(np.array(idea_ids)[found.labels == index].tolist()) for index in range(len(found.themes))]
    previous: Mapping[str, frozenset[str]] = {}
    if current_run_id(data_dir) is not None:
        before = read_run(data_dir).assignments
        previous = {str(k): frozenset(v) for k, v in before.groupby("theme_id")["idea_id"]}
    return keep_ids(members, previous)


def _renamed(theme: Theme, theme_id: str) -> Theme:
    """Return the theme with its permanent id, and its subthemes numbered below it."""
    children = tuple(
        replace(child, theme_id=ThemeId(f"{theme_id}.{number}"), parent_id=ThemeId(theme_id))
        for number, child in enumerate(theme.subthemes, start=1)
    )
    return replace(theme, theme_id=ThemeId(theme_id), subthemes=children)


def _assignments(found: ThemeSet, idea_ids: pd.Series[str], ids: list[str]) -> pd.DataFrame:
    """Return the `Assignments` frame."""
    names = np.array(ids)
    has_children = np.array([bool(theme.subthemes) for theme in found.themes])
    theme_ids = names[found.labels]
    subtheme_ids = [
        f"{theme_id}.{sub + 1}" if has_children[label] else ""
        for theme_id, sub, label in zip(theme_ids, found.sublabels, found.labels, strict=True)
    ]
    return Assignments.validate(
        pd.DataFrame(
            {
                "idea_id": idea_ids.to_numpy(),
                "theme_id": theme_ids,
                "subtheme_id": subtheme_ids,
                "strength": found.strength.round(4),
                "runner_up_id": names[found.runner_up],
                "margin": found.margin.round(4),
                "unclear": found.unclear,
            }
        )
    )


def _with_quotes(theme: Theme, ideas: pd.DataFrame, assignments: pd.DataFrame, vectors: NDArray[np.float32]) -> Theme:
    """Return the theme and its subthemes with their quotes."""
    column = "theme_id" if theme.level == 1 else "subtheme_id"
    member = (assignments[column] == theme.theme_id).to_numpy()
    chosen = quotes.choose(ideas[member].reset_index(drop=True), vectors[member])
    children = tuple(_with_quotes(child, ideas, assignments, vectors) for child in theme.subthemes)
    return replace(theme, quotes=chosen, subthemes=children)


def _in_order(themes: tuple[Theme, ...], priorities: pd.DataFrame) -> tuple[Theme, ...]:
    """Return the themes by rank, and their subthemes by rank within them."""
    rank = dict(zip(priorities["theme_id"], priorities["rank"], strict=True))
    return tuple(
        replace(theme, subthemes=tuple(sorted(theme.subthemes, key=lambda child: rank[child.theme_id])))
        for theme in sorted(themes, key=lambda theme: rank[theme.theme_id])
    )


def _manifest(
    data_dir: Path,
    input_hashes: list[str],
    settings: dict[str, object],
    seed: int,
    model: Model,
    quality: dict[str, float],
    prepared: Prepared,
    n_themes: int,
) -> Manifest:
    """Return the manifest; the run's id is made of its inputs, settings and versions."""
    versions = {package: version(package) for package in _PACKAGES} | {"synthesis": version("synthesis")}
    made_of = json.dumps([sorted(input_hashes), settings, versions, model.sha256, seed], sort_keys=True)
    run_id = RunId(f"R{sha256(made_of.encode()).hexdigest()[:12]}")
    previous = current_run_id(data_dir)
    if previous == run_id:  # the same run made again keeps its date and its predecessor
        before = read_run(data_dir).manifest
        created_at, previous = before.created_at, before.previous_run_id
    else:
        created_at = datetime.now(UTC)
    return Manifest(
        run_id=run_id,
        created_at=created_at,
        input_hashes=tuple(sorted(input_hashes)),
        settings=settings,
        versions=versions,
        model_sha256=model.sha256,
        seed=seed,
        counts={
            "exports": len(input_hashes),
            "contributions": len(prepared.contributions),
            "participants": int(prepared.contributions["participant_key"].nunique()),
            "ideas": len(prepared.ideas),
            "themes": n_themes,
            "redactions": len(prepared.redactions),
            "campaigns": len(set(prepared.contributions["campaign_id"]) - {""}),
        },
        quality=quality,
        previous_run_id=previous,
    )
