"""The rule set in service."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from engine.service import Applied

from .answers import answer
from .context import service, viewer
from .inputs import flag_field, json_object
from .openapi import Operation, documented, json_body, ref
from .problems import invalid
from .schemas import OBJECT, TEXT, WHOLE, many, nullable, record

blueprint = Blueprint("rules", __name__, url_prefix="/v1/rules")

_STATUS = Operation("The rule set in service, what it did lately, and rules that fail.", {200: OBJECT})
_APPLY = Operation(
    "Put a rule set in service.",
    {
        200: record(
            {
                "version": TEXT,
                "previous": nullable(TEXT),
                "rebuilt": {**WHOLE, "description": "Users whose log was replayed."},
                "awarded": {**WHOLE, "description": "Awards that this gave."},
                "warnings": many(OBJECT),
            }
        )
    },
    body=json_body(ref("Apply")),
    problems=[400, 409, 413, 415, 422],
)


@blueprint.get("")
@documented(_STATUS)
def status() -> Response:
    """The rule set in service."""
    return answer(service().rules_status())


@blueprint.post("/apply")
@documented(_APPLY)
def apply() -> Response:
    """Puts a rule set in service; one with an error is refused, with every problem found."""
    body = json_object()
    by = viewer().name or viewer().kind
    return answer(_applied_json(service().apply(_files(body), by, flag_field(body, "allow_remove"))))


def _applied_json(applied: Applied) -> dict[str, Any]:
    return {
        "version": applied.version,
        "previous": applied.previous,
        "rebuilt": applied.rebuilt,
        "awarded": applied.awarded,
        "warnings": [warning.as_json() for warning in applied.warnings],
    }


def _files(body: dict[str, Any]) -> dict[str, str]:
    files = body.get("files")
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise invalid("files", "files must be an object of texts by path", 'such as {"badges/first.yaml": "name: …"}')
    return files
