"""Requests over a few connections at once, from one process that costs little: sent, answered, timed.

Each connection sends its next request as soon as the one before is answered. ``python -m benchmarks.load PORT FILE
CONNECTIONS`` sends the bodies of a file, one a line, and prints what came of it as JSON.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 60.0
"""Seconds without an answer after which it gives up."""
KEY = "Authorization: Bearer {key}\r\n"
HEAD = (
    "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "{key}Content-Length: {length}\r\n\r\n"
)


@dataclass(slots=True)
class Connection:
    """One connection, which has sent a request and waits for the answer."""

    socket: socket.socket
    began: float = 0.0
    read: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        self.began = time.perf_counter()
        self.read.clear()
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """Take in what has come; whether the answer is complete. Ends everything if it is not a 200."""
        received = self.socket.recv(1 << 20)
        if not received:
            raise SystemExit("The server has closed a connection.")
        self.read += received
        head, gap, body = bytes(self.read).partition(b"\r\n\r\n")
        if not gap or len(body) < _length(head):
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"The server has answered {bytes(self.read[:300])!r}")
        return True


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    raise SystemExit("An answer does not say how long it is.")


def run(port: int, bodies: Sequence[bytes], connections: int, key: str | None) -> tuple[float, list[float]]:
    """The seconds that all took, and those of each."""
    shown = KEY.format(key=key) if key else ""
    requests = iter([HEAD.format(key=shown, length=len(body)).encode() + body for body in bodies])
    waiting = selectors.DefaultSelector()
    for _ in range(connections):
        one = Connection(_connected(port))
        one.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(one.socket, selectors.EVENT_READ, one)
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


def _answered(waiting: selectors.BaseSelector, requests: Iterator[bytes]) -> Iterator[float]:
    """The seconds of each request, as they are answered."""
    busy = 0
    for key in list(waiting.get_map().values()):
        busy += _send_next(key.data, requests)
    while busy:
        ready = waiting.select(PATIENCE)
        if not ready:
            raise SystemExit("The server does not answer.")
        for key, _ in ready:
            if key.data.is_answered():
                yield time.perf_counter() - key.data.began
                busy -= 1 - _send_next(key.data, requests)


def _send_next(connection: Connection, requests: Iterator[bytes]) -> bool:
    request = next(requests, None)
    if request is not None:
        connection.send(request)
    return request is not None


def main(port: str, file: str, connections: str, key: str = "") -> None:
    """Print the seconds of all, and of each."""
    bodies = Path(file).read_bytes().splitlines()
    seconds, taken = run(int(port), bodies, int(connections), key or None)
    print(json.dumps({"seconds": seconds, "taken": taken}))


if __name__ == "__main__":
    main(*sys.argv[1:])
