"""Ingest of a large survey: rows per second and peak memory, beside pandas' bare `read_csv` of the same file.

The file is a Google form of as many rows as asked for, with one open question; its sentences are put together from words, since
only their length and number matter here. Each side runs in a process of its own.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_WORDS = """the bus late again lunch short line noisy classroom cold roof teacher left substitute homework test phone band
money levy counselor door reading book help more less why when please children school morning stop""".split()
_SIDES = ("ingest", "read_csv")


def write_form(path: Path, rows: int, seed: int = 0) -> None:
    """Write a form of so many rows; every fiftieth answer is empty, every seventieth says nothing."""
    draw = random.Random(seed)  # noqa: S311
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Timestamp", "I am a…", "What should the district improve?"])
        for row in range(rows):
            moment = f"2026-01-{row // 86_400 % 28 + 1:02} {row // 3600 % 24:02}:{row // 60 % 60:02}:{row % 60:02}"
            words = " ".join(draw.choices(_WORDS, k=draw.randint(4, 28)))
            said = "" if row % 50 == 49 else "n/a" if row % 70 == 69 else f"{words} {row}"
            writer.writerow([moment, ("Parent", "Student", "Teacher")[row % 3], said])


def _ingest(path: Path) -> dict[str, int]:
    from synthesis import actions

    with tempfile.TemporaryDirectory() as folder:
        report = actions.ingest([path], data_dir=Path(folder) / "data", timezone="America/New_York")
    [row] = report.stored
    return {"rows_in": row.rows_in, "kept": row.kept, "set_aside": row.set_aside}


def _read_csv(path: Path) -> dict[str, int]:
    import pandas as pd

    return {"rows_in": len(pd.read_csv(path))}


def _measure(side: str, path: Path) -> dict[str, float]:
    """Run one side in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.ingest", "--side", side, "--file", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _side(side: str, path: Path) -> None:
    """Do the work of one side and print its figures."""
    started = time.perf_counter()
    counts = (_ingest if side == "ingest" else _read_csv)(path)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**counts, "seconds": round(seconds, 2), "peak_mb": round(peak)}))


def main() -> None:
    """Print the figures of both sides as lines or as JSON."""
    parser = argparse.ArgumentParser(prog="synthesis bench ingest", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--side", choices=_SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        _side(arguments.side, arguments.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.csv"
        write_form(path, arguments.rows)
        size = path.stat().st_size / 2**20
        figures = {side: _measure(side, path) for side in _SIDES}
    for values in figures.values():
        values["rows_per_second"] = round(values["rows_in"] / values["seconds"])
    if arguments.json:
        print(json.dumps({"rows": arguments.rows, "file_mb": round(size), **figures}, indent=1))
        return
    print(f"{arguments.rows:,} rows, {size:.0f} MB")
    for side, values in figures.items():
        print(f"{side:9} " + ", ".join(f"{key.replace('_', ' ')} {value:,}" for key, value in values.items()))


if __name__ == "__main__":
    main()
