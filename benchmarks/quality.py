"""Is it true what a run says of its own themes?

``foretold``: the voices of a channel are parted at random into two halves. The first foretells by Good-Turing how much of what the second says had
been raised, and how many new strands (themes, words) it brings; told are what came, how far off the forecast was, and how often its 90 % interval
held it. The interval is of the next voices' mean; half a channel's voices scatter around that themselves (``with_scatter`` allows for it). Words are the harder test: nobody made them from the same input, and most are rare.

``stability``: the published themes are searched again with other seeds. How often does the 90 % interval of a theme's stability by one seed's
runs hold the mean of all other seeds' runs, and how far is what was published from that?

``people``: themes are searched in random halves of the voices. Do those that were called stable come back where other people are asked?

``codes``: the themes beside the codes that people gave to the sample's ideas (`benchmarks.validation`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from benchmarks import validation
from benchmarks.sample import TRUTH
from synthesis import actions, discover_themes, linguistics
from synthesis.actions.measuring import sittings
from synthesis.actions.reading import readable
from synthesis.groups import ALL
from synthesis.model import Channel, Voice
from synthesis.published import PublishedRun
from synthesis.settings import Settings
from synthesis.store.runs import read_vectors
from synthesis.store.vault import Vault
from synthesis.themes import coverage, rules
from synthesis.themes.quality import recurrence

HALVES, SEEDS, SEARCHES = 100, 8, 6
LEVELS = ("theme", "strand", "word")


def raised(run: PublishedRun, level: str) -> pd.DataFrame:
    """Return who raised what, each pair once: ``voice_key, channel, place``; a place is a theme, a strand, or a word that says something."""
    who = sittings(run.contributions, {str(row.sha256): row.name for row in run.ledger})
    told = run.ideas.merge(who, on="contribution_id").merge(run.assignments, on="idea_id")
    if level == "word":
        found = linguistics.tokens(told["text"].tolist())
        told["place"] = [
            sorted(
                {
                    t.lemma
                    for t in words
                    if t.is_word and not t.is_stop and t.text.lower() not in linguistics.FUNCTION_WORDS
                }
            )
            for words in found
        ]
        told = told.explode("place").dropna(subset="place")
    else:
        told["place"] = (
            told["theme_id"]
            if level == "theme"
            else told["subtheme_id"].where(told["subtheme_id"].ne(""), told["theme_id"])
        )
    return told[["voice_key", "channel", "place"]].drop_duplicates(["voice_key", "place"], ignore_index=True)


def halves(said: pd.DataFrame, times: int, seed: int = 0) -> dict[str, float]:
    """Return how well one half of the voices foretells the other, over `times` random halves. `said` is of one part of the input."""
    keys, voice = np.unique(said["voice_key"].to_numpy(dtype=str), return_inverse=True)
    places, place = np.unique(said["place"].to_numpy(dtype=str), return_inverse=True)
    rng = np.random.default_rng(seed)
    rows = []
    for turn in range(times):
        first = (rng.permutation(len(keys)) < len(keys) // 2)[voice]
        counts, later = (np.bincount(place[side], minlength=len(places)) for side in (first, ~first))
        units, more = len(keys) // 2, len(keys) - len(keys) // 2
        foretold = coverage.coverage(counts.astype(np.int64), units, seed=turn)
        came = float(later[counts > 0].sum() / later.sum())
        new = float(((counts == 0) & (later > 0)).sum())
        now, then = coverage.curve(counts.astype(np.int64), units, np.array([units, units + more]))
        low, high = foretold.coverage - foretold.coverage_low, foretold.coverage_high - foretold.coverage
        scatter = 1.645 * _error(voice[~first], counts[place[~first]] > 0)
        held = [
            -float(np.hypot(low, wider)) <= came - foretold.coverage <= float(np.hypot(high, wider))
            for wider in (0.0, scatter)
        ]
        rows.append((foretold.coverage, came, float(then - now), new, *map(float, held)))
    told, came, expected, new, held, held_with = np.array(rows).T
    return {
        "voices": float(len(keys)),
        "foretold": float(told.mean()),
        "came": float(came.mean()),
        "off_by": float(np.abs(told - came).mean()),
        "interval_holds": float(held.mean()),
        "with_scatter": float(held_with.mean()),
        "new_foretold": float(expected.mean()),
        "new_came": float(new.mean()),
    }


def _error(voice: np.ndarray, known: np.ndarray) -> float:
    """Return the standard error of the share of what voices raised that was known, for voices drawn at random (a ratio of two sums)."""
    _, own = np.unique(voice, return_inverse=True)
    total, hits = np.bincount(own), np.bincount(own, weights=known)
    share = hits.sum() / total.sum()
    return float(np.sqrt(((hits - share * total) ** 2).sum()) / total.sum())


def foretold(run: PublishedRun, times: int = HALVES) -> dict[str, dict[str, float]]:
    """Return the figures of `halves` for each level and channel, and for all input."""
    result = {}
    for level in LEVELS:
        said = raised(run, level)
        for channel in [ALL, *sorted(said["channel"].unique())]:
            part = said if channel == ALL else said[said["channel"] == channel]
            result[f"{level}s, {'all input' if channel == ALL else channel}"] = halves(part, times)
    return result


class _Engine:
    """The engine on the ideas of a published run that repeat no other comment, with the vectors of that run."""

    def __init__(self, run: PublishedRun, data_dir: Path) -> None:
        vectors = read_vectors(data_dir, run.manifest.run_id)
        if vectors is None:
            raise SystemExit("The run was published without vectors: make it again (synthesis run).")
        ideas = run.ideas.merge(run.contributions, on="contribution_id", validate="m:1")
        ideas["voice_key"] = (
            sittings(run.contributions, {})
            .set_index("contribution_id")
            .loc[ideas["contribution_id"], "voice_key"]
            .to_numpy()
        )
        own = ideas["duplicate_of"].eq("").to_numpy()
        self.ideas = ideas[own].reset_index(drop=True)
        self.texts = [text for text, kept in zip(readable(ideas), own, strict=True) if kept]
        self.vectors = vectors[own]
        self.themes = run.assignments.loc[own, "theme_id"].to_numpy()
        asked = self.ideas["channel"].eq(Channel.OTHER) & self.ideas["voice"].eq(Voice.VERBATIM)
        self.prompts = self.ideas["prompt_text"].where(asked, "").tolist()

    def search(self, rows: np.ndarray, seed: int) -> Any:
        """Return the themes of these rows."""
        return discover_themes(
            [self.texts[row] for row in rows],
            prompts=[self.prompts[row] for row in rows],
            embeddings=self.vectors[rows],
            seed=seed,
        )


def stability(run: PublishedRun, data_dir: Path, seeds: int = SEEDS) -> dict[str, float]:
    """Return how the stability of one seed's runs holds for those of all others."""
    engine = _Engine(run, data_dir)
    rows = np.arange(len(engine.texts))
    ids, labels = np.unique(engine.themes, return_inverse=True)
    runs = [engine.search(rows, seed).runs for seed in range(1, seeds + 1)]
    means = np.stack([recurrence(labels, found).mean(axis=0) for found in runs])
    held, widths = [], []
    for number, found in enumerate(runs):
        measured = rules.Measured(
            engine.vectors, engine.themes.tolist(), dict.fromkeys(ids, "Theme"), engine.texts, engine.ideas["voice_key"].tolist(),
            np.zeros(len(rows), dtype=bool), found,
        )  # fmt: skip
        frame = rules.theme_quality(measured, seed=number)[0]
        truth = np.delete(means, number, axis=0).mean(axis=0)
        held.append((frame["stability_low"].to_numpy() <= truth) & (truth <= frame["stability_high"].to_numpy()))
        widths.append((frame["stability_high"] - frame["stability_low"]).mean())
    published = run.quality.set_index("theme_id").loc[ids]
    truth = means.mean(axis=0)
    inside = (published["stability_low"] <= truth) & (truth <= published["stability_high"])
    return {
        "themes": float(len(ids)),
        "seeds": float(seeds),
        "interval of one seed holds the mean of the others": float(np.mean(held)),
        "mean width of an interval": float(np.mean(widths)),
        "published, mean": float(published["stability"].mean()),
        "other seeds, mean": float(truth.mean()),
        "mean distance": float((published["stability"] - truth).abs().mean()),
        "published interval holds the mean of other seeds": float(inside.mean()),
        "same verdict on the rule": float(((published["stability"] >= 0.75) == (truth >= 0.75)).mean()),
    }


