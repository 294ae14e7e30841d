"""A store of plain dictionaries: for scenarios, for tests, and for trying rules without a database.

It keeps the same rows as a database does, so that nothing is shared with its callers by accident.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident

from .journal import Journal, Tables
from .memory_transaction import MemoryTransaction


class MemoryStore:
    """Everything in this process, one transaction at a time."""

    url: str | None = None

    def __init__(self) -> None:
        self._tables = Tables()
        self._lock = Lock()
        self._owner: int | None = None

    @contextmanager
    def writing(self, alone: bool = False) -> Iterator[MemoryTransaction]:
        """A transaction that is undone on an exception; it always is alone."""
        journal = Journal()
        with self._alone():
            try:
                yield MemoryTransaction(self._tables, journal)
            except BaseException:
                journal.undo()
                raise

    @contextmanager
    def reading(self) -> Iterator[MemoryTransaction]:
        """A view that nobody changes meanwhile."""
        with self._alone():
            yield MemoryTransaction(self._tables, None)

    def scrub(self) -> None:
        """Nothing is in files."""

    def copy(self, path: str) -> None:
        """Nothing is in files. Raises ValueError."""
        raise ValueError("what is in memory has no copy")

    def close(self) -> None:
        """Nothing is open."""

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._owner == get_ident():
            raise RuntimeError("this thread is in a transaction already")
        with self._lock:
            self._owner = get_ident()
            try:
                yield
            finally:
                self._owner = None
