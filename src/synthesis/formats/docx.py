"""Word documents to blocks: headings with level, paragraphs, bullets with nesting depth, table cells."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from synthesis.errors import Place, UnreadableFile
from synthesis.formats.parts import Block, BlockKind

_HEADING = re.compile(r"^heading (\d)", re.IGNORECASE)
_LIST = re.compile(r"^list (?:bullet|number|paragraph|continue)?\s*(\d)?", re.IGNORECASE)


def read_docx(data: bytes, name: str) -> tuple[Block, ...]:
    """Return the blocks that hold text, in reading order. Raises `UnreadableFile`; `check_zip` comes first."""
    try:
        document = docx.Document(io.BytesIO(data))
        return tuple(_Walker(document).blocks())
    except Exception as error:  # python-docx and lxml raise whatever they meet in damaged parts
        raise UnreadableFile(
            "The Word document is damaged and cannot be read.",
            place=Place(file=name),
            do="Open it in Word, save it again as .docx, and retry.",
        ) from error


class _Walker:
    """Walks body, content controls and tables; python-docx's own iterator leaves out content controls."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._number = 0
        self._tables = 0

    def blocks(self) -> Iterator[Block]:
        yield from self._walk(self._document.element.body)

    def _walk(self, parent: Any) -> Iterator[Block]:
        for child in parent:
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag == qn("w:sdt"):
                yield from self._walk(
                    child.find(qn("w:sdtContent")) if child.find(qn("w:sdtContent")) is not None else ()
                )

    def _paragraph(self, element: Any) -> Iterator[Block]:
        text = _text_of(element).strip()
        if not text:
            return
        paragraph = Paragraph(element, self._document._body)
        kind, level = _kind_of(paragraph)
        self._number += 1
        yield Block(self._number, kind, text, level, bold=_is_bold(paragraph))

    def _table(self, table: Any) -> Iterator[Block]:
        self._tables += 1
        index = self._tables
        for row_number, row in enumerate(table.iter(qn("w:tr")), start=1):
            column = 0
            for cell in row.iter(qn("w:tc")):
                column += 1
                lines = [_text_of(p).strip() for p in cell.iter(qn("w:p"))]
                text = "\n".join(line for line in lines if line)
                if text:
                    self._number += 1
                    yield Block(
                        self._number,
                        BlockKind.CELL,
                        text,
                        table=index,
                        table_row=row_number,
                        table_column=column,
                    )
                span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
                column += int(span.get(qn("w:val"), "1")) - 1 if span is not None else 0


def _text_of(paragraph: Any) -> str:
    """Return inserted text too and deleted text not; skip the fallback copy of a drawing's text box."""
    parts: list[str] = []
    for node in paragraph.iter():
        if node.tag == qn("w:t"):
            if not any(ancestor.tag.endswith("}Fallback") for ancestor in node.iterancestors()):
                parts.append(node.text or "")
        elif node.tag == qn("w:tab") and node.getparent().tag == qn("w:r"):
            parts.append("\t")
        elif node.tag in (qn("w:br"), qn("w:cr")):
            parts.append("\n")
    return "".join(parts)


def _kind_of(paragraph: Paragraph) -> tuple[BlockKind, int]:
    style = (paragraph.style.name if paragraph.style is not None else "") or ""
    if style.lower() in ("title", "subtitle"):
        return BlockKind.HEADING, 0 if style.lower() == "title" else 1
    if heading := _HEADING.match(style):
        return BlockKind.HEADING, int(heading.group(1))
    numbering: Any = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if numbering is not None:
        depth = numbering.ilvl.val if numbering.ilvl is not None else 0
        return BlockKind.BULLET, int(depth)
    if style.lower().startswith("list") and (match := _LIST.match(style)):
        return BlockKind.BULLET, int(match.group(1) or 1) - 1
    return BlockKind.PARAGRAPH, 0


def _is_bold(paragraph: Paragraph) -> bool:
    runs = [run for run in paragraph.runs if run.text.strip()]
    return bool(runs) and all(run.bold for run in runs)
