"""How far the order can be trusted: planted order, coverage of rank intervals, flooding, people's votes, speed; and whether the
register and the crosswalk find what was planted.

`synthesis bench priority` prints every part; `--part coverage` one of them. The sample must have been ingested and run.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import kendalltau, spearmanr

from benchmarks.sample import TRUTH, match, planted
from synthesis import actions
from synthesis.actions.grouping import shown_groups
from synthesis.priority import Weights, rank_themes, regard_themes, register
from synthesis.priority.certainty import certainty, resampled
from synthesis.priority.comparison import compare
from synthesis.priority.score import ranks, scores
from synthesis.priority.tally import Tally, tally
from synthesis.settings import Settings
from synthesis.store.vault import Vault
from synthesis.text.cues import cues

COMMUNITIES = 500
POLIS = ("polis-bowling-green", "polis-bg2050")
Community = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def planted_community(data_dir: Path, truth: Path = TRUTH) -> Community:
    """Return contributions, ideas and assignments of the sample with the planted codes as themes."""
    run = actions.read_run(data_dir)
    matched = match(run, Vault(data_dir), planted(truth))
    placed = matched[(matched["contribution_id"] != "") & (matched["code"] != "other")].reset_index(drop=True)
    ids = "P" + placed.index.astype(str)
    ideas = pd.DataFrame({"idea_id": ids, "contribution_id": placed["contribution_id"]})
    assignments = pd.DataFrame({"idea_id": ids, "theme_id": placed["code"], "subtheme_id": ""})
    return run.contributions, ideas, assignments


def planted_people(truth: Path = TRUTH) -> pd.Series[int]:
    """Return how many people the source wrote for each code, campaigns aside."""
    contributions = pd.read_csv(truth / "contributions.csv", dtype=str, keep_default_na=False)
    ideas = pd.read_csv(truth / "ideas.csv", dtype=str, keep_default_na=False)
    said = ideas.merge(contributions[["contribution", "who", "campaign", "is_voice"]], on="contribution")
    said = said[said["is_voice"].str.lower().eq("true") & said["campaign"].eq("") & said["code"].ne("other")]
    person = said["who"].where(said["who"].ne(""), "row " + said["contribution"])
    return said.assign(person=person).drop_duplicates(["person", "code"])["code"].value_counts()


def order_recovered(data_dir: Path) -> dict[str, Any]:
    """Kendall's τ of the order, with the codes as themes, with the planted numbers of people: bar .8."""
    people = planted_people()
    figures: dict[str, Any] = {}
    for name, weights in (
        ("the order", Weights()),
        ("without a cap on channels", Weights(channel_cap=0)),
        ("reach alone, without a cap", Weights(1, 0, 0, 0)),
    ):
        order = rank_themes(*planted_community(data_dir), weights=weights, bootstraps=20).set_index("theme_id")
        figures[name] = round(float(kendalltau(-order["rank"], people.reindex(order.index)).statistic), 3)
        if name == "the order":
            by_people = kendalltau(-order["rank_by_people"], people.reindex(order.index)).statistic
            figures["rank_by_people"] = round(float(by_people), 3)
            moved = (order["rank_with_campaigns"] - order["rank"]).abs().max()
            figures["places a campaign moves a theme, as one voice"] = int(order["influence_campaign"].max())
            figures["places a campaign would move a theme, all senders counted"] = int(moved)
    return figures


