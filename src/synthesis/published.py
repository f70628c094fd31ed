"""A published run as its readers see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from synthesis.model import LedgerRow, Manifest, Theme


@dataclass(frozen=True)
class Basis:
    """What a full run found before people's edits: increments are made on it.

    `places` is the `Placements` frame, `themes` are the engine's with their subthemes and without quotes, `left_out` the names that
    only say where, `adopted` the themes of the frame. `made_with` tells one way of searching from another.
    """

    places: pd.DataFrame
    themes: tuple[Theme, ...]
    quality: dict[str, float]
    left_out: tuple[str, ...]
    adopted: tuple[str, ...]
    made_with: str


@dataclass(frozen=True)
class PublishedRun:
    """Everything that readers of a run need. Holds public text only."""

    manifest: Manifest
    themes: tuple[Theme, ...]
    contributions: pd.DataFrame
    ideas: pd.DataFrame
    assignments: pd.DataFrame
    stances: pd.DataFrame
    priorities: pd.DataFrame
    groups: pd.DataFrame
    regard: pd.DataFrame
    sides: pd.DataFrame
    register: pd.DataFrame
    crosswalk: pd.DataFrame
    research: pd.DataFrame
    lineage: pd.DataFrame
    quality: pd.DataFrame
    coverage: pd.DataFrame
    discovery: pd.DataFrame
    ledger: tuple[LedgerRow, ...]

    def theme(self, theme_id: str) -> Theme | None:
        """Return a theme or subtheme by id."""
        return next((t for t in self.all_themes() if t.theme_id == theme_id), None)

    def order(self) -> dict[str, dict[str, Any]]:
        """Return theme id → its row of `Priorities`."""
        rows = self.priorities.to_dict("records")
        return {str(row["theme_id"]): {str(key): value for key, value in row.items()} for row in rows}

    def all_themes(self) -> Iterator[Theme]:
        """Yield every theme, each followed by its subthemes."""
        for theme in self.themes:
            yield theme
            yield from theme.subthemes
