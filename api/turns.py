"""Requests that the server itself gives up, because too many wait: answered at once, before anything is looked up."""

from __future__ import annotations

from flask import Flask, request

from .problems import HttpProblem
from .serving import REFUSED

RETRY_AFTER = "2"
"""Seconds after which a refused caller may find a place."""
_DETAILS = {
    "full": "Too many requests wait here already: nothing was done, try again.",
    "late": "The request waited here for too long: nothing was done, try again.",
}


def register(app: Flask) -> None:
    """Answers what the server gave up."""
    app.before_request(_refuse)


def _refuse() -> None:
    reason = request.environ.get(REFUSED)
    if reason is not None:
        raise HttpProblem(503, "overloaded", _DETAILS[reason], headers={"Retry-After": RETRY_AFTER})
