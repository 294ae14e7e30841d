"""Four processes that post the same events at once, and each its own: none may be lost, none counted twice."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence

from msgspec.structs import replace

from engine.model import Posted
from engine.service import Service
from engine.store import open_store
from tests import postgres

from .report import Line
from .scene import STAFF, serving
from .workload import END, events

WRITERS, SHARED, OWN = 4, 400, 400


def measure() -> list[Line]:
    """How many events are missing or too many, on either store."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="badges-bench-") as folder:
        lines.append(_line("SQLite", f"sqlite:///{folder}/bench.db"))
    if postgres.is_installed():
        with postgres.running(fsync="on") as server, server.empty() as url:
            lines.append(_line("PostgreSQL", url))
    return lines


def _line(store: str, url: str) -> Line:
    with serving(url) as (service, opened):
        words = [sys.executable, "-m", "benchmarks.writers", url]
        writers = [subprocess.Popen([*words, str(number)]) for number in range(WRITERS)]
        if any(writer.wait(300) for writer in writers):
            raise SystemExit("A writer failed.")
        with opened.reading() as transaction:
            found = transaction.counts()["events"]
        report = service.verify()
    expected = SHARED + WRITERS * OWN
    wrong = abs(found - expected) + len(report.differences)
    what = f"events lost or doubled by {WRITERS} writers at once, {store}"
    return Line("13", what, f"{found:,} of {expected:,}", float(wrong), "≤ 0")


def work(url: str, number: int) -> None:
    """Post what all post, and what only this one does, in turns: each event by itself."""
    store = open_store(url)
    service = Service(store, lambda: END)
    for shared, own in zip(events(SHARED, seed=6), _own(number), strict=True):
        for one in (own, shared):
            service.ingest([one], STAFF)
    store.close()


def _own(number: int) -> Sequence[Posted]:
    return [replace(p, event=replace(p.event, source=f"writer{number}")) for p in events(OWN, seed=7)]


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]))
