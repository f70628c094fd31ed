"""Vectors that were made before, by model and text hash, in a folder: looked up on disk, not loaded as a whole.

Each part is two files: the vectors, and the sorted hashes of their texts, which is written last, so that a part counts whole or not
at all. A damaged part is passed over and its vectors are made again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
_HASH = "S64"


class KeptVectors:
    """The vectors of one model in one folder. Parts that another process adds are found at the next look-up."""

    def __init__(self, folder: Path, model_sha256: str) -> None:
        self._folder = folder
        self._model = model_sha256[:12]
        self._parts: dict[str, tuple[NDArray[np.bytes_], Vectors]] = {}
        self._damaged: set[str] = set()

    def find(self, keys: Sequence[str]) -> tuple[Vectors, NDArray[np.bool_]]:
        """Return the vectors ``float32[len(keys), d]`` of text hashes, and which of them are known; the others are zero.

        d is 0 where no vector is kept.
        """
        self._look()
        width = max((vectors.shape[1] for _, vectors in self._parts.values()), default=0)
        found = np.zeros((len(keys), width), dtype=np.float32)
        known = np.zeros(len(keys), dtype=bool)
        wanted = np.array(keys, dtype=_HASH)
        for hashes, vectors in self._parts.values():
            if known.all():
                break
            place = np.minimum(np.searchsorted(hashes, wanted), len(hashes) - 1)
            rows = np.flatnonzero(~known & (hashes[place] == wanted))
            found[rows], known[rows] = vectors[place[rows]], True
        return found, known

    def add(self, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors, one per text hash, as one more part."""
        self._folder.mkdir(parents=True, exist_ok=True)
        order = np.argsort(np.array(keys, dtype=_HASH), kind="stable")
        name = f"{self._model}-{hashlib.sha256(''.join(keys).encode()).hexdigest()[:16]}"
        self._write(f"{name}.npy", vectors[order])
        self._write(f"{name}.texts.npy", np.array(keys, dtype=_HASH)[order])
        self._damaged.discard(name)

    def _write(self, name: str, array: NDArray[np.generic]) -> None:
        draft = self._folder / f".{os.getpid()}.{name}"
        np.save(draft, array, allow_pickle=False)
        draft.replace(self._folder / name)

    def _look(self) -> None:
        """Open the parts that were added since the last look."""
        for path in sorted(self._folder.glob(f"{self._model}-*.texts.npy")):
            name = path.name.removesuffix(".texts.npy")
            if name in self._parts or name in self._damaged:
                continue
            try:
                hashes = np.load(path, allow_pickle=False)
                vectors = np.load(path.with_name(f"{name}.npy"), mmap_mode="r", allow_pickle=False)
                if hashes.dtype != _HASH or vectors.dtype != np.float32 or vectors.ndim != 2:
                    raise ValueError("not a part")
                if not 0 < len(hashes) == len(vectors):
                    raise ValueError("a part without its vectors")
            except (OSError, ValueError):
                self._damaged.add(name)
                continue
            self._parts[name] = (hashes, vectors)
