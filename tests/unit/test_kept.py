"""Vectors kept on disk: found again, by whole parts only."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synthesis.themes.embed import text_hash
from synthesis.themes.kept import KeptVectors

MODEL = "ab" * 32


def some(words: list[str]) -> tuple[list[str], np.ndarray]:
    draw = np.random.default_rng(len(words))
    return [text_hash(word) for word in words], draw.standard_normal((len(words), 8)).astype(np.float32)


def test_what_is_kept_is_found_in_any_order(tmp_path: Path) -> None:
    keys, vectors = some(["one", "two", "three"])
    more, others = some(["four"])
    KeptVectors(tmp_path, MODEL).add(keys, vectors)
    kept = KeptVectors(tmp_path, MODEL)
    kept.add(more, others)
    found, known = kept.find([more[0], keys[2], text_hash("never"), keys[0]])
    assert known.tolist() == [True, True, False, True]
    assert np.array_equal(found, np.stack([others[0], vectors[2], np.zeros(8, dtype=np.float32), vectors[0]]))


def test_another_process_and_another_model(tmp_path: Path) -> None:
    keys, vectors = some(["one", "two"])
    reader = KeptVectors(tmp_path, MODEL)
    assert reader.find(keys)[0].shape == (2, 0)
    KeptVectors(tmp_path, MODEL).add(keys, vectors)
    assert reader.find(keys)[1].all()
    assert not KeptVectors(tmp_path, "cd" * 32).find(keys)[1].any()


def test_a_part_counts_whole_or_not_at_all(tmp_path: Path) -> None:
    keys, vectors = some(["one", "two"])
    KeptVectors(tmp_path, MODEL).add(keys, vectors)
    (part,) = [path for path in tmp_path.iterdir() if "texts" not in path.name]
    part.write_bytes(part.read_bytes()[:-4])
    assert not KeptVectors(tmp_path, MODEL).find(keys)[1].any()
    part.unlink()
    assert not KeptVectors(tmp_path, MODEL).find(keys)[1].any()
    KeptVectors(tmp_path, MODEL).add(keys, vectors)
    assert KeptVectors(tmp_path, MODEL).find(keys)[1].all()
