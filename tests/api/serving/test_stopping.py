"""The end of a server: what is under way is answered, nothing new is let in."""

from __future__ import annotations

import socket
import threading

import pytest

from .conftest import GET, PATIENCE


def test_what_is_under_way_and_what_waits_is_answered(serve) -> None:
    served = serve(threads=1)
    served.app.open.clear()
    clients = [served.client(GET) for _ in range(5)]
    served.app.wait_for(1)
    served.server.stop()
    served.app.open.set()
    answers = [client.answer() for client in clients]
    assert [answer.status for answer in answers] == [200] * 5
    assert answers[-1].headers["connection"] == "close"
    assert all(client.ends() for client in clients)


def test_nothing_new_is_let_in(serve) -> None:
    served = serve(threads=1)
    served.app.open.clear()
    busy, idle, unfinished = served.client(GET), served.client(), served.client(GET[:-2])
    served.app.wait_for(1)
    served.server.stop()
    with pytest.raises(OSError):
        while True:
            socket.create_connection(("127.0.0.1", served.port), PATIENCE).close()
    served.app.open.set()
    assert busy.answer().status == 200
    assert idle.ends() and unfinished.ends()


def test_what_is_on_its_way_is_still_answered(serve) -> None:
    served = serve(threads=1)
    idle = served.client()
    served.server.stop()
    assert idle.send(GET).answer().headers["connection"] == "close"


def test_what_does_not_end_is_not_waited_for_for_ever(serve) -> None:
    served = serve(threads=1, stop_seconds=1)
    served.app.open.clear()
    client = served.client(GET)
    served.app.wait_for(1)
    served.server.stop()
    ended = threading.Event()
    threading.Thread(target=lambda: client.ends() and ended.set()).start()
    assert ended.wait(PATIENCE)
