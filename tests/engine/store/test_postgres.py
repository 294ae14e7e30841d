"""What is particular to PostgreSQL; needs a server, see ``conftest``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from threading import Thread

import pytest

from engine.store import Changes, Store, StoreUnavailable, open_store
from tests.engine.store.samples import entry, row, save

POSTGRES = os.environ.get("BADGES_TEST_POSTGRES", "")
pytestmark = pytest.mark.skipif(not POSTGRES, reason="BADGES_TEST_POSTGRES names no server")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    if not database_url.startswith("postgresql"):
        pytest.skip("not PostgreSQL")
    opened = open_store(database_url)
    yield opened
    opened.close()


def cut_all_connections() -> None:
    """What a restart of the server does to its clients."""
    import psycopg

    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        connection.execute(f"SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE {others}")


def test_a_connection_that_the_server_closed_is_replaced(store: Store) -> None:
    save(store, Changes(row("ann")))
    cut_all_connections()
    save(store, Changes(row("bob")))
    cut_all_connections()
    with store.reading() as transaction:
        assert transaction.users() == ["ann", "bob"]


def test_a_connection_lost_within_a_transaction_makes_the_store_unavailable_once(store: Store) -> None:
    with pytest.raises(StoreUnavailable, match="try again"), store.writing() as transaction:
        transaction.save([Changes(row("ann"))])
        cut_all_connections()
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
