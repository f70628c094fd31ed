"""A private PostgreSQL cluster on a free port of this machine, gone when it is closed. For the tests and `bench store`."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

_ACCOUNT = "postgres"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, None where it is not installed."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb"), *Path("/usr").glob("pgsql-*/bin/initdb")]
    if found:
        return max(found, key=lambda path: path.parts).parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Cluster:
    """A running cluster: `database` makes a new, empty database and returns its address."""

    def __init__(self, port: int) -> None:
        self.port = port

    def database(self, like: str | None = None) -> str:
        """Make a database, empty or `like` another of this cluster, by address. Returns its address."""
        template = like.rpartition("/")[2] if like else "template0"
        name = f"t{uuid4().hex[:12]}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as opened:
            opened.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
        return self._address(name)

    def drop(self, address: str) -> None:
        """Remove a database, whoever is still connected."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as opened:
            opened.execute(f"DROP DATABASE {address.rpartition('/')[2]} WITH (FORCE)")  # type: ignore[arg-type]

    def _address(self, name: str) -> str:
        """Return the address of a database of this cluster."""
        return f"postgresql://{_ACCOUNT}@127.0.0.1:{self.port}/{name}"


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Yield a running private cluster. Raises RuntimeError where PostgreSQL is not installed or does not start."""
    bin_dir = programs()
    if bin_dir is None:
        raise RuntimeError("PostgreSQL is not installed: sh scripts/install_postgresql.sh")
    folder = Path(tempfile.mkdtemp(prefix="synthesis-postgresql-"))
    as_server = _as_server(folder)
    port = _free_port()
    data = folder / "data"
    try:
        made = ["--auth=trust", f"--username={_ACCOUNT}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        _run([*as_server, str(bin_dir / "initdb"), "-D", str(data), *made])
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=200"
        control = [*as_server, str(bin_dir / "pg_ctl"), "-D", str(data)]
        _run([*control, "-w", "-t", "120", "-l", str(folder / "log"), "-o", options, "start"])
        try:
            yield Cluster(port)
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_server(folder: Path) -> list[str]:
    """Return what goes before a server program: PostgreSQL refuses to run as root, so that root hands over to its account."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam(_ACCOUNT)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["runuser", "-u", _ACCOUNT, "--"]


def _free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def _run(command: list[str]) -> None:
    """Run a server program. Raises RuntimeError with what it said where it fails."""
    # Files, no pipes: the server inherits what its starter was given, and a pipe would stay open as long as it runs.
    with tempfile.TemporaryFile() as said:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", check=False)
        if ended.returncode:
            said.seek(0)
            raise RuntimeError(f"{command[-1]}: {said.read().decode(errors='replace')[-2000:]}")
