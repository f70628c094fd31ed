"""The private first ranking: before anybody sees the data's order or another member's, each member makes an own one.

A ballot is open, then sealed, then revealed. While it is open each member sees the own ranking only; the data's order and what
the others ranked come in sight when it is revealed, and then as a map of disagreement without names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from synthesis.errors import BallotClosed, NotAllowed, RuleError
from synthesis.procedure import NOTHING, Actor, ActorKind, Machine, Row

FloatArray = npt.NDArray[np.float64]

_CHAIR, _MEMBER, _SECRETARY = ActorKind.COMMITTEE_CHAIR, ActorKind.COMMITTEE_MEMBER, ActorKind.SECRETARY
BALLOT = Machine(
    "ballot",
    ("open", "sealed", "revealed"),
    (
        Row(NOTHING, "open", "open", frozenset({_CHAIR, _SECRETARY})),
        Row("open", "cast", "open", frozenset({_CHAIR, _MEMBER})),
        Row("open", "seal", "sealed", frozenset({_CHAIR, _SECRETARY})),
        Row("sealed", "reveal", "revealed", frozenset({_CHAIR, _SECRETARY})),
    ),
    {
        "open": "Chair or secretary open the ballot, before the data's order is shown.",
        "cast": "A member ranks, as many themes as wished, and may change it until the ballot is sealed.",
        "seal": "Chair or secretary seal it, once three have ranked: no ranking is added or changed from then on.",
        "reveal": "Chair or secretary reveal the map of disagreement and the data's order beside it.",
    },
)

FEWEST = 3
"""So many must have ranked before anything is revealed: of two rankings each member can tell the other's from what is shown."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """One member's own order of themes, first is most pressing. It may be short: what is not in it is tied at its end."""

    member: str
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a member of the committee may see of a ballot."""

    own: bool
    data_order: bool
    others: bool


def sight(state: str, cast: int = FEWEST) -> Sight:
    """Return what is in sight of members in a ballot's state, when so many have ranked."""
    revealed = state == "revealed"
    return Sight(own=state in BALLOT.states, data_order=revealed, others=revealed and cast >= FEWEST)


def check_enough(cast: int) -> None:
    """Raise RuleError where so few have ranked that what is revealed would show a single member's ranking."""
    if not cast:
        raise RuleError("Nobody has ranked yet.", do="Wait until a ranking is cast.")
    if cast < FEWEST:
        raise RuleError(
            f"{cast} of the committee have ranked; of fewer than {FEWEST} the map would show single rankings.",
            expected=f"{FEWEST} rankings",
            do="Wait until more members have ranked.",
        )


def cast(
    state: str, ranking: Ranking, themes: Iterable[str], actor: Actor, cast_before: Iterable[Ranking] = ()
) -> tuple[Ranking, ...]:
    """Return the rankings with one more, in place of an earlier one by the same member; sorted by member.

    `actor.person` is the id of the member. Raises BallotClosed once sealed, NotAllowed for a ranking of somebody else,
    RuleError for a ranking that cannot be counted.
    """
    if state in ("sealed", "revealed"):
        raise BallotClosed(f"The ballot is {state}.", do="Ask the chair for a new ballot; this one stays as it is.")
    BALLOT.advance(state, "cast", actor)
    if actor.person != ranking.member:
        raise NotAllowed("A ranking is made by the member alone.", expected=f"the member {ranking.member}")
    check_ranking(ranking, themes)
    others = [other for other in cast_before if other.member != ranking.member]
    return tuple(sorted([*others, ranking], key=lambda r: r.member))


def check_ranking(ranking: Ranking, themes: Iterable[str]) -> None:
    """Raise RuleError for a ranking that is empty, names a theme twice, or names none of the ballot's."""
    known = frozenset(themes)
    if not ranking.order:
        raise RuleError("The ranking is empty.", do="Rank one theme at least.")
    if len(set(ranking.order)) < len(ranking.order):
        raise RuleError("The ranking names a theme twice.", do="Keep its higher place.")
    unknown = sorted(set(ranking.order) - known)
    if unknown:
        raise RuleError(f"The ranking names what is not on the ballot: {', '.join(unknown)}.")


