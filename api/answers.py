"""Values to JSON answers, with every digit of a number as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from engine import jsontext


def answer(
    value: Any, status: int = 200, headers: Mapping[str, str] = {}, content_type: str = "application/json"
) -> Response:
    """The JSON answer of a view."""
    return Response(jsontext.dumps(value), status, dict(headers), content_type=content_type)
