"""Nearest neighbours: exact, approximate, and in fewer dimensions."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.themes.neighbours import nearest, nearest_of


def rows(n: int, seed: int = 0) -> np.ndarray:
    """Unit rows in forty heaps, in 50 dimensions."""
    draw = np.random.default_rng(seed)
    points = draw.normal(size=(40, 50))[draw.integers(40, size=n)] + 0.8 * draw.normal(size=(n, 50))
    return np.ascontiguousarray(points / np.linalg.norm(points, axis=1, keepdims=True), dtype=np.float32)


def recall(found: np.ndarray, exact: np.ndarray) -> float:
    return float(np.mean([len(np.intersect1d(*pair)) for pair in zip(found, exact, strict=True)])) / exact.shape[1]


def test_exact_neighbours_are_those_of_all_cosines():
    data = rows(500)
    similarity, found = nearest(data, 10)
    cosine = data @ data.T
    np.fill_diagonal(cosine, -2)
    assert recall(found, np.argsort(-cosine, axis=1)[:, :10]) == 1.0
    assert np.allclose(similarity, np.take_along_axis(cosine, found, 1), atol=1e-5)
    assert (np.diff(similarity, axis=1) <= 0).all()


def test_approximate_neighbours_are_nineteen_of_twenty_exact_ones_or_more():
    data = rows(6_000)
    similarity, found = nearest(data, 20, exact_up_to=1_000)
    assert recall(found, nearest(data, 20)[1]) >= 0.95
    assert not (found == np.arange(6_000)[:, None]).any()
    assert (found >= 0).all()
    assert np.allclose(similarity, np.einsum("id,ikd->ik", data, data[found]), atol=1e-5)


def test_approximate_neighbours_are_the_same_each_time():
    data = rows(3_000)
    assert (nearest(data, 20, exact_up_to=100)[1] == nearest(data, 20, exact_up_to=100)[1]).all()


@pytest.mark.parametrize("apart", [0.0, 1e-4])
def test_rows_in_cells_that_are_too_small_get_their_neighbours_all_the_same(apart: float):
    far = np.eye(50, dtype=np.float32)  # fifty rows that are alone, and a crowd
    crowd = np.tile(np.ones((1, 50), dtype=np.float32) / np.sqrt(50), (400, 1))
    crowd += apart * np.random.default_rng(0).normal(size=crowd.shape)
    crowd /= np.linalg.norm(crowd, axis=1, keepdims=True)
    data = np.concatenate([far, crowd.astype(np.float32)])
    _, found = nearest(data, 40, exact_up_to=100)
    assert (found >= 0).all()
    assert (found < len(data)).all()


def test_of_all_other_rows_as_candidates_the_nearest_in_fewer_dimensions_are_exact():
    data = rows(120)
    _, candidates = nearest(data, 119)
    narrow = data[:, :20] / np.linalg.norm(data[:, :20], axis=1, keepdims=True)
    similarity, found = nearest_of(narrow, candidates, 8)
    exact_similarity, exact = nearest(narrow, 8)
    assert recall(found, exact) == 1.0
    assert np.allclose(similarity, exact_similarity, atol=1e-5)
