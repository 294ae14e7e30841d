"""Clients that retry without thinking, as services do, and remember what they were answered."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 120.0
"""Seconds after which a test gives up, not what it measures."""
REQUEST = 40.0
"""Seconds after which a client takes a request for lost: longer than a writer waits for its turn."""
Json = dict[str, Any]
Key = tuple[str, str, str]


def event(user: str, id: str, number: int = 1, **more: Any) -> Json:
    """A hit, as a service posts it."""
    head = {"specversion": "1.0", "id": id, "source": "app", "type": "hit", "subject": user}
    return head | {"data": {"n": number}} | more


@dataclass
class Book:
    """What was sent and what was answered, by all clients together."""

    sent: dict[Key, Json] = field(default_factory=dict)
    acknowledged: set[Key] = field(default_factory=set)
    attempts: int = 0
    """Requests that carried events."""
    posts: int = 0
    """Of these, the first ones."""
    told: dict[tuple[Any, ...], set[Key]] = field(default_factory=lambda: defaultdict(set))
    """By user, badge, tier and occurrence: the events that were answered with the award."""
    accepted: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    """How often an event was answered as new."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def retried(self) -> int:
        """Requests that were sent again."""
        return self.attempts - self.posts

    def send(self, events: Iterable[Json], again: bool) -> None:
        """An attempt begins."""
        with self._lock:
            self.attempts += 1
            self.posts += not again
            self.sent.update({key_of(each): each for each in events})

    def answer(self, events: Iterable[Json], results: Iterable[Json]) -> None:
        """Receipts came."""
        with self._lock:
            for each, result in zip(events, results, strict=True):
                self._note(key_of(each), result)

    def _note(self, key: Key, result: Json) -> None:
        assert result["status"] in ("accepted", "duplicate"), (key, result)
        self.acknowledged.add(key)
        self.accepted[key] += result["status"] == "accepted"
        for award in result["awarded"]:
            self.told[key[0], award["badge"], award["tier"], award["occurrence"]].add(key)


def key_of(posted: Json) -> Key:
    """What an event is known by."""
    return posted["subject"], posted["source"], posted["id"]


class Caller:
    """One client, with a connection of its own; it asks the next server when one does not answer."""

    def __init__(
        self, ports: Sequence[int], book: Book | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.book = book or Book()
        self._headers = dict(headers or {})
        self._ports = list(ports)
        self._turn = random.randrange(len(ports))
        self._connection: http.client.HTTPConnection | None = None

    def post(self, *events: Json) -> list[Json]:
        """Receipts of events that are posted until they are acknowledged, alone or as a batch."""
        body = list(events) if len(events) > 1 else events[0]
        for again in self._attempts():
            self.book.send(events, again)
            status, answer = self.once("POST", "/v1/events", body)
            if status == 200:
                self.book.answer(events, answer["results"])
                return list(answer["results"])
            assert status in (0, 503), (status, answer)
        raise AssertionError("no answer in time")

    def surely(self, method: str, path: str, body: Any = None) -> tuple[int, Json]:
        """The first answer that is not a refusal for the time being."""
        for _ in self._attempts():
            status, answer = self.once(method, path, body)
            if status not in (0, 503):
                return status, answer
        raise AssertionError("no answer in time")

    def once(self, method: str, path: str, body: Any = None) -> tuple[int, Json]:
        """Status and body of one attempt; 0 if there was none."""
        data = None if body is None else json.dumps(body)
        headers = self._headers | ({} if body is None else {"Content-Type": "application/json"})
        try:
            self._connection = self._connection or self._connect()
            self._connection.request(method, path, data, headers)
            response = self._connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            self._turn += 1
            return 0, {}

    def close(self) -> None:
        """Hang up."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._ports[self._turn % len(self._ports)], timeout=REQUEST)

    def _attempts(self) -> Iterable[bool]:
        deadline = time.monotonic() + PATIENCE
        yield False
        while time.monotonic() < deadline:
            time.sleep(random.uniform(0.01, 0.1))
            yield True
