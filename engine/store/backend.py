"""What SQLite and PostgreSQL do each in their own way, and the transaction that both share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from time import monotonic, sleep
from typing import Any, Protocol

from peewee import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    PeeweeException,
    ProgrammingError,
)

from .protocol import StoreUnavailable
from .rows import Row

BUSY_SECONDS = 30
"""How long a writer waits for its turn."""


class Backend(Protocol):
    """One database, and how it is spoken to."""

    name: str
    """What a sentence calls it; no password in it."""
    database: Any
    """A pooled database of peewee."""
    words: Mapping[str, str]
    """Words of table definitions that differ."""
    errors: tuple[type[Exception], ...]
    """Of the driver itself: while rows are fetched they are not wrapped."""
    size: str
    """A query for the bytes that the database takes."""
    for_update: str
    """What ends a query so that the rows which it finds are locked."""
    skip_locked: str
    """The same, but rows that others have locked are not found."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query answers; parameters stand as ``?``."""

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """How many rows a statement touched."""

    def turn(self) -> AbstractContextManager[None]:
        """The turn of one writer of this process, where the database has one writer at a time."""

    def begin(self, writes: bool, alone: bool) -> None:
        """Begin a transaction; if it is to be alone, once all others that write have ended."""

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
def transaction(backend: Backend, writes: bool, alone: bool = False) -> Iterator[None]:
    """Commits when the block ends, rolls back on an exception. Raises StoreUnavailable."""
    if not backend.database.is_closed():
        raise RuntimeError("this thread is in a transaction already")
    with backend.turn() if writes else nullcontext(), reported(backend):
        backend.database.connect()
        try:
            backend.begin(writes, alone)
            try:
                yield
                backend.run("COMMIT")
            except BaseException:
                with suppress(PeeweeException, *backend.errors):
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
    faults: tuple[type[Exception], ...] = (DatabaseError, InterfaceError, *backend.errors)
    try:
        yield
    except IntegrityError as error:
        raise ValueError(f"what is new is there already: {error}") from error
    except faults as error:
        if isinstance(error, DataError | NotSupportedError | ProgrammingError):
            raise
        raise backend.unavailable(error) from error
