"""Streams of a real server: they hold no worker, end with it, resume where they were, and cross processes."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from api.serving import Live
from tests.cli.processes import PATIENCE, call, serving

RULES = {
    "events/quiz.yaml": "payload: {type: object}",
    "badges/each.yaml": "{name: Each, trigger: quiz, repeatable: true}",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with rules in it, where servers run."""
    for path, text in RULES.items():
        file = tmp_path / "rules" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def post(address: str, id: str, user: str = "ada") -> None:
    """An event that gives a badge."""
    event = {"specversion": "1.0", "source": "app", "id": id, "subject": user, "type": "quiz"}
    assert call(address, "/v1/events", event)["results"][0]["awarded"]


class Listener:
    """One stream, read part by part."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._seen = b""

    def until(self, pattern: str) -> str:
        """What came, as soon as it fits a pattern."""
        while not re.search(pattern.encode(), self._seen):
            data = self._connection.recv(65536)
            assert data, f"the stream ended without {pattern}: {self._seen.decode()}"
            self._seen += data
        return self._seen.decode()

    def rest(self) -> str:
        """What came until the connection ended."""
        while data := self._connection.recv(65536):
            self._seen += data
        return self._seen.decode()

    def told(self) -> list[Any]:
        """The notifications so far."""
        return [json.loads(line) for line in re.findall(r"^data: (.*)$", self._seen.decode(), re.MULTILINE)]


@contextmanager
def listening(address: str, last: int | None = None, user: str = "ada") -> Iterator[Listener]:
    """A stream of a user's, from a number on."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), PATIENCE) as connection:
        resume = "" if last is None else f"Last-Event-ID: {last}\r\n"
        request = f"GET /v1/users/{user}/stream HTTP/1.1\r\nHost: {parts.netloc}\r\n{resume}\r\n"
        connection.sendall(request.encode())
        listener = Listener(connection)
        listener.until("retry: ")
        yield listener


def test_a_stream_tells_what_is_new_and_holds_no_worker(folder: Path) -> None:
    with serving(folder, "--threads", "1") as (process, address), listening(address) as one, listening(address) as two:
        post(address, "1")
        for listener in (one, two):
            assert "text/event-stream" in listener.until("id: 1\n") and listener.told()[0]["title"].endswith("Each")
        assert call(address, "/v1/users/ada/notifications")["unread"] == 1
        assert process.end(signal.SIGTERM) == 0
        assert one.rest().endswith("0\r\n\r\n") and two.rest().endswith("0\r\n\r\n")


def test_nothing_is_lost_when_a_server_is_killed_between_the_commit_and_the_stream(folder: Path) -> None:
    with serving(folder) as (process, address):
        with listening(address) as listener:
            post(address, "1")
            listener.until("id: 1\n")
        post(address, "2")
        process.end(signal.SIGKILL)
    with serving(folder) as (_, address), listening(address, 1) as listener:
        post(address, "3")
        listener.until("id: 3\n")
        assert [each["id"] for each in listener.told()] == [2, 3]


def test_who_asks_for_the_head_gets_no_stream(folder: Path) -> None:
    with serving(folder) as (_, address):
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname, parts.port), PATIENCE) as connection:
            asked = f"HEAD /v1/users/ada/stream HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
            connection.sendall(asked.encode())
            assert "text/event-stream" in Listener(connection).rest()
        assert "badges_streams 0.0" in figures(address)


class Slow:
    """A connection whose reader takes one part."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.ended = False

    def send(self, data: bytes) -> bool:
        self.sent.append(data)
        return len(self.sent) < 2

    def end(self) -> None:
        self.ended = True


def test_a_reader_who_does_not_keep_up_is_let_go() -> None:
    ended: list[Live] = []
    live, outlet = Live(b"first", ended.append), Slow()
    live.take()
    assert list(live) == [b"first"]
    live.write(b"meanwhile")
    live.attach(outlet)
    live.write(b"too much")
    live.write(b"unheard")
    assert (outlet.sent, outlet.ended, ended) == ([b"meanwhile", b"too much"], True, [live])


def test_what_one_process_stores_another_one_streams(folder: Path) -> None:
    with serving(folder) as (_, writer), serving(folder) as (_, reader), listening(reader) as listener:
        post(writer, "1")
        listener.until("id: 1\n")


def test_a_reader_who_goes_makes_room_for_another_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BADGES_MAX_STREAMS", "1")
    with serving(folder) as (_, address):
        with listening(address):
            assert "badges_streams 1.0" in figures(address)
        deadline = time.monotonic() + PATIENCE
        while "badges_streams 0.0" not in figures(address) and time.monotonic() < deadline:
            time.sleep(0.05)
        with listening(address) as listener:
            post(address, "1")
            listener.until("id: 1\n")


def figures(address: str) -> str:
    """What is told of the server."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), PATIENCE) as connection:
        connection.sendall(f"GET /metrics HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        return Listener(connection).rest()
