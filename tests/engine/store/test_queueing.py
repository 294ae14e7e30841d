"""Processes that share a file take turns."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from engine.store import queueing
from engine.store.queueing import Queue

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(not queueing.fcntl, reason="there are no such locks on this system")
HOLDER = """
import fcntl, sys
from engine.store.queueing import Queue
file = open(sys.argv[1], "w")
def take():
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True
print(Queue(sys.argv[1]).turn(take, 0), flush=True)
sys.stdin.read()
"""


class Member:
    """One of those who wait for a turn: a lock on a file."""

    def __init__(self, path: str) -> None:
        self._file = Path(path).open("w")  # noqa: SIM115 - held as long as this object
        self._queue = Queue(path)

    def come(self, seconds: float) -> bool:
        """Wait for a turn; whether it came."""
        return self._queue.turn(self._take, seconds)

    def _take(self) -> bool:
        try:
            queueing.fcntl.flock(self._file, queueing.fcntl.LOCK_EX | queueing.fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def go(self) -> None:
        """End the turn."""
        queueing.fcntl.flock(self._file, queueing.fcntl.LOCK_UN)

    def leave(self) -> None:
        """Leave the queue."""
        self._queue.close()


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "badges.db")


def wait_for_place(path: str) -> None:
    """Until somebody has the place of the next one, and says so."""
    while Path(f"{path}-next").read_bytes() != bytes([queueing.WAITED_FOR]):
        pass


def test_who_waits_is_not_overtaken_by_who_has_just_had_a_turn(path: str) -> None:
    busy, waiting = Member(path), Member(path)
    order: list[str] = []

    def wait() -> None:
        order.append(f"waiting {waiting.come(30)}")
        waiting.go()

    waiter = Thread(target=wait)
    assert busy.come(0)
    waiter.start()
    wait_for_place(path)
    busy.go()
    order.append(f"busy {busy.come(30)}")
    waiter.join()
    assert order == ["waiting True", "busy True"]


def test_a_turn_that_does_not_come_in_time_is_not_waited_for(path: str) -> None:
    first, second = Member(path), Member(path)
    assert first.come(0)
    assert not second.come(0.01)
    first.go()
    assert second.come(0.01)


def test_the_turn_of_a_process_that_is_killed_is_given_back(path: str) -> None:
    command = [sys.executable, "-c", HOLDER, path]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"True\n"
    assert not Member(path).come(0)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert Member(path).come(0)


def test_the_mark_of_a_process_that_was_killed_while_it_waited_holds_up_nobody(path: str) -> None:
    Path(f"{path}-next").write_bytes(bytes([queueing.WAITED_FOR]))
    member = Member(path)
    assert member.come(0)
    assert Path(f"{path}-next").read_bytes() == b"\0"


def test_a_queue_that_was_left_can_be_joined_again(path: str) -> None:
    member = Member(path)
    for _ in range(2):
        assert member.come(0)
        member.leave()
