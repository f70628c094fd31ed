"""Does the same input give the same themes, and nearly the same input nearly the same: ours beside stock BERTopic and k-means.

* `other order`: ideas in another order; for ours also another hash seed and number of threads, in processes of their own. Whether
  all labels are equal, else the adjusted Rand index (ARI).
* `other seeds`: mean ARI over all pairs of seeds.
* `ids kept`: a tenth more ideas come; of the old ones the share that keeps its theme's permanent id (`lineage.keep_ids`) in a search of
  all. What BERTopic leaves unassigned counts as one theme of its own that keeps its id.
* `by a run`: the same as `synthesis run` does it, which lays a tenth that is new beside the themes there are, and searches where it is a
  new matter. Nobody has adopted a theme: adopted ones keep their ids in any case.

Sets: the largest motions of ArgKP 2021 one by one, CLINC150, Banking77, HWU64, and two Polis conversations, of each part `--most` texts
at most. Every method gets the same vectors; k-means the number of themes that ours found. BERTopic's seed is UMAP's.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import themes

METHODS = ("synthesis", "bertopic", "k_means")
BARS = {"other_order": 1.0, "other_seeds": 0.90, "by_a_run": 0.95}
_MOTIONS = 8
_VARIANTS = ({"order": 1, "hash_seed": 0, "threads": 1}, {"order": 2, "hash_seed": 4242, "threads": 0})
Cluster = Callable[[list[str], np.ndarray, int], np.ndarray]


def load(data: Path, most: int) -> dict[str, list[list[str]]]:
    """Return set name → parts of at most `most` distinct texts, evenly taken."""
    sets = {name: [texts for texts, _ in parts] for name, parts in themes.load(data).items()}
    sets["argkp"] = sorted(sets["argkp"], key=len, reverse=True)[:_MOTIONS]
    for name in ("polis-bowling-green", "polis-bg2050"):
        comments = pd.read_csv(data / name / "comments.csv", dtype=str, keep_default_na=False)["comment-body"]
        sets[name] = [comments.tolist()]
    return {name: [_even(texts, most) for texts in parts] for name, parts in sets.items()}


def _even(texts: list[str], most: int) -> list[str]:
    distinct = list(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))
    return [distinct[at] for at in np.linspace(0, len(distinct) - 1, min(most, len(distinct))).astype(int)]


def clusterer(method: str, n_themes: int = 0) -> Cluster:
    """Return the function of texts, vectors and seed that gives labels."""
    if method == "synthesis":
        from synthesis import discover_themes

        return lambda texts, vectors, seed: discover_themes(texts, embeddings=vectors, seed=seed).labels
    if method == "k_means":
        from sklearn.cluster import KMeans

        return lambda texts, vectors, seed: KMeans(n_themes, n_init=10, random_state=seed).fit_predict(vectors)
    from bertopic import BERTopic
    from umap import UMAP

    def stock(texts: list[str], vectors: np.ndarray, seed: int) -> np.ndarray:
        umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
        return np.array(BERTopic(umap_model=umap).fit_transform(texts, vectors)[0])

    return stock


def figures(cluster: Cluster, texts: list[str], vectors: np.ndarray, seeds: int, *, ours: bool) -> dict[str, float]:
    """Return the figures of one method on one part."""
    from sklearn.metrics import adjusted_rand_score

    by_seed = [cluster(texts, vectors, seed) for seed in range(seeds)]
    order = np.random.default_rng(1).permutation(len(texts))
    moved = np.empty_like(by_seed[0])
    moved[order] = cluster([texts[row] for row in order], vectors[order], 0)
    return {
        "texts": len(texts),
        "themes": len(set(by_seed[0].tolist()) - {-1}),
        "other_order": float(adjusted_rand_score(by_seed[0], moved)),
        "other_seeds": float(np.mean([adjusted_rand_score(*pair) for pair in combinations(by_seed, 2)])),
        **ids_kept(cluster, texts, vectors, by_seed[0], ours=ours),
    }


def ids_kept(
    cluster: Cluster, texts: list[str], vectors: np.ndarray, after: np.ndarray, *, ours: bool
) -> dict[str, float]:
    """Return the share of ideas that keep their theme's id when a tenth more come; `after` labels all of them."""
    from synthesis.themes.lineage import keep_ids

    old = np.sort(np.random.default_rng(0).permutation(len(texts))[: math.ceil(len(texts) / 1.1)])
    before = np.full(len(texts), -2)
    before[old] = cluster([texts[row] for row in old], vectors[old], 0)
    names = [str(row) for row in range(len(texts))]

    def members(labels: np.ndarray) -> list[frozenset[str]]:
        return [frozenset(names[row] for row in np.flatnonzero(labels == label)) for label in range(labels.max() + 1)]

    former = members(before)
    previous = dict(zip(keep_ids(former, {}), former, strict=True))
    id_before, id_after = (
        {-1: ""} | dict(enumerate(previous)),
        {-1: ""} | dict(enumerate(keep_ids(members(after), previous))),
    )
    searched = float(np.mean([id_before[int(before[row])] == id_after[int(after[row])] for row in old]))
    if not ours:
        return {"ids_kept": searched}
    laid = _laid_beside([id_before[int(before[row])] for row in old], old, vectors)
    kept = searched if laid is None else float(np.mean([laid[row] == id_before[int(before[row])] for row in old]))
    return {"ids_kept": searched, "by_a_run": kept}


