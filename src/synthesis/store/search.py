"""Full-text search over a run's ideas: an FTS5 index beside the caches, made at the first search of a run."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

_WORD = re.compile(r"\w+", re.UNICODE)


def find(data_dir: Path, run_id: str, ideas: Iterable[tuple[str, str]], query: str) -> list[str]:
    """Return the ids of ideas that hold all words of the query, else of those that hold some, best first (BM25).

    `ideas` yields (idea id, public text) and is read only where the run has no index yet. Words are compared by their stems,
    without accents; quotation marks and operators of the query are words like any other, so that nothing can be injected.
    """
    words = _WORD.findall(query)
    if not words:
        return []
    path = data_dir / "cache" / "search" / f"{run_id}.db"
    if not path.is_file():
        _index(path, ideas)
    terms = [_term(word.casefold()) for word in words]
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened:
        for joined in (" AND ".join(terms), " OR ".join(terms)):
            rows = opened.execute(
                "SELECT idea_id FROM idea WHERE idea MATCH ? ORDER BY rank, idea_id", (joined,)
            ).fetchall()
            if rows:
                return [row[0] for row in rows]
    return []


def _term(word: str) -> str:
    """Return a word with its plural and its singular: the stemmer takes ``bus`` and ``buses`` for two words."""
    forms = {word, f"{word}s", f"{word}es", word.removesuffix("s"), word.removesuffix("es")}
    return "(" + " OR ".join(f'"{form}"' for form in sorted(forms) if form) + ")"


def _index(path: Path, ideas: Iterable[tuple[str, str]]) -> None:
    """Write the index whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as opened:
        opened.execute(
            "CREATE VIRTUAL TABLE idea USING fts5(idea_id UNINDEXED, text, tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        opened.executemany("INSERT INTO idea VALUES (?, ?)", ideas)
        opened.commit()
    draft.replace(path)
