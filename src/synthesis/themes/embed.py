"""Sentence vectors of texts, each distinct text read once.

Vectors are cached by model and by the SHA-256 of the text, so a re-run reads only what is new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synthesis.themes.kept import KeptVectors
from synthesis.themes.models import Model, packaged

DIMENSIONS = 384
_PART = 512

Progress = Callable[[int, int], None]


def nothing(done: int, total: int) -> None:
    """Show no progress."""


def text_hash(text: str) -> str:
    """Return the cache key of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def embed(
    texts: Sequence[str], *, model: Model | None = None, cache: Path | None = None, progress: Progress = nothing
) -> NDArray[np.float32]:
    """Return unit vectors ``float32[n, d]``, one per text, each distinct text embedded once (d is 384 for the packaged model).

    `cache` is a folder of vectors by model and text hash; it is read and extended. Raises ModelUnavailable.
    """
    if not len(texts):
        return np.empty((0, DIMENSIONS), dtype=np.float32)
    model = model or packaged()
    keys = [text_hash(text) for text in texts]
    place = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    kept = None if cache is None else _kept(cache, model)
    vectors, known = np.zeros((len(place), 0), dtype=np.float32), np.zeros(len(place), dtype=bool)
    if kept is not None:
        vectors, known = kept.find(list(place))
    missing = {key: text for key, text in zip(keys, texts, strict=True) if not known[place[key]]}
    if missing:
        # Sorted by length then hash: little padding, and the same batches whatever the order of the rows.
        order = sorted(missing, key=lambda key: (len(missing[key]), key))
        from synthesis.themes.reader import reader_of  # nothing is loaded where every text is known

        reader, parts = reader_of(model), []
        for start in range(0, len(order), _PART):
            part = order[start : start + _PART]
            parts.append(reader.read([missing[key] for key in part]))
            progress(min(start + len(part), len(order)), len(order))
        new = np.concatenate(parts)
        if vectors.shape[1] != new.shape[1]:
            vectors = np.zeros((len(place), new.shape[1]), dtype=np.float32)
        vectors[[place[key] for key in order]] = new
        if kept is not None:
            kept.add(order, new)
    return vectors[[place[key] for key in keys]]


@lru_cache(maxsize=4)
def _kept(cache: Path, model: Model) -> KeptVectors:
    """Return the vectors that a folder keeps of a model."""
    return KeptVectors(cache, model.sha256)
