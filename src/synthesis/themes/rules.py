"""The rules that a theme set is held to, measured on every run: each theme against every other, with intervals.

All measures are of ideas that repeat no other comment, so that a letter sent forty times is one idea. Vectors are taken from
the middle of all ideas, as for the crosswalk: else everything about schools is a little like everything else about schools.

Intervals are bootstraps (Efron 1979) of what varies. For stability that is the run: the same ideas were searched again and
again from jittered views, so the runs are drawn again. For everything else it is who came: voices are drawn again with all
that each of them said, for two ideas of one voice are no two witnesses. Above `_BLOCKS` voices, random blocks of
voices are drawn, which costs the same however many there are. Resamples of a share of nothing, or of all, vary by nothing: there the
end is that of Clopper and Pearson (1934), for as many voices as spoke.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import ceil

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from synthesis import linguistics
from synthesis.frames import ThemeQuality
from synthesis.model import QUALITY_RULES
from synthesis.themes import quality
from synthesis.themes.frame import FITTING
from synthesis.themes.vectors import centred, unit

Labels = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SIZE_LEAST, SIZE_SHARE = 5, 0.001
DRAWS = 400
_BLOCKS = 400
_BEGINNING = 3
_MEETS = {"at least": np.greater_equal, "at most": np.less_equal, "under": np.less}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Measured:
    """What is measured: one entry per idea that repeats no other comment.

    `vectors` ``float32[n, d]`` of unit rows; `themes`, `names` (theme id → name) and `texts` as the engine read them; `voices` is
    who said it; `unclear` flags; `runs` ``int[runs, n]``, or None where nothing was searched.
    """

    vectors: NDArray[np.float32]
    themes: Sequence[str]
    names: dict[str, str]
    texts: Sequence[str]
    voices: Sequence[str]
    unclear: Flags
    runs: NDArray[np.integer] | None


@dataclass(frozen=True)
class _Measure:
    """One measure of every theme, ``[themes]``, and of its resamples, ``[draws, themes]``, empty themes as nan.

    A share knows of how many `voices` it is.
    """

    value: Floats
    draws: Floats
    floor: float = 0.0
    voices: Floats | None = None

    def ends(self) -> tuple[Floats, Floats]:
        """Return the interval of each theme."""
        low, high = quality.interval(self.value, self.draws, self.floor, 1.0)
        if self.voices is None:
            return low, high
        least = ((1 - quality.LEVEL) / 2) ** (1 / np.maximum(self.voices, 1))
        return np.where(self.value >= 1, np.minimum(low, least), low), np.where(
            self.value <= 0, np.maximum(high, 1 - least), high
        )

    def figure(self, name: str, theme: int | None = None) -> dict[str, float]:
        """Return the measure of one theme, or its mean over all, as a figure of the set with its interval."""
        if theme is None:
            value, draws = self.value.mean(keepdims=True), quality.mean(self.draws, axis=1)[:, None]
        else:
            value, draws = self.value[[theme]], self.draws[:, [theme]]
        voices = (
            None if self.voices is None else self.voices.sum(keepdims=True) if theme is None else self.voices[[theme]]
        )
        low, high = replace(self, value=value, draws=draws, voices=voices).ends()
        return {name: float(value[0]), f"{name}_low": float(low[0]), f"{name}_high": float(high[0])}


def theme_quality(
    measured: Measured, before: pd.DataFrame | None = None, *, seed: int = 0
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the `ThemeQuality` frame, and the figures of the whole set by name (with ``…_low`` and ``…_high``).

    `before` is the frame of the run before: where nothing was searched in this one, stability is what it said. Needs an idea or more.
    """
    themes, labels = np.unique(np.asarray(measured.themes, dtype=str), return_inverse=True)
    with threadpool_limits(1):  # the order of sums must not depend on the number of threads
        sums = _Sums(measured, labels, themes, seed)
        (nearest, likeness), (other, overlap) = sums.likeness(), sums.overlap()
        cohesion, outside = sums.cohesion()
    unclear, grounded = sums.share(sums.unclear), sums.share(sums.grounded)
    stable, recurring = _stability(themes, labels, measured.runs, before, seed)
    frame = pd.DataFrame(
        {
            "theme_id": themes,
            "n_distinct": np.bincount(labels),
            "size_bar": max(SIZE_LEAST, ceil(SIZE_SHARE * len(labels))),
            "nearest_id": nearest,
            **_columns("sibling_cosine", likeness),
            "overlap_id": other,
            **_columns("overlap", overlap),
            **stable,
            **_columns("unclear_share", unclear),
            **_columns("cohesion", cohesion),
            "cohesion_bar": outside.round(4),
            **_columns("grounded_share", grounded),
        }
    )
    frame = frame.assign(**_verdicts(frame))
    figures = {
        "themes_in_order": float(frame["broken"].eq("").sum()),
        "smallest_theme": float(frame["n_distinct"].min()),
        **likeness.figure("sibling_cosine_max", int(likeness.value.argmax())),
        **overlap.figure("overlap_max", int(overlap.value.argmax())),
        **recurring,
        **sums.share(sums.unclear, whole=True).figure("unclear_share"),
        **cohesion.figure("cohesion_mean"),
        **sums.share(sums.grounded, whole=True).figure("names_grounded_share"),
    }
    return ThemeQuality.validate(frame), {key: round(value, 4) for key, value in figures.items()}


