"""The planted truth: what was said, by whom, what is voice, which ideas stand where, as CSV files."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from sample.common import Item, csv_bytes
from sample.source import CODES, OTHER

_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…\n]*")


def voice_of(item: Item) -> bool:
    """Return whether the item counts as community voice."""
    return not item.reason


def truth_files(items: Sequence[Item], research: Sequence[tuple[str, str]]) -> dict[str, bytes]:
    """Return contributions, ideas, personal data, codes and research; ideas and personal data point to rows of the first."""
    contributions: list[list[object]] = [
        ["contribution", "file", "place", "who", "role", "school", "language", "text", "is_voice", "reason",
         "campaign", "id", "same_as", "urgent", "indirect"]
    ]  # fmt: skip
    ideas: list[list[object]] = [["file", "contribution", "code", "stance", "start", "end", "text", "serious"]]
    personal: list[list[object]] = [["contribution", "kind", "start", "end", "words"]]
    for number, item in enumerate(items, start=1):
        record = item.record
        contributions.append(
            [
                number, item.file, item.place, person_of(item), record.get("role", "unknown"), record.get("school"),
                record.get("lang", "en"), record.text, str(voice_of(item)).lower(), item.reason, item.campaign,
                record.get("id"), record.get("same_as"), record.get("urgent"), record.get("indirect"),
            ]
        )  # fmt: skip
        ideas += [[item.file, number, i.code, i.stance, i.start, i.end, i.text, i.serious] for i in record.ideas]
        personal += [[number, m.kind, m.start, m.end, m.words] for m in record.marks]
    return {
        "contributions.csv": csv_bytes(contributions, line_end="\n"),
        "ideas.csv": csv_bytes(ideas, line_end="\n"),
        "personal_data.csv": csv_bytes(personal, line_end="\n"),
        "codes.csv": csv_bytes(_code_rows(items), line_end="\n"),
        "research.csv": csv_bytes([["file", "codes"], *map(list, research)], line_end="\n"),
    }


def person_of(item: Item) -> str:
    """Return who speaks: the short id, else the name, else nothing (then nobody knows)."""
    return item.record.get("who") or item.record.get("name")


def _code_rows(items: Sequence[Item]) -> list[list[object]]:
    counts: Counter[str] = Counter()
    people: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for number, item in enumerate(items):
        if not voice_of(item):
            continue
        for idea in item.record.ideas:
            counts[idea.code] += 1
            people[idea.code].add((item.file, person_of(item) or f"#{number}"))
    rows: list[list[object]] = [["code", "proposition", "n_ideas", "n_people"]]
    for code, proposition in {**CODES, OTHER: "belongs to none of the twenty"}.items():
        rows.append([code, proposition, counts[code], len(people[code])])
    return rows


def distinct_sentences(items: Sequence[Item]) -> set[str]:
    """Return the different sentences inside the ideas that count as voice, compared without case and blanks."""
    found = set()
    for item in items:
        if voice_of(item):
            for idea in item.record.ideas:
                for sentence in _SENTENCE.findall(idea.text):
                    words = " ".join(re.findall(r"\w+", sentence.lower()))
                    if words:
                        found.add(words)
    return found


def distinct_ideas(items: Sequence[Item]) -> set[str]:
    """Return the different idea texts that count as voice, compared without case and blanks."""
    return {" ".join(re.findall(r"\w+", i.text.lower())) for item in items if voice_of(item) for i in item.record.ideas}


def summary(items: Sequence[Item]) -> str:
    """Return the counts in lines for a person: overall, per folder, per file, per reason, per code."""
    voice = [item for item in items if voice_of(item)]
    lines = [
        f"contributions: {len(items)}, of which voice: {len(voice)}",
        f"distinct idea texts: {len(distinct_ideas(items))}; distinct sentences: {len(distinct_sentences(items))}",
        "per channel: "
        + ", ".join(f"{k} {n}" for k, n in sorted(Counter(i.file.split("/")[0] for i in items).items())),
        "not voice: " + ", ".join(f"{k} {n}" for k, n in sorted(Counter(i.reason for i in items if i.reason).items())),
        "per language: "
        + ", ".join(f"{k} {n}" for k, n in sorted(Counter(i.record.get("lang", "en") for i in items).items())),
        "per file:",
    ]
    for name, count in sorted(Counter(i.file for i in items).items()):
        lines.append(f"  {name}: {count}")
    lines.append("per code (ideas, people, + / - / ~):")
    for code, _, n_ideas, n_people in _code_rows(items)[1:]:
        stances = Counter(i.stance for item in voice for i in item.record.ideas if i.code == code)
        lines.append(f"  {code}: {n_ideas}, {n_people}, {stances['+']} / {stances['-']} / {stances['~']}")
    return "\n".join(lines)
