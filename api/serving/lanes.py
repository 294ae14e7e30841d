"""Who answers requests: workers that may wait for the database, and a quick one for what never does."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from queue import SimpleQueue

from .channels import Channel

PROBE = "/healthz"
_LOG = logging.getLogger(__name__)


class Lane:
    """Threads that answer requests in the order in which they came."""

    def __init__(self, name: str, threads: int, before: Callable[[Channel, float], None]) -> None:
        self._before = before
        self._queue: SimpleQueue[tuple[Channel, float] | None] = SimpleQueue()
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

    def put(self, channel: Channel) -> None:
        """Have the first request of a connection answered."""
        self._queue.put((channel, time.monotonic()))

    def end(self) -> None:
        """Let the threads go when they have answered what is there."""
        for _ in range(self.threads):
            self._queue.put(None)

    def _work(self) -> None:
        while (taken := self._queue.get()) is not None:
            channel, since = taken
            self._busy.add(threading.get_ident())
            try:
                self._before(channel, time.monotonic() - since)
                channel.service()
            except Exception:
                _LOG.exception("a connection broke off")
            finally:
                self._busy.discard(threading.get_ident())


class Lanes:
    """Sorts requests: probes, and what is refused, never wait behind the others."""

    def __init__(self, threads: int, waiting: int, patience: float) -> None:
        self.limit = waiting
        self.refused: Counter[str] = Counter()
        """How many requests were refused before the app could answer them, by reason."""
        self._patience = patience
        self._lock = threading.Lock()
        self.work = Lane("worker", threads, self._check_age)
        self.quick = Lane("quick", 1, lambda channel, age: None)

    def add_task(self, channel: Channel) -> None:
        """Have the first request of a connection answered."""
        request = channel.requests[0]
        if request.error is not None:
            self._count("timeout" if request.error.code == 408 else "unreadable")
        elif not _is_probe(request):
            if self.work.waiting < self.limit:
                self.work.put(channel)
                return
            self._refuse(channel, "full")
        self.quick.put(channel)

    def end(self) -> None:
        """Let all threads go."""
        self.work.end()
        self.quick.end()

    def _check_age(self, channel: Channel, age: float) -> None:
        if age > self._patience:
            self._refuse(channel, "late")

    def _refuse(self, channel: Channel, reason: str) -> None:
        channel.requests[0].refused = reason
        self._count(reason)

    def _count(self, reason: str) -> None:
        with self._lock:
            self.refused[reason] += 1


def _is_probe(request: object) -> bool:
    """Whether the app answers without the database: the question whether it lives, by nobody in particular."""
    path, headers = getattr(request, "path", ""), getattr(request, "headers", {})
    return path == PROBE and "AUTHORIZATION" not in headers
