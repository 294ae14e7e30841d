"""From a database URL to a store."""

from __future__ import annotations

import re

from .memory import MemoryStore
from .protocol import Store, StoreUnavailable
from .sql import SqlStore
from .sqlite import SqliteBackend

EXAMPLES = "sqlite:///badges.db, sqlite:////var/lib/badges.db, postgresql://user:password@host/name or memory://"


def open_store(url: str) -> Store:
    """The store of a URL, its tables brought up to date.

    Raises ValueError for a URL that is none, StoreUnavailable if there is no such database to reach,
    StoreOutdated if it is not of this version.
    """
    scheme, found, rest = url.partition("://")
    if scheme == "memory" and not rest and found:
        return MemoryStore()
    if scheme == "sqlite" and len(rest) > 1 and rest.startswith("/") and rest != "/:memory:":
        path, synchronous = _synchronous(rest[1:])
        return SqlStore(SqliteBackend(path, synchronous), url)
    if scheme in ("postgresql", "postgres") and found:
        return _postgres("postgresql://" + rest)
    raise ValueError(f"the database URL must be such as {EXAMPLES}")


def _synchronous(path: str) -> tuple[str, str]:
    """A path without ``?synchronous=normal`` behind it, and how surely a commit is on the disk when it returns."""
    found = re.fullmatch(r"(.+)\?synchronous=(full|normal)", path)
    return (found[1], found[2]) if found else (path, "full")


def _postgres(url: str) -> Store:
    try:
        from .postgres import PostgresBackend
    except ImportError as error:
        raise StoreUnavailable("PostgreSQL needs a driver: install this program with its extra `postgres`") from error
    return SqlStore(PostgresBackend(url), url)
