"""Events into a store: one by one and in batches, against the raw store and against the naive design."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.jsontext import dumps
from engine.model import Posted, Viewer
from engine.service import Service
from engine.store import open_store

from .report import Line
from .timing import Figure, ratio, rounds
from .workload import END, FILES, events

STAFF = Viewer("staff", name="bench")
SINGLE, BATCHED, BATCH = 1000, 10_000, 500
Held = set[tuple[str, str]]


def measure() -> list[Line]:
    """Singles and batches; every run ends with the same awards."""
    few, many = events(SINGLE), events(BATCHED)
    singles = _timed({"engine": lambda path: _engine(path, few, 1), "raw": lambda path: _raw(path, few, 1)})
    batches = _timed(
        {
            "engine": lambda path: _engine(path, many, BATCH),
            "raw": lambda path: _raw(path, many, BATCH),
            "memory": lambda path: _memory(many),
        }
    )
    naive = _timed(
        {"naive": lambda path: _naive(path, many, False), "skipping": lambda path: _naive(path, many, True)}, 1
    )
    batch = batches["engine"]
    return [
        Line(
            "4",
            "single event on SQLite (FULL), of raw insert and commit",
            _rate(singles["engine"], SINGLE),
            ratio(singles["raw"], singles["engine"]),
            "≥ 0.55",
            "≥ 0.8",
        ),
        Line(
            "5",
            "batch of 500 on SQLite, of raw executemany",
            _rate(batch, BATCHED),
            ratio(batches["raw"], batch),
            "≥ 0.30",
            "≥ 0.45",
        ),
        Line(
            "5",
            "batch of 500 on SQLite, of the naive design",
            _rate(naive["naive"], BATCHED),
            naive["naive"].median / batch.median,
            "≥ 25",
            "≥ 35",
        ),
        Line(
            "5",
            "batch of 500 on SQLite, of the naive design that skips what is earned",
            _rate(naive["skipping"], BATCHED),
            naive["skipping"].median / batch.median,
            "≥ 7",
            "≥ 12",
        ),
        Line("", "batch of 500 in memory", _rate(batches["memory"], BATCHED), None, "", ""),
    ]


def _timed(contenders: dict[str, Callable[[Path], Held | None]], count: int = 5) -> dict[str, Figure]:
    held: list[Held] = []

    def within(run: Callable[[Path], Held | None]) -> Callable[[], None]:
        def timed() -> None:
            with tempfile.TemporaryDirectory() as folder:
                found = run(Path(folder))
            if found is not None:
                held.append(found)

        return timed

    figures = rounds({name: within(run) for name, run in contenders.items()}, count)
    if any(found != held[0] for found in held):
        raise SystemExit("The contenders end with different awards.")
    return figures


def _engine(folder: Path, posts: Sequence[Posted], size: int) -> Held:
    return _ingest(f"sqlite:///{folder}/bench.db", posts, size)


def _memory(posts: Sequence[Posted]) -> Held:
    return _ingest("memory://", posts, BATCH)


def _ingest(url: str, posts: Sequence[Posted], size: int) -> Held:
    store = open_store(url)
    service = Service(store, lambda: END)
    service.apply(FILES, "bench")
    for start in range(0, len(posts), size):
        service.ingest(posts[start : start + size], STAFF)
    users = sorted({post.event.user for post in posts})
    with store.reading() as transaction:
        held = {(user, award.badge) for user in users for award in transaction.awards(user)}
    store.close()
    return held


def _raw(folder: Path, posts: Sequence[Posted], size: int) -> None:
    database = _events_table(folder)
    rows = [(e.user, e.source, e.id, e.type, e.time, dumps(e.data)) for e in (post.event for post in posts)]
    for start in range(0, len(rows), size):
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", rows[start : start + size])
        database.execute("COMMIT")
    database.close()


def _events_table(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / "raw.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(
        "CREATE TABLE events (user TEXT, source TEXT, id TEXT, type TEXT, time INTEGER, data TEXT,"
        " PRIMARY KEY (user, source, id)) WITHOUT ROWID"
    )
    return database


# The naive design: a query over the user's events for each badge, an insert for each award, autocommit.

_DAYS = "SELECT DISTINCT time / 86400000000 AS day FROM events WHERE user = ?1 AND type = 'login'"
_RUN = (
    f"WITH days AS ({_DAYS}) SELECT COUNT(*) FROM (SELECT day - ROW_NUMBER() OVER (ORDER BY day) AS run FROM days)"
    " GROUP BY run ORDER BY MAX(run) DESC LIMIT 1"
)
_QUIZZES = "SELECT COUNT(*) FROM events WHERE user = ?1 AND type = 'quiz'"
_SALES = "FROM events WHERE user = ?1 AND type = 'sale'"
_SHARES = "SELECT COUNT(*) FROM events WHERE user = ?1 AND type = 'share'"
_ACCURATE = " AND data ->> 'score' * 100.0 / (data ->> 'total') >= 85"
NAIVE: dict[str, list[tuple[str, str, float, tuple[str, ...]]]] = {
    "login": [("three_days", _RUN, 3, ()), ("seven_days", _RUN, 7, ()), ("thirty_days", _RUN, 30, ())],
    "quiz": [
        ("first_quiz", _QUIZZES, 1, ()),
        ("ten_quizzes", _QUIZZES, 10, ("first_quiz",)),
        ("accurate", _QUIZZES + _ACCURATE, 5, ()),
        ("explorer", _QUIZZES.replace("COUNT(*)", "COUNT(DISTINCT data ->> 'provider')"), 3, ()),
    ],
    "sale": [
        ("spender", f"SELECT SUM(data ->> 'amount') {_SALES}", 1000, ()),
        ("big_spender", f"SELECT COUNT(*) {_SALES} AND data ->> 'amount' > 50", 10, ()),
        ("first_sale", f"SELECT COUNT(*) {_SALES}", 1, ()),
    ],
    "share": [("sharer", _SHARES, 3, ()), ("all_round", _SHARES, 5, ("first_quiz", "first_sale"))],
}
"""By event type: badge, query of its value, threshold, prerequisites."""
_OPENS = {
    "first_quiz": [("all_round", _SHARES, 5.0, ("first_quiz", "first_sale"))],
    "first_sale": [("all_round", _SHARES, 5.0, ("first_quiz", "first_sale"))],
}


def _naive(folder: Path, posts: Sequence[Posted], skip_earned: bool) -> Held:
    database = _events_table(folder)
    database.execute("CREATE INDEX by_type ON events (user, type)")
    database.execute("CREATE TABLE awards (user TEXT, badge TEXT, at INTEGER, PRIMARY KEY (user, badge))")
    for event in (post.event for post in posts):
        row = (event.user, event.source, event.id, event.type, event.time, dumps(event.data))
        database.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", row)
        waiting = list(NAIVE[event.type])
        while waiting:
            badge, query, threshold, needed = waiting.pop(0)
            if skip_earned and _holds(database, event.user, badge):
                continue
            value = database.execute(query, (event.user,)).fetchone()
            met = value is not None and value[0] is not None and value[0] >= threshold - 1e-9
            if met and all(_holds(database, event.user, name) for name in needed):
                found = database.execute(
                    "INSERT OR IGNORE INTO awards VALUES (?, ?, ?)", (event.user, badge, event.time)
                )
                waiting += _OPENS.get(badge, []) if found.rowcount else []
    held = {(user, badge) for user, badge in database.execute("SELECT user, badge FROM awards")}
    database.close()
    return held


def _holds(database: sqlite3.Connection, user: str, badge: str) -> bool:
    return database.execute("SELECT 1 FROM awards WHERE user = ? AND badge = ?", (user, badge)).fetchone() is not None


def _rate(figure: Figure, count: int) -> str:
    return f"{count / figure.median:,.0f}/s"
