"""How often a caller may call, and how many events a key may post; by default as often and as many as it likes."""

from __future__ import annotations

import time

from flask import Flask

from .context import Caller, Context, asked, caller, context
from .problems import HttpProblem
from .rates import Buckets
from .serving import OUTCOME


def register(app: Flask) -> None:
    """Counts the requests of every caller."""
    app.before_request(_count_request)


def count_events(amount: int) -> None:
    """Use up events of the caller's. Raises HttpProblem (429)."""
    found = caller()
    if found is not None:
        _take(context().events, found, amount, "events")


def use_up(held: Context, found: Caller, events: int) -> None:
    """Use up a request of a caller's, and events. Raises HttpProblem (429)."""
    _take(held.requests, found, 1, "requests")
    _take(held.events, found, events, "events")


def _count_request() -> None:
    """A request whose outcome is known already was counted with it."""
    found = caller()
    if found is not None and asked().environ.get(OUTCOME) is None:
        _take(context().requests, found, 1, "requests")


def _take(buckets: Buckets | None, found: Caller, amount: int, what: str) -> None:
    if buckets is None:
        return
    wait = buckets.take(_name(found), amount, time.monotonic())
    if wait:
        detail = f"Too many {what}: try again in {wait} {'second' if wait == 1 else 'seconds'}."
        raise HttpProblem(429, "rate-limited", detail, headers={"Retry-After": str(wait)})


def _name(found: Caller) -> str:
    viewer = found.viewer
    return f"user:{viewer.user}" if viewer.kind == "user" else f"key:{viewer.name}"
