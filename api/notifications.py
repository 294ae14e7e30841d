"""What a user is told: the feed, what is read, what is wanted, and the stream of what is new."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from engine.wording import KINDS

from .answers import answer
from .context import caller, context, service
from .inputs import (
    accepted_locales,
    asked_locale,
    json_object,
    limit_parameter,
    whole_header,
    whole_parameter,
)
from .openapi import Operation, documented, json_body, ref
from .problems import invalid, invalid_fields
from .schemas import FLAG, LIMIT, LOCALE, TEXT, WHOLE, many, query, record
from .serving import LIVE, Live

blueprint = Blueprint("notifications", __name__, url_prefix="/v1/users/<user>")
LARGEST = 10**15
_NUMBER = {"type": "integer", "minimum": 1, "maximum": LARGEST}
_UNREAD = record({"unread": {**WHOLE, "description": "How many are not read."}})
_WANTED = record(dict.fromkeys(KINDS, FLAG), description="Whether the user wants notifications of each kind.")
_READ = record(
    {
        "ids": {**many(_NUMBER), "maxItems": 1000, "description": "These."},
        "until": {**_NUMBER, "description": "All up to this one."},
        "all": {"const": True, "description": "All; the same as an empty body."},
    },
    optional=("ids", "until", "all"),
    additionalProperties=False,
    maxProperties=1,
)
_FEED = Operation(
    "What a user was told, newest first.",
    {200: record({"unread": WHOLE, "notifications": many(ref("Notification"))})},
    parameters=[LIMIT, query("before", _NUMBER, "Only those with a lower id: the next page."), LOCALE],
    problems=[422],
)
_MARK = Operation(
    "Mark notifications as read.",
    {200: _UNREAD},
    body=json_body(_READ),
    body_required=False,
    problems=[400, 413, 415, 422],
)
_PREFERENCES = Operation("Which notifications a user wants.", {200: _WANTED}, problems=[422])
_PREFER = Operation(
    "Choose which notifications a user wants from now on; kinds that are not named stay as they are.",
    {200: _WANTED},
    body=json_body({**_WANTED, "required": [], "additionalProperties": False}),
    problems=[400, 413, 415, 422],
)
_STREAM = Operation(
    "What is new to a user, as server-sent events: `notification`, whose id resumes the stream.",
    {200: TEXT},
    parameters=[
        {
            "name": "Last-Event-ID",
            "in": "header",
            "schema": {"type": "string", "pattern": r"^[\x20-\x7e]*$"},
            "description": "The id of the newest event that the client has: what came after it is sent first.",
        },
        query(
            "after", {**_NUMBER, "minimum": 0}, "The same, for the first call: the id of the newest one in the feed."
        ),
        LOCALE,
    ],
    problems=[422],
    media="text/event-stream",
)


@blueprint.get("/notifications")
@documented(_FEED)
def feed(user: str) -> Response:
    """What a user was told, newest first."""
    before = whole_parameter("before", LARGEST)
    return answer(service().feeds.page(user, limit_parameter(), before, asked_locale(), accepted_locales()))


@blueprint.post("/notifications/read")
@documented(_MARK)
def read(user: str) -> Response:
    """Marks notifications as read."""
    body = json_object(optional=True)
    _check_keys(body, ("ids", "until", "all"))
    if len(body) > 1:
        raise invalid("", "the body says one of ids, until and all")
    if body.get("all", True) is not True:
        raise invalid("all", "all must be true")
    numbers = [_number("ids", each) for each in _listed(body["ids"])] if "ids" in body else None
    until = _number("until", body["until"]) if "until" in body else None
    return answer({"unread": service().feeds.read(user, until, numbers)})


@blueprint.get("/notifications/preferences")
@documented(_PREFERENCES)
def preferences(user: str) -> Response:
    """Which notifications a user wants."""
    return answer(service().feeds.preferences(user))


@blueprint.put("/notifications/preferences")
@documented(_PREFER)
def prefer(user: str) -> Response:
    """Chooses which notifications a user wants."""
    body = json_object()
    _check_keys(body, KINDS)
    wrong = [
        {"field": kind, "message": f"{kind} must be true or false"} for kind in body if type(body[kind]) is not bool
    ]
    if wrong:
        raise invalid_fields(wrong)
    return answer(service().feeds.prefer(user, body))


@blueprint.get("/stream")
@documented(_STREAM)
def stream(user: str) -> Response:
    """What is new to a user, for as long as the client listens."""
    after = whole_header("Last-Event-ID")
    if after is None:
        after = whole_parameter("after", LARGEST, lowest=0)
    body: Live | None = None
    if request.method == "GET":
        body = context().streams.begin(user, after, asked_locale(), accepted_locales(), caller())
        take = request.environ.get(LIVE)
        if take is not None:
            take(body)
    headers = {"X-Accel-Buffering": "no"}  # so that a proxy such as nginx passes each event on at once
    return Response(body, headers=headers, content_type="text/event-stream; charset=utf-8", direct_passthrough=True)


def _check_keys(body: dict[str, Any], known: tuple[str, ...]) -> None:
    wrong = [{"field": key, "message": f"{key} is none of {', '.join(known)}"} for key in body if key not in known]
    if wrong:
        raise invalid_fields(wrong)


def _listed(value: Any) -> list[Any]:
    most = context().config.page
    if not isinstance(value, list) or len(value) > most:
        raise invalid("ids", f"ids must be a list of at most {most} ids of notifications")
    return value


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST:
        raise invalid(name, f"{name} must be the id of a notification: a whole number")
    return value
