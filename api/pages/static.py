"""Scripts and styles."""

from __future__ import annotations

from flask import request
from werkzeug import Response
from werkzeug.exceptions import NotFound

from .assets import ROUTE, assets
from .shell import blueprint

FOR_GOOD = "public, max-age=31536000, immutable"
FOR_A_WHILE = "public, max-age=600"
"""Of addresses without a version, which other sites name in their pages."""


@blueprint.get(f"{ROUTE}<path:name>")
def static(name: str) -> Response:
    """A script or a style; other sites may use it."""
    asset, current = assets().find(name)
    if asset is None:
        raise NotFound
    small = "gzip" in request.accept_encodings
    response = Response(asset.smaller if small else asset.body, content_type=asset.type)
    if small:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = FOR_GOOD if current else FOR_A_WHILE
    response.set_etag(f"{asset.tag}{'-gzip' if small else ''}")
    return response.make_conditional(request)
