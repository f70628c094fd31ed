"""The theme engine: one BERTopic assembly with a PCA and the Leiden consensus as its parts.

The one module that imports BERTopic. Deterministic: texts are made distinct and sorted before anything else, linear
algebra runs on one thread where the order of sums could matter, and every random draw comes from the seed.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from threadpoolctl import threadpool_limits

from synthesis.errors import InputError
from synthesis.model import Theme, ThemeId
from synthesis.themes import names, quality
from synthesis.themes.describe import spoken_of
from synthesis.themes.embed import Model, Progress, embed, nothing
from synthesis.themes.graph import Consensus, consensus, leiden
from synthesis.themes.places import without_places

if TYPE_CHECKING:
    from bertopic import BERTopic

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]

COMPONENTS = 50
CONSENSUS_RESOLUTION = 2.0
SUBTHEME_RESOLUTION = 1.0
READABLE_THEMES = 20
_RESOLUTIONS = (1.0, 0.85, 0.7, 0.6, 0.5, 0.42, 0.35)
_LEXICAL_LIMIT = 20_000
_LEXICAL_WEIGHT = 0.5
_MIN_PROMPT = 20
_HINT_WEIGHT = 0.8
_UNCLEAR_SHARE = 0.08
_UNCLEAR_STRENGTH = 0.5


class PrincipalComponents(BaseEstimator):  # type: ignore[misc]
    """PCA to 50 components by an eigendecomposition of the covariance, in double precision: BERTopic's reduction."""

    def __init__(self, n_components: int = COMPONENTS) -> None:
        self.n_components = n_components

    def fit(self, X: NDArray[np.float32], y: object = None) -> Self:
        """Learn mean and components from ``float[n, d]``."""
        with threadpool_limits(1):
            data = np.asarray(X, dtype=np.float64)
            self.mean_ = data.mean(axis=0)
            centred = data - self.mean_
            values, vectors = np.linalg.eigh(centred.T @ centred)
        order = np.argsort(-values, kind="stable")[: min(self.n_components, len(data), data.shape[1])]
        components = vectors[:, order]
        # An eigenvector's sign is arbitrary: make its largest entry positive.
        largest = components[np.abs(components).argmax(axis=0), np.arange(components.shape[1])]
        self.components_ = components * np.where(largest < 0, -1.0, 1.0)
        return self

    def transform(self, X: NDArray[np.float32]) -> Vectors:
        """Return the scores ``float32[n, n_components]``."""
        with threadpool_limits(1):
            scores = (np.asarray(X, dtype=np.float64) - self.mean_) @ self.components_
        return np.asarray(np.round(scores, 5), dtype=np.float32)


