"""What the engine reads of each idea: its text in English, the matters that it names, and the vector that places it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.actions.intake import Progress
from synthesis.actions.reuse import Reuse
from synthesis.model import Channel
from synthesis.text import glossary, matters
from synthesis.text import stance as sides
from synthesis.themes import Model, embed_ideas, words
from synthesis.themes.embed import embed, text_hash
from synthesis.themes.places import placeless

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Reader:
    """The ideas, each with its text in English, the words that the model reads and the matters it names; and the model."""

    ideas: pd.DataFrame
    texts: list[str]
    said: list[str]
    named: list[dict[str, float]]
    model: Model
    cache: Path
    progress: Progress

    def hashes(self) -> list[str]:
        """Return what tells whether an idea is read as it was before."""
        alone = self.ideas["duplicate_of"].eq("")  # a letter of a campaign that was broken up is to be placed anew
        return [
            text_hash(f"{text}\n{own}\n{its}")[:16]
            for text, own, its in zip(self.texts, self.said, alone.tolist(), strict=True)
        ]

    def glossed(self) -> list[bool]:
        """Return of which ideas the text is the glossary's words in a row."""
        ideas = self.ideas
        return [
            text not in (own, translation)
            for text, own, translation in zip(self.texts, ideas["text"], ideas["translation"], strict=True)
        ]

    def meaning(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts as they stand."""
        return embed(texts, model=self.model, cache=self.cache)

    def places(self) -> tuple[str, ...]:
        """Return the names that only say where."""
        self.progress("places", 0, 1)
        return tuple(placeless(self.said, self.meaning))

    def vectors(self, left_out: Sequence[str]) -> Vectors:
        """Return what places the ideas, read without these names."""
        self.progress("embed", 0, 1)
        return embed_ideas(
            self.said,
            hints=_hints(self.named, self.ideas),
            places=left_out,
            model=self.model,
            cache=self.cache,
            progress=lambda done, total: self.progress("embed", done, total),
        )


def read(ideas: pd.DataFrame, reuse: Reuse, model: Model, cache: Path, progress: Progress) -> Reader:
    """Return the reader of these ideas, each with its comment's columns."""
    texts = readable(ideas)
    said = ideas["text"].tolist() if model.multilingual else texts
    progress("matters", 0, 1)
    named = reuse.rows("matters", [(t,) for t in texts], lambda rows: matters.matters([texts[n] for n in rows]))
    return Reader(ideas, texts, said, list(named), model, cache, progress)


def readable(ideas: pd.DataFrame) -> list[str]:
    """Return the English in which the engine reads each idea.

    That is a translation where people imported one and the comment is one idea, else the glossary's words, else its own.
    """
    alone = ideas.groupby("contribution_id")["idea_id"].transform("size").eq(1)
    translated = alone & ideas["translation"].ne("")
    return [
        translation if use else glossary.gloss(text, code)
        for text, code, translation, use in zip(
            ideas["text"], ideas["language"], ideas["translation"], translated, strict=True
        )
    ]


def leaders(ideas: pd.DataFrame, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return per idea the row of the idea that stands for it in the search for themes: mostly itself.

    An idea of a near-duplicate or campaign letter is stood for by the nearest idea of the comment that it repeats, so that
    a letter sent forty times makes no theme and no name of its own. Where that comment has no idea it stands for itself.
    """
    lead = np.arange(len(ideas))
    rows_of = ideas.groupby("contribution_id").indices
    repeated = ideas["duplicate_of"].tolist()
    for row in (number for number, contribution in enumerate(repeated) if contribution):
        primary = rows_of.get(repeated[row])
        if primary is not None:
            lead[row] = primary[int((vectors[primary] @ vectors[row]).argmax())]
    return np.asarray(lead, dtype=np.int64)


def clauses(texts: list[str], reuse: Reuse) -> Iterator[words.Clauses]:
    """Yield the clauses of each text."""
    return reuse.rows("clauses", [(t,) for t in texts], lambda rows: words.clauses_of([texts[n] for n in rows]))


def signs(ideas: pd.DataFrame, reuse: Reuse) -> pd.DataFrame:
    """Return what the words and prompts of ideas tell of their sides."""
    given = list(zip(ideas["text"], ideas["prompt_text"], strict=True))
    rows = reuse.rows("signs", given, lambda rows: [sides.signs_of(*given[n]) for n in rows])
    return pd.DataFrame(rows, columns=sides.SIGN_COLUMNS)


def _hints(own: list[dict[str, float]], ideas: pd.DataFrame) -> list[dict[str, float]]:
    """Return the matters that each idea names: its `own`.

    For one that names none: at half weight those of its dialogue's topic or its room's heading, else those of the other
    ideas of its comment.
    """
    headed = ~ideas["channel"].eq(Channel.OTHER)
    headings = (ideas["room"] + ". " + ideas["prompt_text"]).where(headed, "").tolist()
    distinct = sorted(set(headings))
    named = dict(zip(distinct, matters.matters(distinct), strict=True))
    beside = _beside(own, ideas["contribution_id"].tolist())
    return [
        hint or {matter: weight / 2 for matter, weight in (named[heading] or beside.get(contribution, {})).items()}
        for hint, heading, contribution in zip(own, headings, ideas["contribution_id"], strict=True)
    ]


def _beside(own: list[dict[str, float]], contributions: list[str]) -> dict[str, dict[str, float]]:
    """Return per contribution the mean share of each matter over those of its ideas that name one."""
    shares: defaultdict[str, list[dict[str, float]]] = defaultdict(list)
    for hint, contribution in zip(own, contributions, strict=True):
        if hint:
            shares[contribution].append(hint)
    return {
        contribution: {
            matter: sum(hint.get(matter, 0.0) for hint in found) / len(found)
            for matter in sorted({matter for hint in found for matter in hint})
        }
        for contribution, found in shares.items()
    }
