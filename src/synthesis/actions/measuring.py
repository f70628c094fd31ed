"""How good the themes of a run are: each theme against the rules, and whether more listening would bring anything new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

from synthesis import frames
from synthesis.actions.placing import Found
from synthesis.actions.prepare import Prepared
from synthesis.groups import ALL
from synthesis.model import LedgerRow, Theme
from synthesis.priority.people import given_most_often
from synthesis.priority.tally import voices
from synthesis.privacy.suppression import protect
from synthesis.published import PublishedRun
from synthesis.themes import coverage, rules

_DECIMALS = (
    dict.fromkeys(("coverage", "coverage_low", "coverage_high"), 2)
    | dict.fromkeys(("units", "raised", "step"), 0)
    | dict.fromkeys(("last_new", "next_new", "next_low", "next_high"), 1)
)
"""Shares and expected counts are functions of how few voices raised what: they are rounded."""
_NUMBERS = ("published", *(field.name for field in fields(coverage.Coverage)))


@dataclass(frozen=True)
class Good:
    """The `ThemeQuality`, `Coverage` and `Discovery` frames, the figures of the set, and the themes with their stability."""

    quality: pd.DataFrame
    coverage: pd.DataFrame
    discovery: pd.DataFrame
    figures: dict[str, float]
    themes: tuple[Theme, ...]


def measured(
    found: Found,
    prepared: Prepared,
    ledger: Sequence[LedgerRow],
    minimum_cell: int,
    before: PublishedRun | None,
    seed: int,
) -> Good:
    """Return how good the themes are that were found. `before` is the run before, `ledger` names the exports."""
    contributions = prepared.contributions
    who = voices(contributions)[["contribution_id", "voice_key"]]
    told = prepared.ideas[["idea_id", "contribution_id"]].merge(who, on="contribution_id", validate="m:1")
    own = _own(told["contribution_id"], contributions, found.assignments["theme_id"])
    placed = found.assignments.iloc[own]
    quality, figures = rules.theme_quality(
        rules.Measured(
            vectors=found.vectors[own],
            themes=placed["theme_id"].tolist(),
            names={str(theme.theme_id): theme.name for theme in found.themes},
            texts=[found.texts[row] for row in own],
            voices=told["voice_key"].iloc[own].tolist(),
            unclear=placed["unclear"].to_numpy(),
            runs=None if found.runs is None else found.runs[:, own],
        ),
        None if before is None else before.quality,
        seed=seed,
    )
    exports = {str(row.sha256): row.name for row in ledger}
    listened, curves = listening(contributions, told, found.assignments, exports, minimum_cell, seed=seed)
    again = dict(zip(quality["theme_id"], quality["stability"], strict=True))
    themes = tuple(replace(theme, stability=again[theme.theme_id]) for theme in found.themes)
    return Good(quality, listened, curves, figures, themes)


def _own(contribution: pd.Series[str], contributions: pd.DataFrame, theme: pd.Series[str]) -> NDArray[np.int64]:
    """Return the rows of ideas that repeat no other comment, and all of a theme that has none such."""
    repeats = set(contributions.loc[contributions["duplicate_of"].ne(""), "contribution_id"])
    first = ~contribution.isin(repeats).to_numpy()
    return np.flatnonzero(first | ~theme.isin(set(theme[first])).to_numpy())


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the input: who is counted in it, by what unit, and whether its count may be shown."""

    scope: str
    channel: str
    session: str
    unit: str
    units: int
    shown: bool

    def of(self, said: pd.DataFrame) -> pd.DataFrame:
        """Return what was said in this part."""
        inside = said if self.channel == ALL else said[said["channel"] == self.channel]
        return inside if self.session == ALL else inside[inside["session"] == self.session]


