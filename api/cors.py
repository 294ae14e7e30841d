"""Browsers of the configured origins may call every route; preflights are answered before anything else."""

from __future__ import annotations

from flask import Flask, Response, request

from .context import context

METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
HEADERS = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID"
EXPOSED = "X-Request-ID, WWW-Authenticate, Allow, Retry-After"
MAX_AGE = "600"
"""Seconds for which a browser remembers a preflight."""


def register(app: Flask) -> None:
    """Answers preflights and lets browsers read answers."""
    app.before_request(_preflight)
    app.after_request(_share)


def _preflight() -> Response | None:
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers or not _allowed():
        return None
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", HEADERS)
    response.headers["Access-Control-Max-Age"] = MAX_AGE
    return response


def _share(response: Response) -> Response:
    if not context().config.cors_origins:
        return response
    response.vary.add("Origin")
    if _allowed():
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response


def _allowed() -> bool:
    origin = request.headers.get("Origin")
    origins = context().config.cors_origins
    return origin is not None and ("*" in origins or origin.lower() in origins)
