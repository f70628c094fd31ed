"""The incoherences of `tests/truth/incoherences.toml`, and how each is put into a plan."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from synthesis.plan import KINDS, Plan, column_type
from tests.conftest import TRUTH

_CLASSES = {cls.kind: cls for cls in KINDS}


@dataclass(frozen=True)
class Planted:
    """What somebody did, the records that change, and what has to be found."""

    says: str
    change: tuple[Mapping[str, Any], ...]
    finds: tuple[Mapping[str, Any], ...]
    alone: bool = False


def planted() -> tuple[tuple[Planted, ...], dict[str, Any]]:
    """Return the planted incoherences, and what is true of the clean copy."""
    told = tomllib.loads((TRUTH / "incoherences.toml").read_text("utf-8"))
    found = tuple(
        Planted(one["says"], tuple(one["change"]), tuple(one["finds"]), one.get("alone", False))
        for one in told["planted"]
    )
    return found, told["clean"]


def changed(plan: Plan, changes: Iterable[Mapping[str, Any]]) -> Plan:
    """Return the plan with changes made, one after the other. Raises KeyError for a record that is not there."""
    records = dict(plan.records)
    for change in changes:
        kind = change["kind"]
        own = {record.id: record for record in records[kind]}
        if "add" in change:
            added = _CLASSES[kind](**_values(kind, change["add"]))
            assert added.id not in own, added.id
            own[added.id] = added
        elif change.get("remove"):
            del own[change["id"]]
        else:
            own[change["id"]] = _edited(own[change["id"]], change)
        records[kind] = tuple(own.values())
    return Plan(records)


def _edited(record: Any, change: Mapping[str, Any]) -> Any:
    """Return a record with fields set, cleared or with words swapped."""
    given = _values(record.kind, change.get("set", {}))
    for f in fields(record):
        if f.name in change.get("clear", ()):
            given[f.name] = f.default if f.default is not MISSING else f.default_factory()  # type: ignore[misc]
    for name, (old, new) in change.get("swap", {}).items():
        assert old in getattr(record, name), f"{record.id}: {old!r} stands nowhere in {name}"
        given[name] = getattr(record, name).replace(old, new)
    return replace(record, **given)


def _values(kind: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return TOML values as the fields of a kind hold them."""
    lists = {"lines", "entries"}
    return {k: tuple(v) if column_type(_CLASSES[kind], k) in lists else v for k, v in raw.items()}
