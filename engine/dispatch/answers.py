"""What an endpoint answers: the head of an HTTP response, read within bounds, and what it means.

Source: RFC 9112, section 4; RFC 9110, sections 10.2.3 and 15; Standard Webhooks 1.0.0, delivery success and failure.
"""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Callable
from datetime import UTC
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException, parse_headers

from ..calendar import SECOND
from ..service.webhooks import Answer

LARGEST_HEAD = 16 * 1024
END = b"\r\n\r\n"
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?\r\n")
_LONGEST_WISH = 10**9
"""Seconds that an endpoint may name; more are taken for so many."""


class BadAnswer(Exception):
    """What came is no answer; the message is a clause."""


def read_head(connection: socket.socket, left: Callable[[], float]) -> tuple[int, Message]:
    """Status and headers of the final answer; interim ones are passed over. Raises BadAnswer, TimeoutError, OSError."""
    known, total = b"", 0
    while True:
        head, found, rest = known.partition(END)
        if not found:
            connection.settimeout(left())
            part = connection.recv(4096)
            total += len(part)
            if not part:
                raise BadAnswer("its answer is cut off" if known else "it closed the connection without an answer")
            if total > LARGEST_HEAD:
                raise BadAnswer(f"its answer begins with more than {LARGEST_HEAD} bytes of headers")
            known += part
            continue
        status, headers = _parsed(head + END)
        if status >= HTTPStatus.OK:
            return status, headers
        known = rest


def answer_of(head: tuple[int, Message], now: int) -> Answer:
    """What a status means for a delivery."""
    status, headers = head
    if 200 <= status < 300:
        return Answer(status)
    if 300 <= status < 400:
        return Answer(status, f"it answered {_named(status)}, and redirects are not followed: change its URL")
    return Answer(status, f"it answered {_named(status)}", _asked(headers.get("Retry-After", ""), now))


def _parsed(head: bytes) -> tuple[int, Message]:
    found = _STATUS.match(head)
    if found is None:
        raise BadAnswer("what it answers is not HTTP/1.1")
    try:
        return int(found[1]), parse_headers(io.BytesIO(head[found.end() :]))
    except HTTPException as error:
        raise BadAnswer("the headers of its answer cannot be read") from error


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _asked(text: str, now: int) -> int | None:
    """How long the endpoint wants to be left alone: seconds, or until a date."""
    if re.fullmatch(r"\d{1,20}", text.strip(), re.ASCII):
        return min(int(text), _LONGEST_WISH) * SECOND
    try:
        instant = parsedate_to_datetime(text)
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        return max(0, round(aware.timestamp()) * SECOND - now)
    except (TypeError, ValueError, OverflowError):
        return None
