"""Checks that run before any parser sees the bytes: size, zip directory, declarations inside OOXML parts."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from synthesis.errors import Place, UnreadableFile, UnsafeFile

MAX_FILE_BYTES: Final = 200 * 2**20
MAX_EXPANDED_BYTES: Final = 200 * 2**20
MAX_MEMBERS: Final = 2_000
MAX_RATIO: Final = 250
RATIO_APPLIES_ABOVE_BYTES: Final = 10 * 2**20
_CHUNK = 2**20
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")


def check_size(data: bytes, name: str) -> None:
    """Refuse an empty file (`UnreadableFile`) and one over `MAX_FILE_BYTES` (`UnsafeFile`)."""
    if not data:
        raise UnreadableFile("The file is empty.", place=Place(file=name), do="Export it again.")
    if len(data) > MAX_FILE_BYTES:
        raise UnsafeFile(
            f"The file holds {len(data):,} bytes.",
            place=Place(file=name),
            expected=f"at most {MAX_FILE_BYTES:,} bytes",
            do="Export a shorter period, or split the file.",
        )


def check_zip(data: bytes, name: str) -> frozenset[str]:
    """Return the member names of a zip container once its directory and its XML parts are known to be harmless.

    Raises `UnsafeFile` for bombs, too many members, names that leave the container, and XML with a DOCTYPE or an
    entity; `UnreadableFile` for damage and encryption. The directory is judged first, so a bomb is never expanded.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_directory(members, name)
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_declarations(archive, member, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as error:
        raise UnreadableFile(
            "The file is damaged: its zip container cannot be read.",
            place=Place(file=name),
            do="Open it in the program that made it, save it again, and retry.",
        ) from error
    return frozenset(member.filename for member in members)


def _check_directory(members: list[zipfile.ZipInfo], name: str) -> None:
    expanded = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    problem = ""
    if len(members) > MAX_MEMBERS:
        problem = f"The container lists {len(members):,} members, more than {MAX_MEMBERS:,}."
    elif expanded > MAX_EXPANDED_BYTES:
        problem = f"The container would expand to {expanded:,} bytes, more than {MAX_EXPANDED_BYTES:,}."
    elif expanded > RATIO_APPLIES_ABOVE_BYTES and expanded / packed > MAX_RATIO:
        problem = f"The container would expand {expanded // packed:,} times, more than {MAX_RATIO}."
    elif any(member.filename.startswith("/") or ".." in member.filename.split("/") for member in members):
        problem = "The container lists a member outside itself."
    if problem:
        raise UnsafeFile(problem, place=Place(file=name), do="Do not open it. Ask the sender for a plain CSV export.")
    if any(member.flag_bits & 0x1 for member in members):
        raise UnreadableFile(
            "The file is encrypted.", place=Place(file=name), do="Save a copy without a password and retry."
        )


def _check_declarations(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    tail = b""
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            # UTF-16 parts carry a NUL beside each letter: without them the same search serves both encodings.
            window = tail + chunk.replace(b"\0", b"")
            if any(word in window for word in _FORBIDDEN):
                raise UnsafeFile(
                    "A part of the container declares a DOCTYPE or an entity, which no office program writes.",
                    place=Place(file=name, sheet=member.filename[:120]),
                    do="Do not open it. Ask the sender for a plain CSV export.",
                )
            tail = window[-16:]
