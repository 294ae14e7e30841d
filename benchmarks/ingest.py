"""Events into SQLite, one by one, from many callers and in batches: against the raw store and the naive design."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

from engine.model import Posted
from engine.service import Service

from .naive import naive, raw
from .report import Line
from .scene import STAFF, Held, compared, held_in, ingested, serving
from .timing import ratio
from .workload import events

SINGLE, BATCHED, BATCH, CALLERS = 1_000, 10_000, 500, 16


def measure() -> list[Line]:
    """Singles and batches; every run ends with the same awards."""
    return [*_singles(), *_batches()]


def _singles() -> list[Line]:
    posts = events(SINGLE)
    figures = compared(
        {
            "full": lambda folder: ingested(_sqlite(folder), posts, 1),
            "raw full": lambda folder: (raw(folder, posts, 1), None),
            "callers": lambda folder: _together(_sqlite(folder), posts),
            "normal": lambda folder: ingested(_sqlite(folder, "normal"), posts, 1),
            "raw normal": lambda folder: (raw(folder, posts, 1, "NORMAL"), None),
        }
    )
    full, normal = figures["raw full"], figures["raw normal"]
    lines = [
        ("single event, SQLite FULL, of raw insert and commit", "full", full, "≥ 0.55", "≥ 0.8"),
        ("single event, SQLite NORMAL, of raw insert and commit", "normal", normal, "≥ 0.45", "≥ 0.8"),
        (f"single events of {CALLERS} callers, SQLite FULL, of raw insert and commit", "callers", full, "> 1.5", ""),
    ]
    return [
        *(
            Line("4", what, figures[name].rate(SINGLE), ratio(to, figures[name]), *aims)
            for what, name, to, *aims in lines
        ),
        Line("", "raw insert and commit, SQLite FULL", full.rate(SINGLE)),
        Line("", "raw insert and commit, SQLite NORMAL", normal.rate(SINGLE)),
    ]


def _batches() -> list[Line]:
    posts = events(BATCHED)
    figures = compared(
        {
            "engine": lambda folder: ingested(_sqlite(folder), posts, BATCH),
            "raw": lambda folder: (raw(folder, posts, BATCH), None),
            "memory": lambda folder: ingested("memory://", posts, BATCH),
            "naive": lambda folder: naive(folder, posts, False),
            "skipping": lambda folder: naive(folder, posts, True),
        }
    )
    own = figures["engine"]
    lines = [
        ("batch of 500, SQLite, of raw executemany", "engine", ratio(figures["raw"], own), "≥ 0.30", "≥ 0.45"),
        ("the naive design at 10,000 events, this engine of it", "naive", ratio(figures["naive"], own), "≥ 25", "≥ 35"),
        ("the same, skipping what is earned", "skipping", ratio(figures["skipping"], own), "≥ 7", "≥ 12"),
    ]
    return [
        *(Line("5", what, figures[name].rate(BATCHED), found, *aims) for what, name, found, *aims in lines),
        Line("", "raw executemany of 500, SQLite FULL", figures["raw"].rate(BATCHED)),
        Line("", "batch of 500, in memory", figures["memory"].rate(BATCHED)),
    ]


def _sqlite(folder: Path, synchronous: str = "full") -> str:
    return f"sqlite:///{folder}/bench.db" + ("" if synchronous == "full" else f"?synchronous={synchronous}")


def _together(url: str, posts: Sequence[Posted]) -> tuple[float, Held]:
    """Single posts of many callers at once, each for its own users."""
    shares = _shares(posts)
    with serving(url) as (service, store):
        threads = [threading.Thread(target=_post_each, args=(service, share)) for share in shares]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - start, held_in(store, posts)


def _shares(posts: Sequence[Posted]) -> list[list[Posted]]:
    """The events of each caller: about as many for everyone, and no user's with two."""
    shares: list[list[Posted]] = [[] for _ in range(CALLERS)]
    by_user: dict[str, list[Posted]] = {}
    for post in posts:
        by_user.setdefault(post.event.user, []).append(post)
    for own in sorted(by_user.values(), key=len, reverse=True):
        min(shares, key=len).extend(own)
    return shares


def _post_each(service: Service, posts: Sequence[Posted]) -> None:
    for post in posts:
        service.ingest([post], STAFF)
