"""XML as a stream of events, from parts of containers that `container` has checked. Nothing is kept but what is asked.

A tree of a hostile part can take fifty times its size; events take none. A DOCTYPE is refused here once more, so that
no entity is ever declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO
from xml.parsers import expat

from synthesis.errors import Place, UnsafeFile

MAX_DEPTH = 500
_CHUNK = 2**16
_PREFIXES = (
    ("wordprocessingml", "w:"),
    ("markup-compatibility", "mc:"),
    ("spreadsheetml", "x:"),
    ("package/2006/relationships", "p:"),
    ("/relationships", "r:"),
    ("/math", "m:"),
    ("XML/1998/namespace", "xml:"),
)


class DamagedXml(ValueError):
    """The part is not well-formed. Readers turn it into an `UnreadableFile` that names the file."""


class Events:
    """What a part's reader overrides. Names carry the prefix that Office gives to their namespace: ``w:p``, ``x:row``.

    Transitional and strict OOXML differ in their namespaces only, and come out alike.
    """

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Meet an element's beginning."""

    def end(self, tag: str) -> None:
        """Meet an element's end."""

    def text(self, data: str) -> None:
        """Meet characters; one text may come in several pieces."""


def read_events(part: IO[bytes], events: Events, *, file: str, part_name: str) -> None:
    """Send every event of a part. Raises `DamagedXml`, and `UnsafeFile` for a DOCTYPE or absurd nesting."""
    names: dict[str, str] = {}
    depth = 0

    def refuse(*_: object) -> None:
        raise UnsafeFile(
            "A part of the container declares a DOCTYPE or an entity, which no office program writes.",
            place=Place(file=file, sheet=part_name),
            do="Do not open it. Ask the sender for a plain CSV export.",
        )

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise UnsafeFile(
                f"A part of the container nests more than {MAX_DEPTH} elements, which no office program does.",
                place=Place(file=file, sheet=part_name),
                do="Do not open it. Ask the sender for a plain CSV export.",
            )
        tag = names.get(name) or names.setdefault(name, _short(name))
        events.start(
            tag, {(names.get(key) or names.setdefault(key, _short(key))): attributes[key] for key in attributes}
        )

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        events.end(names[name])

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = events.text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise DamagedXml(f"{part_name}: {expat.errors.messages[error.code]}") from error


def _short(name: str) -> str:
    """Return ``w:p`` for an expanded name; names of other namespaces keep their local part behind a question mark."""
    space, _, local = name.rpartition(" ")
    if not space:
        return local
    return next((prefix + local for mark, prefix in _PREFIXES if mark in space), f"?:{local}")
