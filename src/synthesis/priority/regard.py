"""Agreement and need: how people regard a theme. Columns of their own, never summed into the order.

Approval is a mean of ratings, each shrunk to its export's mean by an empirical-Bayes weight (beta-binomial, moments; Casella
1985), so that one rater's five stars say less than ninety. Common ground is a geometric mean over groups, as in Polis'
group-informed consensus (Small et al. 2021): it is high only where every group speaks to a theme, however loud one is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.frames import Regard
from synthesis.model import Valence
from synthesis.priority.people import units
from synthesis.priority.tally import Floats, Tally, tally

_STRONGEST = 1000.0
"""The most ratings that an export's mean can weigh as against a comment's own."""
_PULL = 5.0
"""A group's share is pulled to the theme's as if five more of the group had spoken as all do."""


def regard_themes(
    contributions: pd.DataFrame, ideas: pd.DataFrame, assignments: pd.DataFrame, cues: pd.DataFrame
) -> pd.DataFrame:
    """Return the `Regard` frame of themes and subthemes, by id. Frames are those of `synthesis.frames`."""
    contributions = contributions.sort_values("contribution_id", ignore_index=True)
    frame = contributions.assign(approval=approvals(contributions), **units(contributions))
    frame["rated"] = frame["agrees"] + frame["disagrees"] + frame["raters"]
    marks = cues.assign(serious=cues["rule"].ne("")).groupby("idea_id")[["intense", "serious"]].any()
    spoken = (
        ideas[["idea_id", "contribution_id"]]
        .merge(assignments[["idea_id", "theme_id", "subtheme_id"]], on="idea_id", validate="1:1")
        .merge(marks.reset_index(), on="idea_id", validate="1:1")
        .merge(frame, on="contribution_id", validate="m:1")
    )
    parts = []
    for level, column in ((1, "theme_id"), (2, "subtheme_id")):
        inside = spoken[spoken[column].ne("")]
        inside = inside.assign(place=inside[column])
        if not inside.empty:
            common = _common_ground(tally(inside, contributions))
            parts.append(_counted(inside, level).merge(common, on="theme_id", validate="1:1"))
    found = pd.concat(parts, ignore_index=True)[list(Regard.to_schema().columns)].round(6)
    return Regard.validate(found)


def approvals(contributions: pd.DataFrame) -> pd.Series[float]:
    """Return per contribution its shrunk rating from 0 to 1; 0 where nobody rated it.

    An agree is 1, a disagree 0, stars from one to five are 0 to 1. Ratings of exports that asked in different ways stand on
    one scale: each export's mean is set to the mean of all.
    """
    agreed = contributions["agrees"] + contributions["disagrees"]
    number = (agreed + contributions["raters"]).astype(float)
    stars = (contributions["stars"] - 1).clip(lower=0) / 4 * contributions["raters"]
    own = ((contributions["agrees"] + stars) / number.clip(lower=1)).to_numpy(dtype=np.float64)
    times = number.to_numpy(dtype=np.float64)
    rated = times > 0
    result = np.zeros(len(contributions))
    if not rated.any():
        return pd.Series(result, index=contributions.index)
    overall = float(np.average(own[rated], weights=times[rated]))
    for rows in contributions[rated].groupby("export_sha256", sort=True).indices.values():
        at = np.flatnonzero(rated)[rows]
        result[at] = _shrunk(own[at], times[at], overall)
    return pd.Series(result.clip(0, 1), index=contributions.index)


def _shrunk(own: NDArray[np.floating], number: NDArray[np.floating], overall: float) -> NDArray[np.floating]:
    """Return ratings of one export, shrunk to its mean and moved so that its mean is `overall`."""
    mean = float(np.average(own, weights=number))
    noise = float(np.mean(mean * (1 - mean) / number))
    between = max(float(np.var(own)) - noise, 0.0)
    strength = min(mean * (1 - mean) / between, _STRONGEST) if between > 0 else _STRONGEST
    return np.asarray(overall + (own - mean) * number / (number + strength))


def _common_ground(counted: Tally) -> pd.DataFrame:
    """Return ``theme_id, common_ground, common_channels, common_roles``."""
    spoke, took_part = (sums[0] for sums in counted.sums())
    overall = spoke.sum(axis=(1, 2)) / max(took_part.sum(), 1e-12)
    channels = _typical(spoke.sum(axis=2), took_part.sum(axis=1), overall)
    roles = _typical(spoke.sum(axis=1)[:, :-1], took_part.sum(axis=0)[:-1], overall)  # without the unknown
    return pd.DataFrame(
        {
            "theme_id": counted.themes,
            "common_ground": np.sqrt(channels * roles),
            "common_channels": channels,
            "common_roles": roles,
        }
    )


def _typical(spoke: Floats, took_part: Floats, overall: Floats) -> NDArray[np.float64]:
    """Return the geometric mean over groups of the shares ``[themes, groups]`` who spoke, each pulled to the theme's own."""
    if spoke.shape[1] == 0:
        return overall
    share = np.minimum((spoke + _PULL * overall[:, None]) / (took_part[None, :] + _PULL), 1.0)
    return np.asarray(np.exp(np.log(np.maximum(share, 1e-12)).mean(axis=1)))


def _counted(inside: pd.DataFrame, level: int) -> pd.DataFrame:
    """Return the counts and shares of the themes of one level, by id."""
    said = inside.drop_duplicates(["place", "contribution_id"])
    rated = said[said["rated"] > 0].groupby("place")
    marks = {
        "asked_well": inside["valence"].eq(Valence.POSITIVE),
        "asked_wrong": inside["valence"].eq(Valence.NEGATIVE),
        "intense": inside["intense"],
        "serious": inside["serious"],
    }
    units_of = inside.assign(**marks).groupby(["place", "unit"])[["heads", *marks]].max().reset_index()
    heads = units_of.groupby("place")["heads"].sum()
    counted = pd.DataFrame(
        {
            "level": level,
            "rated": rated.size(),
            "raters": rated["rated"].sum(),
            "approval": rated["approval"].mean(),
            "dots": said.groupby("place")["dots"].sum(),
        },
        index=heads.index,
    ).fillna({"rated": 0, "raters": 0, "approval": 0.0})
    for mark in marks:
        marked = units_of["heads"].where(units_of[mark].astype(bool), 0).groupby(units_of["place"]).sum()
        counted[mark] = marked / heads.clip(lower=1)
    return counted.rename_axis("theme_id").reset_index()
