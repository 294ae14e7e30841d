"""A request becomes an answer: the app's, or a problem where the request could not be read.

Source: PEP 3333; RFC 9112, sections 6 and 9.
"""

from __future__ import annotations

import logging
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from waitress.utilities import Error

from engine import jsontext

from ..problems import CONTENT_TYPE, body_of
from .live import LIVE, Live
from .parser import Request

if TYPE_CHECKING:
    from .connections import Connection

REFUSED = "badges.refused"
"""The key of the WSGI environment that says why a request is to be answered 503 at once."""
OUTCOME = "badges.outcome"
"""The key of the WSGI environment for what has become of the request already: the app only tells it."""
_REQUESTS = logging.getLogger("api.requests")
_LOG = logging.getLogger(__name__)
_DETAILS = {
    HTTPStatus.BAD_REQUEST: ("bad-request", "The request cannot be read"),
    HTTPStatus.REQUEST_TIMEOUT: ("too-slow", "The request took too long to arrive"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too-large", "The body is larger than this server takes"),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: ("headers-too-large", "The headers are larger than this server takes"),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("internal-error", "Something went wrong here"),
}
_HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding",
     "upgrade")
)  # fmt: skip
_BROKEN = frozenset("\r\n")


class RequestTimeout(Error):
    """A request that did not arrive in time."""

    code = 408
    reason = "Request Timeout"


