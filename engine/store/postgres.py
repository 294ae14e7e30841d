"""PostgreSQL: many writers at once, each alone with the users that it locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import psycopg
from peewee import InterfaceError, OperationalError
from playhouse.pool import PooledPostgresqlDatabase

from .backend import BUSY_SECONDS, reported
from .rows import Row
from .tables import OF_USERS

BEGIN_WRITING = f"BEGIN; SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"
BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresBackend:
    """A database of a PostgreSQL server."""

    words: Mapping[str, str] = {
        "text": 'TEXT COLLATE "C"',
        "counter": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "clustered": "",
    }
    errors: tuple[type[Exception], ...] = (psycopg.Error,)

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.name = f"the database {parts.path.lstrip('/')} at {parts.hostname or 'this machine'}"
        self.database = PooledPostgresqlDatabase(url, prefer_psycopg3=True, max_connections=None)
        self._vacuum: Thread | None = None

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query answers."""
        found: list[Row] = self.database.execute_sql(_native(sql), parameters).fetchall()
        return found

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """How many rows a statement touched."""
        return int(self.database.execute_sql(_native(sql), parameters).rowcount)

    def alone(self) -> AbstractContextManager[None]:
        """Writers need no turns."""
        return nullcontext()

    def begin(self, writes: bool) -> None:
        """Begin a transaction, on a new connection if the server has closed this one meanwhile."""
        statement = BEGIN_WRITING if writes else BEGIN_READING
        try:
            self.run(statement)
        except (OperationalError, InterfaceError):
            self.database.manual_close()
            self.database.connect()
            self.run(statement)

    def lock(self, names: Sequence[str]) -> None:
        """Take advisory locks, all in one order, so that two transactions never wait for each other."""
        hashes = "SELECT DISTINCT hashtextextended(name, 0) AS hash FROM unnest(?::text[]) AS name ORDER BY hash"
        self.rows(f"SELECT pg_advisory_xact_lock(hash) FROM ({hashes}) AS ordered", (list(names),))

    def scrub(self) -> None:
        """Start a vacuum, which goes on when this returns."""
        self._vacuum = Thread(target=self._clear, name="vacuum")
        self._vacuum.start()

    def _clear(self) -> None:
        with reported(self), self.database.connection_context():
            self.run("VACUUM (ANALYZE) " + ", ".join(table.name for table in OF_USERS))

    def sentence(self, error: Exception) -> str:
        """What went wrong, and what to do."""
        reason = (str(error).splitlines() or ["no reason given"])[0]
        return f"{self.name} cannot be used now: {reason}; try again"

    def close(self) -> None:
        """Close all connections."""
        if self._vacuum:
            self._vacuum.join()
        self.database.close_all()


@lru_cache(maxsize=2048)
def _native(sql: str) -> str:
    return sql.replace("?", "%s")
