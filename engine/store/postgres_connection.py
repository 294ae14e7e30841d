"""A connection to PostgreSQL: many rows in a statement."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import psycopg

from . import tables
from .rows import Row
from .tables import Statement, Table, chunks

FEWEST_COPIED = 8
"""Rows from which COPY costs less than a statement."""
NEW_USERS = 2
"""First key of the advisory locks of those who make users."""
BUCKETS = 64
"""New users are locked by parts of all that could be: as many as PostgreSQL has room for locks in every transaction.

Source: postgresql.org, Lock Management, max_locks_per_transaction.
"""


class PostgresConnection:
    """A connection in a transaction."""

    __slots__ = ("_current", "raw")

    def __init__(self, raw: Any, beginning: Sequence[str]) -> None:
        self.raw = raw
        cursor = raw.execute("; ".join(beginning))
        while cursor.nextset():
            pass
        self._current: Row | None = cursor.fetchone() if len(beginning) > 1 else None

    def end(self, keeps: bool) -> None:
        """Commit, or undo what the transaction wrote."""
        try:
            self.raw.execute("COMMIT" if keeps else "ROLLBACK")
        except psycopg.Error:
            with suppress(psycopg.Error):
                self.raw.execute("ROLLBACK")
            if keeps:
                raise

    def current(self) -> Row | None:
        """Number and version of the rule set in service."""
        return self._current or next(iter(self.rows(tables.CURRENT)), None)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query answers."""
        found: list[Row] = self.raw.execute(_native(sql), parameters).fetchall()
        return found

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """How many rows a statement touched."""
        return int(self.raw.execute(_native(sql), parameters).rowcount)

    def find(self, table: Table, keys: Sequence[Row], locked: bool = False) -> list[Row]:
        """The rows with these keys; locked in the order of their keys."""
        found: list[Row] = []
        ending = f" ORDER BY {', '.join('t.' + column for column in table.key)} FOR UPDATE OF t" if locked else ""
        for part in chunks(sorted(keys) if locked else keys, len(table.key)):
            found += self.rows(tables.select(table, len(part), ending), [value for key in part for value in key])
        return found

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows that must be new: by COPY, where it costs less."""
        if len(rows) < FEWEST_COPIED:
            self.write(tables.insert, table, rows)
            return
        with self.raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({table.columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, or replace those with the same key."""
        self.write(tables.upsert, table, rows)

    def update(self, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Set these columns of rows, each given as the new values and then the key."""
        with self.raw.cursor() as cursor:
            cursor.executemany(_native(tables.update(table, columns)), rows)

    def drop(self, table: Table, keys: Sequence[Row]) -> None:
        """Delete rows by their keys."""
        with self.raw.cursor() as cursor:
            cursor.executemany(_native(tables.delete(table)), keys)

    def write(self, statement: Statement, table: Table, rows: Sequence[Row]) -> None:
        """Run a statement for some rows, as many as it takes at once."""
        for part in chunks(rows, len(rows[0])):
            self.run(statement(table, len(part)), [value for row in part for value in row])

    def reserve(self, users: Sequence[str]) -> bool:
        """Lock users of whom there are no rows, all in one order; meanwhile somebody may have made them."""
        buckets = f"SELECT DISTINCT hashtext(name) & {BUCKETS - 1} AS bucket FROM unnest(?::text[]) AS name"
        ordered = f"SELECT pg_advisory_xact_lock({NEW_USERS}, bucket) FROM ({buckets} ORDER BY bucket) AS ordered"
        self.rows(ordered, (list(users),))
        return True


@lru_cache(maxsize=2048)
def _native(sql: str) -> str:
    return sql.replace("?", "%s")
