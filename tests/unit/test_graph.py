import numpy as np
import pytest

from synthesis.themes.graph import consensus, fuzzy_graph, leiden
from synthesis.themes.neighbours import nearest


@pytest.fixture
def three_clouds() -> np.ndarray:
    rng = np.random.default_rng(1)
    centres = np.eye(12)[:3] * 4
    points = np.concatenate([c + rng.normal(0, 0.4, (30, 12)) for c in centres])
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), dtype=np.float32)


def test_neighbours_never_hold_the_row_itself_even_among_ties():
    same = np.ones((6, 4), dtype=np.float32) / 2
    similarity, found = nearest(same, 3)
    assert found.shape == (6, 3)
    assert not (found == np.arange(6)[:, None]).any()
    assert np.allclose(similarity, 1.0)


def test_the_graph_is_symmetric_with_weights_between_zero_and_one(three_clouds):
    graph = fuzzy_graph(*nearest(three_clouds, 8))
    assert abs(graph - graph.T).max() < 1e-9
    assert graph.data.min() > 0
    assert graph.data.max() <= 1


def test_consensus_finds_the_clouds(three_clouds):
    found = leiden(consensus(three_clouds, resolutions=[0.5], seed=0, runs=12).graph, 0.5, 0)
    assert [len(set(found[i * 30 : (i + 1) * 30])) for i in range(3)] == [1, 1, 1]
    assert len(set(found)) == 3


def test_the_same_seed_gives_the_same_labels(three_clouds):
    one, two = (consensus(three_clouds, resolutions=[1.0], seed=3, runs=16).runs for _ in range(2))
    assert (one == two).all()
