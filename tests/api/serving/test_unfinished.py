"""Requests that are never finished, clients that never read: they hold no worker, and keep nobody out."""

from __future__ import annotations

import pytest

from api.serving.polling import Selected

from .conftest import GET

HEAD = b"POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n"
UNFINISHED = [b"", b"G", b"GET / HTTP/1.1\r\nHost: localh", HEAD, HEAD + b"\r\n", HEAD + b"\r\n12345"]
CHUNKED = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123"


def test_unfinished_requests_hold_no_worker(serve) -> None:
    served = serve(threads=1)
    for number in range(60):
        served.client((*UNFINISHED, CHUNKED)[number % 7])
    assert served.client(GET).answer().status == 200
    served.until("workers_busy", 0)
    assert served.server.figures()["connections"] > 60


def test_more_unfinished_requests_than_connections_keep_nobody_out(serve) -> None:
    served = serve(threads=1, connections=20)
    for number in range(60):
        served.client(UNFINISHED[number % 6])
        if number % 20 == 19:
            assert served.client(GET).answer().status == 200
    assert served.server.figures()["connections"] <= 20


def test_the_connection_that_was_idle_longest_makes_room(serve) -> None:
    served = serve(threads=1, connections=8)
    first = served.client(HEAD)
    for _ in range(12):
        served.client(HEAD)
    assert first.ends()


def test_a_request_under_way_never_makes_room(serve) -> None:
    served = serve(threads=1, connections=8)
    served.app.open.clear()
    first = served.client(GET)
    served.app.wait_for(1)
    for _ in range(12):
        served.client(HEAD)
    served.app.open.set()
    assert first.answer().status == 200


@pytest.mark.parametrize("sent", [*UNFINISHED[1:], CHUNKED])
def test_a_request_that_does_not_arrive_is_told_so(serve, sent: bytes) -> None:
    served = serve(request_seconds=1)
    client = served.client(sent)
    answer = client.answer()
    assert (answer.status, answer.problem["type"]) == (408, "/problems/too-slow")
    assert client.ends()
    assert served.server.refusals() == {"timeout": 1}


def test_a_request_that_trickles_is_told_so_too(serve) -> None:
    client = serve(request_seconds=1).client(HEAD)
    for _ in range(100):
        if client.send(b"X").is_answered(0.1):
            break
    assert client.answer().status == 408


def test_a_client_that_does_not_read_holds_no_worker(serve) -> None:
    served = serve(threads=1)
    served.app.body = b"x" * 3_000_000
    for _ in range(3):
        served.client(GET * 50)
    served.app.wait_for(3)
    assert served.client(GET.replace(b"/ ", b"/healthz ")).answer().status == 200
    assert served.client(GET).answer().status == 200


def test_a_client_that_stops_reading_is_let_go(serve) -> None:
    served = serve(threads=1, request_seconds=1)
    served.app.body = b"x" * 30_000_000
    client = served.client(GET)
    served.app.wait_for(1)
    with client.socket.makefile("rb") as file:
        assert file.readline() == b"HTTP/1.1 200 OK\r\n"
        served.until("connections", 0)
        assert len(file.read()) < 30_000_000


def test_requests_sent_together_are_answered_in_order(serve) -> None:
    served = serve(threads=4)
    client = served.client(GET * 20)
    assert [client.answer().status for _ in range(20)] == [200] * 20


def test_large_answers_to_requests_sent_together_arrive_whole(serve) -> None:
    served = serve(threads=2)
    served.app.body = b"y" * 1_000_000
    client = served.client(GET * 5)
    for _ in range(5):
        assert client.answer().body == served.app.body


def test_a_system_without_epoll_serves_the_same(serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.serving.new_poll", Selected)
    served = serve(threads=2)
    served.app.body = b"y" * 1_000_000
    client = served.client(GET * 5, HEAD + b"\r\n12345")
    for _ in range(5):
        assert client.answer().body == served.app.body
    client.send(b"67890")
    assert client.answer().status == 200
