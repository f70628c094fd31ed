"""What was made of single texts before: kept in the vault, so that a re-run reads only what is new.

A stage that looks at one text at a time is a function of that text, of what the run's lists say of it, and of the program. What it
made is kept under a hash of all three: a re-run that finds it there gets what it would make, to the byte. Each stage keeps
what the last run used and nothing else, so that the words of a comment that is gone are gone here too. A file is written whole or
not at all; a missing or damaged one is made again.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import synthesis
from synthesis.store.vault import Vault

_READERS = ("spacy", "spacy-lookups-data", "presidio-analyzer", "lingua-language-detector", "Faker", "rapidfuzz")
"""Packages that read texts: with another version of one everything is made again."""

Given = Sequence[str]
Make = Callable[[list[int]], Sequence[Any]]


class Reuse:
    """What the stages of a run kept, in one data folder's vault. `made` counts per stage the rows that had to be made."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.made: dict[str, int] = {}

    def rows(self, stage: str, given: Sequence[Given], make: Make) -> Iterator[Any]:
        """Yield what `make` makes of each row, made before or now: lists, numbers, texts and dicts of them (JSON).

        `given` is per row all that it is made of besides the program. `make` is called with the numbers of rows that differ from
        each other and of which nothing is kept; not at all where there is none.
        """
        before = hashlib.sha256(program().encode())
        keys = [_key(before, one) for one in given]
        kept = self._read(stage)
        missing: dict[str, int] = {}
        for row, key in enumerate(keys):
            if key not in kept:
                missing.setdefault(key, row)
        if missing:
            made = make(list(missing.values()))
            kept |= {key: json.dumps(value, ensure_ascii=False) for key, value in zip(missing, made, strict=True)}
        used = dict.fromkeys(keys)
        if missing or len(used) < len(kept):
            frame = pd.DataFrame({"key": list(used), "value": [kept[key] for key in used]}, dtype=object)
            self._vault.save(f"reuse/{stage}", frame)
        self.made[stage] = self.made.get(stage, 0) + len(missing)
        return (json.loads(kept[key]) for key in keys)

    def _read(self, stage: str) -> dict[str, str]:
        try:
            frame = self._vault.load(f"reuse/{stage}")
            return dict(zip(frame["key"], frame["value"], strict=True))
        except (OSError, ValueError, KeyError):
            return {}


def _key(before: hashlib._Hash, given: Given) -> str:
    """Return the hash of what a row is made of, after what went `before`."""
    digest = before.copy()
    for part in given:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:%b" % (len(data), data))
    return digest.hexdigest()[:32]


@lru_cache(maxsize=1)
def program() -> str:
    """Return what tells this program from another: its own files and the packages that read texts."""
    digest = hashlib.sha256(sys.version.encode())
    root = Path(synthesis.__file__).parent
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.toml")]):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    for package in _READERS:
        digest.update(f"{package} {version(package)}\0".encode())
    return digest.hexdigest()[:16]
