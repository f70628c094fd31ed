"""The newest migration makes the tables that the code reads and writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from synthesis.store.database import migrate, open_database
from synthesis.store.events import EVENTS, TRANSLATIONS
from synthesis.store.plans import TABLES, metadata

EVERY = {**TABLES, EVENTS.name: EVENTS, TRANSLATIONS.name: TRANSLATIONS}


@pytest.fixture
def engine(tmp_path: Path):
    opened = open_database(tmp_path)
    yield opened
    opened.dispose()


def test_head_has_the_tables_of_the_metadata_and_no_other(engine: Engine):
    assert set(inspect(engine).get_table_names()) == set(EVERY) | {"alembic_version"}


@pytest.mark.parametrize("kind", sorted(EVERY))
def test_head_has_the_columns_of_the_metadata(engine: Engine, kind: str):
    made = [
        (column["name"], str(column["type"]), column["nullable"], bool(column["primary_key"]))
        for column in inspect(engine).get_columns(kind)
    ]
    wanted = [
        (column.name, column.type.compile(engine.dialect), column.nullable, column.primary_key)
        for column in EVERY[kind].columns
    ]
    assert made == wanted


def test_alembic_itself_finds_nothing_left_to_migrate(engine: Engine):
    with engine.connect() as opened:
        context = MigrationContext.configure(opened, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(engine: Engine):
    def schema() -> list[tuple[object, ...]]:
        with engine.connect() as opened:
            found = opened.execute(text("SELECT name, sql FROM sqlite_master ORDER BY name"))
            return [tuple(row) for row in found]

    before = schema()
    migrate(engine)
    assert schema() == before


def test_records_are_durable_and_writers_follow_one_another(engine: Engine):
    with engine.connect() as opened:
        assert opened.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert opened.execute(text("PRAGMA synchronous")).scalar() == 2
        assert opened.execute(text("PRAGMA foreign_keys")).scalar() == 1
