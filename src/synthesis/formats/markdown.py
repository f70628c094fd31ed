"""Markdown to blocks: headings, bullets and paragraphs, as much of it as anchors need."""

from __future__ import annotations

import re

from synthesis.formats.parts import Block, BlockKind

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_BULLET = re.compile(r"^(\s*)(?:[-*+]|\d+[.)])\s+(.*)$")


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

    for line in text.replace("\r\n", "\n").split("\n"):
        if heading := _HEADING.match(line):
            flush()
            add(BlockKind.HEADING, heading[2], len(heading[1]))
        elif bullet := _BULLET.match(line):
            flush()
            add(BlockKind.BULLET, bullet[2], len(bullet[1].expandtabs(4)) // 2)
        elif not line.strip():
            flush()
        else:
            paragraph.append(line.strip())
    flush()
    return tuple(blocks)
