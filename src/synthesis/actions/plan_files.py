"""The plan in and out: as a workbook that people fill in and bring back, and as JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthesis.actions.acting import check_importer
from synthesis.actions.linking import settle_links
from synthesis.actions.plan import plan_findings, plan_records
from synthesis.actions.writing import written
from synthesis.errors import InputError, Place, WrongCells
from synthesis.model import Verb
from synthesis.plan import KINDS, Finding, Plan
from synthesis.plan.links import still_settled
from synthesis.plan.schema import to_json
from synthesis.plan.updates import frozen_findings
from synthesis.store.database import connection, reading
from synthesis.store.events import record
from synthesis.store.filled_in import FilledIn, read_workbook
from synthesis.store.plans import read_plan, read_versions, write_plan
from synthesis.store.workbook import write_workbook


@dataclass(frozen=True, slots=True)
class Changed:
    """What an import does to the records of one kind: ids that are new, that say something else, that go; how many there are then."""

    kind: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    records: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: per kind, and what a person should look at afterwards."""

    kinds: tuple[Changed, ...]
    findings: tuple[Finding, ...]
    stored: bool


def import_plan(
    workbook: Path,
    *,
    data_dir: Path,
    database_url: str | None = None,
    dry_run: bool = False,
    by: str = "",
    reason: str = "",
) -> ImportReport:
    """Bring the plan to what the workbook says, all of it or nothing; a dry run only tells what would be.

    A record that is not in its sheet is removed; a sheet that is not in the workbook leaves its records as they are. Once any
    office was given, superintendent and secretary import, nobody else.

    Raises InputError for a file that cannot be read, WrongCells with every cell that has to be put right, NotAllowed.
    """
    if not workbook.is_file():
        raise InputError("There is no such workbook.", place=Place(file=str(workbook)), do="Check the path.")
    data = workbook.read_bytes()
    if database_url is None and not (data_dir / "synthesis.db").is_file():  # a wrong workbook makes no database
        after = _judged(read_workbook(workbook.name, data), Plan({}), {})
        if dry_run:
            return _report(Plan({}), after, stored=False)
    if dry_run:
        with reading(data_dir, database_url) as opened:
            before, versions = read_plan(opened), read_versions(opened)
        return _report(before, _judged(read_workbook(workbook.name, data), before, versions), stored=False)
    filled_in = read_workbook(workbook.name, data)
    with connection(data_dir, database_url) as opened:
        before = read_plan(opened)
        after = _judged(filled_in, before, read_versions(opened))
        check_importer(opened, by)
        report = _report(before, after, stored=True)
        number = record(opened, Verb.IMPORT_PLAN, workbook.name, by=by, reason=reason, data=_said(report, after))
        write_plan(opened, after, number)
    settle_links(data_dir=data_dir, database_url=database_url)
    return report


def _said(report: ImportReport, after: Plan) -> dict[str, Any]:
    """Return what the event of an import holds: which records are new, which say something else, which are gone."""
    fresh = {kind.kind: {*kind.added, *kind.changed} for kind in report.kinds}
    records = [found for kind, ids in fresh.items() for found in after.of(kind) if found.id in ids]
    gone = [f"{kind.kind}/{record_id}" for kind in report.kinds for record_id in kind.removed]
    return {"after": written(records), "removed": gone}


def export_plan(*, data_dir: Path, database_url: str | None = None) -> bytes:
    """Return the plan as the workbook that `import_plan` reads, with the version of each record."""
    with reading(data_dir, database_url) as opened:
        return write_workbook(read_plan(opened), read_versions(opened))


def plan_json(*, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return the whole plan as JSON by the published schema (`docs/plan.schema.json`)."""
    return to_json(plan_records(data_dir=data_dir, database_url=database_url))


def json_text(value: object) -> str:
    """Return stable, readable JSON."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _judged(filled_in: FilledIn, before: Plan, versions: Mapping[tuple[str, str], int]) -> Plan:
    """Return the plan as it would be. Raises WrongCells with all that its cells, its rules and the stored plan forbid."""
    filled_in.judge_versions(before, versions)
    after = still_settled(before, filled_in.over(before))
    filled_in.blame([finding for finding in plan_findings(after) if finding.error])
    filled_in.blame(frozen_findings(before, after), sound_rows=True)
    if filled_in.wrong:
        raise WrongCells(filled_in.name, filled_in.in_order())
    return after


def _report(before: Plan, after: Plan, *, stored: bool) -> ImportReport:
    """Return what lies between two states of the plan."""
    kinds = []
    for cls in KINDS:
        was: Mapping[str, object] = before.by_id(cls.kind)
        now: Mapping[str, object] = after.by_id(cls.kind)
        kinds.append(
            Changed(
                kind=cls.kind,
                added=tuple(i for i in now if i not in was),
                changed=tuple(i for i in now if i in was and now[i] != was[i]),
                removed=tuple(i for i in was if i not in now),
                records=len(now),
            )
        )
    return ImportReport(tuple(kinds), tuple(plan_findings(after)), stored)
