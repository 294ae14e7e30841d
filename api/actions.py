"""The action endpoint, which also answers where a hosted edge function would."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from engine.cloudevents import id_fault, user_fault
from engine.model import Viewer

from .answers import answer
from .context import service, viewer
from .inputs import json_object
from .openapi import Operation, documented, json_body, ref
from .problems import HttpProblem, invalid
from .schemas import NAME, record

blueprint = Blueprint("actions", __name__)
_OF_NOBODY = frozenset({"leaderboard", "score_leaderboard"})
"""Actions that concern no user in particular, so that a key need not name one."""

_ACT = Operation(
    "Do one of the actions that the rule set declares.",
    {200: record({"success": {"const": True}}, description="With the fields of the action.")},
    parameters=[
        {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": NAME,
            "description": "So that a retry counts once.",
        }
    ],
    body=json_body(ref("Action")),
    problems=[400, 404, 409, 413, 415, 422],
)


@blueprint.post("/v1/actions")
@documented(_ACT)
def act() -> Response:
    """Does one action for a user."""
    body = json_object()
    action = _text(body, "action")
    if action is None:
        raise invalid("action", "action is missing", "such as list")
    user, key = _user(body, viewer(), needed=action not in _OF_NOBODY), _event_id(body)
    fields = {name: value for name, value in body.items() if name not in ("action", "user_id", "id")}
    return answer({"success": True, **service().act(action, user, fields, key, viewer())})


@blueprint.post("/functions/v1/<name>")
@documented(_ACT)
def act_as_function(name: str) -> Response:
    """The same, for clients of a hosted edge function, whatever its name."""
    return act()


def _user(body: dict[str, Any], viewer: Viewer, needed: bool) -> str:
    named = _text(body, "user_id")
    if viewer.kind == "user":
        own = viewer.user or ""
        if named not in (None, own):
            raise HttpProblem(403, "forbidden", "A user's own token acts for that user only.")
        return own
    if named is None and not needed:
        return ""
    if named is None:
        raise invalid("user_id", "user_id is missing", "with a key, say whose action it is")
    if reason := user_fault(named):
        raise invalid("user_id", f"user_id: {reason}")
    return named


def _event_id(body: dict[str, Any]) -> str | None:
    named = _text(body, "id")
    key = request.headers.get("Idempotency-Key") if named is None else named
    field = "Idempotency-Key" if named is None else "id"
    if key is not None and (reason := id_fault(key)):
        raise invalid(field, f"{field}: {reason}")
    return key


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(name, f"{name} must be a text")
    return value
