"""Connections: they collect requests, hand on those that are whole, and hold no worker otherwise."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any

from waitress.channel import ClientDisconnected, HTTPChannel

from .live import Live
from .parser import Parser
from .tasks import AppTask, ProblemTask, RequestTimeout

LINGER = 2.0
"""Seconds in which the rest of a refused request is read and forgotten, so that its answer is not lost.

Source: RFC 9112, section 9.6.
"""
IDLE = 120.0
"""Seconds after which a connection without a request is closed."""
PENDING = 64 * 1024
"""Bytes of answers not yet read by the client above which its next request waits."""


class Channel(HTTPChannel):
    """One connection."""

    parser_class = Parser
    task_class = AppTask
    error_task_class = ProblemTask
    request: Any
    requests: list[Any]
    connected: bool
    will_close: bool
    close_when_flushed: bool

    def __init__(self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: dict[int, Any]) -> None:
        super().__init__(server, sock, addr, adj, map=map)
        self.parked = False
        """A further request waits until the client has read the answers before it."""
        self._arriving: Parser | None = None
        self._arriving_since = self._moved = time.monotonic()
        self._unread = False
        self._lingers_until: float | None = None
        self.live: Live | None = None
        """The answer that goes on; its request stays the first one until the connection ends."""

    @property
    def busy(self) -> bool:
        """Whether there is a request that is not answered, or an answer that is not sent."""
        return bool(self.requests) or self.total_outbufs_len > 0

    @property
    def idle_since(self) -> float:
        """Since when it has done nothing of use, for whoever must make room."""
        return self._arriving_since if self._arriving else self._moved

    # in the thread of the server's loop

    def readable(self) -> bool:
        """Whether more is to be read from it; while an answer goes on, only to notice that the client is gone."""
        if self.live is not None:
            return True
        return self._lingers_until is not None or (not self.server.shut and bool(super().readable()))

    def handle_read(self) -> None:
        """Read what there is; what follows a refused request is forgotten."""
        self._moved = time.monotonic()
        if self._lingers_until is None and self.live is None:
            super().handle_read()
        else:
            self.recv(self.adj.recv_bytes)

    def received(self, data: bytes) -> bool:
        """Take in bytes, and hand on the request that they complete."""
        taken = bool(super().received(data))
        if self.request is not self._arriving:
            self._arriving, self._arriving_since = self.request, time.monotonic()
        return taken

    def handle_write(self) -> None:
        """Send what there is; after the answer to a refused request, wait for the rest of it before closing."""
        self._moved = time.monotonic()
        lingers = self.close_when_flushed and self._unread
        if lingers:
            self.close_when_flushed = False
        super().handle_write()
        if lingers and self.connected:
            if self.total_outbufs_len:
                self.close_when_flushed = True
            else:
                self._linger()

    def handle_close(self) -> None:
        """End the connection; who goes on with an answer will notice."""
        super().handle_close()
        if self.live is not None:
            self.live.gone = True

    def keep_house(self, now: float, patience: float) -> None:
        """What has to be looked at every second."""
        if self._is_over(now, patience):
            self.handle_close()
        elif self.total_outbufs_len or self._lingers_until:
            return
        elif self.parked:
            self.parked = False
            self.server.add_task(self)
        elif self.requests:
            self._arriving_since = now
        elif self._arriving and now - self._arriving_since > patience:
            self._time_out()

    def _is_over(self, now: float, patience: float) -> bool:
        """Whether nobody reads what is sent, or nothing comes any more."""
        if self._lingers_until:
            return now > self._lingers_until
        idle = now - self._moved
        return idle > patience if self.total_outbufs_len else idle > IDLE and not self.requests

    def _linger(self) -> None:
        self._lingers_until = time.monotonic() + LINGER
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def _time_out(self) -> None:
        with self.requests_lock:
            request, self.request, self._arriving = self.request, None, None
            request.error = RequestTimeout("")
            request.completed = True
            self.requests.append(request)
            self.server.add_task(self)

    # in the thread of a worker

    def service(self) -> None:
        """Answer the first request."""
        self._unread = self.requests[0].error is not None
        super().service()
        self._moved = time.monotonic()

    def go_live(self, live: Live, task: AppTask) -> None:
        """Go on with an answer without a worker; requests behind it are forgotten."""
        with self.requests_lock:
            self.requests[1:] = self.requests[:1]  # the worker takes one away, and the loop sees one that goes on
            self.live = live
        live.attach(_Outlet(self, task))

    # in any thread

    def send_on(self, task: AppTask, data: bytes) -> bool:
        """Send a part of an answer that goes on; whether the client reads it."""
        if not self.connected or self.total_outbufs_len > PENDING:
            return False
        if not self.total_outbufs_len:
            self._moved = time.monotonic()
        try:
            task.write(data)
        except ClientDisconnected:
            return False
        return True

    def end_on(self, task: AppTask) -> None:
        """End an answer that went on, and the connection with it."""
        with suppress(ClientDisconnected):
            task.end()
        self.close_when_flushed = True
        if self.connected:
            self.server.pull_trigger()


class _Outlet:
    """The connection of an answer that goes on."""

    def __init__(self, channel: Channel, task: AppTask) -> None:
        self._channel = channel
        self._task = task

    def send(self, data: bytes) -> bool:
        return self._channel.send_on(self._task, data)

    def end(self) -> None:
        self._channel.end_on(self._task)
