"""People, not lines: how many people stand behind contributions."""

from __future__ import annotations

import pandas as pd

from synthesis.model import Voice

ANONYMOUS = "a:"


def people(frame: pd.DataFrame) -> tuple[int, int]:
    """Return (low, high) people behind contributions.

    `frame` has ``participant_key, export_sha256, sheet, room, voice, speaks_for_low, speaks_for_high``. Known people
    count once. Rows of unknown people each count as one in the high count; in the low count, unknown rows of one
    session's notes or transcript count as one person.
    """
    if frame.empty:
        return 0, 0
    unknown = frame["participant_key"].str.startswith(ANONYMOUS)
    known = frame[~unknown].groupby("participant_key")[["speaks_for_low", "speaks_for_high"]].max()
    others = frame[unknown]
    written = others["voice"].eq(Voice.VERBATIM)
    low = int(known["speaks_for_low"].sum()) + int(others.loc[written, "speaks_for_low"].sum())
    low += int(others[~written].groupby(["export_sha256", "sheet", "room"]).ngroups)
    high = int(known["speaks_for_high"].sum()) + int(others["speaks_for_high"].sum())
    return low, max(low, high)
