"""The records' database: SQLite in WAL mode by default, PostgreSQL by address.

SQLite under SQLAlchemy's defaults loses updates silently; here every transaction begins IMMEDIATE, so that two writers
follow one another, and every commit is on disk before it returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event

_BUSY_MS = 15_000


def open_database(data_dir: Path, database_url: str | None = None) -> Engine:
    """Return the engine of the records, its tables brought up to the newest release."""
    if database_url is None:
        data_dir.mkdir(parents=True, exist_ok=True)
        database_url = f"sqlite:///{data_dir.resolve() / 'synthesis.db'}"
    engine = create_engine(database_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    migrate(engine)
    return engine


@contextmanager
def connection(data_dir: Path, database_url: str | None = None) -> Iterator[Connection]:
    """Yield a connection in one transaction, and leave no handle open behind it."""
    engine = open_database(data_dir, database_url)
    try:
        with engine.begin() as opened:
            yield opened
    finally:
        engine.dispose()


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest release."""
    config = Config()
    with resources.as_file(resources.files("synthesis.store").joinpath("migrations")) as folder:
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        with engine.begin() as opened:
            config.attributes["connection"] = opened
            command.upgrade(config, "head")


def _on_connect(dbapi: Any, record: object) -> None:
    """Prepare each SQLite connection: our own BEGIN, write-ahead log, foreign keys, durable commits."""
    dbapi.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", f"busy_timeout={_BUSY_MS}"):
        dbapi.execute(f"PRAGMA {pragma}")


def _on_begin(opened: Connection) -> None:
    """Take the write lock at once: a transaction that reads first and writes later would lose to another."""
    opened.exec_driver_sql("BEGIN IMMEDIATE")
