"""What credentials lead to: the issuer, its keys, what badges are given for, whether an award is held.

Beside it the page on which everybody verifies a credential.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug import Response
from werkzeug.exceptions import NotFound

from engine.credentials import CONTEXT, medal_svg
from engine.model import Badge

from ..answers import answer
from ..context import service
from ..credentials import SVG_POLICY, image_of
from ..issuing import issuer
from ..verdicts import Verdict, is_held, judged, known
from .faces import wants_page
from .shell import blueprint, link, page

FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}
AT_ONCE = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}
_LONGEST = 1000


@blueprint.get("/issuer")
def issuer_profile() -> Response:
    """Who issues."""
    return _json({"@context": list(CONTEXT), **issuer().profile()}, "application/ld+json")


@blueprint.get("/issuer/jwks.json")
def issuer_keys() -> Response:
    """All public keys."""
    return _json(issuer().ring.published(), "application/jwk-set+json")


@blueprint.get("/issuer/keys/<key>")
def issuer_key(key: str) -> Response:
    """One public key, by the address that tokens name."""
    found = issuer().ring.named(key)
    if found is None:
        raise NotFound
    return _json(dict(found.public), "application/jwk+json")


@blueprint.get("/achievements/<achievement>")
def achievement(achievement: str) -> Response:
    """What a badge, or a tier of it, is given for."""
    badge, tier = _named(achievement)
    document = issuer().achievement(badge, tier, service().rules)
    return _json({"@context": list(CONTEXT), **document}, "application/ld+json")


@blueprint.get("/achievements/<achievement>/image.svg")
def achievement_image(achievement: str) -> Response:
    """The picture of a badge, or of a tier of it."""
    badge, tier = _named(achievement)
    document = issuer().achievement(badge, tier, service().rules)
    step = next((each for each in badge.tiers if each.id == tier), None)
    image = medal_svg(step.icon if step and step.icon else badge.icon, document["name"])
    headers = {**FOR_AN_HOUR, "Content-Security-Policy": SVG_POLICY}
    return Response(image, headers=headers, content_type="image/svg+xml")


@blueprint.get("/credentials/<credential>")
def credential(credential: str) -> Response:
    """Where a credential's own address leads: people to the page, programs to its status."""
    if wants_page():
        return redirect(link("pages.verify", id=credential), 303)
    return credential_status(credential)


@blueprint.get("/credentials/<credential>/status")
def credential_status(credential: str) -> Response:
    """The list of revoked credentials, for this one."""
    found = issuer()
    if found.whose(credential) is None:
        raise NotFound
    held = is_held(found, service(), credential)
    return answer(found.revocations(credential, held), headers=AT_ONCE)


@blueprint.get("/wall/<user>/badges/<badge>/credential.<any(svg, png):form>")
def share(user: str, badge: str, form: str) -> Response:
    """An award as an image that carries its credential, to be kept and shown elsewhere."""
    image = image_of(user, badge, form)
    image.headers["Content-Disposition"] = f"attachment; filename={badge}.{form}"
    return image


@blueprint.get("/verify")
def verify() -> Response:
    """The form; or the verdict on a credential by its address."""
    asked = request.args.get("id", "").strip()[:_LONGEST]
    return _shown(known(issuer(), service(), asked) if asked else None, asked)


@blueprint.post("/verify")
def verify_shown() -> Response:
    """The verdict on what was pasted or uploaded."""
    text, file = request.form.get("credential", "").strip(), request.files.get("file")
    holder = request.form.get("holder", "").strip() or None
    shown = text.encode("utf-8", "replace") or (file.read() if file else b"")
    if text.startswith(f"{issuer().url}/credentials/"):
        return _shown(known(issuer(), service(), text), text)
    return _shown(judged(issuer(), service(), shown, holder) if shown else None, text, holder)


def _shown(verdict: Verdict | None, text: str = "", holder: str | None = None) -> Response:
    said = _told(verdict) if verdict and verdict.claims else None
    issued_by = issuer()
    return page("verify.html", verdict=verdict, said=said, text=text, holder=holder or "", issuer=issued_by)


def _told(verdict: Verdict) -> dict[str, Any]:
    """What a credential says, for people."""
    claims = verdict.claims or {}
    subject = claims["credentialSubject"]
    [whose] = subject["identifier"]
    return {
        "achievement": subject["achievement"],
        "when": claims["validFrom"],
        "issuer": claims["issuer"]["name"],
        "user": None if whose["hashed"] else whose["identityHash"],
    }


def _named(name: str) -> tuple[Badge, str | None]:
    """A badge that everybody may know of, and its tier."""
    id, dot, tier = name.partition(".")
    rules = service().rules
    badge = rules.badges.get(rules.renames.get(id, id))
    if badge is None or badge.secret or dot and tier not in {step.id for step in badge.tiers}:
        raise NotFound
    return badge, tier or None


def _json(value: dict[str, Any], media: str) -> Response:
    return answer(value, headers=FOR_AN_HOUR, content_type=media)
