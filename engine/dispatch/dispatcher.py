"""Takes what is in the outbox to its endpoints: one thread that coordinates, and a few for each endpoint that send.

No endpoint waits for another one: each has threads of its own, and one that hangs or fails is soon left alone for a
while. Any number of processes may dispatch from one database.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from ..calendar import SECOND
from ..service.webhooks import Outgoing, Sent
from ..store import StoreUnavailable
from .lanes import Lane
from .sending import Sender

POLL = 1.0
"""Seconds between two looks, if nobody says that there is something new."""
REST = 0.02
"""Seconds of rest between two rounds, so that what comes at once is taken at once."""
TROUBLE = 5.0
"""Seconds until the database is asked again after it could not be."""
TIDY = 3600.0
"""Seconds between two looks for what can be forgotten."""
PATIENCE = 10.0
"""Seconds that attempts under way have to end, at most, once it is told to stop."""
_LOG = logging.getLogger(__name__)


class Dispatcher:
    """Sends until it is told to stop."""

    def __init__(
        self,
        outgoing: Outgoing,
        sender: Sender,
        parallel: int,
        keep: int,
        count: Callable[[str], None] = lambda outcome: None,
    ) -> None:
        self._outgoing = outgoing
        self._sender = sender
        self._parallel = parallel
        self._keep = keep
        self._count = count
        self._news = threading.Event()
        self._told = threading.Event()
        self._done: queue.SimpleQueue[Sent] = queue.SimpleQueue()
        self._lanes: dict[str, Lane] = {}
        self._vain: dict[str, float] = {}
        """Endpoints of which nothing could be taken though something was due, and until when they are passed over."""
        self._tidied = -TIDY

    def poke(self) -> None:
        """There may be something new."""
        self._news.set()

    def run(self) -> None:
        """Send until told to stop; then what is being sent comes to its end, and the rest is left to others."""
        while not self._told.is_set():
            self._news.wait(self._look())
            self._news.clear()
            self._told.wait(REST)
        self._wind_up()

    def stop(self) -> None:
        """Take nothing more in hands; may be called by a signal's handler, or another thread."""
        self._told.set()
        self._news.set()

    def _look(self) -> float:
        """A round, and how long to rest after it if nothing new comes."""
        try:
            return self._round()
        except StoreUnavailable as error:
            _LOG.warning("webhooks wait: %s", error)
        except Exception:
            _LOG.exception("webhooks wait: a round failed")
        self._told.wait(TROUBLE)
        return 0.0

    def _round(self) -> float:
        """Settle what is done, take what is due; how long there is nothing to do then."""
        self._settle()
        self._tidy()
        outlook = self._outgoing.outlook()
        for id in outlook.ready:
            self._take(id)
        until = POLL if outlook.next_at is None else (outlook.next_at - self._outgoing.now()) / SECOND
        return max(0.0, min(POLL, until))

    def _take(self, id: str) -> None:
        lane = self._lanes.get(id)
        held = lane.held if lane else 0
        if held >= self._parallel or time.monotonic() < self._vain.get(id, 0.0):
            return
        endpoint, taken = self._outgoing.take(id, held, self._parallel)
        if endpoint is None or not taken:
            self._vain[id] = time.monotonic() + POLL
            return
        if lane is None:
            lane = self._lanes[id] = self._new_lane()
        lane.send(endpoint, taken)

    def _new_lane(self) -> Lane:
        return Lane(self._sender, self._outgoing.now, self._parallel, self._finished, self._told)

    def _finished(self, sent: Sent) -> None:
        self._done.put(sent)
        self._news.set()

    def _settle(self) -> None:
        sent = _drained(self._done)
        try:
            outcomes = self._outgoing.settle(sent)
        except BaseException:
            for each in sent:
                self._done.put(each)
            raise
        for each in sent:
            self._vain.pop(each.delivery.endpoint, None)
            self._lanes[each.delivery.endpoint].held -= 1
            _tell(each)
        for outcome in outcomes:
            self._count(outcome)

    def _tidy(self) -> None:
        """End threads that nobody needs, and forget now and then what was delivered long ago."""
        for id in [id for id, lane in self._lanes.items() if lane.is_idle()]:
            self._lanes.pop(id).end()
        if time.monotonic() - self._tidied >= TIDY:
            self._outgoing.prune(self._keep)
            self._tidied = time.monotonic()

    def _wind_up(self) -> None:
        """Give back what was not begun, and settle what ends in time; the rest is free again after its lease."""
        for lane in self._lanes.values():
            lane.end()
        deadline = time.monotonic() + PATIENCE
        try:
            while any(lane.held for lane in self._lanes.values()) and time.monotonic() < deadline:
                self._settle()
                self._news.wait(REST)
                self._news.clear()
        except StoreUnavailable as error:
            _LOG.warning("webhooks that were sent may be sent once more: %s", error)


def _drained(done: queue.SimpleQueue[Sent]) -> list[Sent]:
    sent = []
    while not done.empty():
        sent.append(done.get())
    return sent


def _tell(sent: Sent) -> None:
    """A line for an attempt that failed: no URL, which may hold a secret, and no user."""
    if sent.answer and not sent.answer.good:
        delivery = sent.delivery
        _LOG.warning("webhook %s did not take %s: %s", delivery.endpoint, delivery.message, sent.answer.error)
