"""The newest migration makes the tables that the code reads and writes, in both databases, also from every release before."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from synthesis.errors import InputError, RunError
from synthesis.model import Verb
from synthesis.store import ballots, offices
from synthesis.store import database as store
from synthesis.store.database import connection, migrate, open_database, snapshot
from synthesis.store.events import EVENTS, read_events, record
from synthesis.store.plans import TABLES, metadata
from synthesis.store.trace import PUBLISHED
from synthesis.store.verification import verify
from tests.store.conftest import Where

EVERY = dict(metadata.tables)
assert PUBLISHED.name in EVERY
assert {ballots.BALLOTS.name, ballots.RANKINGS.name, offices.OFFICES.name} <= set(EVERY)
RELEASES = store.releases()


@pytest.fixture
def engine(nowhere: Where):
    opened = open_database(*nowhere)
    yield opened
    opened.dispose()


def test_head_has_the_tables_of_the_metadata_and_no_other(engine: Engine):
    assert set(inspect(engine).get_table_names()) == set(EVERY) | {"alembic_version"}


def test_head_has_the_columns_of_the_metadata(engine: Engine):
    found = inspect(engine)
    for name, table in EVERY.items():
        keys = found.get_pk_constraint(name)["constrained_columns"]
        made = [(c["name"], str(c["type"]), c["nullable"], c["name"] in keys) for c in found.get_columns(name)]
        wanted = [(c.name, c.type.compile(engine.dialect), c.nullable, c.primary_key) for c in table.columns]
        assert sorted(made) == sorted(wanted)  # a later column stands last in the database


def test_alembic_itself_finds_nothing_left_to_migrate(engine: Engine):
    with engine.connect() as opened:
        context = MigrationContext.configure(opened, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(engine: Engine):
    def schema() -> list[object]:
        found = inspect(engine)
        return [(name, found.get_columns(name), found.get_indexes(name)) for name in sorted(found.get_table_names())]

    before = str(schema())
    migrate(engine)
    assert str(schema()) == before


@pytest.mark.parametrize("release", RELEASES[:-1])
def test_a_database_of_each_release_is_brought_up_and_keeps_what_it_holds(nowhere: Where, release: str):
    engine = create_engine(store._address(*nowhere))
    with_events = "0002" <= release < "0004"  # later ones are sealed, and made by the program alone
    with engine.begin() as opened:
        command.upgrade(store.alembic_config(opened), release)
        row = "VALUES ('G1', 'Attendance above 95 %.', 0)"
        if release < "0003":
            opened.execute(text('INSERT INTO district_goal (id, text, "position") ' + row))
        else:
            opened.execute(text("INSERT INTO district_goal (id, text, ordinal) " + row))
        if with_events:
            said = """ VALUES ({}, '2026-09-01T12:00:00+00:00', 'Odalys', 'rename_theme', 'T0{}', 'Clearer', '{{"name": "Ñ"}}')"""
            for number in (1, 2):
                opened.execute(text(f"INSERT INTO event{said.format(number, number)}".replace(": ", "\\: ")))
    engine.dispose()
    with connection(*nowhere) as opened:
        assert opened.execute(text("SELECT text FROM district_goal")).scalar_one() == "Attendance above 95 %."
        kept = read_events(opened)
        assert [(e.number, e.subject, e.data) for e in kept] == [(n, f"T0{n}", {"name": "Ñ"}) for n in (1, 2)] * (
            with_events
        )
        record(opened, Verb.RENAME_THEME, "T03", by="Odalys", reason="Shorter")
    with store.reading(*nowhere) as opened:
        assert verify(opened).breaks == ()
        assert opened.execute(EVENTS.select()).mappings().all()[-1]["number"] == len(kept) + 1


def test_tables_of_a_newer_release_are_left_alone(nowhere: Where, engine: Engine):
    with engine.begin() as opened:
        opened.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RunError, match="newer release"), connection(*nowhere):
        pass


def test_records_are_durable_and_writers_follow_one_another(nowhere: Where, engine: Engine):
    if nowhere.kind == "postgresql":
        with engine.begin() as first, engine.connect() as second:
            locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
            mine = "(SELECT oid FROM pg_database WHERE datname = current_database())"
            assert first.exec_driver_sql(f"{locks} {mine}").scalar() == 1
            tried = second.execution_options(synthesis_reads=True)
            assert tried.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({store._WRITERS})").scalar() is False
        return
    with engine.connect() as opened:
        assert opened.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert opened.execute(text("PRAGMA synchronous")).scalar() == 2
        assert opened.execute(text("PRAGMA foreign_keys")).scalar() == 1
    assert stat.S_IMODE((nowhere.data_dir / "synthesis.db").stat().st_mode) == 0o600


def test_a_reader_sees_one_state_and_waits_for_no_writer(engine: Engine):
    goal = TABLES["district_goal"]
    count = text("SELECT count(*) FROM district_goal")
    with snapshot(engine) as reader:
        assert reader.execute(count).scalar() == 0
        with engine.begin() as writer:
            writer.execute(goal.insert().values(id="G1", text="On time.", ordinal=0))
            assert reader.execute(count).scalar() == 0
        assert reader.execute(count).scalar() == 0
    with snapshot(engine) as reader:
        assert reader.execute(count).scalar() == 1


def test_an_address_that_cannot_be_used_is_named_without_its_password(tmp_path: Path):
    with pytest.raises(RunError) as caught, connection(tmp_path, "postgresql://clerk:s3cret@127.0.0.1:1/plan"):
        pass
    assert "127.0.0.1:1" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    with pytest.raises(InputError, match="cannot be read"), connection(tmp_path, "no address"):
        pass
