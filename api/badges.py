"""The catalog of badges."""

from __future__ import annotations

from flask import Blueprint, Response

from .answers import answer
from .catalog import entry_json
from .context import service, viewer
from .inputs import locales
from .openapi import Operation, documented, ref
from .schemas import LOCALE, many, record

blueprint = Blueprint("badges", __name__, url_prefix="/v1/badges")

_CATALOG = Operation(
    "All badges, with their holders.",
    {200: record({"badges": many({"anyOf": [ref("Badge"), ref("Hidden")]})})},
    parameters=[LOCALE],
)
_BADGE = Operation("One badge, with its holders.", {200: ref("Badge")}, parameters=[LOCALE], problems=[404])


@blueprint.get("")
@documented(_CATALOG)
def catalog() -> Response:
    """All badges, with their holders."""
    entries, rules, wanted = service().catalog(viewer()), service().rules, locales()
    return answer({"badges": [entry_json(entry, rules, wanted) for entry in entries]})


@blueprint.get("/<badge>")
@documented(_BADGE)
def badge(badge: str) -> Response:
    """One badge, with its holders."""
    return answer(entry_json(service().badge(badge, viewer()), service().rules, locales()))
