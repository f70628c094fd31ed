"""The theme engine: one BERTopic assembly with a PCA and the Leiden consensus as its parts.

The one module that imports BERTopic. Deterministic: texts are made distinct and sorted before anything else, linear
algebra runs on one thread where the order of sums could matter, and every random draw comes from the seed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, clone
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from threadpoolctl import threadpool_limits

from synthesis.errors import InputError
from synthesis.imports import kept_out
from synthesis.model import Theme, ThemeId
from synthesis.themes import choice, names, quality
from synthesis.themes.describe import spoken_of
from synthesis.themes.embed import Model, Progress, embed, nothing
from synthesis.themes.graph import RUNS, Consensus, consensus
from synthesis.themes.micro import certainty, micro_clusters, shares
from synthesis.themes.places import placeless, without
from synthesis.themes.reduction import PrincipalComponents, centre, centroids, unit_rows
from synthesis.themes.threads import in_threads
from synthesis.themes.vectors import unit

if TYPE_CHECKING:
    from bertopic import BERTopic

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]

_READABLE_RUNS = (1.0, 2.0, 4.0)
_FINE_RUNS = (2.0, 4.0, 8.0)
_STRAND_RUNS = (1.0,)
_STRANDS = 6
READABLE_THEMES = 20
MICRO_ABOVE = 50_000
_READABLE_CUTS = (1.0, 0.85, 0.7, 0.6, 0.5, 0.42, 0.35)
_FINE_CUTS = (4.0,)
_LEXICAL_LIMIT = 20_000
_LEXICAL_WEIGHT = 0.4
_MIN_PROMPT = 20
_HINT_WEIGHT = 0.8
_UNCLEAR_SHARE = 0.08
_UNCLEAR_STRENGTH = 0.5


class LeidenConsensus(BaseEstimator):  # type: ignore[misc]
    """Graph clustering without outliers, with scikit-learn's interface: BERTopic's clusterer.

    More than `micro_above` rows are parted into half as many micro-clusters, and these are clustered.

    After `fit`: `labels_` (largest theme first, no -1), `sublabels_` (numbered over all themes), `strength_`,
    `runner_up_`, `margin_`, `runs_` and `sub_runs_` (the communities of each run, for themes and for subthemes) and `consensus_` (of the rows, or of the micro-clusters).
    """

    def __init__(self, seed: int = 0, readable: int | None = READABLE_THEMES, micro_above: int = MICRO_ABOVE) -> None:
        self.seed = seed
        self.readable = readable
        self.micro_above = micro_above

    def fit(self, X: Vectors, y: object = None) -> Self:
        """Cluster ``float32[n, d]``; any n of 1 or more."""
        n = len(X)
        rows = unit_rows(X) if n > self.micro_above else X
        micro = micro_clusters(rows, self.micro_above // 2) if n > self.micro_above else None
        self.vectors_ = X if micro is None else micro.centres
        self.mass_ = np.ones(n, dtype=np.int64) if micro is None else micro.mass
        if (nodes := len(self.mass_)) < 4:
            self.consensus_ = Consensus(sparse.csr_matrix((nodes, nodes)), np.zeros((1, nodes), dtype=np.int64))
            self.labels_ = np.zeros(nodes, dtype=np.int64)
        else:
            self.consensus_ = consensus(
                self.vectors_,
                resolutions=_FINE_RUNS if self.readable is None else _READABLE_RUNS,
                seed=self.seed,
                mass=None if micro is None else micro.mass,
            )
            self.labels_ = self._themes(n)
        self.sublabels_, self.sub_runs_ = self._subthemes()
        self.centroids_ = centroids(self.vectors_, self.labels_, self.mass_)
        self.runs_ = self.consensus_.runs
        if micro is None:
            self.strength_, self.runner_up_, self.margin_ = _certainty(self.consensus_.graph, self.labels_)
        else:
            self.strength_, self.runner_up_, self.margin_ = certainty(rows, micro, self.consensus_.graph, self.labels_)
            self.labels_, self.sublabels_ = self.labels_[micro.owner], self.sublabels_[micro.owner]
            self.runs_, self.sub_runs_ = self.runs_[:, micro.owner], self.sub_runs_[:, micro.owner]
        return self

    def predict(self, X: Vectors) -> Labels:
        """Return for each new row the theme with the nearest centroid."""
        return np.asarray((unit(X) @ self.centroids_.T).argmax(axis=1), dtype=np.int64)

    def _themes(self, n: int) -> Labels:
        """Take the finest resolution of the grid that leaves a readable number of themes, a fine one where any number will do.

        Where a corpus falls apart into more kinds than a committee reads (crisp intents, say), lowering the
        resolution below .35 would only glue unlike things together: its themes stay many.
        """
        smallest = max(2, min(5, n // 20), int(0.001 * n))
        labels = np.zeros(len(self.mass_), dtype=np.int64)
        for resolution in _FINE_CUTS if self.readable is None else _READABLE_CUTS:
            labels = self.consensus_.cut(resolution, self.seed, trials=4)
            labels = _absorb_small(labels, self.consensus_.graph, self.vectors_, self.mass_, smallest)
            if self.readable is None or labels.max() + 1 <= self.readable:
                break
        return labels

    def _subthemes(self) -> tuple[Labels, Labels]:
        """Return the subtheme of each row, and the communities of each run that it was found by."""
        themes = [np.flatnonzero(self.labels_ == theme) for theme in range(int(self.labels_.max(initial=-1)) + 1)]
        result = np.zeros(len(self.labels_), dtype=np.int64)
        runs = np.zeros((RUNS, len(self.labels_)), dtype=np.int64)
        following = highest = 0
        for members, (found, own) in zip(themes, in_threads(self._strands, themes), strict=True):
            result[members], runs[:, members] = found + following, own + highest
            following += int(found.max(initial=0)) + 1
            highest = int(runs.max()) + 1
        return result, runs

    def _strands(self, members: Labels) -> tuple[Labels, Labels]:
        """Return the subtheme of each member of one theme, and the communities of each run.

        A theme is searched as a corpus of its own, seen from its own middle: cut out of the graph of all, whose links tell themes
        apart, strands came back in one resample of four (docs/decisions/0001).
        """
        mass = self.mass_[members]
        smallest = max(5, -(-int(mass.sum()) // 10))
        whole = np.zeros(len(members), dtype=np.int64)
        if mass.sum() < 3 * smallest or len(members) < 4:
            return whole, np.tile(whole, (RUNS, 1))
        own = self.vectors_[members].astype(np.float64)
        seen: Vectors = np.round(unit(own - np.average(own, axis=0, weights=mass)), 5).astype(np.float32)
        inside = consensus(seen, resolutions=_STRAND_RUNS, seed=self.seed, mass=mass if mass.max() > 1 else None)
        for resolution in _READABLE_CUTS:
            found = _absorb_small(inside.cut(resolution, self.seed, trials=4), inside.graph, seen, mass, smallest)
            if found.max() < _STRANDS:
                break
        return found, inside.runs


def _ordered(labels: Labels, mass: Labels) -> Labels:
    """Number the communities by size, then by their first member."""
    _, first, compact = np.unique(labels, return_index=True, return_inverse=True)
    order = np.lexsort((first, -np.bincount(compact, mass)))
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    return np.asarray(position[compact], dtype=np.int64)


def _absorb_small(labels: Labels, graph: sparse.csr_matrix, vectors: Vectors, mass: Labels, smallest: int) -> Labels:
    """Give the members of communities under `smallest` to the neighbour theme they lean on, else to the nearest centroid."""
    labels = _ordered(labels, mass)
    sizes = np.bincount(labels, mass)
    large = np.flatnonzero(sizes >= smallest)
    if len(large) in (0, len(sizes)):
        return np.zeros_like(labels) if not len(large) else labels
    middles = centroids(vectors, labels, mass)[large]
    for community in np.flatnonzero(sizes < smallest):
        members = np.flatnonzero(labels == community)
        links = graph[members]
        pull = np.bincount(labels[links.indices], links.data, minlength=len(sizes))[large]
        near = unit(vectors[members]) @ middles.T
        target = large[int(pull.argmax())] if pull.max() > 0 else large[int(near.mean(axis=0).argmax())]
        labels[members] = target
    return _ordered(labels, mass)


def _certainty(graph: sparse.csr_matrix, labels: Labels) -> tuple[NDArray[np.float64], Labels, NDArray[np.float64]]:
    """Return per row the share of its consensus weight inside its theme, the runner-up theme, and the margin between them."""
    n, n_themes = len(labels), int(labels.max(initial=-1)) + 1
    onto = sparse.csr_matrix((np.ones(n), (np.arange(n), labels)), shape=(n, n_themes))
    return shares(np.asarray((graph @ onto).todense()), labels)


def assemble(
    *,
    seed: int,
    phrases: names.Phrases,
    readable: int | None = READABLE_THEMES,
    micro_above: int = MICRO_ABOVE,
) -> BERTopic:
    """Return the untrained BERTopic model whose documents are numbers of rows, their phrases counted beforehand."""
    with kept_out("umap"):  # for plots only: 15 s of numba compilation
        from bertopic import BERTopic
        from bertopic.vectorizers import ClassTfidfTransformer

    return BERTopic(
        embedding_model=None,
        umap_model=PrincipalComponents(),
        hdbscan_model=LeidenConsensus(seed=seed, readable=readable, micro_above=micro_above),
        vectorizer_model=names.PhraseCounts(phrases),
        ctfidf_model=ClassTfidfTransformer(bm25_weighting=True, reduce_frequent_words=True),
        calculate_probabilities=False,
        verbose=False,
    )


@dataclass(frozen=True, slots=True)
class ThemeSet:
    """What `discover_themes` found. Arrays have one entry per input text, in the order given.

    `labels` is the index into `themes`; `sublabels` the index into that theme's `subthemes`. There is no -1: what
    fits badly has a theme all the same and is flagged in `unclear`. `runs` ``int32[runs, n]`` holds the communities of each
    perturbed run.
    """

    labels: Labels
    sublabels: Labels
    strength: NDArray[np.float64]
    runner_up: Labels
    margin: NDArray[np.float64]
    unclear: NDArray[np.bool_]
    runs: NDArray[np.int32]
    themes: tuple[Theme, ...]
    quality: dict[str, float]


def embed_ideas(
    texts: Sequence[str],
    *,
    hints: Sequence[Mapping[str, float]] | None = None,
    places: Sequence[str] | None = None,
    model: Model | None = None,
    cache: Path | None = None,
    progress: Progress = nothing,
) -> Vectors:
    """Return the unit vectors that `discover_themes` reads: of the texts without names that only say where.

    `places` are these names, where they are known already (`themes.places.placeless`).

    `hints` holds for each text the matters that it is known to name and their weights (words → weight, summing to one
    or less): the vectors of these words are added at 0.8 of the weight of the text's own. `model` is the packaged one by
    default.
    """
    if places is None:
        places = placeless(texts, lambda part: embed(part, model=model, cache=cache))
    vectors = embed(without(texts, places), model=model, cache=cache, progress=progress)
    if hints is None:
        return vectors
    matters = sorted({matter for hint in hints for matter in hint})
    place = {matter: number for number, matter in enumerate(matters)}
    of_matters = embed(matters, model=model, cache=cache)
    added = np.zeros((len(texts), vectors.shape[1]))
    for row, hint in enumerate(hints):
        for matter in sorted(hint):
            added[row] += hint[matter] * of_matters[place[matter]]
    hinted = np.array([bool(hint) for hint in hints])
    joined = unit(vectors + _HINT_WEIGHT * added)
    for side in (hinted, ~hinted):
        # Each side is centred on its own mean: else what texts without a hint share would be that they have none.
        if int(side.sum()) >= _MIN_PROMPT:
            joined[side] -= joined[side].mean(axis=0)
    return np.asarray(unit(joined), dtype=np.float32)


def discover_themes(
    texts: Sequence[str],
    *,
    prompts: Sequence[str] | None = None,
    embeddings: Vectors | None = None,
    seed: int = 0,
    known: Collection[str] = (),
    about: Sequence[Mapping[str, float]] | None = None,
    meaning: choice.Meaning | None = None,
    readable: int | None = READABLE_THEMES,
    micro_above: int = MICRO_ABOVE,
) -> ThemeSet:
    """Find the themes of `texts` in two levels, each named.

    `prompts` gives the question that each text answers: vectors are centred on their own prompt's mean. `embeddings`
    (``float32[n, d]``, one row per text) saves computing them. `known` are words of the field (lemmas, lower case) that
    make good names where people use them. `about` says what each text is known to be about (label → share, empty where it is not
    known): a theme that is mostly about one label bears it in its name. `meaning` returns the vectors of phrases in the
    space of `embeddings`: names are then chosen by what they mean too. At most `readable` themes are sought, as many as the texts fall
    into where it is None. Of more than `micro_above` texts
    micro-clusters, half as many, are clustered. The same texts give the same themes in any row order.
    Raises InputError where there is no text at all, ModelUnavailable where the packaged model is missing or altered.
    """
    if not len(texts):
        raise InputError("There is no text to find themes in.", do="Ingest an export with comments first.")
    keys = [" ".join(text.split()).casefold() for text in texts]
    groups = list(prompts) if prompts is not None else [""] * len(texts)
    first: dict[tuple[str, str], int] = {}
    for index, key in enumerate(zip(keys, groups, strict=True)):
        # Of texts that differ in case and blanks only, the smallest stands for all, whatever the row order.
        if key not in first or texts[index] < texts[first[key]]:
            first[key] = index
    distinct = sorted(first)
    rows = [first[key] for key in distinct]
    chosen = [texts[row] for row in rows]
    if embeddings is None:
        vectors, meaning = embed_ideas(chosen), meaning or embed
    else:
        vectors = np.asarray(embeddings, dtype=np.float32)[rows]
    phrases = names.phrases(chosen)
    features = _features(vectors, [group for _, group in distinct], phrases)
    topic_model = assemble(seed=seed, phrases=phrases, readable=readable, micro_above=micro_above)
    clusterer = _fit(topic_model, features)
    position = {key: index for index, key in enumerate(distinct)}
    back = np.array([position[key] for key in zip(keys, groups, strict=True)])
    told = [about[row] for row in rows] if about is not None else [{}] * len(rows)
    return _theme_set(topic_model, clusterer, phrases, features, back, known, told, meaning)


def _features(vectors: Vectors, groups: Sequence[str], phrases: names.Phrases) -> Vectors:
    """Return the vectors, which are overwritten, as centred unit rows, joined with lexical evidence where the corpus is small."""
    centre(vectors, groups, _MIN_PROMPT)
    if not 30 <= len(vectors) <= _LEXICAL_LIMIT:
        return vectors
    with threadpool_limits(1):
        return np.hstack([vectors, np.asarray(_LEXICAL_WEIGHT * _lexical(phrases), dtype=np.float32)])


def _lexical(phrases: names.Phrases) -> NDArray[np.float64]:
    """Return unit vectors of the words that two texts or more share (TF-IDF, reduced to 100)."""
    n = phrases.counts.shape[0]
    words = [place for place, term in enumerate(phrases.terms) if " " not in term and term != names.PAD]
    matrix = phrases.counts[:, words]
    matrix = matrix[:, np.bincount(matrix.indices, minlength=len(words)) >= 2]
    width = min(100, matrix.shape[1] - 1, n - 1)
    if width < 2:
        return np.zeros((n, 1))
    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(matrix)
    return unit(TruncatedSVD(width, random_state=0).fit_transform(weighted))


def _fit(topic_model: BERTopic, features: Vectors) -> LeidenConsensus:
    """Fit the assembly; documents are row numbers, their phrases stand ready."""
    documents = [str(row) for row in range(len(features))]
    topic_model.fit_transform(documents, embeddings=features)
    clusterer: LeidenConsensus = topic_model.hdbscan_model
    return clusterer


def _theme_set(
    topic_model: BERTopic,
    clusterer: LeidenConsensus,
    phrases: names.Phrases,
    features: Vectors,
    back: Labels,
    known: Collection[str],
    about: Sequence[Mapping[str, float]],
    meaning: choice.Meaning | None,
) -> ThemeSet:
    """Name what was found and spread it from distinct texts to the texts given."""
    labels, sublabels = clusterer.labels_, clusterer.sublabels_
    stable = quality.stability(labels, clusterer.runs_)
    sub_stable = quality.stability(sublabels, clusterer.sub_runs_)
    forms, subforms = choice.choose(phrases, labels, sublabels, features, _weigh(topic_model), known, meaning)
    called = [names.label([about[int(row)] for row in np.flatnonzero(labels == theme)]) for theme in range(len(forms))]
    called = [name if called.index(name) == theme else "" for theme, name in enumerate(called)]  # the largest bears it
    titles = names.make_distinct(names.titles(forms, phrases.surface, called), forms, phrases.surface)
    sizes, subsizes = np.bincount(labels[back]), np.bincount(sublabels[back])
    themes, local = [], np.zeros(len(sublabels), dtype=np.int64)
    for theme, title in enumerate(titles):
        own = np.unique(sublabels[labels == theme])
        local[labels == theme] = np.searchsorted(own, sublabels[labels == theme])
        subtitles = names.make_distinct(
            [names.title(subforms[sub], phrases.surface) for sub in own],
            [subforms[s] for s in own],
            phrases.surface,
        )
        theme_id = ThemeId(f"T{theme + 1:02d}")
        children = tuple(
            Theme(
                theme_id=ThemeId(f"{theme_id}.{number + 1}"),
                name=subtitle,
                description=spoken_of([phrases.surface.get(form, form) for form in subforms[int(sub)]], ()),
                level=2,
                parent_id=theme_id,
                keywords=tuple(phrases.surface.get(form, form) for form in subforms[int(sub)]),
                n_ideas=int(subsizes[sub]),
                stability=round(float(sub_stable[sub]), 4),
            )
            for number, (sub, subtitle) in enumerate(zip(own, subtitles, strict=True))
        )
        children = children if len(children) > 1 else ()
        themes.append(
            Theme(
                theme_id=theme_id,
                name=title,
                description=spoken_of(
                    [phrases.surface.get(form, form) for form in forms[theme]], [child.name for child in children]
                ),
                level=1,
                parent_id=None,
                keywords=tuple(phrases.surface.get(f, f) for f in forms[theme]),
                n_ideas=int(sizes[theme]),
                stability=round(float(stable[theme]), 4),
                subthemes=children,
            )
        )
    unclear = _unclear(clusterer)
    report = {
        "n_themes": float(len(themes)),
        "stability_mean": float(stable.mean()),
        "stability_min": float(stable.min()),
        "sibling_cosine_max": quality.sibling_cosine(features, labels),
        "unclear_share": float(unclear[back].mean()),
        "names_grounded_share": quality.groundedness(forms, phrases.of_read(), labels[phrases.read]),
        "smallest_theme": float(sizes.min()),
    }
    return ThemeSet(
        labels=labels[back],
        sublabels=local[back],
        strength=clusterer.strength_[back],
        runner_up=clusterer.runner_up_[back],
        margin=clusterer.margin_[back],
        unclear=unclear[back],
        runs=clusterer.runs_.astype(np.int32)[:, back],
        themes=tuple(themes),
        quality={key: round(value, 4) for key, value in report.items()},
    )


def _unclear(clusterer: LeidenConsensus) -> NDArray[np.bool_]:
    """Flag rows that belong to their theme by less than half, at most 8 % of them, the weakest first."""
    weak = clusterer.strength_ < _UNCLEAR_STRENGTH
    allowed = int(_UNCLEAR_SHARE * len(weak))
    order = np.argsort(clusterer.margin_, kind="stable")[:allowed]
    chosen = np.zeros(len(weak), dtype=bool)
    chosen[order] = True
    return weak & chosen


def _weigh(topic_model: BERTopic) -> choice.Weigh:
    """Return class-based TF-IDF as the assembly weighs its topics."""

    def weigh(counts: sparse.csr_matrix) -> sparse.csr_matrix:
        return sparse.csr_matrix(clone(topic_model.ctfidf_model).fit_transform(counts))

    return weigh
