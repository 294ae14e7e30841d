"""Real processes of the command line, and calls to the server that one of them is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
"""Seconds after which a test gives up, not what it measures."""
_OPENER = build_opener(ProxyHandler({}))


class Process:
    """A running command, and what it has printed so far."""

    def __init__(self, folder: Path, code: str, *words: str) -> None:
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.popen = subprocess.Popen(
            [sys.executable, "-c", code, *words],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """What was printed that fits a pattern, as soon as it is."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            ended = self.popen.poll() is not None
            if ended:
                self._reader.join(PATIENCE)
            if match := re.search(pattern, self.printed):
                return match
            assert not ended, f"ended without {pattern}: {self.printed}"
            time.sleep(0.02)
        raise AssertionError(f"no {pattern} in time: {self.printed}")

    def end(self, signal: int) -> int:
        """Send a signal, and wait for the end; the exit code."""
        self.popen.send_signal(signal)
        return self.popen.wait(PATIENCE)

    def _read(self) -> None:
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            self.printed += line


@contextmanager
def running(folder: Path, code: str, *words: str) -> Iterator[Process]:
    """A process that is gone when the block ends."""
    process = Process(folder, code, *words)
    try:
        yield process
    finally:
        process.popen.kill()
        process.popen.wait(PATIENCE)


COMMAND_LINE = "import sys; sys.argv[0] = 'badges'; from cli import main; main()"


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[tuple[Process, str]]:
    """`badges serve` on a free port, and its address."""
    with running(folder, COMMAND_LINE, "serve", "--port", "0", *words) as process:
        yield process, process.wait_for(r"Listening on (\S+)")[1]


def call(address: str, path: str, body: Any = None) -> Any:
    """The JSON answer of a GET, or of a POST if there is a body."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if data else {}
    with _OPENER.open(Request(address + path, data, headers), timeout=PATIENCE) as answer:
        return json.load(answer)


def post_quiz(address: str, id_: str, score: int) -> list[str]:
    """The badges that a quiz of user ada gives."""
    event: dict[str, Any] = {"specversion": "1.0", "source": "app", "id": id_, "subject": "ada", "type": "quiz"}
    event["data"] = {"score": score}
    return [award["badge"] for award in call(address, "/v1/events", event)["results"][0]["awarded"]]


def held(address: str) -> list[str]:
    """The badges that user ada holds."""
    return [award["badge"] for award in call(address, "/v1/users/ada/badges")["badges"]]
