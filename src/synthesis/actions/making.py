"""Run: what is in the vault → themes → priority → one published run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from synthesis.actions.account import account
from synthesis.actions.describing import with_descriptions
from synthesis.actions.grouping import shown_groups, shown_sides, without_rare_roles
from synthesis.actions.intake import Progress, quiet
from synthesis.actions.measuring import measured
from synthesis.actions.placing import Found, find_themes
from synthesis.actions.prepare import Prepared, prepare
from synthesis.actions.reuse import Reuse
from synthesis.errors import RunError
from synthesis.frames import Research
from synthesis.model import Manifest, RunId, Theme, Translation, Verb
from synthesis.priority import Weights, rank_themes, regard_themes, register
from synthesis.published import PublishedRun
from synthesis.store.database import connection
from synthesis.store.events import read_events, read_translations
from synthesis.store.runs import current_run_id, publish, read_run
from synthesis.store.vault import Vault
from synthesis.text.cues import Told, cues
from synthesis.text.cues import told as told_by
from synthesis.themes import Model, edits, lineage, packaged

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
_NO_PART_OF_A_RUN = frozenset(
    {Verb.HANDLE_URGENT, Verb.NOMINATE, Verb.WITHDRAW_NOMINATION, Verb.CODE_IDEAS, Verb.WITHDRAW_CODES}
)


def run(
    *,
    data_dir: Path,
    languages: tuple[str, ...] = ("en", "es", "ht"),
    weights: Weights | None = None,
    minimum_cell: int = 10,
    seed: int = 0,
    model: Model | None = None,
    database_url: str | None = None,
    progress: Progress = quiet,
) -> PublishedRun:
    """Make and publish a run of everything that is ingested. The same input and settings give the same run.

    Counts of groups that would give away a count of fewer than `minimum_cell` people are not published. `model` is the
    embedding model, the packaged one by default. With a multilingual one, comments in other languages are placed by their
    own words; else by a translation where people gave one, or by the glossary's words.

    Raises RunError where nothing is ingested yet, ModelUnavailable, PublishConflict.
    """
    weights, model = weights or Weights(), model or packaged()
    vault = Vault(data_dir)
    progress("read", 0, 1)
    now = account(data_dir, database_url)
    if now.contributions.empty:
        raise RunError("Nothing has been ingested yet.", do="Ingest exports first: synthesis ingest PATH.")
    decided = _decided(data_dir, database_url)
    settings: dict[str, object] = {
        "languages": list(languages),
        "weights": asdict(weights),
        "minimum_cell": minimum_cell,
        "decisions": decided.digest,
    }
    reuse = Reuse(vault)
    prepared = prepare(
        now.contributions,
        secret=vault.secret(),
        languages=languages,
        reuse=reuse,
        translations=decided.translations,
        broken_up=decided.broken_up,
        released=decided.released,
        withheld=decided.withheld,
        progress=progress,
    )
    vault.save("redactions", prepared.redactions)
    research, ledger = now.research, now.ledger
    identity = _identify(data_dir, [row.sha256 for row in ledger], settings, model, seed)
    before = None if identity.previous is None else read_run(data_dir, identity.previous)
    found = find_themes(
        prepared,
        data_dir=data_dir,
        seed=seed,
        reuse=reuse,
        research=research,
        model=model,
        decided=decided.edits,
        previous=before,
        progress=progress,
    )
    progress("priority", 0, 1)
    placed = (prepared.contributions, prepared.ideas, found.assignments)
    priorities = rank_themes(*placed, weights=weights, seed=seed)
    groups = shown_groups(*placed, minimum_cell)
    told = cues(prepared.ideas, _told(prepared.ideas["text"].tolist(), reuse))
    progress("quality", 0, 1)
    good = measured(found, prepared, ledger, minimum_cell, before, seed)
    regard = regard_themes(*placed, told)
    sides = shown_sides(*placed, found.stances, minimum_cell)
    themes = with_descriptions(good.themes, found.assignments, found.stances, sides, regard, priorities)
    published = PublishedRun(
        manifest=_manifest(
            identity, settings, model, seed, replace(found, quality=found.quality | good.figures), prepared, before
        ),
        themes=_in_order(without_rare_roles(themes, groups), priorities),
        contributions=prepared.contributions,
        ideas=prepared.ideas,
        assignments=found.assignments,
        stances=found.stances,
        priorities=priorities,
        groups=groups,
        regard=regard,
        sides=sides,
        register=register(*placed, told),
        crosswalk=found.crosswalk,
        research=Research.validate(research) if len(research) else research,
        lineage=found.changes,
        quality=good.quality,
        coverage=good.coverage,
        discovery=good.discovery,
        ledger=ledger,
    )
    progress("publish", 0, 1)
    return replace(published, manifest=publish(data_dir, published, found.vectors))


def _told(texts: list[str], reuse: Reuse) -> Iterator[Told]:
    """Yield what cues say of each text."""
    return reuse.rows("cues", [(text,) for text in texts], lambda rows: [told_by(texts[row]) for row in rows])


@dataclass(frozen=True, slots=True)
class _Decided:
    """What people decided that a run is made with; `digest` tells one set of decisions from another."""

    translations: dict[str, Translation]
    released: frozenset[str]
    withheld: frozenset[str]
    broken_up: frozenset[str]
    edits: edits.Edits
    digest: str


def _decided(data_dir: Path, database_url: str | None) -> _Decided:
    """Return the decisions that bear on a run."""
    with connection(data_dir, database_url) as opened:
        events, translations = read_events(opened), read_translations(opened)
    quotes = {e.subject: e.verb for e in events if e.verb in (Verb.RELEASE, Verb.WITHHOLD)}
    letters = {e.subject: e.verb for e in events if e.verb in (Verb.BREAK_UP_CAMPAIGN, Verb.RESTORE_CAMPAIGN)}
    said = [[e.verb.value, e.subject, e.data] for e in events if e.verb not in _NO_PART_OF_A_RUN]
    words = sorted([t.contribution_id, t.text, t.method] for t in translations.values())
    return _Decided(
        translations=translations,
        released=frozenset(subject for subject, verb in quotes.items() if verb is Verb.RELEASE),
        withheld=frozenset(subject for subject, verb in quotes.items() if verb is Verb.WITHHOLD),
        broken_up=frozenset(subject for subject, verb in letters.items() if verb is Verb.BREAK_UP_CAMPAIGN),
        edits=edits.fold(events),
        digest=sha256(json.dumps([said, words], sort_keys=True).encode()).hexdigest()[:16],
    )


def _in_order(themes: tuple[Theme, ...], priorities: pd.DataFrame) -> tuple[Theme, ...]:
    """Return the themes by rank, and their subthemes by rank within them."""
    rank = dict(zip(priorities["theme_id"], priorities["rank"], strict=True))
    return tuple(
        replace(theme, subthemes=tuple(sorted(theme.subthemes, key=lambda child: rank[child.theme_id])))
        for theme in sorted(themes, key=lambda theme: rank[theme.theme_id])
    )


@dataclass(frozen=True, slots=True)
class _Identity:
    """The run's id, what it is made of, the run before it, and when it was first made."""

    run_id: RunId
    input_hashes: tuple[str, ...]
    versions: dict[str, str]
    previous: RunId | None
    created_at: datetime


