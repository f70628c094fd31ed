"""The theme engine: one BERTopic assembly with a PCA and the Leiden consensus as its parts.

The one module that imports BERTopic. Deterministic: texts are made distinct and sorted before anything else, linear
algebra runs on one thread where the order of sums could matter, and every random draw comes from the seed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from threadpoolctl import threadpool_limits

from synthesis.errors import InputError
from synthesis.imports import kept_out
from synthesis.model import Theme, ThemeId
from synthesis.themes import choice, names, quality
from synthesis.themes.clusterer import MICRO_ABOVE, READABLE_THEMES, LeidenConsensus
from synthesis.themes.describe import spoken_of
from synthesis.themes.embed import Progress, embed, nothing
from synthesis.themes.models import Model
from synthesis.themes.places import placeless, without
from synthesis.themes.reduction import PrincipalComponents, centre
from synthesis.themes.threads import blocks
from synthesis.themes.vectors import unit

if TYPE_CHECKING:
    from bertopic import BERTopic

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]

_LEXICAL_LIMIT = 20_000
_LEXICAL_WEIGHT = 0.4
_MIN_PROMPT = 20
_HINT_WEIGHT = 0.8
_UNCLEAR_SHARE = 0.08
_UNCLEAR_STRENGTH = 0.5


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
    return _hinted(vectors, hints, dict(zip(matters, embed(matters, model=model, cache=cache), strict=True)))


def _hinted(vectors: Vectors, hints: Sequence[Mapping[str, float]], of_matters: Mapping[str, Vectors]) -> Vectors:
    """Overwrite the vectors with those of text and hints together, block by block: in double precision a million of them are 3 GB."""
    sides = np.array([bool(hint) for hint in hints])
    totals = np.zeros((2, vectors.shape[1]))

    def joined(part: slice) -> NDArray[np.float64]:
        added = np.zeros((part.stop - part.start, vectors.shape[1]))
        for row, hint in enumerate(hints[part]):
            for matter in sorted(hint):
                added[row] += hint[matter] * of_matters[matter]
        return unit(vectors[part] + _HINT_WEIGHT * added)

    for part in blocks(len(vectors)):
        rows = joined(part)
        for side in (0, 1):
            totals[side] += rows[sides[part] == side].sum(axis=0)
    sizes = np.bincount(sides, minlength=2)
    # Each side is centred on its own mean: else what texts without a hint share would be that they have none.
    means = np.where((sizes >= _MIN_PROMPT)[:, None], totals / np.maximum(sizes, 1)[:, None], 0.0)
    for part in blocks(len(vectors)):
        vectors[part] = unit(joined(part) - means[sides[part].astype(np.int64)])
    return vectors


def discover_themes(
    texts: Sequence[str],
    *,
    prompts: Sequence[str] | None = None,
    embeddings: Vectors | None = None,
    seed: int = 0,
    known: Collection[str] = (),
    about: Sequence[Mapping[str, float]] | None = None,
    meaning: choice.Meaning | None = None,
    glossed: Sequence[bool] | None = None,
    readable: int | None = READABLE_THEMES,
    micro_above: int = MICRO_ABOVE,
) -> ThemeSet:
    """Find the themes of `texts` in two levels, each named.

    `prompts` gives the question that each text answers: vectors are centred on their own prompt's mean. `embeddings`
    (``float32[n, d]``, one row per text) saves computing them. `known` are words of the field (lemmas, lower case) that
    make good names where people use them. `about` says what each text is known to be about (label → share, empty where it is not
    known): a theme that is mostly about one label bears it in its name. `meaning` returns the vectors of phrases in the
    space of `embeddings`: names are then chosen by what they mean too. `glossed` tells of which
    texts the words were translated one by one: no phrase is taken from them. At most `readable` themes are sought, as many as the texts fall
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
    phrases = names.phrases(chosen, glossed=None if glossed is None else [glossed[row] for row in rows])
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
    n_themes = int(labels.max()) + 1
    called = [names.label([about[int(row)] for row in np.flatnonzero(labels == theme)]) for theme in range(n_themes)]
    called = [name if called.index(name) == theme else "" for theme, name in enumerate(called)]  # the largest bears it
    chosen = choice.choose(phrases, labels, sublabels, features, _weigh(topic_model), known, meaning, called)
    forms, subforms = chosen.themes, chosen.subthemes
    sublabels = _one_rest(labels, sublabels, subforms)
    sub_stable = quality.stability(sublabels, clusterer.sub_runs_)
    titles = names.titles(chosen.beside_labels, phrases.surface, called)
    titles = names.make_distinct(titles, forms, phrases.surface)
    sizes, subsizes = np.bincount(labels[back]), np.bincount(sublabels[back])
    themes, local = [], np.zeros(len(sublabels), dtype=np.int64)
    for theme, title in enumerate(titles):
        inside = labels == theme
        own = sorted(np.unique(sublabels[inside]).tolist(), key=lambda sub: not subforms[sub])  # what has no name last
        local[inside] = np.argsort(own)[np.searchsorted(np.sort(own), sublabels[inside])]
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


def _one_rest(labels: Labels, sublabels: Labels, subforms: Sequence[Sequence[str]]) -> Labels:
    """Return the strands with those of a theme that nothing names as one: its other matters."""
    into = np.arange(len(subforms))
    nameless = np.array([not forms for forms in subforms])[sublabels]
    for theme in np.unique(labels[nameless]):
        rest = np.unique(sublabels[nameless & (labels == theme)])
        into[rest] = rest[0]
    return into[sublabels]


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
