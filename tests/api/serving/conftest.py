"""Real servers on loopback, and clients that speak to them byte by byte."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from api import Config
from api.serving import Server

PATIENCE = 30.0
"""Seconds after which a test gives up, not what it measures."""
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@dataclass
class Answer:
    """An answer, taken apart."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json"
        value = json.loads(self.body)
        assert value["status"] == self.status
        return dict(value)


class Client:
    """One connection."""

    def __init__(self, port: int, *sent: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._file = self.socket.makefile("rb")
        for part in sent:
            self.send(part)

    def send(self, part: bytes) -> Client:
        self.socket.sendall(part)
        return self

    def ends(self) -> bool:
        """Whether the server closes the connection without a word."""
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True

    def answer(self, body: bool = True) -> Answer:
        """The next answer; one to HEAD has no body."""
        status = int(self._file.readline().split()[1])
        pairs = (line.decode("latin-1").partition(":") for line in iter(self._file.readline, b"\r\n"))
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", 0)) if body else 0
        return Answer(status, headers, self._file.read(length))

    def is_answered(self, seconds: float) -> bool:
        """Whether anything comes within some seconds."""
        return bool(select.select([self.socket], [], [], seconds)[0])

    def close(self) -> None:
        self._file.close()
        self.socket.close()


class App:
    """An app that answers when it is let, and counts what reaches it."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self.asked = threading.Semaphore(0)
        self.body = b"answered"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self.asked.release()
        if environ["badges.refused"]:
            start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [environ["badges.refused"].encode()]
        if environ["PATH_INFO"] != "/healthz":
            self.open.wait(PATIENCE)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [self.body]

    def wait_for(self, count: int) -> None:
        """Until so many requests have reached it."""
        for _ in range(count):
            assert self.asked.acquire(timeout=PATIENCE)


@contextmanager
def running(server: Server) -> Iterator[int]:
    """A server in a thread of its own, and its port."""
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.addresses[0][1]
    finally:
        server.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@dataclass
class Served:
    """A server with an app of a test's own."""

    app: App
    server: Server
    port: int
    clients: list[Client]

    def until(self, name: str, value: float) -> None:
        """Wait until a figure has a value."""
        deadline = time.monotonic() + PATIENCE
        while self.server.figures()[name] != value:
            assert time.monotonic() < deadline, self.server.figures()
            time.sleep(0.005)

    def client(self, *sent: bytes) -> Client:
        """A new connection over which something was sent."""
        self.clients.append(Client(self.port, *sent))
        return self.clients[-1]


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Starts servers, which end with the test."""
    with ExitStack() as stack:

        def start(threads: int = 1, **settings: Any) -> Served:
            app = App()
            server = Server(app, Config(**settings), "127.0.0.1", 0, threads)
            served = Served(app, server, stack.enter_context(running(server)), [])
            stack.callback(lambda: [client.close() for client in served.clients])
            stack.callback(app.open.set)
            return served

        yield start
