"""Every idea into its theme: adopted themes first, then what the engine finds, then what people decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.actions import assigning, increment, reading
from synthesis.actions.discovering import Discovery, Standing, adopted
from synthesis.actions.intake import Progress, quiet
from synthesis.actions.placed import Placed
from synthesis.actions.prepare import Prepared
from synthesis.actions.reuse import Reuse
from synthesis.actions.siding import stances
from synthesis.model import Theme
from synthesis.published import Basis, PublishedRun
from synthesis.text import matters
from synthesis.themes import Model, crosswalk, edits, embed_ideas, learning, packaged, quotes, words

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Found:
    """The themes with permanent ids and quotes, the `Assignments`, `Stances`, `Lineage` and `Crosswalk` frames, and the quality figures.

    `texts` and `vectors` are what the engine read of each idea; `runs` ``int[runs, ideas]`` are the communities of its perturbed
    runs, or None where it did not search. `basis` is what increments on this run are made on; None where it is an increment itself.
    """

    themes: tuple[Theme, ...]
    assignments: pd.DataFrame
    stances: pd.DataFrame
    changes: pd.DataFrame
    crosswalk: pd.DataFrame
    quality: dict[str, float]
    texts: list[str]
    vectors: Vectors
    runs: NDArray[np.int32] | None
    basis: Basis | None


@dataclass(frozen=True)
class _Search:
    """Where the ideas are before edits, by an increment or a full search, with what was read of them.

    `runs` and `basis` are None where an increment was made, of `n_laid` new ideas.
    """

    placed: Placed
    known: Mapping[str, Theme]
    quality: dict[str, float]
    vectors: Vectors
    runs: NDArray[np.int32] | None
    basis: Basis | None
    n_laid: int


def find_themes(
    prepared: Prepared,
    *,
    data_dir: Path,
    seed: int,
    reuse: Reuse,
    research: pd.DataFrame | None = None,
    model: Model | None = None,
    decided: edits.Edits | None = None,
    previous: PublishedRun | None = None,
    basis: Basis | None = None,
    made_with: str = "",
    progress: Progress = quiet,
) -> Found:
    """Return the themes of all ideas.

    Ideas of adopted themes stay, new ones that fit go with them, and the engine looks for themes in the rest; what people
    `decided` is replayed on that. `previous` is the run before, whose ids go on. `research` is laid beside the themes. What
    earlier runs made of single texts is taken from `reuse`. On a `basis` of the full run before an increment is made where little is
    new; else what is found is the next basis, `made_with` whatever tells this way of searching from another.
    """
    model, decided = model or packaged(), decided or edits.Edits()
    ideas = prepared.ideas.merge(prepared.contributions, on="contribution_id", validate="m:1")
    idea_ids = ideas["idea_id"].tolist()
    reader = reading.read(ideas, reuse, model, data_dir / "cache" / "vectors", progress)
    search = _search(reader, decided, previous, basis, made_with, seed)
    placed, vectors = search.placed, search.vectors
    places, by = edits.place(idea_ids, placed.engine_ids, decided, vectors)
    confirmed = {row: places[row] for row, idea in enumerate(idea_ids) if idea in decided.moved}
    lesson = learning.learn(
        vectors, reader.texts, places, [decided.resolve(theme) for theme in placed.engine_ids], confirmed, seed=seed
    )
    places = list(lesson.places)
    by = [edits.HEAD if taught else who for taught, who in zip(lesson.taught, by, strict=True)]
    assignments, sub_names = assigning.assignments(idea_ids, placed, places, by, decided)
    progress("reasons", 0, 1)
    said = words.numbered(reading.clauses(reader.said, reuse))
    assignments = assigning.with_reasons(assignments, said, vectors, decided)
    themes = assigning.themes(assignments, search.known, sub_names, decided)
    progress("sides", 0, 1)
    own_words = reader.meaning(reader.said)
    signs = reading.signs(ideas, reuse)
    told = stances(ideas, own_words, places, model=model, cache=reader.cache, signs=signs)
    progress("quotes", 0, 1)
    # A quote is near its theme by its words and by the matter that they name.
    quoted = np.asarray(np.hstack([own_words, vectors]) / np.float32(np.sqrt(2)), dtype=np.float32)
    ideas = _quotable(ideas, placed, places, decided).assign(
        stance=told["stance"].to_numpy(), certainty=told["certainty"].to_numpy()
    )
    themes = tuple(_with_quotes(theme, ideas, assignments, quoted) for theme in themes)
    figures = {
        "n_themes": float(len(themes)),
        "unclear_share": round(float(placed.unclear.mean()), 4),
        "quotes_fair_share": _fairly_quoted(themes, ideas, places),
        "ideas_laid_beside": float(search.n_laid),
        "learning_labels": float(lesson.n_labels),
        "learning_head": round(lesson.head, 4),
        "learning_engine": round(lesson.engine, 4),
        "learning_moved": float(lesson.taught.sum()),
    }
    return Found(
        themes=themes,
        assignments=assignments,
        stances=told,
        changes=assigning.changes(previous, assignments),
        crosswalk=_crosswalk(research, vectors, places, model, reader.cache),
        quality=search.quality | figures,
        texts=reader.texts,
        vectors=vectors,
        runs=search.runs,
        basis=search.basis,
    )


def _search(
    reader: reading.Reader,
    decided: edits.Edits,
    previous: PublishedRun | None,
    basis: Basis | None,
    made_with: str,
    seed: int,
) -> _Search:
    """Lay what is new beside the themes of the basis where that may be done; else search for themes in full."""
    idea_ids = reader.ideas["idea_id"].tolist()
    read = reader.hashes()
    ground = increment.ground(basis, idea_ids, read)
    if basis is not None and ground is not None:
        vectors = reader.vectors(basis.left_out)
        reader.progress("increment", 0, 1)
        laid = increment.lay(ground, vectors, reading.leaders(reader.ideas, vectors))
        if laid is not None:
            known = {str(theme.theme_id): theme for theme in basis.themes}
            return _Search(laid, known, basis.quality, vectors, None, None, int(ground.new.sum()))
    left_out = reader.places()
    vectors = reader.vectors(left_out)
    reader.progress("themes", 0, 1)
    lead = reading.leaders(reader.ideas, vectors)
    rows = np.flatnonzero(lead == np.arange(len(lead)))
    glossed = reader.glossed()
    standing = Standing(
        reader.ideas.iloc[rows],
        [reader.texts[row] for row in rows],
        [glossed[row] for row in rows],
        [reader.named[row] for row in rows],
        vectors[rows],
    )
    discovery = Discovery(standing, decided, previous, seed, reader.meaning)
    found, known, quality = discovery.run()
    stands_at = np.searchsorted(rows, lead)
    placed = found.spread(stands_at)
    runs = None if discovery.runs is None else discovery.runs[:, stands_at]
    frame = placed.frame(idea_ids, read)
    next_basis = Basis(frame, tuple(known.values()), quality, left_out, adopted(decided), made_with)
    return _Search(placed, known, quality, vectors, runs, next_basis, 0)


def _quotable(ideas: pd.DataFrame, placed: Placed, places: Sequence[str], decided: edits.Edits) -> pd.DataFrame:
    """Return the ideas with what a quote is chosen by: whether one was pinned, may be shown, and how firmly it belongs."""
    own = ideas["duplicate_of"].eq("") & ideas["campaign_id"].eq("")
    idea_ids = ideas["idea_id"].tolist()
    pinned = np.array(
        [decided.resolve(decided.pinned.get(i, "")) == theme for i, theme in zip(idea_ids, places, strict=True)]
    )
    quotable = ideas["hold"].eq("") & ((own & ~placed.unclear) | pinned)
    return ideas.assign(pinned=pinned, quotable=quotable, strength=placed.strength)


def _crosswalk(
    research: pd.DataFrame | None, vectors: Vectors, places: Sequence[str], model: Model, cache: Path
) -> pd.DataFrame:
    """Return the `Crosswalk` frame: research beside the themes, by the vectors that placed the ideas."""
    if research is None or research.empty:
        return crosswalk.crosswalk(vectors, places, vectors[:0], [], np.zeros(0, dtype=bool))
    texts, says = crosswalk.readable(research)
    chunks = embed_ideas(texts, hints=matters.matters(texts), model=model, cache=cache)
    return crosswalk.crosswalk(vectors, places, chunks, research["chunk_id"].tolist(), says)


def _with_quotes(theme: Theme, ideas: pd.DataFrame, assignments: pd.DataFrame, vectors: Vectors) -> Theme:
    """Return the theme and its subthemes with their quotes."""
    column = "theme_id" if theme.level == 1 else "subtheme_id"
    member = (assignments[column] == theme.theme_id).to_numpy()
    chosen = quotes.choose(ideas[member].reset_index(drop=True), vectors[member])
    children = tuple(_with_quotes(child, ideas, assignments, vectors) for child in theme.subthemes)
    return replace(theme, quotes=chosen, subthemes=children)


def _fairly_quoted(themes: tuple[Theme, ...], ideas: pd.DataFrame, places: Sequence[str]) -> float:
    """Return the share of themes whose quotes mirror who spoke and on which side (`themes.quotes.fair`)."""
    of = {str(theme): rows for theme, rows in ideas.groupby(np.asarray(places))}
    return round(float(np.mean([quotes.fair(theme.quotes, of[theme.theme_id]) for theme in themes])), 4)
