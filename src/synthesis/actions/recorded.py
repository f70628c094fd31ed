"""One record of the plan as it stands, with who wrote it last; of one that was removed, what it said."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from synthesis.actions.writing import class_of
from synthesis.errors import RuleError
from synthesis.model import Event, Verb
from synthesis.plan.permissions import state_of
from synthesis.procedure import plain
from synthesis.store.database import reading
from synthesis.store.events import read_event, read_events
from synthesis.store.plans import read_plan, read_stored


def record_report(kind: str, record_id: str, *, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return ``kind, record, version, state, written`` of one record; `written` is ``by, at, why`` of its last event, or None.

    Of a record that was removed (`actions.removing`): what it said, in the state ``removed``.
    """
    class_of(kind)
    with reading(data_dir, database_url) as opened:
        stored = read_stored(opened, kind, record_id)
        if stored is None:
            return _removed(opened, kind, record_id)
        last = read_event(opened, stored.version)
        plan = read_plan(opened, without=("evidence_link",))
    return {
        "kind": kind,
        "record": asdict(stored.record),
        "version": stored.version,
        "state": state_of(plan, stored.record),
        "written": _written(last),
    }


def _removed(opened: Any, kind: str, record_id: str) -> dict[str, Any]:
    """Return what a record that was removed said. Raises RuleError where there never was one."""
    key = f"{kind}/{record_id}"
    last = next((e for e in reversed(read_events(opened, (Verb.REMOVE_RECORD,))) if e.subject == key), None)
    if last is None:
        raise RuleError(f"There is no {plain(kind)} {record_id!r}.", do="Look at the plan: synthesis plan show.")
    rows: Any = last.data["rows"]
    return {
        "kind": kind,
        "record": rows[key],
        "version": last.number,
        "state": "removed",
        "written": _written(last),
    }


def _written(last: Event | None) -> dict[str, Any] | None:
    """Return who did something last, when and why."""
    return None if last is None else {"by": last.by, "at": last.at, "why": last.reason}
