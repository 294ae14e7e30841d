"""The threads of one endpoint: they send what was taken in hands for it, and end when there is nothing more."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence

from ..calendar import SECOND
from ..service.webhooks import Answer, Sent
from ..service.webhooks.outgoing import LEASE
from ..webhooks import Delivery, Endpoint
from ..webhooks.schedule import STRIKES
from .sending import Sender

IDLE = 30.0
"""Seconds without anything to send after which the threads end."""
_LOG = logging.getLogger(__name__)
Work = tuple[Endpoint, Delivery, float]
"""The last is the moment after which it must not be begun any more."""


class Lane:
    """Sends to one endpoint, so many at once at most."""

    def __init__(
        self,
        sender: Sender,
        now: Callable[[], int],
        parallel: int,
        finished: Callable[[Sent], None],
        told: threading.Event,
    ) -> None:
        self._sender = sender
        self._now = now
        self._parallel = parallel
        self._finished = finished
        self._told = told
        """Once it is set nothing more is begun."""
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._failures = 0
        self._used_at = time.monotonic()
        self.held = 0
        """Deliveries in hands, until they are settled."""

    def send(self, endpoint: Endpoint, deliveries: Sequence[Delivery]) -> None:
        """Have deliveries sent; what comes of each is told in the end."""
        self._failures = 0
        self._used_at = time.monotonic()
        self.held += len(deliveries)
        until = self._used_at + LEASE / SECOND - self._sender.seconds
        for delivery in deliveries:
            self._work.put((endpoint, delivery, until))
        for _ in range(min(self._parallel, self.held) - len(self._threads)):
            self._threads.append(threading.Thread(target=self._run, name=f"webhook {endpoint.id}", daemon=True))
            self._threads[-1].start()

    def is_idle(self) -> bool:
        """Whether its threads have nothing to do, and had nothing for a while."""
        return self.held == 0 and time.monotonic() - self._used_at > IDLE

    def end(self) -> None:
        """Let the threads end once they have done what they were given."""
        for _ in self._threads:
            self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            endpoint, delivery, until = work
            skipped = self._told.is_set() or self._failures >= STRIKES or time.monotonic() > until
            self._finished(Sent(delivery, None if skipped else self._attempt(endpoint, delivery)))

    def _attempt(self, endpoint: Endpoint, delivery: Delivery) -> Answer:
        try:
            answer = self._sender.send(endpoint, delivery, self._now())
        except Exception:
            _LOG.exception("webhook %s: an attempt failed", endpoint.id)
            answer = Answer(error="this is a fault of badges itself")
        self._failures = self._failures + 1 if answer.away else 0
        return answer
