"""A great many ideas: the way over micro-clusters finds what is planted, and the same whatever the order, hash seed and cores."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
from sklearn.metrics import adjusted_rand_score, homogeneity_score

from synthesis import discover_themes
from tests.conftest import ROOT
from tests.golden.mixture import WORDS, mixture


def test_thirty_thousand_ideas_are_found_by_their_micro_clusters():
    texts, vectors, kinds = mixture(30_000)
    given = vectors.copy()
    found = discover_themes(texts, embeddings=vectors, micro_above=4_000)
    assert (vectors == given).all()  # what is given is not written over
    assert homogeneity_score(kinds, found.labels) > 0.98  # no theme of two kinds; a large kind may have two themes
    assert adjusted_rand_score(kinds, found.labels) > 0.9
    assert sum(theme.n_ideas for theme in found.themes) == 30_000
    assert found.labels.min() == 0
    assert found.labels.max() == len(found.themes) - 1
    assert found.strength.mean() > 0.9
    assert ((found.strength >= 0) & (found.strength <= 1)).all()
    assert found.unclear.mean() <= 0.08
    large = [theme.name.casefold() for theme in found.themes[:6]]
    assert all(any(word in name for word in WORDS) for name in large)


def test_micro_clusters_and_rows_themselves_give_nearly_the_same_themes():
    texts, vectors, _ = mixture(3_000, seed=1)
    by_micro = discover_themes(texts, embeddings=vectors, micro_above=1_000)
    by_row = discover_themes(texts, embeddings=vectors)
    assert adjusted_rand_score(by_row.labels, by_micro.labels) > 0.95


def digest(*, order: int, hash_seed: int, cores: int) -> str:
    environment = os.environ | {
        "PYTHONHASHSEED": str(hash_seed),
        "OMP_NUM_THREADS": str(cores),
        "OPENBLAS_NUM_THREADS": str(cores),
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.golden.mixture", "3000", "1000", str(order), str(cores)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_order_hash_seed_and_cores_change_nothing_on_the_way_over_micro_clusters():
    first = digest(order=1, hash_seed=0, cores=1)
    assert int(first.split()[1]) > 5
    assert first == digest(order=2, hash_seed=4242, cores=2)


def test_a_lone_theme_and_identical_vectors_pass_the_way_over_micro_clusters():
    texts = [f"more buses {number}" for number in range(300)]
    vectors = np.tile(np.eye(1, 384, dtype=np.float32), (300, 1))
    found = discover_themes(texts, embeddings=vectors, micro_above=100)
    assert len(found.labels) == 300
    assert found.labels.min() == 0
