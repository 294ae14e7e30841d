"""Who answers requests: workers that may wait for the database, and a quick one for what never does."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

from .connections import Connection
from .parser import Request

PROBE = "/healthz"
_LOG = logging.getLogger(__name__)


class Lane:
    """Threads that answer requests in the order in which they came."""

    def __init__(self, name: str, threads: int, before: Callable[[Connection, float], None]) -> None:
        self._before = before
        self._queue: SimpleQueue[tuple[Connection, float] | None] = SimpleQueue()
        self._busy: set[int] = set()
        self.threads = threads
        for number in range(threads):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    @property
    def waiting(self) -> int:
        """Requests that no thread has taken up yet."""
        return self._queue.qsize()

    @property
    def busy(self) -> int:
        """Threads at work."""
        return len(self._busy)

    def put(self, connection: Connection) -> None:
        """Have the first request of a connection answered."""
        self._queue.put((connection, time.monotonic()))

    def end(self) -> None:
        """Let the threads go when they have answered what is there."""
        for _ in range(self.threads):
            self._queue.put(None)

    def _work(self) -> None:
        while (taken := self._queue.get()) is not None:
            connection, since = taken
            self._busy.add(threading.get_ident())
            try:
                self._before(connection, time.monotonic() - since)
                connection.serve()
            except Exception:
                _LOG.exception("a connection broke off")
            finally:
                self._busy.discard(threading.get_ident())


class Express(Protocol):
    """A way for requests of which it is known at once that they need no worker."""

    @property
    def waiting(self) -> int:
        """Requests that it has taken and not answered."""

    def begin(self, ring: Callable[[], None]) -> None:
        """Be told how to say that there are replies."""

    def take(self, request: Request, connection: Connection) -> bool:
        """Whether it sees to the answer (``reply``, ``hand_back``), in another thread. It never waits for anything."""

    def flush(self) -> None:
        """Begin with what was taken: there is nothing more at this moment."""


class Lanes:
    """Sorts requests: probes, and what is refused, never wait behind the others."""

    def __init__(self, threads: int, waiting: int, patience: float, express: Express | None = None) -> None:
        self._express = express
        self.limit = waiting
        self.refused: Counter[str] = Counter()
        """How many requests were refused before the app could answer them, by reason."""
        self._patience = patience
        self._lock = threading.Lock()
        self.work = Lane("worker", threads, self._check_age)
        self.quick = Lane("quick", 1, lambda connection, age: None)

    @property
    def waiting(self) -> int:
        """Requests that are not begun, or of which it is not known yet when they will be answered."""
        return self.work.waiting + (self._express.waiting if self._express else 0)

    def add_task(self, connection: Connection, express: bool) -> None:
        """Have the request of a connection answered, by the express way if it may go there."""
        request = connection.request
        assert request is not None
        if request.error is not None:
            self._count("timeout" if request.error.code == 408 else "unreadable")
        elif not _is_probe(request):
            if self.waiting < self.limit:
                if not (express and self._express and self._express.take(request, connection)):
                    self.work.put(connection)
                return
            self._refuse(connection, "full")
        self.quick.put(connection)

    def take_back(self, connection: Connection, late: bool) -> None:
        """Have a request answered that the express way has given up."""
        if late:
            self._refuse(connection, "late")
        (self.quick if late else self.work).put(connection)

    def end(self) -> None:
        """Let all threads go."""
        self.work.end()
        self.quick.end()

    def _check_age(self, connection: Connection, age: float) -> None:
        if age > self._patience:
            self._refuse(connection, "late")

    def _refuse(self, connection: Connection, reason: str) -> None:
        if connection.request is not None:
            connection.request.refused = reason
        self._count(reason)

    def _count(self, reason: str) -> None:
        with self._lock:
            self.refused[reason] += 1


def _is_probe(request: Request) -> bool:
    """Whether the app answers without the database: the question whether it lives, by nobody in particular."""
    return request.path == PROBE and "HTTP_AUTHORIZATION" not in request.headers
