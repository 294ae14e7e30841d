"""Signing in with a key or a token, and out again."""

from __future__ import annotations

import re

from flask import redirect, request
from werkzeug import Response

from ..auth import until
from ..context import context
from ..problems import HttpProblem
from ..sessions import check_origin, forget, keep
from .shell import blueprint, link, page

_LONGEST = 16 * 1024
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
"""A path of this server, which no browser takes for another one's."""


@blueprint.get("/session")
def sign_in() -> Response:
    """The form to sign in with, or to sign out."""
    return page("sign_in.html", title="shell.sign_in", next=_next(request.args.get("next")))


@blueprint.post("/session")
def begin_session() -> Response:
    """Signs a browser in, and sends it where it wanted to go."""
    check_origin(request)
    credential, goal = request.form.get("credential", "").strip(), _next(request.form.get("next"))
    try:
        found, ends = until(credential[:_LONGEST], context())
    except HttpProblem:
        return page("sign_in.html", 401, title="shell.sign_in", next=goal, refused=True)
    response = redirect(goal, 303)
    keep(response, request, *context().sessions.begin(found, ends))
    return response


@blueprint.post("/session/end")
def end_session() -> Response:
    """Signs a browser out."""
    check_origin(request)
    response = redirect(link("pages.sign_in"), 303)
    forget(response, request)
    return response


def _next(path: str | None) -> str:
    return path if path and _LOCAL.fullmatch(path) else "/"
