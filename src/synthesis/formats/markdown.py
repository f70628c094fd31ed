"""Markdown to blocks: headings, bullets and paragraphs, as much of it as anchors need."""

from __future__ import annotations

import re

from synthesis.formats.parts import Block, BlockKind

_HEADING = re.compile(r"^(#{1,6})\s(.*)$")
_BULLET = re.compile(r"^([ \t]*)(?:[-*+]|\d{1,9}[.)])\s+(.*)$")
_UNDERLINE = re.compile(r"^(?:={3,}|-{3,})\s*$")
_RULE = re.compile(r"^(?:[-*_] ?){3,}$")


def read_markdown(text: str) -> tuple[Block, ...]:
    """Return the blocks of a markdown text; lines of one paragraph are joined by blanks."""
    blocks: list[Block] = []
    paragraph: list[str] = []

    def add(kind: BlockKind, words: str, level: int = 0) -> None:
        if words.strip():
            blocks.append(Block(len(blocks) + 1, kind, words.strip(), level))

    def flush() -> None:
        add(BlockKind.PARAGRAPH, " ".join(paragraph))
        paragraph.clear()

    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if heading := _HEADING.match(line):
            flush()
            add(BlockKind.HEADING, heading[2].strip().rstrip("#"), len(heading[1]))
        elif len(paragraph) == 1 and _UNDERLINE.match(line):
            add(BlockKind.HEADING, paragraph.pop(), 1 if line.startswith("=") else 2)
        elif bullet := _BULLET.match(line):
            flush()
            add(BlockKind.BULLET, bullet[2], len(bullet[1].expandtabs(4)) // 2)
        elif not line.strip() or _RULE.match(line.strip()):
            flush()
        else:
            paragraph.append(line.strip())
    flush()
    return tuple(blocks)