def _columns(name: str, measure: _Measure) -> dict[str, Floats]:
    """Return a measure as three columns."""
    low, high = measure.ends()
    return {name: measure.value.round(4), f"{name}_low": low.round(4), f"{name}_high": high.round(4)}


class _Sums:
    """Sums over blocks of voices, from which every measure follows for the voices as they are and for any resample of them."""

    def __init__(self, measured: Measured, labels: Labels, themes: NDArray[np.str_], seed: int) -> None:
        self._themes = themes
        rng = np.random.default_rng(seed)
        _, voice = np.unique(np.asarray(measured.voices, dtype=str), return_inverse=True)
        n_voices = int(voice.max()) + 1
        n_blocks = min(n_voices, _BLOCKS)
        block = (rng.permutation(n_voices) % n_blocks)[voice]
        self._cell = block * len(themes) + labels
        self._shape = (n_blocks, len(themes))
        pairs = np.unique(voice * len(themes) + labels)
        self._voices = np.bincount(pairs % len(themes), minlength=len(themes)).astype(float)
        self._n_voices = float(n_voices)
        self._times = rng.multinomial(n_blocks, np.full(n_blocks, 1 / n_blocks), size=DRAWS).astype(float)
        rows = centred(measured.vectors)
        vectors = np.zeros((n_blocks * len(themes), rows.shape[1]))
        np.add.at(vectors, self._cell, rows)
        self._vectors = vectors.reshape(*self._shape, -1)
        self._n = self._sum(np.ones(len(labels)))
        self.unclear = self._sum(measured.unclear.astype(float))
        named = [measured.names[theme] for theme in themes]
        self.grounded = self._sum(holds_name(named, measured.texts, labels).astype(float))
        self._fits = self._fitting(rows, labels)

    def _sum(self, values: Floats) -> Floats:
        """Return the sums of one value per idea, ``[blocks, themes]``."""
        cells = self._shape[0] * self._shape[1]
        return np.asarray(np.bincount(self._cell, weights=values, minlength=cells).reshape(self._shape), dtype=float)

    def _fitting(self, rows: NDArray[np.float32], labels: Labels) -> Floats:
        """Return how many ideas of each theme would fit each other theme, ``[blocks, themes, themes]``.

        An idea fits a theme if it is as near to its middle as nine of ten of the theme's own ideas are: the measure by which a new
        idea is laid to an adopted theme.
        """
        near = rows @ unit(self._vectors.sum(axis=0), np.float32).T
        n_themes = self._shape[1]
        least = np.array([np.quantile(near[labels == theme, theme], FITTING) for theme in range(n_themes)])
        fits = near >= least
        return np.stack([self._sum(fits[:, other].astype(float)) for other in range(n_themes)], axis=2)

    def share(self, counts: Floats, *, whole: bool = False) -> _Measure:
        """Return the share of each theme's ideas that were counted; with `whole` the share of all ideas."""
        n = self._n.sum(axis=1, keepdims=True) if whole else self._n
        counts = counts.sum(axis=1, keepdims=True) if whole else counts
        voices = np.array([self._n_voices]) if whole else self._voices
        return _Measure(
            counts.sum(axis=0) / n.sum(axis=0), _ratio(self._times @ counts, self._times @ n), voices=voices
        )

    def likeness(self) -> tuple[NDArray[np.str_], _Measure]:
        """Return for each theme the one whose middle is nearest, and the cosine of both middles."""
        similar = quality.sibling_cosines(self._vectors.sum(axis=0))
        return self._against(similar, lambda one, other: self._cosines(one, other))

    def overlap(self) -> tuple[NDArray[np.str_], _Measure]:
        """Return for each theme the one that most of its ideas would fit as well, and the share of its ideas that would."""
        shares = self._fits.sum(axis=0) / self._n.sum(axis=0)[:, None]
        np.fill_diagonal(shares, -1.0)

        def drawn(one: int, other: int) -> Floats:
            return _ratio(self._times @ self._fits[:, one, other], self._times @ self._n[:, one])

        other, found = self._against(shares, drawn)
        return other, replace(found, voices=self._voices if len(self._themes) > 1 else None)

    def _against(self, table: Floats, drawn: Callable[[int, int], Floats]) -> tuple[NDArray[np.str_], _Measure]:
        """Return for each theme the other with the largest value in its row, and that value with its resamples."""
        if len(self._themes) < 2:
            return np.array([""]), _Measure(np.zeros(1), np.zeros((DRAWS, 1)))
        most = table.argmax(axis=1)
        draws = np.stack([drawn(one, int(other)) for one, other in enumerate(most)], axis=1)
        return self._themes[most], _Measure(table.max(axis=1).clip(0.0), draws)

    def _cosines(self, one: int, other: int) -> Floats:
        """Return the cosine of two themes' middles in each resample."""
        first, second = (self._times @ self._vectors[:, theme] for theme in (one, other))
        lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
        return _ratio((first * second).sum(axis=1), lengths)

    def cohesion(self) -> tuple[_Measure, Floats]:
        """Return the mean cosine of two ideas of each theme, and of one of it and one of the nearest other theme (by this measure)."""
        sums, n = self._vectors.sum(axis=0), self._n.sum(axis=0)
        value = np.where(n > 1, ((sums**2).sum(axis=1) - n) / np.maximum(n * (n - 1), 1), 1.0)
        draws = np.empty((DRAWS, len(n)))
        for theme in range(len(n)):
            drawn = self._times @ self._vectors[:, theme]
            # An idea drawn twice is no pair of ideas: copies of one are taken out of pairs and of their number.
            copies = self._times**2 @ self._n[:, theme]
            draws[:, theme] = _ratio((drawn**2).sum(axis=1) - copies, (self._times @ self._n[:, theme]) ** 2 - copies)
        across = sums @ sums.T / np.outer(n, n)
        np.fill_diagonal(across, -1.0)
        return _Measure(value, np.where(n > 1, draws, 1.0), floor=-1.0), across.max(axis=1)


