"""A simulated year: a month's survey each month, a new matter in month five, one that fades, and people's edits in between."""

from __future__ import annotations

import csv
import random
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from synthesis import actions
from synthesis.model import ThemeStatus
from synthesis.published import PublishedRun
from tests.conftest import TRUTH

pytestmark = pytest.mark.model

NEW, NEW_FROM = "start_times", 5
FADING, FADES_AFTER = "phones", 6
MONTHS = 12
WHO = ("A. Clerk", "agreed in the committee")


def comments() -> list[tuple[str, str]]:
    """Return (code, words) of the sample's comments of one idea, in English, each once."""
    with (TRUTH / "contributions.csv").open(encoding="utf-8", newline="") as file:
        plain = {
            (row["file"], row["contribution"]): row["text"]
            for row in csv.DictReader(file)
            if row["is_voice"] == "true" and row["language"] == "en" and not (row["campaign"] or row["urgent"])
        }
    with (TRUTH / "ideas.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["file"], row["contribution"]) in plain]
    alone = Counter((row["file"], row["contribution"]) for row in rows)
    found = {
        plain[row["file"], row["contribution"]]: row["code"]
        for row in rows
        if alone[row["file"], row["contribution"]] == 1 and 30 < len(plain[row["file"], row["contribution"]]) < 400
    }
    return sorted((code, words) for words, code in found.items())


def monthly() -> list[list[tuple[str, str]]]:
    """Return the comments of each month."""
    draw = random.Random(7)
    months: list[list[tuple[str, str]]] = [[] for _ in range(MONTHS)]
    for code, words in comments():
        first = NEW_FROM - 1 if code == NEW else 0
        last = FADES_AFTER if code == FADING else MONTHS
        # The first two months are the summit and the tour: half of all input.
        span = list(range(first, last))
        weight = [6 if month < 2 or (code == NEW and month == first) else 1 for month in span]
        months[draw.choices(span, weight)[0]].append((code, words))
    return months


def survey(folder: Path, month: int, said: list[tuple[str, str]]) -> Path:
    path = folder / f"month_{month:02}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Timestamp", "What should the district do?"])
        writer.writerows(
            [f"2026-{month:02}-{n // 60 % 28 + 1:02} 10:{n % 60:02}:00", words] for n, (_, words) in enumerate(said)
        )
    return path


def places(run: PublishedRun) -> dict[str, str]:
    return dict(zip(run.assignments["idea_id"], run.assignments["theme_id"], strict=True))


def main_theme(run: PublishedRun, words: set[str]) -> tuple[str, float]:
    """Return the theme that holds most of these words, and what share of them."""
    text = dict(zip(run.contributions["contribution_id"], run.contributions["text_public"], strict=True))
    of = dict(zip(run.ideas["idea_id"], run.ideas["contribution_id"], strict=True))
    found = Counter(theme for idea, theme in places(run).items() if text[of[idea]] in words)
    theme, times = found.most_common(1)[0]
    return theme, times / sum(found.values())


def test_a_year_of_months(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    months = monthly()
    editor = actions.Editor(*WHO, data_dir)
    kept, announced, runs = [], 0, []
    renamed = merged = into = moved = target = ""
    for month, said in enumerate(months, start=1):
        actions.ingest([survey(tmp_path, month, said)], data_dir=data_dir, timezone="America/New_York")
        run = actions.run(data_dir=data_dir)
        names = {theme.theme_id: theme for theme in run.themes}
        if runs:
            before, now = places(runs[-1]), places(run)
            both = [idea for idea in before if idea in now]
            kept.append(sum(before[i] == now[i] for i in both) / len(both))
        born = set(run.lineage.loc[run.lineage["change"].isin(["born", "split"]), "theme_id"]) & set(names)
        runs.append(run)
        print(month, len(said), len(run.themes), f"{kept[-1]:.3f}" if kept else "", born)
        if month == 2:
            ranked = [theme.theme_id for theme in run.themes]
            renamed, into, merged, target = ranked[0], ranked[1], ranked[-1], ranked[2]
            moved = run.assignments.loc[run.assignments["theme_id"] == ranked[3], "idea_id"].iloc[0]
            actions.rename_theme(renamed, "What people said first", editor)
            actions.merge_themes(merged, into, editor)
            actions.move_ideas([moved], target, editor)
            actions.pin_quote(moved, editor, pinned=True)
            actions.adopt_themes([theme for theme in ranked if theme != merged], editor)
        if month > 2:
            assert names[renamed].name == "What people said first"
            assert merged not in names
            assert places(run)[moved] == target
            assert all(names[theme].status is ThemeStatus.ADOPTED for theme in (renamed, into, target))
            of = dict(zip(run.ideas["idea_id"], run.ideas["contribution_id"], strict=True))
            if names[target].quotes[0].why == "pinned":
                assert names[target].quotes[0].contribution_id == of[moved]
        if born and month > 2:
            fresh = {words for code, words in chain(*months[:month]) if code == NEW}
            theme, share = main_theme(run, fresh) if fresh else ("", 0.0)
            if theme in born and not announced:
                announced = month
                assert share >= 0.5
    assert announced == NEW_FROM
    assert len(kept) == MONTHS - 1
    # The month in which people merged two themes moves those ideas by their own will.
    assert min(kept[2:]) >= 0.95
