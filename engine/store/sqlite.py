"""SQLite: one file, many readers, one writer at a time; every commit is on the disk when it returns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from errno import EEXIST
from os import fsync, stat
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from peewee import OperationalError
from playhouse.pool import PooledSqliteDatabase

from . import tables
from .backend import BUSY_SECONDS, close, reported
from .protocol import StoreUnavailable
from .queueing import Queue
from .rows import Row
from .tables import Statement, Table
from .turns import Turns

PRAGMAS = (
    ("busy_timeout", BUSY_SECONDS * 1000),
    ("secure_delete", "on"),
    ("cache_size", -16_000),
)
STATEMENTS = 512
"""How many compiled statements a connection keeps."""
MOVED = "the file was moved"
FAULTS = (
    ("locked", "is busy: another process writes to it; try again"),
    ("not a database", "is no SQLite database: name another file"),
    ("unable to open", "cannot be opened: it must be a file, in a folder that can be written to"),
    (MOVED, "is not the file any more that was opened: it was moved or replaced; put it back, or restart"),
    ("disk is full", "cannot be written to: the disk is full; make room, and it goes on"),
    ("disk I/O", "cannot be read or written: the disk is full, or fails"),
)
"""What SQLite says, and what that means to whoever runs the server."""


class Connections(PooledSqliteDatabase):
    """Connections to a file, as long as it is the one that was opened at first.

    Without that, what is written goes to a file that has no name any more, and is lost when the process ends.
    """

    _opened: tuple[int, int] | None = None

    def _connect(self) -> Any:
        if self._opened and self._opened != _identity(self.database):
            raise OperationalError(MOVED)
        connection = super()._connect()
        self._opened = self._opened or _identity(self.database)
        return connection


class SqliteBackend:
    """A database file."""

    kind = "sqlite"
    words: Mapping[str, str] = {
        "text": "TEXT",
        "counter": "INTEGER PRIMARY KEY AUTOINCREMENT",
        "clustered": " WITHOUT ROWID",
    }
    driver = sqlite3
    size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    for_update = ""
    is_far = False
    skip_locked = ""

    def __init__(self, path: str, synchronous: str = "full") -> None:
        self.name = f"the database {path}"
        self._path = str(Path(path).absolute())
        pragmas = (*PRAGMAS, ("synchronous", synchronous))
        options = {"check_same_thread": False, "cached_statements": STATEMENTS}
        self.database = Connections(self._path, pragmas=pragmas, max_connections=None, **options)
        self._turns = Turns()
        self._queue = Queue(self._path)
        self._keep_a_log()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query answers."""
        found: list[Row] = self.database.connection().execute(sql, parameters).fetchall()
        return found

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """How many rows a statement touched."""
        return int(self.database.connection().execute(sql, parameters).rowcount)

    def each(self, sql: str, rows: Sequence[Row]) -> None:
        """Run a statement for each of some rows: it is compiled once a connection."""
        self.database.connection().executemany(sql, rows)

    def write(self, statement: Statement, table: Table, rows: Sequence[Row]) -> None:
        """Run a statement for some rows, one by one."""
        self.each(statement(table, 1), rows)

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows that must be new."""
        self.write(tables.insert, table, rows)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The turn of one writer, among those of this process and then among the processes of this machine."""
        with self._alone(), self._queue.turn(BUSY_SECONDS) as came:
            if not came:
                raise StoreUnavailable(f"{self.name} is busy: another process writes to it; try again")
            yield

    def sending(self, inserted: int) -> AbstractContextManager[Any]:
        """There is nobody to wait for."""
        return nullcontext()

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

    def copy(self, path: str) -> None:
        """Write all of it, as it is at one moment, to a new file; nobody waits for that. Raises FileExistsError."""
        target, begun = Path(path), Path(f"{path}.part")
        if target.exists():
            raise FileExistsError(EEXIST, "this file is there already", path)
        begun.unlink(missing_ok=True)
        with reported(self), self.database.connection_context():
            self.run("VACUUM INTO ?", (str(begun),))
        with begun.open("rb") as written:
            fsync(written.fileno())
        begun.rename(target)

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
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or monotonic() > deadline:
                        raise
                    sleep(0.02)

    def unavailable(self, error: Exception) -> StoreUnavailable:
        """What went wrong, and what to do."""
        text = str(error)
        told = next((told for part, told in FAULTS if part in text), f"cannot be used now: {text}")
        return StoreUnavailable(f"{self.name} {told}")

    def close(self) -> None:
        """Close all connections, once those who use one are done, and the one whose turn it is."""
        close(self.database)
        with suppress(StoreUnavailable), self._alone():
            self._queue.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The turn of one writer among those of this process."""
        if not self._turns.take(BUSY_SECONDS):
            raise StoreUnavailable(f"{self.name} is busy: others write to it; try again")
        try:
            yield
        finally:
            self._turns.give()


def _identity(path: str) -> tuple[int, int] | None:
    """What tells a file from another one of the same name."""
    try:
        found = stat(path)  # noqa: PTH116 - before every transaction, and a Path costs more than the call
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
