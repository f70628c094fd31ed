"""PDF to pages of text. A scanned PDF has none: it is refused with advice, for no text recognition runs here."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import LimitReachedError

from synthesis.errors import InputError, Place, UnreadableFile, UnsafeFile
from synthesis.formats.parts import Page, shown_name

MAX_PAGES = 2_000
MAX_CHARS = 20_000_000
MAX_PARSED_BYTES = 100_000_000
"""Bytes of page contents that are parsed in all: 2,000 pages of text have about a tenth of it."""

_LIMITS = Configuration(
    maximum_declared_stream_length=32_000_000,
    array_based_stream_maximum_output_length=16_000_000,
    zlib_maximum_output_length=16_000_000,
    lzw_maximum_output_length=16_000_000,
    run_length_maximum_output_length=16_000_000,
    stream_decoding_work_maximum_length=64_000_000,
    stream_parsing_work_maximum_count=1_000_000,
    page_tree_maximum_entries=MAX_PAGES * 4,
    xform_maximum_invocations_per_extraction=200,
    jbig2dec_binary=None,
)
_PROGRAM = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia)(?![A-Za-z])")
_SURROGATES = re.compile("[\ud800-\udfff]")


def read_pdf(data: bytes, name: str) -> tuple[Page, ...]:
    """Return the pages that hold text.

    Raises `UnsafeFile` for programs and for page counts and contents that no document has, `UnreadableFile` for
    damage, passwords, and pages without text.
    """
    file = shown_name(name)
    _refuse_programs(data, file)
    try:
        with _quiet(), apply_configuration(_LIMITS):
            texts = list(_texts(_open(data, file), file))
    except InputError:
        raise
    except LimitReachedError as error:
        raise _expands(file) from error
    except Exception as error:  # pypdf raises whatever it meets in damaged objects
        raise UnreadableFile(
            "The PDF is damaged and cannot be read.",
            place=Place(file=file),
            do="Print it to PDF again and retry.",
        ) from error
    pages = tuple(Page(number, text) for number, text in texts if text.strip())
    if not pages:
        raise UnreadableFile(
            "The PDF holds pictures of pages, no text.",
            place=Place(file=file),
            expected="a PDF with text that can be selected",
            do="Run text recognition (OCR) on it, or ask for the Word document.",
        )
    return pages


def _open(data: bytes, file: str) -> PdfReader:
    """Return the reader of a PDF that needs no password, runs nothing, and has a plausible number of pages."""
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableFile(
            "The PDF is protected by a password.",
            place=Place(file=file),
            do="Save a copy without a password and retry.",
        )
    root = reader.root_object
    names = root.get("/Names")
    # Programs in compressed objects do not show in the raw bytes.
    if "/JavaScript" in (names.get_object() if names is not None else {}) or _is_program(root.get("/OpenAction")):
        raise _program(file)
    if len(reader.pages) > MAX_PAGES:
        raise UnsafeFile(
            f"The PDF has {len(reader.pages):,} pages.",
            place=Place(file=file),
            expected=f"at most {MAX_PAGES:,} pages",
            do="Split it and retry.",
        )
    return reader


def _texts(reader: PdfReader, file: str) -> Iterator[tuple[int, str]]:
    """Yield (page number, text), until the pages together hold more than any document does."""
    parsed = chars = 0
    for number, page in enumerate(reader.pages, start=1):
        contents = page.get_contents()
        parsed += len(contents.get_data()) if contents is not None else 0
        text = _SURROGATES.sub("\ufffd", page.extract_text()) if parsed <= MAX_PARSED_BYTES else ""
        chars += len(text)
        if parsed > MAX_PARSED_BYTES or chars > MAX_CHARS:
            raise _expands(file)
        yield number, text


def _expands(file: str) -> UnsafeFile:
    return UnsafeFile(
        "The contents of the PDF expand to more than any document holds.",
        place=Place(file=file),
        expected=f"at most {MAX_CHARS:,} characters",
        do="Do not open it. Ask the sender for the Word document.",
    )


def _is_program(action: object) -> bool:
    """Tell whether what happens on opening is more than going to a page."""
    target = action.get_object() if hasattr(action, "get_object") else action
    return isinstance(target, dict) and target.get("/S") in ("/JavaScript", "/Launch")


def _refuse_programs(data: bytes, file: str) -> None:
    if _PROGRAM.search(data):
        raise _program(file)


def _program(file: str) -> UnsafeFile:
    return UnsafeFile(
        "The PDF carries a program (JavaScript, a launch action or media).",
        place=Place(file=file),
        do="Print it to PDF again, which leaves the program out, and retry.",
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pypdf's log messages back: they quote the contents of what they cannot read."""
    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)  # its modules' loggers take their level from it
    try:
        yield
    finally:
        logger.setLevel(before)