def coverage(communities: int = COMMUNITIES) -> dict[str, Any]:
    """How often 90 % rank intervals hold the true rank, and whether a chance of the top five is one, in simulated communities."""
    held, width, bootstrap, said, true_top = [], [], [], [], []
    weights = Weights()
    for seed in range(communities):
        truth, drawn = _simulated(np.random.default_rng(seed), weights)
        score = scores(*drawn.sums(), weights)[0]
        draws = resampled(drawn, weights, seed)
        sure = certainty(score, draws)
        held += ((sure.rank_low <= truth) & (truth <= sure.rank_high)).tolist()
        width += (sure.rank_high - sure.rank_low + 1).tolist()
        low, high = np.percentile(ranks(draws), (5, 95), axis=0)
        bootstrap += ((low <= truth) & (truth <= high)).tolist()
        said += sure.p_top.tolist()
        true_top += (truth <= 5).tolist()
    chance, top = np.array(said), np.array(true_top)
    bins = [(0.0, 0.1), (0.1, 0.3), (0.3, 0.7), (0.7, 0.9), (0.9, 1.01)]
    return {
        "communities": communities,
        "themes": len(held),
        "intervals that hold the true rank": round(float(np.mean(held)), 4),
        "peer: percentiles of bootstrap ranks": round(float(np.mean(bootstrap)), 4),
        "mean width in places": round(float(np.mean(width)), 2),
        "said and true chance of the top five": [
            [round(float(chance[inside].mean()), 3), round(float(top[inside].mean()), 3)]
            for inside in ((chance >= low) & (chance < high) for low, high in bins)
        ],
    }


def _simulated(rng: np.random.Generator, weights: Weights) -> tuple[NDArray[np.int64], Tally]:
    """Return the true ranks of a made-up community and the tally of those of its people who came."""
    n_themes, n_channels, n_roles = int(rng.integers(8, 26)), int(rng.integers(2, 6)), int(rng.integers(2, 7))
    n_people = int(rng.integers(300, 2500))
    channels, roles = rng.dirichlet(np.full(n_channels, 1.5)), rng.dirichlet(np.full(n_roles, 1.5))
    base = rng.normal(-2.6, 0.5, n_themes)[:, None] + rng.normal(0, 0.4, (n_themes, n_channels))
    chance = 1 / (1 + np.exp(-(base[:, :, None] + rng.normal(0, 0.3, (n_themes, 1, n_roles)))))
    size = np.outer(channels, roles) * n_people
    none = np.zeros((1, n_themes, n_channels, 1))
    spoke = np.concatenate([(chance * size)[None], none], axis=3)
    took_part = np.concatenate([size[None], none[:, 0]], axis=2)
    truth = ranks(scores(spoke, took_part, weights))[0]
    channel, role = rng.choice(n_channels, n_people, p=channels), rng.choice(n_roles, n_people, p=roles)
    who, what = np.nonzero(rng.random((n_people, n_themes)) < chance[:, channel, role].T)
    cell, n_cells = channel * (n_roles + 1) + role, n_channels * (n_roles + 1)
    return truth, Tally(
        spoke=csr_matrix((np.ones(len(who)), (who, what * n_cells + cell[who])), shape=(n_people, n_themes * n_cells)),
        took_part=csr_matrix((np.ones(n_people), (np.arange(n_people), cell)), shape=(n_people, n_cells)),
        heads=np.ones(n_people),
        campaign=np.zeros(n_people, dtype=bool),
        themes=tuple(map(str, range(n_themes))),
        channels=tuple(map(str, range(n_channels))),
        roles=(*map(str, range(n_roles)), "unknown"),
    )


def registered(data_dir: Path, truth: Path = TRUTH) -> dict[str, Any]:
    """How many of the planted small but serious ideas stand in the register under their rule, and how many stand there in all."""
    run = actions.read_run(data_dir)
    matched = match(run, Vault(data_dir), planted(truth))
    wanted = matched[matched["serious"].ne("") & matched["contribution_id"].ne("")]
    found = run.register.merge(run.ideas[["idea_id", "contribution_id"]], on="idea_id")
    under = set(zip(found["rule"], found["contribution_id"], strict=True))
    hit = [pair in under for pair in zip(wanted["serious"], wanted["contribution_id"], strict=True)]
    return {
        "planted": len(hit),
        "in the register under their rule": sum(hit),
        "ideas in the register": int(run.register["idea_id"].nunique()),
        "of ideas": len(run.ideas),
        "matters": int(run.register.drop_duplicates(["rule", "matter"]).shape[0]),
    }


