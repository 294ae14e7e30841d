"""The express way answers what the app itself would, and judges keys anew with every request."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from api import Config, create_app, create_server
from api.rates import Rate
from api.serving import Server
from engine.service import Service
from engine.store import MemoryStore
from tests.api.conftest import FILES

from .conftest import PATIENCE, Answer, Client, running

NOW = 1_772_000_000_000_000
GOOD = {"specversion": "1.0", "id": "1", "source": "app", "type": "login", "subject": "eve"}
BODIES: tuple[Any, ...] = (
    GOOD,
    GOOD,
    GOOD | {"type": "unknown"},
    GOOD | {"id": "2", "data": {"a": [1, {"b": 1.5}]}},
    GOOD | {"id": "2", "data": {"a": 1}},
    GOOD | {"id": "3", "time": "2026-01-01T00:00:00+09:00", "traceparent": "00-1"},
    GOOD | {"id": "4", "subject": "a/b"},
    GOOD | {"id": "5", "time": "2999-01-01T00:00:00Z"},
    [GOOD | {"id": "6"}, GOOD, {}, GOOD | {"id": "7", "type": "unknown"}],
    [GOOD | {"id": f"many{number}"} for number in range(30)],
    [],
    "no event",
    GOOD | {"id": "8", "data": {"text": "x" * 40_000}},
)
HEADERS = (
    "",
    "Accept-Language: de",
    "Content-Encoding: gzip",
    "ce-id: 9",
    "X-Request-ID: my-own",
    "X-Request-ID: not/mine",
    "Origin: https://elsewhere.example",
    "Connection: close",
)


@dataclass
class Both:
    """Two servers over the same rules: with and without the express way."""

    ports: tuple[int, int]
    services: tuple[Service, Service]
    keys: list[tuple[str, str]]

    def answers(self, body: bytes, more: str = "", key: int = 0) -> tuple[Answer, Answer]:
        """What each of them answers to a request."""
        express, app = (
            self._asked(port, body, more, keys) for port, keys in zip(self.ports, self.keys[key], strict=True)
        )
        return express, app

    def _asked(self, port: int, body: bytes, more: str, key: str) -> Answer:
        lines = ["POST /v1/events HTTP/1.1", "Content-Type: application/json", more]
        lines += ["" if "Host:" in more else "Host: localhost", f"Authorization: Bearer {key}" if key else ""]
        lines += [f"Content-Length: {len(body)}", "", ""]
        client = Client(port, "\r\n".join(line for line in lines[:-2] if line).encode() + b"\r\n\r\n" + body)
        try:
            return client.answer()
        finally:
            client.close()


@contextmanager
def served(config: Config, scopes: Sequence[str]) -> Iterator[Both]:
    """Both servers, with a key for each scope."""
    services = (Service(MemoryStore(), lambda: NOW), Service(MemoryStore(), lambda: NOW))
    for service in services:
        service.apply(FILES, "test")
    keys = [(services[0].create_key(name, [name]), services[1].create_key(name, [name])) for name in scopes]
    with ExitStack() as stack:
        express = create_server(create_app(services[0], config), "127.0.0.1", 0, 2)
        plain = Server(create_app(services[1], config), config, "127.0.0.1", 0, 2)
        ports = (stack.enter_context(running(express)), stack.enter_context(running(plain)))
        yield Both(ports, services, [*keys, ("bk_none", "bk_none"), ("x", "x"), ("", "")])


@pytest.fixture
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    with served(Config(**getattr(request, "param", {})), ("events", "staff", "read")) as servers:
        yield servers


@pytest.fixture
def keyless() -> Iterator[Both]:
    with served(Config(), ()) as servers:
        servers.keys = [("", "")]
        yield servers


def shown(answer: Answer) -> tuple[object, ...]:
    """All of an answer but for what is another each time."""
    own = {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id")}
    told = answer.headers["x-request-id"]
    body = answer.body.replace(told.encode(), b"ID")
    return answer.status, own, told if len(told) < 32 else "generated", json.loads(body)


@pytest.mark.parametrize("both", [{}, {"cors_origins": frozenset({"https://elsewhere.example"})}], indirect=True)
def test_both_ways_answer_the_same(both: Both) -> None:
    for body in BODIES:
        express, app = both.answers(json.dumps(body).encode())
        assert shown(express) == shown(app), body
    for more in HEADERS:
        express, app = both.answers(json.dumps(GOOD | {"id": more or "none"}).encode(), more)
        assert shown(express) == shown(app), more
    for key in range(6):
        express, app = both.answers(json.dumps(GOOD | {"id": f"key{key}"}).encode(), key=key)
        assert shown(express) == shown(app), key
    for body in (b"", b"{", b'{"a": 1, "a": 2}', b"\xff"):
        express, app = both.answers(body)
        assert shown(express) == shown(app), body


def test_without_keys_both_ways_let_in_the_same(keyless: Both) -> None:
    for more in ("", "Origin: http://localhost", "Origin: http://evil", "X-Forwarded-For: ::1", "Via: a", "Host: evil"):
        express, app = keyless.answers(json.dumps(GOOD | {"id": more or "none"}).encode(), more)
        assert shown(express) == shown(app), more
    keyless.services[0].take_in = None  # type: ignore[method-assign,assignment]
    assert keyless.answers(json.dumps(GOOD).encode())[0].status == 200
    for service in keyless.services:
        service.create_key("first", ["read"])
    express, app = keyless.answers(json.dumps(GOOD).encode())
    assert shown(express) == shown(app) and express.status == 401


def test_both_ways_log_and_count_the_same(both: Both, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "api.requests")
    for body in (GOOD, GOOD | {"type": "unknown"}):
        both.answers(json.dumps(body).encode(), "X-Request-ID: mine")
    lines = [getattr(record, "fields", {}) | {"seconds": 0} for record in caplog.records]
    assert lines[0] == lines[1] and lines[2] == lines[3] and lines[0]["key"] == "events"
    figures = [Client(port, _metrics(keys)) for port, keys in zip(both.ports, both.keys[2], strict=True)]
    one, other = (_counted(client.answer().body.decode()) for client in figures)
    assert one == other and 'badges_events_received_total{status="accepted",type="login"} 1.0' in one


def _metrics(key: str) -> bytes:
    return f"GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n".encode()


def _counted(figures: str) -> list[str]:
    """The figures that count requests and events."""
    names = ("badges_http_requests_total", "badges_events_received_total", "badges_awards_given_total")
    return sorted(line for line in figures.splitlines() if line.startswith(names))


def test_a_revoked_key_posts_nothing_more(both: Both) -> None:
    body = json.dumps(GOOD).encode()
    assert both.answers(body)[0].status == 200
    both.services[0].revoke_key("events")
    assert both.answers(body)[0].status == 401


def test_usual_requests_do_not_reach_the_app(both: Both) -> None:
    both.services[0].take_in = None  # type: ignore[method-assign,assignment]
    assert both.answers(json.dumps(GOOD).encode())[0].status == 200


@pytest.mark.parametrize("both", [{"request_seconds": 1}], indirect=True)
def test_what_waited_for_the_store_too_long_is_refused_instead_of_done(both: Both) -> None:
    service = both.services[0]
    with ThreadPoolExecutor(1) as pool:
        with service._store.writing():
            answers = pool.submit(both.answers, json.dumps(GOOD).encode())
            with pytest.raises(TimeoutError):
                answers.result(1.2)
        refused = answers.result(PATIENCE)[0]
    assert (refused.status, refused.headers["retry-after"]) == (503, "2")
    assert both.answers(json.dumps(GOOD).encode())[0].status == 200


@pytest.mark.parametrize("both", [{"waiting": 0}], indirect=True)
def test_nothing_is_taken_where_nobody_may_wait(both: Both) -> None:
    express, app = both.answers(json.dumps(GOOD).encode())
    assert shown(express) == shown(app) and express.status == 503


@pytest.mark.parametrize(
    "both",
    [{"rate": Rate(3, 6000)}, {"event_rate": Rate(5, 6000)}, {"rate": Rate(2, 6000), "waiting": 1}],
    indirect=True,
)
def test_both_ways_count_what_callers_use_up(both: Both) -> None:
    bodies: tuple[Any, ...] = (GOOD, GOOD | {"type": "unknown"}, [GOOD | {"id": str(n)} for n in range(3)], GOOD, GOOD)
    statuses = set()
    for body in bodies:
        express, app = both.answers(json.dumps(body).encode())
        assert (express.status, express.body[:60]) == (app.status, app.body[:60])
        statuses.add(express.status)
    assert statuses == {200, 422, 429}
    assert both.answers(json.dumps(GOOD).encode(), key=1)[0].status == 200


def test_requests_sent_together_are_answered_in_order(both: Both) -> None:
    key = both.keys[0][0]
    bodies = [json.dumps(GOOD | {"id": f"p{number}"}).encode() for number in range(20)]
    head = f"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer {key}\r\n"
    client = Client(both.ports[0], *[f"{head}Content-Length: {len(b)}\r\n\r\n".encode() + b for b in bodies])
    assert [json.loads(client.answer().body)["results"][0]["id"] for _ in bodies] == [f"p{n}" for n in range(20)]
