"""Writers side by side: none is lost, none waits for ever, and who has to give way begins anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Event, Thread

import pytest

from engine.store import Changes, Store, StoreConflict, Transaction, open_store, write
from engine.store.writing import ATTEMPTS
from tests.engine.store.samples import entry, row, save


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store that several threads write to."""
    opened = open_store(database_url)
    yield opened
    opened.close()


def together(*jobs: Callable[[], object]) -> list[BaseException]:
    """Run all at once; what they raised."""
    faults: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        try:
            job()
        except BaseException as error:
            faults.append(error)

    threads = [Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def one_more(transaction: Transaction, user: str) -> None:
    """Count a badge, as a transaction that reads before it writes."""
    known = transaction.lock([user])
    transaction.save([Changes(row(user, badges=known[user].badges + 1 if user in known else 1))])


def badges(store: Store, *users: str) -> list[int]:
    with store.reading() as transaction:
        known = transaction.lock(users)
    return [known[user].badges for user in users]


def test_a_deadlock_reaches_nobody(store: Store, database_url: str) -> None:
    save(store, Changes(row("ann")), Changes(row("bob")))
    both = Barrier(2)
    began: list[str] = []

    def crosswise(first: str, second: str) -> None:
        def work(transaction: Transaction) -> None:
            one_more(transaction, first)
            began.append(first)
            if database_url.startswith("postgresql") and len(began) <= 2:
                both.wait()
            one_more(transaction, second)

        write(store, work)

    assert together(lambda: crosswise("ann", "bob"), lambda: crosswise("bob", "ann")) == []
    assert badges(store, "ann", "bob") == [2, 2]
    assert len(began) == (3 if database_url.startswith("postgresql") else 2)


def test_work_that_always_has_to_give_way_is_a_conflict_in_the_end(store: Store) -> None:
    attempts: list[int] = []

    def work(transaction: Transaction) -> None:
        attempts.append(1)
        raise StoreConflict("somebody else was faster")

    with pytest.raises(StoreConflict):
        write(store, work)
    assert len(attempts) == ATTEMPTS


def test_what_an_attempt_wrote_is_undone_before_the_next_one(store: Store) -> None:
    attempts: list[int] = []

    def work(transaction: Transaction) -> str:
        attempts.append(1)
        one_more(transaction, "ann")
        if len(attempts) == 1:
            raise StoreConflict("somebody else was faster")
        return "done"

    assert write(store, work) == "done"
    assert badges(store, "ann") == [1]


def test_a_new_user_is_made_once(store: Store) -> None:
    faults = together(*[lambda: write(store, lambda t: one_more(t, "ann")) for _ in range(8)])
    assert faults == []
    assert badges(store, "ann") == [8]


def test_new_users_are_never_too_many_to_be_locked(store: Store) -> None:
    with store.writing() as transaction:
        assert transaction.lock([f"user-{n}" for n in range(25_000)]) == {}


def test_an_erasure_waits_for_the_transaction_that_makes_the_user(store: Store, database_url: str) -> None:
    made, go = Event(), Event()

    def make() -> None:
        with store.writing() as transaction:
            transaction.lock(["ann"])
            made.set()
            go.wait(0.5)
            transaction.save([Changes(row("ann"), [entry("ann", "e1")])])

    def erase() -> None:
        made.wait()
        with store.writing() as transaction:
            transaction.erase("ann")

    assert together(make, erase) == []
    with store.reading() as transaction:
        assert (transaction.users(), transaction.log("ann")) == ([], [])


def test_who_is_alone_waits_for_all_who_write_and_they_wait_for_it(store: Store) -> None:
    wrote: list[str] = []
    begun, alone_begun = Event(), Event()

    def first() -> None:
        with store.writing() as transaction:
            transaction.lock(["ann"])
            begun.set()
            alone_begun.wait(0.3)
            transaction.save([Changes(row("ann"))])
            wrote.append("first")

    def alone() -> None:
        begun.wait()
        with store.writing(alone=True) as transaction:
            alone_begun.set()
            wrote.append(f"alone, {transaction.users()}")
            later.start()
            later.join(0.3)
            wrote.append("alone still")

    later = Thread(target=lambda: (save(store, Changes(row("bob"))), wrote.append("later")))
    assert together(first, alone) == []
    later.join()
    assert wrote == ["first", "alone, ['ann']", "alone still", "later"]
