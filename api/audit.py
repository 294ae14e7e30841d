"""Who did what, when and why."""

from __future__ import annotations

from flask import Blueprint, Response

from .answers import answer
from .context import service
from .inputs import limit_parameter, whole_parameter
from .openapi import Operation, documented
from .schemas import LIMIT, OBJECT, WHOLE, many, query, record

blueprint = Blueprint("audit", __name__)

HIGHEST = 10**18

_ENTRIES = Operation(
    "The audit log, newest first.",
    {200: record({"entries": many(OBJECT)})},
    parameters=[
        LIMIT,
        query("before", {**WHOLE, "minimum": 1, "maximum": HIGHEST}, "Only entries with a number below this one."),
    ],
    problems=[422],
)


@blueprint.get("/v1/audit")
@documented(_ENTRIES)
def entries() -> Response:
    """The audit log, newest first."""
    return answer({"entries": service().audit(limit_parameter(), whole_parameter("before", HIGHEST))})
