"""Checks that run before any parser sees the bytes: size, zip directory, what each member really expands to, prologs.

The directory is judged first, so that a bomb is never expanded. Then every member is expanded once, piece by piece and
never beyond the size that its header gives, which is how a header that lies is found. The prolog of every XML part is
read for a DOCTYPE and for encodings that would hide one.
"""

from __future__ import annotations

import io
import itertools
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from synthesis.errors import Place, UnreadableFile, UnsafeFile
from synthesis.formats.parts import shown_name

MAX_FILE_BYTES: Final = 256 * 2**20
MAX_EXPANDED_BYTES: Final = 200 * 2**20
MAX_MEMBERS: Final = 2_000
MAX_RATIO: Final = 200
RATIO_APPLIES_ABOVE_BYTES: Final = 10 * 2**20
MAX_PROLOG_BYTES: Final = 2**16

_CHUNK = 2**16
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_END_RECORD = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_LONGEST_COMMENT = 2**16
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_XML_NAMES = (".xml", ".rels", ".vml", ".svg")
_SAFE_ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_BEFORE_PROLOG = re.compile(rb"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*")
_PROLOG_PIECE = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<[A-Za-z_:\x80-\xff]")
_DO_NOT_OPEN = "Do not open it. Ask the sender for a plain CSV export."


def check_size(data: bytes, name: str) -> None:
    """Refuse an empty file (`UnreadableFile`) and one over `MAX_FILE_BYTES` (`UnsafeFile`)."""
    if not data:
        raise UnreadableFile("The file is empty.", place=Place(file=shown_name(name)), do="Export it again.")
    if len(data) > MAX_FILE_BYTES:
        raise UnsafeFile(
            f"The file holds {len(data):,} bytes.",
            place=Place(file=shown_name(name)),
            expected=f"at most {MAX_FILE_BYTES:,} bytes",
            do="Export a shorter period, or split the file.",
        )


