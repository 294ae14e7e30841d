"""What is particular to PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest

from engine.store import Changes, Store, StoreUnavailable, open_store
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


def test_a_connection_that_the_server_closed_is_replaced(store: Store, postgres: Postgres) -> None:
    save(store, Changes(row("ann")))
    postgres.cut_all_connections()
    save(store, Changes(row("bob")))
    postgres.cut_all_connections()
    with store.reading() as transaction:
        assert transaction.users() == ["ann", "bob"]


def test_a_connection_lost_within_a_transaction_is_told_once(store: Store, postgres: Postgres) -> None:
    with pytest.raises(StoreUnavailable, match="try again"), store.writing() as transaction:
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
    monkeypatch.setattr("engine.store.postgres.BEGIN_WRITING", "BEGIN; SET LOCAL lock_timeout = '50ms'")
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
