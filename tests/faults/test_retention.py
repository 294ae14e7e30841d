"""Logs that are compacted while their users go on: nothing is lost and nothing is counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from engine.model import Posted, Receipt
from engine.service import Service
from engine.store import open_store
from tests.faults.scene import FILES, MINUTE, NOON, STAFF, hit

USERS = ("ada", "bob", "cleo")
EACH = 60
NOW = NOON + 2000 * MINUTE


def test_events_and_retries_that_come_while_logs_are_compacted(new_database: Callable[[], str]) -> None:
    store = open_store(new_database())
    service = Service(store, lambda: NOW)
    service.apply(FILES, "test")
    posts = [hit(user, number) for number in range(1, EACH + 1) for user in USERS]
    first: dict[tuple[str, str], Receipt] = {}

    def post(part: list[Posted]) -> None:
        for entry in part:
            [receipt] = service.ingest([entry], STAFF)
            first[entry.event.user, entry.event.id] = receipt

    def compact() -> int:
        ages = range(NOW - NOON - 5 * MINUTE, NOW - NOON - EACH * MINUTE, -5 * MINUTE)
        return sum(service.retain(age, STAFF).entries for age in ages)

    early = len(posts) // 4
    post(posts[:early])
    with ThreadPoolExecutor(5) as pool:
        done = pool.submit(compact)
        list(pool.map(post, [posts[early + n :: 4] for n in range(4)]))
        assert done.result() > 0
    accepted = {key for key, receipt in first.items() if receipt.status == "accepted"}
    assert {r.errors[0]["code"] for r in first.values() if r.status == "rejected"} <= {"compacted"}
    assert {r.status for r in first.values()} <= {"accepted", "rejected"}
    counted = {entry.user: entry.value for entry in service.leaderboard("hits")}
    assert counted == Counter(user for user, _ in accepted)
    for entry in posts:
        [again] = service.ingest([entry], STAFF)
        key = (entry.event.user, entry.event.id)
        assert again.status == ("duplicate" if key in accepted else "rejected")
        assert again.awarded == first[key].awarded
    assert service.verify().differences == []
    store.close()
