"""Requests over a few connections at once, from one process that costs little: sent, answered, timed.

Each connection sends its next request as soon as the one before is answered. ``python -m benchmarks.load PORT FILE
CONNECTIONS WARM KEY`` sends the bodies of a file, one a line, and prints what came of it as JSON, but for the first.
"""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

PATIENCE = 60.0
"""Seconds without an answer after which it gives up."""
KEY = "Authorization: Bearer {key}\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
HEAD = (
    "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "{key}Content-Length: {length}\r\n\r\n"
)


class Connection:
    """One connection, which has sent a request and waits for the answer."""

    __slots__ = ("_read", "_send", "_socket", "began", "number")

    def __init__(self, port: int) -> None:
        self._socket = _connected(port)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._send = self._socket.sendall
        self.number = self._socket.fileno()
        self._read = b""
        self.began = 0.0

    def send(self, request: bytes) -> None:
        self.began = time.perf_counter()
        self._read = b""
        self._send(request)

    def is_answered(self) -> bool:
        """Take in what has come; whether the answer is complete. Ends everything if it is not a 200."""
        received = self._socket.recv(1 << 16)
        if not received:
            raise SystemExit("The server has closed a connection.")
        self._read = read = self._read + received if self._read else received
        end = read.find(b"\r\n\r\n")
        if end < 0:
            return False
        if read[:12] != b"HTTP/1.1 200":
            raise SystemExit(f"The server has answered {read[:300]!r}")
        length = _LENGTH.search(read, 0, end + 2)
        if length is None:
            raise SystemExit("An answer does not say how long it is.")
        return len(read) >= end + 4 + int(length[1])


def run(port: int, bodies: Sequence[bytes], connections: int, key: str | None) -> tuple[float, list[float]]:
    """The seconds that all took, and those of each."""
    shown = KEY.format(key=key) if key else ""
    requests = iter([HEAD.format(key=shown, length=len(body)).encode() + body for body in bodies])
    waiting = {one.number: one for one in (Connection(port) for _ in range(connections))}
    start = time.perf_counter()
    taken = list(_answered(waiting, requests))
    return time.perf_counter() - start, taken


def _connected(port: int) -> socket.socket:
    """A connection, once the server listens."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _answered(waiting: dict[int, Connection], requests: Iterator[bytes]) -> Iterator[float]:
    """The seconds of each request, as they are answered."""
    busy = 0
    with select.epoll() as poll:
        for connection in waiting.values():
            poll.register(connection.number, select.EPOLLIN)
            busy += _send_next(connection, requests)
        while busy:
            ready = poll.poll(PATIENCE)
            if not ready:
                raise SystemExit("The server does not answer.")
            for number, _ in ready:
                connection = waiting[number]
                if connection.is_answered():
                    yield time.perf_counter() - connection.began
                    busy -= 1 - _send_next(connection, requests)


def _send_next(connection: Connection, requests: Iterator[bytes]) -> bool:
    request = next(requests, None)
    if request is not None:
        connection.send(request)
    return request is not None


def main(port: str, file: str, connections: str, warm: str = "0", key: str = "") -> None:
    """Print the seconds of all, and of each, but for so many at the beginning."""
    bodies, first = Path(file).read_bytes().splitlines(), int(warm)
    run(int(port), bodies[:first], int(connections), key or None)
    seconds, taken = run(int(port), bodies[first:], int(connections), key or None)
    print(json.dumps({"seconds": seconds, "taken": taken}))


if __name__ == "__main__":
    main(*sys.argv[1:])
