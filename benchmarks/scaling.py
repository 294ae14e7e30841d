"""How many events a second the stores take, by processes at work.

The example rules, random users out of 5,000, in order; through the service, without HTTP. The database and the
processes share the machine, and every commit is on its disk (SQLite's synchronous FULL, PostgreSQL's fsync).
"""

from __future__ import annotations

import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from docs.pages import example_rules
from engine.model import Event, Posted, Viewer
from engine.service import Service
from engine.store import open_store
from tests import postgres

from .report import Line
from .timing import ROUNDS

USERS = 5_000
APART = "PostgreSQL, users apart"
"""Each process has users of its own, as behind a bus that is keyed by user."""
STORES = (
    ("SQLite", 1),
    ("SQLite", 100),
    ("PostgreSQL", 1),
    ("PostgreSQL", 100),
    (APART, 100),
    ("PostgreSQL, 16 parts", 100),
)
"""And how many events a request holds."""
PROCESSES = (1, 2)
SECONDS = 1.5
WARM = 5_000
"""Events that are there before."""
STAFF = Viewer("staff", name="benchmark")
SCRIPT = re.findall(r"(?ms)^```sql\n(.*?)^```", Path("docs/scaling.md").read_text(encoding="utf-8"))[0]


def measure() -> list[Line]:
    """Each store with one process and with two."""
    lines = []
    for name, size in STORES:
        if name != "SQLite" and not postgres.is_installed():
            continue
        with database(name) as (url, space):
            found: dict[int, list[float]] = {count: [] for count in PROCESSES}
            for _ in range(ROUNDS):
                for count in PROCESSES:
                    found[count].append(rate(url, size, count, SECONDS, name == APART))
            lines.append(_line(name, size, found, space()))
    return lines


def _line(name: str, size: int, found: Mapping[int, Sequence[float]], space: float) -> Line:
    """All rates, and what a second process adds."""
    what = f"two processes, of one: {name}, {size} events a request"
    rates = ", ".join(f"{statistics.median(rates):,.0f}/s" for rates in found.values())
    second = statistics.median(two / one for one, two in zip(found[1], found[2], strict=True))
    aims = ("12", "≥ 1.5", "≥ 1.8") if name in ("PostgreSQL", APART) else ("", "", "")
    told = f"{rates}; {space:,.0f} bytes an event"
    return Line(aims[0], what, told, second, *aims[1:])


@contextmanager
def database(name: str) -> Iterator[tuple[str, Callable[[], float]]]:
    """The URL of a database with some events in it, and a way to ask for the bytes that an event takes."""
    if name == "SQLite":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "badges.db"
            fill(f"sqlite:///{path}")
            yield f"sqlite:///{path}", lambda: path.stat().st_size / stored(f"sqlite:///{path}")
        return
    with postgres.running(fsync="on", autovacuum="on") as server, server.empty() as url:
        fill(url)
        if "parts" in name:
            split(url)
        bytes_ = "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables"
        yield url, lambda: float(server.run(bytes_)[0][0]) / stored(url)


def split(url: str) -> None:
    """Partition the tables as the documents tell how."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute(SCRIPT)


def fill(url: str) -> None:
    """Put the rules in service, and take in some events."""
    store = open_store(url)
    service = Service(store, now)
    service.apply(example_rules(), "benchmark")
    for number in range(0, WARM, 1_000):
        service.ingest([event(f"w{number + n}", range(USERS)) for n in range(1_000)], STAFF)
    store.close()


def stored(url: str) -> int:
    """How many events there are."""
    store = open_store(url)
    with store.reading() as transaction:
        count = transaction.counts()["events"]
    store.close()
    return count


def rate(url: str, size: int, count: int, seconds: float, apart: bool = False) -> float:
    """Events a second of so many processes together; with ``apart``, no user is two processes' own."""
    command = [sys.executable, "-m", "benchmarks.scaling", "work", url, str(size), str(seconds)]
    shares = [(str(number), str(count)) if apart else ("0", "1") for number in range(count)]
    workers = [subprocess.Popen([*command, *share], stdout=subprocess.PIPE, text=True) for share in shares]
    return sum(float(worker.communicate()[0]) for worker in workers)


def work(url: str, size: int, seconds: float, share: int, shares: int) -> None:
    """Post for some seconds, for one share of the users, and print how many events a second that were."""
    users = range(share, USERS, shares)
    store = open_store(url)
    service, mark, posted = Service(store, now), f"{time.time_ns()}-{random.random()}", 0
    service.ingest([event(f"{mark}-first", users)], STAFF)
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        service.ingest([event(f"{mark}-{posted + n}", users) for n in range(size)], STAFF)
        posted += size
    print(posted / (time.monotonic() - began))
    store.close()


def event(id: str, users: Sequence[int]) -> Posted:
    """A quiz of one of the users, now."""
    data = {"score": random.randrange(11), "totalQuestions": 10}
    return Posted(Event(f"user-{random.choice(users)}", "quiz", id, "quiz_completed", now(), 0, data))


def now() -> int:
    """The instant by this machine's clock, in microseconds."""
    return time.time_ns() // 1000


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        work(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]))
    else:
        raise SystemExit("python -m benchmarks scaling")
