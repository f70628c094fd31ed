"""How well the published themes meet the planted truth of the sample district.

For each planted code the best-matching theme is found and its F1 over ideas reported. A planted idea belongs to the
theme of the idea of the pipeline that covers most of its characters. Nothing is tuned to these figures at run time.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd

from synthesis import actions
from synthesis.published import PublishedRun
from synthesis.settings import Settings
from synthesis.store.vault import Vault
from synthesis.themes.embed import embed
from synthesis.themes.vectors import unit

TRUTH = Path("tests/truth")


def normal(text: str) -> str:
    """Return text with runs of blanks made one."""
    return " ".join(text.split())


def planted(truth: Path) -> pd.DataFrame:
    """Return the planted ideas: ``file, contribution, code, text, whole``, in the order of the sample's source."""
    contributions = pd.read_csv(truth / "contributions.csv", dtype=str, keep_default_na=False)
    ideas = pd.read_csv(truth / "ideas.csv", dtype=str, keep_default_na=False)
    contributions["contribution"] = (
        contributions.index.astype(str) if "contribution" not in contributions else contributions["contribution"]
    )
    voice = contributions[contributions["is_voice"].str.lower() == "true"]
    joined = ideas.merge(voice[["contribution", "text"]].rename(columns={"text": "whole"}), on="contribution")
    joined["start"], joined["end"] = joined["start"].astype(int), joined["end"].astype(int)
    return joined


def match(run: PublishedRun, vault: Vault, truth: pd.DataFrame) -> pd.DataFrame:
    """Return truth's ideas with their ``contribution_id``, the ``theme_id`` that the run gave to their words, and the run's ``idea_id``.

    All are empty where none was found. The idea is the one that covers most of the planted idea.
    """
    raw = vault.contributions()[["contribution_id", "export_sha256", "text_raw"]]
    names = {row.sha256: row.name for row in run.ledger}
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in raw.itertuples():
        places[names[row.export_sha256], normal(row.text_raw)].append(row.contribution_id)
    redactions = dict(iter(vault.load("redactions").groupby("contribution_id")))
    spans: defaultdict[str, list[tuple[int, int, str, str]]] = defaultdict(list)
    for row in run.ideas.merge(run.assignments, on="idea_id").itertuples():
        spans[row.contribution_id].append((row.start, row.end, row.theme_id, row.idea_id))
    text_of = dict(zip(raw["contribution_id"], raw["text_raw"], strict=True))
    taken: dict[tuple[str, str], str] = {}
    places_of, contributions = [], []
    for row in truth.itertuples():
        key = (row.file, row.contribution)
        if key not in taken:
            waiting = places.get((row.file, normal(row.whole)), [])
            taken[key] = waiting.pop(0) if len(waiting) > 1 else (waiting[0] if waiting else "")
        found = taken[key]
        contributions.append(found)
        places_of.append(_place_of(found, row, text_of, redactions.get(found), spans) if found else ("", ""))
    themes, ideas = ([place[part] for place in places_of] for part in (0, 1))
    return truth.assign(contribution_id=contributions, theme_id=themes, idea_id=ideas)


def _place_of(
    found: str,
    row: object,
    text_of: dict[str, str],
    redactions: pd.DataFrame | None,
    spans: dict[str, list[tuple[int, int, str, str]]],
) -> tuple[str, str]:
    """Return the theme, and the idea, that cover most of a planted idea's characters."""
    words = row.whole[row.start : row.end]
    begin = text_of[found].find(words)
    begin = begin if begin >= 0 else row.start
    start, end = public_position(begin, redactions), public_position(begin + len(words), redactions)
    themes: defaultdict[str, int] = defaultdict(int)
    ideas: defaultdict[str, int] = defaultdict(int)
    for left, right, theme_id, idea_id in spans.get(found, []):
        shared = max(0, min(end, right) - max(start, left))
        themes[theme_id] += shared
        ideas[idea_id] += shared
    return _most(themes), _most(ideas)


def _most(overlap: dict[str, int]) -> str:
    """Return what covers most, empty where nothing does."""
    best = max(overlap, key=lambda name: (overlap[name], name), default="")
    return best if best and overlap[best] > 0 else ""


def public_position(position: int, redactions: pd.DataFrame | None) -> int:
    """Return where a raw position lies in the public text."""
    shift = 0
    for change in redactions.itertuples() if redactions is not None else ():
        if change.raw_end <= position:
            shift = change.public_end - change.raw_end
    return position + shift


