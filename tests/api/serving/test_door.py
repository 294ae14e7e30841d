"""A system without room for one more connection: who comes waits, and the server does not spin."""

from __future__ import annotations

import errno
import logging
import socket
import threading

import pytest

from .conftest import GET, PATIENCE, Client, Served


def test_who_comes_while_there_are_no_files_left_is_let_in_later(
    serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("api.serving.LOOK", 0.05)
    served, tries, accept = serve(), list[int](), socket.socket.accept

    def scarce(listener: socket.socket) -> object:
        tries.append(1)
        if len(tries) < 4:
            raise OSError(errno.EMFILE, "Too many open files")
        return accept(listener)

    idle = _idle(served)
    monkeypatch.setattr(socket.socket, "accept", scarce)
    with caplog.at_level(logging.WARNING):
        assert served.client(GET).answer().status == 200
    assert len(tries) == 4
    assert [record.message for record in caplog.records] == ["no connection can be let in: Too many open files"]
    assert idle.ends()


def test_it_tries_once_until_it_looks_again(serve, monkeypatch: pytest.MonkeyPatch) -> None:
    served, tries = serve(), list[int]()

    def none(listener: socket.socket) -> object:
        tries.append(1)
        raise OSError(errno.ENFILE, "none")

    idle = _idle(served)
    monkeypatch.setattr("api.serving.LOOK", 3600.0)
    served.server.ask(lambda: setattr(served.server, "_next_look", float("inf")))
    monkeypatch.setattr(socket.socket, "accept", none)
    served.client(GET)
    assert idle.ends()
    for _ in range(5):
        turned = threading.Event()
        served.server.ask(turned.set)
        assert turned.wait(PATIENCE)
    assert len(tries) == 1


def _idle(served: Served) -> Client:
    """A client that was let in, as one that came after it was, and asks for nothing."""
    client = served.client()
    assert served.client(GET).answer().status == 200
    return client
