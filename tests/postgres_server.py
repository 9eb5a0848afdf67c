"""A private PostgreSQL server for the tests: its own folder, a loopback port of its own, gone when they end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

_MISSING = "PostgreSQL is not installed here (initdb and pg_ctl not found): the journal was not tested on it"


class PostgresServer:
    """A running server; every `database` is new and empty."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._made = 0

    def database(self) -> str:
        """The address of a fresh database."""
        self._made += 1
        name = f"journal_{self._made}"
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="station", dbname="postgres", autocommit=True
        ) as db:
            db.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        return f"postgresql://station@127.0.0.1:{self.port}/{name}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server, started once for all tests of a process; skips, saying so, only where PostgreSQL is absent."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip(_MISSING)
    with _running(initdb, pg_ctl) as server:
        yield server


@contextmanager
def _running(initdb: Path, pg_ctl: Path) -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = _unprivileged()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)
    data, log, port = folder / "data", folder / "log", _free_port()
    options = (
        f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c shared_buffers=16MB -c max_connections=40 "
        "-c logging_collector=off"
    )
    try:
        _run(
            user, str(initdb), "-D", str(data), "-U", "station", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        _run(user, str(pg_ctl), "-D", str(data), "-l", str(log), "-o", options, "-w", "-t", "60", "start")
        try:
            yield PostgresServer(port)
        finally:
            _run(user, str(pg_ctl), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(user: pwd.struct_passwd | None, *command: str) -> None:
    done = subprocess.run(
        command,
        user=user.pw_uid if user is not None else None,
        group=user.pw_gid if user is not None else None,
        extra_groups=[] if user is not None else None,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"


def _program(name: str) -> Path | None:
    found = shutil.which(name)
    if found is not None:
        return Path(found)
    return next(iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None)


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run it as: the server refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