def people(run: PublishedRun, data_dir: Path, searches: int = SEARCHES) -> dict[str, float]:
    """Return whether themes that are called stable come back where half of the voices are asked."""
    engine = _Engine(run, data_dir)
    ids, labels = np.unique(engine.themes, return_inverse=True)
    keys, voice = np.unique(engine.ideas["voice_key"].to_numpy(dtype=str), return_inverse=True)
    rng = np.random.default_rng(0)
    again = []
    for _ in range(searches):
        rows = np.flatnonzero((rng.permutation(len(keys)) < len(keys) // 2)[voice])
        here, local = np.unique(labels[rows], return_inverse=True)
        found = np.full(len(ids), np.nan)
        found[here] = recurrence(local, engine.search(rows, 0).labels[None])[0]
        again.append(found)
    back = np.nanmean(np.stack(again), axis=0)
    claimed = run.quality.set_index("theme_id").loc[ids, "stability"].to_numpy()
    sure = claimed >= 0.75
    return {
        "themes": float(len(ids)),
        "searches": float(searches),
        "claimed, mean": float(claimed.mean()),
        "overlap where half of the voices are asked, mean": float(back.mean()),
        "of themes that meet the rule": float(back[sure].mean()),
        "of themes that do not": float(back[~sure].mean()) if (~sure).any() else float("nan"),
        "Spearman of claimed and found": float(spearmanr(claimed, back).statistic),
    }


def codes(run: PublishedRun, data_dir: Path, truth: Path = TRUTH) -> dict[str, float]:
    """Return how the themes and the strands agree with the codes that people gave."""
    ideas = validation.coded_ideas(run, Vault(data_dir), truth)
    result = {"ideas": float(len(ideas)), "codes": float(ideas["code"].nunique())}
    for column, called in (("theme_id", "themes"), ("strand", "strands")):
        told = validation.said(ideas, column)
        agreed, shared = validation.alpha(ideas, told), validation.mutual_information(ideas, column)
        table = validation.by_code(ideas, told)
        result |= {
            f"{called}: alpha": agreed.alpha or float("nan"),
            f"{called}: alpha, low": agreed.low or float("nan"),
            f"{called}: alpha, high": agreed.high or float("nan"),
            **{
                f"{called}: AMI{end}": shared[key] for end, key in (("", "value"), (", low", "low"), (", high", "high"))
            },
            f"{called}: mean recall of a code": float(table["recall_value"].mean()),
            f"{called}: mean precision of a code": float(table["precision_value"].mean()),
        }
    return result


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="synthesis bench quality", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", choices=["foretold", "stability", "people", "codes"])
    parser.add_argument("--halves", type=int, default=HALVES, help="random halves of each part of the input")
    arguments = parser.parse_args()
    data_dir = Settings().data_dir
    run = actions.read_run(data_dir)
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "foretold": lambda: foretold(run, arguments.halves),
        "stability": lambda: stability(run, data_dir),
        "people": lambda: people(run, data_dir),
        "codes": lambda: codes(run, data_dir),
    }
    found = {name: measure() for name, measure in parts.items() if arguments.part in (None, name)}
    if arguments.json:
        print(json.dumps(found, indent=1))
        return
    for name, figures in found.items():
        print(name)
        if name == "foretold":
            print(pd.DataFrame(figures).T.round(3).to_string())
        else:
            print("\n".join(f"  {key:55} {value:.3f}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