def _laid_beside(ids: list[str], old: np.ndarray, vectors: np.ndarray) -> list[str] | None:
    """Return the theme of each row by an increment on the old rows' `ids`; None where a run would search in full."""
    from synthesis.actions import increment
    from synthesis.published import Basis

    names = [str(row) for row in range(len(vectors))]
    same = {"sub_id": "", "strength": 1.0, "runner_up": "", "margin": 1.0, "unclear": False, "by_frame": False}
    known = [names[row] for row in old]
    places = pd.DataFrame({"idea_id": known, "read": known, "engine_id": ids} | same)
    ground = increment.ground(Basis(places, (), {}, (), (), ""), names, names)
    placed = None if ground is None else increment.lay(ground, vectors, np.arange(len(vectors)))
    return None if placed is None else placed.engine_ids


def measure(method: str, folder: Path, seeds: int) -> dict[str, dict[str, float]]:
    """Return the figures of one method on every set, means over its parts. Run in a process of its own."""
    result = {}
    for name, parts in json.loads((folder / "texts.json").read_text("utf-8")).items():
        rows = []
        for number, texts in enumerate(parts):
            found = folder / f"{name}-{number}.themes"
            cluster = clusterer(method, int(found.read_text()) if method == "k_means" else 0)
            rows.append(
                figures(cluster, texts, np.load(folder / f"{name}-{number}.npy"), seeds, ours=method == "synthesis")
            )
            if method == "synthesis":
                found.write_text(str(rows[-1]["themes"]))
        result[name] = {key: float(value) for key, value in pd.DataFrame(rows).mean().items()}
    return result


def label(folder: Path, order: int) -> dict[str, list[list[int]]]:
    """Return our labels of every part, computed in another order of rows. Run in a process of its own."""
    result: dict[str, list[list[int]]] = {}
    cluster = clusterer("synthesis")
    for name, parts in json.loads((folder / "texts.json").read_text("utf-8")).items():
        for number, texts in enumerate(parts):
            rows = np.random.default_rng(order).permutation(len(texts))
            labels = np.empty(len(texts), dtype=int)
            vectors = np.load(folder / f"{name}-{number}.npy")
            labels[rows] = cluster([texts[row] for row in rows], vectors[rows], 0)
            result.setdefault(name, []).append(labels.tolist())
    return result


def _child(folder: Path, *arguments: str, hash_seed: int = 0, threads: int = 0) -> dict[str, object]:
    """Run this program again and return what it printed. `threads` of 0 leaves all cores."""
    environment = os.environ | {"PYTHONHASHSEED": str(hash_seed)}
    if threads:
        environment |= {f"{name}_NUM_THREADS": str(threads) for name in ("OMP", "OPENBLAS", "MKL")}
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.stability", "--data", str(folder), *arguments]
    command += ["--folder", str(folder), "--threads", str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def compare(data: Path, most: int, seeds: int) -> dict[str, object]:
    """Return the figures of every method on every set, and whether ours are the same to the last label."""
    from synthesis.themes.embed import embed

    sets = load(data, most)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "texts.json").write_text(json.dumps(sets), "utf-8")
        for of_set, parts in sets.items():
            for number, texts in enumerate(parts):
                np.save(folder / f"{of_set}-{number}.npy", embed(texts))
        results = {method: _child(folder, "--method", method, "--seeds", str(seeds)) for method in METHODS}
        first, second = (
            _child(folder, "--order", str(variant["order"]), hash_seed=variant["hash_seed"], threads=variant["threads"])
            for variant in _VARIANTS
        )
    identical = {of_set: first[of_set] == second[of_set] for of_set in sets}
    return {"bars": BARS, "seeds": seeds, "variants": _VARIANTS, "identical": identical, "results": results}


def main() -> None:
    """Print a table or JSON."""
    parser = argparse.ArgumentParser(prog="synthesis bench stability", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--most", type=int, default=3000, help="texts of one part at most")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--method", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--order", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.threads and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])
    if arguments.method:
        print(json.dumps(measure(arguments.method, arguments.folder, arguments.seeds)))
        return
    if arguments.order is not None:
        print(json.dumps(label(arguments.folder, arguments.order)))
        return
    report = compare(arguments.data, arguments.most, arguments.seeds)
    if arguments.json:
        print(json.dumps(report, indent=1))
        return
    print(
        f"{'set':20} {'method':10} {'texts':>6} {'themes':>7} {'other order':>12} {'other seeds':>12} {'ids kept':>9} {'by a run':>9}"
    )
    print(
        f"{'bar':20} {'':10} {'':6} {'':7} {'identical':>12} {BARS['other_seeds']:12.2f} {'':9} {BARS['by_a_run']:9.2f}"
    )
    for of_set in report["identical"]:
        for method in METHODS:
            row = report["results"][method][of_set]
            same = row["other_order"] == 1.0 and (method != "synthesis" or report["identical"][of_set])
            _print(of_set, method, row, f"{row['texts']:6.0f}", "identical" if same else f"{row['other_order']:.3f}")
    for method in METHODS:
        means = pd.DataFrame(report["results"][method]).T.mean()
        _print("mean", method, means, " " * 6, f"{means['other_order']:.3f}")


def _print(of: str, method: str, row: Mapping[str, float], texts: str, order: str) -> None:
    run = f"{row['by_a_run']:9.3f}" if "by_a_run" in row else ""
    print(
        f"{of:20} {method:10} {texts} {row['themes']:7.1f} {order:>12} {row['other_seeds']:12.3f} {row['ids_kept']:9.3f} {run}"
    )


if __name__ == "__main__":
    main()
