"""Awards as Open Badges 3.0: signed, in images, and verified."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.credentials import in_png, in_svg, medal_png, medal_svg
from engine.presentation import step_texts

from .answers import answer
from .context import context, service, viewer
from .inputs import json_object, text_field, text_parameter
from .issuing import issuer
from .openapi import Operation, documented, json_body
from .problems import invalid
from .schemas import FLAG, OBJECT, TEXT, USER, nullable, record
from .verdicts import judged

blueprint = Blueprint("credentials", __name__, url_prefix="/v1")

SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A picture, if a browser opens it, runs nothing and loads nothing."""
_OCCURRENCE = {
    "name": "occurrence",
    "in": "query",
    "schema": TEXT,
    "description": "Of a repeating badge: which of its awards; else the newest.",
}
_CREDENTIAL = Operation(
    "An award as a signed Open Badges 3.0 credential.",
    {200: record({"jwt": TEXT, "credential": OBJECT})},
    parameters=[_OCCURRENCE],
    problems=[404, 422],
)
_SVG = Operation(
    "An award as an SVG image that carries its credential.",
    {200: TEXT},
    parameters=[_OCCURRENCE],
    problems=[404, 422],
    media="image/svg+xml",
)
_PNG = Operation(
    "An award as a PNG image that carries its credential.",
    {200: {"type": "string", "format": "binary"}},
    parameters=[_OCCURRENCE],
    problems=[404, 422],
    media="image/png",
)
_VERIFY = Operation(
    "Whether a credential was signed here, and its award is held.",
    {
        200: record(
            {
                "valid": FLAG,
                "status": {"enum": ["valid", "revoked", "unreadable", "foreign", "forged", "early"]},
                "belongs_to_holder": nullable(FLAG),
                "credential": nullable(OBJECT),
            }
        )
    },
    body=json_body(record({"credential": TEXT, "holder": nullable(USER)}, optional=("holder",))),
    problems=[400, 404, 413, 415, 422],
)


@blueprint.get("/users/<user>/badges/<badge>/credential")
@documented(_CREDENTIAL)
def credential(user: str, badge: str) -> Response:
    """An award as a signed credential."""
    document, _, _ = _issued(user, badge)
    return answer({"jwt": issuer().signed(document), "credential": document})


@blueprint.get("/users/<user>/badges/<badge>/credential.svg")
@documented(_SVG)
def credential_svg(user: str, badge: str) -> Response:
    """An award as an SVG image."""
    return image_of(user, badge, "svg")


@blueprint.get("/users/<user>/badges/<badge>/credential.png")
@documented(_PNG)
def credential_png(user: str, badge: str) -> Response:
    """An award as a PNG image."""
    return image_of(user, badge, "png")


def image_of(user: str, badge: str, form: str) -> Response:
    """An award as an image that carries its credential: ``svg`` or ``png``."""
    document, icon, name = _issued(user, badge)
    token = issuer().signed(document)
    if form == "png":
        return Response(in_png(medal_png(name), token), content_type="image/png")
    headers = {"Content-Security-Policy": SVG_POLICY}
    return Response(in_svg(medal_svg(icon, name), token), headers=headers, content_type="image/svg+xml")


@blueprint.post("/credentials/verify")
@documented(_VERIFY)
def verify() -> Response:
    """Whether a credential holds."""
    body = json_object()
    shown = text_field(body, "credential", context().config.limits.body)
    if not shown:
        raise invalid("credential", "credential is missing: send a token, or the text of an SVG image")
    holder = text_field(body, "holder")
    return answer(judged(issuer(), service(), shown.encode("utf-8", "replace"), holder).as_json())


def _issued(user: str, badge: str) -> tuple[dict[str, object], str, str]:
    """The credential of an award, and the award's icon and name."""
    found, award = issuer(), service().shareable(user, badge, text_parameter("occurrence"), viewer())
    rules = service().rules
    kind = rules.badges[award.badge]
    name, icon, _ = step_texts(kind, award.tier, rules, ())
    return found.credential(user, award, kind, rules), icon, name
