"""The parts of an office container (OPC) and how they point at each other. `guards.check_zip` comes first."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from synthesis.errors import Place, UnreadableFile
from synthesis.formats.xmlevents import DamagedXml, Events, read_events

_DAMAGE = (
    DamagedXml, zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    LookupError, OSError,
)  # fmt: skip
"""What zipfile and expat raise on containers that were cut or overwritten."""


@dataclass(frozen=True, slots=True)
class Link:
    """One relationship of a part: its id, the last word of its type (``worksheet``, ``styles``), the part meant."""

    link_id: str
    kind: str
    target: str


class Package:
    """An open container. Parts are found whatever the case of their names, as the standard asks."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE as error:
            raise damaged(file) from error
        self._names = {name.casefold(): name for name in self._archive.namelist()}

    def read(self, part: str, events: Events) -> bool:
        """Send a part's events; False when there is no such part.

        Raises `UnreadableFile` for damage and `UnsafeFile` for declarations.
        """
        name = self._names.get(part.casefold())
        if name is None:
            return False
        try:
            with self._archive.open(name) as stream:
                read_events(stream, events, file=self.file, part_name=part)
        except _DAMAGE as error:
            raise damaged(self.file) from error
        return True

    def links(self, part: str) -> list[Link]:
        """Return the relationships of a part (the empty string is the package itself) that stay inside the container.

        Links that lead outside, such as remote templates, pictures and workbooks, are never followed.
        """
        folder, name = posixpath.split(part)
        found = _Links(folder)
        self.read(posixpath.join(folder, "_rels", f"{name}.rels"), found)
        return found.links

    def main_part(self, usual: str) -> str:
        """Return the name of the main part: where the package says, else where it usually is."""
        return next((link.target for link in self.links("") if link.kind == "officeDocument"), usual)


class _Links(Events):
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.links: list[Link] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag != "p:Relationship" or attributes.get("TargetMode", "").casefold() == "external":
            return
        target = posixpath.normpath(posixpath.join("/", self._folder, attributes.get("Target", ""))).lstrip("/")
        kind = attributes.get("Type", "").rsplit("/", 1)[-1]
        self.links.append(Link(attributes.get("Id", ""), kind, target))


def damaged(file: str) -> UnreadableFile:
    """Return the error for a container whose parts do not hold together."""
    return UnreadableFile(
        "The file is damaged and cannot be read.",
        place=Place(file=file),
        do="Open it in the program that made it (Excel, Word), save it again, and retry.",
    )
