"""The engine from ten thousand ideas to a million, beside stock BERTopic: seconds, memory, and how they grow.

The corpus: ideas of the public sets in `--data` (ArgKP, CLINC150, Banking77, HWU64, Polis comments), drawn in an order of the seed.
What goes beyond them tells them anew: words dropped, swapped, misspelled. A model reads some hundred texts a second, too few for
a million, so the vector of a text told anew is its source's, turned by as much as the vectors of 2,000 texts
told so were turned by the model (`--seed` draws the angles), in directions drawn with the covariance of theirs.

Each method and size runs in a process of its own, on vectors that are read beforehand. `start` is imports and a first run on 500 ideas
(numba compiles there); seconds are of one call after that, from vectors to named themes; memory is the peak of the process. `growth` is
the exponent of seconds in the number of ideas, by least squares on their logarithms. AMI with the labels of the sources (for ArgKP
the motion, for Polis the set) is a check that nothing was lost on the way.

`approximations`, of `--near` ideas: which share of the 15 nearest by exact search the inverted file finds too, in the engine's own 100 components,
with the seconds of both; and how far themes found by way of micro-clusters agree with those of the ideas themselves.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

SIZES = (10_000, 30_000, 100_000, 300_000)
STOCK_SIZES = (10_000, 100_000)
_MEASURED = 2_000
_WARM = 500
_NEAR = 15


def public(data: Path) -> tuple[list[str], list[str]]:
    """Return the distinct texts of all public sets and a label of each."""
    rows: dict[str, str] = {}
    for name, text, label in (
        ("argkp2021/argkp2021.csv", "text", "topic"),
        ("clinc150/clinc150.csv", "text", "label"),
        ("banking77/banking77.csv", "text", "label"),
        ("hwu64/hwu64_train_fold1.csv", "text", "label"),
        ("polis-bg2050/comments.csv", "comment-body", ""),
        ("polis-bowling-green/comments.csv", "comment-body", ""),
    ):
        frame = pd.read_csv(data / name, dtype=str, keep_default_na=False)
        labels = frame[label] if label else [""] * len(frame)
        for said, of in zip(frame[text], labels, strict=True):
            rows.setdefault(" ".join(said.split()), f"{name.split('/')[0]} {of}")
    rows.pop("", None)
    return list(rows), list(rows.values())


def told_anew(text: str, draw: random.Random) -> str:
    """Return a text with a tenth of its words dropped, swapped with the next, or misspelled; one at least."""
    words = text.split()
    for _ in range(max(1, round(len(words) / 10))):
        at = draw.randrange(len(words))
        kind = draw.random()
        if kind < 0.4 and len(words) > 3:
            del words[at]
        elif kind < 0.7 and at + 1 < len(words):
            words[at], words[at + 1] = words[at + 1], words[at]
        else:
            cut = draw.randrange(len(words[at]) + 1)
            words[at] = words[at][:cut] + draw.choice("aeinorst") + words[at][cut:]
    return " ".join(words)


class Turned:
    """How far, and which way, the model turns a vector whose text is told anew: measured on 2,000 texts."""

    def __init__(self, texts: list[str], vectors: np.ndarray, seed: int, cache: Path | None) -> None:
        from synthesis.themes.embed import embed

        draw = random.Random(seed)  # noqa: S311
        rows = draw.sample(range(len(texts)), min(_MEASURED, len(texts)))
        anew = embed([told_anew(texts[row], draw) for row in rows], cache=cache)
        self.cosines = np.einsum("id,id->i", vectors[rows], anew).clip(0, 1)
        aside = anew - self.cosines[:, None] * vectors[rows]
        aside = aside[self.cosines < 0.999]
        self._shape = np.linalg.cholesky(np.cov(aside.T) + 1e-6 * np.eye(aside.shape[1])).astype(np.float32)

    def __call__(self, vectors: np.ndarray, draw: np.random.Generator) -> np.ndarray:
        """Return the vectors, each turned by an angle and in a direction of its own."""
        cosine = draw.choice(self.cosines, len(vectors)).astype(np.float32)[:, None]
        aside = draw.standard_normal(vectors.shape, dtype=np.float32) @ self._shape.T
        aside -= np.einsum("id,id->i", aside, vectors)[:, None] * vectors
        aside /= np.linalg.norm(aside, axis=1, keepdims=True)
        return cosine * vectors + np.sqrt(1 - cosine**2) * aside


def write_corpus(folder: Path, data: Path, largest: int, seed: int, cache: Path | None) -> dict[str, float]:
    """Write texts, labels and vectors of `largest` ideas; the first n of them are the corpus of n. Return what was measured."""
    from synthesis.themes.embed import embed

    texts, labels = public(data)
    sources = embed(texts, cache=cache)
    turned = Turned(texts, sources, seed, cache)
    draw, numbers = random.Random(seed), np.random.default_rng(seed)  # noqa: S311
    vectors = np.lib.format.open_memmap(folder / "vectors.npy", "w+", np.float32, (largest, sources.shape[1]))
    with (folder / "texts.txt").open("w", encoding="utf-8") as said, (folder / "labels.txt").open("w") as of:
        for start in range(0, largest, len(texts)):
            rows = numbers.permutation(len(texts))[: largest - start]
            vectors[start : start + len(rows)] = sources[rows] if start == 0 else turned(sources[rows], numbers)
            for row in rows.tolist():
                said.write((texts[row] if start == 0 else told_anew(texts[row], draw)) + "\n")
                of.write(labels[row] + "\n")
    vectors.flush()
    low, middle, high = np.quantile(turned.cosines, [0.1, 0.5, 0.9])
    return {
        "sources": len(texts),
        "labels": len(set(labels)),
        "cosine_p10": low,
        "cosine_p50": middle,
        "cosine_p90": high,
    }


def measure(method: str, folder: Path, n: int) -> dict[str, float]:
    """Return the figures of one method on the first n ideas. Run in a process of its own."""
    started = time.perf_counter()
    if method == "synthesis":
        from synthesis import discover_themes

        def run(texts: list[str], vectors: np.ndarray) -> tuple[np.ndarray, int]:
            found = discover_themes(texts, embeddings=vectors)
            return found.labels, len(found.themes)
    else:
        from bertopic import BERTopic

        def run(texts: list[str], vectors: np.ndarray) -> tuple[np.ndarray, int]:
            topics = np.array(BERTopic().fit_transform(texts, vectors)[0])
            return topics, int(topics.max()) + 1

    with (folder / "texts.txt").open(encoding="utf-8") as file:
        texts = [line.rstrip("\n") for line, _ in zip(file, range(n), strict=False)]
    with (folder / "labels.txt").open() as file:
        codes = [line for line, _ in zip(file, range(n), strict=False)]
    vectors = np.array(np.load(folder / "vectors.npy", mmap_mode="r")[:n])
    run(texts[:_WARM], vectors[:_WARM])
    start = time.perf_counter() - started
    begin, cpu = time.perf_counter(), time.process_time()
    labels, themes = run(texts, vectors)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    peak = peak_mb()
    from sklearn.metrics import adjusted_mutual_info_score

    return {
        "start": start,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "peak_mb": peak,
        "vectors_mb": vectors.nbytes / 2**20,
        "themes": themes,
        "unassigned": float((labels == -1).mean()),
        "ami": float(adjusted_mutual_info_score(codes, labels)),
    }


def approximations(folder: Path, n: int) -> dict[str, float]:
    """Return what is lost by the approximate neighbours, and by micro-clusters, on the first n ideas."""
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    from synthesis import discover_themes
    from synthesis.themes.neighbours import nearest
    from synthesis.themes.reduction import PrincipalComponents
    from synthesis.themes.vectors import unit

    vectors = np.array(np.load(folder / "vectors.npy", mmap_mode="r")[:n])
    rows = unit(PrincipalComponents().fit(vectors).transform(vectors)).astype(np.float32)
    begin = time.perf_counter()
    _, exact = nearest(rows, _NEAR, exact_up_to=n)
    middle = time.perf_counter()
    _, found = nearest(rows, _NEAR, exact_up_to=0)
    end = time.perf_counter()
    shared = np.mean([len(np.intersect1d(a, b)) for a, b in zip(exact, found, strict=True)]) / _NEAR
    with (folder / "texts.txt").open(encoding="utf-8") as file:
        texts = [line.rstrip("\n") for line, _ in zip(file, range(n), strict=False)]
    by_idea = discover_themes(texts, embeddings=vectors, micro_above=n).labels
    by_micro = discover_themes(texts, embeddings=vectors, micro_above=n * 9 // 10).labels
    return {
        "ideas": n,
        "recall": float(shared),
        "seconds_exact": middle - begin,
        "seconds_approximate": end - middle,
        "micro_ari": float(adjusted_rand_score(by_idea, by_micro)),
        "micro_ami": float(adjusted_mutual_info_score(by_idea, by_micro)),
    }


def peak_mb() -> float:
    """Return the peak of this process's memory. getrusage would tell the parent's, where that was larger before it forked."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def growth(results: dict[int, dict[str, float]], what: str) -> float | None:
    """Return the exponent of a figure in the number of ideas, by least squares on logarithms; None for fewer than two sizes."""
    if len(results) < 2:
        return None
    sizes = np.log(list(results))
    return float(np.polyfit(sizes, np.log([row[what] for row in results.values()]), 1)[0])