def _identify(
    data_dir: Path, input_hashes: list[str], settings: dict[str, object], model: Model, seed: int
) -> _Identity:
    """Return who the run is. Made of the same as the published one, it is that one again, date and predecessor included."""
    versions = {package: version(package) for package in _PACKAGES} | {"synthesis": version("synthesis")}
    inputs = sorted(input_hashes)

    def run_id(previous: RunId | None) -> RunId:
        made_of = json.dumps([inputs, settings, versions, model.sha256, seed, previous], sort_keys=True)
        return RunId(f"R{sha256(made_of.encode()).hexdigest()[:12]}")

    current = current_run_id(data_dir)
    if current is not None:
        published = read_run(data_dir, current).manifest
        if run_id(published.previous_run_id) == current:
            return _Identity(current, tuple(inputs), versions, published.previous_run_id, published.created_at)
    return _Identity(run_id(current), tuple(inputs), versions, current, datetime.now(UTC))


def _manifest(
    identity: _Identity,
    settings: dict[str, object],
    model: Model,
    seed: int,
    found: Found,
    prepared: Prepared,
    before: PublishedRun | None,
) -> Manifest:
    """Return the manifest of a run."""
    given = [*found.assignments["theme_id"].unique(), *found.assignments["engine_id"].unique()]
    given_before = 0 if before is None else before.manifest.counts.get("theme_ids_given", 0)
    return Manifest(
        run_id=identity.run_id,
        created_at=identity.created_at,
        input_hashes=identity.input_hashes,
        settings=settings,
        versions=identity.versions,
        model_sha256=model.sha256,
        seed=seed,
        counts={
            "exports": len(identity.input_hashes),
            "contributions": len(prepared.contributions),
            "participants": int(prepared.contributions["participant_key"].nunique()),
            "ideas": len(prepared.ideas),
            "themes": len(found.themes),
            "theme_ids_given": max(given_before, lineage.highest(given)),
            "redactions": len(prepared.redactions),
            "campaigns": len(set(prepared.contributions["campaign_id"]) - {""}),
        },
        quality=found.quality,
        previous_run_id=identity.previous,
    )
