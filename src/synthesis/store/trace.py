"""Evidence links in the database, for questions over very many of them: what became of themes, and counts and look-ups by index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    Table,
    Text,
    and_,
    func,
    literal,
    or_,
    select,
    union_all,
)

from synthesis.plan import KINDS
from synthesis.plan.links import Fate, PastRun
from synthesis.store.plans import COUNTS, LINKS, MANY, TABLES, among, metadata, record_of, starts_from

PUBLISHED = Table(
    "published_run",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("run_id", Text, nullable=False, unique=True),
    Column("day", Date, nullable=False),
    Column("fates", JSON, nullable=False),
)
_TO_THEME = Index("evidence_link_by_theme", LINKS.c.theme_id, LINKS.c.as_of, LINKS.c.source_kind, LINKS.c.source_id)
_FROM_SOURCE = Index("evidence_link_by_source", LINKS.c.source_kind, LINKS.c.source_id)
_TO_IDEA = Index("evidence_link_by_idea", LINKS.c.idea_id, LINKS.c.source_kind, LINKS.c.source_id)


def record_run(opened: Connection, run_id: str, day: date, fates: Iterable[Fate]) -> None:
    """Add a published run behind those that are there; one that is there already stays as it is."""
    if opened.execute(select(PUBLISHED.c.number).where(PUBLISHED.c.run_id == run_id)).first() is None:
        listed = [[fate.theme_id, fate.change, list(fate.into)] for fate in fates]
        number = (opened.execute(select(func.max(PUBLISHED.c.number))).scalar() or 0) + 1
        opened.execute(PUBLISHED.insert().values(number=number, run_id=run_id, day=day, fates=listed))


def read_runs(opened: Connection) -> tuple[PastRun, ...]:
    """Return the published runs in order."""
    return tuple(
        PastRun(row.run_id, row.day, tuple(Fate(theme, change, tuple(into)) for theme, change, into in row.fates))
        for row in opened.execute(select(PUBLISHED).order_by(PUBLISHED.c.number))
    )


def unsettled(opened: Connection) -> list[Any]:
    """Return the links whose theme is not recorded yet: given by words alone, or without the run that it is of."""
    by_words = and_(LINKS.c.theme_id == "", LINKS.c.theme_words != "")
    undated = and_(LINKS.c.theme_id != "", LINKS.c.as_of == "")
    return [
        record_of("evidence_link", row)
        for row in opened.execute(select(LINKS).where(or_(by_words, undated)).order_by(LINKS.c.id)).mappings()
    ]


def count_links(opened: Connection) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield the count of links of each element to each theme, as `plan.trace.Count` has it."""
    yield from opened.execute(select(COUNTS).where(COUNTS.c.theme_id > ""))


def sources_of(
    opened: Connection, themes: Sequence[tuple[str, str]], limit: int
) -> tuple[list[tuple[tuple[str, str], int]], int]:
    """Return the elements with the most links to themes, given as pairs of a recorded id and its run, and how many elements there are."""
    if not themes:
        return [], 0
    by = (COUNTS.c.source_kind, COUNTS.c.source_id)
    number, every = func.sum(COUNTS.c.links).label("number"), func.count().over().label("every")
    query = select(*by, number, every).where(or_(*_to_themes(COUNTS, themes))).group_by(*by)
    rows = opened.execute(query.order_by(number.desc(), *by).limit(limit)).all()
    return [((row.source_kind, row.source_id), int(row.number)) for row in rows], rows[0].every if rows else 0


def _to_themes(table: Table, themes: Iterable[tuple[str, str]]) -> list[ColumnElement[bool]]:
    """Return, run by run, whether links, or counts of them, name one of these themes as of it."""
    return among(table.c.as_of, table.c.theme_id, [(as_of, theme_id) for theme_id, as_of in themes])


