"""Personal data in words: the one module that imports Presidio.

Presidio runs here without any trained model: a blank engine of ours hands it bare tokens, and every recogniser is a
rule or a list. Lists come from the exports themselves (the names in their name columns and the district's roster).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from synthesis.imports import kept_out
from synthesis.linguistics import blank_doc, dictionary
from synthesis.privacy.bearing import Bearing
from synthesis.privacy.person import NEVER, PLACE_AFTER, find_people

with kept_out("torch", "transformers"):  # for trained models only: seconds
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

_CASED = re.MULTILINE | re.DOTALL
_STREET = r"Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Boulevard|Blvd|Circle|Cir|Row|Close|Alley|Path|Loop|Highway|Hwy|Trail|Pike"
_MONTH = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero"
    r"|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|janvye|fevriye|mas|avril|me|jen|jiyè|out|septanm|oktòb|novanm|desanm)\b"
)
_DATE = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?"
    rf"|(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+|de\s+)?{_MONTH}(?:,?\s+(?:de[l]?\s+)?\d{{4}})?)"
)
_BORN = (
    r"(?i:\bborn(?:\s+on)?|\bbirthday(?:\s+is|\s+was|:)?(?:\s+on)?|\bbirth\s*date(?:\s+is|:)?|\bdate\s+of\s+birth(?:\s+is|:)?|\bd\.?o\.?b\.?(?:\s+is|:)?"
    r"|\bnaci[óo]\s+el|\bcumple(?:años)?(?:\s+es)?\s+el|\bfecha\s+de\s+nacimiento:?|\bfèt(?:\s+li)?(?:\s+se)?|\bli\s+fèt)"
)

# Where a rule has a group, the group is the personal datum and what stands before it only tells.
_RULES: dict[str, tuple[tuple[str, float], ...]] = {
    "email": (
        (r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", 1.0),
        (
            r"\b[\w.+-]+\s*(?:\(at\)|\[at\]|\s(?i:at|arroba)\s)\s*[\w-]+\s*(?:\(dot\)|\[dot\]|\.|\s(?i:dot|punto)\s)\s*(?i:org|com|net|edu|gov|us)\b",
            0.9,
        ),
    ),
    "phone": (
        (r"(?<![\w-])(?:\+?1[ .-]?)?(?:\(\d{3}\)\s?|\d{3}[ .-]+)\d{3}[ .-]+\d{4}(?!\w)", 0.95),
        (r"(?<![\w-])\d{3}[ ]?[-.–][ ]?\d{4}(?![\w-])", 0.8),
        (r"(?<![\w.,$-])555[ ]\d{4}(?![\w-])", 0.8),
        (
            r"(?i:\b(?:call|text|phone|cell|tel|reach|number|me\s+at|al|llame|llámeme|rele)\b)[^.\n]{0,25}?(?P<it>(?<![\w$-])\d{3}[ ]?\d{4}|\b\d{10})(?!\w)",
            0.85,
        ),
    ),
    "student_id": (
        (r"(?i:\bS\d{6,8}\b)", 0.95),
        (
            r"(?i:\b(?:student\s+)?(?:id|i\.d\.|number|no\.?|#|lunch\s+(?:number|pin|code)|matrícula|número(?:\s+de\s+estudiante)?|nimewo)\b\.?)\s*(?:(?i:is|es|se|was|number)|[:#])?\s*#?(?P<it>\d{5,9})\b",
            0.9,
        ),
    ),
    "birth_date": ((rf"{_BORN}\s+(?P<it>{_DATE})", 0.9),),
    "address": (
        (
            rf"\b\d{{1,5}}[A-Za-z]?\s+(?:[NSEW]\.?\s+|North\s+|South\s+|East\s+|West\s+|Old\s+)?(?:[A-Z0-9][\w’'-]*\s+){{1,3}}(?:{_STREET})\b\.?(?:,?\s+(?:Apt|Apartment|Unit|Lot|#)\.?\s*\w+)?",
            0.9,
        ),
        (
            r"\b\d{1,5}\s+(?:[a-z][\w’'-]*\s+){1,2}(?:street|avenue|ave|road|lane|drive|court|terrace|blvd|boulevard)\b",
            0.8,
        ),
        (
            r"(?:\b\d{1,5}\s+)?\b(?i:calle|avenida|callejón|camino|riyèl)\s+[A-ZÀ-Þ][\w’'-]+(?:\s+[A-ZÀ-Þ][\w’'-]+)?(?:,?\s+(?:#|[Nn]o\.?|número|nimewo)?\s*\d{1,5})",
            0.9,
        ),
        (
            r"\b\d{1,5},?\s+(?i:calle|avenida|callejón|camino|ri)\s+[A-ZÀ-Þ][\w’'-]+(?:\s+[A-ZÀ-Þ][\w’'-]+)?(?:,\s+[A-ZÀ-Þ][\w’'-]+(?:\s+[A-ZÀ-Þ][\w’'-]+)?)?",
            0.9,
        ),
        (r"\bP\.?\s?O\.?\s+[Bb]ox\s+\d+", 0.9),
        (r"(?i:\b(?:lot|trailer|apt|apartment|unit|apto)\.?\s+#?\d{1,4}[a-z]?)(?=\s+(?i:at|on|in|of|en)\s+[A-Z])", 0.8),
    ),
    "handle": (
        (r"(?<![\w@.])@[A-Za-z_][\w.]{2,}", 0.85),
        (
            r"(?i:\b(?:insta(?:gram)?|snap(?:chat)?|tiktok|discord|gamertag|ig|venmo|kik|roblox|xbox|telegram|twitter)\b)[^.\n]{0,40}?"
            r"(?P<it>\b[A-Za-z]+(?:[_.][A-Za-z0-9]+)+\b|\b[A-Za-z]{3,}\d{2,}\b)",
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


class _Rules(EntityRecognizer):
    """The rules of one kind: Presidio's pattern recogniser would return what tells with what it tells of."""

    def __init__(self, kind: str, rules: Sequence[tuple[str, float]]) -> None:
        super().__init__(supported_entities=[kind], name=f"rule:{kind}")
        self._kind = kind
        self._rules = [(re.compile(rule, _CASED), score) for rule, score in rules]

    def load(self) -> None:
        """Have nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """Return what the rules find."""
        found = []
        for rule, score in self._rules:
            for match in rule.finditer(text):
                start, end = match.span("it" if "it" in rule.groupindex else 0)
                found.append(_result(self, self._kind, start, end, score, f"rule:{self._kind}"))
        return found


class _People(EntityRecognizer):
    """Names of people by lists and by what stands beside them."""

    def __init__(self, ordinary: Collection[str], places: Collection[str]) -> None:
        super().__init__(supported_entities=["person"], name="people")
        self._ordinary, self._places = ordinary, places

    def load(self) -> None:
        """Have nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """Return the names found."""
        return [
            _result(self, "person", start, end, 0.85, reason)
            for start, end, reason in find_people(text, ordinary=self._ordinary, places=self._places)
        ]


