"""Themes cut from the consensus: as many as a committee reads, the same by another seed."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, homogeneity_score

from synthesis.themes import graph
from synthesis.themes.clusterer import LeidenConsensus

_KINDS, _EACH, _PAIRS = 24, 30, 4


def _kinds(likeness: float, noise: float = 0.25) -> np.ndarray:
    """Return the rows of 24 kinds, of which four pairs have middles alike by about `likeness` (cosine)."""
    rng = np.random.default_rng(2)
    middles = np.eye(_KINDS)
    for one in range(0, 2 * _PAIRS, 2):
        middles[one + 1] = likeness * middles[one] + np.sqrt(1 - likeness**2) * middles[one + 1]
    rows = np.repeat(middles, _EACH, axis=0)
    rows = rows + rng.normal(0, noise / np.sqrt(_KINDS), rows.shape)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


_TRUTH = np.repeat(np.arange(_KINDS), _EACH)


def _parted(found: LeidenConsensus) -> list[bool]:
    """Return for each of the pairs whether its two kinds lie in two themes."""
    themes = [set(found.labels_[kind == _TRUTH]) for kind in range(2 * _PAIRS)]
    return [themes[one].isdisjoint(themes[one + 1]) for one in range(0, 2 * _PAIRS, 2)]


def test_where_themes_are_more_than_a_committee_reads_those_that_are_alike_are_joined():
    found = LeidenConsensus(readable=20).fit(_kinds(0.6))
    assert found.labels_.max() + 1 == _KINDS - _PAIRS
    assert not any(_parted(found))
    others = adjusted_rand_score(found.labels_[2 * _PAIRS * _EACH :], _TRUTH[2 * _PAIRS * _EACH :])
    assert others == 1.0, "nothing else is joined"


def test_no_more_are_joined_than_makes_them_readable():
    found = LeidenConsensus(readable=22).fit(_kinds(0.6))
    assert found.labels_.max() + 1 == 22
    assert sum(_parted(found)) == 2


@pytest.mark.parametrize("readable", [20, None])
def test_unlike_kinds_stay_many_themes(readable):
    rows = _kinds(0.0)
    assert LeidenConsensus(readable=readable).fit(rows).labels_.max() + 1 == _KINDS


def test_joined_themes_keep_their_parts_as_strands():
    found = LeidenConsensus(readable=20).fit(_kinds(0.6))
    for one in range(0, 2 * _PAIRS, 2):
        members = np.isin(_TRUTH, [one, one + 1])
        assert homogeneity_score(_TRUTH[members], found.sublabels_[members]) > 0.9


def test_every_view_meets_every_resolution(monkeypatch):
    met = set()

    def noted(links, resolution, seed, trials=1, iterations=2):
        met.add((id(links), round(resolution, 6)))
        return np.zeros(links.shape[0], dtype=np.int64)

    monkeypatch.setattr(graph, "leiden", noted)
    monkeypatch.setattr(graph, "_JITTER", (1.0,))
    rows = np.random.default_rng(0).normal(size=(120, 100)).astype(np.float32)
    graph.consensus(rows, resolutions=(1.0, 2.0, 4.0), seed=0, runs=36)
    assert len({view for view, _ in met}) == 12
    assert len(met) == 36


def test_few_ideas_are_searched_more_often_so_that_the_seed_matters_less():
    rows = _kinds(0.5, noise=2.0)

    def agreement(runs: int) -> float:
        labels = []
        for seed in range(6):
            found = graph.consensus(rows, resolutions=(1.0, 2.0, 4.0), seed=seed, runs=runs)
            labels.append(found.cut(1.0, seed, trials=4))
        return float(np.mean([adjusted_rand_score(*pair) for pair in combinations(labels, 2)]))

    assert agreement(graph.runs_of(len(rows))) > agreement(8) + 0.1


def test_fewer_runs_are_made_of_many():
    assert [graph.runs_of(nodes) for nodes in (30, 5_000, 5_001, 20_000, 20_001)] == [72, 72, 36, 36, 16]
