"""Prepare: from raw contributions in the vault to the public frames, with identities replaced and words masked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from synthesis import linguistics
from synthesis.actions.intake import Progress, quiet
from synthesis.actions.reuse import Reuse
from synthesis.frames import Contributions, RawContributions
from synthesis.model import Translation
from synthesis.privacy import Finder, Finding, Masked, indirect_of, mask, pseudonym, school_words, schools_in
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
    reuse: Reuse,
    translations: Mapping[str, Translation] = MappingProxyType({}),
    broken_up: Collection[str] = (),
    released: Collection[str] = (),
    withheld: Collection[str] = (),
    progress: Progress = quiet,
) -> Prepared:
    """Return the public frames of raw contributions (`RawContributions`).

    What earlier runs made of single texts is taken from `reuse`: the frames are the same without it.
    `translations` holds the English of comments by their id. `broken_up` are primaries of campaigns which a person found to be
    comments of their own. `released` and `withheld` are comments of which a person decided whether they may be quoted.
    """
    raw = RawContributions.validate(raw).sort_values("contribution_id", ignore_index=True)
    public = raw.copy()
    public["participant_key"] = [
        pseudonym(secret, identity) if identity else f"a:{contribution_id}"
        for identity, contribution_id in zip(same_voices(raw), raw["contribution_id"], strict=True)
    ]
    progress("personal data", 0, 1)
    masked = _masked(raw, reuse)
    public["text_public"] = [entry.text for entry in masked]
    public["n_redactions"] = [len(entry.changes) for entry in masked]
    progress("languages", 0, 1)
    public["language"] = _languages(public["text_public"].tolist(), languages, reuse)
    progress("near-duplicates", 0, 1)
    same = duplicates.find(public["text_public"].tolist(), public["participant_key"].tolist())
    ids = public["contribution_id"].tolist()
    public["duplicate_of"] = ["" if p == i else ids[p] for i, p in enumerate(same.primary)]
    public["campaign_id"] = ["" if c < 0 else f"K{c + 1}" for c in same.campaign]
    _break_up(public, broken_up)
    known = [translations.get(contribution_id) for contribution_id in ids]
    public["translation"] = ["" if entry is None else entry.text for entry in known]
    public["translation_method"] = ["" if entry is None else entry.method for entry in known]
    public["hold"] = _holds(public, released, withheld, reuse)
    public["retention_class"] = np.where(public["is_private"] | public["hold"].ne(""), "sensitive", "voice")
    contributions = Contributions.validate(public[_PUBLIC])
    progress("ideas", 0, 1)
    log = [
        (contribution_id, *change)
        for contribution_id, entry in zip(ids, masked, strict=True)
        for change in entry.changes
    ]
    return Prepared(
        contributions,
        _ideas(contributions, reuse),
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


def _languages(texts: list[str], languages: tuple[str, ...], reuse: Reuse) -> list[str]:
    """Return the language of each public text."""
    given = [(text, *languages) for text in texts]
    return list(reuse.rows("languages", given, lambda rows: language.detect([texts[row] for row in rows], languages)))


def _ideas(contributions: pd.DataFrame, reuse: Reuse) -> pd.DataFrame:
    """Return the `Ideas` frame."""
    texts, codes = contributions["text_public"].tolist(), contributions["language"].tolist()
    given = list(zip(texts, codes, strict=True))
    spans = reuse.rows("ideas", given, lambda rows: [ideas.split(texts[row], codes[row]) for row in rows])
    return ideas.ideas_of(contributions["contribution_id"].tolist(), texts, spans)


def _holds(public: pd.DataFrame, released: Collection[str], withheld: Collection[str], reuse: Reuse) -> list[str]:
    """Return why each comment's words wait: it was private, or a neighbour would know who it is about. A person's word counts."""
    schools = school_words(set(public["school"]) - {""})
    texts = public["text_public"].tolist()
    given = [(text, *schools_in(text, schools)) for text in texts]
    identifying = reuse.rows("identifying", given, lambda rows: [indirect_of(texts[row], schools) for row in rows])
    holds = []
    for contribution_id, private, kinds in zip(
        public["contribution_id"], public["is_private"], identifying, strict=True
    ):
        if contribution_id in withheld:
            holds.append("withheld")
        elif contribution_id in released:
            holds.append("")
        else:
            reasons = [f"may identify: {kind}" for kind in kinds]
            holds.append("; ".join([*(["private dialogue"] if private else []), *reasons]))
    return holds


def _masked(raw: pd.DataFrame, reuse: Reuse) -> list[Masked]:
    """Return the masked text of each contribution."""
    texts = raw["text_raw"].tolist()
    said = reuse.rows("words", [(text,) for text in texts], lambda rows: _lower([texts[row] for row in rows]))
    finder = Finder(sorted(set(raw["person_name"]) - {""}), {word for words in said for word in words}, _places(raw))
    found = reuse.rows(
        "personal_data",
        [(text, *finder.bearing(text)) for text in texts],
        lambda rows: [[astuple(finding) for finding in finder.find(texts[row])] for row in rows],
    )
    return [mask(text, [Finding(*finding) for finding in own]) for text, own in zip(texts, found, strict=True)]


def _lower(texts: list[str]) -> list[list[str]]:
    """Return the words that each text writes in lower case and that a dictionary holds: a capital does not make them a name."""
    known = linguistics.dictionary()
    return [
        sorted({token.text for token in found if token.is_word and token.text.islower() and token.text in known})
        for found in linguistics.tokens(texts)
    ]


def _places(raw: pd.DataFrame) -> set[str]:
    """Return words of places, lower case: of school and site names, and capitalised words that follow "the" in two comments.

    They are not taken for a person's without a title: "the Millrace stop" is said of a quarter, "the Brennick" of nobody.
    """
    known = {word for column in ("school", "site") for name in set(raw[column]) for word in name.casefold().split()}
    said = Counter(word for text in raw["text_raw"] for word in set(_AFTER_THE.findall(text)))
    return known | {word.casefold() for word, comments in said.items() if comments > 1}
