"""How a model's texts become vectors: by ONNX Runtime, from an export that sentence-transformers and torch make once.

The export gives the vectors of torch (compared when it is made), reads half as many seconds, and loads in a fifth of a
second where torch takes four: a search or a re-run of a few new comments never imports torch. Figures in
docs/decisions/0017. It is kept in the user's cache folder, by the checksum of all that the model's folder holds. A model
that does not export (not a transformer, a prompt before each text, no tokenizer.json) is read by torch.

The one module that imports sentence-transformers, torch and ONNX.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import warnings
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol, TypedDict

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from synthesis.themes.models import Model, verify
from synthesis.themes.threads import cores

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

_BATCH = 32
_TOKENIZER = "tokenizer.json"
_SAME = 1e-5  # of two unit vectors' coordinates: float32 sums in another order differ by 3e-7
_PROBES = (
    "Bus 12 was late again.",
    "My daughter's teacher left in October, and since then there has been a substitute nearly every single week.",
    "¿Cuándo empiezan las clases de inglés para padres?",
    "lunch",
    "Fix the roof at the high school before you ask anybody in this town for one more dollar! " * 40,
)


class _Facts(TypedDict):
    """An export: whether the model exports, the checksum of its file, the longest text in tokens and the token that fills up."""

    exports: bool
    sha256: str
    longest: int
    filler: int


class Reader(Protocol):
    """What makes unit vectors of texts."""

    def read(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors ``float32[n, d]`` of texts, which should be of about the same length."""


@lru_cache(maxsize=1)
def reader_of(model: Model) -> Reader:
    """Return what reads texts by a model, once per process. Raises ModelUnavailable where the model is not what it should be."""
    verify(model)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    export = _exports() / f"{_key(model)}.onnx"
    facts = _facts(export)
    if facts is None:
        by_torch = TorchReader(model)
        facts = _export(by_torch, export)
        if not facts["exports"]:
            return by_torch
    return OnnxReader(export, model.folder / _TOKENIZER, facts) if facts["exports"] else TorchReader(model)


class TorchReader:
    """Texts read by sentence-transformers."""

    def __init__(self, model: Model) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer  # 4 s
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.folder = model.folder
        self.model: SentenceTransformer = SentenceTransformer(
            str(model.folder), device="cpu", local_files_only=True
        ).eval()

    def read(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors ``float32[n, d]`` of texts."""
        made = self.model.encode(
            list(texts), batch_size=_BATCH, show_progress_bar=False, normalize_embeddings=True, convert_to_numpy=True
        )
        return np.asarray(made, dtype=np.float32)


class OnnxReader:
    """Texts read by ONNX Runtime and the model's own tokenizer."""

    def __init__(self, path: Path, tokenizer: Path, facts: _Facts) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = cores()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads would burn a core
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(facts["longest"])
        self._tokenizer.enable_padding(pad_id=facts["filler"])

    def read(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors ``float32[n, d]`` of texts."""
        return np.concatenate([self._batch(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)])

    def _batch(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts that go through the model together."""
        cut = self._tokenizer.encode_batch([text.strip() for text in texts])
        given = {
            "input_ids": np.array([one.ids for one in cut], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in cut], dtype=np.int64),
        }
        made: Vectors = self._session.run(["vectors"], given)[0]
        lengths: Vectors = np.linalg.norm(made, axis=1, keepdims=True)
        return np.divide(made, np.maximum(lengths, 1e-12), dtype=np.float32)


def _exports() -> Path:
    """Return the folder of exports."""
    return user_cache_path("synthesis", appauthor=False) / "models"


def _key(model: Model) -> str:
    """Return the checksum of what an export follows from: weights, tokenizer, settings and the exporter."""
    digest = hashlib.sha256(f"{model.sha256} {version('torch')} {version('sentence-transformers')}".encode())
    for path in sorted(model.folder.rglob("*.json")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _facts(export: Path) -> _Facts | None:
    """Return what is known of an export; None where it was never made, or is not what was made."""
    try:
        facts: _Facts = json.loads(export.with_suffix(".json").read_bytes())
        whole = not facts["exports"] or hashlib.sha256(export.read_bytes()).hexdigest() == facts["sha256"]
    except (OSError, ValueError, KeyError):
        return None
    return facts if whole else None


def _export(by_torch: TorchReader, export: Path) -> _Facts:
    """Export a model and compare the two readers. Where they differ, or nothing can be written, torch goes on reading."""
    facts: _Facts = {"exports": False, "sha256": "", "longest": 0, "filler": 0}
    try:
        export.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryDirectory(dir=export.parent) as drafts:
            draft, said = Path(drafts) / "model.onnx", Path(drafts) / "model.json"
            if _plain(by_torch) and _write(by_torch.model, draft):
                facts |= {
                    "longest": int(by_torch.model.max_seq_length or 0),
                    "filler": by_torch.model.tokenizer.pad_token_id,
                }
                exported = OnnxReader(draft, by_torch.folder / _TOKENIZER, facts)
                if np.abs(exported.read(_PROBES) - by_torch.read(_PROBES)).max() < _SAME:
                    facts |= {"exports": True, "sha256": hashlib.sha256(draft.read_bytes()).hexdigest()}
                    draft.replace(export)
            said.write_text(json.dumps(facts), "utf-8")
            said.replace(export.with_suffix(".json"))
    except OSError:
        facts["exports"] = False
    return facts


def _plain(by_torch: TorchReader) -> bool:
    """Whether a model is a transformer over the tokens of the text as it is, by a tokenizer that is read without torch."""
    from sentence_transformers.sentence_transformer.modules import Transformer

    model = by_torch.model
    whole = (
        isinstance(model[0], Transformer)
        and model.max_seq_length is not None
        and model.tokenizer.pad_token_id is not None
    )
    return whole and not model.default_prompt_name and (by_torch.folder / _TOKENIZER).is_file()


def _write(model: SentenceTransformer, path: Path) -> bool:
    """Write a model with its pooling as ONNX. Returns whether torch's exporter can."""
    import torch

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            vectors: torch.Tensor = self.model({"input_ids": input_ids, "attention_mask": attention_mask})[
                "sentence_embedding"
            ]
            return vectors

    example = torch.ones((2, 8), dtype=torch.int64)
    sizes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length")}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # of operators of packages that are not installed
    try:
        with warnings.catch_warnings(action="ignore"):
            torch.onnx.export(
                Whole().eval(),
                (example, torch.ones_like(example)),
                path,
                input_names=["input_ids", "attention_mask"],
                output_names=["vectors"],
                dynamic_shapes=(sizes, sizes),
                external_data=False,
                verbose=False,
            )
    except (torch.onnx.OnnxExporterError, ValueError):  # ValueError: over the 2 GB of one file
        return False
    return True
