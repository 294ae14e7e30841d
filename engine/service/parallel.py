"""Work that is done user by user, by as many processes as there are processors.

Only where it pays: a process takes about a second to start. Each opens the database itself, and goes through one share
of the users after the other, so that memory does not grow with their number and progress is told as shares are done.
They only read: what is to be written comes back to the process that started them.
"""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

from ..store import Store, Transaction, open_store

FEWEST, ENTRIES = 20_000, 150_000
"""Fewer users whose logs have fewer entries are done sooner by one process."""
SHARE = 200
"""Users that a process takes at once."""
AHEAD = 4
"""Shares for each process that wait or are being worked on."""
NICE = 5
"""How far these processes stand back behind those that serve."""
UNABLE = (OSError, ImportError, NotImplementedError)
"""What Python raises where processes cannot be had: no room for another one, or no semaphores."""
Users = Sequence[str]
Result = TypeVar("Result")
Work = Callable[[Users], Result]
"""What is done with a share of the users; its result goes from one process to another."""
Make = Callable[[Store], Work[Result]]
"""A function of a module that makes the work for the store of another process."""

_own: list[Work[Any]] = []
"""In a process of ours: its work."""


def shared(store: Store, work: Work[Result], make: Make[Result]) -> Iterator[Result]:
    """What the work gives for each share of the users, in the order of their ids: done here, or as others make it."""
    if pays(store, lambda transaction: transaction.users("", FEWEST)):
        return spread(store, work, make)
    return map(work, _shares(store))


def pays(store: Store, some: Callable[[Transaction], Users]) -> bool:
    """Whether other processes are worth their start, for FEWEST of those to be worked on, or all."""
    if store.url is None or processors() < 2:
        return False
    with store.reading() as transaction:
        users = some(transaction)
        entries, at = 0, 0
        while at < len(users) < FEWEST and entries < ENTRIES:
            entries += sum(transaction.sizes(users[at : at + SHARE]).values())
            at += SHARE
    return len(users) == FEWEST or entries >= ENTRIES


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _shares(store: Store) -> Iterator[Users]:
    after = ""
    while True:
        with store.reading() as transaction:
            users = transaction.users(after, SHARE)
        if not users:
            return
        yield users
        after = users[-1]


def spread(store: Store, work: Work[Result], make: Make[Result]) -> Generator[Result, None, None]:
    """As ``shared``, by other processes wherever there can be some."""
    processes = processors()
    try:
        pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (str(store.url), make))
    except UNABLE:
        yield from map(work, _shares(store))
        return
    try:
        waiting: deque[tuple[Users, Future[Result] | None]] = deque()
        for share in _shares(store):
            waiting.append((share, _asked(pool, share)))
            if len(waiting) >= processes * AHEAD:
                yield _answer(*waiting.popleft(), work)
        while waiting:
            yield _answer(*waiting.popleft(), work)
    finally:
        pool.shutdown(cancel_futures=True)


def _asked(pool: ProcessPoolExecutor, share: Users) -> Future[Any] | None:
    """None if a process has come to an end before its time, and the others with it, or if none can be started."""
    try:
        return pool.submit(_done, share)
    except (BrokenProcessPool, *UNABLE):
        return None


def _answer(share: Users, future: Future[Result] | None, work: Work[Result]) -> Result:
    """What another process gives; what none does any more is done here."""
    try:
        return future.result() if future else work(share)
    except BrokenProcessPool:
        return work(share)


def _begin(url: str, make: Make[Any]) -> None:
    """In a new process: it leaves Ctrl-C to the one that started it, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    _own.append(make(open_store(url)))
    gc.freeze()


def _done(share: Users) -> Any:
    return _own[0](share)
