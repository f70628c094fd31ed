"""Words of the community against the Direction's text: which words people use for a theme, and whether they can be found in it.

The complaint that this answers: the words people had used could not be found in the Direction. English only: words of other
languages cannot stand in an English text.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import pandas as pd

from synthesis.linguistics import Token, tokens
from synthesis.plan.claims import Limits
from synthesis.plan.records import Plan

_PART = 0.7
"""A word is not told beside a phrase that holds it, where this part of its people used the phrase."""
_SUFFIXES = tuple("ings ing ers er ors or ions ion ments ment ness ly al ed es s".split())


def salient_terms(
    contributions: pd.DataFrame,
    ideas: pd.DataFrame,
    assignments: pd.DataFrame,
    limits: Limits | None = None,
) -> pd.DataFrame:
    """Return the words and two-word phrases that people use for a theme more than for others; frames are `synthesis.frames`'.

    Columns: ``theme_id, term`` (lemmas), ``form`` (as people mostly write it), ``people`` (voices who used it; a campaign is one), ``share`` of the theme's voices, ``weight``: the
    term's part of the divergence between the theme's voices and all (p log2(p / q); Kullback and Leibler 1951). Heaviest
    first, within the `limits`. Ideas that are not in English are left out.
    """
    limits = limits or Limits()
    said = _said(contributions, ideas, assignments)
    users: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    everybody: defaultdict[str, set[str]] = defaultdict(set)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for theme_id, voice, found in zip(said["theme_id"], said["voice"], tokens(said["text"].tolist()), strict=True):
        for term, form in _terms(found).items():
            users[theme_id, term].add(voice)
            everybody[term].add(voice)
            forms[term][form] += 1
    voices = said.groupby("theme_id")["voice"].nunique().to_dict()
    all_voices = said["voice"].nunique()
    rows = []
    for (theme_id, term), who in users.items():
        share, overall = len(who) / voices[theme_id], len(everybody[term]) / all_voices
        if len(who) >= limits.fewest_people and share >= limits.word_lift * overall:
            form = min(forms[term], key=lambda form: (-forms[term][form], form))
            rows.append((theme_id, term, form, len(who), share, share * math.log2(share / overall)))
    frame = pd.DataFrame(rows, columns=["theme_id", "term", "form", "people", "share", "weight"])
    frame = frame[~_within_phrase(frame, users)]
    frame = frame.sort_values(["theme_id", "weight", "term"], ascending=[True, False, True])
    return frame.groupby("theme_id").head(limits.words_per_theme).reset_index(drop=True)


def _said(contributions: pd.DataFrame, ideas: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Return ``theme_id, voice, text`` of every English idea."""
    english = contributions[contributions["language"].eq("en")]
    voice = english["campaign_id"].where(english["campaign_id"].ne(""), english["participant_key"])
    who = english[["contribution_id"]].assign(voice=voice)
    said = ideas.merge(assignments[["idea_id", "theme_id"]], on="idea_id").merge(who, on="contribution_id")
    return said[["theme_id", "voice", "text"]]


def _terms(found: Sequence[Token]) -> dict[str, str]:
    """Return the words of a text that say something, and the pairs that stand side by side: lemmas → as they are written.

    What stands in brackets is a placeholder for somebody's name or the like.
    """
    terms = {}
    before: Token | None = None
    masked = False
    for token in found:
        masked = token.text == "[" or (masked and token.text != "]")
        if masked or not token.is_word or token.is_stop or len(token.lemma) < 3 or not token.text.isalpha():
            before = None
            continue
        terms[token.lemma] = token.text.lower()
        if before is not None:
            terms[f"{before.lemma} {token.lemma}"] = f"{before.text.lower()} {token.text.lower()}"
        before = token
    return terms


def _within_phrase(frame: pd.DataFrame, users: dict[tuple[str, str], set[str]]) -> pd.Series:
    """Tell of each word whether a phrase of its theme says nearly all of it."""
    phrases: defaultdict[str, list[str]] = defaultdict(list)
    for theme_id, term in zip(frame["theme_id"], frame["term"], strict=True):
        if " " in term:
            phrases[theme_id].append(term)
    covered = [
        " " not in term
        and any(
            term in phrase.split() and len(users[theme_id, phrase]) >= _PART * people for phrase in phrases[theme_id]
        )
        for theme_id, term, people in zip(frame["theme_id"], frame["term"], frame["people"], strict=True)
    ]
    return pd.Series(covered, index=frame.index, dtype=bool)


def direction_text(plan: Plan) -> tuple[str, ...]:
    """Return the sentences of the Direction that the community reads: its newest version's and its elements'."""
    versions = [d for d in plan.of("direction") if d.status != "superseded"]
    newest = versions[-1:] if versions else []
    own = [text for d in newest for text in (d.mission, d.student_performance_statement)]
    elements = [r.text for kind in ("enduring_value", "strategic_boundary", "strategy") for r in plan.of(kind)]
    return tuple(own + elements)


def in_direction(terms: pd.DataFrame, sentences: Iterable[str]) -> pd.DataFrame:
    """Return the terms with ``found``: word for word, in another form, in parts (words of a phrase stand apart), or not.

    The values are ``yes, other_form, apart, no``.
    """
    lemmas: set[str] = set()
    whole: set[str] = set()
    for found in tokens(list(sentences)):
        whole |= _terms(found).keys()
        lemmas |= {token.lemma for token in found}
    stems = {_stem(lemma) for lemma in lemmas}

    def place(term: str) -> str:
        words = term.split()
        if term in whole or (len(words) == 1 and term in lemmas):
            return "yes"
        if not all(_stem(word) in stems for word in words):
            return "no"
        return "other_form" if len(words) == 1 else "apart"

    return terms.assign(found=[place(term) for term in terms["term"]])


def _stem(word: str) -> str:
    """Return a word without its ending: "counseling" and "counselor" are one."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            word = word[: -len(suffix)]
            break
    word = word.rstrip("ey")
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word
