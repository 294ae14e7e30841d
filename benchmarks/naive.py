"""SQLite without the engine: the raw store, and the naive design (a query a badge, an insert an award, autocommit)."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from engine.jsontext import dumps
from engine.model import Posted

from .scene import Held

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


def naive(folder: Path, posts: Sequence[Posted], skip_earned: bool) -> tuple[float, Held]:
    """Take all in; with ``skip_earned``, badges that are held are looked up before, and not worked out again."""
    database = events_table(folder)
    database.execute("CREATE INDEX by_type ON events (user, type)")
    database.execute("CREATE TABLE awards (user TEXT, badge TEXT, at INTEGER, PRIMARY KEY (user, badge))")
    start = time.perf_counter()
    for event in (post.event for post in posts):
        row = (event.user, event.source, event.id, event.type, event.time, dumps(event.data))
        database.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", row)
        _evaluate(database, event.user, event.type, event.time, skip_earned)
    seconds = time.perf_counter() - start
    held = frozenset((user, badge) for user, badge in database.execute("SELECT user, badge FROM awards"))
    database.close()
    return seconds, held


def _evaluate(database: sqlite3.Connection, user: str, type: str, time: int, skip_earned: bool) -> None:
    waiting = list(NAIVE[type])
    while waiting:
        badge, query, threshold, needed = waiting.pop(0)
        if skip_earned and _holds(database, user, badge):
            continue
        value = database.execute(query, (user,)).fetchone()
        met = value is not None and value[0] is not None and value[0] >= threshold - 1e-9
        if met and all(_holds(database, user, name) for name in needed):
            found = database.execute("INSERT OR IGNORE INTO awards VALUES (?, ?, ?)", (user, badge, time))
            waiting += _OPENS.get(badge, []) if found.rowcount else []


def _holds(database: sqlite3.Connection, user: str, badge: str) -> bool:
    return database.execute("SELECT 1 FROM awards WHERE user = ? AND badge = ?", (user, badge)).fetchone() is not None


def raw(folder: Path, posts: Sequence[Posted], size: int, synchronous: str = "FULL") -> float:
    """Insert the same events, and nothing else, a commit for so many."""
    database = events_table(folder, synchronous)
    rows = [(e.user, e.source, e.id, e.type, e.time, dumps(e.data)) for e in (post.event for post in posts)]
    start = time.perf_counter()
    for at in range(0, len(rows), size):
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", rows[at : at + size])
        database.execute("COMMIT")
    seconds = time.perf_counter() - start
    database.close()
    return seconds


def events_table(folder: Path, synchronous: str = "FULL") -> sqlite3.Connection:
    """An empty database with a table of events."""
    database = sqlite3.connect(folder / "raw.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute(f"PRAGMA synchronous={synchronous}")
    database.execute(
        "CREATE TABLE events (user TEXT, source TEXT, id TEXT, type TEXT, time INTEGER, data TEXT,"
        " PRIMARY KEY (user, source, id)) WITHOUT ROWID"
    )
    return database
