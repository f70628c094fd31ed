"""Every identity that the sample holds or plants, and the search for one in whatever a run wrote."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pypdf import PdfReader

from synthesis.model import Reason
from synthesis.store.parquet import read_frame
from synthesis.store.vault import Vault
from tests.conftest import TRUTH

_HIDDEN = frozenset({Reason.URGENT_ITEM, Reason.DIRECT_MESSAGE, Reason.PERSONNEL_MATTER})
_LONG_ENOUGH = 25


def canaries(data_dir: Path) -> frozenset[str]:
    """Return planted personal data of comments that are voice, names and addresses of who spoke, and words kept back.

    A first name alone is no canary: it is a word of the language, or of a school.
    """
    found = _planted()
    vault = Vault(data_dir)
    for frame in (vault.contributions(), vault.held()):
        found |= {name for name in frame["person_name"] if len(name.split()) > 1}
        found |= {
            value
            for kind, _, value in frame["identity"].str.partition(":").itertuples(index=False)
            if kind in ("email", "name")
        }
    aside = vault.set_aside()
    hidden = aside[aside["reason"].isin(_HIDDEN)]
    return frozenset(found | {text for text in hidden["text_raw"].str.strip() if len(text) >= _LONG_ENOUGH})


def _planted() -> set[str]:
    with (TRUTH / "contributions.csv").open(encoding="utf-8", newline="") as file:
        voiced = {row["contribution"] for row in csv.DictReader(file) if row["is_voice"] == "true"}
    with (TRUTH / "personal_data.csv").open(encoding="utf-8", newline="") as file:
        return {row["words"] for row in csv.DictReader(file) if row["contribution"] in voiced}


def sightings(sought: Iterable[str], places: Iterable[Path]) -> list[str]:
    """Return ``file: canary`` for each canary that stands as words of its own in a file."""
    wanted = [(canary, canary.casefold()) for canary in sorted(sought)]
    found = []
    for path in places:
        words = words_of(path).casefold()
        found += [
            f"{path.name}: {canary}"
            for canary, folded in wanted
            if folded in words and re.search(rf"(?<!\w){re.escape(folded)}(?!\w)", words)
        ]
    return found


def outside_the_vault(data_dir: Path) -> Iterator[Path]:
    """Yield every file of a data folder but those of its vault."""
    return (p for p in data_dir.rglob("*") if p.is_file() and "vault" not in p.relative_to(data_dir).parts)


def words_of(path: Path) -> str:
    """Return whatever text a file holds, databases and caches included."""
    if path.suffix == ".parquet":
        return read_frame(path).astype(str).to_csv()
    if path.suffix == ".pdf":
        return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)
    data = path.read_bytes()
    return data.decode("utf-8", "replace")
