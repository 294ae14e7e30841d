"""What can go wrong with a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .types import Fault


class BadgesError(Exception):
    """Any failure of a call."""


class Unreachable(BadgesError):
    """No answer came, however often it was tried; the cause is the last failure of the network."""


class Problem(BadgesError):
    """The server refused: what it said, by RFC 9457."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status = status
        self.type = str(body.get("type", "about:blank")).rpartition("/")[2]
        """Stable, such as ``unknown-event``; a program may branch on it."""
        self.title = str(body.get("title", ""))
        self.detail = str(body.get("detail", ""))
        self.errors: Sequence[Fault] = body.get("errors", [])
        """Fields of the request that cannot be used, each with its reason."""
        self.body = body
        super().__init__(f"{status} {self.type}: {self.detail or self.title}")
