"""Callers who post at the same time share a transaction, and each gets just what is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event as Signal
from time import monotonic, sleep
from typing import Any

import pytest

import engine
from engine.model import Event, Posted, Receipt, Viewer
from engine.service import Handed, Seen, Service
from engine.store import MemoryStore, Store, StoreUnavailable

SECONDS = 20
SERVICE, STAFF = Viewer("events", name="quizzes"), Viewer("staff", name="boss")
FILES = {
    "events/quiz.yaml": "payload: {type: object, properties: {}}",
    "badges/first.yaml": "{name: First, trigger: quiz}",
    "badges/five.yaml": "{name: Five, trigger: quiz, threshold: 5}",
}


class Crowd:
    """Callers who all post before the first of them is stored."""

    def __init__(self, store: Store) -> None:
        self.transactions = 0
        self.fault: Callable[[], None] = lambda: None
        self._go, self._writing = Signal(), store.writing
        store.writing = self._counted  # type: ignore[method-assign]
        self._go.set()
        self.service = Service(store, lambda: 10)
        self.service.apply(FILES, "test")
        self._pool = ThreadPoolExecutor(16)

    @contextmanager
    def _counted(self, alone: bool = False) -> Iterator[Any]:
        assert self._go.wait(SECONDS)
        self.transactions += 1
        self.fault()
        with self._writing(alone) as transaction:
            yield transaction

    def at_once(self, *posts: tuple[str, str], viewer: Viewer = SERVICE) -> list[Future[list[Receipt]]]:
        """Post an event for each user and id; what becomes of each."""
        self._go.clear()
        self.transactions = 0
        calls = [
            self._pool.submit(self.service.ingest, [Posted(Event(user, "app", id, "quiz", 5, 0, {}))], viewer)
            for user, id in posts
        ]
        until = monotonic() + SECONDS
        while len(self.service._together._waiting) < len(posts) and monotonic() < until:
            sleep(0.001)
        self._go.set()
        return calls

    def close(self) -> None:
        self._go.set()
        self._pool.shutdown()


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    made = Crowd(MemoryStore())
    yield made
    made.close()


def test_many_callers_are_stored_in_one_transaction_and_each_is_answered_its_own(crowd: Crowd) -> None:
    calls = crowd.at_once(*((f"u{number}", f"e{number}") for number in range(12)))
    for number, call in enumerate(calls):
        [receipt] = call.result(SECONDS)
        assert (receipt.id, receipt.status) == (f"e{number}", "accepted")
        assert [award.id for award in receipt.awarded] == [f"e{number}"]
    assert crowd.transactions == 1
    assert crowd.service.verify().events == 12


def test_the_same_event_of_several_callers_is_accepted_once_and_all_are_told_its_awards(crowd: Crowd) -> None:
    receipts = [call.result(SECONDS)[0] for call in crowd.at_once(*[("ada", "e1")] * 8)]
    assert sorted(receipt.status for receipt in receipts) == ["accepted", *["duplicate"] * 7]
    assert {tuple(award.badge for award in receipt.awarded) for receipt in receipts} == {("first",)}


def test_events_of_one_user_from_several_callers_count_once_each(crowd: Crowd) -> None:
    receipts = [call.result(SECONDS)[0] for call in crowd.at_once(*(("ada", f"e{number}") for number in range(5)))]
    assert sorted(award.badge for receipt in receipts for award in receipt.awarded) == ["first", "five"]
    assert crowd.service.verify().differences == []


@pytest.mark.skipif(engine.is_compiled(), reason="what is compiled calls its own functions, not what a test puts there")
def test_a_request_that_cannot_be_stored_fails_alone(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.service import intake

    judge = intake.judge

    def judged(session: Any, event: Event, reserved: bool) -> Any:
        if event.id == "e3":
            raise ZeroDivisionError("a fault of this program")
        return judge(session, event, reserved)

    monkeypatch.setattr(intake, "judge", judged)
    calls = crowd.at_once(*((f"u{number}", f"e{number}") for number in range(6)))
    for number, call in enumerate(calls):
        if number == 3:
            with pytest.raises(ZeroDivisionError):
                call.result(SECONDS)
        else:
            assert call.result(SECONDS)[0].status == "accepted"
    assert crowd.service.verify().events == 5


def test_when_the_database_is_away_all_are_told_at_once_and_the_next_are_served(crowd: Crowd) -> None:
    def away() -> None:
        raise StoreUnavailable("the database is away")

    crowd.fault = away
    for call in crowd.at_once(("ada", "e1"), ("bob", "e2"), ("cleo", "e3")):
        with pytest.raises(StoreUnavailable, match="is away"):
            call.result(SECONDS)
    assert crowd.transactions == 1
    crowd.fault = lambda: None
    assert crowd.service.ingest([Posted(Event("ada", "app", "e1", "quiz", 5, 0, {}))], SERVICE)[0].status == "accepted"


def test_callers_of_different_rights_share_a_transaction_and_keep_their_rights(crowd: Crowd) -> None:
    def retract(viewer: Viewer) -> Future[list[Receipt]]:
        event = Event("ada", "app", f"r-{viewer.kind}", "event.retracted", 6, 0, {"source": "app", "id": "e1"})
        return crowd._pool.submit(crowd.service.ingest, [Posted(event)], viewer)

    crowd.at_once(("ada", "e1"))[0].result(SECONDS)
    crowd._go.clear()
    calls = {viewer.kind: retract(viewer) for viewer in (SERVICE, STAFF)}
    crowd._go.set()
    assert calls["events"].result(SECONDS)[0].status == "rejected"
    assert calls["staff"].result(SECONDS)[0].status == "accepted"
    assert crowd.service.awards("ada", STAFF) == []


def test_what_is_handed_in_is_stored_with_the_rest_and_told_of(crowd: Crowd) -> None:
    secret = crowd.service.create_key("quizzes", ["events"])
    told: dict[str, Any] = {}
    all_told = Signal()

    def handed(id: str, secret: str) -> Handed:
        def admit(keys: Seen) -> Viewer:
            key = keys.find(secret)
            if key is None:
                raise PermissionError("nobody")
            return Viewer("events", name=key.name)

        def done(receipts: Any, rules: Any, error: Exception | None) -> None:
            told[id] = error or receipts[0].status
            if len(told) == 3:
                all_told.set()

        return Handed([Posted(Event("ada", "app", id, "quiz", 5, 0, {}))], admit, done, lambda: None)

    waiting = crowd.at_once(("ada", "e1"))
    crowd.service.hand_in([handed("e2", secret), handed("e3", "bk_unknown"), handed("e4", secret)])
    assert all_told.wait(SECONDS)
    assert waiting[0].result(SECONDS)[0].status == "accepted"
    assert (told["e2"], told["e4"]) == ("accepted", "accepted") and isinstance(told["e3"], PermissionError)
    assert crowd.service.verify().events == 3