def compare(
    data: Path, sizes: list[int], stock: list[int], near: int, seed: int, cache: Path | None
) -> dict[str, object]:
    """Run every method and size, one after another, and return all figures."""
    results: dict[str, dict[int, dict[str, float]]] = {"synthesis": {}, "bertopic": {}}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = write_corpus(folder, data, max([*sizes, *stock, near]), seed, cache)
        for n in sorted({*sizes, *stock}):
            for method in [m for m, of in (("synthesis", sizes), ("bertopic", stock)) if n in of]:
                command = [sys.executable, "-W", "ignore", "-m", "benchmarks.scale", "--data", str(data)]
                command += ["--method", method, "--folder", name, "--sizes", str(n)]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    sys.exit(f"{method} failed on {n:,} ideas:\n{done.stderr[-2000:]}")
                results[method][n] = json.loads(done.stdout.strip().splitlines()[-1])
        lost = approximations(folder, near) if near else None
    return {
        "approximations": lost,
        "corpus": corpus,
        "results": results,
        "growth": {method: growth(of, "seconds") for method, of in results.items()},
        "times_faster": {
            n: row["seconds"] / results["synthesis"][n]["seconds"] for n, row in results["bertopic"].items()
        },
    }


def main() -> None:
    """Print a table or JSON."""
    parser = argparse.ArgumentParser(prog="synthesis bench scale", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="ideas; 1000000 needs 5 GB of memory")
    parser.add_argument(
        "--stock", type=int, nargs="*", default=list(STOCK_SIZES), help="sizes of stock BERTopic; none to skip it"
    )
    parser.add_argument("--near", type=int, default=30_000, help="ideas for what approximation loses; 0 to skip it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, help="keep the vectors of the public sets in this folder")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--method", choices=("synthesis", "bertopic"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.method:
        print(json.dumps(measure(arguments.method, arguments.folder, arguments.sizes[0])))
        return
    stock = [n for n in arguments.stock if n in arguments.sizes]
    report = compare(arguments.data, arguments.sizes, stock, arguments.near, arguments.seed, arguments.cache)
    if arguments.json:
        print(json.dumps(report, indent=1))
        return
    corpus = report["corpus"]
    print(
        f"{corpus['sources']:,} sources with {corpus['labels']} labels; the model turns a text told anew to a cosine of "
        f"{corpus['cosine_p50']:.3f} (80 %: {corpus['cosine_p10']:.3f} to {corpus['cosine_p90']:.3f})"
    )
    print(
        f"{'ideas':>9}  {'method':10} {'start':>6} {'seconds':>8} {'of CPU':>7} {'peak MB':>8} {'vectors':>8} {'themes':>7} {'unassigned':>10} {'AMI':>6}"
    )
    rows = [(n, method, row) for method, of in report["results"].items() for n, row in of.items()]
    for n, method, row in sorted(rows, key=lambda one: (one[0], one[1] != "synthesis")):
        print(
            f"{n:>9,}  {method:10} {row['start']:6.1f} {row['seconds']:8.1f} {row['cpu_seconds']:7.1f} {row['peak_mb']:8.0f} "
            f"{row['vectors_mb']:8.0f} {row['themes']:7} {row['unassigned']:10.1%} {row['ami']:6.3f}"
        )
    for method, exponent in report["growth"].items():
        if exponent is not None:
            print(f"growth of {method}: n^{exponent:.2f}")
    for n, times in report["times_faster"].items():
        print(f"at {n:,} ideas {times:.1f} times faster than stock BERTopic")
    if lost := report["approximations"]:
        print(
            f"at {lost['ideas']:,} ideas the inverted file finds {lost['recall']:.1%} of the {_NEAR} nearest, in {lost['seconds_approximate']:.1f} s "
            f"for {lost['seconds_exact']:.1f}; themes by way of micro-clusters agree with those of the ideas at an ARI of {lost['micro_ari']:.2f} (AMI {lost['micro_ami']:.2f})"
        )


if __name__ == "__main__":
    main()
