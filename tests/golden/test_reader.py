"""A model's texts read by ONNX Runtime: the vectors of torch, on any number of cores, from an export that is held to its checksum."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from synthesis.themes import reader
from synthesis.themes.models import packaged
from synthesis.themes.reader import OnnxReader, TorchReader, reader_of
from tests.golden.test_engine import two_languages

pytestmark = pytest.mark.model

TEXTS = (
    "", " ", "bus", "LUNCH is too short!!", "  two   blanks  ", "😀 ¿Dónde está el autobús? 校车晚点了", "a\u200bb\x01c",
    "My daughter's teacher left in October, and since then there has been a substitute nearly every week.",
    "Fix the roof before you ask for one more dollar. " * 80,
)  # fmt: skip


@pytest.fixture
def exports(tmp_path, monkeypatch):
    """An empty folder of exports, and no reader in this process."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    reader_of.cache_clear()
    yield tmp_path / "synthesis" / "models"
    reader_of.cache_clear()


def read_elsewhere(tmp_path, cores: int) -> dict:
    """Read the texts in another process on so many cores; tell what it imported and the checksum of its vectors."""
    program = (
        "import hashlib, json, os, sys; os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:int(sys.argv[1])]);"
        "from synthesis.themes.embed import embed; made = embed(json.loads(sys.argv[2]));"
        "print(json.dumps({'torch': 'torch' in sys.modules, 'sum': hashlib.sha256(made.tobytes()).hexdigest()}))"
    )
    texts = json.dumps(TEXTS)
    done = subprocess.run(
        [sys.executable, "-c", program, str(cores), texts],
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_the_export_reads_as_torch_does_and_is_made_once(exports, tmp_path):
    first = reader_of(packaged())
    assert isinstance(first, OnnxReader)
    [export] = exports.glob("*.onnx")
    written = export.stat().st_mtime_ns
    by_torch = TorchReader(packaged()).read(TEXTS)
    made = first.read(TEXTS)
    assert made.dtype == np.float32
    assert np.abs(made - by_torch).max() < 1e-5
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-6)

    one, two = read_elsewhere(tmp_path, 1), read_elsewhere(tmp_path, 2)
    assert not one["torch"]
    assert one == two
    assert export.stat().st_mtime_ns == written
    assert len(list(exports.iterdir())) == 2


def test_a_damaged_export_is_made_anew(exports):
    reader_of(packaged())
    [export] = exports.glob("*.onnx")
    whole = hashlib.sha256(export.read_bytes()).hexdigest()
    data = bytearray(export.read_bytes())
    data[len(data) // 2] ^= 1
    export.write_bytes(data)
    reader_of.cache_clear()
    assert isinstance(reader_of(packaged()), OnnxReader)
    assert hashlib.sha256(export.read_bytes()).hexdigest() == whole


def test_where_nothing_can_be_kept_torch_reads(exports):
    exports.parent.write_text("a file where the folder should be")
    assert isinstance(reader_of(packaged()), TorchReader)


def test_an_export_that_reads_otherwise_is_never_used(exports, monkeypatch):
    monkeypatch.setattr(reader, "_SAME", 0.0)  # no two readers agree to the last bit
    assert isinstance(reader_of(packaged()), TorchReader)
    assert not list(exports.glob("*.onnx"))
    [facts] = exports.glob("*.json")
    assert json.loads(facts.read_text())["exports"] is False
    reader_of.cache_clear()
    monkeypatch.setattr(reader, "_export", None)  # and not tried again
    assert isinstance(reader_of(packaged()), TorchReader)


def test_a_model_that_is_no_transformer_is_read_by_torch(exports, tmp_path):
    assert isinstance(reader_of(two_languages(tmp_path / "model")), TorchReader)
