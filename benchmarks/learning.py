"""What thirty confirmed ideas per theme teach: AMI with human codes on ArgKP's motions and HWU64, before and after.

Of each code up to thirty texts (but no more than half of it) are confirmed, drawn at random; both figures are of the other texts only.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score

from benchmarks.themes import load
from synthesis import discover_themes
from synthesis.themes import embed_ideas
from synthesis.themes.learning import learn

SETS = ("argkp", "hwu64")


def score(texts: list[str], codes: list[str], labels: int, seed: int) -> dict[str, float]:
    """Return AMI of the texts that nobody confirmed, by the engine and after learning."""
    vectors = embed_ideas(texts)
    found = discover_themes(texts, embeddings=vectors, seed=seed)
    engine = [f"E{label}" for label in found.labels]
    draw = np.random.default_rng(seed)
    of_code: defaultdict[str, list[int]] = defaultdict(list)
    for row, code in enumerate(codes):
        of_code[code].append(row)
    confirmed: dict[int, str] = {}
    for code in sorted(of_code):
        members = of_code[code]
        for row in draw.permutation(members)[: min(labels, len(members) // 2)].tolist():
            confirmed[row] = code
    rest = [row for row in range(len(texts)) if row not in confirmed]
    # People who confirm ideas have named the themes: the engine's place counts where its theme is mostly of that code.
    mostly = {
        label: max(sorted(set(said)), key=said.count)
        for label in set(engine)
        if (said := [confirmed[row] for row in confirmed if engine[row] == label])
    }
    places = [confirmed.get(row, mostly.get(engine[row], engine[row])) for row in range(len(texts))]
    lesson = learn(vectors, texts, places, [mostly.get(label, label) for label in engine], confirmed, seed=seed)
    truth = [codes[row] for row in rest]
    return {
        "before": float(adjusted_mutual_info_score(truth, [engine[row] for row in rest])),
        "after": float(adjusted_mutual_info_score(truth, [lesson.places[row] for row in rest])),
        "head": lesson.head,
        "engine": lesson.engine,
        "confirmed": float(len(confirmed)),
        "texts": float(len(texts)),
    }


def main() -> None:
    """Print the figures of both sets."""
    parser = argparse.ArgumentParser(prog="synthesis bench learning", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with argkp2021, clinc150, banking77 and hwu64")
    parser.add_argument("--labels", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    sets = load(arguments.data)
    figures = {}
    for name in SETS:
        started = time.perf_counter()
        rows = [score(texts, codes, arguments.labels, arguments.seed) for texts, codes in sets[name]]
        figures[name] = {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}
        figures[name]["seconds"] = time.perf_counter() - started
    if arguments.json:
        print(json.dumps(figures, indent=1))
        return
    for name, row in figures.items():
        print(
            f"{name:6} AMI {row['before']:.3f} -> {row['after']:.3f} ({row['after'] - row['before']:+.3f}); of confirmed ideas the head "
            f"places {row['head']:.2f} right, the engine {row['engine']:.2f}; {row['confirmed']:.0f} of {row['texts']:.0f} texts confirmed"
        )


if __name__ == "__main__":
    main()