def listening(
    contributions: pd.DataFrame,
    told: pd.DataFrame,
    assignments: pd.DataFrame,
    exports: Mapping[str, str],
    minimum_cell: int,
    *,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the `Coverage` and `Discovery` frames.

    `told` has ``idea_id, contribution_id`` per idea, `exports` the name of each export by its hash. All that a voice said counts where
    it said most, as in the tables of groups.
    """
    who = sittings(contributions, exports)
    placed = told[["idea_id", "contribution_id"]].merge(who, on="contribution_id").merge(assignments, on="idea_id")
    parts = list(_parts(who.drop_duplicates("voice_key"), minimum_cell))
    rows: list[dict[str, object]] = []
    points: list[dict[str, object]] = []
    for level, classes in (("theme", placed["theme_id"]), ("strand", _strands(placed))):
        said = placed.assign(place=classes)[classes.ne("")].drop_duplicates(["voice_key", "place"])
        for part in parts:
            where: dict[str, object] = {
                "level": level,
                "scope": part.scope,
                "channel": part.channel,
                "session": part.session,
            }
            once = part.of(said).drop_duplicates([part.unit, "place"])
            counts = once["place"].value_counts().to_numpy().astype(np.int64)
            if not part.shown or not len(counts):
                rows.append(dict.fromkeys(_NUMBERS, 0) | where | {"shown": False})
                continue
            found = asdict(coverage.coverage(counts, part.units, seed=seed))
            published = {"published": int(said["place"].nunique())}
            rows.append(where | {"shown": True} | published | {k: round(v, _DECIMALS[k]) + 0 for k, v in found.items()})
            at = coverage.sizes(part.units)
            curve = coverage.curve(counts, part.units, at).round(_DECIMALS["next_new"])
            points += [
                where | {"units": n, "raised": raised, "heard": n <= part.units}
                for n, raised in zip(at.tolist(), curve.tolist(), strict=True)
            ]
    return _frame(frames.Coverage, rows), _frame(frames.Discovery, points)


def sittings(contributions: pd.DataFrame, exports: Mapping[str, str]) -> pd.DataFrame:
    """Return per contribution ``contribution_id, voice_key`` and the voice's one ``channel, session`` and ``sitting`` (both in one).

    A session is an event and its site; where an export names neither, the export is the session.
    """
    frame = voices(contributions)[["contribution_id", "voice_key"]]
    named = (contributions["event"] + " · " + contributions["site"]).str.strip(" ·")
    session = named.where(named.ne(""), contributions["export_sha256"].map(exports).fillna(""))
    frame["channel"] = given_most_often(frame["voice_key"], contributions["channel"], "")
    there = contributions["channel"].eq(frame["channel"])
    frame["session"] = given_most_often(frame["voice_key"], session.where(there, ""), "")
    return frame.assign(sitting=frame["channel"] + "|" + frame["session"])


def _parts(everyone: pd.DataFrame, minimum_cell: int) -> Iterator[_Part]:
    """Yield all, all by sessions, each channel and each session. `everyone` has one row per voice."""
    yield _Part("all", ALL, ALL, "voice_key", len(everyone), shown=True)
    yield _Part("sessions", ALL, ALL, "sitting", everyone["sitting"].nunique(), shown=True)
    channels = everyone["channel"].value_counts().sort_index()
    for channel, units, shown in _guarded(channels, minimum_cell):
        yield _Part("channel", channel, ALL, "voice_key", units, shown=shown)
        inside = everyone.loc[everyone["channel"] == channel, "session"].value_counts().sort_index()
        for session, people, open_ in _guarded(inside, minimum_cell):
            yield _Part("session", channel, session, "voice_key", people, shown=shown and open_)


def _guarded(counts: pd.Series[int], minimum_cell: int) -> Iterator[tuple[str, int, bool]]:
    """Yield each group with its count and whether it may be shown: no small count, and none that would give one away."""
    shown = protect(counts.to_numpy().astype(np.int64)[:, None], minimum_cell)[:-1, 0]
    for group, count, open_ in zip(counts.index, counts.tolist(), shown.tolist(), strict=True):
        yield str(group), int(count), bool(open_)


def _strands(placed: pd.DataFrame) -> pd.Series[str]:
    """Return the strand of each idea: its subtheme, the theme itself where that has none, else (moved there by a person) nothing."""
    divided = set(placed.loc[placed["subtheme_id"].ne(""), "theme_id"])
    return placed["subtheme_id"].where(placed["theme_id"].isin(divided), placed["theme_id"])


def _frame(schema: type[pa.DataFrameModel], rows: list[dict[str, object]]) -> pd.DataFrame:
    columns = list(schema.to_schema().columns)
    return schema.validate(pd.DataFrame(rows, columns=columns))
