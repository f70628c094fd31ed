"""Vectors block by block are what they would be at once."""

from __future__ import annotations

import numpy as np

from synthesis.themes import quality
from synthesis.themes.reduction import PrincipalComponents, centre, centroids, sums


def data(n: int = 20_000, d: int = 24) -> np.ndarray:
    draw = np.random.default_rng(0)
    return (draw.normal(size=(n, d)) * np.linspace(3, 0.5, d) + 0.3).astype(np.float32)


def test_components_are_those_of_the_whole_covariance():
    rows = data()
    found = PrincipalComponents(6).fit(rows)
    centred = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    expected = vectors[:, np.argsort(-values)[:6]]
    assert np.allclose(np.abs((found.components_ * expected).sum(axis=0)), 1.0, atol=1e-8)
    assert (found.components_[np.abs(found.components_).argmax(axis=0), np.arange(6)] > 0).all()
    assert np.allclose(found.transform(rows), centred @ found.components_, atol=1e-4)


def test_each_prompt_is_centred_on_its_own_mean_where_it_is_large_enough():
    rows = data(300)
    groups = ["well"] * 200 + ["better"] * 95 + ["rare"] * 5
    own = np.concatenate(
        [np.tile(rows[part].mean(axis=0), (len(rows[part]), 1)) for part in (slice(200), slice(200, 295))]
    )
    expected = rows - np.concatenate([own, np.tile(rows.mean(axis=0), (5, 1))])
    centre(rows, groups, smallest=20)
    assert np.allclose(rows, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-5)


def test_sums_count_a_row_as_often_as_it_stands_for():
    rows, labels = data(50), np.arange(50) % 3
    mass = np.arange(50) % 4 + 1
    repeated = np.repeat(np.arange(50), mass)
    assert np.allclose(sums(rows, labels, 3, mass), sums(rows[repeated], labels[repeated], 3))
    assert np.allclose(centroids(rows, labels, mass), centroids(rows[repeated], labels[repeated]))
    assert 0 < quality.sibling_cosine(rows, labels) <= 1