def check_zip(data: bytes, name: str) -> frozenset[str]:
    """Return the member names of a zip container once its directory and all its members are known to be harmless.

    Raises `UnsafeFile` for bombs, headers that lie, overlapping members, too many members, names that leave the
    container, programs (macros), and XML with a DOCTYPE; `UnreadableFile` for damage and encryption.
    """
    name = shown_name(name)
    _check_count(data, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    # struct.error and UnicodeDecodeError come from directories cut or overwritten in the middle.
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise _damaged(name) from error
    _check_directory(members, name)
    spans = _spans(data, members, name)
    for member, (start, end) in zip(members, spans, strict=True):
        _check_member(memoryview(data)[start:end], member, name)
    return frozenset(member.filename for member in members)


def _check_count(data: bytes, name: str) -> None:
    """Judge the number of members from the end record: the directory of a million members is never even listed."""
    at = data.rfind(_END_MARK, max(0, len(data) - _LONGEST_COMMENT - _END_RECORD.size))
    if at < 0 or at + _END_RECORD.size > len(data):
        raise _damaged(name)
    _, _, _, _, count, directory_bytes, _, _ = _END_RECORD.unpack_from(data, at)
    if count > MAX_MEMBERS or directory_bytes > MAX_MEMBERS * 1024:
        raise _unsafe(f"The container lists more than {MAX_MEMBERS:,} members.", name)


def _check_directory(members: list[zipfile.ZipInfo], name: str) -> None:
    expanded = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    names = {member.filename.casefold() for member in members}
    problem = ""
    if len(members) > MAX_MEMBERS:
        problem = f"The container lists {len(members):,} members, more than {MAX_MEMBERS:,}."
    elif expanded > MAX_EXPANDED_BYTES:
        problem = f"The container would expand to {expanded:,} bytes, more than {MAX_EXPANDED_BYTES:,}."
    elif expanded > RATIO_APPLIES_ABOVE_BYTES and expanded / packed > MAX_RATIO:
        problem = f"The container would expand {expanded // packed:,} times, more than {MAX_RATIO}."
    elif any(_leaves(member) for member in members):
        problem = "The container lists a member outside itself, or under a name that no office program writes."
    elif len(names) < len(members):
        problem = "The container lists two members under one name."
    if problem:
        raise _unsafe(problem, name)
    if any(member.flag_bits & 0x1 for member in members):
        raise UnreadableFile(
            "The file is encrypted.", place=Place(file=name), do="Save a copy without a password and retry."
        )
    if any(member.compress_type not in _METHODS for member in members):
        raise _unsafe("The container is compressed in a way that no office program uses.", name)
    if any(member_name.endswith(("vbaproject.bin", "vbadata.xml")) for member_name in names):
        raise _unsafe("The file carries a program (macros).", name, "Save it as .xlsx or .docx, which carry none.")


def _leaves(member: zipfile.ZipInfo) -> bool:
    """Tell whether a member's name is absolute, climbs, hides characters, or stands for a link."""
    path = member.orig_filename
    return (
        path.startswith(("/", "\\"))
        or path[1:2] == ":"
        or ".." in re.split(r"[/\\]", path)
        or any(unicodedata.category(char) in ("Cc", "Cf") for char in path)
        or stat.S_ISLNK(member.external_attr >> 16)
    )


def _spans(data: bytes, members: list[zipfile.ZipInfo], name: str) -> list[tuple[int, int]]:
    """Return where each member's packed bytes begin and end. Two that share a byte multiply it: refused."""
    spans = []
    for member in members:
        at = member.header_offset
        if at < 0 or at + 30 > len(data):
            raise _damaged(name)
        mark, name_bytes, extra_bytes = _LOCAL_HEADER.unpack_from(data, at)
        start = at + 30 + name_bytes + extra_bytes
        end = start + member.compress_size
        if mark != b"PK\x03\x04" or end > len(data):
            raise _damaged(name)
        spans.append((start, end))
    ordered = sorted((member.header_offset, end) for member, (_, end) in zip(members, spans, strict=True))
    if any(following[0] < before[1] for before, following in itertools.pairwise(ordered)):
        raise _unsafe("Members of the container overlap.", name)
    return spans


def _check_member(packed: memoryview, member: zipfile.ZipInfo, name: str) -> None:
    """Expand a member piece by piece against its stated size and checksum, and read its prolog if it is XML."""
    head = bytearray()
    size = 0
    checksum = 0
    for piece in _expanded(packed, member, name):
        size += len(piece)
        if size > member.file_size:
            raise _unsafe("A member of the container expands to more than its header says.", name, part=member.filename)
        checksum = zlib.crc32(piece, checksum)
        if len(head) < MAX_PROLOG_BYTES:
            head += piece
    if size != member.file_size or checksum != member.CRC:
        raise _damaged(name)
    text = bytes(head[:MAX_PROLOG_BYTES]).replace(b"\0", b"")  # UTF-16 carries a NUL beside each letter
    text = _BEFORE_PROLOG.sub(b"", text, count=1)
    named_xml = member.filename.lower().endswith(_XML_NAMES)
    if text.startswith(b"<") or (named_xml and (text or size >= MAX_PROLOG_BYTES)):
        _check_prolog(text, member.filename, name)


def _expanded(packed: memoryview, member: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """Yield what a member holds in pieces of at most `_CHUNK` bytes, also from a stream that expands a thousandfold."""
    if member.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + _CHUNK]) for at in range(0, len(packed), _CHUNK))
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), _CHUNK):
            waiting = bytes(packed[at : at + _CHUNK])
            while waiting and not inflater.eof:
                yield inflater.decompress(waiting, _CHUNK)
                waiting = inflater.unconsumed_tail
        while not inflater.eof and (piece := inflater.decompress(b"", _CHUNK)):
            yield piece
    except zlib.error as error:
        raise _damaged(name) from error
    if not inflater.eof:
        raise _damaged(name)


def _check_prolog(text: bytes, part: str, name: str) -> None:
    """Refuse a part that declares anything before its root element, or whose encoding could hide that it does."""
    encoding = _ENCODING.match(text)
    if encoding and encoding[1].decode("latin-1").casefold() not in _SAFE_ENCODINGS:
        raise _unsafe("A part of the container is in an encoding that no office program writes.", name, part=part)
    at = 0
    while piece := _PROLOG_PIECE.match(text, at):
        at = piece.end()
    if text.startswith((b"<!DOCTYPE", b"<!ENTITY"), at):
        problem = "A part of the container declares a DOCTYPE or an entity, which no office program writes."
        raise _unsafe(problem, name, part=part)
    if not _ROOT.match(text, at):
        raise _unsafe("A part of the container is no XML, or hides where its text begins.", name, part=part)


def _unsafe(problem: str, name: str, do: str = _DO_NOT_OPEN, *, part: str | None = None) -> UnsafeFile:
    return UnsafeFile(problem, place=Place(file=name, sheet=shown_name(part) if part else None), do=do)


def _damaged(name: str) -> UnreadableFile:
    return UnreadableFile(
        "The file is damaged: its zip container cannot be read.",
        place=Place(file=name),
        do="Open it in the program that made it, save it again, and retry.",
    )
