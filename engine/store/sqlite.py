"""SQLite: one file, many readers, one writer at a time; every commit is on the disk when it returns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from peewee import OperationalError
from playhouse.pool import PooledSqliteDatabase

from .backend import BUSY_SECONDS, reported
from .protocol import StoreUnavailable
from .rows import Row
from .turns import Turns

PRAGMAS = (
    ("busy_timeout", BUSY_SECONDS * 1000),
    ("synchronous", "full"),  # a commit survives a loss of power; Source: sqlite.org/pragma.html#pragma_synchronous
    ("secure_delete", "on"),
    ("cache_size", -16_000),
)
FAULTS = (
    ("locked", "is busy: another process writes to it; try again"),
    ("not a database", "is no SQLite database: name another file"),
    ("unable to open", "cannot be opened: it must be a file, in a folder that can be written to"),
    ("disk is full", "cannot be written to: the disk is full; make room, and it goes on"),
)
"""What SQLite says, and what that means to whoever runs the server."""


class SqliteBackend:
    """A database file."""

    words: Mapping[str, str] = {
        "text": "TEXT",
        "counter": "INTEGER PRIMARY KEY AUTOINCREMENT",
        "clustered": " WITHOUT ROWID",
    }
    errors: tuple[type[Exception], ...] = (sqlite3.Error,)
    for_update = ""

    def __init__(self, path: str) -> None:
        self.name = f"the database {path}"
        self.database = PooledSqliteDatabase(
            str(Path(path).absolute()), pragmas=PRAGMAS, max_connections=None, check_same_thread=False
        )
        self._turns = Turns()
        self._keep_a_log()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query answers."""
        found: list[Row] = self.database.execute_sql(sql, parameters).fetchall()
        return found

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """How many rows a statement touched."""
        return int(self.database.execute_sql(sql, parameters).rowcount)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The turn of one writer of this process; those of other processes wait in SQLite itself."""
        if not self._turns.take(BUSY_SECONDS):
            raise StoreUnavailable(f"{self.name} is busy: others write to it; try again")
        try:
            yield
        finally:
            self._turns.give()

    def begin(self, writes: bool, alone: bool) -> None:
        """Begin a transaction; a writing one is the only one from the start, so that it never fails half-way."""
        self.run("BEGIN IMMEDIATE" if writes else "BEGIN")

    def reserve(self, users: Sequence[str]) -> bool:
        """There is one writer anyway."""
        return False

    def scrub(self) -> None:
        """Write the file anew and empty the log beside it.

        Overwriting what is deleted (``secure_delete``) is not enough: pages keep copies of rows that once moved to
        another page. One erased user in ten could still be read in the file, measured with SQLite 3.40.
        """
        with self.turn(), reported(self), self.database.connection_context():
            self.run("VACUUM")
            busy = self.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
        if busy:
            raise StoreUnavailable(f"{self.name} is read by others, what was erased is still in its files; try again")

    def _keep_a_log(self) -> None:
        """Switch the file to a write-ahead log, once and for all, with which readers never wait for the writer.

        While another process does the same, SQLite says at once that the file is locked, without waiting.
        """
        deadline = monotonic() + BUSY_SECONDS
        with reported(self), self.database.connection_context():
            while True:
                try:
                    self.run("PRAGMA journal_mode = wal")
                    return
                except OperationalError as error:
                    if "locked" not in str(error) or monotonic() > deadline:
                        raise
                    sleep(0.02)

    def unavailable(self, error: Exception) -> StoreUnavailable:
        """What went wrong, and what to do."""
        text = str(error)
        told = next((told for part, told in FAULTS if part in text), f"cannot be used now: {text}")
        return StoreUnavailable(f"{self.name} {told}")

    def close(self) -> None:
        """Close all connections."""
        self.database.close_all()
