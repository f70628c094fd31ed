"""Walk-throughs of the documentation as tests: their files are written, their commands run, their output compared.

A block of language ``console`` holds commands (lines that begin with ``$ ``) and what each prints; a line of ``…`` stands
for any lines, and ``…`` within a line for any characters. A block such as `````csv name.csv`` is a file of that name.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(\S+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """A command, and what the page says that it prints."""

    command: str
    expected: str


def steps_of(page: Path, folder: Path) -> list[Step]:
    """Return the steps of a page in order, and write its files into the folder."""
    steps: list[Step] = []
    for language, name, body in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if name:
            (folder / name).write_text(body, encoding="utf-8")
        elif language == "console":
            for chunk in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, expected = chunk.partition("\n")
                while command.endswith("\\"):
                    more, _, expected = expected.partition("\n")
                    command = f"{command[:-1]} {more.strip()}"
                steps.append(Step(command, expected))
    return steps


def run(step: Step, folder: Path, environment: dict[str, str]) -> str:
    """Return what a command prints, both streams together as a terminal shows them."""
    done = subprocess.run(
        ["bash", "-c", step.command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,  # a run on a busy machine
        check=False,
    )
    return "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())


def fits(expected: str, printed: str) -> bool:
    """Tell whether output is as the page shows it."""
    lines = [line.rstrip() for line in expected.rstrip().splitlines()]
    pattern = "\n".join(".*" if line == "…" else re.escape(line).replace("…", "[^\n]*") for line in lines)
    return re.fullmatch(pattern.replace(".*\n", "(?:.*\n)?"), printed, re.DOTALL) is not None
