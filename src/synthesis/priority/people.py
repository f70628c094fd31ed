"""People, not lines: how many people stand behind contributions."""

from __future__ import annotations

import pandas as pd

from synthesis.model import Voice

ANONYMOUS = "a:"
_SESSION = "s:"


def units(frame: pd.DataFrame) -> pd.DataFrame:
    """Return per contribution the ``unit`` that surely is one person (or one head count), and its ``heads``, low.

    `frame` has ``contribution_id, participant_key, export_sha256, sheet, room, voice, speaks_for_low``. A known person is a
    unit; so is a written row of an unknown one; unknown rows of one session's notes or transcript are one unit of one.
    """
    spoken = frame["participant_key"].str.startswith(ANONYMOUS) & frame["voice"].ne(Voice.VERBATIM)
    written = frame["participant_key"].str.startswith(ANONYMOUS) & ~spoken
    session = _SESSION + frame["export_sha256"] + "|" + frame["sheet"] + "|" + frame["room"]
    unit = frame["participant_key"].mask(written, frame["contribution_id"]).mask(spoken, session)
    return pd.DataFrame({"unit": unit, "heads": frame["speaks_for_low"].mask(spoken, 1)}, index=frame.index)


def given_most_often(key: pd.Series[str], value: pd.Series[str], unsaid: str) -> pd.Series[str]:
    """Return per row the value that its key gave most often, the first by name where two are even; `unsaid` counts as none."""
    given = pd.DataFrame({"key": key, "value": value})[value.ne(unsaid)]
    often = given.value_counts().reset_index().sort_values(["key", "count", "value"], ascending=[True, False, True])
    return key.map(often.drop_duplicates("key").set_index("key")["value"]).fillna(unsaid)


def people(frame: pd.DataFrame) -> tuple[int, int]:
    """Return (low, high) people behind contributions (`people_by`)."""
    if frame.empty:
        return 0, 0
    counted = people_by(frame.assign(place=""))
    return int(counted["low"].sum()), int(counted["high"].sum())


def people_by(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``low, high`` people behind the contributions of each ``place``.

    `frame` has the columns that `units` reads, and ``place, speaks_for_high``. Known people count once. Rows of unknown people
    each count as one in the high count; in the low count, unknown rows of one session's notes or transcript count as one person.
    """
    of_unit = frame[["place"]].join(units(frame)).groupby(["place", "unit"])["heads"].max()
    unknown = frame["participant_key"].str.startswith(ANONYMOUS)
    known = frame[~unknown].groupby(["place", "participant_key"])["speaks_for_high"].max()
    low = of_unit.groupby("place").sum()
    parts = (known.groupby("place").sum(), frame[unknown].groupby("place")["speaks_for_high"].sum())
    high = sum((part.reindex(low.index, fill_value=0) for part in parts), start=0 * low)
    return pd.DataFrame({"low": low, "high": high.clip(lower=low)}).astype(int)
