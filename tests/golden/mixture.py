"""Vectors and words of a planted mixture. Run as a program: print a digest of the themes found in it, to compare processes."""

from __future__ import annotations

import hashlib
import os
import sys

import numpy as np

from synthesis import discover_themes

WORDS = "bus lunch music roof nurse library garden boiler soccer algebra uniform recess".split()


def mixture(n: int, seed: int = 0) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return texts, unit vectors ``float32[n, 384]`` and the kind of each of `n` ideas of twelve kinds of unequal size."""
    draw = np.random.default_rng(seed)
    kinds = draw.choice(len(WORDS), size=n, p=np.arange(1, 13) / 78)
    directions = np.linalg.qr(draw.normal(size=(384, 40)))[0].T  # twelve middles, and what ideas of any kind differ in
    vectors = directions[kinds] + 0.25 * draw.normal(size=(n, 28)) @ directions[12:] + 0.02 * draw.normal(size=(n, 384))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"The {WORDS[kind]} again, number {number}" for number, kind in enumerate(kinds)]
    return texts, vectors.astype(np.float32), kinds


def main(n: str, micro_above: str, order: str, cores: str) -> None:
    """Label the mixture in another order, on so many cores, and print a digest of all there is to know of each idea."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(cores)])
    texts, vectors, _ = mixture(int(n))
    rows = np.random.default_rng(int(order)).permutation(len(texts))
    found = discover_themes([texts[row] for row in rows], embeddings=vectors[rows], micro_above=int(micro_above))
    back = np.argsort(rows)
    digest = hashlib.sha256()
    for column in (found.labels, found.sublabels, found.strength, found.runner_up, found.margin, found.unclear):
        digest.update(column[back].tobytes())
    digest.update(repr(found.themes).encode())
    print(digest.hexdigest(), len(found.themes))


if __name__ == "__main__":
    main(*sys.argv[1:])
