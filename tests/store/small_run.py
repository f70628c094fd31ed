"""A run of two comments, small enough to be made in a test: `mark` stands in its words and its theme's name."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from synthesis.frames import (
    Assignments,
    Contributions,
    Coverage,
    Crosswalk,
    Discovery,
    Groups,
    Ideas,
    Lineage,
    Priorities,
    Regard,
    Register,
    Research,
    Sides,
    Stances,
    ThemeQuality,
)
from synthesis.model import ContributionId, ExportSha, IdeaId, LedgerRow, Manifest, Quote, RunId, Theme, ThemeId
from synthesis.published import PublishedRun

MOMENT = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)


def small_run(run_id: str = "R000000000001", mark: str = "first") -> PublishedRun:
    quote = Quote(IdeaId("I1"), ContributionId("C1"), f"The bus is late, {mark}.", "lets_talk", "family", "medoid")
    strand = Theme(ThemeId("T01.1"), "Late buses", "About late buses.", 2, ThemeId("T01"), ("bus", "late"), 2, 0.75)
    theme = Theme(
        ThemeId("T01"), f"Buses {mark}", "About buses.", 1, None, ("bus",), 2, 0.5, quotes=(quote,), subthemes=(strand,)
    )
    account = LedgerRow("lets_talk/a.csv", "lets_talk", "lets_talk", ExportSha("e" * 64), MOMENT, 3, 2, 1, {"empty": 1})
    manifest = Manifest(
        run_id=RunId(run_id),
        created_at=MOMENT,
        input_hashes=("e" * 64,),
        settings={
            "languages": ["en"],
            "weights": {"reach": 0.6, "channels": 0.2, "roles": 0.2, "channel_cap": 50},
            "minimum_cell": 1,
        },
        versions={"synthesis": "0"},
        model_sha256="f" * 64,
        seed=0,
        counts={"exports": 1, "contributions": 2, "ideas": 2, "themes": 1},
        quality={
            "stability_mean": 0.7,
            "stability_mean_low": 0.62,
            "stability_mean_high": 0.78,
            "unclear_share": 0.0,
            "unclear_share_low": 0.0,
            "unclear_share_high": 0.0,
            "names_grounded_share": 0.5,
            "names_grounded_share_low": 0.0,
            "names_grounded_share_high": 1.0,
        },
    )
    return PublishedRun(
        manifest=manifest,
        themes=(theme,),
        contributions=contributions(mark),
        ideas=ideas(mark),
        assignments=_assignments(),
        stances=_stances(),
        priorities=_priorities(),
        groups=_groups(),
        regard=_regard(),
        sides=_sides(),
        register=_register(),
        crosswalk=_crosswalk(),
        research=_research(),
        lineage=_lineage(),
        quality=_quality(),
        coverage=_coverage(),
        discovery=_discovery(),
        ledger=(account,),
    )


def contributions(mark: str) -> pd.DataFrame:
    common = {
        "export_sha256": "e" * 64, "sheet": "", "cue": "", "channel": "lets_talk", "instrument": "lets_talk",
        "event": "", "site": "", "room": "", "prompt_id": "original_message", "prompt_text": "Transportation",
        "valence": "open", "received_at": "2025-11-04T23:22:00+00:00", "received_precision": "minute",
        "voice": "verbatim", "speaks_for_low": 1, "speaks_for_high": 1, "role": "family", "school": "NA",
        "grade_band": "", "agrees": 0, "disagrees": 0, "stars": 0.0, "raters": 0, "dots": 0,
        "speaker_kind": "community", "is_private": False, "language": "en", "campaign_id": "", "duplicate_of": "",
        "n_redactions": 0, "translation": "", "translation_method": "", "hold": "", "retention_class": "voice",
    }  # fmt: skip
    rows = [
        common | {"contribution_id": f"C{n}", "row": n + 1, "participant_key": f"p{n}", "text_public": text}
        for n, text in enumerate((f"The bus is late, {mark}.", "Más autobuses, tanpri. 🚌"), start=1)
    ]
    return Contributions.validate(pd.DataFrame(rows)[list(Contributions.to_schema().columns)])


def ideas(mark: str) -> pd.DataFrame:
    texts = contributions(mark)["text_public"].tolist()
    rows = [(f"I{n}", f"C{n}", 0, len(text), text) for n, text in enumerate(texts, start=1)]
    return Ideas.validate(pd.DataFrame(rows, columns=list(Ideas.to_schema().columns)))


def _assignments() -> pd.DataFrame:
    rows = [
        (f"I{n}", "T01", "T01", "engine", "T01.1", 0.9, "T01", 0.4, False, "", word)
        for n, word in ((1, "bus late"), (2, ""))
    ]
    return Assignments.validate(pd.DataFrame(rows, columns=list(Assignments.to_schema().columns)))


def _lineage() -> pd.DataFrame:
    rows = [("T01", "born", "", 0, 2, 0, 0.0, False)]
    return Lineage.validate(pd.DataFrame(rows, columns=list(Lineage.to_schema().columns)))


def _priorities() -> pd.DataFrame:
    row = {
        "rank": 1, "rank_low": 1, "rank_high": 1, "p_top5": 1.0, "p_above_next": 1.0, "rank_by_people": 1,
        "rank_with_campaigns": 1, "rank_weights_low": 1, "rank_weights_high": 1, "share_weightings_top5": 1.0,
        "influence_participant": 0, "influence_campaign": 0, "influence_channel": 0, "score": 1.0, "people_low": 2,
        "people_high": 2, "people_base": 2, "share_people": 1.0, "n_contributions": 2, "n_ideas": 2, "n_channels": 1,
        "n_roles": 1, "n_schools": 0, "effective_channels": 1.0, "effective_roles": 1.0, "reach": 1.0, "reach_component": 1.0,
        "channels_component": 1.0, "roles_component": 1.0,
    }  # fmt: skip
    rows = [row | {"theme_id": "T01", "level": 1}, row | {"theme_id": "T01.1", "level": 2}]
    return Priorities.validate(pd.DataFrame(rows)[list(Priorities.to_schema().columns)])


def _groups() -> pd.DataFrame:
    rows = [
        (theme_id, channel, role, "*", "*", True, 2)
        for theme_id in ("", "T01")
        for channel in ("lets_talk", "*")
        for role in ("family", "*")
    ]
    return Groups.validate(pd.DataFrame(rows, columns=list(Groups.to_schema().columns)))


def _regard() -> pd.DataFrame:
    row = {
        "rated": 0, "raters": 0, "approval": 0.0, "dots": 0, "common_ground": 1.0, "common_channels": 1.0, "common_roles": 1.0,
        "asked_well": 0.0, "asked_wrong": 0.0, "intense": 0.0, "serious": 0.5,
    }  # fmt: skip
    rows = [row | {"theme_id": "T01", "level": 1}, row | {"theme_id": "T01.1", "level": 2}]
    return Regard.validate(pd.DataFrame(rows)[list(Regard.to_schema().columns)])


def _stances() -> pd.DataFrame:
    rows = [("I1", "for", 0.9, "argument", "The bus is always late."), ("I2", "unknown", 0.0, "", "")]
    return Stances.validate(pd.DataFrame(rows, columns=list(Stances.to_schema().columns)))


def _sides() -> pd.DataFrame:
    rows = [
        ("T01", stance, True, False, people)
        for stance, people in zip(("for", "against", "mixed", "unknown"), (1, 0, 0, 1), strict=True)
    ]
    return Sides.validate(pd.DataFrame(rows, columns=list(Sides.to_schema().columns)))


def _register() -> pd.DataFrame:
    rows = [("safety", "On the bus and at the stop", "I1", 1, True)]
    return Register.validate(pd.DataFrame(rows, columns=list(Register.to_schema().columns)))


def _crosswalk() -> pd.DataFrame:
    return Crosswalk.validate(pd.DataFrame([("T01", "B1", 0.6)], columns=list(Crosswalk.to_schema().columns)))


def _research() -> pd.DataFrame:
    rows = [("B1", "d" * 64, "Buses elsewhere", "page 3", 1, "Fewer stops bring children to school sooner.")]
    return Research.validate(pd.DataFrame(rows, columns=list(Research.to_schema().columns)))


def _quality() -> pd.DataFrame:
    row = {
        "theme_id": "T01", "n_distinct": 2, "size_bar": 5, "nearest_id": "", "overlap_id": "", "stability_runs": 16, "cohesion_bar": -1.0,
        "broken": "size stable", "unsure": "stable",
    }  # fmt: skip
    for column, value, low, high in (
        ("sibling_cosine", 0.0, 0.0, 0.0),
        ("overlap", 0.0, 0.0, 0.0),
        ("stability", 0.7, 0.62, 0.78),
        ("unclear_share", 0.0, 0.0, 0.0),
        ("cohesion", 0.4, 0.4, 0.4),
        ("grounded_share", 0.5, 0.0, 1.0),
    ):
        row |= {column: value, f"{column}_low": low, f"{column}_high": high}
    return ThemeQuality.validate(pd.DataFrame([row])[list(ThemeQuality.to_schema().columns)])


def _coverage() -> pd.DataFrame:
    rows = [
        (level, scope, channel, "*", True, 2, 1, 1, 1.0, 1.0, 1.0, 1, 0.0, 0.0, 0.0, 0.2)
        for level in ("theme", "strand")
        for scope, channel in (("all", "*"), ("channel", "lets_talk"))
    ]
    return Coverage.validate(pd.DataFrame(rows, columns=list(Coverage.to_schema().columns)))


def _discovery() -> pd.DataFrame:
    rows = [
        (level, scope, channel, "*", units, raised, units <= 2)
        for level in ("theme", "strand")
        for scope, channel in (("all", "*"), ("channel", "lets_talk"))
        for units, raised in ((1, 1.0), (2, 1.0), (3, 1.0))
    ]
    return Discovery.validate(pd.DataFrame(rows, columns=list(Discovery.to_schema().columns)))
