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
from .live import LIVE, Live
from .tasks import REFUSED

__all__ = ["LIVE", "REFUSED", "Live", "Server"]

LARGEST_HEADERS = 64 * 1024
ROOM = 64 * 1024 * 1024
"""Bytes beyond the app's own limit that are read, and forgotten, so that the app itself refuses the body."""
IN_MEMORY = 128 * 1024
"""Bytes of an unfinished request that are kept in memory; more are in a temporary file."""
LOOK = 1.0
"""Seconds between two looks at what waits."""
GRACE = 0.2
"""Seconds in which a server that stops still lets in what is on its way."""


class Listener(TcpWSGIServer):
    """An address at which connections come in."""

    channel_class = Channel
    stopping = False
    """Every answer ends its connection."""
    shut = False
    """No more requests are read."""

    def add_task(self, channel: Channel) -> None:
        """Have a request answered, once the client has read the answers before it."""
        if channel.total_outbufs_len > PENDING:
            channel.parked = True
        elif channel.live is None:
            self.task_dispatcher.add_task(channel)

    def readable(self) -> bool:
        """Whether another connection is let in."""
        return bool(self.accepting and self.has_room())

    def has_room(self) -> bool:
        """Whether there are fewer connections than there may be."""
        return len(self._map) < int(self.adj.connection_limit)


class Server:
    """An app at an address, from the first request to the answer of the last."""

    def __init__(self, app: Callable[..., Any], config: Config, host: str, port: int, threads: int) -> None:
        self._patience = float(config.request_seconds)
        self._stop_seconds = config.stop_seconds
        self._next_look = 0.0
        self._told: float | None = None
        self._ended = False
        self._map: dict[int, Any] = {}
        self._lanes = Lanes(threads, config.waiting, self._patience)
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
                wait = LOOK if self._told is None else GRACE / 10
                wasyncore.loop(timeout=wait, use_poll=True, map=self._map, count=1)
                self._keep_house()
        finally:
            self._ended = True
            self._lanes.end()
            wasyncore.close_all(self._map, ignore_all=True)

    def stop(self) -> None:
        """Let no more requests in; may be called by a signal's handler, or another thread."""
        self._told = self._told or time.monotonic()
        for listener in self._listeners:
            listener.stopping = True
        if not self._ended:
            self._listeners[0].pull_trigger()

    def figures(self) -> Mapping[str, float]:
        """How busy it is at this moment."""
        work = self._lanes.work
        return {
            "connections": len(self._channels()),
            "waiting": work.waiting,
            "waiting_limit": self._lanes.limit,
            "workers": work.threads,
            "workers_busy": work.busy,
        }

    def refusals(self) -> Mapping[str, int]:
        """Requests that were refused before the app could answer them, by reason."""
        return dict(self._lanes.refused)

    def _channels(self) -> list[Channel]:
        return [each for each in list(self._map.values()) if isinstance(each, Channel)]

    def _keep_house(self) -> None:
        """Close what idles too long, time out what does not arrive, make room where there is none."""
        now = time.monotonic()
        if self._told is not None:
            self._end_live()
        if now >= self._next_look:
            self._next_look = now + LOOK
            for channel in self._channels():
                channel.keep_house(now, self._patience)
        if not self._listeners[0].has_room():
            idle = [channel for channel in self._channels() if not channel.requests]
            if idle:
                min(idle, key=lambda channel: channel.idle_since).handle_close()

    def _end_live(self) -> None:
        """End the answers that would go on for ever."""
        for channel in self._channels():
            if channel.live is not None:
                channel.live.end()

    def _is_done(self) -> bool:
        if self._told is None:
            return False
        since = time.monotonic() - self._told
        if since < GRACE:
            return False
        for listener in self._listeners:
            if not listener.shut:
                listener.shut = True
                wasyncore.dispatcher.close(listener)
        return since > self._stop_seconds or not any(channel.busy for channel in self._channels())


def _adjustments(config: Config, host: str, port: int) -> Any:
    """Settings of waitress, and one more that its connections look for.

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
    return adjustments
