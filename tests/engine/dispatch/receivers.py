"""Receivers of webhooks as tests need them: they note what comes, and answer as they are told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

from engine.calendar import SECOND

PATIENCE = 60.0
"""Seconds after which a test gives up, not what it measures."""


@dataclass(frozen=True)
class Received:
    """A request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """A server on this machine; ``status`` is what it answers, ``gate`` what it waits for before."""

    def __init__(self) -> None:
        self.status = 204
        self.headers: dict[str, str] = {}
        self.gate = threading.Event()
        self.gate.set()
        self.received: list[Received] = []
        self._came = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.note(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                receiver.gate.wait(PATIENCE)
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *words: Any) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def note(self, received: Received) -> None:
        with self._came:
            self.received.append(received)
            self._came.notify_all()

    def wait_for(self, count: int) -> list[Received]:
        """The first so many requests, as soon as they have come."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.received) >= count, PATIENCE), self.received
            return self.received[:count]

    def messages(self, secret: str) -> list[dict[str, Any]]:
        """All that came, verified by the library."""
        return [Webhook(secret).verify(each.body, each.headers) for each in list(self.received)]

    def messages_at(self, secret: str, now: int) -> list[dict[str, Any]]:
        """The same, sent by a clock that stands at an instant: the library knows only that of this machine."""
        found = []
        for each in list(self.received):
            stamp, hook = datetime.fromtimestamp(int(each.headers["webhook-timestamp"]), UTC), Webhook(secret)
            assert abs(stamp.timestamp() - now // SECOND) <= 1
            signed = hook.sign(each.headers["webhook-id"], stamp, each.body.decode())
            assert signed in each.headers["webhook-signature"].split(" ")
            found.append(json.loads(each.body))
        return found


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that is gone when the block ends."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.gate.set()
        receiver.server.shutdown()
        receiver.server.server_close()


def soon(what: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.01)
