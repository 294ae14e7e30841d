"""What every answer carries: the id of its request, and how browsers and caches are to treat it."""

from __future__ import annotations

import random
import re

from flask import Flask, Response, g, request

REQUEST_ID = "X-Request-ID"
ALWAYS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
"""What an answer carries that does not say otherwise."""
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,100}", re.ASCII)


def register(app: Flask) -> None:
    """Names every request, before anything else happens to it."""
    app.before_request(_name)
    app.after_request(_mark)


def request_id(given: str) -> str:
    """The id of a request: the one that it brings, or one of its own, which is no secret and is cheap to make."""
    return given if given and _GIVEN_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"


def _name() -> None:
    g.request_id = request_id(request.headers.get(REQUEST_ID, ""))


def _mark(response: Response) -> Response:
    headers = response.headers
    headers[REQUEST_ID] = g.request_id
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    return response
