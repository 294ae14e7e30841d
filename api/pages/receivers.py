"""Webhooks as staff look after them."""

from __future__ import annotations

from flask import request
from werkzeug import Response

from engine.service.webhooks import delivery_json, endpoint_json
from engine.webhooks import KINDS, STATES

from ..audit import HIGHEST
from ..context import service
from ..inputs import limit_parameter, whole_parameter
from .operations import shown_webhooks
from .shell import blueprint, page

DELIVERIES = 50


@blueprint.get("/ops/webhooks")
def ops_webhooks() -> Response:
    """All webhooks, and a form for another one."""
    return page(
        "ops_webhooks.html", webhooks=shown_webhooks(), kinds=list(KINDS), badges=sorted(service().rules.badges)
    )


@blueprint.get("/ops/webhooks/<webhook>")
def ops_webhook(webhook: str) -> Response:
    """One webhook, and what is on its way to it, or was."""
    found, backlog = service().webhooks.one(webhook)
    state = request.args.get("state")
    chosen, limit = state if state in STATES else None, limit_parameter(DELIVERIES)
    some = service().webhooks.deliveries(webhook, chosen, limit, whole_parameter("before", HIGHEST))
    return page(
        "ops_webhook.html",
        hook=endpoint_json(found, backlog, service().now()),
        state=chosen,
        states=STATES,
        deliveries=[delivery_json(each, whole=True) for each in some],
        older=some[-1].number if len(some) == limit else None,
    )