class LeidenConsensus(BaseEstimator):  # type: ignore[misc]
    """Graph clustering without outliers, with scikit-learn's interface: BERTopic's clusterer.

    After `fit`: `labels_` (largest theme first, no -1), `sublabels_` (numbered over all themes), `strength_`,
    `runner_up_`, `margin_` and `consensus_`.
    """

    def __init__(self, seed: int = 0, readable: int = READABLE_THEMES) -> None:
        self.seed = seed
        self.readable = readable

    def fit(self, X: Vectors, y: object = None) -> Self:
        """Cluster ``float32[n, d]``; any n of 1 or more."""
        n = len(X)
        self.vectors_ = X
        if n < 4:
            self.consensus_ = Consensus(sparse.csr_matrix((n, n)), np.zeros((1, n), dtype=np.int64))
            self.labels_ = np.zeros(n, dtype=np.int64)
        else:
            self.consensus_ = consensus(X, resolution=CONSENSUS_RESOLUTION, seed=self.seed)
            self.labels_ = self._themes(n)
        self.sublabels_ = self._subthemes()
        self.strength_, self.runner_up_, self.margin_ = _certainty(self.consensus_.graph, self.labels_)
        return self

    def predict(self, X: Vectors) -> Labels:
        """Return for each new row the theme with the nearest centroid."""
        centroids = _centroids(self.vectors_, self.labels_)
        return np.asarray((_unit(X) @ centroids.T).argmax(axis=1), dtype=np.int64)

    def _themes(self, n: int) -> Labels:
        """Take the finest resolution of the grid that leaves a readable number of themes, else the coarsest.

        Where a corpus falls apart into more kinds than a committee reads (crisp intents, say), lowering the
        resolution below .35 would only glue unlike things together: its themes stay many.
        """
        smallest = max(2, min(5, n // 20), int(0.001 * n))
        labels = np.zeros(n, dtype=np.int64)
        for resolution in _RESOLUTIONS:
            labels = leiden(self.consensus_.graph, resolution, self.seed, trials=4)
            labels = _ordered(_absorb_small(labels, self.consensus_.graph, self.vectors_, smallest))
            if labels.max() + 1 <= self.readable:
                break
        return labels

    def _subthemes(self) -> Labels:
        """Cut each theme by Leiden on its own part of the consensus graph."""
        result = np.zeros(len(self.labels_), dtype=np.int64)
        following = 0
        for theme in range(int(self.labels_.max(initial=-1)) + 1):
            members = np.flatnonzero(self.labels_ == theme)
            part = self.consensus_.graph[members][:, members].tocsr()
            smallest = max(4, len(members) // 12)
            if len(members) < 3 * smallest:
                found = np.zeros(len(members), dtype=np.int64)
            else:
                found = leiden(part, SUBTHEME_RESOLUTION, self.seed, trials=2)
                found = _ordered(_absorb_small(found, part, self.vectors_[members], smallest))
            result[members] = found + following
            following += int(found.max(initial=0)) + 1
        return result


def _unit(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return rows of unit length."""
    data = np.asarray(vectors, dtype=np.float64)
    unit: NDArray[np.float64] = data / np.maximum(np.linalg.norm(data, axis=1, keepdims=True), 1e-12)
    return unit


def _centroids(vectors: Vectors, labels: Labels) -> NDArray[np.float64]:
    """Return the unit centroid of each theme."""
    sums = np.zeros((int(labels.max(initial=-1)) + 1, vectors.shape[1]))
    np.add.at(sums, labels, _unit(vectors))
    return _unit(sums)


def _ordered(labels: Labels) -> Labels:
    """Number the communities by size, then by their first member."""
    _, first, compact, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    return np.asarray(position[compact], dtype=np.int64)


def _absorb_small(labels: Labels, graph: sparse.csr_matrix, vectors: Vectors, smallest: int) -> Labels:
    """Give the members of communities under `smallest` to the neighbour theme they lean on, else to the nearest centroid."""
    labels = _ordered(labels)
    sizes = np.bincount(labels)
    large = np.flatnonzero(sizes >= smallest)
    if len(large) in (0, len(sizes)):
        return np.zeros_like(labels) if not len(large) else labels
    centroids = _centroids(vectors, labels)[large]
    for community in np.flatnonzero(sizes < smallest):
        members = np.flatnonzero(labels == community)
        onto = sparse.csr_matrix(
            (np.ones(len(labels)), (np.arange(len(labels)), labels)), shape=(len(labels), len(sizes))
        )
        pull = np.asarray((graph[members] @ onto).sum(axis=0)).ravel()[large]
        near = _unit(vectors[members]) @ centroids.T
        target = large[int(pull.argmax())] if pull.max() > 0 else large[int(near.mean(axis=0).argmax())]
        labels[members] = target
    return labels


def _certainty(graph: sparse.csr_matrix, labels: Labels) -> tuple[NDArray[np.float64], Labels, NDArray[np.float64]]:
    """Return per row the share of its consensus weight inside its theme, the runner-up theme, and the margin between them."""
    n, n_themes = len(labels), int(labels.max(initial=-1)) + 1
    onto = sparse.csr_matrix((np.ones(n), (np.arange(n), labels)), shape=(n, n_themes))
    weight = np.asarray((graph @ onto).todense())
    total = weight.sum(axis=1, keepdims=True)
    share = np.where(total > 0, weight / np.where(total > 0, total, 1.0), 0.0)
    own = share[np.arange(n), labels]
    others = share.copy()
    others[np.arange(n), labels] = -1.0
    runner_up = others.argmax(axis=1) if n_themes > 1 else labels.copy()
    second = np.maximum(others.max(axis=1), 0.0) if n_themes > 1 else np.zeros(n)
    return own, np.asarray(runner_up, dtype=np.int64), np.clip(own - second, 0.0, 1.0)


@contextmanager
def _without_umap() -> Iterator[None]:
    """Import BERTopic without its optional plots by UMAP: 15 s of numba compilation that this path never uses."""
    if "umap" in sys.modules:
        yield
        return
    sys.modules["umap"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["umap"]


def assemble(*, seed: int, per_text: Sequence[Sequence[str]]) -> BERTopic:
    """Return the untrained BERTopic model whose documents are row numbers into `per_text` (their phrases)."""
    with _without_umap():
        from bertopic import BERTopic
        from bertopic.vectorizers import ClassTfidfTransformer

    def phrases_of(document: str) -> list[str]:
        return [form for row in document.split() for form in (*per_text[int(row)], names.PAD)]

    return BERTopic(
        embedding_model=None,
        umap_model=PrincipalComponents(),
        hdbscan_model=LeidenConsensus(seed=seed),
        vectorizer_model=CountVectorizer(analyzer=phrases_of),
        ctfidf_model=ClassTfidfTransformer(bm25_weighting=True, reduce_frequent_words=True),
        calculate_probabilities=False,
        verbose=False,
    )


@dataclass(frozen=True, slots=True)
class ThemeSet:
    """What `discover_themes` found. Arrays have one entry per input text, in the order given.

    `labels` is the index into `themes`; `sublabels` the index into that theme's `subthemes`. There is no -1: what
    fits badly has a theme all the same and is flagged in `unclear`.
    """

    labels: Labels
    sublabels: Labels
    strength: NDArray[np.float64]
    runner_up: Labels
    margin: NDArray[np.float64]
    unclear: NDArray[np.bool_]
    themes: tuple[Theme, ...]
    quality: dict[str, float]


def embed_ideas(
    texts: Sequence[str],
    *,
    hints: Sequence[Mapping[str, float]] | None = None,
    model: Model | None = None,
    cache: Path | None = None,
    progress: Progress = nothing,
) -> Vectors:
    """Return the unit vectors that `discover_themes` reads: of the texts without names that only say where.

    `hints` holds for each text the matters that it is known to name and their weights (words → weight, summing to one
    or less): the vectors of these words are added at 0.8 of the weight of the text's own. `model` is the packaged one by
    default.
    """
    placeless = without_places(texts, lambda part: embed(part, model=model, cache=cache))
    vectors = embed(placeless, model=model, cache=cache, progress=progress)
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
    joined = _unit(vectors + _HINT_WEIGHT * added)
    for side in (hinted, ~hinted):
        # Each side is centred on its own mean: else what texts without a hint share would be that they have none.
        if int(side.sum()) >= _MIN_PROMPT:
            joined[side] -= joined[side].mean(axis=0)
    return np.asarray(_unit(joined), dtype=np.float32)


def discover_themes(
    texts: Sequence[str],
    *,
    prompts: Sequence[str] | None = None,
    embeddings: Vectors | None = None,
    seed: int = 0,
    known: Collection[str] = (),
    about: Sequence[Mapping[str, float]] | None = None,
) -> ThemeSet:
    """Find the themes of `texts` in two levels, each named.

    `prompts` gives the question that each text answers: vectors are centred on their own prompt's mean. `embeddings`
    (``float32[n, d]``, one row per text) saves computing them. `known` are words of the field (lemmas, lower case) that
    make good names where people use them. `about` says what each text is known to be about (label → share, empty where it is not
    known): a theme that is mostly about one label bears it in its name. The same texts give the same themes in any row order.
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
    vectors = embed_ideas(chosen) if embeddings is None else np.asarray(embeddings, dtype=np.float32)[rows]
    features, phrases = _features(chosen, [group for _, group in distinct], vectors)
    topic_model = assemble(seed=seed, per_text=phrases.per_text)
    clusterer = _fit(topic_model, features)
    position = {key: index for index, key in enumerate(distinct)}
    back = np.array([position[key] for key in zip(keys, groups, strict=True)])
    told = [about[row] for row in rows] if about is not None else [{}] * len(rows)
    return _theme_set(topic_model, clusterer, phrases, features, back, known, told)


def _features(texts: Sequence[str], groups: Sequence[str], vectors: Vectors) -> tuple[Vectors, names.Phrases]:
    """Return centred unit vectors joined with lexical evidence where the corpus is small, and the phrases of each text."""
    phrases = names.phrases(texts)
    with threadpool_limits(1):
        centred = np.asarray(vectors, dtype=np.float64)
        centred = centred - centred.mean(axis=0)
        labels = np.array(groups)
        for group in sorted(set(groups)):
            member = labels == group
            if int(member.sum()) >= _MIN_PROMPT:
                centred[member] -= centred[member].mean(axis=0)
        features = _unit(centred)
        if 30 <= len(texts) <= _LEXICAL_LIMIT:
            features = np.hstack([features, _LEXICAL_WEIGHT * _lexical(phrases)])
    return np.asarray(features, dtype=np.float32), phrases


def _lexical(phrases: names.Phrases) -> NDArray[np.float64]:
    """Return unit vectors of the words that two texts or more share (TF-IDF, reduced to 100)."""
    counts = CountVectorizer(analyzer=lambda forms: [f for f in forms if " " not in f], min_df=2)
    try:
        matrix = counts.fit_transform(phrases.per_text)
    except ValueError:  # no word in two texts
        return np.zeros((len(phrases.per_text), 1))
    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(matrix)
    width = min(100, weighted.shape[1] - 1, weighted.shape[0] - 1)
    if width < 2:
        return np.zeros((len(phrases.per_text), 1))
    return _unit(TruncatedSVD(width, random_state=0).fit_transform(weighted))


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
) -> ThemeSet:
    """Name what was found and spread it from distinct texts to the texts given."""
    labels, sublabels = clusterer.labels_, clusterer.sublabels_
    stable = quality.stability(labels, clusterer.consensus_.runs)
    sub_stable = quality.stability(sublabels, clusterer.consensus_.runs)
    forms, subforms = _forms(topic_model, labels, sublabels, known, phrases.unfit)
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
        "names_grounded_share": quality.groundedness(forms, phrases.per_text, labels),
        "smallest_theme": float(sizes.min()),
    }
    return ThemeSet(
        labels=labels[back],
        sublabels=local[back],
        strength=clusterer.strength_[back],
        runner_up=clusterer.runner_up_[back],
        margin=clusterer.margin_[back],
        unclear=unclear[back],
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


def _forms(
    topic_model: BERTopic,
    labels: Labels,
    sublabels: Labels,
    known: Collection[str],
    unfit: Collection[str],
) -> tuple[list[list[str]], list[list[str]]]:
    """Return the naming phrases of every theme and of every subtheme (told apart from its siblings' and parent's)."""
    vectorizer: CountVectorizer = topic_model.vectorizer_model
    terms = vectorizer.get_feature_names_out().tolist()
    counts = vectorizer.transform([str(row) for row in range(len(labels))])
    # BERTopic numbers topics by size; its numbers are mapped back to ours, which settle ties by the first member.
    topics = np.array(topic_model.topics_)
    forms, subforms = [], [[] for _ in range(int(sublabels.max(initial=0)) + 1)]  # type: list[list[str]], list[list[str]]
    for theme in range(int(labels.max()) + 1):
        members = np.flatnonzero(labels == theme)
        topic = int(topics[members[0]])
        forms.append(names.choose(members, topic_model.c_tf_idf_, counts, terms, topic, known=known, unfit=unfit))
    for theme in range(int(labels.max()) + 1):
        members = np.flatnonzero(labels == theme)
        own = np.unique(sublabels[members])
        if len(own) < 2:
            continue
        classes = np.searchsorted(own, sublabels[members])
        onto = sparse.csr_matrix(
            (np.ones(len(members)), (classes, np.arange(len(members)))), shape=(len(own), len(members))
        )
        per_class = sparse.csr_matrix(onto @ counts[members])
        weights = topic_model.ctfidf_model.__class__(bm25_weighting=True, reduce_frequent_words=True).fit_transform(
            per_class
        )
        taken: list[str] = forms[theme][:1]
        for index, sub in enumerate(own):
            within = np.flatnonzero(classes == index)
            found = names.choose(
                within, sparse.csr_matrix(weights), counts[members], terms, index, taken, known=known, unfit=unfit
            )
            subforms[sub] = found or forms[theme]
    return forms, subforms
