"""Quotes that stand for a theme: its middle, its spread over channels and roles, and those who object.

They are to mirror the theme. Of six quotes as many object as of the people who take a side (rounded), at least one where
anybody does, at most half; no known role has more of them than its share of the theme's people, rounded up. `fair` checks it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.model import ContributionId, IdeaId, Quote, Role, Stance

MEDOID, SPREAD, DISSENT, PINNED = "medoid", "spread", "dissent", "pinned"
_AT_MOST, _AT_LEAST = 6, 3
_LENGTH = (40, 320)
_CENTRAL, _FIRM, _TELLING = 1.0, 0.1, 0.2
"""What counts of a quote: how near the theme's middle it is, how firmly it belongs there, and whether it says where it stands."""
_NEW_CHANNEL, _NEW_ROLE, _ALIKE = 0.25, 0.15, 0.35
"""What a quote gains by a channel or role that has none yet, and loses by its likeness to those chosen."""
_POOL = (20, 0.33)
"""Quotes are chosen among so many, or so large a share, of the most central."""


def choose(candidates: pd.DataFrame, vectors: NDArray[np.float32]) -> tuple[Quote, ...]:
    """Return 3-6 quotes of one theme, fewer where there are not as many people.

    `candidates` has ``idea_id, contribution_id, text, language, channel, role, participant_key, strength, stance, certainty, quotable,
    pinned`` (one row per idea of the theme); `vectors` has one unit row for each. One quote per participant; only `quotable` rows are used,
    those that people pinned before all others.
    """
    chosen = _Chosen(candidates, vectors)
    order = chosen.order
    if not order:
        return ()
    for row in [row for row in order if candidates["pinned"].iat[row]][:_AT_MOST]:
        chosen.take(row, PINNED)
    chosen.take(_middle(order, candidates), MEDOID)
    objecting = [row for row in order if chosen.stance[row] == Stance.AGAINST]
    for _ in range(_objections(candidates, len(objecting)) - chosen.objecting()):
        chosen.take_best(objecting, DISSENT)
    others = [row for row in order[: max(_POOL[0], int(_POOL[1] * len(order)))] if chosen.stance[row] != Stance.AGAINST]
    while chosen.take_best(others, SPREAD):
        pass
    return chosen.quotes()


def _middle(order: list[int], candidates: pd.DataFrame) -> int:
    """Return the most central row of those who are for, in the language that most of the theme is in.

    What was said in another language is placed by single words (`text.glossary`), which say little of how central it is.
    """
    spoken = candidates["language"].value_counts()
    most = min(spoken.index, key=lambda code: (-spoken[code], code))
    stance, language = candidates["stance"].to_numpy(), candidates["language"].to_numpy()
    wanted = (
        lambda row: stance[row] == Stance.FOR and language[row] == most,
        lambda row: stance[row] == Stance.FOR,
        lambda row: stance[row] != Stance.AGAINST,
        lambda row: True,
    )
    return next(row for fits in wanted for row in order if fits(row))


def fair(quotes: Sequence[Quote], candidates: pd.DataFrame) -> bool:
    """Tell whether quotes mirror their theme: objections within one of their share, no role above its share rounded up."""
    row_of = {str(idea): row for row, idea in enumerate(candidates["idea_id"])}
    rows = [row_of[quote.idea_id] for quote in quotes]
    stance, role = candidates["stance"].to_numpy(), candidates["role"].to_numpy()
    objecting = sum(stance[row] == Stance.AGAINST for row in rows)
    could = int((candidates["stance"].eq(Stance.AGAINST) & candidates["quotable"]).sum())
    room = _room(candidates)
    roles = Counter(role[row] for row in rows if role[row] in room)
    return abs(objecting - _objections(candidates, could)) <= 1 and all(
        times <= room[name] for name, times in roles.items()
    )


