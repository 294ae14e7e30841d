"""Requests as they arrive: strict about what one is, and nothing is kept of it beyond what the app may take.

Nearly all come whole and have nothing unusual about them: those are read at once (``read``), the others bit by bit.
Source: RFC 9112, sections 3.2, 6.1, 6.3 and 7.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

IN_MEMORY = 128 * 1024
"""Bytes of an unfinished request that are kept in memory; more are in a temporary file."""
LONGEST_LINE = 1024
"""Bytes of the line that begins a chunk."""
LONGEST_TRAILER = 8192
_LONGEST_NAME = 64
"""Characters of the name of a header that is read at once."""
_NO_HOST = frozenset(", /@\t")
"""What no name of a host has in it."""
_FIRST = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE) ((/(?:[^/ ?#%][^ ?#%]*)?)(?:\?([^ #]*))?) HTTP/1\.1")
_NAME = re.compile(r"[!#$%&'*+\-.^`|~0-9A-Za-z]+")
_SLOWLY = frozenset(("HTTP_TRANSFER_ENCODING", "HTTP_EXPECT"))
Outcome = Callable[[], Any]
"""What became of a request before the app was asked; raises what stood in the way."""


class Request:
    """A request that has come, or what there is of one that cannot be read."""

    __slots__ = ("body", "error", "headers", "method", "outcome", "path", "query", "refused", "uri", "version")

    def __init__(
        self, method: str, uri: str, path: str, query: str, version: str, headers: dict[str, str], body: Any
    ) -> None:
        self.method = method
        self.uri = uri
        self.path = path
        self.query = query
        self.version = version
        self.headers = headers
        """By their names in the environment of WSGI."""
        self.body = body
        """A file to be read."""
        self.error: Error | None = None
        """Why it cannot be read."""
        self.refused: str | None = None
        """Why the app is to answer that it cannot be done right now."""
        self.outcome: Outcome | None = None
        """What has become of it already, for the app to tell."""

    @property
    def keeps_open(self) -> bool:
        """Whether the client wants to send another one over the same connection."""
        told = self.headers.get("HTTP_CONNECTION", "").lower()
        return told == "keep-alive" if self.version == "1.0" else told != "close"


def failed(error: Error) -> Request:
    """What stands for a request that cannot be read."""
    request = Request("GET", "/", "/", "", "1.1", {}, BytesIO())
    request.error = error
    return request


def read(data: bytes) -> tuple[Request | None, int] | None:
    """The request at the beginning of some bytes, and where it ends; None if it has to be looked at bit by bit.

    There is no request yet where its end has not come.
    """
    end = data.find(b"\r\n\r\n")
    head = data[:end]
    if end < 0 or not head.isascii():
        return None
    first, *lines = head.decode("ascii").split("\r\n")
    found, headers = _FIRST.fullmatch(first), _headers(lines)
    if found is None or headers is None:
        return None
    length = headers.get("CONTENT_LENGTH", "0")
    if not length.isdigit() or len(length) > 6 or int(length) > IN_MEMORY:
        return None
    begin, end = end + 4, end + 4 + int(length)
    if len(data) < end:
        return None, end
    method, uri, path, query = found.groups("")
    return Request(method, uri, path, query, "1.1", headers, BytesIO(data[begin:end])), end


def _headers(lines: list[str]) -> dict[str, str] | None:
    """The headers after a first line; None if there is anything unusual about them."""
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        key = _key(name) if len(name) <= _LONGEST_NAME else None
        if key is None or key in headers or not line.isprintable() or len(name) == len(line):
            return None
        headers[key] = value.strip(" ")
    if not _SLOWLY.isdisjoint(headers) or not _NO_HOST.isdisjoint(headers.get("HTTP_HOST", ",")):
        return None
    return headers


@lru_cache(maxsize=1024)
def _key(name: str) -> str | None:
    """The name of a header in the environment of WSGI; None for one that has none."""
    return _environ_key(name.upper().replace("-", "_")) if _NAME.fullmatch(name) else None


def _environ_key(name: str) -> str:
    return name if name in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{name}"


class Kept(OverflowableBuffer):
    """A body of which only so many bytes are kept; the rest is read and forgotten, and the app sees it is too long."""

    def __init__(self, overflow: int, most: int) -> None:
        super().__init__(overflow)
        self._room = most

    def append(self, data: bytes) -> None:
        kept = data[: self._room]
        self._room -= len(kept)
        if kept:
            super().append(kept)


class Parser(HTTPRequestParser):
    """One request, put together from what arrives."""

    completed: bool

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers. Raises ParsingError."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            raise ParsingError("it holds a number or an address that is none") from error
        if reason := self._fault():
            raise ParsingError(reason)
        if self.body_rcv is not None:
            self.body_rcv.buf = Kept(self.adj.inbuf_overflow, self.adj.body_kept)

    def received(self, data: bytes) -> int:
        """Take in more bytes; how many of them belong to this request."""
        consumed = int(super().received(data))
        receiver = self.body_rcv
        if isinstance(receiver, ChunkedReceiver):
            self._check_chunks(receiver)
        return consumed

    def _check_chunks(self, receiver: ChunkedReceiver) -> None:
        if len(receiver.control_line) > LONGEST_LINE or len(receiver.trailer) > LONGEST_TRAILER:
            self.error = BadRequest("a line between chunks does not end")
        elif receiver.chunk_remainder > self.adj.max_request_body_size:
            self.error = RequestEntityTooLarge("a chunk is too large")
        self.completed = self.completed or self.error is not None

    def _fault(self) -> str | None:
        """What the parser lets pass and no server should."""
        if self.version not in ("1.0", "1.1"):
            return "it is not HTTP/1.1 or HTTP/1.0"
        if "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers):
            return "its length is not told in one way"
        host = self.headers.get("HOST")
        if (host is None and self.version == "1.1") or (host is not None and not _NO_HOST.isdisjoint(host)):
            return "it needs one header Host"
        return None

    def request(self) -> Request:
        """What has come."""
        if self.error is not None:
            return failed(self.error)
        headers = {_environ_key(name): value for name, value in self.headers.items()}
        path = "/" + self.path.lstrip("/") if self.path.startswith("/") else self.path
        return Request(self.command, self.request_uri, path, self.query, self.version, headers, self.get_body_stream())
