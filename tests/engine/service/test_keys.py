"""Keys: shown once, stored hashed, rotated one beside the other, their last use noted without waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from engine.calendar import MINUTE
from engine.service import Refused, Service
from engine.service.keys import NOTED_EVERY
from engine.store import KeyRow, MemoryStore, StoreUnavailable


@dataclass
class Clock:
    now: int = 1_000_000 * MINUTE

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def service(store: MemoryStore, clock: Clock) -> Iterator[Service]:
    yield Service(store, clock)
    settle()


def settle() -> None:
    """Wait for the notes that are being written."""
    for thread in threading.enumerate():
        if thread.name == "key-use":
            thread.join()


def stored(store: MemoryStore) -> dict[str, KeyRow]:
    settle()
    with store.reading() as transaction:
        found = transaction.keys()
    return {key.name: key for key in found}


def test_only_a_hash_of_a_key_is_stored(service: Service, store: MemoryStore) -> None:
    secret = service.create_key("app", ["read"])
    assert secret.startswith("bk_") and len(secret) > 40
    assert secret not in repr(stored(store)) and secret[3:] not in repr(stored(store))


def test_a_key_that_was_never_used_says_so(service: Service) -> None:
    service.create_key("app", ["read"])
    assert service.keys()[0].last_used_at is None


def test_the_last_use_of_a_key_is_noted(service: Service, store: MemoryStore, clock: Clock) -> None:
    secret = service.create_key("app", ["read"])
    service.create_key("other", ["read"])
    assert service.key(secret) == ("app", ("read",))
    shown = service.keys()
    assert [key.last_used_at for key in shown] == [clock.now, None]
    assert list(stored(store).values()) == shown


def test_it_is_written_down_now_and_then_not_every_time(service: Service, store: MemoryStore, clock: Clock) -> None:
    secret = service.create_key("app", ["read"])
    service.key(secret)
    first = clock.now
    clock.now += NOTED_EVERY - 1
    service.key(secret)
    assert stored(store)["app"].last_used_at == first
    clock.now += 1
    service.key(secret)
    assert stored(store)["app"].last_used_at == clock.now


def test_a_use_that_is_noted_late_does_not_bring_a_revoked_key_back(service: Service, store: MemoryStore) -> None:
    secret = service.create_key("app", ["read"])
    old = stored(store)["app"]
    service.revoke_key("app")
    with store.writing() as transaction:
        transaction.use_key("app", old.hash, 5)
    assert service.key(secret) is None
    assert stored(store)["app"].hash == ""


def test_a_key_made_anew_under_an_old_name_has_not_been_used(service: Service, store: MemoryStore) -> None:
    service.key(service.create_key("app", ["read"]))
    settle()
    service.revoke_key("app")
    again = service.create_key("app", ["staff"])
    assert service.keys()[0].last_used_at is None
    assert service.key(again) == ("app", ("staff",))


def test_while_keys_are_rotated_both_open_and_each_tells_its_own_last_use(service: Service, clock: Clock) -> None:
    old = service.create_key("orders-1", ["events"])
    service.key(old)
    settle()
    clock.now += 10 * MINUTE
    new = service.create_key("orders-2", ["events"])
    assert service.key(new) == ("orders-2", ("events",))
    assert service.key(old) is not None
    settle()
    service.revoke_key("orders-1")
    assert service.key(old) is None and service.key(new) is not None


def test_a_database_that_cannot_note_the_use_stops_nobody(
    service: Service, store: MemoryStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = service.create_key("app", ["read"])
    with monkeypatch.context() as patch:
        patch.setattr(store, "writing", _unavailable)
        assert service.key(secret) is not None
        settle()
    service.key(secret)
    assert stored(store)["app"].last_used_at == clock.now


def _unavailable(*args: object) -> Callable[..., None]:
    raise StoreUnavailable("busy")


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "write"]])
def test_a_scope_that_is_none_is_refused(service: Service, scopes: list[str]) -> None:
    with pytest.raises(Refused, match="Scopes are"):
        service.create_key("app", scopes)


def test_two_keys_have_two_names(service: Service) -> None:
    service.create_key("app", ["read"])
    with pytest.raises(Refused, match="There is a key app already"):
        service.create_key("app", ["read"])


def test_what_is_no_key_opens_nothing(service: Service) -> None:
    service.create_key("app", ["read"])
    for text in ("", "bk_", "bk_x", "app", "é", "bk_" + "a" * 10_000):
        assert service.key(text) is None
    assert not service.revoke_key("unknown")
