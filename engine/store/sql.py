"""A store in a database: one schema and one set of queries, over SQLite or PostgreSQL."""

from __future__ import annotations

from functools import partial

from .backend import Backend, Block
from .migrations import migrate
from .sql_transaction import SqlTransaction


class SqlStore:
    """Everything in a database. Raises StoreUnavailable, and StoreOutdated when it is opened."""

    def __init__(self, backend: Backend, url: str | None = None) -> None:
        self.url = url
        self._backend = backend
        self._written = partial(SqlTransaction, backend, True)
        self._read = partial(SqlTransaction, backend, False)
        migrate(backend)

    def writing(self, alone: bool = False) -> Block[SqlTransaction]:
        """A transaction that is durable when the block has ended, and undone on an exception."""
        return Block(self._backend, self._written, True, alone)

    def reading(self) -> Block[SqlTransaction]:
        """A view of one moment."""
        return Block(self._backend, self._read, False)

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
