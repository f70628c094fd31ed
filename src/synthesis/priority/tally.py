"""The tally: which voice spoke to which theme, in which channel and role.

A voice is a participant (a row where nobody knows who spoke), or a campaign: letters of one wording count together as
one voice, whoever sent them. Everything that the order needs is a weighted sum over voices, so that a resample, a
voice left out or a channel left out is another vector of weights and nothing is counted again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from synthesis.model import Role
from synthesis.priority.people import given_most_often

Floats = NDArray[np.float64]
_CAMPAIGN = "k:"


@dataclass(frozen=True, slots=True)
class Tally:
    """Voices x cells. A cell of `spoke` is theme x channel x role, one of `took_part` channel x role (C order).

    Entries are the people a voice speaks for. The last role is "unknown". `campaign` says which voices are campaigns.
    """

    spoke: csr_matrix
    took_part: csr_matrix
    heads: Floats
    campaign: NDArray[np.bool_]
    themes: tuple[str, ...]
    channels: tuple[str, ...]
    roles: tuple[str, ...]

    @property
    def n_voices(self) -> int:
        """Return the number of voices."""
        return len(self.heads)

    def sums(self, times: Floats | None = None) -> tuple[Floats, Floats]:
        """Return ``[draws, themes, channels, roles]`` and ``[draws, channels, roles]``: people, under each row of weights.

        `times` is ``[draws, voices]``; without it, every voice counts once (one draw).
        """
        if times is None:
            times = np.ones((1, self.n_voices))
        shape = (len(self.channels), len(self.roles))
        spoke = (self.spoke.T @ times.T).T.reshape(len(times), len(self.themes), *shape)
        return spoke, (self.took_part.T @ times.T).T.reshape(len(times), *shape)


def voices(contributions: pd.DataFrame, *, whole_campaigns: bool = False) -> pd.DataFrame:
    """Return one row per contribution: ``contribution_id, voice_key, channel, role, heads``.

    A voice has one role (the one it gave most often) and speaks for the most people that it ever spoke for. With
    `whole_campaigns`, each sender of a campaign is a voice.
    """
    frame = contributions[["contribution_id", "channel"]].copy()
    lone = contributions["campaign_id"].eq("") | whole_campaigns
    frame["voice_key"] = contributions["participant_key"].where(lone, _CAMPAIGN + contributions["campaign_id"])
    # A sender may have several letters in a campaign and a campaign may come by two channels: it stays in the first.
    copies = frame["voice_key"].str.startswith(_CAMPAIGN)
    frame.loc[copies, "channel"] = frame[copies].groupby("voice_key")["channel"].transform("min")
    frame["role"] = given_most_often(frame["voice_key"], contributions["role"], Role.UNKNOWN.value)
    spoken_for = contributions["speaks_for_low"].where(~copies, 1).groupby(frame["voice_key"]).transform("max")
    frame["heads"] = spoken_for.astype(float)
    return frame


def tally(spoken: pd.DataFrame, everyone: pd.DataFrame, *, whole_campaigns: bool = False) -> Tally:
    """Return the tally of `spoken` (contributions with a ``place`` each, many rows allowed) among `everyone`."""
    units = voices(everyone, whole_campaigns=whole_campaigns)
    themes = tuple(sorted(spoken["place"].unique()))
    channels = tuple(sorted(everyone["channel"].unique()))
    roles = (*sorted(set(units["role"]) - {Role.UNKNOWN.value}), Role.UNKNOWN.value)
    keys = pd.Index(sorted(units["voice_key"].unique()))
    units["voice"] = keys.get_indexer(units["voice_key"])
    units["cell"] = pd.Categorical(units["channel"], categories=channels).codes.astype(np.int64) * len(roles)
    units["cell"] += pd.Categorical(units["role"], categories=roles).codes
    heads = units.groupby("voice")["heads"].first().to_numpy()
    n_cells = len(channels) * len(roles)
    said = spoken[["contribution_id", "place"]].merge(units[["contribution_id", "voice", "cell"]], on="contribution_id")
    said["cell"] += pd.Categorical(said["place"], categories=themes).codes.astype(np.int64) * n_cells
    return Tally(
        spoke=_counted(said, heads, len(themes) * n_cells),
        took_part=_counted(units, heads, n_cells),
        heads=heads,
        campaign=np.asarray(keys.str.startswith(_CAMPAIGN)),
        themes=themes,
        channels=channels,
        roles=roles,
    )


def _counted(frame: pd.DataFrame, heads: Floats, n_cells: int) -> csr_matrix:
    """Return voices x cells, each voice once per cell."""
    once = frame[["voice", "cell"]].drop_duplicates().sort_values(["voice", "cell"])
    rows, columns = once["voice"].to_numpy(), once["cell"].to_numpy()
    return csr_matrix((heads[rows], (rows, columns)), shape=(len(heads), n_cells))