def crossed(data_dir: Path, truth: Path = TRUTH) -> dict[str, Any]:
    """Whether themes that a document speaks to are told from those that none speaks to; a theme is its most frequent code."""
    run = actions.read_run(data_dir)
    matched = match(run, Vault(data_dir), planted(truth))
    placed = matched[matched["theme_id"].ne("")]
    code = placed.groupby("theme_id")["code"].agg(lambda codes: codes.value_counts().index[0]).to_dict()
    research = pd.read_csv(truth / "research.csv", dtype=str, keep_default_na=False)
    codes = {word for row in research["codes"] for word in row.split()}
    report = actions.practices(run)
    right = [(theme["verdict"] == "supported") == (code[theme["theme_id"]] in codes) for theme in report["themes"]]
    of = dict(zip(research["file"].str.rsplit("/").str[-1], research["codes"].str.split(), strict=True))
    names = {row.sha256: row.name.rsplit("/")[-1] for row in run.ledger}
    file = dict(zip(run.research["chunk_id"], run.research["export_sha256"].map(names), strict=True))
    pairs = [code[t] in of[file[c]] for t, c in zip(run.crosswalk["theme_id"], run.crosswalk["chunk_id"], strict=True)]
    return {
        "themes whose verdict is right": f"{sum(right)} of {len(right)}",
        "pairs of theme and chunk": len(pairs),
        "of them right": sum(pairs),
        "documents named unasked": [entry["document"] for entry in report["unasked"]],
    }


def flooding(data_dir: Path) -> dict[str, Any]:
    """Most places that any theme moves when one channel comes tenfold, by cap: the bar is 1."""
    contributions, ideas, assignments = planted_community(data_dir)
    spoken = ideas.merge(assignments, on="idea_id").merge(contributions, on="contribution_id")
    counted = tally(spoken.assign(place=spoken["theme_id"]), contributions)
    spoke, took_part = counted.sums()
    figures = {}
    for cap in (0, 400, 200, 100, 50):
        weights = Weights(channel_cap=cap)
        before = ranks(scores(spoke, took_part, weights))
        moved = {}
        for number, channel in enumerate(counted.channels):
            times = np.ones(len(counted.channels))
            times[number] = 10
            flooded = scores(spoke * times[None, None, :, None], took_part * times[None, :, None], weights)
            moved[channel] = int(np.abs(ranks(flooded) - before).max())
        figures[f"cap {cap or 'none'}"] = moved
    return figures


def votes(data: Path) -> dict[str, Any]:
    """Spearman's ρ of orders made from text with the order by votes, on the Polis sets; 90 % interval over themes drawn again.

    The order by votes: a comment's group-informed consensus is the product over opinion groups of (agrees + 1) / (votes + 2)
    (Small et al. 2021); a theme's is the mean of its comments'.
    """
    figures: dict[str, Any] = {}
    for name in POLIS:
        with tempfile.TemporaryDirectory() as folder:
            actions.ingest([data / name], data_dir=Path(folder), timezone="America/Chicago")
            run = actions.run(data_dir=Path(folder))
        consensus = _group_informed(data / name)
        said = run.ideas.merge(run.assignments[["idea_id", "theme_id"]], on="idea_id")
        said = said.merge(run.contributions[["contribution_id", "row"]], on="contribution_id")
        agreed = said.assign(votes=said["row"].map(consensus)).groupby("theme_id")["votes"].mean()
        order = run.priorities[run.priorities["level"] == 1].set_index("theme_id")
        figures[name] = {"themes": len(order)} | {
            label: _spearman(values.reindex(agreed.index).to_numpy(dtype=float), agreed.to_numpy())
            for label, values in (
                ("our order", -order["rank"]),
                ("people", order["people_low"]),
                ("lines", order["n_contributions"]),
                ("size of cluster (ideas)", order["n_ideas"]),
            )
        }
    return figures


def _group_informed(folder: Path) -> dict[int, float]:
    """Return row in comments.csv → group-informed consensus, from the participants' votes."""
    comments = pd.read_csv(folder / "comments.csv")
    people = pd.read_csv(folder / "participants-votes.csv", low_memory=False)
    grouped = people[people["group-id"].notna()]
    result = {}
    for row, comment in enumerate(comments["comment-id"], start=2):
        if str(comment) not in people:
            continue
        cast = grouped.groupby("group-id")[str(comment)]
        result[row] = float((((cast.agg(lambda v: (v == 1).sum())) + 1) / (cast.count() + 2)).prod())
    return result


