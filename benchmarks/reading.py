"""What it takes to read texts: our export by ONNX Runtime beside sentence-transformers on torch, each in a process of its own.

* `load`: seconds of processor from a Python that has NumPy to the vector of a first short text.
* `seconds`, `processor`: of reading `--texts` distinct texts of the public sets, sorted by length as the engine sorts them.
* `peak`: memory of the whole process in MB.
* `apart`: the largest difference of a coordinate between the two readers' vectors.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.scale import peak_mb, public

METHODS = ("onnx", "torch")


def measure(method: str, texts: list[str], vectors: Path) -> dict[str, float]:
    """Read texts by one method, keep their vectors, and return the figures."""
    begun = time.process_time()
    from synthesis.themes.models import packaged
    from synthesis.themes.reader import OnnxReader, TorchReader, reader_of

    reader = TorchReader(packaged()) if method == "torch" else reader_of(packaged())
    if method == "onnx" and not isinstance(reader, OnnxReader):
        sys.exit("the model was not exported: its folder of exports cannot be written")
    reader.read(["lunch"])
    loaded, clock = time.process_time(), time.perf_counter()
    made = [reader.read(texts[at : at + 512]) for at in range(0, len(texts), 512)]
    figures = {
        "load": loaded - begun,
        "seconds": time.perf_counter() - clock,
        "processor": time.process_time() - loaded,
        "peak": peak_mb(),
    }
    np.save(vectors, np.concatenate(made))
    return figures


def _child(method: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.reading", "--method", method, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{method} failed:\n{done.stderr[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def compare(data: Path, n: int) -> dict[str, dict[str, float]]:
    """Return the figures of both readers; the first reading makes the export where there is none, and is not counted."""
    every, _ = public(data)
    texts = [every[at] for at in np.linspace(0, len(every) - 1, min(n, len(every))).astype(int)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "texts.json").write_text(json.dumps(texts[:8]), "utf-8")
        _child("onnx", folder)
        (folder / "texts.json").write_text(json.dumps(sorted(texts, key=lambda text: (len(text), text))), "utf-8")
        figures = {method: _child(method, folder) for method in METHODS}
        onnx, torch = (np.load(folder / f"{method}.npy") for method in METHODS)
    figures["onnx"]["apart"] = float(np.abs(onnx - torch).max())
    return figures


def main() -> None:
    """Print a table or JSON."""
    parser = argparse.ArgumentParser(prog="synthesis bench reading", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the public sets")
    parser.add_argument("--texts", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--method", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.method:
        texts = json.loads((arguments.folder / "texts.json").read_text("utf-8"))
        print(json.dumps(measure(arguments.method, texts, arguments.folder / f"{arguments.method}.npy")))
        return
    if arguments.data is None:
        parser.error("--data is needed")
    figures = compare(arguments.data, arguments.texts)
    if arguments.json:
        print(json.dumps(figures, indent=1))
        return
    print(f"{'':8} {'load':>8} {'seconds':>8} {'processor':>10} {'peak MB':>8}")
    for method, row in figures.items():
        print(f"{method:8} {row['load']:8.2f} {row['seconds']:8.1f} {row['processor']:10.1f} {row['peak']:8.0f}")
    times = figures["torch"]["processor"] / figures["onnx"]["processor"]
    print(f"{times:.2f} times less processor; vectors differ by at most {figures['onnx']['apart']:.1e}")


if __name__ == "__main__":
    main()
