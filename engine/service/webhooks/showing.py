"""Endpoints and deliveries as answers show them: plain values, without secrets."""

from __future__ import annotations

from typing import Any

from ... import jsontext
from ...calendar import format_instant
from ...store import Backlog
from ...webhooks import DEAD, PENDING, Delivery, Endpoint
from ...webhooks.schedule import STRIKES

OK, FAILING, OFF = "ok", "failing", "off"
HEALTH = (OK, FAILING, OFF)


def health(endpoint: Endpoint) -> str:
    """How an endpoint is, in a word."""
    if not endpoint.enabled:
        return OFF
    return FAILING if endpoint.failures >= STRIKES else OK


def endpoint_json(endpoint: Endpoint, backlog: Backlog, now: int) -> dict[str, Any]:
    """An endpoint, how it is, and how much waits for it."""
    rotating = endpoint.old_until if endpoint.old_until is not None and now < endpoint.old_until else None
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "types": list(endpoint.types),
        "badges": list(endpoint.badges),
        "description": endpoint.description,
        "enabled": endpoint.enabled,
        "reason": endpoint.reason,
        "created_at": format_instant(endpoint.created_at),
        "health": health(endpoint),
        "failures": endpoint.failures,
        "paused_until": _instant(endpoint.paused_until),
        "delivered_at": _instant(endpoint.delivered_at),
        "old_secret_until": _instant(rotating),
        "pending": backlog.counts.get(PENDING, 0),
        "dead": backlog.counts.get(DEAD, 0),
        "oldest_pending_at": _instant(backlog.oldest),
    }


def delivery_json(delivery: Delivery, whole: bool = False) -> dict[str, Any]:
    """A delivery; ``whole`` with the message itself."""
    message = {"body": jsontext.decode(delivery.body)} if whole else {}
    return {
        "number": delivery.number,
        "message": delivery.message,
        "type": delivery.type,
        "user": delivery.user,
        "badge": delivery.badge,
        "at": format_instant(delivery.at),
        "state": delivery.state,
        "tries": delivery.tries,
        "tried_at": _instant(delivery.tried_at),
        "next_at": _instant(delivery.next_at if delivery.state == PENDING else None),
        "status": delivery.status,
        "error": delivery.error,
        **message,
    }


def _instant(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
