"""For and against: the stance of every idea, from what text and themes know of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.text import stance as words
from synthesis.themes import Model, stance
from synthesis.themes.embed import embed


def stances(
    ideas: pd.DataFrame,
    vectors: NDArray[np.float32],
    themes: Sequence[str],
    *,
    model: Model | None = None,
    cache: Path | None = None,
    signs: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the `Stances` frame of ideas. Parameters are those of `evidence`; `themes` says where each idea is placed."""
    told, leaning = evidence(ideas, vectors, model=model, cache=cache, signs=signs)
    return stance.settle(told, vectors, leaning, themes)


def evidence(
    ideas: pd.DataFrame,
    vectors: NDArray[np.float32],
    *,
    model: Model | None = None,
    cache: Path | None = None,
    signs: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, stance.Leanings]:
    """Return what tells on which side each idea stands, as `themes.stance.settle` reads it.

    `ideas` has ``idea_id, text, prompt_text, valence, participant_key, campaign_id``; `vectors` are of their words alone. A campaign is
    one voice where sides are weighed against each other. `signs` are those of the ideas (`text.stance.signs`) where they are known already.
    """
    known = words.arguments()
    texts = [argument.text for argument in known]
    leaning = stance.leanings(
        vectors, embed(texts, model=model, cache=cache), texts, [argument.side for argument in known]
    )
    prompts = ideas["prompt_text"].tolist()
    told = words.signs(ideas["text"].tolist(), prompts) if signs is None else signs
    campaign = ideas["campaign_id"]
    told = told.assign(
        idea_id=ideas["idea_id"].to_numpy(),
        valence=ideas["valence"].to_numpy(),
        who=ideas["participant_key"].mask(campaign.ne(""), "k:" + campaign).to_numpy(),
        axis=stance.axes(prompts, told["toward"].to_numpy(), leaning.lean),
    )
    return told, leaning
