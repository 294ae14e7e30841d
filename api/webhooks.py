"""Endpoints of webhooks, and what is on its way to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from engine.calendar import SECOND, parse_instant
from engine.dispatch import Sender, try_endpoint
from engine.problems import did_you_mean
from engine.service.webhooks import Webhooks, Wish, delivery_json, endpoint_json
from engine.service.webhooks.wishes import LONGEST_DESCRIPTION, LONGEST_LIST, LONGEST_OVERLAP, OVERLAP
from engine.webhooks import KINDS, STATES, Endpoint

from .answers import answer
from .audit import HIGHEST
from .context import context, service, viewer
from .inputs import flag_field, json_object, limit_parameter, whole_parameter
from .openapi import Operation, documented, json_body, ref
from .problems import invalid
from .schemas import FLAG, INSTANT, LIMIT, NUMBER, TEXT, WHOLE, many, nullable, query, record

blueprint = Blueprint("webhooks", __name__, url_prefix="/v1/webhooks")

_URL = {**TEXT, "format": "uri", "description": "https, a public address; no name, password or fragment in it."}
_WISHED = {
    "types": {**many({"enum": list(KINDS)}), "description": "Of messages that it wants; empty for all."},
    "badges": {**many(TEXT), "maxItems": LONGEST_LIST, "description": "That it wants to be told about; empty for all."},
    "description": {**TEXT, "maxLength": LONGEST_DESCRIPTION},
    "enabled": FLAG,
}
_SECRET = {"secret": {**TEXT, "description": "`whsec_` and 24 to 64 bytes in base64; without it, one is made."}}
_REPLAY = record(
    {
        "since": INSTANT,
        "until": {**INSTANT, "description": "Without it, now."},
        "delivered": {**FLAG, "description": "Also what was taken already."},
    },
    optional=("until", "delivered"),
)
_OVERLAP = {
    "type": "integer",
    "minimum": 0,
    "maximum": LONGEST_OVERLAP // SECOND,
    "default": OVERLAP // SECOND,
    "description": "Seconds for which the former secret signs too.",
}
_BAD = [400, 413, 415, 422]

_LIST = Operation("All webhooks, and how they are.", {200: record({"webhooks": many(ref("Webhook"))})})
_CREATE = Operation(
    "Make a webhook; the answer holds its secret, this once.",
    {201: ref("Webhook")},
    body=json_body(record({"url": _URL, **_WISHED, **_SECRET}, optional=(*_WISHED, *_SECRET))),
    problems=[409, *_BAD],
)
_ONE = Operation("A webhook, and how it is.", {200: ref("Webhook")}, problems=[404])
_CHANGE = Operation(
    "Change a webhook; one that is enabled again is sent what waits for it.",
    {200: ref("Webhook")},
    body=json_body(record({"url": _URL, **_WISHED}, optional=("url", *_WISHED))),
    problems=[404, *_BAD],
)
_REMOVE = Operation(
    "Remove a webhook, and all that is on its way to it.", {200: record({"removed": FLAG})}, problems=[404]
)
_ROTATE = Operation(
    "Give a webhook a new secret, which the answer holds this once; the former one signs too for a while.",
    {200: ref("Webhook")},
    body=json_body(record({"overlap_seconds": _OVERLAP, **_SECRET}, optional=("overlap_seconds", *_SECRET))),
    body_required=False,
    problems=[404, *_BAD],
)
_TEST = Operation(
    "Send a test message at once, and say what came of it.",
    {200: record({"delivered": FLAG, "status": nullable(WHOLE), "error": nullable(TEXT), "seconds": NUMBER})},
    problems=[404],
)
_REPLAYED = Operation(
    "Send all again that was given up since an instant.",
    {202: record({"replayed": WHOLE})},
    body=json_body(_REPLAY),
    problems=[404, 409, *_BAD],
)
_DELIVERIES = Operation(
    "What is on its way to a webhook, or was, newest first.",
    {200: record({"deliveries": many(ref("Delivery"))})},
    parameters=[
        query("state", {"enum": list(STATES)}, "Only these: `dead` are the dead letters."),
        LIMIT,
        query("before", {**WHOLE, "minimum": 1, "maximum": HIGHEST}, "Only with a number below this one."),
    ],
    problems=[404, 422],
)
_DELIVERY = Operation("A delivery, with its message.", {200: ref("Delivery")}, problems=[404])
_REPLAY_ONE = Operation("Send a message again.", {202: ref("Delivery")}, problems=[404, 409])


@blueprint.get("")
@documented(_LIST)
def endpoints() -> Response:
    """All webhooks."""
    now = service().now()
    return answer({"webhooks": [endpoint_json(each, backlog, now) for each, backlog in _webhooks().all()]})


@blueprint.post("")
@documented(_CREATE)
def create() -> Response:
    """Makes a webhook."""
    body = _body("url", "types", "badges", "description", "enabled", "secret")
    if body.get("url") is None:
        raise invalid("url", "url is missing", "such as https://example.com/badges")
    made = _webhooks().create(_wish(body), context().config.webhook_policy, _by(), _text(body, "secret"))
    return answer(_shown(made.id, made.secret), 201)


@blueprint.get("/<webhook>")
@documented(_ONE)
def endpoint(webhook: str) -> Response:
    """One webhook."""
    return answer(_shown(webhook))


@blueprint.patch("/<webhook>")
@documented(_CHANGE)
def change(webhook: str) -> Response:
    """Changes a webhook."""
    body = _body("url", "types", "badges", "description", "enabled")
    _webhooks().change(webhook, _wish(body), context().config.webhook_policy, _by())
    return answer(_shown(webhook))


@blueprint.delete("/<webhook>")
@documented(_REMOVE)
def remove(webhook: str) -> Response:
    """Removes a webhook."""
    _webhooks().remove(webhook, _by())
    return answer({"removed": True})


@blueprint.post("/<webhook>/rotate")
@documented(_ROTATE)
def rotate(webhook: str) -> Response:
    """Gives a webhook a new secret."""
    body = _body("overlap_seconds", "secret", optional=True)
    overlap, most = body.get("overlap_seconds", OVERLAP // SECOND), LONGEST_OVERLAP // SECOND
    if not isinstance(overlap, int) or isinstance(overlap, bool) or not 0 <= overlap <= most:
        raise invalid("overlap_seconds", f"overlap_seconds must be a whole number from 0 to {most}")
    made = _webhooks().rotate(webhook, _by(), overlap * SECOND, _text(body, "secret"))
    return answer(_shown(webhook, made.secret))


@blueprint.post("/<webhook>/test")
@documented(_TEST)
def test(webhook: str) -> Response:
    """Sends a test message."""
    config = context().config
    sender = Sender(config.webhook_policy, config.webhook_seconds)
    came = try_endpoint(_webhooks(), sender, webhook, _by())
    told = {"status": came.status, "error": came.error, "seconds": round(came.seconds, 3)}
    return answer({"delivered": came.good, **told})


@blueprint.post("/<webhook>/replay")
@documented(_REPLAYED)
def replay(webhook: str) -> Response:
    """Sends again what was given up."""
    body = _body("since", "until", "delivered")
    since, until = _instant(body, "since"), _instant(body, "until")
    if since is None:
        raise invalid("since", "since is missing", "such as 2026-03-01T00:00:00Z")
    count = _webhooks().replay_since(webhook, _by(), since, until, flag_field(body, "delivered"))
    return answer({"replayed": count}, 202)


@blueprint.get("/<webhook>/deliveries")
@documented(_DELIVERIES)
def deliveries(webhook: str) -> Response:
    """What is on its way to a webhook, or was."""
    state = request.args.get("state")
    if state not in (None, *STATES):
        raise invalid("state", f"state must be one of {', '.join(STATES)}")
    found = _webhooks().deliveries(webhook, state, limit_parameter(), whole_parameter("before", HIGHEST))
    return answer({"deliveries": [delivery_json(each) for each in found]})


@blueprint.get("/<webhook>/deliveries/<int:delivery>")
@documented(_DELIVERY)
def delivery(webhook: str, delivery: int) -> Response:
    """One delivery."""
    return answer(delivery_json(_webhooks().delivery(webhook, delivery), whole=True))


@blueprint.post("/<webhook>/deliveries/<int:delivery>/replay")
@documented(_REPLAY_ONE)
def replay_delivery(webhook: str, delivery: int) -> Response:
    """Sends one message again."""
    return answer(delivery_json(_webhooks().replay(webhook, delivery, _by())), 202)


def _webhooks() -> Webhooks:
    return service().webhooks


def _by() -> str:
    return viewer().name or viewer().kind


def _shown(id: str, secret: str | None = None) -> dict[str, Any]:
    """A webhook as it is now; with its secret only where that is new."""
    found: Endpoint
    found, backlog = _webhooks().one(id)
    shown = endpoint_json(found, backlog, service().now())
    return shown if secret is None else {**shown, "secret": secret}


def _body(*known: str, optional: bool = False) -> dict[str, Any]:
    """The body, which has no other fields than these: a misspelt one would change nothing, silently."""
    body = json_object(optional)
    for name in body:
        if name not in known:
            raise invalid(name, f"{name} is not a field of this", did_you_mean(name, known))
    return body


def _wish(body: Mapping[str, Any]) -> Wish:
    enabled = flag_field(dict(body), "enabled") if body.get("enabled") is not None else None
    return Wish(_text(body, "url"), _texts(body, "types"), _texts(body, "badges"), _text(body, "description"), enabled)


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(name, f"{name} must be a text")
    return value


def _texts(body: Mapping[str, Any], name: str) -> list[str] | None:
    value = body.get(name)
    if value is not None and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
        raise invalid(name, f"{name} must be a list of texts")
    return value


def _instant(body: Mapping[str, Any], name: str) -> int | None:
    text = _text(body, name)
    if text is None:
        return None
    try:
        return parse_instant(text)[0]
    except ValueError as error:
        raise invalid(name, f"{name} {error}") from error
