"""Whether it lives, whether it can work, and how it does."""

from __future__ import annotations

import logging

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST

from .answers import answer
from .context import context, service
from .openapi import Operation, documented
from .problems import HttpProblem
from .schemas import TEXT, record

blueprint = Blueprint("health", __name__)
_LOG = logging.getLogger(__name__)
_STATUS = {200: record({"status": TEXT})}


@blueprint.get("/healthz")
@documented(Operation("Whether the server lives.", _STATUS, tags=["operations"]))
def live() -> Response:
    """The server answers."""
    return answer({"status": "ok"})


@blueprint.get("/readyz")
@documented(Operation("Whether the server can work.", _STATUS, problems=[503], tags=["operations"]))
def ready() -> Response:
    """The database and the rules are there."""
    try:
        service().ready()
    except Exception as error:
        _LOG.warning("not ready", exc_info=error)
        raise HttpProblem(503, "not-ready", "The database or the rules are not there.") from error
    return answer({"status": "ready"})


@blueprint.get("/metrics")
@documented(Operation("Telemetry, for Prometheus.", {200: TEXT}, media="text/plain", tags=["operations"]))
def metrics() -> Response:
    """Telemetry, in the text format of Prometheus."""
    return Response(context().telemetry.render(), content_type=CONTENT_TYPE_LATEST)