class Task:
    """One request and its answer, written to its connection part by part."""

    def __init__(self, connection: Connection, request: Request, closes: bool) -> None:
        self._connection = connection
        self._request = request
        self.closes = closes or not request.keeps_open
        """Whether the connection ends with the answer."""
        self.live: Live | None = None
        self.begun = False
        self._status = ""
        self._headers: Sequence[tuple[str, str]] = ()
        self._length: int | None = None
        self._written = 0
        self._chunked = False

    def run(self, app: Callable[..., Iterable[bytes]]) -> None:
        """Have the app answer. Raises what it raises, and Gone."""
        parts = app(self._environ(), self._start)
        try:
            if self._length is None and isinstance(parts, list | tuple) and len(parts) == 1:
                self._length = len(parts[0])
            for part in parts:
                if part:
                    self.write(part)
            self._finish()
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()

    def refuse(self, error: Error) -> None:
        """Answer with a problem, and end the connection: where the next request would begin cannot be known."""
        status = _status(error.code)
        slug, detail = _DETAILS[status]
        if status is HTTPStatus.BAD_REQUEST:
            detail += f": {_reason(error.body)}"
        request_id = uuid.uuid4().hex
        _REQUESTS.info("refused", extra={"fields": {"request_id": request_id, "status": status.value, "type": slug}})
        self.closes = True
        body = jsontext.dumps(body_of(status.value, slug, f"{detail}.")).encode()
        self._start(f"{status.value} {status.phrase}", _problem_headers(request_id, len(body)))
        self.write(body)

    def write(self, data: bytes) -> None:
        """Send a part of the body, behind the headers if it is the first. Raises Gone."""
        head = b""
        if not self.begun:
            self.begun = True
            head = self._head()
        body = self._framed(data)
        if head or body:
            self._connection.write(head + body)

    def end(self) -> None:
        """Say that the body is at its end, where nothing else says so. Raises Gone."""
        if self._chunked:
            self._connection.write(b"0\r\n\r\n")

    def _finish(self) -> None:
        if not self.begun:
            if self._length is None and self._has_body:
                self._length = 0
            self.write(b"")
        if self.live is None:
            self.end()
            if self._length is not None and self._written != self._length and self._has_body:
                self.closes = True
                _LOG.warning("the app sent %s bytes instead of %s", self._written, self._length)

    def _environ(self) -> dict[str, Any]:
        request = self._request
        return {
            **self._connection.environ,
            "REQUEST_METHOD": request.method,
            "SERVER_PROTOCOL": f"HTTP/{request.version}",
            "SCRIPT_NAME": "",
            "PATH_INFO": request.path,
            "REQUEST_URI": request.uri,
            "QUERY_STRING": request.query,
            "wsgi.input": request.body,
            REFUSED: request.refused,
            OUTCOME: request.outcome,
            LIVE: self._go_on,
            **request.headers,
        }

    def _go_on(self, live: Live) -> None:
        live.take()
        self.live = live

    def _start(self, status: str, headers: Sequence[tuple[str, str]], broken: Any = None) -> Callable[[bytes], None]:
        """What the app calls to say how it answers. Raises what broke it, if the answer has begun."""
        if broken and self.begun:
            raise broken[1]
        for name, value in (("status", status), *headers):
            if not (_BROKEN.isdisjoint(name) and _BROKEN.isdisjoint(value)):
                raise ValueError(f"a line of the answer is broken: {name}")
            lower = name.lower()
            if lower == "content-length":
                self._length = int(value)
            elif lower in _HOP_BY_HOP:
                raise ValueError(f"{name} is the server's to say")
        self._status, self._headers = status, headers
        return self.write

    @property
    def _has_body(self) -> bool:
        return self._request.method != "HEAD" and not self._status.startswith(("1", "204", "304"))

    def _head(self) -> bytes:
        """The first line and the headers; without a length, the end of the connection, or a last chunk, is the end."""
        lines = [f"HTTP/{self._request.version} {self._status}", *(f"{name}: {value}" for name, value in self._headers)]
        told = {name.lower() for name, _ in self._headers}
        if self._has_body and self._length is None:
            self.closes = True
            self._chunked = self._request.version == "1.1"
            if self._chunked:
                lines.append("Transfer-Encoding: chunked")
        elif self._length is not None and "content-length" not in told:
            lines.append(f"Content-Length: {self._length}")
        if self.closes:
            lines.append("Connection: close")
        elif self._request.version == "1.0":
            lines.append("Connection: Keep-Alive")
        if "date" not in told:
            lines.append(f"Date: {_date(int(time.time()))}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _framed(self, data: bytes) -> bytes:
        """A part of the body as it is sent; nothing beyond the length that was told."""
        if not self._has_body or not data:
            return b""
        if self._chunked:
            return b"%X\r\n%b\r\n" % (len(data), data)
        if self._length is not None:
            data = data[: self._length - self._written]
        self._written += len(data)
        return data


def ok(headers: str, body: bytes, closes: bool) -> bytes:
    """A whole answer to a request of HTTP/1.1, with headers that end in a line feed each."""
    end = "Connection: close\r\n\r\n" if closes else "\r\n"
    date = _date(int(time.time()))
    return f"HTTP/1.1 200 OK\r\n{headers}Content-Length: {len(body)}\r\nDate: {date}\r\n{end}".encode("latin-1") + body


@lru_cache(maxsize=2)
def _date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)


def environ_of(address: Any, here: Any) -> Mapping[str, Any]:
    """What the WSGI environment says of all requests of a connection."""
    return {
        "REMOTE_ADDR": address[0],
        "REMOTE_HOST": address[0],
        "REMOTE_PORT": str(address[1]),
        "SERVER_NAME": here[0],
        "SERVER_PORT": str(here[1]),
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }


def _problem_headers(request_id: str, length: int) -> list[tuple[str, str]]:
    return [
        ("Content-Type", CONTENT_TYPE),
        ("Content-Length", str(length)),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Request-ID", request_id),
    ]


def _status(code: int) -> HTTPStatus:
    """A transfer coding that is not known (501) is a fault of the request here."""
    return HTTPStatus.BAD_REQUEST if code == HTTPStatus.NOT_IMPLEMENTED else HTTPStatus(code)


def _reason(told: str) -> str:
    """What is wrong, without what was sent."""
    return told.partition(' "')[0].rstrip(".")
