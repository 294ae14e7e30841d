"""What a server says while it runs: a line an answer, with the request's id; no secret, and no user in it.

Lines are JSON objects, or plain on a terminal. They are written by a thread of their own: whoever reads them slowly
slows down no request; lines that find no room are left out, and counted.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import time
from collections import deque
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from flask import Flask, Response, g, has_request_context

from .config import Config
from .context import Caller, asked, caller

ROOM = 10_000
"""Lines that may wait to be written."""
GATHER = 0.02
"""Seconds for which lines are gathered before they are written."""
TOGETHER = 200
"""Lines that are written at once at most."""
PROBES = frozenset({"health.live", "health.ready", "health.metrics", "pages.static"})
_REQUESTS = logging.getLogger("api.requests")
_SECRETS = (
    (re.compile(r"\bbk_[\w-]{8,}"), "bk_…"),
    (re.compile(r"\bwhsec_[\w+/=-]{8,}"), "whsec_…"),
    (re.compile(r"\bey[\w-]{8,}\.[\w-]+\.[\w-]*"), "(token)"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{4,}"), r"\1 …"),
    (re.compile(r"(\w://[^\s/:@]*):[^\s/@]+@"), r"\1:…@"),
)
_TOKEN = re.compile(r"ey[\w-]{8,}\.")
_ENCODER = msgspec.json.Encoder(enc_hook=str)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def configure(config: Config, file: int, terminal: bool) -> Outlet:
    """Send what this process logs to a file's descriptor, as the settings say; close it at the end."""
    plain = config.log_format == "text" or (config.log_format is None and terminal)
    outlet = Outlet(file)
    outlet.setFormatter(Plain() if plain else JsonLine())
    root = logging.getLogger()
    root.handlers = [outlet]
    root.setLevel(config.log_level.upper())
    logging.getLogger("waitress").setLevel(logging.ERROR)
    logging.getLogger("peewee").setLevel(logging.WARNING)  # it tells statements with what is in them: users' ids
    return outlet


def register(app: Flask) -> None:
    """Says of every request how it was answered."""
    app.after_request(_answered)


def _answered(response: Response) -> Response:
    this = asked()
    quiet = this.endpoint in PROBES and response.status_code < 400
    route = this.url_rule.rule if this.url_rule else None
    started = g.get("started", time.perf_counter())
    tell(g.get("request_id"), this.method, route, response.status_code, started, caller(), quiet)
    return response


def tell(
    request_id: str | None,
    method: str,
    route: str | None,
    status: int,
    started: float,
    who: Caller | None,
    quiet: bool = False,
) -> None:
    """Say how a request was answered.

    The route instead of the path, the kind of a user instead of the name: users can ask to be forgotten.
    """
    level = logging.DEBUG if quiet else logging.INFO
    if not _REQUESTS.isEnabledFor(level):
        return
    key = who.viewer.name if who and who.viewer.kind != "user" else None
    fields = {
        "request_id": request_id,
        "method": method,
        "route": route,
        "status": status,
        "seconds": round(time.perf_counter() - started, 6),
        "caller": who.viewer.kind if who else None,
        **({"key": key} if key else {}),
    }
    _REQUESTS.handle(_REQUESTS.makeRecord(_REQUESTS.name, level, "", 0, "answered", (), None, extra={"fields": fields}))


class JsonLine(logging.Formatter):
    """A record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        entry = _entry(record, self)
        try:
            return hushed(_ENCODER.encode(entry).decode())
        except ValueError:  # half characters: the outlet writes them as it can
            return hushed(json.dumps(entry, ensure_ascii=False, default=str))


class Plain(logging.Formatter):
    """A record as a line for people; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        entry = _entry(record, self)
        at, level, _, message = (str(entry.pop(name)) for name in ("at", "level", "logger", "message"))
        traceback = entry.pop("traceback", None)
        rest = " ".join(f"{name}={value}" for name, value in entry.items() if value is not None)
        line = _UNSEEN.sub(_escaped, f"{at} {level.upper():7} {message} {rest}".replace("\n", "\\n").rstrip())
        return hushed(f"{line}\n{traceback}" if traceback else line)


def hushed(text: str) -> str:
    """A text without what looks like a key, a token or a password."""
    if _is_suspicious(text):
        for pattern, instead in _SECRETS:
            text = pattern.sub(instead, text)
    return text


def _is_suspicious(text: str) -> bool:
    """Whether there may be a secret in it: five searches for what one begins with cost less than one for all."""
    if "bk_" in text or "whsec_" in text or "://" in text or _TOKEN.search(text):
        return True
    small = text.lower()
    return "bearer" in small or "basic" in small


class Outlet(logging.Handler):
    """Hands lines to a thread that writes them, some together: waking it for each would cost more than the line."""

    def __init__(self, file: int) -> None:
        super().__init__()
        self._file = file
        self._lines: deque[str] = deque()
        self._lost = 0
        self._wake, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Put a record in line, or count it as lost."""
        if len(self._lines) >= ROOM:
            self._lost += 1
            return
        self._lines.append(self.format(record) + "\n")
        if not self._wake.is_set():
            self._wake.set()

    def close(self) -> None:
        """Write what is there, but wait for nobody who does not read."""
        self._end.set()
        self._wake.set()
        self._thread.join(1.0)
        super().close()

    def _run(self) -> None:
        while not self._end.is_set():
            self._wake.wait()
            self._end.wait(GATHER)
            self._wake.clear()
            while self._lines:
                self._write([self._lines.popleft() for _ in range(min(len(self._lines), TOGETHER))])

    def _write(self, lines: list[str]) -> None:
        lost, self._lost = self._lost, 0
        if lost:
            message = f"{lost} lines were left out: nobody read them"
            lines.insert(
                0, self.format(logging.LogRecord(__name__, logging.WARNING, "", 0, message, None, None)) + "\n"
            )
        try:
            _write_all(self._file, "".join(lines).encode("utf-8", "backslashreplace"))
        except OSError:
            self._lost += len(lines)


def _write_all(file: int, rest: bytes) -> None:
    while rest:
        rest = rest[os.write(file, rest) :]


def _entry(record: logging.LogRecord, formatter: logging.Formatter) -> dict[str, Any]:
    """What a record says, by name."""
    entry: dict[str, Any] = {
        "at": f"{_second(int(record.created))}.{int(record.msecs):03}Z",
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }
    if has_request_context():
        entry["request_id"] = g.get("request_id")
    entry.update(getattr(record, "fields", {}))
    if record.exc_info:
        entry["traceback"] = formatter.formatException(record.exc_info)
    return entry


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
