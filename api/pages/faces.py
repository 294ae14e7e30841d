"""Errors as people read them: on a page, and where a browser asked for one, a problem becomes a page of its own."""

from __future__ import annotations

from flask import Flask, Response, request

from ..permissions import is_page
from ..problems import CONTENT_TYPE
from .shell import here, page, texts

_API = ("/v1/", "/functions/")
_PLAIN = ("application/json", CONTENT_TYPE, "text/html")
"""What a client that takes anything is answered with comes first."""


def register(app: Flask) -> None:
    """Shows problems to people."""
    app.after_request(_shown)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _shown(response: Response) -> Response:
    if response.content_type != CONTENT_TYPE or not _is_for_people():
        return response
    problem = response.get_json()
    status, kind = response.status_code, problem["type"].rpartition("/")[2]
    title = f"shell.problem_{status}"
    known = title if title in texts().said else "shell.problem"
    template = "sign_in.html" if status == 401 else "problem.html"
    shown = page(template, status, title=known, kind=kind, problem=problem, next=_next())
    for name in ("WWW-Authenticate", "Retry-After", "Allow", "X-Request-ID", "X-Content-Type-Options", "Cache-Control"):
        if name in response.headers:
            shown.headers[name] = response.headers[name]
    return shown


def _is_for_people() -> bool:
    """Whether a person asked: on a page or beside all routes, with a browser."""
    asked = is_page(request.endpoint) or (request.endpoint is None and not request.path.startswith(_API))
    return asked and wants_page()


def wants_page() -> bool:
    """Whether the client would rather have a page than JSON, as browsers say and programs do not."""
    return request.accept_mimetypes.best_match(_PLAIN) == "text/html"


def _next() -> str:
    return here() if request.method == "GET" else "/"