def score(matched: pd.DataFrame, run: PublishedRun) -> dict[str, object]:
    """Return the figures that `synthesis bench sample --json` prints."""
    placed = matched[(matched["theme_id"] != "") & (matched["code"] != "other")]
    sizes = matched.loc[matched["theme_id"] != "", "theme_id"].value_counts()
    names = {theme.theme_id: theme.name for theme in run.themes}
    themes = []
    for code, own in placed.groupby("code"):
        total = int((matched["code"] == code).sum())
        best = max(
            ((2 * n / (total + sizes[t]), t) for t, n in own["theme_id"].value_counts().items()), default=(0.0, "")
        )
        themes.append(
            {
                "code": code,
                "f1": round(float(best[0]), 3),
                "matched": best[1],
                "name": names.get(best[1], ""),
                "n": total,
            }
        )
    themes.sort(key=lambda t: (-t["f1"], t["code"]))
    return {
        "mean_f1": round(sum(t["f1"] for t in themes) / max(len(themes), 1), 3),
        "themes": themes,
        "n_themes": len(run.themes),
        "n_planted": len(themes),
        "n_ideas_planted": len(matched),
        "n_ideas_without_theme": int((matched["theme_id"] == "").sum()),
    }


def told_by_name(vectors: np.ndarray, places: list[str], names: dict[str, str]) -> dict[str, float]:
    """Return how well the names alone tell siblings apart: which ideas lie nearest, in meaning, to the name of their own place.

    `vectors` are those of the ideas, `places` the id of each one's theme or strand, `names` the name of each id; siblings are those with the same parent. `by_chance` is
    the share for names drawn blindly; `shared_words` counts names that hold a word of a sibling's.
    """
    ids = sorted(set(places))
    of_names = dict(zip(ids, embed([names[place] for place in ids]), strict=True))
    rows_of: defaultdict[str, list[int]] = defaultdict(list)
    for row, place in enumerate(places):
        rows_of[place.rpartition(".")[0]].append(row)
    right = chance = shared = 0.0
    for rows in rows_of.values():
        own = sorted({places[row] for row in rows})
        middle = vectors[rows].mean(axis=0), np.mean([of_names[place] for place in own], axis=0)
        near = (vectors[rows] - middle[0]) @ unit(np.stack([of_names[place] for place in own]) - middle[1]).T
        right += sum(own[best] == places[row] for best, row in zip(near.argmax(axis=1), rows, strict=True))
        chance += len(rows) / len(own)
        words = [{w for w in re.findall(r"\w+", names[place].lower()) if len(w) > 3} for place in own]
        shared += sum(bool(each & set().union(*words[:at])) for at, each in enumerate(words))
    return {"right": right / len(places), "by_chance": chance / len(places), "shared_words": shared, "names": len(ids)}


def names_apart(run: PublishedRun) -> dict[str, dict[str, float]]:
    """Return `told_by_name` for the themes and for the strands of a run."""
    placed = run.ideas.merge(run.assignments, on="idea_id")
    names = {str(theme.theme_id): theme.name for theme in run.all_themes()}
    vectors = embed(placed["text"].tolist())
    inside = (placed["subtheme_id"].isin(names) & (placed["subtheme_id"] != placed["theme_id"])).to_numpy()
    return {
        "themes": told_by_name(vectors, placed["theme_id"].tolist(), names),
        "strands": told_by_name(vectors[inside], placed["subtheme_id"][inside].tolist(), names),
    }


def main() -> None:
    """Print the figures as a table or as JSON."""
    parser = argparse.ArgumentParser(prog="synthesis bench sample", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--truth", type=Path, default=TRUTH)
    arguments = parser.parse_args()
    data_dir = Settings().data_dir
    run = actions.read_run(data_dir)
    figures = score(match(run, Vault(data_dir), planted(arguments.truth)), run) | {"names": names_apart(run)}
    if arguments.json:
        print(json.dumps(figures, indent=1))
        return
    print(f"{'code':20} {'F1':>6}  {'ideas':>5}  best-matching theme")
    for theme in figures["themes"]:
        print(f"{theme['code']:20} {theme['f1']:6.3f}  {theme['n']:5d}  {theme['matched']} {theme['name']}")
    print(
        f"mean F1 {figures['mean_f1']:.3f}; {figures['n_themes']} themes for {figures['n_planted']} planted; "
        f"{figures['n_ideas_without_theme']} of {figures['n_ideas_planted']} planted ideas not found in a theme"
    )
    for level, row in figures["names"].items():
        print(
            f"names of {row['names']} {level}: {row['right']:.0%} of ideas lie nearest to the name of their own "
            f"(by chance {row['by_chance']:.0%}); {row['shared_words']:.0f} names share a word with a sibling's"
        )


if __name__ == "__main__":
    main()
