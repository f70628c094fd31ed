"""How plan records are written: what one action does to them is gathered, checked, and stored with its one event, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from synthesis.actions.acting import check_holds, today
from synthesis.errors import IllegalTransition, InputError, Place, RuleError, StaleVersion
from synthesis.model import Verb
from synthesis.plan import Finding, Plan, check, column_type
from synthesis.plan.cells import from_cell
from synthesis.plan.shapes import misfit, out_of_order
from synthesis.plan.updates import frozen_findings
from synthesis.procedure import Actor, plain
from synthesis.store.database import connection
from synthesis.store.events import read_event, record
from synthesis.store.offices import read_offices
from synthesis.store.plans import CLASSES, add_row, change_rows, digest, read_plan, read_stored, remove_row


class Desk:
    """What one action of one actor does to the plan, before it is stored. `plan` is the plan as it would be."""

    def __init__(self, opened: Any, actor: Actor, kinds: frozenset[str]) -> None:
        # Evidence links are many, and only rules on links themselves ask for them.
        links = () if "evidence_link" in kinds else ("evidence_link",)
        self._opened = opened
        self._before = read_plan(opened, without=links)
        self.actor = actor
        self.plan = self._before
        self.touched: dict[tuple[str, str], Any] = {}
        self.removed: dict[tuple[str, str], Any] = {}
        check_holds(self.plan, read_offices(opened), actor, today())

    def get(self, kind: str, record_id: str) -> Any:
        """Return a record. Raises RuleError where there is none."""
        found = self.plan.by_id(kind).get(record_id)
        if found is None:
            raise RuleError(f"There is no {plain(kind)} {record_id!r}.", do="Look at the plan: synthesis plan show.")
        return found

    def expect(self, kind: str, record_id: str, version: int) -> None:
        """Raise StaleVersion where somebody wrote the record after the version that the actor has seen."""
        stored = read_stored(self._opened, kind, record_id)
        if stored is not None and stored.version != version:
            first = read_event(self._opened, stored.version)
            who = (
                f"{first.by} wrote it on {first.at:%Y-%m-%d at %H:%M} UTC"
                if first
                else "It is older than the audit chain"
            )
            raise StaleVersion(
                f"The {plain(kind)} {record_id} is not as you have seen it (version {version}). {who} (version {stored.version}).",
                do="Look at it again, and repeat what is still to be done with the version that it has now.",
            )

    def put(self, changed: Any) -> None:
        """Add a record, or put it in place of the one with its id."""
        kind: str = changed.kind
        own = self.plan.by_id(kind) | {changed.id: changed}
        self.plan = Plan(self.plan.records | {kind: tuple(own.values())})
        self.touched[kind, changed.id] = changed

    def drop(self, record: Any) -> None:
        """Remove a record."""
        kind: str = record.kind
        others = tuple(other for other in self.plan.of(kind) if other.id != record.id)
        self.plan = Plan(self.plan.records | {kind: others})
        self.removed[kind, record.id] = record

    def store(self, verb: Verb, subject: str, reason: str, data: Mapping[str, object] | None = None) -> int:
        """Check what was gathered and store it with its event. Returns the event's number: the version of what was written."""
        changes = {}
        for (kind, record_id), now in self.touched.items():
            was = self._before.by_id(kind).get(record_id)
            changes[f"{kind}/{record_id}"] = _difference(was, now)
        self._check()
        said: dict[str, Any] = {
            "as": self.actor.kind.value,
            "changes": changes,
            "after": written(self.touched.values()),
        }
        if self.actor.strategy:
            said["strategy"] = self.actor.strategy
        if self.removed:
            said["removed"] = [f"{kind}/{record_id}" for kind, record_id in self.removed]
            said["rows"] = {f"{was.kind}/{was.id}": _row(was) for was in self.removed.values()}
        number = record(self._opened, verb, subject, by=self.actor.person, reason=reason, data=said | dict(data or {}))
        for (kind, record_id), now in self.touched.items():
            known = record_id in self._before.by_id(kind)
            if known:
                change_rows(self._opened, [now], number)
            else:
                add_row(self._opened, now, number)
        for was in self.removed.values():
            remove_row(self._opened, was)
        return number

    def _check(self) -> None:
        """Raise for the first thing that the rules between records forbid in what was touched."""
        found = [f for f in check(self.plan) if f.error and (f.kind, f.record_id) in self.touched]
        if self.removed:
            known = check(self._before)
            found += [f for f in check(self.plan) if f.error and f not in known]
        for finding in [*found, *frozen_findings(self._before, self.plan)]:
            raise _refusal(finding)


@contextmanager
def desk(actor: Actor, *kinds: str, data_dir: Path, database_url: str | None = None) -> Iterator[Desk]:
    """Yield a desk for one action, in one transaction; the actor must hold the capacity that it names."""
    with connection(data_dir, database_url) as opened:
        yield Desk(opened, actor, frozenset(kinds))


def written(records: Any) -> dict[str, str]:
    """Return what an event holds of the records that it wrote: ``kind/id`` → a hash of what each says."""
    return {f"{r.kind}/{r.id}": digest(r) for r in records}


def class_of(kind: str) -> type[Any]:
    """Return the class of a kind of record. Raises InputError for a kind that is not known."""
    if kind not in CLASSES:
        raise InputError(f"There is no kind of plan record {kind!r}.", expected=", ".join(CLASSES))
    return CLASSES[kind]


def values_of(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record's fields from what was typed, or given as it is. Raises InputError naming kind and field."""
    cls = class_of(kind)
    known = {f.name for f in fields(cls)}
    values = {}
    for name, raw in given.items():
        if name not in known:
            raise InputError(
                f"Records of this kind have no such field: {name}.",
                place=Place(sheet=kind),
                expected=", ".join(sorted(known)),
            )
        try:
            value = from_cell(raw, column_type(cls, name)) if isinstance(raw, str) else raw
            wrong = misfit(cls, name, value)
        except ValueError as error:
            wrong = str(error)
        if wrong is not None:
            raise InputError(
                "A field does not hold what is asked for.", place=Place(sheet=kind, column=name), expected=wrong
            )
        values[name] = value
    return values


def check_record(made: Any) -> None:
    """Raise InputError where the days of a record are not in order, or its id cannot be used."""
    wrong = next(out_of_order(made), None)
    if wrong is not None:
        raise InputError("Two days are not in order.", place=Place(sheet=made.kind, column=wrong[0]), expected=wrong[1])


def _row(record: Any) -> dict[str, Any]:
    """Return everything that a record said."""
    return {f.name: _plain(getattr(record, f.name)) for f in fields(record)}


def _difference(was: Any, now: Any) -> dict[str, list[Any]]:
    """Return field → what it said and says, of the fields that say something else."""
    names = [f.name for f in fields(now)]
    found = {name: [_plain(getattr(was, name, None)), _plain(getattr(now, name))] for name in names}
    return {name: pair for name, pair in found.items() if pair[0] != pair[1] and (was is not None or pair[1])}


def _plain(value: Any) -> Any:
    """Return a field's value as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _refusal(finding: Finding) -> Exception:
    """Return the error for a finding that forbids what was to be stored."""
    if finding.kind == "progress_update" and "frozen" in finding.problem:
        return IllegalTransition(
            f"The update {finding.record_id} {finding.problem}.",
            do="Write into the next month what has to be put right.",
        )
    return InputError(
        f"The record {finding.record_id!r} {finding.problem}.",
        place=Place(sheet=finding.kind, column=finding.column),
        do="Correct it. Nothing was stored.",
    )
