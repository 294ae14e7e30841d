"""What is particular to PostgreSQL."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from threading import Event, Thread
from time import monotonic

import pytest

from engine.store import Changes, Store, StoreUnavailable, open_store
from engine.store.feeds import Feed
from engine.store.postgres import WRITING
from tests.engine.store.samples import entry, row, save
from tests.postgres import Postgres


@pytest.fixture
def database_url(postgres: Postgres) -> Iterator[str]:
    with postgres.empty() as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def locked_and_saved(store: Store, user: str) -> None:
    """Write a user once nobody else does."""
    with store.writing() as transaction:
        transaction.lock([user])
        transaction.save([Changes(row(user))])


def two_connections(store: Store) -> None:
    """Leave the store with more than one connection that waits to be used again."""

    def read() -> None:
        with store.reading() as transaction:
            transaction.users()

    with store.reading() as transaction:
        transaction.users()
        other = Thread(target=read)
        other.start()
        other.join()


def test_connections_that_the_server_closed_are_replaced(store: Store, postgres: Postgres) -> None:
    save(store, Changes(row("ann")))
    two_connections(store)
    postgres.cut_all_connections()
    save(store, Changes(row("bob")))
    postgres.cut_all_connections()
    with store.reading() as transaction:
        assert transaction.users() == ["ann", "bob"]


def test_a_connection_lost_within_a_transaction_is_told_once(store: Store, postgres: Postgres) -> None:
    with pytest.raises(StoreUnavailable, match="try again"), store.writing() as transaction:
        transaction.lock(["ann"])
        transaction.save([Changes(row("ann"))])
        postgres.cut_all_connections()
        transaction.users()
    with store.reading() as transaction:
        assert transaction.users() == []


def test_users_are_written_side_by_side(store: Store) -> None:
    with store.writing() as transaction:
        transaction.lock(["ann"])
        other = Thread(target=save, args=(store, Changes(row("bob"))))
        other.start()
        other.join()
        transaction.save([Changes(row("ann"))])
    with store.reading() as transaction:
        assert transaction.users() == ["ann", "bob"]


def test_what_was_expected_of_a_new_user_is_asked_again_once_it_is_alone_with_the_user(store: Store) -> None:
    """Another one makes the user, the event and the feed meanwhile."""
    key, expected = ("ann", "app", "e1"), Event()

    def make() -> None:
        with store.writing() as transaction:
            transaction.lock(["ann"])
            locked.set()
            expected.wait(30)
            transaction.save([Changes(row("ann"), [entry("ann", "e1")])])
            transaction.feeds.put([Feed("ann", 1, ("award",))])

    locked = Event()
    other = Thread(target=make)
    other.start()
    locked.wait(30)
    with store.writing() as transaction:
        transaction.expect([key])
        expected.set()
        assert set(transaction.lock(["ann"])) == {"ann"}
        assert set(transaction.known([key])) == {key}
        assert transaction.feeds.of(["ann"]) == {"ann": Feed("ann", 1, ("award",))}
    other.join()


def test_a_batch_that_is_undone_or_fails_leaves_nothing_and_the_connection_goes_on(store: Store) -> None:
    """Its entries are on their way by COPY when that happens."""

    def batch() -> Changes:
        return Changes(row("ann"), [entry("ann", f"e{n}") for n in range(50)])

    with pytest.raises(LookupError), store.writing() as transaction:
        transaction.save([batch()])
        raise LookupError
    save(store, batch())
    with pytest.raises(ValueError, match="there already"):
        save(store, batch())
    with store.reading() as transaction:
        assert transaction.counts()["events"] == 50


def test_the_vacuum_leaves_no_dead_row_and_no_statistics_of_an_erased_user(store: Store, database_url: str) -> None:
    import psycopg

    for user in ("ann", "bob"):
        save(store, Changes(row(user), [entry(user, f"e{n}") for n in range(50)]))
    with store.writing() as transaction:
        transaction.erase("ann")
    store.scrub()
    store.close()
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT most_common_vals::text FROM pg_stats WHERE tablename = 'events'").fetchall()
        assert found and not any("ann" in (values or "") for (values,) in found)


def test_a_user_locked_for_too_long_makes_the_store_unavailable(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WRITING, "lock_timeout", "50ms")
    outcome: list[BaseException] = []

    def wait() -> None:
        with pytest.raises(StoreUnavailable, match="lock timeout") as caught, store.writing() as transaction:
            transaction.lock(["bob", "ann"])
        outcome.append(caught.value)

    with store.writing() as transaction:
        transaction.lock(["ann"])
        other = Thread(target=wait)
        other.start()
        other.join()
    assert len(outcome) == 1


def test_a_writer_that_froze_loses_its_users(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WRITING, "idle_in_transaction_session_timeout", "50ms")
    told = "idle-in-transaction|closed the connection"
    with pytest.raises(StoreUnavailable, match=told), store.writing() as transaction:
        monkeypatch.undo()
        transaction.lock(["ann"])
        other = Thread(target=locked_and_saved, args=(store, "ann"))
        other.start()
        other.join()
        transaction.save([Changes(row("ann", badges=7))])
    with store.reading() as transaction:
        assert transaction.lock(["ann"])["ann"].badges == 0


def test_a_server_that_is_away_is_said_at_once_and_found_again(store: Store, postgres: Postgres) -> None:
    save(store, Changes(row("ann")))
    postgres.stop(signal.SIGQUIT)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="try again"), store.reading():
            pass
    postgres.start()
    deadline = monotonic() + 30
    while True:
        try:
            save(store, Changes(row("bob")))
            break
        except StoreUnavailable:
            assert monotonic() < deadline
    with store.reading() as transaction:
        assert transaction.users() == ["ann", "bob"]


@pytest.mark.parametrize("url", ["postgresql://[host/name", "postgresql://host/name?nonsense=1"])
def test_a_url_that_cannot_be_read_is_said(url: str) -> None:
    with pytest.raises(ValueError, match="database URL cannot be read"):
        open_store(url)
