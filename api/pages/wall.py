"""The badge wall of a user, and what there is to say of one badge on it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug import Response

from engine.model import Viewer
from engine.service import Refused

from ..context import caller, service, viewer
from ..inputs import accepted_locales, asked_locale, locales
from . import tiles
from .asking import asked_user
from .shell import blueprint, page

MOST = 240
"""Badges that a page shows at once; the rest comes when it is there, or on demand."""
NEWS = 20
"""Notifications that a wall lists."""
NEARLY = 50
"""Percent from which a badge is nearly there."""


@blueprint.get("/wall")
def own_wall() -> Response:
    """A user's own wall; for others a form that asks whose."""
    return asked_user("pages.wall", "whose.html", viewer().user)


@blueprint.get("/wall/<user>")
def wall(user: str) -> Response:
    """What a user holds, what is on its way, and what there is beside."""
    return page("wall.html", **shown(user))


def shown(user: str) -> dict[str, Any]:
    """What the template of a wall needs."""
    news, found = _news(user), service().wall(user)
    made = tiles.tiles(found, service().rules, locales())
    most = None if "all" in request.args else MOST
    known = [tile for tile in made if tile.section != tiles.AWAY]
    held = [tile for tile in made if tile.section == tiles.EARNED]
    going = [tile for tile in made if tile.section == tiles.GOING]
    return {
        "user": user,
        "name": found.name or user,
        "shelves": tiles.shelves(made, most),
        "rest": most is not None and len(made) > most,
        "held": len(held),
        "total": len(known),
        "points": sum(tile.points for tile in held),
        "nearest": going[0] if going and going[0].progress and going[0].progress.percent >= NEARLY else None,
        "news": news,
        "categories": sorted({tile.category for tile in made if tile.category}),
        "is_own": (who := caller()) is not None and who.viewer.user == user,
    }


@blueprint.get("/wall/<user>/badges/<badge>")
def badge(user: str, badge: str) -> Response:
    """Why a user has a badge, or what is missing."""
    found, rules = service().wall(user), service().rules
    by_id = {tile.id: tile for tile in tiles.tiles(found, rules, locales()) if tile.id}
    if badge not in by_id:
        raise Refused(404, "unknown-badge", "There is no such badge on this wall.")
    told = service().explanation(user, badge, Viewer("user", user=user), locales()) if badge in rules.badges else {}
    names = {id: tile.name for id, tile in by_id.items()}
    return page("badge.html", user=user, name=found.name or user, tile=by_id[badge], told=told, names=names)


def _news(user: str) -> dict[str, Any]:
    """The newest of what a user was told, and where more comes in as it happens, without a gap in between."""
    newest = service().feeds.newest([user])[user]
    feed = service().feeds.page(user, NEWS, None, asked_locale(), accepted_locales())
    asked = asked_locale()
    after: dict[str, Any] = {"user": user, "after": newest, **({"locale": asked} if asked else {})}
    return {
        "stream": url_for("notifications.stream", **after),
        "read": url_for("notifications.read", user=user),
        "newest": newest,
        **feed,
    }
