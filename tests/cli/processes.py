"""Real processes of the command line, and calls to the server that one of them is.

A process of its own each, with its folder, its environment and its signals; but what every command imports has been
imported before it begins, so that a test does not wait a second for that.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds after which a test gives up, not what it measures."""
COMMAND_LINE = "import sys; sys.argv[0] = 'badges'; from cli import main; main()"
LOADED = [__name__, "api", "api.serving", "cli.serve", "engine.dispatch", "engine.service", "psycopg"]
_OPENER = build_opener(ProxyHandler({}))


class Process:
    """A running command, and what it has printed so far."""

    def __init__(self, folder: Path, code: str, *words: str) -> None:
        self.printed = ""
        self._over = False
        self._news = threading.Condition()
        reader, writer = _beginnings().Pipe(duplex=False)
        environ = {**os.environ, **_environ()}
        self._process = _beginnings().Process(target=_live, args=(folder, environ, writer, code, words))
        self._process.start()
        writer.close()
        threading.Thread(target=self._read, args=(reader,), daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def wait_for(self, pattern: str) -> re.Match[str]:
        """What was printed that fits a pattern, as soon as it is."""
        with self._news:
            ended = self._process.exitcode is not None
            self._news.wait_for(lambda: self._over or not ended and re.search(pattern, self.printed), PATIENCE)
            match = re.search(pattern, self.printed)
        assert match, f"{'ended' if self._over else 'no news'} without {pattern}: {self.printed}"
        return match

    def wait(self, seconds: float = PATIENCE) -> int:
        """The exit code, when it has ended; a signal's number below 0."""
        self._process.join(seconds)
        assert self._process.exitcode is not None, f"no end in time: {self.printed}"
        return self._process.exitcode

    def end(self, number: int) -> int:
        """Send a signal, and wait for the end; the exit code."""
        if self._process.exitcode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
        return self.wait()

    def kill(self) -> None:
        """End it without a warning, if it goes on."""
        self.end(signal.SIGKILL)

    def _read(self, reader: Connection) -> None:
        with open(reader.fileno(), encoding="utf-8", closefd=False) as lines:
            for line in lines:
                with self._news:
                    self.printed += line
                    self._news.notify_all()
        reader.close()
        with self._news:
            self._over = True
            self._news.notify_all()


@cache
def _beginnings() -> ForkServerContext:
    """Where processes come from: a process that has imported what all of them need, and has done nothing else."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    with patch.dict(os.environ, _environ()):
        forkserver.ensure_running()
    return context


def _environ() -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def _live(folder: Path, environ: Mapping[str, str], printed: Connection, code: str, words: Sequence[str]) -> None:
    """What a process does: a program that prints into a pipe."""
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    for output in (sys.stdout, sys.stderr):
        os.dup2(printed.fileno(), output.fileno())
    printed.close()
    sys.argv = ["-c", *words]
    exec(code, {"__name__": "__main__"})


@contextmanager
def running(folder: Path, code: str, *words: str) -> Iterator[Process]:
    """A process that is gone when the block ends."""
    process = Process(folder, code, *words)
    try:
        yield process
    finally:
        process.kill()


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
