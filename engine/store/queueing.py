"""One writer a machine: processes that share a file take turns, none of them passed over.

SQLite lets a waiting process look now and then whether the file is free, and less often the longer it waits: with two
busy processes beside it, one got 1 turn in 25, and waited for 7 seconds, measured with SQLite 3.40.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from mmap import mmap
from pathlib import Path
from time import monotonic, sleep

try:
    import fcntl
except ImportError:  # on Windows looking now and then has to do
    fcntl = None  # type: ignore[assignment]

SHORTEST, LONGEST = 0.0002, 0.004
"""Seconds between two looks."""
WAITED_FOR = 1

Take = Callable[[], bool]
"""Takes what one process has at a time, if it is free now; whether it did."""


class Queue:
    """A place as the next one: who holds it is not overtaken by who has just had a turn.

    The place is a lock on a file, which the system gives back when a process ends, however it ends. In the file is one
    byte, which all processes see: whether somebody waits. So a turn that nobody else waits for costs no question. A
    byte that a process left behind sends the next one to the place, and is cleared there.
    """

    def __init__(self, path: str) -> None:
        self._beside = path
        self._file = -1
        self._mark: mmap | None = None

    def turn(self, take: Take, seconds: float) -> bool:
        """Take what one process has at a time; whether that was in time. For one thread of the process at a time."""
        if not fcntl:
            return _taken(take, monotonic() + seconds)
        mark = self._mark or self._opened()
        return (mark[0] != WAITED_FOR and take()) or self._wait(mark, take, monotonic() + seconds)

    def _wait(self, mark: mmap, take: Take, deadline: float) -> bool:
        if not _taken(self._hold, deadline):
            return False
        mark[0] = WAITED_FOR
        try:
            return _taken(take, deadline)
        finally:
            mark[0] = 0
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _hold(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _opened(self) -> mmap:
        self._file = os.open(self._beside + "-next", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        if not os.fstat(self._file).st_size:
            _share_as(self._beside, self._file)
            os.ftruncate(self._file, 1)
        self._mark = mmap(self._file, 1)
        return self._mark

    def close(self) -> None:
        """Leave."""
        if self._mark:
            self._mark.close()
            os.close(self._file)
            self._mark = None


def _taken(take: Take, deadline: float) -> bool:
    pause = SHORTEST
    while not take():
        if monotonic() > deadline:
            return False
        sleep(pause)
        pause = min(2 * pause, LONGEST)
    return True


def _share_as(path: str, file: int) -> None:
    """Whoever may write to the one file may write to the other: the first process may be root's."""
    with suppress(OSError):
        found = Path(path).stat()
        os.fchmod(file, found.st_mode & 0o777)
        os.fchown(file, found.st_uid, found.st_gid)
