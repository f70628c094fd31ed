"""Vectors of texts and of the matters that they name, put together block by block."""

import numpy as np
import pytest

from synthesis.themes import engine
from synthesis.themes.threads import blocks
from synthesis.themes.vectors import unit


def _at_once(vectors, hints, of_matters):
    """The same in one piece, as it is written in the docstring of `embed_ideas`."""
    added = np.stack([sum((w * of_matters[m] for m, w in hint.items()), np.zeros(vectors.shape[1])) for hint in hints])
    joined = unit(vectors + 0.8 * added)
    hinted = np.array([bool(hint) for hint in hints])
    for side in (hinted, ~hinted):
        if side.sum() >= 20:
            joined[side] -= joined[side].mean(axis=0)
    return unit(joined).astype(np.float32)


@pytest.mark.parametrize("unhinted", [5, 30])
def test_blocks_give_what_all_rows_at_once_give(monkeypatch, unhinted):
    rng = np.random.default_rng(0)
    vectors = unit(rng.normal(size=(100, 16)), np.float32)
    of_matters = dict(zip(("buses", "lunch"), unit(rng.normal(size=(2, 16)), np.float32), strict=True))
    hints = [{}] * unhinted + [({"buses": 0.5, "lunch": 0.25}, {"lunch": 1.0})[n % 2] for n in range(100 - unhinted)]
    expected = _at_once(vectors, hints, of_matters)
    monkeypatch.setattr(engine, "blocks", lambda n: blocks(n, 7))
    found = engine._hinted(vectors.copy(), hints, of_matters)
    assert found.dtype == np.float32
    assert np.allclose(found, expected, atol=1e-6)
