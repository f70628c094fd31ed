"""PDF to pages of text. A scanned PDF has none: it is refused with advice, for no text recognition runs here."""

from __future__ import annotations

import io

from pypdf import PdfReader

from synthesis.errors import InputError, Place, UnreadableFile
from synthesis.formats.parts import Page

MAX_PAGES = 2_000


def read_pdf(data: bytes, name: str) -> tuple[Page, ...]:
    """Return the pages that hold text. Raises `UnreadableFile` for damage, passwords, and pages without text."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFile(
                "The PDF is protected by a password.",
                place=Place(file=name),
                do="Save a copy without a password and retry.",
            )
        if len(reader.pages) > MAX_PAGES:
            raise UnreadableFile(
                f"The PDF has {len(reader.pages):,} pages.",
                place=Place(file=name),
                expected=f"at most {MAX_PAGES:,} pages",
                do="Split it and retry.",
            )
        texts = [(number, page.extract_text()) for number, page in enumerate(reader.pages, start=1)]
    except InputError:
        raise
    except Exception as error:  # pypdf raises whatever it meets in damaged objects
        raise UnreadableFile(
            "The PDF is damaged and cannot be read.",
            place=Place(file=name),
            do="Print it to PDF again and retry.",
        ) from error
    pages = tuple(Page(number, text) for number, text in texts if text.strip())
    if not pages:
        raise UnreadableFile(
            "The PDF holds pictures of pages, no text.",
            place=Place(file=name),
            expected="a PDF with text that can be selected",
            do="Run text recognition (OCR) on it, or ask for the Word document.",
        )
    return pages
