"""A wall in pages of others: in a frame, or as the element ``<badge-wall>``."""

from __future__ import annotations

from werkzeug import Response

from ..answers import answer
from ..auth import present
from ..permissions import OWN
from .shell import blueprint, embedding, page, texts
from .static import FOR_A_WHILE
from .wall import shown

_IN_ELEMENT = "wall."
"""What texts of the element begin with."""


@blueprint.get("/embed/wall/<user>")
def embed(user: str) -> Response:
    """A wall without a frame of its own; whoever may not see it gets one that waits for a token of the page around."""
    who = present()
    known = shown(user) if who and OWN.allows(who, user) else {"name": user, "user": user, "shelves": []}
    return page("embed.html", policy={"frame-ancestors": embedding()}, **known)


@blueprint.get("/static/texts.json")
def words() -> Response:
    """What the element says, in the reader's language."""
    said = {key: text for key, text in texts().said.items() if key.startswith(_IN_ELEMENT)}
    response = answer(said)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = FOR_A_WHILE
    response.headers["Content-Language"] = texts().locale
    response.vary.add("Accept-Language")
    return response
