"""The WSGI server: one thread reads and writes all connections, workers answer whole requests, and all is bounded.

It is waitress with other arrangements: an unfinished request holds no worker, one that waits too long or in vain is
answered 503, and what is no request is answered with a problem.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from ..config import Config
from .channels import PENDING, Channel
from .lanes import Lanes
from .tasks import REFUSED

__all__ = ["REFUSED", "Server"]

LARGEST_HEADERS = 64 * 1024
ROOM = 64 * 1024 * 1024
"""Bytes beyond the app's own limit that are read, and forgotten, so that the app itself refuses the body."""
IN_MEMORY = 128 * 1024
"""Bytes of an unfinished request that are kept in memory; more are in a temporary file."""
LOOK = 1.0
"""Seconds between two looks at what waits."""


class Listener(TcpWSGIServer):
    """An address at which connections come in."""

    channel_class = Channel
    stopping = False
    next_channel_cleanup = 0.0

    def add_task(self, channel: Channel) -> None:
        """Have a request answered, once the client has read the answers before it."""
        if channel.total_outbufs_len > PENDING:
            channel.parked = True
        else:
            self.task_dispatcher.add_task(channel)

    def readable(self) -> bool:
        """Whether another connection is let in; the one that has been idle longest makes room for it."""
        now = time.time()
        if now >= self.next_channel_cleanup:
            self.next_channel_cleanup = now + LOOK
            self.maintenance(now)
        has_room = len(self._map) < self.adj.connection_limit
        if not has_room:
            self._make_room()
        return self.accepting and has_room

    def maintenance(self, now: float) -> None:
        """Close what has been idle too long, and time out what does not arrive."""
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            channel.keep_house(time.monotonic(), self.adj.patience)

    def _make_room(self) -> None:
        channels = (each for each in self._map.values() if isinstance(each, Channel))
        idle = [channel for channel in channels if not channel.requests]
        if idle:
            min(idle, key=lambda channel: channel.idle_since).will_close = True


class Server:
    """An app at an address, from the first request to the answer of the last."""

    def __init__(self, app: Callable[..., Any], config: Config, host: str, port: int, threads: int) -> None:
        self._patience = config.stop_seconds
        self._told: float | None = None
        self._map: dict[int, Any] = {}
        self._lanes = Lanes(threads, config.waiting, config.request_seconds)
        adjustments = _adjustments(config, host, port)
        self._listeners = [
            Listener(app, self._map, dispatcher=self._lanes, adj=adjustments, sockinfo=place)
            for place in adjustments.listen
        ]

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where it listens: a name such as localhost can be two addresses."""
        return [(each.effective_host, int(each.effective_port)) for each in self._listeners]

    def run(self) -> None:
        """Serve until it is told to stop, and then until what is under way is answered, or has had time enough."""
        try:
            while not self._is_done():
                wasyncore.loop(timeout=LOOK, use_poll=True, map=self._map, count=1)
        finally:
            self._lanes.end()
            wasyncore.close_all(self._map, ignore_all=True)

    def stop(self) -> None:
        """Let no more requests in; may be called by a signal's handler, or another thread."""
        self._told = time.monotonic()
        self._listeners[0].pull_trigger()

    def figures(self) -> Mapping[str, float]:
        """How busy it is at this moment."""
        work = self._lanes.work
        return {
            "connections": sum(isinstance(each, Channel) for each in list(self._map.values())),
            "waiting": work.waiting,
            "waiting_limit": self._lanes.limit,
            "workers": work.threads,
            "workers_busy": work.busy,
        }

    def refusals(self) -> Mapping[str, int]:
        """Requests that were refused before the app could answer them, by reason."""
        return dict(self._lanes.refused)

    def _is_done(self) -> bool:
        if self._told is None:
            return False
        for listener in self._listeners:
            if not listener.stopping:
                listener.stopping = True
                wasyncore.dispatcher.close(listener)
        late = time.monotonic() - self._told > self._patience
        return late or not any(each.busy for each in self._map.values() if isinstance(each, Channel))


def _adjustments(config: Config, host: str, port: int) -> Any:
    """Settings of waitress, and two more that its connections look for.

    Forwarding headers stay, because the rule for a server without keys looks for them (``keyless``). An answer is not
    held back in a worker's hands until the client reads it.
    """
    adjustments = Adjustments(
        host=host,
        port=port,
        clear_untrusted_proxy_headers=False,
        ident=None,
        connection_limit=config.connections,
        max_request_header_size=LARGEST_HEADERS,
        max_request_body_size=config.limits.body + ROOM,
        inbuf_overflow=IN_MEMORY,
        outbuf_high_watermark=1 << 40,
    )
    adjustments.body_kept = config.limits.body + 1
    adjustments.patience = config.request_seconds
    return adjustments
