"""One writer a machine: processes that share a file take turns, none of them passed over.

SQLite lets a waiting process look now and then whether the file is free, and less often the longer it waits: with two
busy processes beside it, one got 1 turn in 25, and waited for 7 seconds, measured with SQLite 3.40.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

try:
    import fcntl
except ImportError:  # on Windows SQLite's own waiting has to do
    fcntl = None  # type: ignore[assignment]

SHORTEST, LONGEST = 0.0002, 0.004
"""Seconds between two looks."""


class Queue:
    """A turn, and a place as the next one: who holds that place is not overtaken by who has just had a turn.

    Both are locks on files, which the system gives back when a process ends, however it ends.
    """

    def __init__(self, path: str) -> None:
        self._paths = (path + "-next", path + "-turn")
        self._files: list[int] = []

    @contextmanager
    def turn(self, seconds: float) -> Iterator[bool]:
        """A turn in the block, if it came in time; whether it did. For one thread of the process at a time."""
        if not fcntl:
            yield True
            return
        deadline = monotonic() + seconds
        self._files = self._files or [_opened(path) for path in self._paths]
        place, turn = self._files
        with _locked(place, deadline) as mine:
            came = mine and _taken(turn, deadline)
        try:
            yield came
        finally:
            if came:
                fcntl.flock(turn, fcntl.LOCK_UN)

    def close(self) -> None:
        """Leave."""
        while self._files:
            os.close(self._files.pop())


@contextmanager
def _locked(file: int, deadline: float) -> Iterator[bool]:
    taken = _taken(file, deadline)
    try:
        yield taken
    finally:
        if taken:
            fcntl.flock(file, fcntl.LOCK_UN)


def _taken(file: int, deadline: float) -> bool:
    pause = SHORTEST
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if monotonic() > deadline:
                return False
        sleep(pause)
        pause = min(2 * pause, LONGEST)


def _opened(path: str) -> int:
    return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
