"""From the outbox to receivers, by real threads and sockets: all of it, at least once, and nobody waits for another."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network
from typing import Any

import pytest

from engine.calendar import MINUTE
from engine.dispatch import Dispatcher, Sender
from engine.model import Event, Posted, Viewer
from engine.service import Service
from engine.service.webhooks import Wish
from engine.store import StoreUnavailable
from engine.webhooks import Endpoint, Policy
from tests.conftest import NewStore
from tests.engine.dispatch.receivers import Receiver, receiving, soon

STAFF = Viewer("staff", name="boss")
LOCAL = Policy((ip_network("127.0.0.0/8"),), http=True)
FILES = {
    "events/quiz.yaml": "payload: {type: object, properties: {}}",
    "badges/first.yaml": "{name: First, trigger: quiz}",
}


class Scene:
    """A service whose clock tests can put forward, its receivers, and dispatchers of its outbox."""

    def __init__(self, new_store: NewStore, stack: ExitStack) -> None:
        self.ahead = 0
        self.store = new_store()
        self.service = Service(self.store, lambda: time.time_ns() // 1000 + self.ahead)
        self.service.apply(FILES, "test")
        self._stack = stack
        self.outcomes: list[str] = []

    def receiver(self) -> Receiver:
        return self._stack.enter_context(receiving())

    def hook(self, receiver: Receiver, **wish: Any) -> Endpoint:
        wish = {"types": ["badge.awarded"], **wish}
        return self.service.webhooks.create(Wish(receiver.url, **wish), LOCAL, "boss")

    def quiz(self, *users: str) -> None:
        events = [Event(user, "app", f"q-{user}", "quiz", self.service.now(), 0, {}) for user in users]
        self.service.ingest([Posted(event) for event in events], STAFF)

    @contextmanager
    def dispatching(self, seconds: float = 15.0, parallel: int = 4) -> Iterator[Dispatcher]:
        sender = Sender(LOCAL, seconds)
        dispatcher = Dispatcher(self.service.webhooks.outgoing, sender, parallel, 10**15, self.outcomes.append)
        self.service.listen(lambda news: dispatcher.poke())
        thread = threading.Thread(target=dispatcher.run)
        thread.start()
        try:
            yield dispatcher
        finally:
            dispatcher.stop()
            thread.join(30)
            assert not thread.is_alive()

    def counts(self, hook: Endpoint) -> dict[str, int]:
        return dict(self.service.webhooks.one(hook.id)[1].counts)


@pytest.fixture
def scene(new_store: NewStore) -> Iterator[Scene]:
    with ExitStack() as stack:
        yield Scene(new_store, stack)


def names(prefix: str, count: int) -> list[str]:
    return [f"{prefix}-{number}" for number in range(count)]


def test_what_happens_is_told_at_once_and_verifies(scene: Scene) -> None:
    receiver = scene.receiver()
    hook = scene.hook(receiver)
    with scene.dispatching():
        scene.quiz("ada")
        receiver.wait_for(1)
        soon(lambda: scene.counts(hook) == {"delivered": 1})
    [message] = receiver.messages(hook.secret)
    assert (message["type"], message["subject"], message["data"]["badge"]) == ("badge.awarded", "ada", "first")
    assert message["id"] == receiver.received[0].headers["webhook-id"]
    assert scene.outcomes == ["delivered"]


def test_a_receiver_that_fails_and_hangs_and_comes_back_gets_everything(scene: Scene) -> None:
    receiver = scene.receiver()
    hook = scene.hook(receiver)
    users = names("user", 30)
    receiver.status = 500
    with scene.dispatching(seconds=0.5) as dispatcher:
        scene.quiz(*users[:15])
        soon(lambda: scene.service.webhooks.one(hook.id)[0].failures >= 5)
        receiver.status = 204
        receiver.gate.clear()
        scene.quiz(*users[15:])
        scene.ahead += MINUTE
        dispatcher.poke()
        soon(lambda: scene.service.webhooks.one(hook.id)[0].failures >= 6)
        receiver.gate.set()
        scene.ahead += 2 * MINUTE
        dispatcher.poke()
        soon(lambda: scene.counts(hook) == {"delivered": 30})
    assert {message["subject"] for message in receiver.messages(hook.secret)} == set(users)


def test_receivers_that_hang_keep_nobody_waiting(scene: Scene) -> None:
    stuck = [scene.receiver() for _ in range(5)]
    for receiver in stuck:
        receiver.gate.clear()
        scene.hook(receiver)
    well = scene.receiver()
    hook = scene.hook(well)
    with scene.dispatching(seconds=30.0):
        scene.quiz(*names("user", 40))
        well.wait_for(40)
        soon(lambda: scene.counts(hook) == {"delivered": 40})
        assert all(1 <= len(receiver.received) <= 4 for receiver in stuck)
        for receiver in stuck:
            receiver.gate.set()


def test_several_dispatchers_share_the_work(scene: Scene) -> None:
    receiver = scene.receiver()
    hook = scene.hook(receiver)
    with scene.dispatching(), scene.dispatching():
        for part in range(5):
            scene.quiz(*names(f"user-{part}", 20))
        soon(lambda: scene.counts(hook) == {"delivered": 100})
    assert len(receiver.received) == len({each.headers["webhook-id"] for each in receiver.received}) == 100


def test_one_that_is_told_to_stop_gives_back_what_it_has_not_begun(scene: Scene) -> None:
    receiver = scene.receiver()
    receiver.gate.clear()
    hook = scene.hook(receiver)
    with scene.dispatching(parallel=1) as dispatcher:
        scene.quiz(*names("user", 5))
        receiver.wait_for(1)
        dispatcher.stop()
        receiver.gate.set()
    assert scene.counts(hook) == {"delivered": 1, "pending": 4}
    with scene.dispatching():
        soon(lambda: scene.counts(hook) == {"delivered": 5})
    assert len(receiver.received) == 5


def test_a_database_that_is_away_for_a_moment_loses_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("engine.dispatch.dispatcher.TROUBLE", 0.05)
    receiver = scene.receiver()
    hook = scene.hook(receiver)
    outgoing, settle = scene.service.webhooks.outgoing, scene.service.webhooks.outgoing.settle
    failures = iter([StoreUnavailable("gone"), RuntimeError("odd")])

    def failing(sent: Any) -> list[str]:
        error = next(failures, None) if sent else None
        if error:
            raise error
        return settle(sent)

    monkeypatch.setattr(outgoing, "settle", failing)
    with scene.dispatching():
        scene.quiz("ada")
        soon(lambda: scene.counts(hook) == {"delivered": 1})
    assert len(receiver.received) == 1
    assert "gone" in caplog.text and "odd" in caplog.text


def test_nothing_that_is_logged_names_a_url_or_a_user(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    receiver = scene.receiver()
    receiver.status = 500
    hook = scene.hook(receiver)
    with scene.dispatching():
        scene.quiz("ada-lovelace")
        soon(lambda: scene.service.webhooks.one(hook.id)[0].failures == 1)
    assert "it answered 500" in caplog.text and hook.id in caplog.text
    assert receiver.url not in caplog.text and "ada-lovelace" not in caplog.text and hook.secret not in caplog.text
    assert "ada-lovelace" not in json.dumps(scene.service.audit())
