"""Quotes that stand for a theme: its middle, its spread over channels and roles, and another view where there is one."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.model import ContributionId, IdeaId, Quote

MEDOID, SPREAD, DISSENT, PINNED = "medoid", "spread", "dissent", "pinned"
_AT_MOST = 6
_LENGTH = (40, 320)
_AGAINST = re.compile(
    r"\b(disagree|i don'?t (think|agree|see|want)|(do|does) ?n[o']t need|no need|against|oppose\w*|waste of|stop (wasting|spending)|"
    r"leave .{1,30} alone|is fine|are fine|works fine|unlike|actually (like|love)|enough with|not everyone|no estoy de acuerdo)\b",
    re.IGNORECASE,
)


def choose(candidates: pd.DataFrame, vectors: NDArray[np.float32]) -> tuple[Quote, ...]:
    """Return 3-6 quotes of one theme, fewer where there are not as many people.

    `candidates` has ``idea_id, contribution_id, text, channel, role, participant_key, strength, quotable, pinned`` (one row
    per idea of the theme); `vectors` has one unit row for each. One quote per participant; only `quotable` rows are used,
    those that people pinned before all others.
    """
    if not len(candidates):
        return ()
    said = [str(text) for text in candidates["text"]]
    centroid = vectors.mean(axis=0)
    centroid /= max(float(np.linalg.norm(centroid)), 1e-12)
    central = vectors @ centroid
    length = candidates["text"].str.len().to_numpy()
    fits = candidates["quotable"].to_numpy(dtype=bool) & (length >= _LENGTH[0]) & (length <= _LENGTH[1])
    if fits.sum() < 3:
        fits = candidates["quotable"].to_numpy(dtype=bool)
    value = 0.6 * central + 0.4 * candidates["strength"].to_numpy()
    order = [i for i in np.lexsort((candidates["idea_id"].to_numpy(), -value)) if fits[i]]
    if not order:
        return ()
    picked = [order[0]]
    why = {order[0]: MEDOID}
    pinned = [i for i in order if candidates["pinned"].iat[i]]
    if pinned:
        picked, why = [pinned[0]], {pinned[0]: PINNED}
    for i in pinned[1:_AT_MOST]:
        _take(i, PINNED, candidates, picked, why)
    _take(order[0], MEDOID, candidates, picked, why)
    against = [i for i in order[1:] if _AGAINST.search(said[i].replace("’", "'"))]
    opposed = not _AGAINST.search(said[order[0]].replace("’", "'"))
    if opposed and against:
        _take(against[0], DISSENT, candidates, picked, why)
    while len(picked) < _AT_MOST:
        rest = [i for i in order[: max(30, len(order) // 2)] if _may_join(i, candidates, picked)]
        if not rest:
            break
        channels = set(candidates["channel"].iloc[picked])
        roles = set(candidates["role"].iloc[picked])
        gain = [
            value[i]
            + 0.25 * (candidates["channel"].iat[i] not in channels)
            + 0.15 * (candidates["role"].iat[i] not in roles)
            - 0.5 * float((vectors[picked] @ vectors[i]).max())
            for i in rest
        ]
        _take(rest[int(np.argmax(gain))], SPREAD, candidates, picked, why)
    return tuple(
        Quote(
            idea_id=IdeaId(str(candidates["idea_id"].iat[i])),
            contribution_id=ContributionId(str(candidates["contribution_id"].iat[i])),
            text=said[i],
            channel=str(candidates["channel"].iat[i]),
            role=str(candidates["role"].iat[i]),
            why=why[i],
        )
        for i in sorted(picked, key=lambda i: (why[i] != PINNED, why[i] != MEDOID, why[i] == DISSENT, picked.index(i)))
    )


def _may_join(index: int, candidates: pd.DataFrame, picked: list[int]) -> bool:
    """Tell whether a candidate's participant has no quote yet."""
    return candidates["participant_key"].iat[index] not in set(candidates["participant_key"].iloc[picked])


def _take(index: int, reason: str, candidates: pd.DataFrame, picked: list[int], why: dict[int, str]) -> None:
    """Add a candidate if its participant has no quote yet."""
    if _may_join(index, candidates, picked):
        picked.append(index)
        why[index] = reason
