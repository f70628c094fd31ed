"""What every layout shares: seeded draws, vendors' words for roles, dates, and files that are the same each time."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from docx.document import Document as DocxDocument
from openpyxl import Workbook

from sample.source import Output, Record

FIXED = datetime(2026, 2, 20, 12, 0, 0)
_ZIP_DATE = (2026, 2, 20, 12, 0, 0)
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

ROLE_WORDS = {
    "student": ("Student",),
    "family": ("Parent or guardian", "Parent/Guardian", "Family member"),
    "teacher": ("Teacher",),
    "support_staff": ("Paraprofessional", "Support staff", "Bus driver or food service"),
    "school_leader": ("Principal or assistant principal",),
    "central_office": ("District office staff",),
    "board_member": ("Board member",),
    "alum": ("Alumni", "Former student"),
    "community_member": ("Community member", "Resident"),
    "business_partner": ("Business owner", "Local employer"),
    "elected_official": ("Elected official",),
    "other": ("Other",),
    "unknown": ("",),
}
HOUSEHOLD = "How many people are answering together?"


@dataclass(frozen=True)
class Item:
    """One contribution as laid out: where it stands, and why it is not voice when it is not."""

    file: str
    place: str
    record: Record
    reason: str = ""
    campaign: str = ""


@dataclass
class Laid:
    """The files (path under the output folder → bytes) and items of one output file of the source.

    `research` holds (path, codes parted by blanks) for each document of best practices.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    research: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: Laid) -> None:
        """Take over another's files and items; the same path twice is an error."""
        for name in other.files:
            if name in self.files:
                raise ValueError(f"{name} would be written twice")
        self.files.update(other.files)
        self.items.extend(other.items)
        self.research.extend(other.research)


Layout = Callable[[Output], Laid]


def draw(*parts: object) -> int:
    """Return a whole number below 2**32 that depends on the parts alone."""
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()[:4], "big")


def token(length: int, *parts: object) -> str:
    """Return letters and digits that depend on the parts alone."""
    return "".join(_LETTERS[draw(i, *parts) % len(_LETTERS)] for i in range(length))


def guid(*parts: object) -> str:
    """Return a GUID that depends on the parts alone."""
    h = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
    return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:32]}"


def role_words(record: Record) -> str:
    """Return the role in the words of a form; people of one role do not all get the same words."""
    words = ROLE_WORDS[record.get("role", "unknown")]
    return words[0] if draw("role", record.get("who"), record.line) % 3 else words[-1]


def one_role_words(role: str) -> str:
    """Return the one label that a closed question has for the role."""
    return ROLE_WORDS[role or "unknown"][0]


def us_date(when: datetime, *, seconds: bool = True) -> str:
    """`11/4/2025 18:22:00`: month and day without leading zeros, 24 hours."""
    end = f":{when:%S}" if seconds else ""
    return f"{when.month}/{when.day}/{when.year} {when.hour}:{when:%M}{end}"


def us_clock(when: datetime) -> str:
    """`11/4/25 6:22 pm`: the short American date of a report."""
    return f"{when.month}/{when.day}/{when:%y} {when.hour % 12 or 12}:{when:%M} {'pm' if when.hour >= 12 else 'am'}"


def csv_bytes(rows: Iterable[Sequence[object]], *, bom: bool = False, line_end: str = "\r\n") -> bytes:
    """Return the rows as CSV in UTF-8."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=line_end).writerows(rows)
    return stream.getvalue().encode("utf-8-sig" if bom else "utf-8")


def rezip(data: bytes) -> bytes:
    """Return an Office file with sorted members, fixed times and a fixed date of change."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        # [Content_Types].xml stays first: readers that sniff the file expect it there
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            body = old.read(name)
            if name == "docProps/core.xml":
                stamp = f"{FIXED:%Y-%m-%dT%H:%M:%SZ}".encode()
                body = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, body)
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, body)
    return out.getvalue()


def xlsx_bytes(book: Workbook) -> bytes:
    """Return the workbook's bytes, the same each time."""
    book.properties.creator = "Larkmoor Valley School District"
    book.properties.created = FIXED
    stream = io.BytesIO()
    book.save(stream)
    return rezip(stream.getvalue())


def docx_bytes(document: DocxDocument, title: str) -> bytes:
    """Return the document's bytes, the same each time."""
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "Larkmoor Valley School District", ""
    properties.created = properties.modified = FIXED.replace(tzinfo=UTC)
    stream = io.BytesIO()
    document.save(stream)
    return rezip(stream.getvalue())


def reason_of(record: Record) -> str:
    """Return why the record is not voice, as far as the record itself says; empty when it is."""
    if record.get("status") in {"preview", "test"}:
        return "test_or_preview"
    if record.get("ballot_box") == "yes":
        return "repeated_ballot"
    if record.get("seed") == "yes":
        return "organiser_seed"
    if record.is_context or record.get("kind", "community") != "community":
        return "staff_turn"
    if record.is_non_answer:
        return "non_answer"
    return ""
