"""Erasing a user: nothing that names the user stays, in the tables and in the files."""

from __future__ import annotations

from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest

from engine.store import AuditRecord, Changes, Head, Store, StoreUnavailable, open_store
from tests.engine.store.samples import award, entry, failure, left, retraction, row, save, snapshot


def person(user: str, size: int = 10) -> Changes:
    """Something of the user in every table, with the user's name in every body."""
    data = {"who": user, "more": "x" * size}
    events = [entry(user, f"{user}-{n}", n, data=data) for n in range(5)] + [retraction(user, "r", f"{user}-1")]
    change = Changes(row(user, attributes={"name": f"Name of {user}"}, badges=1), events)
    change.heads = {"m": Head([user, "y" * size], size), "n": Head(1)}
    change.cells = {("m", f"v{user}"): user}
    change.awards, change.failures = [award("a", metadata=data)], [failure("b", message=f"{user} failed")]
    return change


def compact(store: Store, user: str) -> None:
    """Put the beginning of a person's log into a snapshot that names the user."""
    with store.writing() as transaction:
        gone = [left(user, f"{user}-{n}", f"digest of {user}", [{"who": user}]) for n in range(2)]
        transaction.compact(snapshot(user, 2, "login", entries=2, body={"who": user}), gone)
    store.scrub()


def test_nothing_of_an_erased_user_is_left_and_everything_of_the_others(store: Store) -> None:
    save(store, person("ann"), person("bob"))
    compact(store, "ann")
    with store.writing() as transaction:
        transaction.record(AuditRecord(1, "staff", "grant", "ann", "a"))
        transaction.record(AuditRecord(2, "staff", "grant", "bob", "a"))
        assert transaction.erase("ann")
        assert not transaction.erase("ann")
        assert not transaction.erase("nobody")
        transaction.record(AuditRecord(3, "staff", "erase"))
    store.scrub()
    with store.reading() as transaction:
        assert transaction.users() == ["bob"]
        assert transaction.counts() == {"users": 1, "events": 6, "awards": 1, "failures": 1}
        assert transaction.holders() == {"a": 1}
        assert not transaction.lock(["ann"]) and not transaction.log("ann") and not transaction.awards("ann")
        assert transaction.snapshot("ann") is None and transaction.compacted_of("ann") == []
        assert not transaction.all_heads("ann") and not transaction.cells("ann") and not transaction.failures("ann")
        assert transaction.retractions_of([("ann", "app", "ann-1"), ("bob", "app", "bob-1")]) == {
            ("bob", "app", "bob-1")
        }
        assert [record.user for record in transaction.audit(10)] == [None, "bob"]
        assert [entry.user for entry in transaction.rank_metric("m", 0, 10)] == ["bob"]
        assert len(transaction.log("bob")) == 6 and transaction.cells("bob") == {("m", "vbob"): "bob"}


def test_a_user_known_by_an_audit_record_alone_is_erased_too(store: Store) -> None:
    with store.writing() as transaction:
        transaction.record(AuditRecord(1, "staff", "revoke", "ann", "a"))
        assert transaction.erase("ann")
        assert transaction.audit(10) == []


def test_a_later_event_begins_a_new_user(store: Store) -> None:
    save(store, person("ann"))
    with store.writing() as transaction:
        transaction.erase("ann")
    save(store, Changes(row("ann"), [entry("ann", "ann-1")]))
    with store.reading() as transaction:
        assert [stored.event.id for stored in transaction.log("ann")] == ["ann-1"]


def everywhere(folder: Path) -> bytes:
    """The bytes of all files of a database."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_the_files_of_sqlite_hold_no_byte_of_an_erased_user(tmp_path: Path) -> None:
    random = Random(7)
    users = [f"user-{random.randrange(10**9):09}" for _ in range(120)]
    store = open_store(f"sqlite:///{tmp_path / 'badges.db'}")
    for user in users:
        save(store, person(user, random.choice([5, 50, 500, 5000])))
    for user in users[::7]:
        compact(store, user)
    for user in random.sample(users, 10):
        assert user.encode() in everywhere(tmp_path)
        with store.writing() as transaction:
            transaction.erase(user)
        store.scrub()
        assert user.encode() not in everywhere(tmp_path)
        users.remove(user)
    with store.reading() as transaction:
        assert transaction.users() == sorted(users)
    store.close()


def test_what_another_process_erased_and_did_not_clear_is_cleared(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'badges.db'}"
    interrupted = open_store(url)
    save(interrupted, person("ann-the-first"), person("bob"))
    with interrupted.writing() as transaction:
        transaction.erase("ann-the-first")
    store = open_store(url)
    with store.writing() as transaction:
        assert not transaction.erase("ann-the-first")
    store.scrub()
    assert b"ann-the-first" not in everywhere(tmp_path)
    interrupted.close()
    store.close()


def test_files_that_are_clear_are_not_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cleared: list[object] = []
    store = open_store(f"sqlite:///{tmp_path / 'badges.db'}")
    monkeypatch.setattr("engine.store.sqlite.SqliteBackend.scrub", lambda backend: cleared.append(backend))
    store.scrub()
    assert len(cleared) == 0
    for count in (1, 2):
        save(store, person("ann"))
        with store.writing() as transaction:
            transaction.erase("ann")
        store.scrub()
        store.scrub()
        assert len(cleared) == count
    store.close()


def test_while_others_read_the_files_cannot_be_cleared_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.sqlite.PRAGMAS", (("busy_timeout", 50), ("secure_delete", "on")))
    store = open_store(f"sqlite:///{tmp_path / 'badges.db'}")
    save(store, person("ann-the-first"))
    inside, leave = Event(), Event()

    def read() -> None:
        with store.reading() as transaction:
            transaction.users()
            inside.set()
            leave.wait()

    reader = Thread(target=read)
    reader.start()
    inside.wait()
    with store.writing() as transaction:
        transaction.erase("ann-the-first")
    with pytest.raises(StoreUnavailable, match="try again"):
        store.scrub()
    leave.set()
    reader.join()
    store.scrub()
    assert b"ann-the-first" not in everywhere(tmp_path)
    store.close()