def _result(source: EntityRecognizer, kind: str, start: int, end: int, score: float, reason: str) -> RecognizerResult:
    """Return a finding as Presidio wants it."""
    metadata = {RecognizerResult.RECOGNIZER_NAME_KEY: reason, RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: source.id}
    return RecognizerResult(kind, start, end, score, recognition_metadata=metadata)


class Finder:
    """Finds personal data by rules and by the names given. Build it once per run; it keeps no text.

    `names` are full names of people known to the exports; each is sought whole, and its parts of three letters or more
    are sought where they stand capitalised and are neither an ordinary word (`ordinary`, lower case) nor of a place (`places`, lower case).
    """

    def __init__(self, names: Iterable[str] = (), ordinary: Iterable[str] = (), places: Iterable[str] = ()) -> None:
        # A name that somebody typed in lower case is no ordinary word for it.
        common, sites = frozenset(ordinary) & dictionary(), frozenset(places)
        recognisers: list[EntityRecognizer] = [_Rules(kind, rules) for kind, rules in _RULES.items()]
        recognisers.append(_People(common, sites))
        listed = sorted({" ".join(name.split()) for name in names if len(name.split()) >= 2})
        parts = {p for name in listed for p in re.findall(r"[\w’'-]{3,}", name) if p[0].isupper()}
        wanted = [*listed, *sorted(p for p in parts if p.casefold() not in common | sites | NEVER)]
        self._bearing = Bearing(wanted, common, sites)
        if wanted:
            recognisers.append(_Rules("person", [(_any_of(wanted), 0.9), (rf"(?i:{_any_of(listed)})", 0.9)]))
        self._engine = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=recognisers, supported_languages=["en"], global_regex_flags=_CASED),
            nlp_engine=_NoModel(),
            supported_languages=["en"],
        )

    def bearing(self, text: str) -> tuple[str, ...]:
        """Return what of the lists bears on a text: where that is the same, `find` finds the same."""
        return self._bearing.on(text)

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


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern of any of these words, whole, the longest first."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return (
        r"(?<![\w@])(?:"
        + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)
        + rf")(?!\w)(?!{PLACE_AFTER.pattern})"
    )
