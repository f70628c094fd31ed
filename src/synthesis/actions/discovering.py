"""The search for themes among ideas that stand for themselves: adopted themes first, then what the engine finds in the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.actions.placed import Placed
from synthesis.model import Channel, Theme, ThemeId, Voice
from synthesis.published import PublishedRun
from synthesis.text import matters
from synthesis.themes import ThemeSet, discover_themes, edits, frame, lineage

_ABOUT_SCHOOLS = 0.65
"""The share of ideas that name a matter of school life, in input that is about schools: the sample .81, a city's .40 to .46."""
_MOSTLY = 0.6
"""The share of new ideas that makes a crowd of the engine's a new one."""
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Standing:
    """The ideas that stand for themselves, with what the engine reads of each."""

    ideas: pd.DataFrame
    texts: list[str]
    glossed: list[bool]
    matters: list[dict[str, float]]
    vectors: Vectors


class Discovery:
    """The search for themes among ideas that stand for themselves."""

    def __init__(
        self,
        standing: Standing,
        decided: edits.Edits,
        previous: PublishedRun | None,
        seed: int,
        meaning: Callable[[Sequence[str]], Vectors],
    ) -> None:
        self._meaning = meaning
        ideas, hints = standing.ideas, standing.matters
        self._ids = ideas["idea_id"].tolist()
        self._texts, self._glossed = standing.texts, standing.glossed
        # What is seldom about schools is not called by the matters of school life.
        about_schools = sum(map(bool, hints)) >= _ABOUT_SCHOOLS * len(hints)
        self._about = matters.labelled(hints) if about_schools else [{} for _ in hints]
        self._vectors = standing.vectors
        self._decided = decided
        self._previous = previous
        self._seed = seed
        self.runs: NDArray[np.int32] | None = None
        # Only a question that everybody answered is a prompt: a dialogue's topic or a room's heading is the matter itself.
        asked = ideas["channel"].eq(Channel.OTHER) & ideas["voice"].eq(Voice.VERBATIM)
        self._prompts = ideas["prompt_text"].where(asked, "").tolist()
        before = None if previous is None else previous.assignments.set_index("idea_id")
        self._before = {} if before is None else before["theme_id"].to_dict()
        self._sub_before = {} if before is None else before["subtheme_id"].to_dict()

    def run(self) -> tuple[Placed, dict[str, Theme], dict[str, float]]:
        """Return where every idea is placed before edits, the themes by id with their subthemes, and the quality figures."""
        framed = set(adopted(self._decided))
        sticky = [theme if (theme := self._before.get(idea, "")) in framed else "" for idea in self._ids]
        if not any(sticky):
            found = self._discover(range(len(self._ids)))
            members = [np.flatnonzero(found.labels == index) for index in range(len(found.themes))]
            ids = self._permanent(members, frozenset())
            return self._as_found(found, ids), _by_id(found, ids), found.quality
        return self._beside_the_frame(sticky)

    def _discover(self, rows: Sequence[int]) -> ThemeSet:
        found = discover_themes(
            [self._texts[row] for row in rows],
            prompts=[self._prompts[row] for row in rows],
            embeddings=self._vectors[list(rows)],
            seed=self._seed,
            known=matters.words(),
            meaning=self._meaning,
            about=[self._about[row] for row in rows],
            glossed=[self._glossed[row] for row in rows],
        )
        self.runs = found.runs
        return found

    def _permanent(self, members: Sequence[NDArray[np.int64]], framed: frozenset[str]) -> list[str]:
        """Return the id of each theme found, given by its rows: kept from the engine's themes of the run before."""
        groups: dict[str, frozenset[str]] = {}
        given = [split.theme_id for split in self._decided.splits] + list(self._decided.names)
        if self._previous is not None:
            before = self._previous.assignments
            groups = {str(k): frozenset(v) for k, v in before.groupby("engine_id")["idea_id"] if str(k) not in framed}
            given += [*before["engine_id"].unique(), *before["theme_id"].unique()]
            given.append(f"T{self._previous.manifest.counts.get('theme_ids_given', 0):02d}")
        return lineage.keep_ids([frozenset(self._ids[row] for row in rows) for rows in members], groups, retired=given)

    def _as_found(self, found: ThemeSet, ids: list[str]) -> Placed:
        names = np.array(ids)
        return Placed(
            engine_ids=names[found.labels].tolist(),
            sub_ids=[
                f"{ids[label]}.{sub + 1}" if found.themes[label].subthemes else ""
                for label, sub in zip(found.labels, found.sublabels, strict=True)
            ],
            strength=found.strength,
            runner_up=names[found.runner_up].tolist(),
            margin=found.margin,
            unclear=found.unclear,
            by_frame=np.zeros(len(found.labels), dtype=bool),
        )

    def _beside_the_frame(self, sticky: list[str]) -> tuple[Placed, dict[str, Theme], dict[str, float]]:
        """Lay ideas beside the adopted themes, and look for new themes in what fits none of them."""
        if self._previous is None:
            raise ValueError("themes are adopted from a run that was published")
        fit = frame.lay_beside(self._vectors, sticky)
        fixed = np.array([bool(theme) for theme in sticky])
        placed = Placed(
            engine_ids=[own or near for own, near in zip(sticky, fit.nearest, strict=True)],
            sub_ids=[
                self._sub_before.get(idea, "") if own else "" for idea, own in zip(self._ids, sticky, strict=True)
            ],
            strength=fit.strength,
            runner_up=[
                near if own and near != own else second
                for own, near, second in zip(sticky, fit.nearest, fit.runner_up, strict=True)
            ],
            margin=fit.margin,
            unclear=~fixed & ~fit.fits,
            by_frame=np.ones(len(sticky), dtype=bool),
        )
        known = {str(theme.theme_id): theme for theme in self._previous.themes if theme.theme_id in set(sticky)}
        quality = {key: value for key, value in self._previous.manifest.quality.items() if key != "smallest_theme"}
        if int((~fixed).sum()) >= frame.MIN_NEW:
            crowds = self._new_crowds(fixed, sticky)
            ids = self._permanent([rows for rows, _ in crowds], frozenset(known))
            for theme_id, (rows, theme) in zip(ids, crowds, strict=True):
                known[theme_id] = replace(theme, theme_id=ThemeId(theme_id), level=1, parent_id=None, subthemes=())
                for row in rows:
                    placed.engine_ids[row], placed.sub_ids[row] = theme_id, ""
                    placed.unclear[row] = placed.by_frame[row] = False
        return placed, known, quality

    def _new_crowds(self, fixed: NDArray[np.bool_], sticky: list[str]) -> list[tuple[NDArray[np.int64], Theme]]:
        """Return the rows of each crowd of new ideas that no adopted theme says, with what the engine calls it.

        The engine looks at all ideas, for a new matter shows beside the old ones: in a theme or subtheme that is mostly new.
        """
        found = self._discover(range(len(self._ids)))
        themes = [theme for theme in sticky if theme]
        crowds = []
        for label, theme in enumerate(found.themes):
            inside = found.labels == label
            parts = [(inside, theme)]
            if theme.subthemes and (~fixed[inside]).mean() < _MOSTLY:
                parts = [(inside & (found.sublabels == number), child) for number, child in enumerate(theme.subthemes)]
            for part, called in parts:
                rows = np.flatnonzero(part & ~fixed)
                if len(rows) >= _MOSTLY * part.sum() and frame.is_new(
                    self._vectors[rows], self._vectors[fixed], themes
                ):
                    crowds.append((rows, called))
        return crowds


def adopted(decided: edits.Edits) -> tuple[str, ...]:
    """Return the themes of the frame: an increment keeps to the one that its basis had."""
    return tuple(sorted({decided.resolve(theme) for theme in decided.adopted} - decided.retired))


def _by_id(found: ThemeSet, ids: Sequence[str]) -> dict[str, Theme]:
    """Return the themes found with their permanent ids, and their subthemes numbered below them."""
    result = {}
    for theme, theme_id in zip(found.themes, ids, strict=True):
        children = tuple(
            replace(child, theme_id=ThemeId(f"{theme_id}.{number}"), parent_id=ThemeId(theme_id))
            for number, child in enumerate(theme.subthemes, start=1)
        )
        result[theme_id] = replace(theme, theme_id=ThemeId(theme_id), subthemes=children)
    return result
