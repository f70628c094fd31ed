"""Changes of the order between two states of the input, and whether a move is more than noise.

The people of both states are drawn again together (Efron 1979): someone who is in both is in a resample of both equally
often. A move is more than noise where the middle 90 % of the resamples' moves all go one way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.priority.certainty import LEVEL
from synthesis.priority.score import Weights, ranks, scores
from synthesis.priority.tally import Floats, Tally, tally, voices

DRAWS = 500
_CHUNK = 25


@dataclass(frozen=True, slots=True)
class State:
    """The input at one time: frames of `synthesis.frames`."""

    contributions: pd.DataFrame
    ideas: pd.DataFrame
    assignments: pd.DataFrame


def changes(
    before: State, after: State, *, weights: Weights | None = None, seed: int = 0, draws: int = DRAWS
) -> pd.DataFrame:
    """Return one row per theme of either state, by rank after: ``theme_id, rank_before, rank_after, moved, low, high, more_than_noise``.

    Ranks are 0 where the theme is not in that state. `moved` is in places, up positive; `low` and `high` hold the middle
    90 % of resamples. A theme that is new or gone has not moved: its row says 0 and false.
    """
    weights = weights or Weights()
    old, old_keys = _tally(before)
    new, new_keys = _tally(after)
    rank_old, rank_new = _ranks(old, weights, None), _ranks(new, weights, None)
    both = sorted(set(old.themes) & set(new.themes))
    at_old, at_new = [old.themes.index(t) for t in both], [new.themes.index(t) for t in both]
    everyone = old_keys.union(new_keys)
    in_old, in_new = everyone.get_indexer(old_keys), everyone.get_indexer(new_keys)
    rng = np.random.default_rng(seed)
    parts = []
    for start in range(0, draws, _CHUNK):
        size = min(_CHUNK, draws - start)
        times = np.stack([_drawn(rng, len(everyone)) for _ in range(size)])
        was, now = _ranks(old, weights, times[:, in_old]), _ranks(new, weights, times[:, in_new])
        parts.append(was[:, at_old] - now[:, at_new])
    moves = np.concatenate(parts) if parts else np.zeros((1, len(both)))
    tail = (1 - LEVEL) / 2
    low, high = np.percentile(moves, (100 * tail, 100 * (1 - tail)), axis=0, method="nearest")
    place = {theme: number for number, theme in enumerate(both)}
    rows = []
    for theme in sorted(set(old.themes) | set(new.themes)):
        first = int(rank_old[0, old.themes.index(theme)]) if theme in old.themes else 0
        last = int(rank_new[0, new.themes.index(theme)]) if theme in new.themes else 0
        number = place.get(theme)
        span = (0, 0) if number is None else (int(low[number]), int(high[number]))
        moved = first - last if number is not None else 0
        rows.append((theme, first, last, moved, *span, moved != 0 and (span[0] > 0 or span[1] < 0)))
    columns = ["theme_id", "rank_before", "rank_after", "moved", "low", "high", "more_than_noise"]
    frame = pd.DataFrame(rows, columns=columns)
    gone = frame["rank_after"].eq(0)
    return frame.assign(gone=gone).sort_values(["gone", "rank_after", "rank_before"], ignore_index=True)[columns]


def _tally(state: State) -> tuple[Tally, pd.Index]:
    """Return the tally of a state's themes, and the keys of its voices in the tally's order."""
    contributions = state.contributions.sort_values("contribution_id", ignore_index=True)
    placed = state.ideas[["idea_id", "contribution_id"]].merge(state.assignments[["idea_id", "theme_id"]], on="idea_id")
    keys = pd.Index(sorted(voices(contributions)["voice_key"].unique()))
    return tally(placed.rename(columns={"theme_id": "place"}), contributions), keys


def _ranks(counted: Tally, weights: Weights, times: Floats | None) -> NDArray[np.int64]:
    """Return ranks ``[draws, themes]``."""
    return ranks(scores(*counted.sums(times), weights))


def _drawn(rng: np.random.Generator, people: int) -> Floats:
    """Return how often each is in one resample."""
    return np.bincount(rng.integers(people, size=people), minlength=people).astype(np.float64)
