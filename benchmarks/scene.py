"""What the rooms share: events put into a store, and who holds what at the end."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from cli import OBJECTS
from cli.running import spare_what_is_loaded
from engine.model import Posted, Viewer
from engine.service import Service
from engine.store import Store, open_store

from .timing import ROUNDS, Contender, Figure, rounds
from .workload import END, FILES

STAFF = Viewer("staff", name="benchmark")
Held = frozenset[tuple[str, str]]
"""Users and the badges that they hold."""
Clock = Callable[[], float]
"""Seconds: those that pass, or those of the processor."""
Run = Callable[[Path], tuple[float, Held | None]]
"""Runs once in an empty folder: the seconds that count, and who holds what if it hands out awards."""


def compared(contenders: Mapping[str, Run], count: int = ROUNDS) -> dict[str, Figure]:
    """The figures of all contenders. Ends everything if they end with different awards."""
    found: set[Held] = set()

    def within(run: Run) -> Contender:
        def timed() -> float:
            with tempfile.TemporaryDirectory(prefix="badges-bench-") as folder:
                seconds, held = run(Path(folder))
            if held is not None:
                found.add(held)
            return seconds

        return timed

    figures = rounds({name: within(run) for name, run in contenders.items()}, count, warm=0)
    if len(found) > 1:
        raise SystemExit("The contenders end with different awards.")
    return figures


@contextmanager
def as_commands_run() -> Iterator[None]:
    """Garbage is looked for as often as where a command of ``badges`` runs; all others have it as Python does it."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def serving(url: str, files: Mapping[str, str] = FILES) -> Iterator[tuple[Service, Store]]:
    """The engine over an empty store, with a rule set in service; garbage is looked for as the server does."""
    with as_commands_run(), closing(open_store(url)) as store:
        service = Service(store, lambda: END)
        service.apply(files, "benchmark")
        spare_what_is_loaded()
        try:
            yield service, store
        finally:
            gc.unfreeze()


def post(service: Service, posts: Sequence[Posted], size: int, clock: Clock = time.perf_counter) -> float:
    """Post in batches of a size; the seconds that it took."""
    start = clock()
    for at in range(0, len(posts), size):
        service.ingest(posts[at : at + size], STAFF)
    return clock() - start


def ingested(
    url: str,
    posts: Sequence[Posted],
    size: int,
    files: Mapping[str, str] = FILES,
    clock: Clock = time.perf_counter,
) -> tuple[float, Held]:
    """Post all into an empty store: the seconds that it took, and who holds what."""
    with serving(url, files) as (service, store):
        return post(service, posts, size, clock), held_in(store, posts)


def held_in(store: Store, posts: Sequence[Posted]) -> Held:
    """Who of those users holds what."""
    with store.reading() as transaction:
        users = {post.event.user for post in posts}
        return frozenset((user, award.badge) for user in users for award in transaction.awards(user))
