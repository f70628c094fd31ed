"""The order of themes: who spoke, how widely, how sure the order is. Pure arithmetic, every component a column.

People are counted, not lines. A person counts once per theme however often they spoke, a campaign counts as one voice.
Where nobody knows whether two rows came from one person, the low count takes them for one and the high count for two.
The arithmetic stands in `tally`, `score` and `certainty`; here it becomes columns.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthesis.frames import Priorities
from synthesis.model import Role
from synthesis.priority.certainty import BOOTSTRAPS, certainty, influence, resampled, weightings
from synthesis.priority.people import people, people_by
from synthesis.priority.score import Weights, components, effective, ranks, scores, shares
from synthesis.priority.tally import tally


def rank_themes(
    contributions: pd.DataFrame,
    ideas: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    weights: Weights | None = None,
    seed: int = 0,
    bootstraps: int = BOOTSTRAPS,
) -> pd.DataFrame:
    """Return the `Priorities` frame: themes by rank, each followed by its subthemes.

    Frames are those of `synthesis.frames`; empty `subtheme_id` means that the theme has no subthemes.
    `bootstraps` is the number of resamples behind the rank intervals.
    """
    weights = weights or Weights()
    # Row order is no part of the result: sums of floats and draws must meet the voices in one order.
    contributions = contributions.sort_values("contribution_id", ignore_index=True)
    spoken = (
        ideas[["idea_id", "contribution_id"]]
        .merge(assignments[["idea_id", "theme_id", "subtheme_id"]], on="idea_id", validate="1:1")
        .merge(contributions, on="contribution_id", validate="m:1")
    )
    base = people(contributions)[0]
    parts = [_ranked(spoken.assign(place=spoken["theme_id"]), contributions, base, weights, seed, bootstraps, level=1)]
    for theme_id in parts[0]["theme_id"]:
        inside = spoken[(spoken["theme_id"] == theme_id) & (spoken["subtheme_id"] != "")]
        if not inside.empty:
            among = contributions[contributions["contribution_id"].isin(inside["contribution_id"])]
            parts.append(
                _ranked(inside.assign(place=inside["subtheme_id"]), among, base, weights, seed, bootstraps, level=2)
            )
    priorities = pd.concat(parts, ignore_index=True)
    return Priorities.validate(priorities)


def _ranked(
    spoken: pd.DataFrame,
    everyone: pd.DataFrame,
    base: int,
    weights: Weights,
    seed: int,
    bootstraps: int,
    *,
    level: int,
) -> pd.DataFrame:
    """Return the rows of one level (or of one theme's subthemes, among those who spoke to it), in rank order."""
    counted = tally(spoken, everyone)
    sums = counted.sums()
    parts = components(*sums, weights.channel_cap)[0]
    score = parts @ weights.as_array()
    rank = ranks(score)
    sure = certainty(score, resampled(counted, weights, seed, bootstraps))
    moved = influence(counted, weights)
    often, weights_low, weights_high = weightings(parts, seed)
    letters = everyone["campaign_id"].ne("").any()
    whole = tally(spoken, everyone, whole_campaigns=True) if letters else counted
    with_campaigns = ranks(scores(*whole.sums(), weights))[0]
    reach, channels, roles = (part[0] for part in shares(*sums, weights.channel_cap))
    frame = pd.DataFrame(
        {
            "theme_id": counted.themes,
            "level": level,
            "rank": rank,
            "rank_low": sure.rank_low,
            "rank_high": sure.rank_high,
            "p_top5": sure.p_top,
            "p_above_next": _above_next(sure.p_above, rank),
            "rank_by_people": ranks(shares(*sums, 0)[0][0]),
            "rank_with_campaigns": with_campaigns,
            "rank_weights_low": weights_low,
            "rank_weights_high": weights_high,
            "share_weightings_top5": often,
            "influence_participant": moved.participant,
            "influence_campaign": moved.campaign,
            "influence_channel": moved.channel,
            "score": score,
            "effective_channels": effective(channels),
            "effective_roles": effective(roles),
            "reach": reach,
            "reach_component": parts[:, 0],
            "channels_component": parts[:, 1],
            "roles_component": parts[:, 2],
        }
    )
    counts = _counts(spoken, base)
    frame = frame.merge(counts, on="theme_id", validate="1:1").round(6)
    frame = frame[list(Priorities.to_schema().columns)]
    return frame.sort_values("rank", kind="stable", ignore_index=True)


def _above_next(above: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """Return the chance that a theme truly stands above the one that follows it; 1 for the last."""
    order = np.argsort(rank)
    chance = np.ones(len(rank))
    chance[order[:-1]] = above[order[:-1], order[1:]]
    return chance


def _counts(spoken: pd.DataFrame, base: int) -> pd.DataFrame:
    """Return per place the people, contributions, ideas and groups that are simply counted."""
    own = spoken.drop_duplicates(["place", "contribution_id"])
    counted = people_by(own)
    of = own.groupby("place")
    groups = {
        f"n_{column}s": own[own[column].ne(unsaid)].groupby("place")[column].nunique()
        for column, unsaid in (("channel", ""), ("role", Role.UNKNOWN.value), ("school", ""))
    }
    frame = pd.DataFrame(
        {
            "people_low": counted["low"],
            "people_high": counted["high"],
            "people_base": base,
            "share_people": (counted["low"] / base).clip(upper=1.0) if base else 0.0,
            "n_contributions": of.size(),
            "n_ideas": spoken.groupby("place").size(),
            **{name: found.reindex(counted.index, fill_value=0) for name, found in groups.items()},
        },
        index=counted.index,
    )
    return frame.rename_axis("theme_id").reset_index()
