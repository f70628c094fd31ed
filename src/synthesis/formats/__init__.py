"""Bytes to rows, safely: one small module per file format, and `open_document`, which picks one by content."""

from synthesis.formats.documents import Document, Kind, open_document
from synthesis.formats.parts import Block, BlockKind, Cue, Message, Page, Row, Sheet

__all__ = [
    "Block",
    "BlockKind",
    "Cue",
    "Document",
    "Kind",
    "Message",
    "Page",
    "Row",
    "Sheet",
    "open_document",
]
