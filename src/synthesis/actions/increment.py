"""Increments: a little new input is laid beside the ideas of the last full run, without a new search for themes.

An increment is a function of that run, its basis, and of all input there is now: every idea that came since is placed anew by the
ideas of the basis, so that a chain of increments cannot drift. It is made only while what is new or gone is at most a tenth of the
basis, nothing that bears on the search has changed, and what is new fits the themes there are. Otherwise the search is made again, in
full. The manifest says which it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from synthesis.actions.placed import Placed
from synthesis.published import Basis
from synthesis.themes import frame
from synthesis.themes.vectors import unit

GROWTH = 0.1
"""The share of the basis' ideas that may be new or gone."""
STRANGE = 0.35
"""The share of new ideas that may fit no theme. Of a theme's own ideas one in ten does not fit by the same measure."""
_NEIGHBOURS = 15
_MOSTLY_NEW = 3
"""New ideas among the five nearest of one that keeps to its like. Of a tenth that is new by chance one in 150 has so many."""
_CLEAR = 0.5
_UNCLEAR_SHARE = 0.08
_AT_ONCE = 20_000_000
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Ground:
    """A basis, and its row of each idea of now: -1 where an idea is new, or reads otherwise than it did."""

    basis: Basis
    row: NDArray[np.int64]

    @property
    def new(self) -> NDArray[np.bool_]:
        """Tell which ideas are new."""
        return self.row < 0


def ground(basis: Basis | None, idea_ids: Sequence[str], read: Sequence[str]) -> Ground | None:
    """Return the ground for an increment, or None where there is no basis or too much of it is new or gone.

    `read` is a hash of what is read of each idea.
    """
    if basis is None:
        return None
    rows = {key: row for row, key in enumerate(zip(basis.places["idea_id"], basis.places["read"], strict=True))}
    row = np.array([rows.get(key, -1) for key in zip(idea_ids, read, strict=True)], dtype=np.int64)
    new = int((row < 0).sum())
    gone = len(rows) - (len(row) - new)
    return Ground(basis, row) if new + gone <= GROWTH * len(rows) and new < len(row) else None


def lay(ground: Ground, vectors: Vectors, lead: NDArray[np.int64]) -> Placed | None:
    """Return where every idea stands: old ones where the basis has them. None where new ones make a theme of their own.

    `vectors` are ``float32[n, d]`` unit rows; `lead` is the row of the idea that stands for each: a new letter that repeats an old
    one stands where that does.
    """
    before = ground.basis.places.iloc[np.maximum(ground.row, 0)]
    placed = Placed(
        before["engine_id"].tolist(),
        before["sub_id"].tolist(),
        before["strength"].to_numpy().copy(),
        before["runner_up"].tolist(),
        before["margin"].to_numpy().copy(),
        before["unclear"].to_numpy().copy(),
        before["by_frame"].to_numpy().copy(),
    )
    own = np.flatnonzero(ground.new & (lead == np.arange(len(lead))))
    old = np.flatnonzero(~ground.new)
    if len(own):
        middle = vectors[old].mean(axis=0)
        seen, asked = (unit(vectors[rows] - middle, np.float32) for rows in (old, own))
        similar, found = _nearest(asked, seen, min(_NEIGHBOURS, len(old)))
        themes = [*before["engine_id"].to_numpy()[old], *([""] * len(own))]
        fit = frame.lay_beside(np.vstack([vectors[old], vectors[own]]), themes)
        odd = int((~fit.fits[len(old) :]).sum())
        if odd >= max(frame.MIN_NEW, STRANGE * len(own)) or _crowd(asked, similar):
            return None
        if placed.by_frame[old].any():
            _by_frame(placed, own, fit, len(old))
        else:
            _by_vote(placed, own, similar, old[found])
        _flag(placed, own, fit.fits[len(old) :])
    for row in np.flatnonzero(ground.new & (lead != np.arange(len(lead)))):
        _copy(placed, int(row), int(lead[row]))
    return placed


