"""The way in."""

from __future__ import annotations

from flask import redirect
from werkzeug import Response
from werkzeug.exceptions import NotFound

from ..auth import present
from .faces import wants_page
from .shell import blueprint, link, reachable


@blueprint.get("/")
def welcome() -> Response:
    """Sends everybody with a browser to the first page that they may open; for programs there is nothing here."""
    if not wants_page():
        raise NotFound
    found = reachable(present())
    return redirect(found[0][0] if found else link("pages.sign_in"), 303)
