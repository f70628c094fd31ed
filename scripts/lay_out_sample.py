"""Lays out the sample district: `python scripts/lay_out_sample.py [--out data/raw --truth tests/truth]`.

Reads `data/source/`, writes the vendors' files and the planted truth, byte for byte the same every time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from sample.all_layouts import lay_out
from sample.plan import plan_workbook
from sample.source import SourceError
from sample.truth import summary, truth_files


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files (path under the folder → bytes)."""
    for name, data in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def main(arguments: list[str] | None = None) -> int:
    """Lay the sample out; return 2 when a source file is malformed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=ROOT / "data" / "source")
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "raw")
    parser.add_argument("--plan", type=Path, default=ROOT / "data" / "plan")
    parser.add_argument("--truth", type=Path, default=ROOT / "tests" / "truth")
    chosen = parser.parse_args(arguments)
    try:
        laid = lay_out(chosen.source)
        workbook = plan_workbook(chosen.source / "plan")
    except SourceError as error:
        print(error, file=sys.stderr)
        return 2
    write(chosen.out, laid.files)
    write(chosen.plan, {"plan_workbook.xlsx": workbook})
    write(chosen.truth, truth_files(laid.items, laid.research))
    print(summary(laid.items))
    return 0


if __name__ == "__main__":
    sys.exit(main())
