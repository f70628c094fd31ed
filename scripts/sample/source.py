"""Reads `data/source/voices/*.txt` strictly: a malformed line is an error that names its file and line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

CODES = {
    "staffing": "pay teachers and aides better, fill vacancies, find substitutes, keep good people",
    "class_size": "make classes smaller",
    "start_times": "start middle and high school later",
    "special_education": "better, faster, better-staffed special education (IEP, 504, evaluations, aides, inclusion)",
    "safety": "more security at school: doors, drills, officers, supervision, crossings",
    "behavior": "firmer, more consistent answers to bullying, fights and disruption in class",
    "mental_health": "more counsellors and support for anxiety, stress, grief, belonging",
    "arts": "protect and widen music, visual art, theatre, dance",
    "buildings": "repair and renew buildings: heating, roofs, toilets, water, playgrounds, fields, classrooms",
    "buses": "better buses: late, crowded, long routes, drivers, stops, activity bus",
    "lunch": "better and longer lunches: food, lines, time, allergies, free meals",
    "phones": "keep phones away during the school day; fewer screens",
    "homework": "less or better homework, grading and testing",
    "reading": "better teaching of early reading, books, libraries, interventions",
    "gifted": "more challenge: gifted programme, honors, AP, acceleration, rigor",
    "equity": (
        "fair access across schools and groups: interpreters, fees, gaps, rural and poor families, belonging of groups"
    ),
    "communication": "clearer, earlier, more honest communication and real listening by the district",
    "taxes": ("spend less or differently, no new levy, show where money goes (`-`: would gladly pay more)"),
    "career": "career and technical classes, apprenticeships, life skills, paths other than college",
    "early_childhood": "preschool, kindergarten readiness, before- and after-school care",
}
OTHER = "other"
SCHOOLS = (
    "Quillfeather Elementary", "Old Ferry Elementary", "Saltgrass Elementary", "Copperline Elementary",
    "Thistledown Elementary", "Wrenfield Middle", "Stonebarge Middle", "Larkmoor High", "Northlock High",
    "Pell Street Academy", "Little Lanterns Early Learning Center",
)  # fmt: skip
ROLES = {
    "student", "family", "teacher", "support_staff", "school_leader", "central_office", "board_member", "alum",
    "community_member", "business_partner", "elected_official", "other", "unknown",
}  # fmt: skip
MARK_KINDS = {"person", "phone", "email", "address", "student_id", "birth_date", "handle"}
URGENT = {"self_harm", "threat", "abuse"}
SERIOUS = {"safety", "discrimination", "special_education"}
INDIRECT = {"disability", "discipline", "health", "immigration", "family"}
SPEAKER_KINDS = {"community", "staff", "board", "facilitator", "vendor"}
LANGUAGES = {"en", "es", "ht"}

_IDEA = re.compile(r"(?P<code>[a-z_]+) (?P<stance>[+~-])(?:!(?P<serious>[a-z_]+))?:(?: (?P<text>.*))?$")
_BANG = re.compile(r"!(?P<kind>non_answer|context):(?: (?P<text>.*))?$")
_MARK = re.compile(r"\{\{(?P<kind>[a-z_]+)\|(?P<words>[^{}|]+)\}\}")
_KEY = re.compile(r"[a-z][a-z0-9_]*$")


class SourceError(ValueError):
    """A line that does not follow the format: the message names file, line and what was expected."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path.name}, line {line}: {problem}")


@dataclass(frozen=True, slots=True)
class Mark:
    """Personal data: `words` stand at `start:end` (characters) of the contribution's text."""

    kind: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Idea:
    """One coded idea at `start:end` (characters) of the contribution's text."""

    code: str
    stance: str
    start: int
    end: int
    text: str
    serious: str = ""


@dataclass(frozen=True)
class Record:
    """One contribution (comment, answer, chat line, turn, bullet) with its keys and its text."""

    path: Path
    line: int
    keys: dict[str, str]
    text: str = ""
    ideas: tuple[Idea, ...] = ()
    marks: tuple[Mark, ...] = ()
    is_non_answer: bool = False
    is_context: bool = False

    def get(self, key: str, default: str = "") -> str:
        """Return the value of a key, or the default."""
        return self.keys.get(key, default)

    @property
    def when(self) -> datetime:
        """Local time (America/New_York) of the record, without zone."""
        return datetime.fromisoformat(self.keys["date"])

    def flat(self) -> Record:
        """Return the record with its line breaks as blanks: the offsets stay the same."""
        ideas = tuple(replace(idea, text=idea.text.replace("\n", " ")) for idea in self.ideas)
        return replace(self, text=self.text.replace("\n", " "), ideas=ideas)


@dataclass
class Output:
    """One output file: its layout, its facts (`%% key: value`) and its records in order."""

    path: Path
    line: int
    layout: str
    facts: dict[str, str] = field(default_factory=dict)
    repeated: list[tuple[str, str]] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def all_of(self, key: str) -> list[str]:
        """Return every value that a fact was given, in order."""
        return [value for name, value in self.repeated if name == key]

    def error(self, line: int, problem: str) -> SourceError:
        """Return an error that names this source file."""
        return SourceError(self.path, line, problem)


@dataclass
class _Open:
    """A record while its lines are read."""

    line: int
    keys: dict[str, str]
    pieces: list[tuple[str, str, str, str]] = field(default_factory=list)  # kind or code, stance, serious, marked text


