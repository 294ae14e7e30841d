"""What every page has: the frame around it, its navigation, its language, and what browsers are told about it."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, current_app, render_template, request, url_for

from engine.calendar import format_instant, parse_instant

from ..auth import present
from ..context import Caller, context
from ..inputs import locales
from ..permissions import PERMISSIONS
from .assets import assets
from .icons import is_image
from .texts import Texts, best, languages, texts_in

NAME = "pages"
blueprint = Blueprint(NAME, __name__, template_folder="templates")

NAVIGATION = (
    ("pages.own_wall", "shell.wall"),
    ("pages.gallery", "shell.gallery"),
    ("pages.leaderboards", "shell.leaderboards"),
    ("pages.studio", "shell.studio"),
    ("pages.operations", "shell.operations"),
)
"""Where one can go from everywhere, by endpoint; shown to those who may."""

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' https: data:",
    "connect-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
_COMPRESSED_FROM = 1024
"""Bytes below which compressing a page gains nothing."""


def page(
    template: str,
    status: int = 200,
    policy: Mapping[str, str] = {},
    headers: Mapping[str, str] = {},
    **values: Any,
) -> Response:
    """A page from a template, which extends ``base.html``; ``policy`` loosens what a browser may do there."""
    texts = best(locales())
    html = render_template(template, t=texts, asset=assets().url, **values)
    response = Response(html, status, headers=dict(headers), content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = texts.locale
    response.headers["Content-Security-Policy"] = "; ".join(
        f"{name} {value}" for name, value in {**_POLICY, **policy}.items()
    )
    response.headers["Referrer-Policy"] = "same-origin"
    response.vary.update(("Accept-Language", "Cookie"))
    return compressed(response)


def compressed(response: Response) -> Response:
    """The same answer, smaller for a browser that takes it so."""
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if "gzip" in request.accept_encodings and len(body) >= _COMPRESSED_FROM:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


@blueprint.app_context_processor
def _frame() -> dict[str, Any]:
    """What ``base.html`` needs beside what a page gives."""
    who = present()
    spoken = [(language, texts_in(language)("shell.language")) for language in languages()]
    return {
        "who": who,
        "issues": context().issuer is not None,
        "navigation": reachable(who),
        "link": link,
        "languages": spoken,
        "in_language": in_language,
        "here": here,
        "whole": whole,
        "is_image": is_image,
        "iso": format_instant,
        "instant": instant,
    }


def link(endpoint: str, **values: str) -> str:
    """The address of a page, in the language that the reader asked for."""
    asked = request.args.get("locale")
    own: dict[str, Any] = {**values, **({"locale": asked} if asked else {})}
    return url_for(endpoint, **own)


def here(**more: str) -> str:
    """The address of the page at hand, with more in its query as is asked for."""
    query = urlencode({**request.args, **more})
    return quote(request.path) + (f"?{query}" if query else "")


def in_language(language: str) -> str:
    """The address of the page at hand in another language."""
    return here(locale=language)


def reachable(who: Caller | None) -> list[tuple[str, str, bool]]:
    """Address, text and whether it is here, of every page that the reader may open."""
    own = who.viewer.user if who else None
    return [
        (link(endpoint), text, _is_here(endpoint))
        for endpoint, text in NAVIGATION
        if endpoint in current_app.view_functions and who and PERMISSIONS[endpoint].allows(who, own)
    ]


def instant(text: str) -> int:
    """The instant of a time as the API writes it."""
    return parse_instant(text)[0]


def whole() -> str:
    """The address of the page at hand with all that it leaves out at first."""
    return here(all="1")


def _is_here(endpoint: str) -> bool:
    return request.path == url_for(endpoint) or request.path.startswith(url_for(endpoint) + "/")


def texts() -> Texts:
    """The texts of the pages in the reader's language."""
    return best(locales())


def embedding() -> str:
    """Which origins may show a page in a frame, as a browser is told."""
    return " ".join(["'self'", *sorted(context().config.embed_origins)])
