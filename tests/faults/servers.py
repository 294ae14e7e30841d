"""`badges serve` as real processes: several on one database, killed and started again on the same port."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from engine.service import Service
from engine.store import open_store
from tests.cli.processes import COMMAND_LINE, Process
from tests.faults.callers import Book, Caller
from tests.faults.scene import FILES

T = TypeVar("T")
PATIENCE = 120.0
"""Seconds after which a test gives up, not what it measures."""


class Servers:
    """Servers of one database, and the callers that know them all."""

    def __init__(self, folder: Path, url: str, count: int) -> None:
        self.folder, self.url, self.book = folder, url, Book()
        self.ports = [free_port() for _ in range(count)]
        self._processes: dict[int, Process] = {}
        self._begun: list[Process] = []

    def rules(self, name: str, files: Mapping[str, str]) -> Path:
        """A folder with a rule set."""
        for path, text in files.items():
            file = self.folder / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return self.folder / name

    def start(self, port: int) -> None:
        """Start a server, and wait until it answers."""
        self._processes[port] = self.begin("serve", "--port", str(port))
        self._processes[port].wait_for("Listening on")

    def kill(self, port: int) -> None:
        """End a server without a warning."""
        self._processes[port].kill()

    def restart(self, port: int) -> None:
        """Kill a server and start it again."""
        self.kill(port)
        self.start(port)

    def pid(self, port: int) -> int:
        """The process behind a port."""
        return self._processes[port].pid

    def stop(self) -> None:
        """Kill all that run."""
        for process in self._begun:
            process.kill()

    def caller(self) -> Caller:
        """A client of all servers, which writes in the one book."""
        return Caller(self.ports, self.book)

    def begin(self, *words: str) -> Process:
        """A command on the database, which goes on meanwhile."""
        self._begun.append(Process(self.folder, COMMAND_LINE, "--database", self.url, *words))
        return self._begun[-1]

    def run(self, *words: str) -> str:
        """What a command on the database printed."""
        process = self.begin(*words)
        code = process.wait(PATIENCE)
        printed = process.wait_for("(?s).*")[0]
        assert code == 0, printed
        return printed

    def look(self, see: Callable[[Service], T]) -> T:
        """What a service on the same database answers."""
        store = open_store(self.url)
        try:
            return see(Service(store, lambda: time.time_ns() // 1000))
        finally:
            store.close()


@contextmanager
def serving(folder: Path, url: str, count: int = 2) -> Iterator[Servers]:
    """Servers that are gone when the block ends; a rule set is in service."""
    servers = Servers(folder, url, count)
    try:
        servers.run("apply", str(servers.rules("rules-1", FILES)))
        for port in servers.ports:
            servers.start(port)
        yield servers
    finally:
        servers.stop()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
