"""Sign-in for browsers: a short session in a signed cookie, which says whose key or token began it, and holds neither.

Pages take the cookie; other routes only where the request says so itself (``Authorization: Session``), which no form
and no page of another site can make a browser do. A session of a key ends with the key, one of a user with the token.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt
from flask import Request
from werkzeug import Response

from engine.model import Viewer
from engine.service import Service

from .config import Config
from .context import Caller
from .problems import HttpProblem

COOKIE = "badges_session"
SCHEME = "session"
"""In ``Authorization``: that the cookie is meant."""
_ALGORITHM = "HS256"
_LABEL = b"badges sessions, first form"
WIDEST = ("staff", "events", "read")


class Sessions:
    """Makes and reads the cookies of one app."""

    def __init__(self, service: Service, config: Config, clock: Callable[[], float] = time.time) -> None:
        self._service = service
        self._seconds = 60 * config.session_minutes
        self._secret = _derived(config.session_secret or config.jwt_secret or secrets.token_urlsafe(32))
        self._clock = clock

    def begin(self, caller: Caller, ends: int | None = None) -> tuple[str, int]:
        """A new session and the seconds that it lasts; never longer than what began it."""
        now = int(self._clock())
        until = min(now + self._seconds, ends) if ends is not None else now + self._seconds
        viewer = caller.viewer
        who = {"user": viewer.user} if viewer.kind == "user" else {"key": viewer.name, "made": self._made(viewer.name)}
        return jwt.encode({**who, "exp": until}, self._secret, _ALGORITHM), max(until - now, 0)

    def read(self, text: str | None) -> Caller | None:
        """Who began a session; None for none, for one that is over, and for one that was not made here."""
        claims = self._claims(text) if text else None
        if claims is None:
            return None
        if "user" in claims:
            return Caller(Viewer("user", user=claims["user"]), ends=claims["exp"])
        key = self._of_key(claims["key"], claims["made"])
        return replace(key, ends=claims["exp"]) if key else None

    def _claims(self, text: str) -> dict[str, Any] | None:
        try:
            options: Any = {"require": ["exp"], "verify_exp": False}
            claims = jwt.decode(text, self._secret, [_ALGORITHM], options=options)
        except (jwt.PyJWTError, ValueError):
            return None
        return claims if claims["exp"] > self._clock() else None

    def _made(self, name: str | None) -> int | None:
        keys = self._service.keys()
        return next((key.created_at for key in keys if key.name == name), None)

    def _of_key(self, name: str, made: int) -> Caller | None:
        """The key, if it is still the one that began the session."""
        keys = self._service.keys()
        found = next((key for key in keys if (key.name, key.created_at) == (name, made)), None)
        return key_caller(found.name, found.scopes) if found else None


def key_caller(name: str, scopes: tuple[str, ...]) -> Caller:
    """Who calls with a key."""
    widest = next(scope for scope in WIDEST if scope in scopes)
    return Caller(Viewer(widest, name=name), frozenset(scopes))


def keep(response: Response, request: Request, session: str, seconds: int) -> None:
    """Have the browser keep a session; over https for https only."""
    response.set_cookie(
        COOKIE, session, max_age=seconds, httponly=True, samesite="Strict", secure=_is_https(request), path="/"
    )


def forget(response: Response, request: Request) -> None:
    """Have the browser forget its session."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=_is_https(request), path="/")


def check_origin(request: Request) -> None:
    """Raises HttpProblem (403) unless a page of this very server made the browser send this."""
    if not _is_of_own_page(request):
        raise HttpProblem(403, "foreign-page", "Only pages of this server may send this.")


def _is_of_own_page(request: Request) -> bool:
    """As the browser says itself, which knows it also where a proxy has changed ``Host``; else by ``Origin``."""
    told = request.headers.get("Sec-Fetch-Site")
    if told is not None:
        return told == "same-origin"
    _, _, host = request.headers.get("Origin", "").partition("://")
    return bool(host) and host.lower() == request.headers.get("Host", "").lower()


def _is_https(request: Request) -> bool:
    """By the page that sent the form, too: behind a proxy the last hop is not what the browser sees."""
    return request.is_secure or request.headers.get("Origin", "").lower().startswith("https://")


def _derived(secret: str) -> str:
    """A secret of its own, so that no token of users passes for a session, nor the other way round."""
    return hmac.new(secret.encode(), _LABEL, hashlib.sha256).hexdigest()
