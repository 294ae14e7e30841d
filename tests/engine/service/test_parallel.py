"""What is done by several processes comes to the same as what one does."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.calendar import parse_instant
from engine.model import Event, Posted, Viewer
from engine.service import Service, parallel
from engine.store import Changes, open_store

NOW = parse_instant("2026-06-01T00:00:00Z")[0]
FILES = {"events/quiz.yaml": "payload: {type: object}", "badges/first.yaml": "{name: First, trigger: quiz}"}


def test_logs_are_verified_by_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(f"sqlite:///{tmp_path}/badges.db")
    service = Service(store, lambda: NOW)
    service.apply(FILES, "test")
    posts = [Posted(Event(f"user{n}", "app", "e1", "quiz", NOW - 1, 0, {})) for n in range(7)]
    service.ingest(posts, Viewer("staff", name="test"))
    with store.writing() as transaction:
        transaction.save([Changes(replace(transaction.lock(["user3"])["user3"], points=5))])
    told: list[int] = []
    one = service.verify()
    monkeypatch.setattr(parallel, "FEWEST", 2)
    monkeypatch.setattr(parallel, "SHARE", 3)
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    assert service.verify(told.append) == one
    assert told == [3, 6, 7]
    assert [line.split(":")[0] for line in one.differences] == ["user3"]
    store.close()
