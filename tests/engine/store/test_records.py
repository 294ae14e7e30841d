"""Versions of the rule set, the audit log and API keys."""

from __future__ import annotations

from dataclasses import replace

from engine.store import AuditRecord, KeyRow, Store, Version


def test_the_newest_version_is_in_service(store: Store) -> None:
    first, second = Version("v1", {"badges/a.yaml": "name: Ä"}, 10, "ann"), Version("v2", {}, 20, "")
    with store.writing() as transaction:
        assert transaction.current() is None
        assert transaction.put_version(first) == replace(first, number=1)
        assert transaction.put_version(second) == replace(second, number=2)
        transaction.put_version(first)
    with store.reading() as transaction:
        assert transaction.current() == (3, "v1")
        assert transaction.versions() == [replace(first, number=3), replace(second, number=2), replace(first, number=1)]
        assert [version.number for version in transaction.versions(1)] == [3]


def test_audit_records_come_newest_first_and_page_by_page(store: Store) -> None:
    records = [AuditRecord(n, "ann", "grant", "bob", "a", {"reason": "é", "n": n}) for n in range(3)]
    with store.writing() as transaction:
        for record in [*records, AuditRecord(9, "ann", "apply")]:
            transaction.record(record)
    with store.reading() as transaction:
        newest, *rest = transaction.audit(10)
        assert replace(newest, number=0) == AuditRecord(9, "ann", "apply")
        assert [replace(record, number=0) for record in rest] == records[::-1]
        assert transaction.audit(2, newest.number) == rest[:2]
        assert transaction.audit(10, rest[-1].number) == []


def test_keys_are_kept_by_name(store: Store) -> None:
    key = KeyRow("app", "hash", ("events", "read"), 10)
    with store.writing() as transaction:
        transaction.put_key(key)
        transaction.put_key(KeyRow("admin", "other", ("staff",), 11, 12))
        transaction.put_key(replace(key, last_used_at=20))
    with store.writing() as transaction:
        assert transaction.keys() == [KeyRow("admin", "other", ("staff",), 11, 12), replace(key, last_used_at=20)]
        assert transaction.drop_key("app")
        assert not transaction.drop_key("app")
        (left,) = transaction.keys()
        assert left.name == "admin"


def test_the_last_use_of_a_key_is_noted_unless_it_is_another_one_by_now(store: Store) -> None:
    with store.writing() as transaction:
        transaction.put_key(KeyRow("app", "hash", ("read",), 10))
        transaction.put_key(KeyRow("gone", "", (), 10))
    with store.writing() as transaction:
        transaction.use_key("app", "hash", 20)
        transaction.use_key("app", "another", 30)
        transaction.use_key("gone", "hash", 30)
        transaction.use_key("unknown", "hash", 30)
    with store.reading() as transaction:
        assert transaction.keys() == [KeyRow("app", "hash", ("read",), 10, 20), KeyRow("gone", "", (), 10)]


def test_a_database_tells_its_size(store: Store) -> None:
    with store.reading() as transaction:
        assert transaction.size() >= 0
