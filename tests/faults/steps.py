"""Calls that are cut off by a kill just before one of their statements: before each of them, one after the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from engine.service import Service
from engine.store import MemoryStore, open_store
from engine.store.postgres_connection import PostgresConnection
from engine.store.sqlite_connection import SqliteConnection
from tests.faults.scene import FILES, MINUTE, NOON, OTHER, STAFF, hit, retraction

ROOT = Path(__file__).resolve().parents[2]
NOW = NOON + 2000 * MINUTE
USERS = ("ada", "bob", "cleo")
STEPS = ("rows", "run", "insert", "put", "update", "drop", "write", "end")
"""What sends statements."""


def prepare(service: Service) -> None:
    """What is there before each call."""
    service.apply(FILES, "test")
    service.ingest([hit(user, number) for number in range(1, 7) for user in USERS[:2]], STAFF)
    service.grant("bob", "gift", None, STAFF)


CALLS: dict[str, Callable[[Service], object]] = {
    "post": lambda service: service.ingest([hit("ada", 7)], STAFF),
    "late": lambda service: service.ingest([hit("ada", 7, 0.5)], STAFF),
    "batch": lambda service: service.ingest(
        [hit("ada", 8), hit("cleo", 1), hit("bob", 9, 2.5), hit("ada", 1), hit("cleo", 2), hit("ada", 10)], STAFF
    ),
    "retract": lambda service: service.ingest([retraction("ada", 3), hit("ada", 11)], STAFF),
    "grant": lambda service: service.grant("ada", "gift", None, STAFF),
    "revoke": lambda service: service.revoke("bob", "laps", STAFF),
    "apply": lambda service: service.apply(OTHER, "test"),
    "erase": lambda service: service.erase("bob", STAFF),
    "retain": lambda service: service.retain(NOW - NOON - 4 * MINUTE, STAFF),
}


class Stepper:
    """A process that makes calls in children of its own, which end before a certain statement."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.steps"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def killed(self, url: str, call: str, before: int) -> bool:
        """Make a call that is killed before its n-th statement; whether it came so far."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{url} {call} {before}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        assert answer in ("killed", "ended"), answer
        return answer == "killed"

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def _child(url: str, call: str, before: int) -> None:
    store = open_store(url)
    count = [0]

    def counting(run: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object) -> object:
            count[0] += 1
            if count[0] == before:
                os.kill(os.getpid(), signal.SIGKILL)
            return run(*arguments)

        return counted

    for kind in (SqliteConnection, PostgresConnection):
        for name in STEPS:
            setattr(kind, name, counting(getattr(kind, name)))
    CALLS[call](Service(store, lambda: NOW))


def main() -> None:
    """Take calls from the standard input; what they compile is compiled once, before the children are made."""
    service = Service(MemoryStore(), lambda: NOW)
    prepare(service)
    for make in CALLS.values():
        make(service)
    for line in sys.stdin:
        url, call, before = line.split()
        child = os.fork()
        if not child:
            _child(url, call, int(before))
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        print({0: "ended", signal.SIGKILL: "killed"}.get(status, f"status {status}"), flush=True)


if __name__ == "__main__":
    main()
