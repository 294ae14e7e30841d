"""Users ranked."""

from __future__ import annotations

from flask import Blueprint, Response

from .answers import answer
from .context import service
from .inputs import limit_parameter, user_parameter, users_parameter
from .openapi import Operation, documented, ref
from .schemas import LIMIT, TEXT, USER, many, query, record

blueprint = Blueprint("leaderboards", __name__, url_prefix="/v1/leaderboards")

_LEADERBOARD = Operation(
    "The users of a leaderboard, best first.",
    {200: record({"entries": many(ref("Entry"))})},
    parameters=[
        LIMIT,
        query("around", USER, "A user: the entries around this one."),
        query("users", TEXT, "Only these users, parted by commas."),
    ],
    problems=[404, 422],
)


@blueprint.get("/<board>")
@documented(_LEADERBOARD)
def leaderboard(board: str) -> Response:
    """The users of a leaderboard, best first."""
    users = users_parameter("users")
    entries = service().leaderboard(board, limit_parameter(), user_parameter("around"), users or ())
    shown = [{"rank": e.rank, "user": e.user, "name": e.name, "value": e.value} for e in entries]
    return answer({"entries": [] if users == () else shown})
