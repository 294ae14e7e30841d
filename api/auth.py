"""Who calls: a key, a user's own token, this machine while there is no key, or nobody known.

A credential that proves nothing is refused everywhere, also where none is needed.
"""

from __future__ import annotations

from flask import Flask, Request, g, request

from engine.model import Viewer
from engine.service import KEY_PREFIX

from .context import Caller, Context, asked, caller, context
from .keyless import LOOPBACK, is_local
from .permissions import PERMISSIONS, is_page
from .problems import HttpProblem
from .sessions import COOKIE, SCHEME, check_origin, key_caller
from .tokens import BadToken

_READS = ("GET", "HEAD", "OPTIONS")


def register(app: Flask) -> None:
    """Finds out who calls before every view, and whether they may."""
    app.before_request(_identify)
    app.before_request(_permit)


def _identify() -> None:
    """Where nobody needs to be known and no credential is shown, nobody is looked up: no database is asked."""
    this = asked()
    shown = "Authorization" in this.headers
    g.caller = authenticate(this, context()) if shown or not _is_open(this) else None


def _is_open(this: Request) -> bool:
    return this.endpoint is None or PERMISSIONS[this.endpoint].open


def _permit() -> None:
    this = asked()
    if this.endpoint is None or this.method == "OPTIONS":
        return
    if is_page(this.endpoint) and this.method not in _READS and "Authorization" not in this.headers:
        check_origin(this)
    access = PERMISSIONS[this.endpoint]
    if access.open:
        return
    found: Caller | None = g.caller
    if found is None:
        raise nobody()
    if not access.allows(found, (this.view_args or {}).get("user")):
        raise HttpProblem(403, "forbidden", f"This is for {access.description}.")


def authenticate(request: Request, context: Context) -> Caller | None:
    """Who sent the request; None without credentials. Raises HttpProblem (401) for a credential that proves nothing."""
    header = request.headers.get("Authorization")
    if header is None:
        return (_by_session(request, context) if is_page(request.endpoint) else None) or _keyless(request, context)
    if header.strip().lower() == SCHEME:
        return _by_own_page(request, context)
    scheme, _, credential = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        raise unauthorized("bad-credentials", "Authorization must be: Bearer, a space, and a key or a user's token.")
    return _by_credential(credential.strip(), context)


def present() -> Caller | None:
    """Who sent the request at hand, also on a route that is open to everybody; None for nobody known."""
    try:
        return caller() or authenticate(request, context())
    except HttpProblem:
        return None


def until(credential: str, context: Context) -> tuple[Caller, int | None]:
    """Whose key or token it is, and when that ends by itself. Raises HttpProblem (401)."""
    found = _by_credential(credential, context)
    return found, found.ends


def _keyless(request: Request, context: Context) -> Caller | None:
    return LOOPBACK if is_local(request) and not context.service.keys_exist() else None


def _by_session(request: Request, context: Context) -> Caller | None:
    return context.sessions.read(request.cookies.get(COOKIE))


def _by_own_page(request: Request, context: Context) -> Caller | None:
    """Of a script of these pages, which asks for the cookie to be read. Raises HttpProblem (401, 403)."""
    if COOKIE not in request.cookies:
        return _keyless(request, context)
    if request.method not in _READS:
        check_origin(request)
    found = _by_session(request, context)
    if found is None:
        raise unauthorized("bad-credentials", "The session is over: sign in again.")
    return found


def unauthorized(type: str, detail: str) -> HttpProblem:
    """The refusal of a caller who is not known."""
    invalid = ' error="invalid_token"' if type == "bad-credentials" else ""
    return HttpProblem(401, type, detail, headers={"WWW-Authenticate": f"Bearer{invalid}"})


def _by_credential(credential: str, context: Context) -> Caller:
    if credential.startswith(KEY_PREFIX):
        return _by_key(credential, context)
    try:
        user, ends = context.tokens.user_until(credential)
        return Caller(Viewer("user", user=user), ends=ends)
    except BadToken as error:
        raise unauthorized("bad-credentials", str(error)) from error


def _by_key(credential: str, context: Context) -> Caller:
    found = context.service.key(credential)
    if found is None:
        raise unknown_key()
    return key_caller(*found)


def nobody() -> HttpProblem:
    """The refusal of a caller without credentials."""
    return unauthorized("missing-credentials", "Send a key or a user's token: Authorization: Bearer …")


def unknown_key() -> HttpProblem:
    """The refusal of a key that opens nothing."""
    return unauthorized("bad-credentials", "The key is not known here.")
