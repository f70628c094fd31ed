"""Prepare: from raw contributions in the vault to the public frames, with identities replaced and words masked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from synthesis import linguistics
from synthesis.frames import Contributions, RawContributions
from synthesis.model import Translation
from synthesis.privacy import Finder, Masked, indirect_of, mask, pseudonym
from synthesis.text import duplicates, ideas, language

_AFTER_THE = re.compile(r"\b[Tt]he ([A-ZÀ-Þ][\w’'-]{3,})")
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


def prepare(
    raw: pd.DataFrame,
    *,
    secret: bytes,
    languages: tuple[str, ...],
    translations: Mapping[str, Translation] = MappingProxyType({}),
    broken_up: Collection[str] = (),
    released: Collection[str] = (),
    withheld: Collection[str] = (),
) -> Prepared:
    """Return the public frames of raw contributions (`RawContributions`).

    `translations` holds the English of comments by their id. `broken_up` are primaries of campaigns which a person found to be
    comments of their own. `released` and `withheld` are comments of which a person decided whether they may be quoted.
    """
    raw = RawContributions.validate(raw).sort_values("contribution_id", ignore_index=True)
    public = raw.copy()
    public["participant_key"] = [
        pseudonym(secret, identity) if identity else f"a:{contribution_id}"
        for identity, contribution_id in zip(same_voices(raw), raw["contribution_id"], strict=True)
    ]
    masked = _masked(raw)
    public["text_public"] = [entry.text for entry in masked]
    public["n_redactions"] = [len(entry.changes) for entry in masked]
    public["language"] = language.detect(public["text_public"].tolist(), languages)
    same = duplicates.find(public["text_public"].tolist(), public["participant_key"].tolist())
    ids = public["contribution_id"].tolist()
    public["duplicate_of"] = ["" if p == i else ids[p] for i, p in enumerate(same.primary)]
    public["campaign_id"] = ["" if c < 0 else f"K{c + 1}" for c in same.campaign]
    _break_up(public, broken_up)
    known = [translations.get(contribution_id) for contribution_id in ids]
    public["translation"] = ["" if entry is None else entry.text for entry in known]
    public["translation_method"] = ["" if entry is None else entry.method for entry in known]
    public["hold"] = _holds(public, released, withheld)
    public["retention_class"] = np.where(public["is_private"] | public["hold"].ne(""), "sensitive", "voice")
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


def same_voices(raw: pd.DataFrame) -> list[str]:
    """Return the identity of each row, with a full name that goes with one address only taken for that address.

    So a person who signs a survey with an address and speaks at a Town Hall under the same name is counted once. A name with
    two addresses stays apart: two people may share a name.
    """
    known = raw[raw["identity"].str.startswith("email:") & raw["person_name"].str.contains(" ", regex=False)]
    named = known["person_name"].str.split().str.join(" ").str.casefold()
    addresses = known["identity"].groupby(named).agg(lambda found: sorted(set(found)))
    address_of = {f"name:{name}": found[0] for name, found in addresses.items() if len(found) == 1}
    return [address_of.get(identity, identity) for identity in raw["identity"]]


def _break_up(public: pd.DataFrame, primaries: Collection[str]) -> None:
    """Count the members of these campaigns as comments of their own."""
    wanted = set(public.loc[public["contribution_id"].isin(primaries) & public["campaign_id"].ne(""), "campaign_id"])
    members = public["campaign_id"].isin(wanted)
    public.loc[members, ["campaign_id", "duplicate_of"]] = ""


def _holds(public: pd.DataFrame, released: Collection[str], withheld: Collection[str]) -> list[str]:
    """Return why each comment's words wait: it was private, or a neighbour would know who it is about. A person's word counts."""
    schools = sorted(set(public["school"]) - {""})
    holds = []
    for contribution_id, private, text in zip(
        public["contribution_id"], public["is_private"], public["text_public"], strict=True
    ):
        if contribution_id in withheld:
            holds.append("withheld")
        elif contribution_id in released:
            holds.append("")
        else:
            kinds = [f"may identify: {kind}" for kind in indirect_of(text, schools)]
            holds.append("; ".join([*(["private dialogue"] if private else []), *kinds]))
    return holds


def _masked(raw: pd.DataFrame) -> list[Masked]:
    """Return the masked text of each contribution."""
    names = sorted(set(raw["person_name"]) - {""})
    ordinary = {
        token.text
        for found in linguistics.tokens(raw["text_raw"].tolist())
        for token in found
        if token.is_word and token.text.islower()
    }
    finder = Finder(names, ordinary, _places(raw))
    return [mask(text, finder.find(text)) for text in raw["text_raw"]]


def _places(raw: pd.DataFrame) -> set[str]:
    """Return words of places, lower case: of school and site names, and capitalised words that follow "the" in two comments.

    They are not taken for a person's without a title: "the Millrace stop" is said of a quarter, "the Brennick" of nobody.
    """
    known = {word for column in ("school", "site") for name in set(raw[column]) for word in name.casefold().split()}
    said = Counter(word for text in raw["text_raw"] for word in set(_AFTER_THE.findall(text)))
    return known | {word.casefold() for word, comments in said.items() if comments > 1}
