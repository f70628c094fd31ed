"""Which candidates for a name are taken: one after another for the texts that they newly cover, no two with a word in common.

This is maximal marginal coverage, in the manner of maximal marginal relevance (Carbonell & Goldstein 1998).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from synthesis.themes.names import related

_HOW_MANY = 6
_COVERED_TOO = 0.3
_STILL_NEW = 0.3
_SHORT = 2


def pick(
    forms: Sequence[str],
    score: NDArray[np.float64],
    holds: sparse.csc_matrix,
    *,
    surface: Mapping[str, str],
    taken: Collection[str] = (),
    beside: tuple[float, float] = (0.0, 0.0),
) -> list[str]:
    """Return at most six of the forms, the best first, without words of `taken`.

    `holds` is texts x forms, 1 where a text has one; `surface` tells how people write a form. A form is worth its score, three tenths of it for texts that are covered already.
    Another one stands beside the first only while it is worth so much of what that one was: `beside` is the share where the first is a
    phrase, and where it is a word.
    """
    waiting = np.ones(len(forms), dtype=bool)
    uncovered = np.ones(holds.shape[0])
    held = np.maximum(np.asarray(holds.sum(axis=0)).ravel(), 1)
    blocked = set(taken)
    chosen: list[str] = []
    least = -np.inf
    while waiting.any() and len(chosen) < _HOW_MANY:
        gains = np.where(waiting, score * (_COVERED_TOO + holds.T @ uncovered / held), -np.inf)
        best = int(gains.argmax())
        if gains[best] < least:
            break
        waiting[best] = False
        words = words_of(forms[best], surface)
        if any(related(word, other) for word in words for other in blocked):
            continue
        if not chosen:
            least = float(gains[best]) * beside[" " not in forms[best]]
        chosen.append(forms[best])
        blocked |= words
        uncovered *= 1.0 - (1.0 - _STILL_NEW) * holds[:, [best]].toarray().ravel()
    return chosen


def words_of(form: str, surface: Mapping[str, str]) -> set[str]:
    """Return the words of a phrase that must not come twice, as lemmas and as people write them: a reader sees only the latter."""
    return {word for word in f"{form} {surface.get(form, form).lower()}".split() if len(word) > _SHORT}
