"""Users ranked, with one's own place."""

from __future__ import annotations

from flask import redirect, request
from werkzeug import Response

from engine.model import Leaderboard
from engine.presentation import text_in
from engine.service import Entry

from ..context import service, viewer
from ..inputs import limit_parameter, locales, user_parameter
from .shell import blueprint, link, page

FIRST = 50
"""Places that are shown unless more are asked for."""
NEAR = 5
"""Places around one's own, where that is not among the first."""


@blueprint.get("/leaderboards")
def leaderboards() -> Response:
    """The first leaderboard."""
    boards = sorted(service().rules.leaderboards)
    return redirect(link("pages.leaderboard", board=boards[0]), 303) if boards else page("leaderboards.html", boards=[])


@blueprint.get("/leaderboards/<board>")
def leaderboard(board: str) -> Response:
    """The best, and where the reader stands."""
    entries = service().leaderboard(board, limit_parameter(FIRST))
    found, boards = service().rules.leaderboards[board], service().rules.leaderboards
    me = viewer().user or user_parameter("user")
    return page(
        "leaderboards.html",
        boards=[(each.id, _name(each)) for _, each in sorted(boards.items())],
        board=found,
        name=_name(found),
        description=text_in(found.description, locales(), service().rules.settings.locale),
        entries=entries,
        near=_near(board, me, entries),
        me=me,
        best=max((entry.value for entry in entries), default=0),
        asked=request.args.get("user", ""),
    )


def _name(board: Leaderboard) -> str:
    return text_in(board.name, locales(), service().rules.settings.locale)


def _near(board: str, me: str | None, entries: list[Entry]) -> list[Entry]:
    """The places around one's own, if it is not shown already."""
    if me is None or any(entry.user == me for entry in entries):
        return []
    return service().leaderboard(board, NEAR, around=me)
