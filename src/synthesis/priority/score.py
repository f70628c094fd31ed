"""The score of a theme: reach, breadth over channels, breadth over roles, and their weights.

Reach is the share of people who spoke to a theme, taken within each channel and then averaged over channels. A channel
weighs as many people as took part in it, up to a cap: beyond it more people make the channel's picture surer, not
heavier. Breadth is Hill's effective number of order 1 (Hill 1973; Jost 2006) over the shares that each channel's
(role's) own people gave to a theme, so that a large group cannot make a theme look broad.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthesis.priority.tally import Floats


@dataclass(frozen=True, slots=True)
class Weights:
    """How the order is made. The three weights need not sum to one; `channel_cap` is in people, 0 for no cap."""

    reach: float = 0.6
    channels: float = 0.2
    roles: float = 0.2
    channel_cap: float = 50

    def as_array(self) -> Floats:
        """Return the weights of the components, summing to one."""
        raw = np.array([self.reach, self.channels, self.roles])
        return np.asarray(raw / raw.sum()) if raw.sum() > 0 else np.array([1.0, 0.0, 0.0])


def shares(spoke: Floats, took_part: Floats, channel_cap: float) -> tuple[Floats, Floats, Floats]:
    """Return reach ``[draws, themes]`` and the shares of each channel's and each known role's people who spoke to a theme.

    Shares are ``[draws, themes, channels]`` and ``[draws, themes, roles]``. `spoke` and `took_part` are `Tally.sums`.
    Roles are counted with the channels' weights, so that a flooded channel changes no role's share by its size.
    """
    people = took_part.sum(axis=2)
    weight = np.minimum(people, channel_cap) if channel_cap else people
    weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    each = weight / np.maximum(people, 1e-12)
    by_channel = spoke.sum(axis=3)
    reach = np.einsum("dkc,dc->dk", by_channel, each)
    channels = by_channel / np.maximum(people, 1e-12)[:, None, :]
    spoke_roles = np.einsum("dkcr,dc->dkr", spoke, each)[:, :, :-1]
    base_roles = np.einsum("dcr,dc->dr", took_part, each)[:, :-1]
    return reach, channels, spoke_roles / np.maximum(base_roles, 1e-12)[:, None, :]


def components(spoke: Floats, took_part: Floats, channel_cap: float) -> Floats:
    """Return ``[draws, themes, 3]``: reach as a part of the largest reach, breadth over channels and over roles (each 0-1)."""
    reach, channels, roles = shares(spoke, took_part, channel_cap)
    most = np.maximum(reach.max(axis=1, keepdims=True, initial=0.0), 1e-12)
    breadth = (effective(part) / max(part.shape[2], 1) for part in (channels, roles))
    return np.stack([reach / most, *breadth], axis=2)


def scores(spoke: Floats, took_part: Floats, weights: Weights) -> Floats:
    """Return ``[draws, themes]``: the weighted sum of the components. `spoke` and `took_part` are `Tally.sums`."""
    return np.asarray(components(spoke, took_part, weights.channel_cap) @ weights.as_array())


def effective(share: Floats) -> Floats:
    """Return Hill's effective number of groups (order 1) over the last axis; 0 where nobody spoke."""
    if share.shape[-1] == 0:
        return np.zeros(share.shape[:-1])
    total = share.sum(axis=-1, keepdims=True)
    part = share / np.maximum(total, 1e-12)
    entropy = -(part * np.log(np.maximum(part, 1e-12))).sum(axis=-1)
    return np.where(total[..., 0] > 0, np.exp(entropy), 0.0)


def ranks(score: Floats) -> NDArray[np.int64]:
    """Return ranks from 1 over the last axis, the largest score first; equal scores in the order of the themes' ids."""
    order = np.argsort(-np.round(score, 9), axis=-1, kind="stable")
    rank = np.empty(score.shape, dtype=np.int64)
    np.put_along_axis(rank, order, np.arange(1, score.shape[-1] + 1) + np.zeros_like(order), axis=-1)
    return rank
