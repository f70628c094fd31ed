"""Hundreds of planted identities in sentences as people write them: what is found, what is missed, what is masked without need.

`identities.txt` was written by hand. Its section *held out* was written after the first rules, which found 83 % of the names in it;
the rules were then made more general. *Second held out* was written after that and the rules were not changed for it.
The misses are printed: every person in it is invented.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from synthesis import linguistics
from synthesis.privacy import Finder, mask

SENTENCES = Path(__file__).parent / "identities.txt"
MARK = re.compile(r"\{\{(?P<kind>[a-z_]+)\|(?P<words>[^{}|]+)\}\}")
PLACES = """quillfeather old ferry saltgrass copperline thistledown elementary wrenfield stonebarge middle larkmoor northlock high
pell street academy little lanterns early learning center flats millrace upper lock shore""".split()
STRUCTURED = {"phone", "email", "student_id", "birth_date", "address", "handle"}


@dataclass(frozen=True)
class Line:
    """One sentence, and the stretches of it that are planted: ``(start, end, kind)``."""

    section: str
    text: str
    planted: tuple[tuple[int, int, str], ...]


def read() -> tuple[list[str], list[Line]]:
    """Return the roster and the sentences."""
    roster, lines, section = [], [], ""
    for raw in SENTENCES.read_text("utf-8").splitlines():
        if raw.startswith("## "):
            section = raw[3:]
        elif raw.startswith("roster: "):
            roster.append(raw[8:])
        elif section and raw.strip():
            lines.append(plain(section, raw))
    return roster, lines


def plain(section: str, raw: str) -> Line:
    """Return a sentence without its marks."""
    text, planted, last = "", [], 0
    for match in MARK.finditer(raw):
        text += raw[last : match.start()]
        planted.append((len(text), len(text) + len(match["words"]), match["kind"]))
        text += match["words"]
        last = match.end()
    return Line(section, text + raw[last:], tuple(planted))


@pytest.fixture(scope="module")
def found() -> list[tuple[Line, list[tuple[int, int, str]]]]:
    """Every sentence with what the finder masks in it, as `prepare` builds the finder: roster, ordinary words, places."""
    roster, lines = read()
    texts = [line.text for line in lines]
    ordinary = {t.text for tokens in linguistics.tokens(texts) for t in tokens if t.is_word and t.text.islower()}
    finder = Finder(roster, ordinary, PLACES)
    return [(line, [(c[0], c[1], c[4]) for c in mask(line.text, finder.find(line.text)).changes]) for line in lines]


def missed(
    found: list[tuple[Line, list[tuple[int, int, str]]]], kinds: set[str], section: str = ""
) -> Iterator[tuple[bool, str]]:
    """Yield for each planted identity whether it was missed, and where."""
    for line, spans in found:
        if section and line.section != section:
            continue
        for start, end, kind in line.planted:
            if kind in kinds:
                hit = any(left < end and right > start for left, right, _ in spans)
                yield not hit, f"{kind}: {line.text[start:end]} | {line.text}"


def recall(found: list[tuple[Line, list[tuple[int, int, str]]]], kinds: set[str], section: str = "") -> float:
    """Return the share of planted identities that are masked, printing the others."""
    results = list(missed(found, kinds, section))
    print(*(where for miss, where in results if miss), sep="\n")
    return 1 - sum(miss for miss, _ in results) / len(results)


def test_there_are_identities_enough_and_no_sentence_twice():
    roster, lines = read()
    kinds = defaultdict(int)
    for line in lines:
        for *_, kind in line.planted:
            kinds[kind] += 1
    assert sum(kinds.values()) >= 500, dict(kinds)
    assert len({line.text for line in lines}) == len(lines)
    assert len(roster) == 25


def test_structured_identities_are_found(found):
    assert recall(found, STRUCTURED) >= 0.99


def test_names_are_found(found):
    assert recall(found, {"person"}) >= 0.95


def test_names_are_found_in_sentences_written_after_the_rules(found):
    assert recall(found, {"person"}, "second held out") >= 0.9


def test_what_is_masked_is_an_identity(found):
    masked = [
        (any(left < end and right > start for start, end, _ in line.planted), line.text[left:right], line.text)
        for line, spans in found
        for left, right, _ in spans
    ]
    print(*((words, text) for good, words, text in masked if not good), sep="\n")
    assert sum(good for good, *_ in masked) / len(masked) >= 0.9


def test_nothing_of_a_planted_identity_is_left_beside_its_mask(found):
    left = []
    for line, spans in found:
        for start, end, kind in line.planted:
            inside = [(a, b) for a, b, _ in spans if a < end and b > start]
            if inside and kind in STRUCTURED and (min(a for a, _ in inside) > start or max(b for _, b in inside) < end):
                left.append((kind, line.text[start:end], [line.text[a:b] for a, b in inside]))
    print(*left, sep="\n")
    assert len(left) <= 0.02 * sum(len(line.planted) for line, _ in found)
