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
from synthesis.actions.discovering import adopted
from synthesis.actions.grouping import shown_groups, shown_sides, without_rare_roles
from synthesis.actions.intake import Progress, quiet
from synthesis.actions.linking import settle_links
from synthesis.actions.measuring import measured
from synthesis.actions.placing import Found, find_themes
from synthesis.actions.prepare import Prepared, prepare
from synthesis.actions.reuse import Reuse, program
from synthesis.errors import RunError
from synthesis.frames import Research
from synthesis.model import OTHER_MATTERS, Manifest, RunId, Theme, Translation, Verb
from synthesis.priority import Weights, rank_themes, regard_themes, register
from synthesis.published import Basis, PublishedRun
from synthesis.store.database import connection
from synthesis.store.events import read_events, read_translations
from synthesis.store.runs import current_run_id, publish, read_basis, read_run
from synthesis.store.vault import Vault
from synthesis.text.cues import Told, cues
from synthesis.text.cues import told as told_by
from synthesis.themes import Model, edits, lineage, packaged

_PACKAGES = (
    "bertopic",
    "faiss-cpu",
    "graspologic-native",
    "numpy",
    "onnxruntime",
    "pandas",
    "scikit-learn",
    "sentence-transformers",
    "spacy",
    "torch",
)
_BEAR_ON_A_RUN = frozenset(
    {
        Verb.PUT_BACK,
        Verb.SET_ASIDE_AGAIN,
        Verb.SUPERSEDE,
        Verb.RELEASE,
        Verb.WITHHOLD,
        Verb.BREAK_UP_CAMPAIGN,
        Verb.RESTORE_CAMPAIGN,
        Verb.UNDO_EDIT,
        *edits.EDITS,
    }
)
"""What people decide about the input, quotes and themes. All else, such as acts on the plan, leaves a run as it is."""


def run(
    *,
    data_dir: Path,
    languages: tuple[str, ...] = ("en", "es", "ht"),
    weights: Weights | None = None,
    minimum_cell: int = 10,
    seed: int = 0,
    model: Model | None = None,
    database_url: str | None = None,
    full: bool = False,
    progress: Progress = quiet,
) -> PublishedRun:
    """Make and publish a run of everything that is ingested. The same input and settings give the same run.

    Where little is new since the last full run and nothing that bears on the search has changed, the run is an increment on that
    one (`synthesis.actions.increment`; the manifest's `basis`); `full` searches in any case.

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
    identity = _identify(data_dir, [row.sha256 for row in ledger], settings, model, seed, full)
    before = None if identity.previous is None else read_run(data_dir, identity.previous)
    made_with = _made_with(identity.versions, languages, model, seed)
    found = find_themes(
        prepared,
        data_dir=data_dir,
        seed=seed,
        reuse=reuse,
        research=research,
        model=model,
        decided=decided.edits,
        previous=before,
        basis=None if identity.basis is None else _basis(data_dir, identity.basis, made_with, adopted(decided.edits)),
        made_with=made_with,
        progress=progress,
    )
    identity = replace(identity, basis=identity.basis if found.basis is None else None)
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
    published = replace(published, manifest=publish(data_dir, published, found.vectors, found.basis))
    settle_links(data_dir=data_dir, database_url=database_url)
    return published


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
    said = [[e.verb.value, e.subject, e.data] for e in events if e.verb in _BEAR_ON_A_RUN]
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
    """Return the themes by rank, and their subthemes by rank within them, other matters last."""
    rank = dict(zip(priorities["theme_id"], priorities["rank"], strict=True))
    return tuple(
        replace(
            theme,
            subthemes=tuple(sorted(theme.subthemes, key=lambda c: (c.name == OTHER_MATTERS, rank[c.theme_id]))),
        )
        for theme in sorted(themes, key=lambda theme: rank[theme.theme_id])
    )


@dataclass(frozen=True, slots=True)
class _Identity:
    """What a run is made of, the run before it, the full run on which it may be an increment, and the published run's manifest."""

    input_hashes: tuple[str, ...]
    settings: dict[str, object]
    versions: dict[str, str]
    model_sha256: str
    seed: int
    previous: RunId | None
    basis: RunId | None
    published: Manifest | None

    @property
    def run_id(self) -> RunId:
        """Return the run's id: a hash of all that it is made of."""
        made_of = [list(self.input_hashes), self.settings, self.versions, self.model_sha256, self.seed]
        said = json.dumps([*made_of, self.previous, self.basis], sort_keys=True)
        return RunId(f"R{sha256(said.encode()).hexdigest()[:12]}")

    @property
    def created_at(self) -> datetime:
        """Return when it was first made."""
        again = self.published is not None and self.published.run_id == self.run_id
        return self.published.created_at if again and self.published is not None else datetime.now(UTC)


def _identify(
    data_dir: Path, input_hashes: list[str], settings: dict[str, object], model: Model, seed: int, full: bool
) -> _Identity:
    """Return who the run is. Made of the same as the published one, it is that one again, date and predecessor included."""
    versions = {package: version(package) for package in _PACKAGES} | {"synthesis": version("synthesis")}
    current = current_run_id(data_dir)
    published = None if current is None else read_run(data_dir, current).manifest
    made = _Identity(tuple(sorted(input_hashes)), settings, versions, model.sha256, seed, current, None, published)
    if published is None:
        return made
    again = replace(made, previous=published.previous_run_id, basis=published.basis)
    if again.run_id == current and not (full and again.basis):
        return again
    return made if full else replace(made, basis=published.basis or current)


def _made_with(versions: dict[str, str], languages: tuple[str, ...], model: Model, seed: int) -> str:
    """Return what tells one way of searching for themes from another: the program with its vocabulary, packages, model and seed."""
    said = json.dumps([program(), versions, list(languages), model.sha256, seed], sort_keys=True)
    return sha256(said.encode()).hexdigest()[:16]


def _basis(data_dir: Path, run_id: RunId, made_with: str, framed: tuple[str, ...]) -> Basis | None:
    """Return what an increment may be made on; None where the search or the frame of adopted themes has changed since."""
    basis = read_basis(data_dir, run_id)
    return basis if basis is not None and (basis.made_with, basis.adopted) == (made_with, framed) else None


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
        basis=identity.basis,
    )
