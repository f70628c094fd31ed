"""Vectors of unit length. Imports numpy alone: a small re-run pays for nothing else."""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray


@overload
def unit(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float64]: ...


@overload
def unit(vectors: NDArray[np.floating[Any]], precision: type[np.float32]) -> NDArray[np.float32]: ...


def unit(vectors: NDArray[np.floating[Any]], precision: type[np.floating[Any]] = np.float64) -> NDArray[Any]:
    """Return the rows of `vectors` at unit length, computed in `precision`: single where there may be a million. Rows of zeros stay."""
    data = np.asarray(vectors, dtype=precision)
    return np.asarray(data / np.maximum(np.linalg.norm(data, axis=1, keepdims=True), 1e-12), dtype=precision)


def centred(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows at unit length as seen from the mean of all, in single precision: there may be a million of them."""
    return unit(vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32), np.float32)