def paper_order(ballot_id: str, member: str, themes: Iterable[str]) -> tuple[str, ...]:
    """Return the order in which a member's paper lists the themes: another for each member, the same each time.

    So that no theme gains from standing first on everybody's paper, and the data's order does not show through.
    """
    return tuple(sorted(themes, key=lambda theme: sha256(f"{ballot_id}|{member}|{theme}".encode()).hexdigest()))


def places(rankings: Sequence[Ranking], themes: Sequence[str]) -> pd.DataFrame:
    """Return the place that each member gives each theme: a row per member, a column per theme, 1 is first.

    Themes that a member did not rank share the places left, each at their middle.
    """
    n = len(themes)
    rows = {}
    for ranking in rankings:
        left = (len(ranking.order) + 1 + n) / 2
        given = {theme: float(place) for place, theme in enumerate(ranking.order, 1)}
        rows[ranking.member] = [given.get(theme, left) for theme in themes]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(themes), dtype=float)
    return frame.sort_index()


def disagreement(rankings: Sequence[Ranking], data_order: Sequence[str]) -> pd.DataFrame:
    """Return the map of disagreement, a row per theme in the data's order; no member is named.

    Columns: ``theme_id, data_rank, ranked_by`` (members who ranked it), ``median, low, high`` (quartiles of its places),
    ``spread`` (mean difference of the places that two members give it; Gini's), ``from_data`` (median less the data's
    place: below zero, members put it higher), ``members_differ`` and ``data_differs`` (1 where that is greatest; equal
    values share a place).
    """
    table = places(rankings, data_order)
    if table.empty:
        raise RuleError("Nobody has ranked yet.", do="Wait until a ranking is cast.")
    quartiles = np.quantile(table.to_numpy(), [0.25, 0.5, 0.75], axis=0)
    frame = pd.DataFrame(
        {
            "theme_id": list(data_order),
            "data_rank": range(1, len(data_order) + 1),
            "ranked_by": [sum(theme in r.order for r in rankings) for theme in data_order],
            "median": quartiles[1],
            "low": quartiles[0],
            "high": quartiles[2],
            "spread": [_mean_difference(table[theme].to_numpy()) for theme in data_order],
        }
    )
    frame["from_data"] = frame["median"] - frame["data_rank"]
    frame["members_differ"] = frame["spread"].round(9).rank(method="min", ascending=False).astype(int)
    frame["data_differs"] = frame["from_data"].abs().round(9).rank(method="min", ascending=False).astype(int)
    return frame


def _mean_difference(values: FloatArray) -> float:
    """Return the mean absolute difference of two different members' places; 0 for one member."""
    pairs = [abs(a - b) for a, b in combinations(values.tolist(), 2)]
    return float(sum(pairs) / len(pairs)) if pairs else 0.0


def concordance(rankings: Sequence[Ranking], themes: Sequence[str]) -> float:
    """Return Kendall's W, corrected for ties: 1 where all rank alike, about 0 where rankings have nothing in common.

    Of one member or one theme it is 1.
    """
    table = places(rankings, themes).to_numpy()
    members, n = table.shape
    if members < 2 or n < 2:
        return 1.0
    sums = table.sum(axis=0)
    ties = sum(float((counts**3 - counts).sum()) for counts in (np.unique(row, return_counts=True)[1] for row in table))
    most = members**2 * (n**3 - n) - members * ties
    return float(12 * ((sums - sums.mean()) ** 2).sum() / most) if most else 0.0


def reading(frame: pd.DataFrame, names: dict[str, str], first: int = 3) -> tuple[str, ...]:
    """Return what the map of `disagreement` says, in sentences: where members differ most, and where from the data."""
    found = []
    for row in frame.sort_values(["members_differ", "data_rank"]).head(first).to_dict("records"):
        if row["spread"] > 0:
            half = f"half of them put it between {_place(row['low'])} and {_place(row['high'])}"
            found.append(f"Members differ on “{names[row['theme_id']]}”: {half}.")
    for row in frame.sort_values(["data_differs", "data_rank"]).head(first).to_dict("records"):
        if row["from_data"]:
            side = "higher" if row["from_data"] < 0 else "lower"
            against = f"{_place(row['median'])} against {row['data_rank']}"
            found.append(f"Members put “{names[row['theme_id']]}” {side} than the data does: {against}.")
    return tuple(found)


def _place(value: float) -> str:
    """Return a place without needless decimals."""
    return f"{value:.1f}".removesuffix(".0")
