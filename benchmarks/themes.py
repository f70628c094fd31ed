"""`discover_themes` against every other method that installs, on public sets with human codes.

Peers: stock BERTopic, as is and with reassigned outliers; UMAP and HDBSCAN with texts given to the nearest topic vector, as Top2Vec
does; EVoC; k-means and NMF at the number of themes that ours chose. `synthesis` takes as many themes as there are, `synthesis_20` as
many as a committee reads. Sets: ArgKP 2021 motion by motion (mean over motions), CLINC150 and Banking77 (test split), HWU64. Every method gets
the same embeddings. Each method runs in a process of its own, so that its seconds and peak memory are its own; seconds
are of the method without loading the embeddings, import seconds stand apart.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

METHODS = ("synthesis", "synthesis_20", "bertopic", "bertopic_reassigned", "top2vec_style", "evoc", "kmeans", "nmf")


def load(data: Path) -> dict[str, list[tuple[list[str], list[str]]]]:
    """Return set name → parts of (texts, codes). ArgKP has one part per motion."""
    argkp = pd.read_csv(data / "argkp2021" / "argkp2021.csv", dtype=str, keep_default_na=False)
    argkp = argkp[argkp["n_kp"] == "1"]
    clinc = pd.read_csv(data / "clinc150" / "clinc150.csv", dtype=str, keep_default_na=False)
    clinc = clinc[clinc["split"] == "test"]
    banking = pd.read_csv(data / "banking77" / "banking77.csv", dtype=str, keep_default_na=False)
    banking = banking[banking["split"] == "test"]
    hwu = pd.read_csv(data / "hwu64" / "hwu64_train_fold1.csv", dtype=str, keep_default_na=False)
    return {
        "argkp": [(part["text"].tolist(), part["key_point_ids"].tolist()) for _, part in argkp.groupby("topic")],
        "clinc150": [(clinc["text"].tolist(), clinc["label"].tolist())],
        "banking77": [(banking["text"].tolist(), banking["label"].tolist())],
        "hwu64": [(hwu["text"].tolist(), hwu["label"].tolist())],
    }


def _synthesis(texts: list[str], vectors: np.ndarray, seed: int, readable: int | None) -> dict[str, np.ndarray]:
    """Return the labels of both levels; `readable` is the number of themes that a committee reads, None for as many as there are."""
    from synthesis import discover_themes

    found = discover_themes(texts, embeddings=vectors, seed=seed, readable=readable)
    return {"labels": found.labels, "sublabels": found.labels * 1000 + found.sublabels}


def _bertopic(texts: list[str], vectors: np.ndarray, seed: int, *, reassign: bool) -> dict[str, np.ndarray]:
    """Return stock BERTopic's labels; -1 is unassigned. The seed is UMAP's, its other settings are BERTopic's own."""
    from bertopic import BERTopic
    from umap import UMAP

    model = BERTopic(umap_model=UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed))
    topics, _ = model.fit_transform(texts, vectors)
    if reassign and -1 in topics and len(set(topics)) > 1:
        topics = model.reduce_outliers(texts, topics, strategy="embeddings", embeddings=vectors)
    return {"labels": np.array(topics)}


