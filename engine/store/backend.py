"""What SQLite and PostgreSQL do each in their own way, and the transaction that both share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from time import monotonic, sleep
from typing import Any, Protocol

import peewee
from peewee import PeeweeException

from .protocol import StoreUnavailable
from .rows import Row
from .tables import Statement, Table

BUSY_SECONDS = 30
"""How long a writer waits for its turn."""


class Backend(Protocol):
    """One database, and how it is spoken to."""

    kind: str
    """Its kind, as URLs begin."""
    name: str
    """What a sentence calls it; no password in it."""
    database: Any
    """A pooled database of peewee."""
    words: Mapping[str, str]
    """Words of table definitions that differ."""
    size: str
    """A query for the bytes that the database takes."""
    for_update: str
    """What ends a query so that the rows which it finds are locked."""
    is_far: bool
    """Whether a question costs so much that several are better asked at once."""
    skip_locked: str
    """The same, but rows that others have locked are not found."""

    @property
    def driver(self) -> Any:
        """The module of the driver, with the exceptions that every driver has. Source: PEP 249, Exceptions."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query answers; parameters stand as ``?``."""

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """How many rows a statement touched."""

    def each(self, sql: str, rows: Sequence[Row]) -> None:
        """Run a statement for each of some rows."""

    def write(self, statement: Statement, table: Table, rows: Sequence[Row]) -> None:
        """Run a statement of ``tables`` for some rows, one at least."""

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows that must be new, one at least."""

    def sending(self, inserted: int) -> AbstractContextManager[Any]:
        """What is written in the block, so many new entries among it, may be sent off without waiting for answers."""

    def turn(self) -> AbstractContextManager[None]:
        """The turn of one writer of this process, where the database has one writer at a time."""

    def begin(self, writes: bool, alone: bool) -> Row | None:
        """Begin a transaction; if it is to be alone, once all others that write have ended.

        Number and version of the rule set in service, where they come by the way.
        """

    def reserve(self, users: Sequence[str]) -> bool:
        """Until the transaction ends nobody else makes these users; whether they may have been made just now."""

    def scrub(self) -> None:
        """Clear from the files what was deleted."""

    def copy(self, path: str) -> None:
        """Write all of it, as it is at one moment, to a new file. Raises ValueError where a tool of its own does."""

    def unavailable(self, error: Exception) -> StoreUnavailable:
        """What went wrong, and what to do."""

    def close(self) -> None: ...


@contextmanager
def transaction(backend: Backend, writes: bool, alone: bool = False) -> Iterator[Row | None]:
    """Commits when the block ends, rolls back on an exception; with what ``begin`` answers. Raises StoreUnavailable."""
    if not backend.database.is_closed():
        raise RuntimeError("this thread is in a transaction already")
    with backend.turn() if writes else nullcontext(), reported(backend):
        backend.database.connect()
        try:
            current = backend.begin(writes, alone)
            try:
                yield current
                backend.run("COMMIT")
            except BaseException:
                with suppress(PeeweeException, backend.driver.Error):
                    backend.run("ROLLBACK")
                raise
        finally:
            backend.database.close()


def close(database: Any) -> None:
    """Close a pool's connections, once the threads that use one are done: neither driver survives losing one meanwhile.

    What is still in use after BUSY_SECONDS ends with the process.
    """
    deadline = monotonic() + BUSY_SECONDS
    while database._in_use and monotonic() < deadline:
        sleep(0.005)
    database.close_idle()


@contextmanager
def reported(backend: Backend) -> Iterator[None]:
    """Faults of the database as the store's own; a fault of this program stays as it is."""
    driver = backend.driver
    try:
        yield
    except (peewee.IntegrityError, driver.IntegrityError) as error:
        raise ValueError(f"what is new is there already: {error}") from error
    except (peewee.DataError, peewee.NotSupportedError, peewee.ProgrammingError):
        raise
    except (driver.DataError, driver.NotSupportedError, driver.ProgrammingError):
        raise
    except (peewee.DatabaseError, peewee.InterfaceError, driver.Error) as error:
        raise backend.unavailable(error) from error
