"""The studio: rule files in an editor, and beside it what they do."""

from __future__ import annotations

from werkzeug import Response

from .shell import blueprint, page


@blueprint.get("/studio")
def studio() -> Response:
    """An editor of rules, all in the browser: nothing of it is kept here."""
    return page("studio.html")
