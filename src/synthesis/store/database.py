"""The records' database: SQLite in WAL mode by default, PostgreSQL by address.

SQLite under SQLAlchemy's defaults loses updates silently; here every transaction that may write begins IMMEDIATE, so that two
writers follow one another, and every commit is on disk before it returns. PostgreSQL gets the same order of writers by a lock
that each of them holds to its end: what a rule has read is still so when it writes. Readers see one state and wait for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import NullPool

from synthesis.errors import InputError, RunError

_BUSY_MS = 15_000
_READS = "synthesis_reads"
_WRITERS = 0x73796E7468  # the number of the lock that writers hold in PostgreSQL: "synth"


def open_database(data_dir: Path, database_url: str | None = None) -> Engine:
    """Return the engine of the records, its tables brought up to the newest release.

    Raises RunError where the database cannot be reached, or was made by a newer release.
    """
    engine = engine_of(data_dir, database_url)
    with _answering(engine):
        migrate(engine)
    return engine


@contextmanager
def _answering(engine: Engine) -> Iterator[None]:
    """Raise RunError where the database does not answer as it should."""
    try:
        yield
    except DatabaseError as error:
        raise RunError(
            f"The database cannot be used: {engine.url.render_as_string(hide_password=True)}.",
            expected="a database that answers, and that this account may write to",
            do=f"Check the address and the account. The database said: {str(error.orig).strip().splitlines()[0]}",
        ) from error


def engine_of(data_dir: Path, database_url: str | None = None) -> Engine:
    """Return the engine of the records, whatever tables they have. It holds no connection that nobody uses."""
    return _engine(_address(data_dir, database_url))


@lru_cache(maxsize=8)
def _engine(address: URL) -> Engine:
    """Return the one engine of an address: it keeps what it made of each question, and each connection is closed after use."""
    engine = create_engine(address, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


@contextmanager
def connection(data_dir: Path, database_url: str | None = None) -> Iterator[Connection]:
    """Yield a connection in one transaction that may write, and leave no handle open behind it."""
    engine = open_database(data_dir, database_url)
    with _turn(engine), engine.begin() as opened:
        yield opened


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait for one's turn to write. SQLite itself asks again and again, and of many who do somebody asks in vain.

    PostgreSQL has a queue of its own. The system ends the turn of a process that dies.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    import fcntl

    with Path(f"{engine.url.database}-turn").open("a") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        yield


@contextmanager
def reading(data_dir: Path, database_url: str | None = None) -> Iterator[Connection]:
    """Yield a connection that reads one state of the database, whatever is written beside it."""
    engine = engine_of(data_dir, database_url)
    with ExitStack() as stack:
        with _answering(engine):
            opened = stack.enter_context(snapshot(engine))
            ready = version(opened) == _scripts().get_current_head()
        if not ready:
            stack.close()
            opened = stack.enter_context(snapshot(open_database(data_dir, database_url)))
        yield opened


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Yield a connection of an engine that reads one state of its database."""
    options: dict[str, Any] = {_READS: True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as opened:
        opened.begin()
        yield opened


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest release. Raises RunError where they are of a newer one than this."""
    if _release(engine) == _scripts().get_current_head():
        return
    with engine.begin() as opened:
        now = version(opened)
        if now is not None and now not in releases():
            raise RunError(
                f"The database was made by a newer release of this program (its tables are version {now}).",
                do="Install that release, or restore a backup made with this one.",
            )
        command.upgrade(alembic_config(opened), "head")


def releases() -> tuple[str, ...]:
    """Return the versions of the tables of every release up to this one, in order."""
    return tuple(script.revision for script in reversed(list(_scripts().walk_revisions())))


def alembic_config(opened: Connection) -> Config:
    """Return Alembic's settings for migrations on this connection."""
    config = _config()
    config.attributes["connection"] = opened
    return config


def version(opened: Connection) -> str | None:
    """Return the version of the tables, None where there are none."""
    if not inspect(opened).has_table("alembic_version"):
        return None
    found = opened.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def _address(data_dir: Path, database_url: str | None) -> URL:
    """Return the database's address, SQLite in the data folder by default: a file that its owner alone may read."""
    if database_url is None:
        data_dir.mkdir(parents=True, exist_ok=True)
        path = data_dir.resolve() / "synthesis.db"
        path.touch(mode=0o600)
        return URL.create("sqlite", database=str(path))
    try:
        url = make_url(database_url)
    except ArgumentError as error:
        raise InputError(
            "The address of the database cannot be read.",
            expected="an address such as postgresql://account@host/synthesis",
            do="Correct SYNTHESIS_DATABASE_URL.",
        ) from error
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


@lru_cache(maxsize=1)
def _scripts() -> ScriptDirectory:
    """Return the migrations of this release."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    """Return Alembic's settings: where the migrations lie."""
    config = Config()
    with resources.as_file(resources.files("synthesis.store").joinpath("migrations")) as folder:
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def _release(engine: Engine) -> str | None:
    """Return the version of the tables, read beside writers."""
    with snapshot(engine) as opened:
        return version(opened)


def _on_connect(dbapi: Any, record: object) -> None:
    """Prepare each SQLite connection: our own BEGIN, write-ahead log, foreign keys, durable commits."""
    dbapi.isolation_level = None
    # The timeout comes first: whoever meets another at a new file waits, also for the write-ahead log.
    for pragma in (f"busy_timeout={_BUSY_MS}", "journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        dbapi.execute(f"PRAGMA {pragma}")


def _on_begin(opened: Connection) -> None:
    """Take the write lock at once: a transaction that reads first and writes later would lose to another."""
    reads = opened.get_execution_options().get(_READS, False)
    if opened.dialect.name == "sqlite":
        opened.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
    elif not reads:
        opened.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")
