"""Requests as they arrive: strict about what one is, and nothing is kept of it beyond what the app may take.

Source: RFC 9112, sections 3.2, 6.1, 6.3 and 7.1.
"""

from __future__ import annotations

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.utilities import BadRequest, RequestEntityTooLarge

LONGEST_LINE = 1024
"""Bytes of the line that begins a chunk."""
LONGEST_TRAILER = 8192


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
    refused: str | None = None
    """Why the app is to answer that it cannot be done right now."""

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
        if (host is None and self.version == "1.1") or (host is not None and set(host) & set(", /@\t")):
            return "it needs one header Host"
        return None
