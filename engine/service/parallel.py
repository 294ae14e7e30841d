"""Work that is done user by user, by as many processes as there are processors.

Only where it pays: a process takes about a second to start. Each opens the database itself, and goes through one share
of the users after the other, so that memory does not grow with their number and progress is told as shares are done.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

from ..store import Store, open_store

FEWEST = 2_000
"""Fewer users are done sooner by one process."""
SHARE = 200
"""Users that a process takes at once."""
AHEAD = 4
"""Shares for each process that wait or are being worked on."""
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
    with store.reading() as transaction:
        many = len(transaction.users("", FEWEST)) == FEWEST
    if store.url is None or not many or processors() < 2:
        return map(work, _shares(store))
    return _spread(store.url, _shares(store), make, processors())


def _shares(store: Store) -> Iterator[Users]:
    after = ""
    while True:
        with store.reading() as transaction:
            users = transaction.users(after, SHARE)
        if not users:
            return
        yield users
        after = users[-1]


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _spread(url: str, shares: Iterable[Users], make: Make[Result], processes: int) -> Iterator[Result]:
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (url, make))
    try:
        waiting: deque[Future[Result]] = deque()
        for share in shares:
            waiting.append(pool.submit(_done, share))
            if len(waiting) >= processes * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(url: str, make: Make[Any]) -> None:
    """In a new process: it leaves Ctrl-C to the one that started it, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _own.append(make(open_store(url)))


def _done(share: Users) -> Any:
    return _own[0](share)
