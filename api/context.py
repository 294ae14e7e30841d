"""What a view works with: the service, the configuration, who calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Request, current_app, g, request

from engine.model import Viewer

from .config import Config

if TYPE_CHECKING:
    from engine.credentials import Issuer
    from engine.service import Service

    from .rates import Buckets
    from .sessions import Sessions
    from .streams import Streams
    from .telemetry import Telemetry
    from .tokens import Tokens

EXTENSION = "badges"


@dataclass(frozen=True, slots=True)
class Context:
    """What one app holds."""

    service: Service
    config: Config
    tokens: Tokens
    telemetry: Telemetry
    sessions: Sessions
    streams: Streams
    requests: Buckets | None = None
    """What callers have used up of their requests; None without a limit."""
    events: Buckets | None = None
    issuer: Issuer | None = None
    """Who issues credentials; None if nobody does."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request, and with which scopes."""

    viewer: Viewer
    scopes: frozenset[str] = frozenset()
    """Of a key; empty for a user's own token."""
    ends: int | None = None
    """When the token or the session is over, in seconds since 1970; None for a key."""


def asked() -> Request:
    """The request at hand itself: what asks it for several things does not look for it anew each time."""
    return cast(Request, cast(Any, request)._get_current_object())


def context() -> Context:
    """What the app at hand holds."""
    return cast(Context, current_app.extensions[EXTENSION])


def service() -> Service:
    """The engine behind the app at hand."""
    return context().service


def caller() -> Caller | None:
    """Who sent the request at hand; None if it carries no credentials."""
    return cast("Caller | None", g.get("caller"))


def viewer() -> Viewer:
    """Who asks, on a route that is not open to everybody."""
    found = caller()
    assert found is not None, "a view that asks who calls is open to everybody"
    return found.viewer
