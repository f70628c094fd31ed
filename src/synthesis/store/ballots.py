"""Ballots and the private rankings in them. Rankings are in no workbook and no export; events hold a seal of each, not its order."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, Column, Connection, Integer, Row, Table, Text, select

from synthesis.committee import Ranking
from synthesis.store.chain import canonical
from synthesis.store.plans import metadata

BALLOTS = Table(
    "ballot",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("themes", JSON, nullable=False),
    Column("row_version", Integer, nullable=False),
)
RANKINGS = Table(
    "ranking",
    metadata,
    Column("ballot", Text, primary_key=True),
    Column("member", Text, primary_key=True),
    Column("order", JSON, nullable=False),
    Column("salt", Text, nullable=False),
    Column("row_version", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot: its state (`committee.BALLOT`), and the themes on it in the data's order, which stays out of sight until it is revealed."""

    id: str
    state: str
    themes: tuple[str, ...]
    version: int


def read_ballot(opened: Connection, ballot_id: str) -> Ballot | None:
    """Return a ballot, None where there is none."""
    row = opened.execute(select(BALLOTS).where(BALLOTS.c.id == ballot_id)).one_or_none()
    return None if row is None else _ballot(row)


def read_ballots(opened: Connection) -> tuple[Ballot, ...]:
    """Return every ballot, by id."""
    return tuple(_ballot(row) for row in opened.execute(select(BALLOTS).order_by(BALLOTS.c.id)))


def _ballot(row: Row[Any]) -> Ballot:
    """Return the ballot of a row."""
    return Ballot(row.id, row.state, tuple(row.themes), row.row_version)


def write_ballot(opened: Connection, ballot: Ballot) -> None:
    """Add a ballot, or bring it to its state now."""
    values = {"state": ballot.state, "themes": list(ballot.themes), "row_version": ballot.version}
    done = opened.execute(BALLOTS.update().where(BALLOTS.c.id == ballot.id).values(values))
    if not done.rowcount:
        opened.execute(BALLOTS.insert().values(values | {"id": ballot.id}))


def read_rankings(opened: Connection, ballot_id: str) -> tuple[Ranking, ...]:
    """Return the rankings of a ballot, sorted by member."""
    found = opened.execute(select(RANKINGS).where(RANKINGS.c.ballot == ballot_id).order_by(RANKINGS.c.member))
    return tuple(sorted((Ranking(row.member, tuple(row.order)) for row in found), key=lambda r: r.member))


def every_ranking(opened: Connection) -> Iterator[tuple[str, Ranking, str]]:
    """Yield ballot, ranking and salt of every ranking."""
    for row in opened.execute(select(RANKINGS)):
        yield row.ballot, Ranking(row.member, tuple(row.order)), row.salt


def sealed(ranking: Ranking) -> tuple[str, str]:
    """Return a salt, and the seal that an event may hold: it tells nothing of the order to whoever does not have the salt."""
    salt = secrets.token_hex(16)
    return salt, seal_of(ranking, salt)


def seal_of(ranking: Ranking, salt: str) -> str:
    """Return the seal of a ranking under a salt."""
    return sha256(canonical([salt, ranking.member, list(ranking.order)])).hexdigest()


def write_ranking(opened: Connection, ballot_id: str, ranking: Ranking, salt: str, version: int) -> None:
    """Add a member's ranking, in place of an earlier one."""
    mine = (RANKINGS.c.ballot == ballot_id) & (RANKINGS.c.member == ranking.member)
    values = {"order": list(ranking.order), "salt": salt, "row_version": version}
    if not opened.execute(RANKINGS.update().where(mine).values(values)).rowcount:
        opened.execute(RANKINGS.insert().values(values | {"ballot": ballot_id, "member": ranking.member}))
