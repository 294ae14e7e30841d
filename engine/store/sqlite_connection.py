"""A connection to SQLite: statements are compiled once and run row by row, which costs less there than many at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from . import tables
from .backend import Wanted
from .rows import Row
from .tables import Statement, Table

STEPS = (64, 8, 1)
"""How many keys are looked for at once: a statement is compiled for each of these counts, and no more."""


class SqliteConnection:
    """A connection to the file, in one transaction after the other."""

    __slots__ = ("_cursor", "_execute", "_fetch", "raw")

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw
        self._cursor = raw.cursor()
        self._execute = self._cursor.execute
        self._fetch = self._cursor.fetchall

    def is_free(self, statement: str) -> bool:
        """Run a statement for which the file must be free; whether it was."""
        try:
            self._execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    def end(self, keeps: bool) -> None:
        """Commit, or undo what the transaction wrote."""
        try:
            self._execute("COMMIT" if keeps else "ROLLBACK")
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self._execute("ROLLBACK")
            if keeps:
                raise

    def current(self) -> Row | None:
        """Number and version of the rule set in service."""
        return next(iter(self.rows(tables.CURRENT)), None)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query answers."""
        self._execute(sql, parameters)
        return self._fetch()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """How many rows a statement touched."""
        return self._execute(sql, parameters).rowcount

    def find(self, table: Table, keys: Sequence[Row], locked: bool = False) -> list[Row]:
        """The rows with these keys; there is one writer anyway."""
        if len(keys) == 1:
            return self.rows(tables.select(table, 1), keys[0])
        found: list[Row] = []
        for part in _parts(keys):
            found += self.rows(tables.select(table, len(part)), [value for key in part for value in key])
        return found

    def find_all(self, wanted: Sequence[Wanted]) -> list[list[Row]]:
        """The same of several tables."""
        return [self.find(*each) for each in wanted]

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows that must be new."""
        self._each(tables.insert(table, 1), rows)

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, or replace those with the same key."""
        self._each(tables.upsert(table, 1), rows)

    def update(self, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Set these columns of rows, each given as the new values and then the key."""
        self._each(tables.update(table, columns), rows)

    def drop(self, table: Table, keys: Sequence[Row]) -> None:
        """Delete rows by their keys."""
        self._each(tables.delete(table), keys)

    def write(self, statement: Statement, table: Table, rows: Sequence[Row]) -> None:
        """Run a statement for some rows, one by one."""
        self._each(statement(table, 1), rows)

    def reserve(self, users: Sequence[str]) -> bool:
        """There is one writer anyway."""
        return False

    def _each(self, sql: str, rows: Sequence[Row]) -> None:
        if len(rows) == 1:
            self._execute(sql, rows[0])
        else:
            self._cursor.executemany(sql, rows)


def _parts(keys: Sequence[Row]) -> Iterator[Sequence[Row]]:
    start = 0
    for count in STEPS:
        while len(keys) - start >= count:
            yield keys[start : start + count]
            start += count
