"""Hostile files are refused before they can cost anything; odd ones come back whole, or row by row with a reason."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile import hostile_files as files

MEMORY_LIMIT_MB = 150

# Run in a process of its own, so that a reader that expands a bomb fails there. Reports ms, MB and outcome per file.
PROBE = """
import json, resource, sys, time
from pathlib import Path
from synthesis.errors import SynthesisError
from synthesis.formats import open_document
from tests.hostile import hostile_files as files

def field(name):
    for line in open("/proc/self/status"):
        if line.startswith(name):
            return int(line.split()[1]) / 1024

def probe(name, data):
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before, start = field("VmRSS"), time.perf_counter()
    try:
        open_document(name, data)
        outcome = "read"
    except SynthesisError as error:
        outcome = type(error).__name__
    except MemoryError:
        outcome = "MemoryError"
    return [round(1000 * (time.perf_counter() - start), 1), round(field("VmHWM") - before, 1), outcome]

for name, data in files.valid_files().items():
    open_document(name, data)  # what is imported and compiled once does not count
built = {what: (name, build()) for what, (name, build, _) in files.REFUSED.items()}
limit = int(field("VmSize") + float(sys.argv[1])) * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
print(json.dumps({what: probe(name, data) for what, (name, data) in built.items()}))
"""


@pytest.fixture(scope="module")
def probes() -> dict[str, tuple[float, float, str]]:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", PROBE, str(MEMORY_LIMIT_MB)], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {what: tuple(figures) for what, figures in json.loads(done.stdout.splitlines()[-1]).items()}


@pytest.mark.parametrize("what", files.REFUSED)
def test_refused_in_bounds(what: str, probes: dict[str, tuple[float, float, str]]) -> None:
    milliseconds, megabytes, outcome = probes[what]
    print(f"{what}: {milliseconds} ms, {megabytes} MB, {outcome}")
    assert outcome == files.REFUSED[what][2]
    assert megabytes < MEMORY_LIMIT_MB
