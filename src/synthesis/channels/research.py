"""Best-practice documents to passages of at most about 180 words, anchored by heading path or page; never voice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synthesis.channels.base import Chunk, Context, Item, Layout, Reading
from synthesis.formats import BlockKind, Document, Kind
from synthesis.model import Channel

MAX_WORDS = 180
_MIN_PROSE_WORDS = 20
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“(0-9])")


def windows(text: str, most: int = MAX_WORDS) -> list[str]:
    """Return a text in passages of at most `most` words, parted between sentences where sentences allow it."""
    passages: list[list[str]] = []
    for sentence in _SENTENCE.split(text):
        words = sentence.split()
        for start in range(0, len(words), most):
            piece = words[start : start + most]
            if passages and len(passages[-1]) + len(piece) <= most:
                passages[-1].extend(piece)
            else:
                passages.append(piece)
    return [" ".join(words) for words in passages]


def _block_sections(document: Document) -> Iterator[tuple[str, str]]:
    """Yield (heading path, text) for each run of paragraphs between headings."""
    path: list[tuple[int, str]] = []
    pending: list[str] = []
    for block in document.blocks:
        if block.kind is not BlockKind.HEADING:
            pending.append(block.text)
            continue
        if pending:
            yield _anchor(path), "\n".join(pending)
            pending = []
        path = [*((level, words) for level, words in path if level < block.level), (block.level, block.text)]
    if pending:
        yield _anchor(path), "\n".join(pending)


def _anchor(path: list[tuple[int, str]]) -> str:
    return " > ".join(words for _, words in path) or "beginning"


def _page_sections(document: Document) -> Iterator[tuple[str, str]]:
    for page in document.pages:
        paragraphs = (re.sub(r"\s+", " ", part).strip() for part in re.split(r"\n\s*\n", page.text))
        for number, paragraph in enumerate((part for part in paragraphs if part), start=1):
            yield f"page {page.number}, paragraph {number}", paragraph


def _read(document: Document, context: Context) -> Reading:
    sections = list(_page_sections(document) if document.kind is Kind.PDF else _block_sections(document))
    name = document.name.replace("\\", "/").rsplit("/", 1)[-1]
    title = next((block.text for block in document.blocks if block.kind is BlockKind.HEADING), name)
    passages = [(anchor, text) for anchor, section in sections for text in windows(section)]
    items: list[Item] = [
        Chunk(row=number, document=title, anchor=anchor, text=text)
        for number, (anchor, text) in enumerate(passages, start=1)
    ]
    return Reading(len(passages), items)


def _score(document: Document, channel: Channel | None) -> float:
    """Prose under headings is research when the folder says so, or when nothing else could have written it."""
    if channel is Channel.BEST_PRACTICES:
        return 0.99
    if channel is not None:
        return 0.0
    if document.kind in (Kind.PDF, Kind.MARKDOWN):
        return 0.6
    prose = [block for block in document.blocks if block.kind is BlockKind.PARAGRAPH]
    long = sum(1 for block in prose if len(block.text.split()) >= _MIN_PROSE_WORDS)
    headings = sum(1 for block in document.blocks if block.kind is BlockKind.HEADING)
    return 0.5 if headings and long >= 2 and long * 2 >= len(prose) else 0.0


LAYOUTS = (
    Layout(
        "best_practices",
        Channel.BEST_PRACTICES,
        frozenset({Kind.DOCX, Kind.PDF, Kind.MARKDOWN}),
        (),
        _score,
        _read,
    ),
)