def _objections(candidates: pd.DataFrame, could: int) -> int:
    """Return how many of the quotes should object, of those that could."""
    people = {stance: rows["participant_key"].nunique() for stance, rows in candidates.groupby("stance")}
    against, taking = people.get(Stance.AGAINST, 0), people.get(Stance.AGAINST, 0) + people.get(Stance.FOR, 0)
    wanted = min(max(1, round(_AT_MOST * against / taking)), _AT_MOST // 2) if against else 0
    return min(wanted, could)


def _room(candidates: pd.DataFrame) -> dict[str, int]:
    """Return how many quotes each known role may have."""
    known = candidates[candidates["role"].ne(Role.UNKNOWN)]
    people = known.groupby("role")["participant_key"].nunique()
    return {str(role): ceil(_AT_MOST * n / int(people.sum())) for role, n in people.items()}


class _Chosen:
    """The quotes of a theme while they are chosen."""

    def __init__(self, candidates: pd.DataFrame, vectors: NDArray[np.float32]) -> None:
        self.stance = candidates["stance"].to_numpy()
        self.order: list[int] = []
        self._candidates = candidates
        self._vectors = vectors
        self._why: dict[int, str] = {}
        self._who = candidates["participant_key"].to_numpy()
        self._channel, self._role = candidates["channel"].to_numpy(), candidates["role"].to_numpy()
        self._room = _room(candidates)
        if not len(candidates):
            return
        centroid = vectors.mean(axis=0)
        centroid /= max(float(np.linalg.norm(centroid)), 1e-12)
        central, firm = vectors @ centroid, candidates["strength"].to_numpy()
        self._value = np.round(_CENTRAL * central + _FIRM * firm + _TELLING * candidates["certainty"].to_numpy(), 6)
        length = candidates["text"].str.len().to_numpy()
        quotable = candidates["quotable"].to_numpy(dtype=bool)
        fits = quotable & (length >= _LENGTH[0]) & (length <= _LENGTH[1])
        fits = fits if fits.sum() >= _AT_LEAST else quotable
        ranked = np.lexsort((candidates["idea_id"].to_numpy(), -self._value))
        self.order = [int(row) for row in ranked if fits[row]]

    def objecting(self) -> int:
        """Return how many of those chosen object."""
        return sum(self.stance[row] == Stance.AGAINST for row in self._why)

    def take(self, row: int, why: str) -> bool:
        """Add a row if there is room and its participant has no quote yet. Returns whether it was added."""
        if len(self._why) >= _AT_MOST or self._who[row] in {self._who[other] for other in self._why}:
            return False
        self._why[row] = why
        return True

    def take_best(self, rows: list[int], why: str) -> bool:
        """Add the row that gains most: central, of a channel and role without a quote, unlike those chosen."""
        picked = list(self._why)
        people = {self._who[row] for row in picked}
        rest = [row for row in rows if self._who[row] not in people]
        roomy = [row for row in rest if self._has_room(row)]
        rest = roomy or (rest if len(picked) < _AT_LEAST else [])
        if not rest or len(picked) >= _AT_MOST:
            return False
        gain = [self._gain(row, picked) for row in rest]
        return self.take(rest[int(np.argmax(gain))], why)

    def quotes(self) -> tuple[Quote, ...]:
        """Return the quotes: pinned ones first, then the middle, objections last."""
        place = {row: number for number, row in enumerate(self._why)}
        rank = {PINNED: 0, MEDOID: 1, SPREAD: 2, DISSENT: 3}
        said = self._candidates
        return tuple(
            Quote(
                idea_id=IdeaId(str(said["idea_id"].iat[row])),
                contribution_id=ContributionId(str(said["contribution_id"].iat[row])),
                text=str(said["text"].iat[row]),
                channel=str(said["channel"].iat[row]),
                role=str(said["role"].iat[row]),
                why=why,
            )
            for row, why in sorted(self._why.items(), key=lambda item: (rank[item[1]], place[item[0]]))
        )

    def _has_room(self, row: int) -> bool:
        """Tell whether a row's role may have another quote."""
        role = self._role[row]
        return role not in self._room or sum(self._role[other] == role for other in self._why) < self._room[role]

    def _gain(self, row: int, picked: list[int]) -> float:
        """Return what a row would add to those picked."""
        likest = float((self._vectors[picked] @ self._vectors[row]).max()) if picked else 0.0
        return round(
            float(self._value[row])
            + _NEW_CHANNEL * (self._channel[row] not in self._channel[picked])
            + _NEW_ROLE * (self._role[row] not in self._role[picked])
            - _ALIKE * likest,
            6,
        )