def _top2vec_style(vectors: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Return clusters of UMAP's picture by HDBSCAN, every text then given to the nearest topic vector (Angelov 2020, Top2Vec)."""
    from hdbscan import HDBSCAN
    from umap import UMAP

    picture = UMAP(n_neighbors=15, n_components=5, metric="cosine", random_state=seed).fit_transform(vectors)
    labels = HDBSCAN(min_cluster_size=15, cluster_selection_method="eom").fit_predict(picture)
    if labels.max() < 0:
        return {"labels": labels}
    topics = np.stack([vectors[labels == topic].mean(axis=0) for topic in range(labels.max() + 1)])
    topics /= np.linalg.norm(topics, axis=1, keepdims=True)
    return {"labels": (vectors @ topics.T).argmax(axis=1)}


def _evoc(vectors: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Return EVoC's labels; -1 is unassigned."""
    from evoc import EVoC

    return {"labels": np.asarray(EVoC(random_state=seed).fit_predict(vectors))}


def _kmeans(vectors: np.ndarray, seed: int, number: int) -> dict[str, np.ndarray]:
    """Return k-means' labels at the number of themes that ours chose."""
    from sklearn.cluster import KMeans

    return {"labels": KMeans(number, n_init=4, random_state=seed).fit_predict(vectors)}


def _nmf(texts: list[str], seed: int, number: int) -> dict[str, np.ndarray]:
    """Return the strongest component of each text by NMF on TF-IDF, at the number of themes that ours chose."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    weights = TfidfVectorizer(min_df=2, stop_words="english").fit_transform(texts)
    number = min(number, *weights.shape)
    return {
        "labels": NMF(number, init="nndsvda", random_state=seed, max_iter=400).fit_transform(weights).argmax(axis=1)
    }


def _found(method: str, texts: list[str], vectors: np.ndarray, seed: int, number: int) -> dict[str, np.ndarray]:
    """Return the labels of one method. `number` is of the themes that ours chose, for methods that must be told."""
    if method.startswith("synthesis"):
        return _synthesis(texts, vectors, seed, 20 if method == "synthesis_20" else None)
    if method.startswith("bertopic"):
        return _bertopic(texts, vectors, seed, reassign=method == "bertopic_reassigned")
    if method == "top2vec_style":
        return _top2vec_style(vectors, seed)
    if method == "evoc":
        return _evoc(vectors, seed)
    return _kmeans(vectors, seed, number) if method == "kmeans" else _nmf(texts, seed, number)


def measure(method: str, data: Path, cache: Path, seed: int) -> dict[str, dict[str, float]]:
    """Return the figures of one method on every set. Run in a process of its own."""
    from sklearn.metrics import adjusted_mutual_info_score

    started = time.perf_counter()
    if method == "synthesis":
        from synthesis.themes import names
        from synthesis.themes.engine import assemble

        assemble(seed=0, phrases=names.phrases([]))
    elif method.startswith("bertopic"):
        import bertopic
        import umap
    imported = time.perf_counter() - started
    chosen = cache / "numbers.json"  # of themes that ours chose: k-means and NMF must be told one
    numbers: dict[str, int] = json.loads(chosen.read_text()) if chosen.exists() else {}
    results: dict[str, dict[str, float]] = {}
    for name, parts in load(data).items():
        rows = []
        for number, (texts, codes) in enumerate(parts):
            vectors = np.load(cache / f"{name}-{number}.npy")
            begin = time.perf_counter()
            found = _found(method, texts, vectors, seed, numbers.get(f"{name}-{number}", 0))
            seconds = time.perf_counter() - begin
            labels = found["labels"]
            if method == METHODS[0]:
                numbers[f"{name}-{number}"] = len(set(labels.tolist()))
            row = {
                "ami": adjusted_mutual_info_score(codes, labels),
                "themes": len(set(labels.tolist()) - {-1}),
                "codes": len(set(codes)),
                "unassigned": float((labels == -1).mean()),
                "seconds": seconds,
                "texts": len(texts),
            }
            if "sublabels" in found:
                row["ami_subthemes"] = adjusted_mutual_info_score(codes, found["sublabels"])
                row["subthemes"] = len(set(found["sublabels"].tolist()))
            rows.append(row)
        frame = pd.DataFrame(rows)
        results[name] = {key: float(value) for key, value in frame.mean().items()}
        results[name]["seconds"] = float(frame["seconds"].sum())
        results[name]["texts"] = float(frame["texts"].sum())
    if method == METHODS[0]:
        chosen.write_text(json.dumps(numbers))
    results["all"] = {
        "ami": float(np.mean([r["ami"] for r in results.values()])),
        "seconds": float(sum(r["seconds"] for r in results.values())),
        "import_seconds": imported,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    return results


def main() -> None:
    """Run every method and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="synthesis bench themes", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with argkp2021, clinc150, banking77 and hwu64")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", choices=METHODS[1:], help="peers to run, all by default")
    parser.add_argument("--method", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.method:
        print(json.dumps(measure(arguments.method, arguments.data, arguments.cache, arguments.seed)))
        return
    from synthesis.themes.embed import embed

    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, parts in load(arguments.data).items():
            for number, (texts, _) in enumerate(parts):
                np.save(Path(folder) / f"{name}-{number}.npy", embed(texts))
        for method in (METHODS[0], *(arguments.only or METHODS[1:])):
            command = [sys.executable, "-W", "ignore", "-m", "benchmarks.themes", "--data", str(arguments.data)]
            command += ["--method", method, "--cache", folder, "--seed", str(arguments.seed)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(f"{method} failed:\n{done.stderr[-2000:]}")
            results[method] = json.loads(done.stdout.strip().splitlines()[-1])
    if arguments.json:
        print(json.dumps(results, indent=1))
        return
    print(
        f"{'set':10} {'method':20} {'AMI':>6} {'(subthemes)':>11} {'themes':>7} {'codes':>6} {'unassigned':>10} {'seconds':>8}"
    )
    for name in next(iter(results.values())):
        for method, by_set in results.items():
            row = by_set[name]
            if name == "all":
                print(
                    f"{'mean':10} {method:20} {row['ami']:6.3f} {'':11} {'':7} {'':6} {'':10} {row['seconds']:8.1f}"
                    f"   import {row['import_seconds']:.1f} s, peak {row['peak_mb']:.0f} MB"
                )
            else:
                sub = f"{row['ami_subthemes']:.3f}" if "ami_subthemes" in row else ""
                print(
                    f"{name:10} {method:20} {row['ami']:6.3f} {sub:>11} {row['themes']:7.1f} {row['codes']:6.1f} "
                    f"{row['unassigned']:10.1%} {row['seconds']:8.1f}"
                )


if __name__ == "__main__":
    main()
