"""The crosswalk: which best practices speak to which theme.

A chunk of research speaks to a theme where both point the same way from the middle of all that people said. That middle is
taken away first: else everything about schools is a little like everything else about schools.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.frames import Crosswalk
from synthesis.themes.vectors import unit

SPEAKS_TO = 0.45
"""Cosine from which a chunk speaks to a theme: on the sample every pair that fits lies above, nearly every other below .4
(`synthesis bench sample`)."""
_FEWEST_WORDS = 8

Vectors = NDArray[np.float32]


def readable(research: pd.DataFrame) -> tuple[list[str], NDArray[np.bool_]]:
    """Return the text of each chunk with its document's title and its heading, and which chunks say anything of their own."""
    titles = research["document"].where(~research["document"].str.fullmatch(r".*\.\w{2,4}"), "")
    headings = research["anchor"].str.split(" > ").str[-1].where(~research["anchor"].str.startswith("page "), "")
    texts = [
        ". ".join(part for part in dict.fromkeys(parts) if part)
        for parts in zip(titles, headings, research["text"], strict=True)
    ]
    return texts, np.array([len(text.split()) >= _FEWEST_WORDS for text in research["text"]], dtype=bool)


def crosswalk(
    vectors: Vectors, themes: Sequence[str], chunks: Vectors, chunk_ids: Sequence[str], says: NDArray[np.bool_]
) -> pd.DataFrame:
    """Return the `Crosswalk` frame: pairs of theme and chunk that speak of the same, by theme, the nearest first.

    `vectors` ``float32[ideas, d]`` and `themes` (a theme id each) are of the ideas, `chunks` ``float32[chunks, d]`` of the research;
    chunks that do not say anything (`says`) are in no pair.
    """
    rows: list[tuple[str, str, float]] = []
    if len(vectors) and len(chunks):
        middle = vectors.mean(axis=0)
        of = np.asarray(themes)
        names = sorted(set(themes))
        centroids = unit(np.stack([vectors[of == name].mean(axis=0) for name in names]) - middle, np.float32)
        near = centroids @ unit(chunks - middle, np.float32).T
        rows = [
            (names[theme], chunk_ids[chunk], round(float(near[theme, chunk]), 4))
            for theme, chunk in np.argwhere((near >= SPEAKS_TO) & says)
        ]
    frame = pd.DataFrame(rows, columns=list(Crosswalk.to_schema().columns))
    frame = frame.sort_values(["theme_id", "similarity", "chunk_id"], ascending=[True, False, True], ignore_index=True)
    return Crosswalk.validate(frame)
