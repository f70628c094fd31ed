"""Records of the plan that were entered by mistake are removed while they are drafts; what they said stays in the chain of events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from synthesis.actions.writing import Desk, class_of
from synthesis.errors import RuleError
from synthesis.model import Verb
from synthesis.plan.permissions import check_may
from synthesis.plan.resting import linked_as, resting
from synthesis.procedure import Actor, plain
from synthesis.store.ballots import every_ranking
from synthesis.store.database import connection
from synthesis.store.trace import count_from, links_from

_NAMED = 5
"""How many of what rests on a record the error names."""


def remove_record(
    kind: str,
    record_id: str,
    *,
    version: int,
    actor: Actor,
    because: str,
    data_dir: Path,
    database_url: str | None = None,
) -> int:
    """Remove a record whose version the actor has seen. Returns the number of its event, which holds all that it said.

    Raises NotAllowed or IllegalTransition where the table of permissions does not allow it (by default it does not), StaleVersion naming
    who was first and when, RuleError without a reason or where something rests on the record.
    """
    class_of(kind)
    if not because.strip():
        raise RuleError("To remove a record needs its reason.", do="Say why, in a sentence that can be published.")
    with connection(data_dir, database_url) as opened:
        at = Desk(opened, actor, frozenset({kind}))
        record = at.get(kind, record_id)
        at.expect(kind, record_id, version)
        check_may(at.plan, "remove", record, actor)
        named = list(dict.fromkeys(_resting(opened, at, record)))
        if named:
            more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
            raise RuleError(
                f"The {plain(kind)} {record_id} is not removed: {', '.join(named[:_NAMED])}{more} would lose what it rests on.",
                do="Remove or change these first, if they are mistakes too.",
            )
        at.drop(record)
        return at.store(Verb.REMOVE_RECORD, f"{kind}/{record_id}", because)


def _resting(opened: Any, at: Desk, record: Any) -> Iterator[str]:
    """Yield what rests on a record, in words: records, evidence links, and rankings in ballots without what they say."""
    for kind, record_id in resting(at.plan, record):
        yield f"{plain(kind)} {record_id}"
    sources = linked_as(at.plan, record)
    for link in links_from(opened, sources, _NAMED) if count_from(opened, sources) else ():
        yield f"evidence link {link.id}"
    if record.kind == "committee_member":
        for ballot, ranking, _ in every_ranking(opened):
            if ranking.member == record.id:
                yield f"a ranking in the ballot {ballot}"
