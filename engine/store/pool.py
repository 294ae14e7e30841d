"""Connections to PostgreSQL, kept for the next transaction; one that is lost is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from playhouse.pool import PooledPostgresqlDatabase
from psycopg import OperationalError, ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from .wire import Wire

DEFAULTS: Mapping[str, Any] = {
    "application_name": "badges",
    "client_encoding": "utf8",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""So that a server which is cut off is noticed within a minute; the URL may say otherwise."""
REST_SECONDS = 1.0
"""After an attempt in vain nobody else tries for so long: attempts come one after the other, and each may take long."""


class Pool(PooledPostgresqlDatabase):
    """As many connections as there are threads in a transaction."""

    def __init__(self, url: str) -> None:
        super().__init__(url, prefer_psycopg3=True, max_connections=None, **_missing(url))
        self._failed: tuple[float, str] | None = None
        self._wires: WeakKeyDictionary[Any, Wire] = WeakKeyDictionary()

    def take(self) -> tuple[Any, Wire]:
        """A connection that nobody else uses, with its wire."""
        connection = self._connect()
        wire = self._wires.get(connection)
        if wire is None:
            wire = self._wires[connection] = Wire(connection)
        return connection, wire

    def replace(self, lost: Any) -> tuple[Any, Wire]:
        """A new connection; those that wait in the pool are as old as the one that was lost, and go too."""
        self._close(lost, close_conn=True)
        self.close_idle()
        return self.take()

    def give(self, connection: Any) -> None:
        """Let others use it."""
        self._close(connection)

    def _connect(self) -> Any:
        if self._failed and monotonic() < self._failed[0]:
            raise OperationalError(self._failed[1])
        try:
            connection = super()._connect()
        except Exception as error:
            self._failed = (monotonic() + REST_SECONDS, str(error))
            raise
        self._failed = None
        return connection

    def _is_closed(self, conn: Any) -> bool:
        """Asked before every transaction: that the server has closed it shows when the transaction begins."""
        return bool(conn.closed)


def _missing(url: str) -> dict[str, Any]:
    try:
        given = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ValueError(f"the database URL cannot be read: {str(error).strip()}") from None
    return {name: value for name, value in DEFAULTS.items() if name not in given}
