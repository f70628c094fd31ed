"""Micro-clusters: small, of one kind, whatever the cores; and how surely a row belongs where its micro-cluster does."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from synthesis.themes import threads
from synthesis.themes.micro import Micro, certainty, micro_clusters, shares


def heaps(n: int, kinds: int = 8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    kind = draw.integers(kinds, size=n)
    points = 4 * np.eye(30)[kind] + 0.4 * draw.normal(size=(n, 30))
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), dtype=np.float32), kind


def test_micro_clusters_hold_every_row_once_and_rows_of_one_kind():
    vectors, kind = heaps(4_000)
    micro = micro_clusters(vectors, 200)
    assert len(micro.mass) <= 200
    assert len(micro.mass) > 120
    assert micro.mass.sum() == 4_000
    assert (np.bincount(micro.owner) == micro.mass).all()
    assert np.allclose(np.linalg.norm(micro.centres, axis=1), 1.0, atol=1e-5)
    pure = [len(set(kind[micro.owner == number])) == 1 for number in range(len(micro.mass))]
    assert np.mean(pure) > 0.99
    assert micro.mass.max() < 20 * np.median(micro.mass)


def test_micro_clusters_do_not_depend_on_cores(monkeypatch: pytest.MonkeyPatch):
    vectors, _ = heaps(3_000)
    many = micro_clusters(vectors, 300)
    monkeypatch.setattr(threads, "cores", lambda: 1)
    one = micro_clusters(vectors, 300)
    assert (many.owner == one.owner).all()
    assert (many.centres == one.centres).all()


def test_fewer_rows_than_micro_clusters_and_equal_rows_are_no_error():
    vectors, _ = heaps(5)
    assert micro_clusters(vectors, 50).mass.sum() == 5
    assert micro_clusters(np.repeat(vectors[:1], 30, axis=0), 10).mass.tolist() == [30]


def test_shares_name_the_runner_up_and_the_margin():
    own, runner_up, margin = shares(np.array([[3.0, 1.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 2.0]]), np.array([0, 1, 1]))
    assert own.tolist() == [0.75, 0.0, 0.25]
    assert runner_up.tolist() == [1, 0, 2]
    assert margin.tolist() == [0.5, 0.0, 0.0]
    own, runner_up, _ = shares(np.array([[2.0], [1.0]]), np.array([0, 0]))
    assert own.tolist() == [1.0, 1.0]
    assert runner_up.tolist() == [0, 0]


def test_a_row_between_two_themes_is_less_sure_than_its_fellows():
    angle = np.array([0.0, 0.1, 0.2, 0.9])  # rows of the first micro-cluster, then one row of another theme's
    vectors = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    centres = np.stack([np.cos([0.1, 0.9]), np.sin([0.1, 0.9])], axis=1).astype(np.float32)
    micro = Micro(np.array([0, 0, 0, 1]), centres, np.array([3, 1]))
    graph = sparse.csr_matrix(np.array([[0.0, 3.0], [3.0, 0.0]]))
    strength, runner_up, margin = certainty(vectors, micro, graph, np.array([0, 1]))
    assert strength[0] > strength[1] > strength[2] > 0.5
    assert runner_up.tolist() == [1, 1, 1, 0]
    assert (margin[:3] > 0).all()
    assert strength[3] == 0.0  # alone in its micro-cluster, it leans on the other theme only
