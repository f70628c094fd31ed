"""Word documents to blocks: headings with level, paragraphs, bullets with nesting depth, table cells.

The document is read as a stream of XML events, for a tree of a hostile one would take gigabytes. Inserted text is kept
and deleted text is not, as if all changes were accepted. Comments, footnotes and the table of contents are remarks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from synthesis.errors import Place, UnsafeFile
from synthesis.formats.container import Package, damaged
from synthesis.formats.docx_styles import Look, Styles, small_number
from synthesis.formats.parts import Block, BlockKind, shown_name
from synthesis.formats.xmlevents import Events

MAX_BLOCKS = 200_000

_REMARKS = {"comments": BlockKind.COMMENT, "footnotes": BlockKind.NOTE, "endnotes": BlockKind.NOTE}
_SKIPPED = frozenset({"w:del", "w:moveFrom", "mc:Fallback"})
_MARKS = {
    "w:tab": "\t",
    "w:ptab": "\t",
    "w:br": "\n",
    "w:cr": "\n",
    "w:noBreakHyphen": "-",
}
_SYMBOLS = {"F0FC": "✓", "F0FE": "☑", "F0A7": "▪", "F0B7": "•", "F0E0": "→", "F04A": "☺", "F0A8": "☐", "F06F": "☐"}
"""Wingdings' characters that notes are full of: check marks are endorsements."""


def read_docx(data: bytes, name: str) -> tuple[Block, ...]:
    """Return the blocks that hold text, in reading order; nested tables and text boxes follow what holds them.

    `check_zip` comes first. Raises `UnreadableFile` for damage, `UnsafeFile` for more than `MAX_BLOCKS` blocks.
    """
    return _read(data, name).numbered(is_remark=False)


def read_remarks(data: bytes, name: str) -> tuple[Block, ...]:
    """Return comments, footnotes, endnotes and entries of tables of contents, numbered apart from the blocks.

    They are no part of what the document's authors put down as notes, but they are not lost. Raises as `read_docx`.
    """
    return _read(data, name).numbered(is_remark=True)


def _read(data: bytes, name: str) -> _Body:
    package = Package(data, shown_name(name))
    main = package.main_part("word/document.xml")
    links = package.links(main)
    styles = Styles()
    for link in links:
        if link.kind == "styles":
            package.read(link.target, styles)
    body = _Body(styles, package.file)
    if not package.read(main, body):
        raise damaged(package.file)
    for link in links:
        if link.kind in _REMARKS:
            body.remark_kind = _REMARKS[link.kind]
            package.read(link.target, body)
    return body


@dataclass(slots=True)
class _Paragraph:
    """The paragraph being read. `boxes` are the blocks of text boxes anchored in it, which follow it."""

    style: str = ""
    list_level: int | None = None
    off_list: bool = False
    mark_deleted: bool = False
    parts: list[str] = field(default_factory=list)
    boxes: list[Block] = field(default_factory=list)
    has_plain: bool = False
    run_bold: bool = False


@dataclass(slots=True)
class _Table:
    """The table being read. `after` are the blocks of tables and boxes inside it, which follow it."""

    index: int
    row: int = 0
    column: int = 0
    span: int = 1
    row_deleted: bool = False
    lines: list[str] = field(default_factory=list)
    row_blocks: list[Block] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)


