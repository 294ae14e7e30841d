"""A store in a database: one schema and one set of queries, over SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .backend import Backend, transaction
from .migrations import migrate
from .sql_transaction import SqlTransaction


class SqlStore:
    """Everything in a database. Raises StoreUnavailable, and StoreOutdated when it is opened."""

    def __init__(self, backend: Backend, url: str | None = None) -> None:
        self.url = url
        self._backend = backend
        migrate(backend)

    @contextmanager
    def writing(self, alone: bool = False) -> Iterator[SqlTransaction]:
        """A transaction that is durable when the block has ended, and undone on an exception."""
        with transaction(self._backend, writes=True, alone=alone) as current:
            yield SqlTransaction(self._backend, writes=True, current=current)

    @contextmanager
    def reading(self) -> Iterator[SqlTransaction]:
        """A view of one moment."""
        with transaction(self._backend, writes=False):
            yield SqlTransaction(self._backend, writes=False)

    def scrub(self) -> None:
        """Clear what was erased from the files, also what an earlier process erased and did not come to clear."""
        with self.reading() as reading:
            erased, clear = reading.erasures()
        if erased == clear:
            return
        self._backend.scrub()
        with self.writing() as writing:
            writing.scrubbed(erased)

    def copy(self, path: str) -> None:
        """Write all of it, as it is at one moment, to a new file. Raises ValueError, FileExistsError."""
        self._backend.copy(path)

    def close(self) -> None:
        """Close all connections."""
        self._backend.close()
