"""Personal data in words: the one module that imports Presidio.

Presidio runs here without any trained model: a blank engine of ours hands it bare tokens, and every recogniser is a
rule or a list. Lists come from the exports themselves (the names in their name columns and the district's roster).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from synthesis.linguistics import blank_doc

_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'-]+"
_FULL = rf"{_NAME}(?:\s+(?:(?:de|la|del|von|van)\s+)*{_NAME}){{0,2}}"
_CASED = re.MULTILINE | re.DOTALL

_RULES: dict[str, tuple[tuple[str, float], ...]] = {
    "email": ((r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", 1.0),),
    "phone": (
        (r"(?<![\w-])(?:\+?1[ .-]?)?(?:\(\d{3}\)\s?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\w)", 0.95),
        (r"(?<![\w-])\d{3}[-.]\d{4}(?![\w-])", 0.8),
    ),
    "student_id": (
        (r"\bS\d{6,8}\b", 0.95),
        (r"(?<=student id )#?\d{5,9}\b", 0.9),
        (r"(?<=ID number )#?\d{5,9}\b", 0.9),
    ),
    "birth_date": (
        (
            r"(?:(?<=born )|(?<=born on )|(?<=birthday is )|(?<=DOB )|(?<=DOB: ))(?:\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|[A-Z][a-z]+ \d{1,2},? \d{4})",
            0.9,
        ),
    ),
    "address": (
        (
            r"\b\d{1,5}\s+(?:[NSEW]\.?\s+)?(?:[A-Z][\w’'-]+\s+){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Boulevard|Blvd|Circle|Cir|Row|Close|Alley|Path|Loop)\b\.?(?:,?\s+(?:Apt|Unit|#)\.?\s*\w+)?",
            0.9,
        ),
    ),
    "handle": ((r"(?<![\w@.])@[A-Za-z_][\w.]{2,}", 0.85),),
    "person": (
        (
            rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Coach|Principal|Officer|Señora?|Sra?|Maestra|Maestro|Profesora?|Madam|Madan|Mèt|Mesye)\.?\s+{_FULL}",
            0.9,
        ),
        (
            r"(?:(?<=my son )|(?<=my daughter )|(?<=my child )|(?<=my kid )|(?<=my grandson )|(?<=my granddaughter )|(?<=my niece )"
            r"|(?<=my nephew )|(?<=my friend )|(?<=my brother )|(?<=my sister )|(?<=mi hijo )|(?<=mi hija )|(?<=pitit mwen )|(?<=My son )"
            rf"|(?<=My daughter )|(?<=a kid named )|(?<=a boy named )|(?<=a girl named )|(?<=named )|(?<=name is )|(?<=se llama ))(?-i:{_FULL})",
            0.85,
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data at ``text[start:end]``: its kind, the rule or list that found it, and a score 0-1."""

    start: int
    end: int
    kind: str
    reason: str
    score: float


class _NoModel(NlpEngine):
    """Presidio's language engine without a language model: tokens only."""

    def load(self) -> None:
        """Have nothing to load."""

    def is_loaded(self) -> bool:
        """Be ready always."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Return bare tokens."""
        doc = blank_doc(text)
        return NlpArtifacts([], doc, [t.idx for t in doc], [t.lower_ for t in doc], self, language)

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **kwargs: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Yield each text with its bare tokens."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        """Know no stop words."""
        return False

    def is_punct(self, word: str, language: str) -> bool:
        """Tell punctuation by its characters."""
        return not any(c.isalnum() for c in word)

    def get_supported_entities(self) -> list[str]:
        """Find nothing by itself."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Serve every language under one code: the rules do not depend on it."""
        return ["en"]


class Finder:
    """Finds personal data by rules and by the names given. Build it once per run; it keeps no text.

    `names` are full names of people known to the exports; each is sought whole, and its parts of four letters or more
    are sought where they stand capitalised and are no ordinary word (`ordinary`, lower case).
    """

    def __init__(self, names: Iterable[str] = (), ordinary: Iterable[str] = ()) -> None:
        recognisers = [
            PatternRecognizer(
                supported_entity=kind,
                name=f"rule:{kind}",
                patterns=[Pattern(f"{kind}_{number}", rule, score) for number, (rule, score) in enumerate(rules)],
                global_regex_flags=_CASED,
            )
            for kind, rules in _RULES.items()
        ]
        listed = sorted({name.strip() for name in names if len(name.split()) >= 2 and name.strip()})
        common = set(ordinary)
        parts = {p for name in listed for p in re.findall(r"[\w’'-]{4,}", name) if p[0].isupper()}
        wanted = [*listed, *sorted(p for p in parts if p.casefold() not in common)]
        if wanted:
            pattern = r"(?<!\w)(?:" + "|".join(re.escape(w) for w in sorted(wanted, key=len, reverse=True)) + r")(?!\w)"
            recognisers.append(
                PatternRecognizer(
                    supported_entity="person",
                    name="list:names",
                    patterns=[Pattern("known_name", pattern, 0.9)],
                    global_regex_flags=_CASED,
                )
            )
        self._engine = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=recognisers, supported_languages=["en"], global_regex_flags=_CASED),
            nlp_engine=_NoModel(),
            supported_languages=["en"],
        )

    def find(self, text: str) -> list[Finding]:
        """Return the findings in order, without overlap: the earlier, then the longer one wins."""
        results = self._engine.analyze(text=text, language="en", score_threshold=0.5)
        found = sorted(
            (
                Finding(
                    start=r.start,
                    end=r.end,
                    kind=r.entity_type,
                    reason=(r.recognition_metadata or {}).get("recognizer_name", "rule"),
                    score=float(r.score),
                )
                for r in results
            ),
            key=lambda f: (f.start, -f.end, f.kind),
        )
        kept: list[Finding] = []
        for finding in found:
            if not kept or finding.start >= kept[-1].end:
                kept.append(finding)
        return kept
