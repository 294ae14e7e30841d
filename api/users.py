"""What a user holds, how far the user is, and what staff may do about it."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.presentation import award_json, progress_json

from .answers import answer
from .context import service, viewer
from .inputs import json_object, locales, text_field, text_parameter
from .openapi import Operation, documented, json_body, ref
from .schemas import FLAG, LOCALE, OBJECT, REASON, SENTENCE, TEXT, WHOLE, many, nullable, record

blueprint = Blueprint("users", __name__, url_prefix="/v1/users/<user>")

_BADGES = Operation(
    "The badges that a user holds, a row per tier and occurrence.",
    {200: record({"user": TEXT, "count": WHOLE, "badges": many(ref("Award"))})},
    parameters=[LOCALE],
    problems=[422],
)
_COUNT = Operation("How many distinct badges a user holds.", {200: record({"count": WHOLE})}, problems=[422])
_PROGRESS = Operation(
    "How far a user is towards each badge.", {200: record({"progress": many(ref("Progress"))})}, problems=[422]
)
_EXPLANATION = Operation(
    "Why a user has a badge, or what is missing.", {200: OBJECT}, parameters=[LOCALE], problems=[404, 422]
)
_AWARD = record({"newly_awarded": FLAG, "award": ref("Award")})
_GRANT = Operation(
    "Give a user a badge or a tier of it.",
    {200: _AWARD, 201: _AWARD},
    parameters=[LOCALE, REASON],
    body=json_body(record({"reason": nullable(SENTENCE)}, optional=("reason",))),
    body_required=False,
    problems=[400, 404, 409, 413, 415, 422],
)
_REVOKE = Operation(
    "Take a badge away from a user, with all its tiers and occurrences.",
    {200: record({"revoked": {**WHOLE, "description": "How many awards were taken."}})},
    parameters=[REASON],
    problems=[404, 422],
)
_EXPORT = Operation("All that is stored of a user.", {200: OBJECT}, problems=[422])
_ERASE = Operation("Remove everything that names a user.", {200: record({"erased": FLAG})}, problems=[422])


@blueprint.get("/badges")
@documented(_BADGES)
def badges(user: str) -> Response:
    """The badges that a user holds."""
    held, rules, wanted = service().awards(user, viewer()), service().rules, locales()
    shown = [award_json(award, rules, wanted) for award in held]
    return answer({"user": user, "count": len({award.badge for award in held}), "badges": shown})


@blueprint.get("/badges/count")
@documented(_COUNT)
def count(user: str) -> Response:
    """How many distinct badges a user holds."""
    return answer({"count": service().count(user)})


@blueprint.get("/progress")
@documented(_PROGRESS)
def progress(user: str) -> Response:
    """How far a user is towards each badge."""
    return answer({"progress": [progress_json(each) for each in service().progress(user, viewer())]})


@blueprint.get("/badges/<badge>/explanation")
@documented(_EXPLANATION)
def explanation(user: str, badge: str) -> Response:
    """Why a user has a badge, or what is missing."""
    return answer(service().explanation(user, badge, viewer(), locales()))


@blueprint.put("/badges/<badge>")
@documented(_GRANT)
def grant(user: str, badge: str) -> Response:
    """Gives a user a badge or a tier of it."""
    reason = text_field(json_object(optional=True), "reason") or text_parameter("reason")
    badge_id, dot, tier = badge.partition(".")
    new, award = service().grant(user, badge_id, tier if dot else None, viewer(), reason)
    return answer(
        {"newly_awarded": new, "award": award_json(award, service().rules, locales())}, status=201 if new else 200
    )


@blueprint.delete("/badges/<badge>")
@documented(_REVOKE)
def revoke(user: str, badge: str) -> Response:
    """Takes a badge away from a user."""
    return answer({"revoked": service().revoke(user, badge, viewer(), text_parameter("reason"))})


@blueprint.get("/export")
@documented(_EXPORT)
def export(user: str) -> Response:
    """All that is stored of a user."""
    return answer(service().export_user(user, viewer()))


@blueprint.delete("")
@documented(_ERASE)
def erase(user: str) -> Response:
    """Removes everything that names a user."""
    return answer({"erased": service().erase(user, viewer())})
