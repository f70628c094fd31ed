"""For or against: on which side of its theme an idea stands, how surely, and what told it.

What a stance is towards. In most themes people ask for something, or complain that it is missing; others object. "For" is the
side that more people of the theme take, "against" is the other; where a prompt proposes something, agreeing with it and with
the theme's first side are one where the written arguments say so. "Unknown" is what tells nothing: nobody is counted on a side
by silence.

How it is told. Cues in the words, the valence of the prompt, the likeness to written arguments, and what a prompt proposes are
added up as log-odds; then neighbours within the theme are heard (a simultaneous autoregressive smoothing, Whittle 1954): people
who argue alike stand alike. An idea is called only where the chance of the side is high. The weights are those of a multinomial
logistic regression on the sample's planted stances, rounded; `synthesis bench stance` measures what comes of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from synthesis.frames import Stances
from synthesis.model import Stance, Valence
from synthesis.themes.neighbours import nearest
from synthesis.themes.vectors import centred, unit

Vectors = NDArray[np.float32]
Floats = NDArray[np.float64]

WEIGHTS: Final[Mapping[str, tuple[float, float]]] = {
    "always": (2.4, -0.2),
    "objects": (-1.3, 2.5),
    "doubts": (-0.4, 1.7),
    "asks": (0.4, 0.7),
    "praises": (-1.9, -1.4),
    "divided": (-2.4, -1.2),
    "negative": (1.0, 0.8),
    "positive": (-5.8, -2.2),
    "leaning": (1.1, -2.7),
}
"""Log-odds for the first and the second side, against neither, that each sign adds (`synthesis bench stance` fits them again)."""
_TOWARD = 4.0
"""The same, for and against what a prompt proposes, where a text tells it outright."""
_SHARPNESS, _NEAR, _LIKE = 0.1, 0.45, 0.35
"""How fast arguments that are less like an idea count less; the cosine from which leanings count in full; and that of one that is named."""
_NEIGHBOURS = 10
_HEARD, _HEARD_OF_PROPOSAL = 0.3, 0.8
"""How far neighbours are heard. Where all argue for or against one proposal, neighbours mostly give the same argument."""
_SURE = 0.7
_LEANS = 0.25
"""The chance from which a side is called, and a leaning that tells a side by itself."""
_FEWEST = 4
_ENOUGH_ANSWERS, _OPPOSITE = 10, -0.2
"""From so many answers that take a side, and so clear a correlation, agreeing with a proposal is known to be the second side."""


@dataclass(frozen=True, slots=True)
class Leanings:
    """How far each idea leans to the first (positive) or second side of the written arguments, and the argument it is most like.

    `argument` is empty where none is near enough.
    """

    lean: Floats
    argument: NDArray[np.object_]


def leanings(vectors: Vectors, arguments: Vectors, texts: Sequence[str], sides: Sequence[int]) -> Leanings:
    """Return the leanings of ideas ``float32[n, d]`` among arguments ``float32[m, d]`` whose side is 1 or -1.

    A leaning is the difference of the log-sum of exponentiated cosines with either side's arguments, after the mean of all
    is taken away; it counts in full only where an argument is near.
    """
    middle = (vectors.mean(axis=0, dtype=np.float64) * len(vectors) + arguments.sum(axis=0, dtype=np.float64)) / (
        len(vectors) + len(arguments)
    )
    said = unit(arguments - middle)
    one = np.asarray(sides) > 0
    lean, near = np.empty(len(vectors)), np.empty(len(vectors))
    nearest = np.empty(len(vectors), dtype=np.int64)
    for start in range(0, len(vectors), 4096):
        part = slice(start, start + 4096)
        cosine = np.round(unit(vectors[part] - middle) @ said.T, 6)
        power = np.exp(cosine / _SHARPNESS)
        near[part], nearest[part] = cosine.max(axis=1), cosine.argmax(axis=1)
        lean[part] = np.log(power[:, one].sum(axis=1)) - np.log(power[:, ~one].sum(axis=1))
    argument = np.array(texts, dtype=object)[nearest]
    return Leanings(lean * np.clip(near / _NEAR, 0.0, 1.0), np.where(near >= _LIKE, argument, ""))


def axes(prompts: Sequence[str], toward: Floats, lean: Floats) -> NDArray[np.int64]:
    """Return 1 per idea where agreeing with what its prompt proposes is the first side of the written arguments, -1 where the second.

    Those who agree that the early bell be kept, say, argue as those do who object to a later one: their leanings tell. Without enough
    answers it is the first side, as most proposals are of what people ask for.
    """
    prompt = np.asarray(prompts, dtype=object)
    result = np.ones(len(prompt), dtype=np.int64)
    told = toward != 0
    for name in sorted(set(prompt[told])):
        rows = np.flatnonzero(told & (prompt == name))
        if len(rows) < _ENOUGH_ANSWERS or np.ptp(toward[rows]) == 0 or np.ptp(lean[rows]) == 0:
            continue
        if np.corrcoef(toward[rows], lean[rows])[0, 1] <= _OPPOSITE:
            result[prompt == name] = -1
    return result


def settle(
    ideas: pd.DataFrame,
    vectors: Vectors,
    leaning: Leanings,
    themes: Sequence[str],
    *,
    to_majority: bool = True,
    weights: Mapping[str, tuple[float, float]] = WEIGHTS,
) -> pd.DataFrame:
    """Return the `Stances` frame of ideas, in the order given; the same stances in any order of rows.

    `ideas` has ``idea_id, who, valence`` (`Valence`), the signs of `text.stance.signs`, and ``axis``: 1 where agreeing with what its
    prompt proposes is the first side, else -1. `vectors` are ``float32[n, d]``, `themes` the theme of each idea. Without
    `to_majority`, "for" is the first side of the arguments, or agreeing with the prompt, whoever takes it.
    """
    order = np.argsort(ideas["idea_id"].to_numpy(), kind="stable")
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    frame = ideas.iloc[order].reset_index(drop=True)
    lean = np.where(frame["bare"], 0.0, leaning.lean[order])  # the name of a matter is like all that is said of it
    one, other = _odds(frame, lean, weights)
    theme = np.asarray(themes)[order]
    heard = np.where(frame["proposed"], _HEARD_OF_PROPOSAL, _HEARD)
    shift = np.zeros(len(frame))
    for name in sorted(set(theme.tolist())):
        rows = np.flatnonzero(theme == name)
        if len(rows) > _FEWEST:
            shift[rows] = _heard(vectors[order[rows]], (one - other)[rows], heard[rows])
    chances = _chances(one + shift / 2, other - shift / 2)
    first, second = _reasons(frame, lean)
    side = _sides(frame, chances, first, second)
    because = np.select(
        [side == Stance.FOR, side == Stance.AGAINST, side == Stance.MIXED], [first, second, "words"], ""
    )
    if to_majority:
        _turn(side, theme, frame["who"].to_numpy())
    certainty = np.select([side == Stance.FOR, side == Stance.AGAINST], [chances.max(axis=1)] * 2, 0.0)
    result = pd.DataFrame(
        {
            "idea_id": frame["idea_id"],
            "stance": side,
            "certainty": np.round(certainty, 4),
            "because": because,
            "argument": np.where(frame["bare"], "", leaning.argument[order]),
        }
    )
    return Stances.validate(result.iloc[back].reset_index(drop=True))


def evidence(ideas: pd.DataFrame, lean: Floats) -> pd.DataFrame:
    """Return what is weighed of each idea: a column of numbers per entry of `WEIGHTS`. `ideas` are those that `settle` reads."""
    columns = {name: ideas[name].astype(float) for name in WEIGHTS if name in ideas}
    valences = {valence.value: ideas["valence"].eq(valence).astype(float) for valence in Valence}
    return pd.DataFrame(columns | valences | {"always": 1.0, "leaning": lean}, index=ideas.index)[list(WEIGHTS)]


def _odds(frame: pd.DataFrame, lean: Floats, weights: Mapping[str, tuple[float, float]]) -> tuple[Floats, Floats]:
    """Return the log-odds of the first and of the second side, against neither."""
    weighed = evidence(frame, lean).to_numpy() @ np.array([weights[name] for name in WEIGHTS])
    toward = _TOWARD * frame["toward"].to_numpy() * frame["axis"].to_numpy()
    proposed = frame["proposed"].to_numpy(dtype=bool)
    return np.where(proposed, toward, weighed[:, 0]), np.where(proposed, -toward, weighed[:, 1])


def _heard(vectors: Vectors, side: Floats, heard: Floats) -> Floats:
    """Return by how much the neighbours within a theme move each idea's log-odds of one side against the other."""
    cosine, found = nearest(centred(vectors), min(_NEIGHBOURS, len(vectors) - 1))
    weight = np.clip(np.round(cosine.astype(np.float64), 5), 0.0, None) ** 2
    n, k = found.shape
    graph = sparse.csr_matrix((weight.ravel(), (np.repeat(np.arange(n), k), found.ravel())), shape=(n, n))
    graph = graph + graph.T
    total = np.asarray(graph.sum(axis=1)).ravel()
    share = sparse.diags(np.where(total > 0, 1 / np.maximum(total, 1e-12), 0.0)) @ graph
    own = side - side.mean()
    spread = own
    for _ in range(50):  # .8 to the fiftieth power is 1e-5: further rounds would change nothing
        spread = own + heard * (share @ spread)
    return np.asarray(spread - own)


