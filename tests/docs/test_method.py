"""The method note explains every column that a run publishes of its order, and names every threshold as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from synthesis.frames import Assignments, Priorities, Regard, Register, Sides, Stances
from synthesis.priority import Weights
from synthesis.priority.register import SMALL
from synthesis.priority.representation import TRIM
from synthesis.themes.crosswalk import SPEAKS_TO
from synthesis.themes.words import APART, AS_NEAR, NAMES

NOTE = (Path(__file__).resolve().parents[2] / "docs" / "method.md").read_text(encoding="utf-8")
_IDENTITY = {"theme_id", "level", "rule", "matter", "idea_id", "people"}


@pytest.mark.parametrize(
    "frame", [Assignments, Priorities, Regard, Register, Sides, Stances], ids=lambda frame: frame.__name__
)
def test_every_column_is_explained(frame):
    explained = set(re.findall(r"`([a-z_0-9]+)`", NOTE))
    assert set(frame.to_schema().columns) - _IDENTITY <= explained


def test_thresholds_are_named_as_they_are():
    weights = Weights()
    assert f"weighted {weights.reach:.1f}, {weights.channels:.1f}, {weights.roles:.1f}".replace("0.", ".") in NOTE
    assert f"min(n_c, {weights.channel_cap:.0f})" in NOTE
    assert f"at most {SMALL:.0%}".replace("%", " %") in NOTE
    assert f"{SPEAKS_TO:.2f} or more".removeprefix("0") in NOTE
    assert {5.0: "five times the mean"}[TRIM] in NOTE
    assert f"by {NAMES:.1f} or more".replace("0.", ".") in NOTE
    assert f"by {APART:.1f} more than to the first".replace("0.", ".") in NOTE
    assert {0.5: "half as near to the second's middle"}[AS_NEAR] in NOTE
