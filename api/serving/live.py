"""Answers that go on: the worker that began one goes on to other requests, and whoever has something to say writes it.

Under another WSGI server the same answer holds its worker until it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Lock
from typing import Protocol

LIVE = "badges.live"
"""The key of the WSGI environment under which this server takes over an answer that goes on."""
ROOM = 100
"""Parts that may wait for a reader where another server sends them."""


class Outlet(Protocol):
    """A connection that an answer is written to; nobody waits for its reader."""

    def send(self, data: bytes) -> bool:
        """Send a part; whether the reader is still there, and keeps up."""

    def end(self) -> None:
        """Let the connection end when all is sent."""


class Live:
    """One answer that goes on."""

    def __init__(self, first: bytes, ended: Callable[[Live], None]) -> None:
        self._first = first
        self._ended = ended
        self._lock = Lock()
        self._parts: SimpleQueue[bytes | None] = SimpleQueue()
        self._outlet: Outlet | None = None
        self._taken = self._over = False
        self.gone = False
        """The reader has gone: set without a lock, since the connection has one of its own."""

    def take(self) -> None:
        """Say that this server writes it to a connection, once the first part is sent."""
        self._taken = True

    def attach(self, outlet: Outlet) -> None:
        """Write to a connection from now on, beginning with what was said meanwhile."""
        with self._lock:
            while not self._parts.empty():
                part = self._parts.get()
                if part is not None:
                    outlet.send(part)
            self._outlet = outlet
            if self._over:
                outlet.end()

    def write(self, data: bytes) -> None:
        """Send a part. A reader who has gone, or does not keep up, ends the answer."""
        with self._lock:
            if self._over:
                return
            if self._outlet is None:
                self._parts.put(data)
                kept_up = self._taken or self._parts.qsize() <= ROOM
            else:
                kept_up = self._outlet.send(data)
        if not kept_up:
            self.end()

    def end(self) -> None:
        """Nothing more is said."""
        with self._lock:
            if self._over:
                return
            self._over = True
            self._parts.put(None)
            if self._outlet is not None:
                self._outlet.end()
        self._ended(self)

    def __iter__(self) -> Iterator[bytes]:
        yield self._first
        while not self._taken and (part := self._parts.get()) is not None:
            yield part

    def close(self) -> None:
        """What a WSGI server calls when it is done with the answer."""
        if not self._taken:
            self.end()
