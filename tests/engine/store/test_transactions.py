"""Transactions: all or nothing, one after the other for one user, durable when they have returned."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from engine.store import AuditRecord, Changes, Head, KeyRow, Store, StoreUnavailable, Version, open_store
from engine.store.feeds import Feed
from tests.engine.store.samples import award, entry, failure, retraction, row, save

ROOT = Path(__file__).parents[3]


def everything(store: Store) -> list[object]:
    """All that can be read, as values to compare."""
    with store.reading() as transaction:
        users = transaction.users()
        return [
            transaction.lock(users),
            [[t(user) for user in users] for t in (transaction.log, transaction.awards, transaction.failures)],
            [[transaction.all_heads(user), transaction.cells(user)] for user in users],
            transaction.retractions_of([(user, "app", f"e{n}") for user in users for n in range(5)]),
            [transaction.versions(), transaction.current(), transaction.audit(10), transaction.keys()],
            [transaction.counts(), transaction.holders(), transaction.failing(10), transaction.activity(0)],
            [transaction.rank_held("points", 0, 10, 10), transaction.rank_metric("m", 0, 10)],
        ]


def fill(store: Store) -> None:
    """A store with something in every table."""
    with store.writing() as transaction:
        change = Changes(
            row("ann"), [entry("ann", "e1"), retraction("ann", "e2", "e3")], {"m": Head(1, 1)}, {("m", "k"): 1}
        )
        change.awards, change.failures = [award("a"), award("b")], [failure("a")]
        transaction.save([change])
        transaction.points({("a", None): 5})
        transaction.put_version(Version("v1", {"a.yaml": "name: A"}, 1, "eve"))
        transaction.record(AuditRecord(1, "eve", "apply"))
        transaction.put_key(KeyRow("k", "hash", ("read",), 1))


def test_an_exception_undoes_everything(store: Store) -> None:
    fill(store)
    before = everything(store)
    with pytest.raises(LookupError), store.writing() as transaction:
        change = Changes(
            row("ann", badges=7), [retraction("ann", "e4", "e1")], {"n": Head(2, 2)}, {("m", "k"): None}, rebuilt=True
        )
        change.awards, change.dropped = [award("a", at=9), award("c")], [("b", None, None)]
        transaction.save([change, Changes(row("bob"), [entry("bob", "e1")])])
        transaction.points({("a", None): 50, ("c", None): 1})
        transaction.put_version(Version("v2", {}, 2, "eve"))
        transaction.record(AuditRecord(2, "eve", "erase"))
        transaction.put_key(KeyRow("k", "other", ("staff",), 2))
        transaction.drop_key("k")
        transaction.erase("ann")
        raise LookupError
    assert everything(store) == before


def test_a_transaction_sees_what_it_wrote(store: Store) -> None:
    with store.writing() as transaction:
        transaction.save([Changes(row("ann"), heads={"m": Head(1)})])
        assert transaction.heads(["ann"], ["m"]) == {"ann": {"m": 1}}


def test_what_was_expected_is_seen_as_it_is_once_it_was_written(store: Store) -> None:
    keys = [("ann", "app", "e1"), ("bob", "app", "e1")]
    save(store, Changes(row("ann")))
    with store.writing() as transaction:
        transaction.expect(keys)
        assert set(transaction.lock(["ann", "bob"])) == {"ann"}
        assert transaction.known(keys) == {} and transaction.feeds.of(["ann", "bob"]) == {}
        transaction.save([Changes(row(user, badges=3), [entry(user, "e1")]) for user in ("ann", "bob")])
        transaction.feeds.put([Feed("ann", 7)])
        assert set(transaction.known(keys)) == set(keys)
        assert transaction.lock(["bob"])["bob"].badges == 3
        assert transaction.feeds.of(["ann", "bob"]) == {"ann": Feed("ann", 7)}
    with store.writing() as transaction:
        transaction.expect(keys)
        assert set(transaction.known(keys)) == set(keys)
        transaction.erase("ann")
        assert set(transaction.known(keys)) == {keys[1]} and transaction.feeds.of(["ann"]) == {}


def test_a_reading_transaction_does_not_write(store: Store) -> None:
    with store.reading() as transaction, pytest.raises(RuntimeError, match="does not write"):
        transaction.save([Changes(row("ann"))])
    with store.reading() as transaction:
        assert transaction.users() == []


def test_a_thread_has_one_transaction_at_a_time(store: Store) -> None:
    with store.writing():
        with pytest.raises(RuntimeError, match="in a transaction already"), store.reading():
            pass
        with pytest.raises(RuntimeError, match="in a transaction already"), store.writing():
            pass
    save(store, Changes(row("ann")))


def test_threads_that_write_the_same_user_lose_no_update(store: Store) -> None:
    def add() -> None:
        for _ in range(25):
            with store.writing() as transaction:
                badges = transaction.lock(["ann"])["ann"].badges if transaction.lock(["ann"]) else 0
                transaction.save([Changes(row("ann", badges=badges + 1))])

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as transaction:
        assert transaction.lock(["ann"])["ann"].badges == 100


def test_threads_that_lock_the_same_users_in_any_order_never_block_each_other_for_ever(store: Store) -> None:
    def touch(users: list[str]) -> None:
        for _ in range(25):
            with store.writing() as transaction:
                known = transaction.lock(users)
                transaction.save(
                    [Changes(row(user, badges=known[user].badges + 1 if user in known else 1)) for user in users]
                )

    threads = [Thread(target=touch, args=(users,)) for users in (["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as transaction:
        assert [user.badges for user in transaction.lock(["a", "b", "c"]).values()] == [75, 75, 75]


def test_a_reader_sees_one_moment_while_others_write(database_url: str) -> None:
    store = open_store(database_url)
    save(store, Changes(row("ann")))
    with store.reading() as transaction:
        assert transaction.users() == ["ann"]
        writer = Thread(target=save, args=(store, Changes(row("bob"))))
        writer.start()
        writer.join()
        assert transaction.users() == ["ann"]
    with store.reading() as transaction:
        assert transaction.users() == ["ann", "bob"]
    store.close()


def test_a_second_store_on_the_same_database_sees_what_the_first_committed(database_url: str) -> None:
    first, second = open_store(database_url), open_store(database_url)
    fill(first)
    assert everything(second) == everything(first)
    first.close()
    second.close()


def test_a_file_that_another_process_writes_for_too_long_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'badges.db'}"
    first = open_store(url)
    monkeypatch.setattr("engine.store.sqlite.BUSY_SECONDS", 0.05)
    second = open_store(url)
    outcome: list[BaseException] = []
    with first.writing():
        blocked = Thread(target=lambda: outcome.append(_fault(second)))
        blocked.start()
        blocked.join()
    assert "is busy" in str(outcome[0])
    save(second, Changes(row("ann")))


def _fault(store: Store) -> BaseException:
    with pytest.raises(StoreUnavailable) as caught:
        save(store, Changes(row("ann")))
    return caught.value


def test_a_writer_waits_for_its_turn_no_longer_than_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.sqlite.BUSY_SECONDS", 0.05)
    store = open_store(f"sqlite:///{tmp_path / 'badges.db'}")
    outcome: list[BaseException] = []
    with store.writing():
        blocked = Thread(target=lambda: outcome.append(_fault(store)))
        blocked.start()
        blocked.join()
    assert "is busy" in str(outcome[0])
    save(store, Changes(row("ann")))


WRITER = """
import sys, time
from engine.store import Changes, UserRow, open_store
store = open_store(sys.argv[1])
with store.writing() as transaction:
    transaction.save([Changes(UserRow("ann", (1, "app", "e1")))])