def _chances(one: Floats, other: Floats) -> Floats:
    """Return the chances ``[n, 3]`` of the first side, the second, and neither."""
    power = np.stack([one, other, np.zeros_like(one)], axis=1)
    power = np.exp(power - power.max(axis=1, keepdims=True))
    return np.asarray(power / power.sum(axis=1, keepdims=True))


def _reasons(frame: pd.DataFrame, lean: Floats) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Return what tells the first side of each idea, and what tells the second: nothing of its own is "neighbors"."""
    toward = frame["toward"] * frame["axis"]
    first = np.select(
        [
            toward > 0,
            lean >= _LEANS,
            ~frame["proposed"] & frame["valence"].eq("negative"),
            ~frame["proposed"] & frame["asks"],
        ],
        ["proposal", "argument", "prompt", "words"],
        "neighbors",
    )
    second = np.select(
        [toward < 0, ~frame["proposed"] & (frame["objects"] | frame["doubts"]), lean <= -_LEANS],
        ["proposal", "words", "argument"],
        "neighbors",
    )
    return first, second


def _sides(frame: pd.DataFrame, chances: Floats, first: NDArray[np.str_], second: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the stance of each idea, "for" meaning the first side.

    Taking both sides in words is mixed. Jests, and bare questions to an open prompt, stay unknown; so does what would be on a side
    only because others are, but for answers to a proposal.
    """
    silent = frame["mocks"] & ~frame["objects"]
    silent |= frame["asked"] & ~frame["objects"] & frame["valence"].ne("negative") & (first != "argument")
    one, other = (
        (chances[:, column] >= _SURE) & (frame["proposed"] | (told != "neighbors"))
        for column, told in enumerate((first, second))
    )
    return np.select(
        [frame["divided"], silent, other, one],
        [Stance.MIXED, Stance.UNKNOWN, Stance.AGAINST, Stance.FOR],
        Stance.UNKNOWN,
    )


def _turn(side: NDArray[np.str_], theme: NDArray[np.str_], who: NDArray[np.object_]) -> None:
    """Make "for" the side that more people take, in each theme; the first where both are even."""
    for name in set(theme.tolist()):
        rows = theme == name
        one, other = (rows & (side == stance) for stance in (Stance.FOR, Stance.AGAINST))
        if len(set(who[other])) > len(set(who[one])):
            side[one], side[other] = Stance.AGAINST, Stance.FOR
