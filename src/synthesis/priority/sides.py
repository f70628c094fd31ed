"""How many people of a theme are for, against, both, or do not say. People, not lines."""

from __future__ import annotations

import pandas as pd

from synthesis.model import Stance
from synthesis.priority.people import units


def people_by_side(
    contributions: pd.DataFrame, ideas: pd.DataFrame, assignments: pd.DataFrame, stances: pd.DataFrame
) -> pd.DataFrame:
    """Return people per theme and side, low count: a row per theme id, a column per `Stance`. Subthemes are left out.

    Who is for in one idea and against in another is mixed; so are the notes of a session with unknown speakers, which count as one.
    A row adds up to the theme's people (`Priorities.people_low`). Frames are those of `synthesis.frames`.
    """
    counted = contributions[["contribution_id"]].assign(**units(contributions))
    spoken = (
        ideas[["idea_id", "contribution_id"]]
        .merge(assignments[["idea_id", "theme_id"]], on="idea_id", validate="1:1")
        .merge(stances[["idea_id", "stance"]], on="idea_id", validate="1:1")
        .merge(counted, on="contribution_id", validate="m:1")
    )
    whole = spoken.groupby(["theme_id", "unit"])["heads"].max()
    taken = spoken[spoken["stance"].ne(Stance.UNKNOWN)].groupby(["theme_id", "unit"])["stance"]
    side = (
        taken.first()
        .where(taken.nunique().eq(1), Stance.MIXED.value)
        .reindex(whole.index, fill_value=Stance.UNKNOWN.value)
    )
    table = whole.groupby([whole.index.get_level_values("theme_id"), side.to_numpy()]).sum().unstack(fill_value=0)
    return (
        table.reindex(columns=[stance.value for stance in Stance], fill_value=0)
        .sort_index()
        .rename_axis("theme_id")
        .astype(int)
    )