if sys.argv[2] == "within":
    with store.writing() as transaction:
        transaction.save([Changes(UserRow("bob", (1, "app", "e1")))])
        print("now", flush=True)
        time.sleep(60)
print("now", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("moment", ["after", "within"])
def test_what_was_committed_survives_a_kill_and_nothing_else_does(database_url: str, moment: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", WRITER, database_url, moment], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    store = open_store(database_url)
    with store.writing() as transaction:
        assert transaction.users() == ["ann"]
        assert set(transaction.lock(["ann", "bob"])) == {"ann"}
    store.close()


def test_many_processes_open_a_new_database_at_once(database_url: str) -> None:
    code = "import sys; from engine.store import open_store; open_store(sys.argv[1]).close()"
    processes = [subprocess.Popen([sys.executable, "-c", code, database_url], cwd=ROOT) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4


def test_connections_are_closed_with_the_store(database_url: str) -> None:
    store = open_store(database_url)
    inside, leave = Event(), Event()

    def read() -> None:
        with store.reading() as transaction:
            transaction.users()
            inside.set()
            leave.wait()

    reader = Thread(target=read)
    reader.start()
    inside.wait()
    save(store, Changes(row("ann")))
    leave.set()
    reader.join()
    store.close()
    if database_url.startswith("sqlite"):
        path = database_url.removeprefix("sqlite:///")
        assert not Path(path + "-wal").exists()
