"""Work that is done share by share, by as many processes as there are processors: what each gives, in their order.

A process takes about half a second to start, and makes what it works with itself. What none can do, or none does any
more, is done by the process that asked.
"""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

AHEAD = 4
"""Shares for each process that wait or are being worked on."""
NICE = 5
"""How far these processes stand back behind those that serve."""
UNABLE = (OSError, ImportError, NotImplementedError)
"""What Python raises where processes cannot be had: no room for another one, or no semaphores."""
Share = TypeVar("Share")
Result = TypeVar("Result")

_own: list[Callable[[Any], Any]] = []
"""In a process of ours: its work."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    shares: Iterable[Share],
    work: Callable[[Share], Result],
    make: Callable[..., Callable[[Share], Result]],
    *made_of: Any,
) -> Generator[Result, None, None]:
    """What the work gives for each share, in their order.

    ``make``, a function of a module, makes the same work in another process of what follows it.
    """
    processes = processors()
    try:
        pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (gc.get_threshold(), make, made_of))
    except UNABLE:
        yield from map(work, shares)
        return
    try:
        waiting: deque[tuple[Share, Future[Result] | None]] = deque()
        for share in shares:
            waiting.append((share, _asked(pool, share)))
            if len(waiting) >= processes * AHEAD:
                yield _answer(*waiting.popleft(), work)
        while waiting:
            yield _answer(*waiting.popleft(), work)
    finally:
        pool.shutdown(cancel_futures=True)


def _asked(pool: ProcessPoolExecutor, share: Any) -> Future[Any] | None:
    """None if a process has come to an end before its time, and the others with it, or if none can be started."""
    try:
        return pool.submit(_done, share)
    except (BrokenProcessPool, *UNABLE):
        return None


def _answer(share: Share, future: Future[Result] | None, work: Callable[[Share], Result]) -> Result:
    """What another process gives; what none does any more is done here."""
    try:
        return future.result() if future else work(share)
    except BrokenProcessPool:
        return work(share)


def _begin(garbage: tuple[int, int, int], make: Callable[..., Any], made_of: tuple[Any, ...]) -> None:
    """In a new process: it leaves Ctrl-C to the one that started it, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    gc.set_threshold(*garbage)
    _own.append(make(*made_of))
    gc.freeze()


def _done(share: Any) -> Any:
    return _own[0](share)
