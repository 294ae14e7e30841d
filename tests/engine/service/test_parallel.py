"""What is done by several processes comes to the same as what one does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from engine.calendar import DAY, parse_instant
from engine.model import Event, Posted, Viewer
from engine.plan import plan_json
from engine.service import Service, parallel, rebuilding
from engine.shares import processes
from engine.store import Changes, Store, open_store
from tests.conftest import NewStore

NOW = parse_instant("2026-06-01T00:00:00Z")[0]
STAFF = Viewer("staff", name="test")
FILES = {
    "events/quiz.yaml": "payload: {type: object, required: [on], properties: {on: {type: string}}}",
    "events/login.yaml": "payload: {type: object}",
    "badges/first.yaml": "{name: First, trigger: quiz, points: 2}",
    "badges/topics.yaml": "{name: Topics, trigger: quiz, measure: count_distinct, of: event.on, threshold: 3}",
}
CHANGED = {
    **FILES,
    "badges/third.yaml": '{name: Third, trigger: quiz, when: event.on != "0", threshold: 3, prerequisites: [first]}',
    "badges/topics.yaml": "{name: Topics, trigger: quiz, measure: count_distinct, of: event.on, threshold: 4}",
}


def quiz(user: str, number: int, at: int = NOW - DAY) -> Posted:
    return Posted(Event(user, "app", f"e{number}", "quiz", at + number, 0, {"on": str(number % 5)}))


def filled(url: str) -> Store:
    """Some with many quizzes, some with few, one who only comes by."""
    store = open_store(url)
    service = Service(store, lambda: NOW)
    service.apply(FILES, "test")
    service.ingest([quiz(f"user{n}", number) for n in range(7) for number in range(n + 1)], STAFF)
    service.ingest([Posted(Event("visitor", "app", "e1", "login", NOW - 1, 0, {}))], STAFF)
    return store


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FEWEST", 2), ("SHARE", 3), ("processors", lambda: 2)):
        monkeypatch.setattr(parallel, name, value)


def test_logs_are_verified_and_changes_planned_and_applied_by_several_processes(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = filled(f"sqlite:///{tmp_path}/one.db")
    with store.writing() as transaction:
        transaction.save([Changes(replace(transaction.lock(["user3"])["user3"], points=5))])
    store.close()
    shutil.copy(tmp_path / "one.db", tmp_path / "several.db")
    one = _done(open_store(f"sqlite:///{tmp_path}/one.db"), [])
    request.getfixturevalue("several")
    told: list[int] = []
    assert _done(open_store(f"sqlite:///{tmp_path}/several.db"), told) == one
    assert told == [3, 6, 8]
    assert [line.split(":")[0] for line in one[0].differences] == ["user3"]
    assert one[2] == (7, 4)


def _done(store: Store, told: list[int]) -> tuple[Any, ...]:
    """What is found, what is planned, what an apply does, and what everybody holds then."""
    service = Service(store, lambda: NOW)
    found, plan = service.verify(told.append), plan_json(service.plan(CHANGED))
    given: list[tuple[str, Any]] = []
    applied = service.apply(CHANGED, "test", announce=lambda user, award: given.append((user, award)))
    held = [service.awards(f"user{n}", STAFF) for n in range(7)]
    store.close()
    return found, {**plan, "seconds": None}, (applied.rebuilt, applied.awarded), sorted(given), held


def test_whom_an_event_has_met_meanwhile_is_not_written_over(
    new_store: NewStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store()
    service = Service(store, lambda: NOW)
    service.apply(FILES, "test")
    service.ingest([quiz(f"user{n}", number) for n in range(4) for number in range(3)], STAFF)

    def spread(store: Store, work: Any, make: Any) -> Iterator[Any]:
        made = work([f"user{n}" for n in range(4)])
        service.ingest([quiz("user1", 7), quiz("user2", 8, NOW - 2 * DAY)], STAFF)
        service.erase("user3", STAFF)
        yield made

    monkeypatch.setattr(parallel, "spread", spread)
    monkeypatch.setattr(rebuilding, "pays", lambda *_: True)
    assert service.apply(CHANGED, "test").rebuilt == 1
    assert service.verify().differences == []
    assert [len(service.awards(f"user{n}", STAFF)) for n in range(4)] == [2, 3, 3, 0]


def test_what_a_process_leaves_undone_is_done_here(
    tmp_path: Path, several: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "processors", lambda: 1)
    store = filled(f"sqlite:///{tmp_path}/badges.db")
    found = list(parallel.spread(store, len, partial(_broken, os.getpid())))
    assert found == [3, 3, 2]
    store.close()


def test_where_there_can_be_no_processes_all_is_done_here(
    tmp_path: Path, several: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any) -> None:
        raise OSError("no semaphores")

    monkeypatch.setattr(processes, "ProcessPoolExecutor", none)
    store = filled(f"sqlite:///{tmp_path}/badges.db")
    assert list(parallel.shared(store, len, partial(_broken, os.getpid()))) == [3, 3, 2]
    store.close()


def _broken(parent: int, store: Store) -> Any:
    """Work of another process, which ends with it."""
    return lambda users: os._exit(3) if os.getpid() != parent else len(users)
