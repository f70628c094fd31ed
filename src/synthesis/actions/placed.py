"""Where every idea stands before people's edits, as the engine, the frame or an increment put it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.frames import Placements


@dataclass
class Placed:
    """Per idea of the search: its theme before people's edits, its subtheme's id there, and how firmly it belongs."""

    engine_ids: list[str]
    sub_ids: list[str]
    strength: NDArray[np.float64]
    runner_up: list[str]
    margin: NDArray[np.float64]
    unclear: NDArray[np.bool_]
    by_frame: NDArray[np.bool_]

    def spread(self, lead: NDArray[np.int64]) -> Placed:
        """Return an entry for every idea: that of the idea which stands for it."""
        return Placed(
            [self.engine_ids[n] for n in lead],
            [self.sub_ids[n] for n in lead],
            self.strength[lead],
            [self.runner_up[n] for n in lead],
            self.margin[lead],
            self.unclear[lead],
            self.by_frame[lead],
        )

    def frame(self, idea_ids: list[str], read: list[str]) -> pd.DataFrame:
        """Return the `Placements` frame of these ideas; `read` tells what was read of each."""
        return Placements.validate(
            pd.DataFrame(
                {
                    "idea_id": idea_ids,
                    "read": read,
                    "engine_id": self.engine_ids,
                    "sub_id": self.sub_ids,
                    "strength": self.strength,
                    "runner_up": self.runner_up,
                    "margin": self.margin,
                    "unclear": self.unclear,
                    "by_frame": self.by_frame,
                }
            )
        )
