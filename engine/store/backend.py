"""What SQLite and PostgreSQL do each in their own way, and the transaction that both share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import get_ident
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar

import peewee

from .protocol import StoreUnavailable
from .rows import Row
from .tables import Statement, Table

BUSY_SECONDS = 30
"""How long a writer waits for its turn."""
T = TypeVar("T")
Wanted = tuple[Table, Sequence[Row], bool]
"""A table, keys of its rows, and whether these are to be locked."""


class Connection(Protocol):
    """A connection that is in a transaction; parameters of statements stand as ``?``."""

    def current(self) -> Row | None:
        """Number and version of the rule set in service."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query answers."""

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """How many rows a statement touched."""

    def find(self, table: Table, keys: Sequence[Row], locked: bool = False) -> list[Row]:
        """The rows with these keys; locked, where several can write, in the order of their keys."""

    def find_all(self, wanted: Sequence[Wanted]) -> list[list[Row]]:
        """The same of several tables, asked together."""

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows that must be new."""

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, or replace those with the same key; no key twice."""

    def update(self, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Set these columns of rows, each given as the new values and then the key; no key twice."""

    def drop(self, table: Table, keys: Sequence[Row]) -> None:
        """Delete rows by their keys."""

    def write(self, statement: Statement, table: Table, rows: Sequence[Row]) -> None:
        """Run a statement of ``tables`` for some rows."""

    def reserve(self, users: Sequence[str]) -> bool:
        """Until the transaction ends nobody else makes these users; whether they may have been made just now."""


class Backend(Protocol):
    """One database, and how it is spoken to."""

    kind: str
    """Its kind, as URLs begin."""
    name: str
    """What a sentence calls it; no password in it."""
    words: Mapping[str, str]
    """Words of table definitions that differ."""
    size: str
    """A query for the bytes that the database takes."""
    tables: str
    """A query for the names of all tables."""
    entries: str
    """What a query reads that asks for types and times of entries from an instant on, whoever's they are."""
    for_update: str
    """What ends a query so that the rows which it finds are locked."""
    is_far: bool
    """Whether a question costs so much that several are better asked at once."""
    skip_locked: str
    """The same, but rows that others have locked are not found."""

    @property
    def driver(self) -> Any:
        """The module of the driver, with the exceptions that every driver has. Source: PEP 249, Exceptions."""

    def open(self, writes: bool, alone: bool) -> Connection:
        """Begin a transaction; if it is to be alone, once all others that write have ended."""

    def end(self, connection: Any, keeps: bool) -> None:
        """End a transaction: what it wrote is on the disk when this returns, or undone."""

    def scrub(self) -> None:
        """Clear from the files what was deleted."""

    def copy(self, path: str) -> None:
        """Write all of it, as it is at one moment, to a new file. Raises ValueError where a tool of its own does."""

    def unavailable(self, error: Exception) -> StoreUnavailable:
        """What went wrong, and what to do."""

    def close(self) -> None: ...


class Block(Generic[T]):
    """A transaction as a block: it commits when the block ends, and is undone on an exception.

    Raises StoreUnavailable.
    """

    __slots__ = ("_alone", "_backend", "_connection", "_made", "_writes")

    def __init__(self, backend: Backend, made: Callable[[Connection], T], writes: bool, alone: bool = False) -> None:
        self._backend = backend
        self._made = made
        self._writes = writes
        self._alone = alone
        self._connection: Connection | None = None

    def __enter__(self) -> T:
        with Reported(self._backend):
            self._connection = self._backend.open(self._writes, self._alone)
        return self._made(self._connection)

    def __exit__(self, kind: Any, error: BaseException | None, trace: TracebackType | None) -> None:
        with Reported(self._backend):
            self._backend.end(self._connection, keeps=error is None)
        _report(self._backend, error)


def transaction(backend: Backend, writes: bool, alone: bool = False) -> Block[Connection]:
    """A transaction in which a database is spoken to as it is."""
    return Block(backend, lambda connection: connection, writes, alone)


class Threads:
    """The threads that are in a transaction: each in one at a time."""

    def __init__(self) -> None:
        self._inside: set[int] = set()

    def enter(self) -> None:
        """Raises RuntimeError if this thread is in a transaction already."""
        thread = get_ident()
        if thread in self._inside:
            raise RuntimeError("this thread is in a transaction already")
        self._inside.add(thread)

    def leave(self) -> None:
        """The transaction has ended."""
        self._inside.discard(get_ident())


def close(database: Any) -> None:
    """Close a pool's connections, once the threads that use one are done: neither driver survives losing one meanwhile.

    What is still in use after BUSY_SECONDS ends with the process.
    """
    deadline = monotonic() + BUSY_SECONDS
    while database._in_use and monotonic() < deadline:
        sleep(0.005)
    database.close_idle()


class Reported:
    """Faults of the database in a block as the store's own; a fault of this program stays as it is."""

    __slots__ = ("_backend",)

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: TracebackType | None) -> None:
        _report(self._backend, error)


def _report(backend: Backend, error: BaseException | None) -> None:
    """Raise a fault of the database as the store's own."""
    fault = _fault_of(backend, error) if isinstance(error, Exception) else error
    if fault is not None and fault is not error:
        raise fault from error


def _fault_of(backend: Backend, error: Exception) -> Exception:
    driver = backend.driver
    if isinstance(error, (peewee.IntegrityError, driver.IntegrityError)):
        return ValueError(f"what is new is there already: {error}")
    if isinstance(error, (peewee.DataError, peewee.NotSupportedError, peewee.ProgrammingError)):
        return error
    if isinstance(error, (driver.DataError, driver.NotSupportedError, driver.ProgrammingError)):
        return error
    if isinstance(error, (peewee.DatabaseError, peewee.InterfaceError, driver.Error)):
        return backend.unavailable(error)
    return error
