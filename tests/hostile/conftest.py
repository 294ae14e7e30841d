"""A whole server on loopback, with keys, that must still do its work after each thing that was thrown at it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from api import Config, create_app, create_server
from cli.options import now
from engine.service import Service
from engine.store import open_store
from tests.api.conftest import FILES, SECRET
from tests.api.serving.conftest import Answer, Client, running


@dataclass
class Target:
    """The server, and ways to speak to it."""

    port: int
    service: Service
    key: str
    clients: list[Client] = field(default_factory=list)
    posted: int = 0

    def throw(self, *sent: bytes) -> Answer:
        """The answer to some bytes over a connection of their own."""
        self.clients.append(Client(self.port, *sent))
        return self.clients[-1].answer(body=not sent[0].startswith(b"HEAD"))

    def post(self, body: bytes, path: str = "/v1/events", **headers: str) -> Answer:
        """The answer to a body that is sent as it should be."""
        return self.throw(self.head("POST", path, {"Content-Length": str(len(body)), **headers}), body)

    def get(self, path: str, **headers: str) -> Answer:
        """The answer to a request without a body."""
        return self.throw(self.head("GET", path, headers))

    def head(self, method: str, path: str, more: dict[str, str]) -> bytes:
        """A first line and headers, with a good key."""
        headers = {"Host": "localhost", "Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        lines = (f"{name.replace('_', '-')}: {value}" for name, value in (headers | more).items())
        return "\r\n".join((f"{method} {path} HTTP/1.1", *lines, "", "")).encode("utf-8", "surrogateescape")

    def event(self, **changes: Any) -> dict[str, Any]:
        """A good event, but for changes."""
        self.posted += 1
        good = {"specversion": "1.0", "id": f"e{self.posted}", "source": "app", "type": "login", "subject": "eve"}
        return good | changes

    def is_well(self) -> bool:
        """Whether it takes in an event as always."""
        answer = self.post(json.dumps(self.event()).encode())
        return answer.status == 200 and b'"accepted"' in answer.body


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One server for all tests of a file."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    store = open_store(f"sqlite:///{folder / 'badges.db'}")
    service = Service(store, now)
    service.apply(FILES, by="test")
    started = create_server(create_app(service, Config(jwt_secret=SECRET)), "127.0.0.1", 0, 2)
    with running(started) as port:
        yield Target(port, service, service.create_key("test", ["staff"]))
    store.close()


@pytest.fixture
def target(server: Target) -> Iterator[Target]:
    """The server, which is well afterwards."""
    yield server
    assert server.is_well()
    for client in server.clients:
        client.close()
    server.clients.clear()
