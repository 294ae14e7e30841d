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
import sys
from engine.store.queueing import Queue
with Queue(sys.argv[1]).turn(30):
    print("mine", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "badges.db")


def wait_for_place(path: str) -> None:
    """Until somebody has the place of the next one."""
    while True:
        with Path(f"{path}-next").open() as place:
            try:
                queueing.fcntl.flock(place, queueing.fcntl.LOCK_EX | queueing.fcntl.LOCK_NB)
            except BlockingIOError:
                return


def test_who_waits_is_not_overtaken_by_who_has_just_had_a_turn(path: str) -> None:
    busy, waiting = Queue(path), Queue(path)
    order: list[str] = []

    def wait() -> None:
        with waiting.turn(30) as came:
            order.append(f"waiting {came}")

    waiter = Thread(target=wait)
    with busy.turn(0) as came:
        assert came
        waiter.start()
        wait_for_place(path)
    with busy.turn(30) as came:
        order.append(f"busy {came}")
    waiter.join()
    assert order == ["waiting True", "busy True"]


def test_a_turn_that_does_not_come_in_time_is_not_waited_for(path: str) -> None:
    first, second = Queue(path), Queue(path)
    with first.turn(0), second.turn(0.01) as came:
        assert not came
    with second.turn(0.01) as came:
        assert came


def test_the_turn_of_a_process_that_is_killed_is_given_back(path: str) -> None:
    command = [sys.executable, "-c", HOLDER, path]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    with Queue(path).turn(0) as came:
        assert not came
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with Queue(path).turn(0) as came:
        assert came


def test_a_queue_that_was_left_can_be_joined_again(path: str) -> None:
    queue = Queue(path)
    for _ in range(2):
        with queue.turn(0) as came:
            assert came
        queue.close()
