"""Run as a program: print the themes of the lines of a file, in that order, as JSON. Used to compare processes."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from synthesis import discover_themes


def main(path: str, shuffle: str) -> None:
    """Label the lines, shuffled with the seed `shuffle`, and print line → theme name and subtheme."""
    lines = Path(path).read_text("utf-8").splitlines()
    random.Random(int(shuffle)).shuffle(lines)
    found = discover_themes(lines)
    names = [(found.themes[a].name, int(b)) for a, b in zip(found.labels, found.sublabels, strict=True)]
    print(
        json.dumps(
            {
                "labels": dict(zip(lines, names, strict=True)),
                "unclear": sorted(line for line, flag in zip(lines, found.unclear, strict=True) if flag),
            },
            sort_keys=True,
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