def plain(marked: str) -> tuple[str, list[Mark]]:
    """Return the text without its `{{kind|words}}` marks, and the marks with offsets into it."""
    text, marks, last = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[last : match.start()]
        words = match["words"]
        marks.append(Mark(match["kind"], len(text), len(text) + len(words), words))
        text += words
        last = match.end()
    return text + marked[last:], marks


def read_source(path: Path) -> list[Output]:
    """Return the output files that one voices file describes, in order."""
    outputs: list[Output] = []
    opened: _Open | None = None
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.rstrip()
        if line.startswith(("%%", "=")) or (not line and opened is not None and opened.pieces):
            _close(path, outputs, opened)
            opened = None
        if not line or line.startswith("#"):
            continue
        if line.startswith("%%"):
            _fact(path, number, line, outputs)
        elif line.startswith("="):
            if not outputs:
                raise SourceError(path, number, "a record stands before any '%% layout:' line")
            opened = _Open(number, _keys(path, number, line))
        else:
            if opened is None:
                raise SourceError(path, number, "text outside a record: expected '= key: value' above it")
            _text_line(path, number, line, opened)
    _close(path, outputs, opened)
    return outputs


def _fact(path: Path, number: int, line: str, outputs: list[Output]) -> None:
    key, colon, value = line[2:].partition(":")
    key, value = key.strip(), value.strip()
    if not colon or not _KEY.match(key):
        raise SourceError(path, number, "expected '%% key: value'")
    if key == "layout":
        outputs.append(Output(path, number, value))
        return
    if not outputs:
        raise SourceError(path, number, f"'%% {key}:' stands before any '%% layout:' line")
    outputs[-1].facts[key] = value
    outputs[-1].repeated.append((key, value))


def _keys(path: Path, number: int, line: str) -> dict[str, str]:
    keys: dict[str, str] = {}
    for part in line[1:].split(";"):
        key, colon, value = part.partition(":")
        key, value = key.strip(), value.strip()
        if not colon or not _KEY.match(key):
            raise SourceError(path, number, f"expected 'key: value' parted by ';' near column of {key[:20]!r}")
        if key in keys:
            raise SourceError(path, number, f"the key {key!r} stands twice")
        keys[key] = value
    for key, allowed in (
        ("role", ROLES), ("urgent", URGENT), ("indirect", INDIRECT), ("kind", SPEAKER_KINDS), ("lang", LANGUAGES),
    ):  # fmt: skip
        if key in keys and keys[key] not in allowed:
            raise SourceError(path, number, f"{key}: {keys[key]!r} is not one of {', '.join(sorted(allowed))}")
    if "date" in keys:
        try:
            datetime.fromisoformat(keys["date"])
        except ValueError as error:
            raise SourceError(path, number, f"date: expected YYYY-MM-DD HH:MM, got {keys['date']!r}") from error
    return keys


def _text_line(path: Path, number: int, line: str, opened: _Open) -> None:
    if line.lstrip().startswith("|") and line != line.lstrip():
        if not opened.pieces:
            raise SourceError(path, number, "a continuation '  | text' stands before any idea")
        *kind, text = opened.pieces[-1]
        opened.pieces[-1] = (*kind, f"{text}\n{line.lstrip()[1:].strip()}")
        return
    if match := _BANG.match(line):
        opened.pieces.append((f"!{match['kind']}", "", "", (match["text"] or "").strip()))
    elif match := _IDEA.match(line):
        if match["code"] not in CODES and match["code"] != OTHER:
            raise SourceError(path, number, f"{match['code']!r} is not a code of the table")
        if match["serious"] and match["serious"] not in SERIOUS:
            raise SourceError(path, number, f"!{match['serious']} is not one of {', '.join(sorted(SERIOUS))}")
        opened.pieces.append((match["code"], match["stance"], match["serious"] or "", (match["text"] or "").strip()))
    else:
        raise SourceError(path, number, "expected 'code stance: text', '!non_answer:', '!context:' or '  | text'")
    text = opened.pieces[-1][-1]
    if not text:
        raise SourceError(path, number, "the text is empty")
    for mark in _MARK.finditer(text):
        if mark["kind"] not in MARK_KINDS:
            raise SourceError(path, number, f"the mark {mark['kind']!r} is not a kind of personal data")
    if "{{" in _MARK.sub("", text) or "}}" in _MARK.sub("", text):
        raise SourceError(path, number, "a {{kind|words}} mark is not closed")


def _close(path: Path, outputs: list[Output], opened: _Open | None) -> None:
    """Add the open record to the last output file."""
    if opened is None:
        return
    text, ideas, marks = "", [], []
    for kind, stance, serious, marked in opened.pieces:
        words, found = plain(marked)
        text += " " if text else ""
        start = len(text)
        text += words
        marks += [replace(mark, start=mark.start + start, end=mark.end + start) for mark in found]
        if not kind.startswith("!"):
            ideas.append(Idea(kind, stance, start, len(text), words, serious))
    kinds = {kind for kind, *_ in opened.pieces}
    outputs[-1].records.append(
        Record(
            path,
            opened.line,
            opened.keys,
            text,
            tuple(ideas),
            tuple(marks),
            is_non_answer=not ideas and "!non_answer" in kinds,
            is_context=not ideas and "!context" in kinds,
        )
    )
