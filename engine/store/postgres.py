"""PostgreSQL: many writers at once, each alone with the users that it locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Thread
from urllib.parse import urlsplit

import psycopg

from . import tables
from .backend import BUSY_SECONDS, Reported, Threads, close
from .pool import Pool, is_lost
from .postgres_connection import PostgresConnection
from .protocol import StoreConflict, StoreUnavailable
from .tables import OF_USERS

IDLE_SECONDS = 300
"""How long a writer may think between two statements: one that froze must not keep its users locked for ever."""
WRITERS = 1
"""First key of the advisory lock of those who write."""
BEGIN_WRITING = (
    f"BEGIN; SET LOCAL lock_timeout = '{BUSY_SECONDS}s'; SET LOCAL idle_in_transaction_session_timeout = "
    f"'{IDLE_SECONDS}s'; SELECT pg_advisory_xact_lock{{shared}}({WRITERS}, hashtext(current_schema()))"
)
BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
GAVE_WAY = frozenset({"40001", "40P01"})
"""A transaction that could not be serialised, and one that was in a deadlock. Source: postgresql.org, Error Codes."""


class PostgresBackend:
    """A database of a PostgreSQL server."""

    kind = "postgresql"
    words: Mapping[str, str] = {
        "text": 'TEXT COLLATE "C"',
        "counter": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "clustered": "",
    }
    driver = psycopg
    size = "SELECT pg_database_size(current_database())"
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    for_update = " FOR UPDATE"
    is_far = True
    skip_locked = " FOR UPDATE SKIP LOCKED"

    def __init__(self, url: str) -> None:
        self.database = Pool(url)
        self._threads = Threads()
        parts = urlsplit(url)
        self.name = f"the database {parts.path.lstrip('/')} at {parts.hostname or 'this machine'}"
        self._vacuum: Thread | None = None

    def open(self, writes: bool, alone: bool) -> PostgresConnection:
        """Begin a transaction, on a new connection if the server has closed this one meanwhile.

        All who write share a lock, which only a transaction has to itself that is to be alone.
        """
        self._threads.enter()
        try:
            return self._begun(_beginning(writes, alone))
        except BaseException:
            self._threads.leave()
            raise

    def _begun(self, statements: Sequence[str]) -> PostgresConnection:
        raw = self.database.take()
        try:
            return PostgresConnection(raw, statements)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self.database.drop(raw)
            if not is_lost(raw):
                raise
        except BaseException:
            self.database.drop(raw)
            raise
        raw = self.database.take_new()
        try:
            return PostgresConnection(raw, statements)
        except BaseException:
            self.database.drop(raw)
            raise

    def end(self, connection: PostgresConnection, keeps: bool) -> None:
        """Commit, or roll back; on the disk when this returns."""
        try:
            connection.end(keeps)
        finally:
            self._threads.leave()
            self.database.give(connection.raw)

    def scrub(self) -> None:
        """Start a vacuum, which goes on when this returns."""
        self._vacuum = Thread(target=self._clear, name="vacuum")
        self._vacuum.start()

    def _clear(self) -> None:
        with Reported(self):
            raw = self.database.take()
            try:
                raw.execute("VACUUM (ANALYZE) " + ", ".join(table.name for table in OF_USERS))
            finally:
                self.database.give(raw)

    def copy(self, path: str) -> None:
        """PostgreSQL's own tool does that. Raises ValueError."""
        raise ValueError(f"{self.name} is copied with pg_dump")

    def unavailable(self, error: Exception) -> StoreUnavailable:
        """What went wrong, and what to do."""
        reason = (str(error).splitlines() or ["no reason given"])[0]
        fault = StoreConflict if _code(error) in GAVE_WAY else StoreUnavailable
        return fault(f"{self.name} cannot be used now: {reason}; try again")

    def close(self) -> None:
        """Close all connections, once those who use one are done."""
        if self._vacuum:
            self._vacuum.join()
        close(self.database)


def _code(error: Exception) -> str | None:
    """What PostgreSQL calls an error, also one that peewee wrapped."""
    return getattr(getattr(error, "orig", error), "sqlstate", None)


def _beginning(writes: bool, alone: bool) -> Sequence[str]:
    if not writes:
        return (BEGIN_READING,)
    if alone:
        return (BEGIN_WRITING.format(shared=""),)
    return (BEGIN_WRITING.format(shared="_shared"), tables.CURRENT)
