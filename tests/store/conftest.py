"""Both databases: the same tests run on SQLite and on a private PostgreSQL cluster."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from benchmarks.postgresql import Cluster, cluster, programs
from synthesis.store.database import open_database

ROOT = Path(__file__).resolve().parents[2]


class Where(NamedTuple):
    """Where the records are kept: the arguments that every action takes."""

    data_dir: Path
    database_url: str | None

    def args(self) -> dict[str, Any]:
        """Return the arguments by name."""
        return self._asdict()

    @property
    def kind(self) -> str:
        """Return the database's name."""
        return "postgresql" if self.database_url else "sqlite"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """Return a private cluster. Without the server's programs the test is skipped, in CI it fails."""
    if programs() is None and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is not installed: sh scripts/install_postgresql.sh")
    with cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def nowhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Where]:
    """Return a data folder that is not there yet, or an empty database in PostgreSQL."""
    if request.param == "sqlite":
        yield Where(tmp_path / "nowhere", None)
        return
    running: Cluster = request.getfixturevalue("postgresql")
    address = running.database()
    yield Where(tmp_path / "nowhere", address)
    running.drop(address)


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with the tables of this release."""
    data_dir = tmp_path_factory.mktemp("made")
    open_database(data_dir).dispose()
    return data_dir / "synthesis.db"


@pytest.fixture(scope="session")
def made_address(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a PostgreSQL database with the tables of this release."""
    address = postgresql.database()
    open_database(tmp_path_factory.mktemp("none"), address).dispose()
    return address


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Where]:
    """Return a data folder with the tables of this release, empty, in each of the databases."""
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("made_file"), data_dir)
        yield Where(data_dir, None)
        return
    running: Cluster = request.getfixturevalue("postgresql")
    address = running.database(like=request.getfixturevalue("made_address"))
    yield Where(data_dir, address)
    running.drop(address)