def _nearest(asked: Vectors, seen: Vectors, k: int) -> tuple[Vectors, NDArray[np.int64]]:
    """Return the cosines and rows ``[len(asked), k]`` of the nearest seen, the nearest first, block by block."""
    block = max(1, _AT_ONCE // len(seen))
    similar, found = [], []
    for start in range(0, len(asked), block):
        near = asked[start : start + block] @ seen.T
        some = np.argpartition(-near, k - 1, axis=1)[:, :k]
        cosine = np.take_along_axis(near, some, 1)
        order = np.argsort(-cosine, axis=1, kind="stable")
        similar.append(np.take_along_axis(cosine, order, 1))
        found.append(np.take_along_axis(some, order, 1))
    return np.concatenate(similar), np.concatenate(found)


def _crowd(asked: Vectors, similar: Vectors) -> bool:
    """Tell whether some new ideas keep to themselves: enough of them, linked, whose five nearest are mostly new ones too.

    `similar` are the cosines of each one's nearest old ideas. So a new matter shows however near its themes are.
    """
    n = len(asked)
    if n < frame.MIN_NEW:
        return False
    near, who = _nearest(asked, asked, min(frame.MIN_NEW + 1, n))
    near = np.where(who == np.arange(n)[:, None], -np.inf, near)
    both = np.hstack([similar[:, : frame.MIN_NEW], near])
    nearest = np.argsort(-both, axis=1, kind="stable")[:, : frame.MIN_NEW] - min(frame.MIN_NEW, similar.shape[1])
    apart = (nearest >= 0).sum(axis=1) >= _MOSTLY_NEW
    rows, column = np.nonzero((nearest >= 0) & apart[:, None])
    others = who[rows, nearest[rows, column]]
    linked = apart[others]
    graph = sparse.coo_matrix((np.ones(int(linked.sum())), (rows[linked], others[linked])), shape=(n, n))
    _, group = connected_components(graph, directed=False)
    return int(np.bincount(group[apart], minlength=1).max()) >= frame.MIN_NEW


def _by_frame(placed: Placed, own: NDArray[np.int64], fit: frame.Fit, first: int) -> None:
    """Put new ideas into the nearest theme by its middle, as a full run beside adopted themes does."""
    for number, row in enumerate(own.tolist(), start=first):
        placed.engine_ids[row], placed.sub_ids[row] = fit.nearest[number], ""
        placed.runner_up[row] = fit.runner_up[number]
    placed.strength[own], placed.margin[own] = fit.strength[first:], fit.margin[first:]
    placed.by_frame[own] = True


def _by_vote(placed: Placed, own: NDArray[np.int64], similar: Vectors, neighbours: NDArray[np.int64]) -> None:
    """Put new ideas where most of their ties to the nearest old ideas lead, subthemes among those of the theme."""
    weight = np.maximum(similar.astype(np.float64), 1e-6) ** 2
    for row, who, ties in zip(own.tolist(), neighbours.tolist(), weight, strict=True):
        (theme, share), (second, next_share) = _most([placed.engine_ids[other] for other in who], ties)
        inside = [n for n, other in enumerate(who) if placed.engine_ids[other] == theme]
        sub = _most([placed.sub_ids[who[n]] for n in inside], ties[inside])[0][0]
        placed.engine_ids[row], placed.sub_ids[row], placed.runner_up[row] = theme, sub, second
        placed.strength[row], placed.margin[row], placed.by_frame[row] = share, share - next_share, False


def _most(names: Sequence[str], ties: NDArray[np.float64]) -> tuple[tuple[str, float], tuple[str, float]]:
    """Return the name with the largest share of ties, and the next one; the same one with nothing where there is no other."""
    shares = dict.fromkeys(sorted(set(names)), 0.0)
    for name, tie in zip(names, ties / ties.sum(), strict=True):
        shares[name] += float(tie)
    first, *rest = sorted(shares.items(), key=lambda item: (-round(item[1], 9), item[0]))
    return (first[0], min(first[1], 1.0)), rest[0] if rest else (first[0], 0.0)


def _flag(placed: Placed, own: NDArray[np.int64], fits: NDArray[np.bool_]) -> None:
    """Flag new ideas that fit nowhere, as far as no more than 8 % of them are unclear: the weakest first."""
    framed = placed.by_frame[own]
    weak = np.where(framed, ~fits, placed.strength[own] < _CLEAR)
    allowed = own[np.argsort(placed.margin[own], kind="stable")]
    most = len(own) if framed.any() else int(_UNCLEAR_SHARE * len(own))
    placed.unclear[own] = weak & np.isin(own, allowed[:most])


def _copy(placed: Placed, row: int, lead: int) -> None:
    """Put an idea where the one that stands for it is."""
    for values in (placed.engine_ids, placed.sub_ids, placed.runner_up):
        values[row] = values[lead]
    for numbers in (placed.strength, placed.margin, placed.unclear, placed.by_frame):
        numbers[row] = numbers[lead]
