"""Paragraph styles of a Word document: which are headings, lists, or entries of a table of contents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from synthesis.formats.parts import BlockKind
from synthesis.formats.xmlevents import Events

_HEADING = re.compile(r"^heading (\d)", re.IGNORECASE)
_LIST = re.compile(r"^list (?:bullet|number|paragraph|continue)?\s*(\d)?", re.IGNORECASE)
_CONTENTS = re.compile(r"^(?:toc \d|toc heading|table of figures|index \d)", re.IGNORECASE)
_MOST_ANCESTORS = 12
_DEEPEST_LIST = 8
_BODY_TEXT_LEVEL = 9


@dataclass(slots=True)
class _Style:
    name: str = ""
    based_on: str = ""
    outline: int | None = None
    list_level: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a paragraph's style makes of it. `is_contents` marks an entry of a table of contents."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    is_contents: bool = False


class Styles(Events):
    """The styles part. `look` follows the styles that a style is based on, so that renamed headings stay headings."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._default = ""
        self._style: _Style | None = None
        self._in_numbering = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Meet an element."""
        value = attributes.get("w:val", "")
        if tag == "w:style":
            self._style = self._styles.setdefault(attributes.get("w:styleId", ""), _Style())
            if attributes.get("w:default") in ("1", "true") and attributes.get("w:type") == "paragraph":
                self._default = attributes.get("w:styleId", "")
        elif self._style is None:
            return
        elif tag == "w:name":
            self._style.name = value
        elif tag == "w:basedOn":
            self._style.based_on = value
        elif tag == "w:outlineLvl":
            self._style.outline = small_number(value)
        elif tag == "w:numId" and value != "0" and self._style.list_level is None:
            self._style.list_level = 0
        elif tag == "w:ilvl":
            self._style.list_level = small_number(value)

    def end(self, tag: str) -> None:
        """Leave an element."""
        if tag == "w:style":
            self._style = None

    def look(self, style_id: str) -> Look:
        """Return what the style with this id makes of a paragraph; an unknown or empty id is the default style."""
        own = style_id if style_id in self._styles else self._default
        chain: list[_Style] = []
        while own in self._styles and len(chain) < _MOST_ANCESTORS:
            chain.append(self._styles[own])
            own = chain[-1].based_on
        for style in chain:
            if _CONTENTS.match(style.name):
                return Look(is_contents=True)
            if style.name.casefold() in ("title", "subtitle"):
                return Look(BlockKind.HEADING, int(style.name.casefold() == "subtitle"))
            if heading := _HEADING.match(style.name):
                return Look(BlockKind.HEADING, int(heading[1]))
            if style.outline is not None and style.outline < _BODY_TEXT_LEVEL:
                return Look(BlockKind.HEADING, style.outline + 1)
            if style.name.casefold().startswith("list") and (match := _LIST.match(style.name)):
                return Look(BlockKind.BULLET, max(0, int(match[1] or 1) - 1))
            if style.list_level is not None:
                return Look(BlockKind.BULLET, style.list_level)
        return Look()


def small_number(text: str) -> int:
    """Return a level as written, 0 for what is no level, and never more than the deepest that Word knows."""
    return min(int(text), _BODY_TEXT_LEVEL) if text.isdecimal() and len(text) < 4 else 0
