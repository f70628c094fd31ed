"""Best-practice documents: front matter (title, format, year) and a small Markdown, as docx, md or pdf."""

from __future__ import annotations

import json
import re
from datetime import UTC
from pathlib import Path

import typst
from docx import Document

from sample.common import FIXED, Laid, docx_bytes
from sample.source import SourceError

_PAGE = """#set page(paper: "us-letter", margin: 2.2cm, numbering: "1")
#set text(size: 11pt)
#set par(justify: true)
"""


def front_matter(path: Path) -> tuple[dict[str, str], str]:
    """Return the facts between the two `---` lines and the text after them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].strip() != "---":
        raise SourceError(path, 1, "expected '---' and front matter with title, format, year")
    facts: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() == "---":
            break
        key, colon, value = line.partition(":")
        if not colon:
            raise SourceError(path, number, "expected 'key: value'")
        facts[key.strip()] = re.sub(r'^"(.*)"$', r"\1", value.strip())
    else:
        raise SourceError(path, len(lines), "the front matter is not closed by '---'")
    missing = {"title", "format"} - facts.keys()
    if missing or facts["format"] not in {"docx", "md", "pdf"}:
        raise SourceError(path, 1, "front matter needs title and format (docx, md or pdf)")
    body = "\n".join(lines[number:]).strip()
    # the title stands in the front matter: a first heading that repeats it would show it twice
    return facts, re.sub(rf"\A# {re.escape(facts['title'])}\n+", "", body)


def blocks(body: str) -> list[tuple[str, str]]:
    """Return (kind, text) of each block: `h1` … `h3`, `bullet`, `number`, `par`; lines of a paragraph are joined."""
    found: list[tuple[str, str]] = []
    for line in body.splitlines():
        text = line.strip()
        if not text:
            found.append(("gap", ""))
        elif match := re.match(r"(#{1,4}) (.*)", text):
            found.append((f"h{len(match[1])}", match[2]))
        elif match := re.match(r"[-*] (.*)", text):
            found.append(("bullet", match[1]))
        elif match := re.match(r"\d+\. (.*)", text):
            found.append(("number", match[1]))
        elif found and found[-1][0] in {"par", "bullet", "number"}:
            found[-1] = (found[-1][0], f"{found[-1][1]} {text}")
        else:
            found.append(("par", text))
    return [(kind, re.sub(r"\*\*|__", "", text)) for kind, text in found if kind != "gap"]


def _docx(facts: dict[str, str], body: str) -> bytes:
    document = Document()
    document.add_heading(facts["title"], 0)
    if facts.get("year"):
        document.add_paragraph(facts["year"])
    styles = {"bullet": "List Bullet", "number": "List Number", "par": None}
    for kind, text in blocks(body):
        if kind in styles:
            document.add_paragraph(text, style=styles[kind])
        else:
            document.add_heading(text, int(kind[1]))
    return docx_bytes(document, facts["title"])


def _pdf(facts: dict[str, str], body: str) -> bytes:
    """Every text goes in as a quoted string, so nothing in it is read as typst markup."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    marks = {"bullet": "list.item", "number": "enum.item"}
    parts = [_PAGE, f"#set document(title: {quoted(facts['title'])})"]
    parts.append(f'#text(size: 18pt, weight: "bold", {quoted(facts["title"])})\n')
    if facts.get("year"):
        parts.append(f"#text(fill: gray, {quoted(facts['year'])})\n")
    for kind, text in blocks(body):
        if kind == "par":
            parts.append(f"#par(text({quoted(text)}))")
        elif kind in marks:
            parts.append(f"#{marks[kind]}(text({quoted(text)}))")
        else:
            parts.append(f"#heading(level: {int(kind[1])}, text({quoted(text)}))")
    made = typst.compile("\n".join(parts).encode(), format="pdf", timestamp=int(FIXED.replace(tzinfo=UTC).timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single document")
    return made


def best_practices(folder: Path) -> Laid:
    """Return the documents of the folder; they are research, and truth of them is which codes they speak to."""
    laid = Laid()
    for path in sorted(folder.glob("*.md")):
        facts, body = front_matter(path)
        kind = facts["format"]
        if kind == "md":
            year = f"{facts['year']}\n\n" if facts.get("year") else ""
            data = f"# {facts['title']}\n\n{year}{body}\n".encode()
        else:
            data = _docx(facts, body) if kind == "docx" else _pdf(facts, body)
        name = f"best_practices/{path.stem}.{kind}"
        laid.files[name] = data
        laid.research.append((name, facts.get("codes", "")))
    return laid
