"""What the service refuses, for whatever reason, as one exception that the edges turn into answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A call that is refused: an HTTP status, a stable slug, a sentence, and further fields of the problem."""

    def __init__(self, status: int, type: str, detail: str, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.type = type
        self.detail = detail
        self.extra = dict(extra or {})
