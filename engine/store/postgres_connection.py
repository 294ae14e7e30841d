"""A connection to PostgreSQL: statements wait for each other and go together, many rows are one parameter of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import lru_cache
from itertools import chain
from typing import Any

import psycopg
from msgspec.json import encode
from psycopg.pq import TransactionStatus

from . import tables
from .backend import Wanted
from .rows import Row
from .tables import EVENTS, Table
from .wire import Statement, Wire, is_lost

FEWEST_TOGETHER = 6
"""Rows from which one statement for all of them costs less than one, planned before, for each."""
FEWEST_COPIED = 8
"""Rows from which COPY costs less than statements."""
NEW_USERS = 2
"""First key of the advisory locks of those who make users."""
BUCKETS = 64
"""New users are locked by parts of all that could be: as many as PostgreSQL has room for locks in every transaction.

Source: postgresql.org, Lock Management, max_locks_per_transaction.
"""
RESERVE = f"""SELECT pg_advisory_xact_lock({NEW_USERS}, bucket) FROM (
    SELECT DISTINCT hashtext(name) & {BUCKETS - 1} AS bucket FROM json_array_elements_text(?::json) AS name
    ORDER BY bucket
) AS ordered"""
COPY_EVENTS = f"COPY events ({EVENTS.columns}) FROM STDIN (FORMAT BINARY)"
EVENT_TYPES = ("text", "text", "text", "text", "int8", "int4", "text", "int4", "int8", "text", "text")

Take = Callable[[Any], tuple[Any, Wire]]
"""A connection, with its wire, in place of one that was lost."""


class PostgresConnection:
    """A connection in a transaction.

    Statements whose answer nobody needs are kept until one is needed, or the transaction ends, and go with that. So the
    transaction begins with its first question; if the server has closed the connection until then, on another one.
    """

    __slots__ = ("_begins_with_rules", "_copying", "_current", "_is_begun", "_kept", "_take", "_wire", "_writes", "raw")

    def __init__(self, raw: Any, wire: Wire, take: Take, begin: Sequence[str], writes: bool) -> None:
        self.raw = raw
        self._wire = wire
        self._take = take
        self._kept: list[Statement] = [(sql, (), True) for sql in begin]
        self._writes = writes
        """Then rows are found by their keys, however many there are, and plans for that are kept."""
        self._is_begun = False
        self._begins_with_rules = begin[-1] == tables.CURRENT
        self._current: Row | None = None
        self._copying: ExitStack | None = None

    def begin(self) -> None:
        """Begin, if that has not been yet."""
        if not self._is_begun:
            self._ask([])

    def end(self, keeps: bool) -> None:
        """Commit, or undo what the transaction wrote."""
        try:
            if keeps:
                self.begin()
                self._ask([("COMMIT", (), True)])
            elif self._copying:
                self._give_up_copy(self._copying)
        finally:
            if self.raw.pgconn.transaction_status != TransactionStatus.IDLE:
                self._roll_back()

    @staticmethod
    def _give_up_copy(copying: ExitStack) -> None:
        undone = psycopg.Error("the transaction is undone")
        with suppress(psycopg.Error):
            copying.__exit__(type(undone), undone, None)

    def _roll_back(self) -> None:
        with suppress(psycopg.Error):
            if self._wire.is_idle:
                self._wire.exchange([("ROLLBACK", (), True)])
                return
        self.raw.close()

    def current(self) -> Row | None:
        """Number and version of the rule set in service."""
        self.begin()
        if self._begins_with_rules:
            return self._current
        return next(iter(self._ask([(tables.CURRENT, (), True)])[-1]), None)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query answers."""
        found: list[Row] = self._alone(sql, parameters).fetchall()
        return found

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """How many rows a statement touched."""
        return int(self._alone(sql, parameters).rowcount)

    def find(self, table: Table, keys: Sequence[Row], locked: bool = False) -> list[Row]:
        """The rows with these keys; locked in the order of their keys."""
        return self.find_all([(table, keys, locked)])[0]

    def find_all(self, wanted: Sequence[Wanted]) -> list[list[Row]]:
        """The rows of several tables."""
        statements = [_finding(*each, planned=self._writes) for each in wanted]
        answers = iter(self._ask(list(chain(*statements)))[-sum(map(len, statements)) :])
        return [[row for _ in some for row in next(answers)] for some in statements]

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows that must be new: events by COPY, where it costs less."""
        if table is not EVENTS or len(rows) < FEWEST_COPIED:
            self._each(tables.insert(table, 1), rows)
            return
        self._ask([])
        self._copying = ExitStack()
        cursor = self._copying.enter_context(self.raw.cursor())
        copy = self._copying.enter_context(cursor.copy(COPY_EVENTS))
        copy.set_types(EVENT_TYPES)
        for row in rows:
            copy.write_row(row)

    def _copied(self) -> None:
        """Wait for the end of a COPY, which the server has been at while this program went on."""
        copying, self._copying = self._copying, None
        if copying:
            copying.close()

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, or replace those with the same key."""
        columns = (*table.key, *table.rest)
        self._send(tables.upsert(table, 1), _putting(table), columns, rows)

    def update(self, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Set these columns of rows, each given as the new values and then the key."""
        self._send(tables.update(table, columns), _updating(table, columns), (*columns, *table.key), rows)

    def drop(self, table: Table, keys: Sequence[Row]) -> None:
        """Delete rows by their keys."""
        self._send(tables.delete(table), _dropping(table), table.key, keys)

    def write(self, statement: Callable[[Table, int], str], table: Table, rows: Sequence[Row]) -> None:
        """Run a statement for some rows."""
        self._each(statement(table, 1), rows)

    def reserve(self, users: Sequence[str]) -> bool:
        """Lock users of whom there are no rows, all in one order; meanwhile somebody may have made them."""
        self._kept.append((RESERVE, (encode(users),), True))
        return True

    def _send(self, one: str, many: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        if len(rows) < FEWEST_TOGETHER:
            self._each(one, rows)
        else:
            self._kept.append((many, (_json(columns, rows),), True))

    def _each(self, sql: str, rows: Sequence[Row]) -> None:
        self._kept += [(sql, row, True) for row in rows]

    def _alone(self, sql: str, parameters: Sequence[Any]) -> Any:
        """Run a statement after those that are kept."""
        self._ask([])
        return self.raw.execute(sql.replace("?", "%s"), parameters)

    def _ask(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """What the statements that were kept answer, and these."""
        self._copied()
        sent = [*self._kept, *statements]
        if not sent:
            return []
        try:
            answers = self._wire.exchange(sent)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            if self._is_begun or not is_lost(self.raw):
                raise
            self.raw, self._wire = self._take(self.raw)
            answers = self._wire.exchange(sent)
        finally:
            self._kept.clear()
        if not self._is_begun and self._begins_with_rules:
            self._current = next(iter(answers[2]), None)
        self._is_begun = True
        return answers


def _finding(table: Table, keys: Sequence[Row], locked: bool, planned: bool) -> list[Statement]:
    if locked:
        keys = sorted(keys)
    ending = f" ORDER BY {', '.join('t.' + column for column in table.key)} FOR UPDATE OF t" if locked else ""
    if len(keys) < FEWEST_TOGETHER:
        return [(tables.select(table, 1, ending), key, True) for key in keys]
    if len(table.key) == 1:
        return [(_among(table) + ending, (encode([key for (key,) in keys]),), planned)]
    wanted = f"WITH wanted AS MATERIALIZED (SELECT {', '.join(table.key)} FROM {_given(table)})"
    return [(f"{wanted} {tables.matching(table)}{ending}", (_json(table.key, keys),), planned)]


def _among(table: Table) -> str:
    """Rows by their keys of one column."""
    among = "ANY(ARRAY(SELECT json_array_elements_text(?::json)))"
    return f"SELECT {table.columns} FROM {table.name} AS t WHERE {table.key[0]} = {among}"


def _json(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Many rows as one parameter, whose types the table gives."""
    return encode([dict(zip(columns, row, strict=True)) for row in rows])


def _given(table: Table) -> str:
    return f"json_populate_recordset(NULL::{table.name}, ?::json)"


@lru_cache
def _putting(table: Table) -> str:
    return tables.upsert(table, 1).replace(tables.values(table), f"SELECT {table.columns} FROM {_given(table)}")


@lru_cache
def _updating(table: Table, columns: tuple[str, ...]) -> str:
    sets = ", ".join(f"{column} = given.{column}" for column in columns)
    return f"UPDATE {table.name} AS t SET {sets} FROM {_given(table)} AS given WHERE {_same(table)}"


@lru_cache
def _dropping(table: Table) -> str:
    return f"DELETE FROM {table.name} AS t USING {_given(table)} AS given WHERE {_same(table)}"


def _same(table: Table) -> str:
    return " AND ".join(f"t.{column} = given.{column}" for column in table.key)