def _stability(
    themes: NDArray[np.str_], labels: Labels, runs: NDArray[np.integer] | None, before: pd.DataFrame | None, seed: int
) -> tuple[dict[str, NDArray[np.generic]], dict[str, float]]:
    """Return the columns of stability, and the figures of the set where something was searched.

    Else a theme has what `before` said of it, and one that `before` does not know has 0 runs: it was never measured.
    """
    if runs is not None:
        found = quality.recurrence(labels, runs)
        times = np.random.default_rng(seed).multinomial(len(runs), np.full(len(runs), 1 / len(runs)), size=DRAWS)
        stable = _Measure(found.mean(axis=0), times @ found / len(runs))
        figures = stable.figure("stability_mean") | stable.figure("stability_min", int(stable.value.argmin()))
        return {**_columns("stability", stable), "stability_runs": np.full(len(themes), len(runs))}, figures
    unknown = {"stability": 0.0, "stability_low": 0.0, "stability_high": 1.0, "stability_runs": 0}
    rows = {} if before is None else before.set_index("theme_id")[list(unknown)].to_dict("index")
    told = [rows.get(theme, unknown) for theme in themes.tolist()]
    return {column: np.array([row[column] for row in told]) for column in unknown}, {}


def _verdicts(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Return per theme the rules that it breaks, and those on both sides of whose bar its interval reaches."""
    broken: list[list[str]] = [[] for _ in range(len(frame))]
    unsure: list[list[str]] = [[] for _ in range(len(frame))]
    for rule in QUALITY_RULES:
        bar = frame[rule.bar].to_numpy() if isinstance(rule.bar, str) else np.full(len(frame), rule.bar)
        low, high = (frame.get(f"{rule.column}_{end}", frame[rule.column]).to_numpy() for end in ("low", "high"))
        met = _MEETS[rule.side](frame[rule.column].to_numpy(), bar)
        doubtful = _MEETS[rule.side](low, bar) != _MEETS[rule.side](high, bar)
        measured = frame["stability_runs"].to_numpy() > 0 if rule.column == "stability" else np.ones(len(frame), bool)
        for row in range(len(frame)):
            if measured[row] and not met[row]:
                broken[row].append(rule.name)
            if doubtful[row]:
                unsure[row].append(rule.name)
    return {"broken": [" ".join(names) for names in broken], "unsure": [" ".join(names) for names in unsure]}


def holds_name(names: Sequence[str], texts: Sequence[str], labels: Labels) -> Flags:
    """Tell for each text whether it holds a word of its theme's name that says something, in whatever form of that word.

    `names` are the themes' names, `labels` the place of each text's theme among them.
    """
    words = [frozenset(_WORD.findall(text.casefold())) for text in texts]
    # Read in lower case, so that the first word is no name of its own; judged as written: "AP" is not Haitian "ap".
    wanted = [
        {
            token.lemma
            for token in found
            if token.is_word and not (token.is_stop or linguistics.is_function_word(name[token.start : token.end]))
        }
        for name, found in zip(names, linguistics.tokens([name.lower() for name in names]), strict=True)
    ]
    # Only words that begin like a word of a name are looked up: all of a large corpus' words would take minutes.
    starts = {lemma[:_BEGINNING] for lemmas in wanted for lemma in lemmas}
    alike = sorted(word for word in set(chain.from_iterable(words)) if word[:_BEGINNING] in starts)
    lemmas = {word: found[0].lemma for word, found in zip(alike, linguistics.tokens(alike), strict=True)}
    named = [own | {word for word, lemma in lemmas.items() if lemma in own} for own in wanted]
    return quality.grounded(named, words, labels)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, nan where there is nothing."""
    return np.asarray(np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan))
