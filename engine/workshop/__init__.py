"""A process beside this one that answers what rule authors ask: bounded in time and memory, whatever rules they try.

It holds no database, no keys and nothing of this process's environment. One that does not answer in time is ended, and
the next question gets a new one.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import jsontext

SECONDS = 10.0
"""How long an answer may take."""
STARTING = 60.0
"""How long a new process may take before it listens."""
MEMORY = 1024 * 1024 * 1024
"""Bytes that the process may ask for."""
AT_ONCE = 3
"""Questions that are taken, of which one is answered and the others wait: each holds a worker of the server."""
_ROOT = str(Path(__file__).parent.parent.parent)


class Busy(Exception):
    """Too many questions wait already."""


class TooCostly(Exception):
    """A question whose answer takes too long, or too much memory."""


class Broken(Exception):
    """The answer failed by a fault of this program; the message is for its log."""


class Workshop:
    """Answers one question after the other, in a process that is started with the first one."""

    def __init__(self, seconds: float = SECONDS, at_once: int = AT_ONCE, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._places = threading.BoundedSemaphore(at_once)
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, do: str, question: Mapping[str, Any]) -> dict[str, Any]:
        """The record that ``engine.workshop.__main__`` answers with. Raises Busy, TooCostly, Broken."""
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            told = self._in_turn(jsontext.dumps({"do": do, "question": question}))
        finally:
            self._places.release()
        if "broken" in told:
            raise Broken(told["broken"])
        return told

    def close(self) -> None:
        """End the process; a later question starts one again."""
        with self._turn:
            self._end()

    def _in_turn(self, line: str) -> dict[str, Any]:
        if not self._turn.acquire(timeout=self._seconds):
            raise Busy
        try:
            return self._answer(line)
        finally:
            self._turn.release()

    def _answer(self, line: str) -> dict[str, Any]:
        process = self._running()
        told = self._line(process, line.encode() + b"\n", self._seconds)
        if not told:
            self._end()
            raise TooCostly
        answer: dict[str, Any] = jsontext.decode(told)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = _started(self._memory)
            if not self._line(self._process, b"", STARTING):
                self._end()
                raise Broken("the process did not start")
        return self._process

    def _line(self, process: subprocess.Popen[bytes], sent: bytes, seconds: float) -> bytes:
        """The next line that a process says once it has been sent something; nothing if it takes too long."""
        assert process.stdin is not None and process.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.start()
        try:
            process.stdin.write(sent)
            process.stdin.flush()
            told = process.stdout.readline()
        except OSError:
            told = b""
        finally:
            timer.cancel()
            timer.join()
        return b"" if late.is_set() else told

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _started(memory: int) -> subprocess.Popen[bytes]:
    """A process that finds this very program, and nothing of what stands in the working folder or the environment."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "engine.workshop", str(memory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": _ROOT, "PYTHONUTF8": "1"},
        start_new_session=True,
    )
