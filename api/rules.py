"""The rule set in service."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from engine.model import Award
from engine.plan import plan_json
from engine.presentation import award_json
from engine.service import Applied

from .answers import answer
from .context import context, service, viewer
from .inputs import files_field, flag_field, json_object, text_field
from .openapi import Operation, documented, json_body, ref
from .schemas import FLAG, INSTANT, OBJECT, TEXT, WHOLE, many, nullable, record

blueprint = Blueprint("rules", __name__, url_prefix="/v1/rules")

_STATUS = Operation("The rule set in service, what it did lately, and rules that fail.", {200: OBJECT})
_PLAN = Operation(
    "Say what putting a rule set in service would do, to the rules and to the people; nothing is written.",
    {200: ref("Plan")},
    body=json_body(ref("Apply")),
    problems=[400, 413, 415, 422],
)
_APPLY = Operation(
    "Put a rule set in service.",
    {
        200: record(
            {
                "version": TEXT,
                "previous": nullable(TEXT),
                "rebuilt": {**WHOLE, "description": "Users whose log was replayed."},
                "awarded": {**WHOLE, "description": "Awards that this gave."},
                "announced": {**many(ref("Announced")), "description": "These awards, with `announce`."},
                "superseded": {**FLAG, "description": "Another rule set came meanwhile; its apply goes on."},
                "warnings": many(OBJECT),
            }
        )
    },
    body=json_body(ref("Apply")),
    problems=[400, 409, 413, 415, 422],
)


_HISTORY = Operation(
    "The versions that have been in service, newest first.",
    {200: record({"versions": many(record({"number": WHOLE, "version": TEXT, "applied_at": INSTANT, "by": TEXT}))})},
)
_ROLLBACK = Operation(
    "Put an earlier version in service again, as a new number.",
    _APPLY.answers,
    body=json_body(
        record(
            {
                "version": {
                    **TEXT,
                    "description": "A number or (the beginning of) a hash; without it, the one before.",
                },
                "allow_remove": {**FLAG, "description": "Remove badges that people hold."},
                "announce": {**FLAG, "description": "List the awards that this gives, and tell their users."},
            },
            optional=("version", "allow_remove", "announce"),
        )
    ),
    body_required=False,
    problems=[400, 404, 409, 413, 415, 422],
)


@blueprint.get("")
@documented(_STATUS)
def status() -> Response:
    """The rule set in service."""
    return answer(service().rules_status(viewer(), context().config.quiet_days))


@blueprint.post("/plan")
@documented(_PLAN)
def plan() -> Response:
    """Says what an apply would do; a rule set with an error is refused, with every problem found."""
    body = json_object()
    flag_field(body, "announce")
    return answer(plan_json(service().plan(files_field(body), flag_field(body, "allow_remove"))))


@blueprint.post("/apply")
@documented(_APPLY)
def apply() -> Response:
    """Puts a rule set in service; one with an error is refused, with every problem found."""
    body = json_object()
    allow_remove, announced = flag_field(body, "allow_remove"), list[tuple[str, Award]]()
    announce = (lambda *given: announced.append(given)) if flag_field(body, "announce") else None
    by = viewer().name or viewer().kind
    applied = service().apply(files_field(body), by, allow_remove, announce=announce)
    return answer(_applied_json(applied, announced))


@blueprint.get("/history")
@documented(_HISTORY)
def history() -> Response:
    """The versions that have been in service."""
    return answer({"versions": service().history()})


@blueprint.post("/rollback")
@documented(_ROLLBACK)
def rollback() -> Response:
    """Puts an earlier version in service again."""
    body = json_object(optional=True)
    allow_remove, announced = flag_field(body, "allow_remove"), list[tuple[str, Award]]()
    announce = (lambda *given: announced.append(given)) if flag_field(body, "announce") else None
    by = viewer().name or viewer().kind
    applied = service().rollback(by, text_field(body, "version"), allow_remove, announce=announce)
    return answer(_applied_json(applied, announced))


def _applied_json(applied: Applied, announced: list[tuple[str, Award]]) -> dict[str, Any]:
    rules = service().rules
    return {
        "version": applied.version,
        "previous": applied.previous,
        "rebuilt": applied.rebuilt,
        "awarded": applied.awarded,
        "announced": [{"user": user, **award_json(award, rules)} for user, award in announced],
        "superseded": applied.superseded,
        "warnings": [warning.as_json() for warning in applied.warnings],
    }
