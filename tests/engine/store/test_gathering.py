"""What is read of many users together is what is read of each alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from engine.store import Changes, Head, Store, Transaction, gathering
from tests.engine.store.samples import award, entry, failure, left, row, save, snapshot

USERS = ["ann", "bob", "cleo", "dan", "é"]


def _filled(store: Store) -> None:
    for number, user in enumerate(USERS):
        entries = [entry(user, f"e{n}", 9 - n, data={"n": Decimal("0.10") if n else n}) for n in range(number * 2)]
        heads = {f"m{n}": Head(["x" * 500, n]) for n in range(number * 4)}
        cells = {("m1", f"c{n}"): [n] for n in range(number)}
        awards = [award("first", occurrence=str(n), at=5 - n) for n in range(number)]
        failures = [failure("first", f"e{n}") for n in range(number)]
        save(store, Changes(row(user), entries, heads, cells, awards, failures=failures))
    with store.writing() as transaction:
        transaction.compact(snapshot("cleo", 6, "login", body={"a": 1}), [left("cleo", "e3")])


def _all_of(transaction: Transaction, user: str) -> tuple[Any, ...]:
    return (
        transaction.events(user),
        transaction.awards(user),
        transaction.all_heads(user),
        transaction.cells(user),
        transaction.failures(user),
        transaction.snapshot(user),
        transaction.awards(user, "first"),
        transaction.cells(user, "m1"),
    )


@pytest.mark.parametrize("rows", [1, 4, 5_000])
def test_what_is_gathered_is_what_is_stored_in_any_order(
    store: Store, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "ROWS", rows)
    _filled(store)
    with store.reading() as transaction:
        alone = {user: _all_of(transaction, user) for user in [*USERS, "nobody"]}
        transaction.gather(USERS)
        for users in (USERS, USERS[::-1], [*USERS, "nobody"]):
            assert {user: _all_of(transaction, user) for user in users} == {user: alone[user] for user in users}


def test_events_are_those_of_the_log(store: Store) -> None:
    _filled(store)
    with store.reading() as transaction:
        for user in USERS:
            assert transaction.events(user) == [stored.event for stored in transaction.log(user)]
        sizes = transaction.sizes([*USERS, "nobody"])
        assert {user: sizes.get(user, 0) for user in USERS} == {"ann": 0, "bob": 2, "cleo": 3, "dan": 6, "é": 8}


def test_what_is_written_after_it_was_gathered_is_read_anew(store: Store) -> None:
    _filled(store)
    with store.writing() as transaction:
        transaction.gather(USERS)
        before = transaction.events("bob")
        new = entry("bob", "new", 20)
        transaction.save([Changes(replace(row("bob"), badges=1), [new], awards=[award("second", at=9)])])
        assert transaction.events("bob") == [*before, new.event]
        assert [held.badge for held in transaction.awards("bob")] == ["first", "second"]
