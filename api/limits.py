"""How often a caller may call, and how many events a key may post; by default as often and as many as it likes."""

from __future__ import annotations

import time

from flask import Flask

from .context import Caller, caller, context
from .problems import HttpProblem
from .rates import Buckets


def register(app: Flask) -> None:
    """Counts the requests of every caller."""
    app.before_request(_count_request)


def count_events(amount: int) -> None:
    """Use up events of the caller's. Raises HttpProblem (429)."""
    _take(context().events, amount, "events")


def _count_request() -> None:
    _take(context().requests, 1, "requests")


def _take(buckets: Buckets | None, amount: int, what: str) -> None:
    found = caller()
    if buckets is None or found is None:
        return
    wait = buckets.take(_name(found), amount, time.monotonic())
    if wait:
        detail = f"Too many {what}: try again in {wait} {'second' if wait == 1 else 'seconds'}."
        raise HttpProblem(429, "rate-limited", detail, headers={"Retry-After": str(wait)})


def _name(found: Caller) -> str:
    viewer = found.viewer
    return f"user:{viewer.user}" if viewer.kind == "user" else f"key:{viewer.name}"
