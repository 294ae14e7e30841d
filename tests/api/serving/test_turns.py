"""Back-pressure: so many requests wait, one more is told to come again; probes never wait."""

from __future__ import annotations

from .conftest import GET

PROBE = GET.replace(b"/ ", b"/healthz ")


def test_requests_wait_while_the_workers_are_busy(serve) -> None:
    served = serve(threads=2)
    served.app.open.clear()
    clients = [served.client(GET) for _ in range(120)]
    served.app.wait_for(2)
    served.app.open.set()
    assert [client.answer().status for client in clients] == [200] * 120


def test_one_more_than_may_wait_is_refused_at_once(serve) -> None:
    served = serve(threads=2, waiting=3)
    served.app.open.clear()
    working = [served.client(GET) for _ in range(2)]
    served.app.wait_for(2)
    waiting = [served.client(GET) for _ in range(3)]
    served.until("waiting", 3)
    refused = [served.client(GET) for _ in range(4)]
    answers = [client.answer() for client in refused]
    assert [(answer.status, answer.body) for answer in answers] == [(503, b"full")] * 4
    assert served.server.figures() | {"connections": 0} == {
        "connections": 0,
        "waiting": 3,
        "waiting_limit": 3,
        "workers": 2,
        "workers_busy": 2,
    }
    served.app.open.set()
    assert [client.answer().status for client in working + waiting] == [200] * 5
    assert served.server.refusals() == {"full": 4}


def test_a_refused_client_may_try_again_over_the_same_connection(serve) -> None:
    served = serve(threads=1, waiting=1)
    served.app.open.clear()
    served.client(GET)
    served.app.wait_for(1)
    waiting = served.client(GET)
    served.until("waiting", 1)
    again = served.client(GET)
    assert again.answer().status == 503
    served.app.open.set()
    assert waiting.answer().status == 200
    assert again.send(GET).answer().status == 200


def test_what_waited_too_long_is_refused_instead_of_done(serve) -> None:
    served = serve(threads=1, request_seconds=1)
    served.app.open.clear()
    first = served.client(GET)
    served.app.wait_for(1)
    late = served.client(GET)
    assert not served.app.asked.acquire(timeout=1.5)
    served.app.open.set()
    assert first.answer().status == 200
    answer = late.answer()
    assert (answer.status, answer.body) == (503, b"late")
    assert served.server.refusals() == {"late": 1}


def test_a_probe_is_answered_while_all_workers_are_busy_and_nobody_else_may_wait(serve) -> None:
    served = serve(threads=1, waiting=1)
    served.app.open.clear()
    served.client(GET)
    served.app.wait_for(1)
    served.client(GET)
    served.until("waiting", 1)
    assert served.client(PROBE).answer().status == 200
    assert served.client(GET).answer().status == 503
    assert served.client(PROBE).answer().status == 200


def test_a_probe_with_a_credential_waits_like_all_that_may_ask_the_database(serve) -> None:
    served = serve(threads=1, waiting=1)
    served.app.open.clear()
    served.client(GET)
    served.app.wait_for(1)
    served.client(GET)
    served.until("waiting", 1)
    asked = PROBE.replace(b"Host", b"Authorization: Bearer x\r\nHost")
    assert served.client(asked).answer().status == 503
