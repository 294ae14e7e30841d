"""The WSGI server: one thread reads all connections, workers answer whole requests, and all is bounded.

An unfinished request holds no worker, one that waits too long or in vain is answered 503, and what is no request is
answered with a problem. Unusual requests are read by the parser of waitress.
"""

from __future__ import annotations

import logging
import socket
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import get_ident
from typing import Any

from waitress.adjustments import Adjustments

from ..config import Config
from .connections import Connection
from .door import Door
from .lanes import Express, Lanes
from .live import LIVE, Live
from .parser import IN_MEMORY, Outcome, Request
from .polling import READ, new_poll
from .tasks import OUTCOME, REFUSED

__all__ = ["LIVE", "OUTCOME", "REFUSED", "Connection", "Express", "Live", "Outcome", "Request", "Server"]

LARGEST_HEADERS = 64 * 1024
ROOM = 64 * 1024 * 1024
"""Bytes beyond the app's own limit that are read, and forgotten, so that the app itself refuses the body."""
LOOK = 1.0
"""Seconds between two looks at what waits."""
GRACE = 0.2
"""Seconds in which a server that stops still lets in what is on its way."""
_LOG = logging.getLogger(__name__)


class Server:
    """An app at an address, from the first request to the answer of the last."""

    def __init__(
        self,
        app: Callable[..., Any],
        config: Config,
        host: str,
        port: int,
        threads: int,
        express: Express | None = None,
    ) -> None:
        self.app = app
        self.adjustments = _adjustments(config, host, port)
        """What the parser goes by."""
        self.stopping = False
        """Every answer ends its connection."""
        self.shut = False
        """No more requests are read."""
        self._patience = float(config.request_seconds)
        self._stop_seconds = config.stop_seconds
        self._most = config.connections
        self._next_look = 0.0
        self._told: float | None = None
        self._connections: dict[int, Connection] = {}
        self._asked: deque[Callable[[], None]] = deque()
        self._express = express
        self._lanes = Lanes(threads, config.waiting, self._patience, express)
        self._thread = 0
        if express is not None:
            express.begin(self.wake)
        self._poll = new_poll()
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._poll.register(self._bell.fileno(), READ)
        self._door = Door(self.adjustments.listen, self._poll)
        self.addresses = self._door.addresses

    def run(self) -> None:
        """Serve until it is told to stop, and then until what is under way is answered, or has had time enough."""
        self._thread = get_ident()
        try:
            while not self._is_done():
                for number, events in self._poll.poll(LOOK if self._told is None else GRACE / 10):
                    self._happened(number, events)
                if self._express is not None:
                    self._try(self._express.flush)
                self._keep_house()
        finally:
            self._lanes.end()
            for connection in list(self._connections.values()):
                connection.close()
            for each in (self._door, self._bell, self._rope, self._poll):
                each.close()

    def stop(self) -> None:
        """Let no more requests in; may be called by a signal's handler, or another thread."""
        self._told = self._told or time.monotonic()
        self.stopping = True
        self.wake()

    def figures(self) -> Mapping[str, float]:
        """How busy it is at this moment."""
        work = self._lanes.work
        return {
            "connections": len(self._connections),
            "waiting": self._lanes.waiting,
            "waiting_limit": self._lanes.limit,
            "workers": work.threads,
            "workers_busy": work.busy,
        }

    def refusals(self) -> Mapping[str, int]:
        """Requests that were refused before the app could answer them, by reason."""
        return dict(self._lanes.refused)

    # what connections ask for, in any thread

    def take(self, connection: Connection) -> None:
        """Have the request of a connection answered."""
        self._lanes.add_task(connection, get_ident() == self._thread)

    def take_back(self, connection: Connection, late: bool) -> None:
        """Have a request answered by the app that the express way has given up."""
        self._lanes.take_back(connection, late)

    def ask(self, work: Callable[[], None], soon: bool = True) -> None:
        """Have something done in the thread of the loop: soon, or with what else there is when somebody wakes it."""
        self._asked.append(work)
        if soon:
            self.wake()

    def wake(self) -> None:
        """Have the loop do what it was asked for."""
        with suppress(OSError):
            self._rope.send(b"!")

    def watch(self, number: int, events: int) -> None:
        """Have a connection told of other events from now on."""
        self._poll.modify(number, events)

    def has_idled(self) -> None:
        """Look whether there is room now, if there was none."""
        if self._door.is_full:
            self.wake()

    def forget(self, connection: Connection) -> None:
        """Have nothing to do with a connection any more."""
        self._connections.pop(connection.number, None)
        with suppress(OSError):
            self._poll.unregister(connection.number)

    # in the thread of the loop

    def _happened(self, number: int, events: int) -> None:
        connection = self._connections.get(number)
        if connection is not None:
            self._try(lambda: connection.happen(events), connection)
        elif number in self._door:
            self._let_in(number)
        elif number == self._bell.fileno():
            self._bell.recv(4096)
            while self._asked:
                self._try(self._asked.popleft())

    def _try(self, work: Callable[[], None], connection: Connection | None = None) -> None:
        """Do something for one connection; what goes wrong with it harms no other."""
        try:
            work()
        except Exception:
            _LOG.exception("a connection broke off")
            if connection is not None:
                connection.close()

    def _let_in(self, listener: int) -> None:
        """Take up a connection, and make room for the next one."""
        taken = self._door.accept(listener)
        if taken is None:
            if self._door.rests:
                self._close_idlest()
            return
        try:
            connection = Connection(self, *taken)
        except OSError:
            return
        self._connections[connection.number] = connection
        self._poll.register(connection.number, READ)
        self._make_room()

    def _make_room(self) -> None:
        """Close the connection that has idled longest where there is no room, or let in nobody until one idles."""
        if len(self._connections) >= self._most:
            self._close_idlest()
        self._door.fill(len(self._connections) >= self._most)

    def _close_idlest(self) -> None:
        idle = [connection for connection in self._connections.values() if connection.request is None]
        if idle:
            min(idle, key=lambda connection: connection.idle_since).close()

    def _keep_house(self) -> None:
        """Close what idles too long, time out what does not arrive, make room where there is none."""
        now = time.monotonic()
        if self._told is not None:
            self._end_live()
        if now >= self._next_look:
            self._next_look = now + LOOK
            for connection in list(self._connections.values()):
                connection.keep_house(now, self._patience)
            self._door.look()
        if self._door.is_full:
            self._make_room()

    def _end_live(self) -> None:
        """End the answers that would go on for ever."""
        for connection in list(self._connections.values()):
            if connection.live is not None:
                connection.live.end()

    def _is_done(self) -> bool:
        if self._told is None:
            return False
        since = time.monotonic() - self._told
        if since < GRACE:
            return False
        if not self.shut:
            self.shut = True
            self._door.close()
            for connection in self._connections.values():
                connection.shut()
        return since > self._stop_seconds or not any(each.busy for each in self._connections.values())


def _adjustments(config: Config, host: str, port: int) -> Any:
    """Settings of the parser of waitress, and one more that ours looks for.

    Forwarding headers stay, because the rule for a server without keys looks for them (``keyless``).
    """
    adjustments = Adjustments(
        host=host,
        port=port,
        max_request_header_size=LARGEST_HEADERS,
        max_request_body_size=config.limits.body + ROOM,
        inbuf_overflow=IN_MEMORY,
    )
    adjustments.body_kept = config.limits.body + 1
    return adjustments
