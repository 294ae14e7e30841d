"""PostgreSQL: many writers at once, each alone with the users that it locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import psycopg

from . import tables
from .backend import BUSY_SECONDS, close, reported
from .pool import Pool
from .protocol import StoreConflict, StoreUnavailable
from .rows import Row
from .tables import OF_USERS, Statement, Table, chunks

IDLE_SECONDS = 300
"""How long a writer may think between two statements: one that froze must not keep its users locked for ever."""
FEWEST_COPIED = 8
"""Rows from which COPY costs less than a statement."""
WRITERS, NEW_USERS = 1, 2
"""First keys of the advisory locks: of those who write, and of those who make users."""
BUCKETS = 64
"""New users are locked by parts of all that could be: as many as PostgreSQL has room for locks in every transaction.

Source: postgresql.org, Lock Management, max_locks_per_transaction.
"""
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
    for_update = " FOR UPDATE"
    is_far = True
    skip_locked = " FOR UPDATE SKIP LOCKED"

    def __init__(self, url: str) -> None:
        self.database = Pool(url)
        parts = urlsplit(url)
        self.name = f"the database {parts.path.lstrip('/')} at {parts.hostname or 'this machine'}"
        self._vacuum: Thread | None = None

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query answers."""
        found: list[Row] = self.database.connection().execute(_native(sql), parameters).fetchall()
        return found

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """How many rows a statement touched."""
        return int(self.database.connection().execute(_native(sql), parameters).rowcount)

    def each(self, sql: str, rows: Sequence[Row]) -> None:
        """Run a statement for each of some rows, without waiting for one answer after the other."""
        with self.database.connection().cursor() as cursor:
            cursor.executemany(_native(sql), rows)

    def write(self, statement: Statement, table: Table, rows: Sequence[Row]) -> None:
        """Run a statement for some rows, as many as it takes at once."""
        for part in chunks(rows, len(rows[0])):
            self.run(statement(table, len(part)), [value for row in part for value in row])

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows that must be new: by COPY, where it costs less."""
        if len(rows) < FEWEST_COPIED:
            self.write(tables.insert, table, rows)
            return
        with (
            self.database.connection().cursor() as cursor,
            cursor.copy(f"COPY {table.name} ({table.columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def turn(self) -> AbstractContextManager[None]:
        """Writers need no turns."""
        return nullcontext()

    def sending(self, inserted: int) -> AbstractContextManager[Any]:
        """Statements are sent one after the other, and answered together; beside COPY that cannot be done."""
        if inserted >= FEWEST_COPIED or not psycopg.Pipeline.is_supported():
            return nullcontext()
        pipeline: AbstractContextManager[Any] = self.database.connection().pipeline()
        return pipeline

    def begin(self, writes: bool, alone: bool) -> Row | None:
        """Begin a transaction, on a new connection if the server has closed this one meanwhile.

        All who write share a lock, which only a transaction has to itself that is to be alone.
        """
        shares = writes and not alone
        statement = BEGIN_WRITING.format(shared="_shared" if shares else "") if writes else BEGIN_READING
        statements = f"{statement}; {tables.CURRENT}" if shares else statement
        try:
            cursor = self.database.connection().execute(statements)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            if not self.database.is_lost():
                raise
            self.database.connect_anew()
            cursor = self.database.connection().execute(statements)
        while cursor.nextset():
            pass
        return cursor.fetchone() if shares else None

    def reserve(self, users: Sequence[str]) -> bool:
        """Lock users of whom there are no rows, all in one order; meanwhile somebody may have made them."""
        buckets = f"SELECT DISTINCT hashtext(name) & {BUCKETS - 1} AS bucket FROM unnest(?::text[]) AS name"
        ordered = f"SELECT pg_advisory_xact_lock({NEW_USERS}, bucket) FROM ({buckets} ORDER BY bucket) AS ordered"
        self.rows(ordered, (list(users),))
        return True

    def scrub(self) -> None:
        """Start a vacuum, which goes on when this returns."""
        self._vacuum = Thread(target=self._clear, name="vacuum")
        self._vacuum.start()

    def _clear(self) -> None:
        with reported(self), self.database.connection_context():
            self.run("VACUUM (ANALYZE) " + ", ".join(table.name for table in OF_USERS))

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


@lru_cache(maxsize=2048)
def _native(sql: str) -> str:
    return sql.replace("?", "%s")
