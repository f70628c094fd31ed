"""The published themes beside the codes that people gave to the sample's ideas: alpha, mutual information, recall and precision.

Themes and codes are two languages. Which code a theme stands for is read off the ideas of one half of the people and tried on those of the
other half, and the other way round, so that no idea helps to judge itself. Intervals are of 90 %, by drawing people again with all that each
of them said: two ideas of one person are no two witnesses.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_mutual_info_score

from benchmarks.sample import match, planted
from synthesis.published import PublishedRun
from synthesis.store.vault import Vault
from synthesis.themes.agreement import Agreement, agreement
from synthesis.themes.quality import interval

OTHER = "other"
DRAWS = 200


def coded_ideas(run: PublishedRun, vault: Vault, truth: Path) -> pd.DataFrame:
    """Return the coded ideas that the run placed: ``idea_id, code, theme_id, strand, person``. What nobody could code is left out."""
    found = match(run, vault, planted(truth))
    found = found[found["idea_id"].ne("") & found["code"].ne(OTHER)]
    people = run.contributions.set_index("contribution_id")["participant_key"]
    places = run.assignments.set_index("idea_id")
    strands = places["subtheme_id"].where(places["subtheme_id"].ne(""), places["theme_id"])
    return pd.DataFrame(
        {
            "idea_id": found["idea_id"],
            "code": found["code"],
            "theme_id": found["theme_id"],
            "strand": found["idea_id"].map(strands),
            "person": found["contribution_id"].map(people),
        }
    ).reset_index(drop=True)


def homes(ideas: pd.DataFrame, column: str = "theme_id") -> pd.Series:
    """Return theme → the code that most of its ideas have; of two alike the first by name."""
    counts = ideas.groupby([column, "code"]).size().reset_index(name="n")
    return counts.sort_values(["n", "code"], ascending=[False, True]).drop_duplicates(column).set_index(column)["code"]


def said(ideas: pd.DataFrame, column: str = "theme_id", seed: int = 0) -> pd.Series:
    """Return per idea the code for which its theme stands by the other half of the people; empty where they do not know the theme."""
    people = ideas["person"].drop_duplicates().sort_values()
    half = dict(zip(people, np.random.default_rng(seed).permutation(len(people)) % 2, strict=True))
    side = ideas["person"].map(half)
    result = pd.Series("", index=ideas.index)
    for one in (0, 1):
        result[side == one] = ideas.loc[side == one, column].map(homes(ideas[side != one], column)).fillna("")
    return result


def alpha(ideas: pd.DataFrame, told: pd.Series) -> Agreement:
    """Return Krippendorff's alpha of people's codes and the program's. A theme that stands for no code counts as a code of its own."""
    codes = pd.Categorical([*ideas["code"], *told]).codes.astype(np.int64)
    return agreement(codes.reshape(2, -1))


def mutual_information(ideas: pd.DataFrame, column: str = "theme_id") -> dict[str, float]:
    """Return the adjusted mutual information of codes and themes (1 the same, 0 by chance) with its interval."""
    return _with_interval(ideas, lambda drawn: np.array([adjusted_mutual_info_score(drawn["code"], drawn[column])]))[0]


def by_code(ideas: pd.DataFrame, told: pd.Series) -> pd.DataFrame:
    """Return per code ``ideas, recall, precision`` with their intervals, the best found first.

    Recall: of the ideas with the code, so many stand in a theme that stands for it. Precision: of the ideas in such themes, so many have it.
    """
    codes = sorted(ideas["code"].unique())
    frame = ideas.assign(told=told)

    def both(drawn: pd.DataFrame) -> np.ndarray:
        right = drawn.loc[drawn["code"] == drawn["told"], "code"].value_counts().reindex(codes).fillna(0)
        parts = [right / drawn[side].value_counts().reindex(codes) for side in ("code", "told")]
        return np.concatenate([part.to_numpy(dtype=float) for part in parts])

    found = pd.DataFrame(_with_interval(frame, both))
    recall, precision = (found[part * len(codes) :][: len(codes)].reset_index(drop=True) for part in (0, 1))
    table = recall.add_prefix("recall_").join(precision.add_prefix("precision_"))
    table.insert(0, "ideas", [int((ideas["code"] == code).sum()) for code in codes])
    return table.set_index(pd.Index(codes, name="code")).sort_values("recall_value", ascending=False)


def _with_interval(ideas: pd.DataFrame, measure: Callable[[pd.DataFrame], np.ndarray]) -> list[dict[str, float]]:
    """Return each figure of a measure with its ends, by people drawn again."""
    value = measure(ideas)
    rows = list(ideas.groupby("person", sort=True).indices.values())
    rng = np.random.default_rng(0)
    drawn = [np.concatenate([rows[n] for n in rng.integers(len(rows), size=len(rows))]) for _ in range(DRAWS)]
    told = np.nan_to_num(value)
    low, high = interval(told, np.stack([measure(ideas.iloc[chosen]) for chosen in drawn]), 0.0, 1.0)
    return [
        {"value": float(one), "low": float(least), "high": float(most)}
        for one, least, most in zip(value, low, high, strict=True)
    ]