class _Body(Events):
    """Collects blocks from the document's parts. Numbers are given last, when the order is known.

    `_scopes` says where a paragraph goes: into a cell of a table, or into a list of blocks (the body, a text box).
    """

    def __init__(self, styles: Styles, file: str) -> None:
        self.remark_kind: BlockKind | None = None
        self._styles = styles
        self._file = file
        self._blocks: list[Block] = []
        self._remarks: list[Block] = []
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[_Table] = []
        self._scopes: list[_Table | list[Block]] = [self._blocks]
        self._path: list[str] = []
        self._muted_at: list[int] = []
        self._placeholders: list[bool] = []
        self._carried = ""
        self._n_tables = 0
        self._n_blocks = 0

    def numbered(self, *, is_remark: bool) -> tuple[Block, ...]:
        """Return the blocks or the remarks, numbered from 1."""
        blocks = self._remarks if is_remark else self._blocks
        return tuple(replace(block, number=number) for number, block in enumerate(blocks, start=1))

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Meet an element: structure first, then what qualifies the paragraph or row at hand."""
        parent = self._path[-1] if self._path else ""
        self._path.append(tag)
        if self._mutes(tag, parent):
            self._muted_at.append(len(self._path))
        if tag == "w:p":
            self._paragraphs.append(_Paragraph(parts=[self._carried]))
            self._carried = ""
        elif tag == "w:tbl":
            self._n_tables += 1
            self._tables.append(_Table(self._n_tables))
        elif tag == "w:txbxContent":
            self._scopes.append(self._paragraphs[-1].boxes if self._paragraphs else self._blocks)
        elif tag == "w:sdt":
            self._placeholders.append(False)
        elif tag == "w:showingPlcHdr" and self._placeholders:
            self._placeholders[-1] = True
        elif self._tables and tag in ("w:tr", "w:tc", "w:gridSpan", "w:gridBefore"):
            self._start_in_table(self._tables[-1], tag, small_number(attributes.get("w:val", "")))
        elif self._paragraphs:
            self._start_in_paragraph(self._paragraphs[-1], tag, parent, attributes)
        if tag == "w:del" and parent == "w:trPr" and self._tables:
            self._tables[-1].row_deleted = True

    def end(self, tag: str) -> None:
        """Leave an element."""
        if self._muted_at and self._muted_at[-1] == len(self._path):
            self._muted_at.pop()
        self._path.pop()
        if tag == "w:p" and self._paragraphs:
            self._end_paragraph(self._paragraphs.pop())
        elif tag == "w:tc" and self._tables and self._scopes[-1] is self._tables[-1]:
            self._end_cell(self._tables[-1])
        elif tag == "w:tr" and self._tables:
            table = self._tables[-1]
            table.blocks.extend(() if table.row_deleted else table.row_blocks)
        elif tag == "w:tbl":
            table = self._tables.pop()
            self._emit([*table.blocks, *table.after])
        elif tag == "w:txbxContent":
            self._settle_carried()
            self._scopes.pop()
        elif tag == "w:sdt":
            self._placeholders.pop()
        elif not self._path:
            self._settle_carried()

    def text(self, data: str) -> None:
        """Take characters of visible text; deleted words and field codes stand in other elements."""
        if self._path[-1] in ("w:t", "m:t") and self._paragraphs and not self._muted_at:
            self._add(self._paragraphs[-1], data)

    def _mutes(self, tag: str, parent: str) -> bool:
        """Tell whether the words inside an element are none of the document's: deleted, a second copy, a prompt."""
        if tag == "w:sdtContent":
            return bool(self._placeholders and self._placeholders[-1])
        return tag in _SKIPPED and parent not in ("w:rPr", "w:trPr")

    def _start_in_table(self, table: _Table, tag: str, value: int) -> None:
        if tag == "w:tr":
            table.row += 1
            table.column, table.row_deleted, table.row_blocks = 0, False, []
        elif tag == "w:tc":
            table.column, table.span, table.lines = table.column + 1, 1, []
            self._scopes.append(table)
        elif tag == "w:gridSpan":
            table.span = max(1, value)
        else:
            table.column += value

    def _start_in_paragraph(self, paragraph: _Paragraph, tag: str, parent: str, attributes: Mapping[str, str]) -> None:
        value = attributes.get("w:val", "")
        if tag == "w:r":
            paragraph.run_bold = False
        elif tag in _MARKS and parent == "w:r" and not self._muted_at:
            paragraph.parts.append(_MARKS[tag])
        elif tag == "w:sym" and not self._muted_at:
            self._add(paragraph, _SYMBOLS.get(attributes.get("w:char", "").upper(), ""))
        elif tag == "w:b" and self._path[-3:-1] == ["w:r", "w:rPr"]:
            paragraph.run_bold = value not in ("0", "false", "off")
        elif tag == "w:pStyle":
            paragraph.style = value
        elif tag == "w:numId" and parent == "w:numPr":
            paragraph.off_list = value == "0"
            paragraph.list_level = paragraph.list_level or 0
        elif tag == "w:ilvl" and parent == "w:numPr":
            paragraph.list_level = small_number(value)
        elif tag == "w:del" and self._path[-3:-1] == ["w:pPr", "w:rPr"]:
            paragraph.mark_deleted = True

    def _add(self, paragraph: _Paragraph, text: str) -> None:
        paragraph.parts.append(text)
        if text.strip() and not paragraph.run_bold:
            paragraph.has_plain = True

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        text = "".join(paragraph.parts)
        if paragraph.mark_deleted:  # the change joins it to the paragraph below
            self._carried = text
        elif isinstance(self._scopes[-1], _Table):
            self._scopes[-1].lines.append(text.strip())
        elif text.strip():
            self._emit_paragraph(paragraph, text.strip())
        if paragraph.boxes:
            self._emit(paragraph.boxes)

    def _emit_paragraph(self, paragraph: _Paragraph, text: str) -> None:
        look = self._styles.look(paragraph.style)
        if look.is_contents and self.remark_kind is None:
            self._remarks.append(self._block(BlockKind.NOTE, text))
            return
        if look.kind is not BlockKind.HEADING and paragraph.off_list:
            look = Look()
        elif look.kind is not BlockKind.HEADING and paragraph.list_level is not None:
            look = Look(BlockKind.BULLET, paragraph.list_level)
        self._emit([replace(self._block(look.kind, text), level=look.level, bold=not paragraph.has_plain)])

    def _settle_carried(self) -> None:
        """Give out a paragraph whose mark was deleted and below which no other one came."""
        text, self._carried = self._carried.strip(), ""
        if text:
            self._emit([self._block(BlockKind.PARAGRAPH, text)])

    def _end_cell(self, table: _Table) -> None:
        self._scopes.pop()
        lines, self._carried = [*table.lines, self._carried.strip()], ""
        if text := "\n".join(line for line in lines if line):
            block = self._block(BlockKind.CELL, text)
            table.row_blocks.append(replace(block, table=table.index, table_row=table.row, table_column=table.column))
        table.column += table.span - 1

    def _block(self, kind: BlockKind, text: str) -> Block:
        self._n_blocks += 1
        if self._n_blocks > MAX_BLOCKS:
            raise UnsafeFile(
                f"The document holds more than {MAX_BLOCKS:,} paragraphs.",
                place=Place(file=self._file),
                expected="notes, minutes or a report",
                do="Split it, or ask the sender for the part that is meant.",
            )
        return Block(0, kind, text)

    def _emit(self, blocks: list[Block]) -> None:
        """Put finished blocks where the reader stands: the remarks, the body, a box, or behind the table around."""
        if self.remark_kind is not None:
            kind = self.remark_kind
            self._remarks.extend(Block(0, kind, block.text) for block in blocks)
            return
        scope = self._scopes[-1]
        (scope.after if isinstance(scope, _Table) else scope).extend(blocks)
