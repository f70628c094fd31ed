"""Where people's decisions leave every idea: the frames of a run that say so, its themes, and what became of those before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.actions.placed import Placed
from synthesis.frames import Assignments
from synthesis.frames import Lineage as LineageFrame
from synthesis.model import Theme, ThemeId, ThemeStatus
from synthesis.published import PublishedRun
from synthesis.themes import edits, lineage, words

Vectors = NDArray[np.float32]


def assignments(
    idea_ids: list[str], placed: Placed, places: list[str], by: list[str], decided: edits.Edits
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the `Assignments` frame without the reasons, and for each subtheme id the one that it had before edits."""
    # A subtheme goes where most of its ideas went; ideas that people placed elsewhere leave it.
    homes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sub, place in sorted(zip(placed.sub_ids, places, strict=True)):
        homes[sub][place] += 1
    home = {sub: counts.most_common(1)[0][0] for sub, counts in homes.items() if sub}
    numbered: dict[str, str] = {}
    for theme in sorted(set(home.values())):
        own = sorted((sub for sub, place in home.items() if place == theme), key=_number)
        numbered |= {sub: f"{theme}.{number}" for number, sub in enumerate(own, start=1)} if len(own) > 1 else {}
    subs = [
        numbered.get(sub, "") if home.get(sub) == place else ""
        for sub, place in zip(placed.sub_ids, places, strict=True)
    ]
    who = [
        edits.FRAME if placer == edits.ENGINE and framed else placer
        for placer, framed in zip(by, placed.by_frame, strict=True)
    ]
    assignments = pd.DataFrame(
        {
            "idea_id": idea_ids,
            "theme_id": places,
            "engine_id": placed.engine_ids,
            "placed_by": who,
            "subtheme_id": subs,
            "strength": placed.strength.round(4),
            "runner_up_id": [decided.resolve(theme) for theme in placed.runner_up],
            "margin": placed.margin.round(4),
            "unclear": placed.unclear & np.array([person != edits.PERSON for person in by]),
        }
    )
    return assignments, {new: old for old, new in numbered.items()}


def with_reasons(assignments: pd.DataFrame, read: words.Read, vectors: Vectors, decided: edits.Edits) -> pd.DataFrame:
    """Return the `Assignments` frame: with the true runner-up, a second theme where there is one, and the words that place each idea.

    Where people or what they taught placed an idea elsewhere, the machine's theme is the runner-up; where no other theme has a part of
    an idea's ties, the next nearest one is.
    """
    company = words.Company(read, vectors, assignments["theme_id"].tolist())
    machine = assignments["engine_id"].map(decided.resolve)
    tied = assignments["margin"] < assignments["strength"]
    runner_up = assignments["runner_up_id"].where(tied, "")
    rivals = company.rivals(machine.where(machine.ne(assignments["theme_id"]), runner_up).tolist())
    whole = assignments.assign(runner_up_id=rivals, second_id=company.seconds(), words=company.telling(rivals))
    return Assignments.validate(whole)


def _number(sub_id: str) -> tuple[int, int]:
    theme, _, number = sub_id.partition(".")
    return int(theme[1:]), int(number)


def themes(
    assignments: pd.DataFrame, known: Mapping[str, Theme], sub_names: Mapping[str, str], decided: edits.Edits
) -> tuple[Theme, ...]:
    """Return the themes that hold ideas, by id, with the names and states that people gave them."""
    children = {str(child.theme_id): child for theme in known.values() for child in theme.subthemes}
    sizes = Counter(assignments["theme_id"].astype(str))
    sub_sizes = Counter(assignments["subtheme_id"].astype(str))
    taken = {split.theme_id: split for split in decided.splits}
    themes = []
    for theme_id in sorted(sizes):
        parts = assignments.loc[assignments["theme_id"] == theme_id, "engine_id"].value_counts()
        base = known.get(theme_id) or known[str(parts.index[0])]
        keywords = taken[theme_id].keywords if theme_id in taken else base.keywords
        subthemes = tuple(
            replace(children[old], theme_id=ThemeId(new), parent_id=ThemeId(theme_id), n_ideas=sub_sizes[new])
            for new, old in sorted(sub_names.items(), key=lambda pair: _number(pair[0]))
            if new.startswith(f"{theme_id}.") and new in sub_sizes and old in children
        )
        themes.append(
            replace(
                base,
                theme_id=ThemeId(theme_id),
                name=decided.names.get(theme_id, base.name),
                keywords=keywords,
                n_ideas=sizes[theme_id],
                status=ThemeStatus.ADOPTED if theme_id in decided.adopted else ThemeStatus.CANDIDATE,
                subthemes=subthemes,
            )
        )
    return tuple(themes)


def changes(previous: PublishedRun | None, assignments: pd.DataFrame) -> pd.DataFrame:
    """Return the `Lineage` frame: what became of each theme since the run before."""
    before = {} if previous is None else _groups(previous.assignments)
    found = lineage.changes(before, _groups(assignments))
    columns = list(LineageFrame.to_schema().columns)
    rows = [[getattr(change, column) for column in columns] for change in found]
    table = pd.DataFrame(rows, columns=columns)
    return LineageFrame.validate(table.assign(others=table["others"].map(" ".join)))


def _groups(assignments: pd.DataFrame) -> dict[str, frozenset[str]]:
    return {str(theme): frozenset(ideas) for theme, ideas in assignments.groupby("theme_id")["idea_id"]}
