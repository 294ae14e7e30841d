"""SQLite: one file, many readers, one writer at a time; every commit is on the disk when it returns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EEXIST
from os import fsync, stat
from pathlib import Path
from time import monotonic, sleep

from playhouse.pool import PooledSqliteDatabase

from .backend import BUSY_SECONDS, Reported, Threads, close
from .protocol import StoreUnavailable
from .queueing import Queue
from .sqlite_connection import SqliteConnection
from .turns import Turns

PRAGMAS = (
    ("busy_timeout", BUSY_SECONDS * 1000),
    ("secure_delete", "on"),
    ("cache_size", -16_000),
    ("wal_autocheckpoint", 4_000),
)
"""The log beside the file is brought into it every 16 MB: what was written again and again is written once."""
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

    def check(self) -> None:
        """Before every transaction. Raises OperationalError if the file has another name by now."""
        found = _identity(self.database)
        if found != self._opened and self._opened:
            raise sqlite3.OperationalError(MOVED)

    def take(self) -> SqliteConnection:
        """A connection that nobody else uses."""
        self.check()
        connection = self._connect()
        self._opened = self._opened or _identity(self.database)
        return SqliteConnection(connection)

    def give(self, connection: SqliteConnection) -> None:
        """Let others use it."""
        self._close(connection.raw)


class SqliteBackend:
    """A database file.

    All who write in this process use one connection after the other, which is kept; readers have some of their own.
    """

    kind = "sqlite"
    words: Mapping[str, str] = {
        "text": "TEXT",
        "counter": "INTEGER PRIMARY KEY AUTOINCREMENT",
        "clustered": " WITHOUT ROWID",
    }
    driver = sqlite3
    size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
    entries = "(SELECT e.type, e.time FROM users AS u CROSS JOIN events AS e ON e.user_id = u.user_id)"
    """User by user, whose entries are in the order of their times: an index of its own would cost every event more."""
    for_update = ""
    is_far = False
    skip_locked = ""

    def __init__(self, path: str, synchronous: str = "full") -> None:
        self.name = f"the database {path}"
        self._path = str(Path(path).absolute())
        pragmas = (*PRAGMAS, ("synchronous", synchronous))
        options = {"check_same_thread": False, "cached_statements": STATEMENTS}
        self.database = Connections(self._path, pragmas=pragmas, max_connections=None, **options)
        self._threads = Threads()
        self._turns = Turns()
        self._queue = Queue(self._path)
        self._writer: SqliteConnection | None = None
        self._keep_a_log()

    def open(self, writes: bool, alone: bool) -> SqliteConnection:
        """Begin a transaction; a writing one is the only one from the start, so that it never fails half-way."""
        self._threads.enter()
        try:
            return self._begin_writing() if writes else self._begin_reading()
        except BaseException:
            self._threads.leave()
            raise

    def _begin_reading(self) -> SqliteConnection:
        connection = self.database.take()
        try:
            connection.run("BEGIN")
        except BaseException:
            self.database.give(connection)
            raise
        return connection

    def _begin_writing(self) -> SqliteConnection:
        self._take_turn()
        try:
            return self._in_turn("BEGIN IMMEDIATE")
        except BaseException:
            self._turns.give()
            raise

    def _in_turn(self, statement: str) -> SqliteConnection:
        """The connection of those who write, once it has run a statement for which the file must be free."""
        connection = self._writer or self._keep_a_writer()
        self.database.check()
        if not self._queue.turn(lambda: connection.is_free(statement), BUSY_SECONDS):
            raise StoreUnavailable(f"{self.name} is busy: another process writes to it; try again")
        return connection

    def end(self, connection: SqliteConnection, keeps: bool) -> None:
        """Commit, or roll back, and let the next one in."""
        try:
            connection.end(keeps)
        finally:
            self._threads.leave()
            if connection is self._writer:
                self._turns.give()
            else:
                self.database.give(connection)

    def _keep_a_writer(self) -> SqliteConnection:
        self._writer = self.database.take()
        self._writer.run("PRAGMA busy_timeout = 0")
        return self._writer

    def scrub(self) -> None:
        """Write the file anew and empty the log beside it.

        Overwriting what is deleted (``secure_delete``) is not enough: pages keep copies of rows that once moved to
        another page. One erased user in ten could still be read in the file, measured with SQLite 3.40.
        """
        with self._alone(), Reported(self), self._apart() as connection:
            self._in_turn("VACUUM")
            busy = connection.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
        if busy:
            raise StoreUnavailable(f"{self.name} is read by others, what was erased is still in its files; try again")

    def copy(self, path: str) -> None:
        """Write all of it, as it is at one moment, to a new file; nobody waits for that. Raises FileExistsError."""
        target, begun = Path(path), Path(f"{path}.part")
        if target.exists():
            raise FileExistsError(EEXIST, "this file is there already", path)
        begun.unlink(missing_ok=True)
        with Reported(self), self._apart() as connection:
            connection.run("VACUUM INTO ?", (str(begun),))
        with begun.open("rb") as written:
            fsync(written.fileno())
        begun.rename(target)

    def _keep_a_log(self) -> None:
        """Switch the file to a write-ahead log, once and for all, with which readers never wait for the writer.

        While another process does the same, SQLite says at once that the file is locked, without waiting.
        """
        deadline = monotonic() + BUSY_SECONDS
        with Reported(self), self._apart() as connection:
            while True:
                try:
                    connection.run("PRAGMA journal_mode = wal")
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
        with suppress(StoreUnavailable), self._alone():
            self._queue.close()
            if self._writer:
                self.database.give(self._writer)
                self._writer = None
        close(self.database)

    @contextmanager
    def _apart(self) -> Iterator[SqliteConnection]:
        """A connection in no transaction."""
        connection = self.database.take()
        try:
            yield connection
        finally:
            self.database.give(connection)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The turn of one writer among those of this process."""
        self._take_turn()
        try:
            yield
        finally:
            self._turns.give()

    def _take_turn(self) -> None:
        if not self._turns.take(BUSY_SECONDS):
            raise StoreUnavailable(f"{self.name} is busy: others write to it; try again")


def _identity(path: str) -> tuple[int, int] | None:
    """What tells a file from another one of the same name."""
    try:
        found = stat(path)  # noqa: PTH116 - before every transaction, and a Path costs more than the call
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
