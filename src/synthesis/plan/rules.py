"""Rules that hold between plan records: references, choices, and what a person should look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from synthesis.plan.records import KINDS, Plan
from synthesis.plan.teams import team_findings
from synthesis.procedure import Finding


def check(plan: Plan) -> list[Finding]:
    """Return every finding, errors first."""
    found = [*_records(plan), *team_findings(plan)]
    return sorted(found, key=lambda f: (not f.error, f.kind, f.record_id, f.column))


def _records(plan: Plan) -> Iterator[Finding]:
    """Check required fields, choices, repeated ids and references."""
    ids = {cls.kind: {record.id for record in plan.of(cls.kind)} for cls in KINDS}
    for cls in KINDS:
        counted = Counter(record.id for record in plan.of(cls.kind))
        for record in plan.of(cls.kind):
            if counted[record.id] > 1:
                yield Finding(cls.kind, record.id, "id", "has an id that is used more than once", True)
            for item in fields(record):
                value = getattr(record, item.name)
                rule = item.metadata
                if rule["required"] and value in ("", None):
                    yield Finding(cls.kind, record.id, item.name, "is empty but must be filled in", True)
                if rule["choices"] and value and value not in rule["choices"]:
                    yield Finding(cls.kind, record.id, item.name, f"must be one of {', '.join(rule['choices'])}", True)
                wanted = value if isinstance(value, tuple) else (value,)
                for target in wanted if rule["references"] else ():
                    if target and target not in ids[rule["references"]]:
                        problem = f"points to {target!r}, which is no id in the sheet {rule['references']}"
                        yield Finding(cls.kind, record.id, item.name, problem, True)
    yield from _evidence(plan, ids)


def _evidence(plan: Plan, ids: dict[str, set[str]]) -> Iterator[Finding]:
    """Check that evidence links start from a record and name what it rests on, and that refusals name a theme."""
    for link in plan.of("evidence_link"):
        kind = "direction" if link.source_kind in ("mission", "student_performance_statement") else link.source_kind
        if kind not in ids:
            yield Finding("evidence_link", link.id, "source_kind", "is no kind of plan record", True)
        elif kind != "direction" and link.source_id not in ids[kind]:
            yield Finding("evidence_link", link.id, "source_id", f"is no id in the sheet {kind}", True)
        if not (link.theme_id or link.theme_words or link.idea_id or link.research_id):
            problem = "names no theme, by id or by words, no idea and no research"
            yield Finding("evidence_link", link.id, "theme_words", problem, True)
    linked = {link.source_id for link in plan.of("evidence_link") if link.source_kind == "refusal"}
    for refusal in plan.of("refusal"):
        if not refusal.theme_id and refusal.id not in linked:
            yield Finding("refusal", refusal.id, "theme_id", "names no theme, by id or by an evidence link", True)