def _spearman(left: NDArray[np.float64], right: NDArray[np.float64]) -> list[float]:
    """Return ρ and its 90 % bootstrap interval over themes."""
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(2000):
        some = rng.integers(len(left), size=len(left))
        if len(set(left[some])) > 1 and len(set(right[some])) > 1:
            drawn.append(float(spearmanr(left[some], right[some]).statistic))
    return [round(float(v), 3) for v in (spearmanr(left, right).statistic, *np.percentile(drawn, (5, 95)))]


def speed(contributions: int = 100_000) -> dict[str, Any]:
    """Seconds and memory for all of priority with 1,000 resamples: the bars are 30 s and 2 GB."""
    rng = np.random.default_rng(0)
    community = _large(rng, contributions)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    priorities = rank_themes(*community)
    ranked = time.perf_counter()
    told = cues(community[1])
    read = time.perf_counter()
    regard_themes(*community, told)
    register(*community, told)
    groups = shown_groups(*community, 10)
    compared = len(compare(groups))
    return {
        "contributions": contributions,
        "themes": int((priorities["level"] == 1).sum()),
        "comparisons of groups": compared,
        "seconds": round(time.perf_counter() - start, 1),
        "of them the order": round(ranked - start, 1),
        "of them cues in the words": round(read - ranked, 1),
        "peak MB, of the process": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "MB before": round(before / 1024),
    }


def _large(rng: np.random.Generator, n: int) -> Community:
    """Return a made-up community of `n` contributions with twenty themes of four strands."""
    ids = pd.Series([f"C{number:07d}" for number in range(n)])
    contributions = pd.DataFrame(
        {
            "contribution_id": ids,
            "export_sha256": "e",
            "sheet": "",
            "room": "",
            "voice": "verbatim",
            "participant_key": [f"p:{number}" for number in rng.integers(int(n * 0.7), size=n)],
            "speaks_for_low": 1,
            "speaks_for_high": 1,
            "channel": rng.choice(["education_summit", "lets_talk", "listening_tour", "other", "town_hall"], n),
            "role": rng.choice(["family", "student", "teacher", "support_staff", "community_member", "unknown"], n),
            "school": rng.choice([f"School {number}" for number in range(12)], n),
            "language": "en",
            "grade_band": "",
            "campaign_id": np.where(rng.random(n) < 0.03, "K1", ""),
            "valence": rng.choice(["negative", "open", "positive"], n),
            "agrees": 0,
            "disagrees": 0,
            "stars": 0.0,
            "raters": 0,
            "dots": 0,
        }
    )
    theme = rng.choice(20, n, p=rng.dirichlet(np.full(20, 3.0)))
    names = [f"T{number + 1:02d}" for number in theme]
    strands = [f"{name}.{strand}" for name, strand in zip(names, rng.integers(1, 5, n), strict=True)]
    said = pd.read_csv(TRUTH / "ideas.csv", dtype=str, keep_default_na=False)["text"]
    ideas = pd.DataFrame({"idea_id": "I" + ids.str[1:], "contribution_id": ids, "text": rng.choice(said, n)})
    return contributions, ideas, pd.DataFrame({"idea_id": ideas["idea_id"], "theme_id": names, "subtheme_id": strands})


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="synthesis bench priority", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--data", type=Path, help="folder with the Polis sets; without it the votes are left out")
    parser.add_argument("--part", choices=["speed", "order", "register", "crosswalk", "flooding", "coverage", "votes"])
    arguments = parser.parse_args()
    folder = Settings().data_dir
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "speed": speed,
        "order": lambda: order_recovered(folder),
        "register": lambda: registered(folder),
        "crosswalk": lambda: crossed(folder),
        "flooding": lambda: flooding(folder),
        "coverage": coverage,
    }
    if arguments.data:
        parts["votes"] = lambda: votes(arguments.data)
    figures = {name: measure() for name, measure in parts.items() if arguments.part is None or name == arguments.part}
    if arguments.json:
        print(json.dumps(figures, indent=1))
        return
    for name, found in figures.items():
        print(name)
        for key, value in found.items():
            print(f"  {key:60} {value}")


if __name__ == "__main__":
    main()
