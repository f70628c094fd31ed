"""Tallies of rankings: Borda's points, approval, and pairs (Condorcet). Each shows ties as ties; none breaks them.

What a member did not rank stands, tied, below what the member ranked. The pairwise order is that of Smith's sets: first the
smallest set whose every member beats every theme outside of it, then the same among the rest. A theme that beats all
others in pairs is a set of its own; a cycle (A beats B beats C beats A) is one set, shown as a tie. Ranked pairs and other methods
that cut cycles open were not taken: they turn a tie into an order that nobody voted for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from synthesis.committee.ballots import Ranking, places


@dataclass(frozen=True)
class Tally:
    """An order of themes, best first: `tiers` holds themes that are tied together, by id; `scores` what each got."""

    method: str
    ballots: int
    tiers: tuple[tuple[str, ...], ...]
    scores: Mapping[str, float]

    def place(self, theme: str) -> int:
        """Return a theme's place; tied themes share the first of their places."""
        before = 0
        for tier in self.tiers:
            if theme in tier:
                return before + 1
            before += len(tier)
        raise KeyError(theme)

    @property
    def winners(self) -> tuple[str, ...]:
        """Return who comes first: more than one where they are tied."""
        return self.tiers[0] if self.tiers else ()


def borda(rankings: Sequence[Ranking], themes: Iterable[str]) -> Tally:
    """Return the order by Borda's points: for each ballot the number of themes placed lower, half of those tied with it."""
    order = sorted(themes)
    table = places(rankings, order)
    points = (len(order) - table).sum(axis=0) if len(table) else pd.Series(0.0, index=order)
    return _by_score("borda", len(table), {theme: float(points[theme]) for theme in order})


def approved(ranking: Ranking, first: int) -> frozenset[str]:
    """Return the first themes of a ranking, as what the member approves of."""
    return frozenset(ranking.order[:first])


def approval(approvals: Mapping[str, frozenset[str]], themes: Iterable[str]) -> Tally:
    """Return the order by the number of members who approve. `approvals` is member → the themes approved of."""
    scores = {theme: float(sum(theme in own for own in approvals.values())) for theme in sorted(themes)}
    return _by_score("approval", len(approvals), scores)


def pairs(rankings: Sequence[Ranking], themes: Iterable[str]) -> pd.DataFrame:
    """Return how many members place the row's theme above the column's; themes sorted by id, 0 on the diagonal."""
    order = sorted(themes)
    table = places(rankings, order).to_numpy()
    above = (table[:, :, None] < table[:, None, :]).sum(axis=0)
    return pd.DataFrame(above.astype(int), index=order, columns=order)


def pairwise(rankings: Sequence[Ranking], themes: Iterable[str]) -> Tally:
    """Return the order by pairs: Smith's sets, one after the other. The score is the number of themes beaten."""
    table = pairs(rankings, themes)
    order = list(table.index)
    won = table.to_numpy() > table.to_numpy().T
    left = list(range(len(order)))
    tiers = []
    while left:
        first = _smith(won, left)
        tiers.append(tuple(order[i] for i in sorted(first)))
        left = [i for i in left if i not in first]
    scores = {theme: float(won[i].sum()) for i, theme in enumerate(order)}
    return Tally("pairwise", len(rankings), tuple(tiers), scores)


def condorcet_winner(rankings: Sequence[Ranking], themes: Iterable[str]) -> str | None:
    """Return the theme that beats every other in pairs, or None where there is none."""
    table = pairs(rankings, themes).to_numpy()
    order = sorted(themes)
    beaten = (table > table.T).sum(axis=1)
    return next((theme for theme, n in zip(order, beaten, strict=True) if n == len(order) - 1), None)


def _smith(won: npt.NDArray[np.bool_], among: Sequence[int]) -> frozenset[int]:
    """Return Smith's set: the smallest of which each beats all of the others. Grown from the one with most wins.

    Whoever is not beaten by one of the set belongs to it.
    """
    inside = {max(among, key=lambda i: (won[i, list(among)].sum(), -won[list(among), i].sum(), -i))}
    while True:
        more = {i for i in among if i not in inside and not all(won[j, i] for j in inside)}
        if not more:
            return frozenset(inside)
        inside |= more


def _by_score(method: str, ballots: int, scores: Mapping[str, float]) -> Tally:
    """Return the tiers of equal scores, highest first."""
    levels = sorted({round(score, 9) for score in scores.values()}, reverse=True)
    tiers = tuple(tuple(sorted(t for t, s in scores.items() if round(s, 9) == level)) for level in levels)
    return Tally(method, ballots, tiers, scores)