def recorded_themes(opened: Connection, theme_ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return every (theme id, run id) with which links are recorded that name these themes, or parts of them."""
    by = (COUNTS.c.theme_id, COUNTS.c.as_of)
    found: list[Any] = []
    for part in _parts(sorted(theme_ids)):
        parts = [and_(COUNTS.c.theme_id > f"{t}.", COUNTS.c.theme_id < f"{t}/") for t in part]  # "/" follows "."
        for where in (COUNTS.c.theme_id.in_(part), or_(*parts)):
            found += opened.execute(select(*by).where(where).group_by(*by))
    return found


def themes_from(opened: Connection, sources: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the (theme id, run id) that links from elements (kind, id) are recorded with, most links first."""
    by, found = (COUNTS.c.theme_id, COUNTS.c.as_of), []
    for part in _parts(list(sources)):
        query = select(*by, func.sum(COUNTS.c.links)).where(starts_from(COUNTS, part), COUNTS.c.theme_id != "")
        found += [(-n, theme_id, as_of) for theme_id, as_of, n in opened.execute(query.group_by(*by))]
    return [(theme_id, as_of) for _, theme_id, as_of in sorted(found)]


def last_published_month(opened: Connection) -> str:
    """Return the last month of which an update is published; the present one before the first."""
    updates = TABLES["progress_update"]
    query = select(func.max(updates.c.period)).where(updates.c.published_at.is_not(None))
    return str(opened.execute(query).scalar() or f"{datetime.now(UTC):%Y-%m}")


def links_from(opened: Connection, sources: Iterable[tuple[str, str]], limit: int) -> list[Any]:
    """Return links that start from elements (kind, id), at most `limit` for each part of the question, by id."""
    return _links(opened, [starts_from(LINKS, part) for part in _parts(list(sources))], limit)


def first_links(
    opened: Connection, themes: Sequence[tuple[str, str]], sources: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Any]:
    """Return element (kind, id) → the first of its links, by id, to one of these themes, each as of its run."""
    ids: list[str] = []
    for part in _parts(sources):
        from_part = among(LINKS.c.source_kind, LINKS.c.source_id, part)
        # Each way names all columns of an index, so that it is read alone, whatever the database knows of the table.
        ways = [and_(to, start) for to in _to_themes(LINKS, themes) for start in from_part]
        query = select(func.min(LINKS.c.id)).where(or_(*ways)).group_by(LINKS.c.source_kind, LINKS.c.source_id)
        ids += opened.execute(query).scalars()
    return {(link.source_kind, link.source_id): link for link in records_by(opened, "evidence_link", "id", ids)}


def links_to_ideas(opened: Connection, idea_ids: Iterable[str], limit: int) -> list[Any]:
    """Return links that name ideas, by id."""
    return _links(opened, [LINKS.c.idea_id.in_(part) for part in _parts(list(idea_ids))], limit)


def count_from(opened: Connection, sources: Iterable[tuple[str, str]]) -> int:
    """Return how many links start from elements (kind, id)."""
    total = 0
    for part in _parts(list(sources)):
        total += int(opened.execute(select(func.sum(COUNTS.c.links)).where(starts_from(COUNTS, part))).scalar() or 0)
    return total


def _links(opened: Connection, wheres: Iterable[ColumnElement[bool]], limit: int) -> list[Any]:
    found: list[Any] = []
    for where in wheres:
        rows = opened.execute(select(LINKS).where(where).limit(limit)).mappings()
        found += [record_of("evidence_link", row) for row in rows]
    return sorted(found, key=lambda link: str(link.id))


def find_records(opened: Connection, record_id: str) -> list[Any]:
    """Return the records of any kind that have an id."""
    there = (select(literal(kind)).where(table.c.id == record_id) for kind, table in TABLES.items())
    kinds = set(opened.execute(union_all(*there)).scalars())
    return [record for cls in KINDS if cls.kind in kinds for record in records_by(opened, cls.kind, "id", [record_id])]


def records_by(opened: Connection, kind: str, column: str, values: Iterable[str]) -> list[Any]:
    """Return the records of a kind whose column holds one of these values, in the workbook's order."""
    table, found = TABLES[kind], []
    for part in _parts(sorted(set(values))):
        rows = opened.execute(select(table).where(table.c[column].in_(part)).order_by(table.c.ordinal)).mappings()
        found += [record_of(kind, row) for row in rows]
    return found


def all_of(opened: Connection, kind: str) -> list[Any]:
    """Return every record of a kind, in the workbook's order."""
    table = TABLES[kind]
    return [record_of(kind, row) for row in opened.execute(select(table).order_by(table.c.ordinal)).mappings()]


def columns_of(opened: Connection, kind: str, *columns: str) -> list[Any]:
    """Return some columns of every record of a kind, in the workbook's order."""
    table = TABLES[kind]
    return list(opened.execute(select(*(table.c[column] for column in columns)).order_by(table.c.ordinal)))


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield values in parts that one question can hold."""
    for start in range(0, len(values), MANY):
        yield values[start : start + MANY]
