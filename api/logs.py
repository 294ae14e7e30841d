"""What a server says while it runs: a line an answer, with the request's id; no secret, and no user in it.

Lines are JSON objects, or plain on a terminal. They are written by a thread of their own: whoever reads them slowly
slows down no request; lines that find no room are left out, and counted.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import re
import threading
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from .config import Config
from .context import caller

ROOM = 10_000
"""Lines that may wait to be written."""
PROBES = frozenset({"health.live", "health.ready", "health.metrics"})
_REQUESTS = logging.getLogger("api.requests")
_SECRETS = (
    (re.compile(r"\bbk_[\w-]{8,}"), "bk_…"),
    (re.compile(r"\bwhsec_[\w+/=-]{8,}"), "whsec_…"),
    (re.compile(r"\bey[\w-]{8,}\.[\w-]+\.[\w-]*"), "(token)"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{4,}"), r"\1 …"),
    (re.compile(r"(\w://[^\s/:@]*):[^\s/@]+@"), r"\1:…@"),
)
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
    quiet = request.endpoint in PROBES and response.status_code < 400
    level = logging.DEBUG if quiet else logging.INFO
    if _REQUESTS.isEnabledFor(level):
        _REQUESTS.log(level, "answered", extra={"fields": _fields(response)})
    return response


def _fields(response: Response) -> dict[str, Any]:
    """The route instead of the path, the kind of a user instead of the name: users can ask to be forgotten."""
    who = caller()
    key = who.viewer.name if who and who.viewer.kind != "user" else None
    return {
        "request_id": g.get("request_id"),
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "seconds": round(time.perf_counter() - g.get("started", time.perf_counter()), 6),
        "caller": who.viewer.kind if who else None,
        **({"key": key} if key else {}),
    }


class JsonLine(logging.Formatter):
    """A record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        return hushed(json.dumps(_entry(record, self), ensure_ascii=False, default=str))


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
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class Outlet(logging.Handler):
    """Hands lines to a thread that writes them."""

    def __init__(self, file: int) -> None:
        super().__init__()
        self._file = file
        self._lines: queue.Queue[str | None] = queue.Queue(ROOM)
        self._lost = 0
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Put a record in line, or count it as lost."""
        try:
            self._lines.put_nowait(self.format(record) + "\n")
        except queue.Full:
            self._lost += 1

    def close(self) -> None:
        """Write what is there, but wait for nobody who does not read."""
        try:
            self._lines.put_nowait(None)
            self._thread.join(1.0)
        except queue.Full:
            pass
        super().close()

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            if self._lost:
                lost, self._lost = self._lost, 0
                message = f"{lost} lines were left out: nobody read them"
                record = logging.LogRecord(__name__, logging.WARNING, "", 0, message, None, None)
                line = f"{self.format(record)}\n{line}"
            try:
                _write_all(self._file, line.encode("utf-8", "backslashreplace"))
            except OSError:
                self._lost += 1


def _write_all(file: int, rest: bytes) -> None:
    while rest:
        rest = rest[os.write(file, rest) :]


def _entry(record: logging.LogRecord, formatter: logging.Formatter) -> dict[str, Any]:
    """What a record says, by name."""
    entry: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
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


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
