"""Writes the plan's tables into docs/plan.md, between the marks that stand there, from the tables that the code runs on.

`python scripts/plan_tables.py` rewrites the page; `--check` only tells whether it would change.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from synthesis.committee import BALLOT
from synthesis.plan.board import MEANINGS
from synthesis.plan.coherence import RULES
from synthesis.plan.lint import RESULT_RULES, STEP_RULES
from synthesis.plan.permissions import SET_BY_ACTIONS, in_words
from synthesis.plan.states import MACHINES
from synthesis.plan.updates import AUTHORITY_NEEDED
from synthesis.procedure import Machine, plain
from synthesis.settings import Settings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "plan.md"
_MARKED = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def _markdown(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def _machine(machine: Machine) -> str:
    """Return the table of a machine; a column without an entry is left out."""
    rows = machine.in_words()
    headings = ["what", "from", "to", "who", "only if"]
    if not any(row[4] for row in rows):
        return _markdown(headings[:4], [row[:4] for row in rows])
    return _markdown(headings, rows)


def tables() -> dict[str, str]:
    """Return name → table, of every table of the page."""
    made = {machine.kind: _machine(machine) for machine in (*MACHINES.values(), BALLOT)}
    made["permissions"] = _markdown(["records", "may be", "by", "only if"], in_words())
    made["set_by_actions"] = _markdown(
        ["records", "fields that no one types"],
        [(plain(kind), ", ".join(plain(name) for name in sorted(names))) for kind, names in SET_BY_ACTIONS.items()],
    )
    made["acts"] = _markdown(
        ["act", "what it means", "is about"],
        [(act, meaning.says, " or ".join(plain(kind) for kind in meaning.about)) for act, meaning in MEANINGS.items()],
    )
    made["authority"] = _markdown(
        ["a change of", "needs at least"], [(plain(kind), authority) for kind, authority in AUTHORITY_NEEDED.items()]
    )
    made["limits"] = _markdown(
        ["setting", "by default", "what it says"],
        [
            (f"`{name}`", f"{info.default or 'none'}", str(info.description))
            for name, info in Settings.model_fields.items()
            if name.startswith("coherence_")
        ],
    )
    by_itself = {f"result_{rule}" for rule in RESULT_RULES} | {f"step_{rule}" for rule in STEP_RULES}
    own = [(rule, says) for rule, says in RULES.items() if rule not in by_itself]
    made["coherence"] = _markdown(["rule", "asks that"], [(f"`{rule}`", says) for rule, says in own])
    made["results"] = _markdown(["rule", "asks that"], [(f"`result_{r}`", says) for r, says in RESULT_RULES.items()])
    made["steps"] = _markdown(["rule", "asks that"], [(f"`step_{r}`", says) for r, says in STEP_RULES.items()])
    return made


def written(page: str) -> str:
    """Return a page with every marked table as the code has it. Raises KeyError for a mark of no table."""
    made = tables()
    return _MARKED.sub(lambda match: match.group(1) + made[match.group(2)] + match.group(4), page)


def marks(page: str) -> list[str]:
    """Return the names of the tables that a page has marks for."""
    return [match.group(2) for match in _MARKED.finditer(page)]


if __name__ == "__main__":
    before = PAGE.read_text("utf-8")
    after = written(before)
    if "--check" in sys.argv:
        sys.exit(int(before != after))
    PAGE.write_text(after, "utf-8")
