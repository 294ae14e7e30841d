"""No statement of an event reads more the longer a history is: each finds its rows by an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.model import Event, Posted, Viewer
from engine.service import Service
from engine.store import open_store
from engine.store.sqlite_connection import SqliteConnection

STAFF = Viewer("staff", name="test")
NOW = 10**15
FILES = {
    "events/quiz.yaml": "payload: {type: object, required: [on], properties: {on: {type: string}}}",
    "badges/three.yaml": "{name: Three, trigger: quiz, threshold: 3}",
    "badges/topics.yaml": "{name: Topics, trigger: quiz, measure: count_distinct, of: event.on, threshold: 3}",
    "badges/busy.yaml": "{name: Busy, trigger: quiz, within: 1h, threshold: 4}",
    "badges/daily.yaml": "{name: Daily, trigger: quiz, measure: streak, period: day, threshold: 2}",
    "metrics/quizzes.yaml": "{trigger: quiz}",
    "leaderboards/quizzes.yaml": "{name: Quizzes, rank_by: metric, metric: quizzes}",
}


def quiz(number: int) -> Posted:
    return Posted(Event("ada", "app", f"q{number}", "quiz", NOW - 10**9 + number * 10**6, 0, {"on": str(number % 4)}))


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, list[Any]]]:
    """What a database is asked when events come in order, again and late: each statement with its plan."""
    store: Any = open_store(f"sqlite:///{tmp_path}/badges.db")
    service = Service(store, lambda: NOW)
    service.apply(FILES, "test")
    service.ingest([quiz(number) for number in range(0, 40, 2)], STAFF)
    statements = dict[str, Any]()

    def noting(run: Callable[..., Any], several: bool) -> Callable[..., Any]:
        def noted(connection: SqliteConnection, sql: str, parameters: Any = ()) -> Any:
            statements[sql] = next(iter(parameters), ()) if several else parameters
            return run(connection, sql, parameters)

        return noted

    for name in ("rows", "run", "_each"):
        monkeypatch.setattr(SqliteConnection, name, noting(getattr(SqliteConnection, name), name == "_each"))
    for post in (quiz(50), quiz(50), quiz(41)):
        service.ingest([post], STAFF)
    service.ingest([quiz(number) for number in (60, 62, 55, 60)], STAFF)
    with store.reading() as reading:
        yield {
            sql: [row[3] for row in reading._rows(f"EXPLAIN QUERY PLAN {sql}", parameters)]
            for sql, parameters in list(statements.items())
            if sql.startswith(("SELECT", "WITH", "UPDATE", "DELETE"))
        }
    store.close()


def test_every_statement_of_an_event_finds_its_rows_by_an_index(asked: dict[str, list[Any]]) -> None:
    large = ("users", "events", "states", "cells", "awards", "failures", "t", "e", "notices", "told")
    scans = {sql: plan for sql, plan in asked.items() for step in plan if step in {f"SCAN {name}" for name in large}}
    assert scans == {}
    assert any("FROM events" in sql for sql in asked)


def test_the_entries_after_a_late_one_are_read_in_the_order_of_the_index(asked: dict[str, list[Any]]) -> None:
    [plan] = [plan for sql, plan in asked.items() if "(time, source, id) >" in sql]
    assert [step.split(" (")[0] for step in plan] == ["SEARCH events USING INDEX events_by_position"]


def test_what_happened_lately_is_read_user_by_user_from_the_index_of_their_entries(tmp_path: Path) -> None:
    store: Any = open_store(f"sqlite:///{tmp_path}/badges.db")
    with store.reading() as reading:
        rows = reading._rows
        plans = list[str]()
        reading._rows = lambda sql, parameters: (
            plans.extend(row[3] for row in rows(f"EXPLAIN QUERY PLAN {sql}", parameters)) or []
        )
        reading._lately("events", "type", "time", 5)
        reading._flow("events", "time", 5, 50, 5)
    store.close()
    read = "SEARCH e USING COVERING INDEX events_by_position (user_id=? AND time>? AND time<?)"
    assert plans.count(read) == 2
