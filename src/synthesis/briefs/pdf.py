"""Accessible PDF (PDF/UA-1) by typst: the one module that imports it. Same data, same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any

import typst


def render(template: str, data: Mapping[str, Any], created_at: datetime) -> bytes:
    """Return the PDF of a template (``set`` or ``theme``) filled with data. Only the embedded typefaces are used."""
    folder = resources.files("synthesis.briefs").joinpath("templates")
    with resources.as_file(folder) as root:
        compiled = typst.compile(
            root / f"{template}.typ",
            root=root,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=int(created_at.timestamp()),
            format="pdf",
        )
    if not isinstance(compiled, bytes):
        raise TypeError("typst returned no single PDF")
    return compiled
