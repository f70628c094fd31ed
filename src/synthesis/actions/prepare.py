"""Prepare: from raw contributions in the vault to the public frames, with identities replaced and words masked."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from synthesis import linguistics
from synthesis.frames import Contributions, RawContributions
from synthesis.privacy import Finder, Masked, mask, pseudonym
from synthesis.text import duplicates, ideas, language

_PUBLIC = list(Contributions.to_schema().columns)
REDACTION_COLUMNS = [
    "contribution_id",
    "raw_start",
    "raw_end",
    "public_start",
    "public_end",
    "kind",
    "reason",
]


@dataclass(frozen=True)
class Prepared:
    """The public `Contributions` and `Ideas`, and the redaction log (vault only)."""

    contributions: pd.DataFrame
    ideas: pd.DataFrame
    redactions: pd.DataFrame


def prepare(raw: pd.DataFrame, *, secret: bytes, languages: tuple[str, ...]) -> Prepared:
    """Return the public frames of raw contributions (`RawContributions`)."""
    raw = RawContributions.validate(raw).sort_values("contribution_id", ignore_index=True)
    public = raw.copy()
    public["participant_key"] = [
        pseudonym(secret, identity) if identity else f"a:{contribution_id}"
        for identity, contribution_id in zip(raw["identity"], raw["contribution_id"], strict=True)
    ]
    masked = _masked(raw)
    public["text_public"] = [entry.text for entry in masked]
    public["n_redactions"] = [len(entry.changes) for entry in masked]
    public["language"] = language.detect(public["text_public"].tolist(), languages)
    same = duplicates.find(public["text_public"].tolist(), public["participant_key"].tolist())
    ids = public["contribution_id"].tolist()
    public["duplicate_of"] = ["" if p == i else ids[p] for i, p in enumerate(same.primary)]
    public["campaign_id"] = ["" if c < 0 else f"K{c + 1}" for c in same.campaign]
    contributions = Contributions.validate(public[_PUBLIC])
    log = [
        (contribution_id, *change)
        for contribution_id, entry in zip(ids, masked, strict=True)
        for change in entry.changes
    ]
    return Prepared(
        contributions,
        ideas.ideas_of(ids, contributions["text_public"].tolist(), contributions["language"].tolist()),
        pd.DataFrame(log, columns=REDACTION_COLUMNS),
    )


def _masked(raw: pd.DataFrame) -> list[Masked]:
    """Return the masked text of each contribution."""
    names = sorted(set(raw["person_name"]) - {""})
    ordinary = {
        token.text
        for found in linguistics.tokens(raw["text_raw"].tolist())
        for token in found
        if token.is_word and token.text.islower()
    }
    finder = Finder(names, ordinary | _places(raw))
    return [mask(text, finder.find(text)) for text in raw["text_raw"]]


def _places(raw: pd.DataFrame) -> set[str]:
    """Return the words of school and site names: they are never taken for a person's."""
    return {word for column in ("school", "site") for name in set(raw[column]) for word in name.casefold().split()}
