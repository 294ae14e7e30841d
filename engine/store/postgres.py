"""PostgreSQL: many writers at once, each alone with the users that it locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Thread
from urllib.parse import urlsplit

import psycopg

from . import tables
from .backend import BUSY_SECONDS, Reported, Threads, close
from .pool import Pool
from .postgres_connection import PostgresConnection
from .protocol import StoreConflict, StoreUnavailable
from .tables import OF_USERS

WRITING = {
    "lock_timeout": f"{BUSY_SECONDS}s",
    # How long a writer may think between two statements: one that froze must not keep its users locked for ever.
    "idle_in_transaction_session_timeout": "300s",
    # Rows are found by their keys, however small a table is: so a plan that is kept stays right as the table grows.
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}
"""What holds in a transaction that writes."""
WRITERS = 1
"""First key of the advisory lock of those who write."""
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
    entries = "events"
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
        """Begin a transaction.

        All who write share a lock, which only a transaction has to itself that is to be alone.
        """
        self._threads.enter()
        try:
            raw, wire = self.database.take()
        except BaseException:
            self._threads.leave()
            raise
        connection = PostgresConnection(raw, wire, self.database.replace, _beginning(writes, alone), writes)
        if alone:
            self._begin_at_once(connection)
        return connection

    def _begin_at_once(self, connection: PostgresConnection) -> None:
        try:
            connection.begin()
        except BaseException:
            self.end(connection, keeps=False)
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
            raw, _ = self.database.take()
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
    limits = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in WRITING.items())
    lock = f"pg_advisory_xact_lock{'' if alone else '_shared'}({WRITERS}, hashtext(current_schema()))"
    begin = ("BEGIN", f"SELECT {limits}, {lock}")
    return begin if alone else (*begin, tables.CURRENT)
