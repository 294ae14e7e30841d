"""Who calls: a key, a user's own token, this machine while there is no key, or nobody known.

A credential that proves nothing is refused everywhere, also where none is needed.
"""

from __future__ import annotations

from flask import Flask, Request, g, request

from engine.model import Viewer
from engine.service import KEY_PREFIX

from .context import Caller, Context, context
from .keyless import LOOPBACK, is_local
from .permissions import PERMISSIONS
from .problems import HttpProblem
from .tokens import BadToken

_WIDEST = ("staff", "events", "read")


def register(app: Flask) -> None:
    """Finds out who calls before every view, and whether they may."""
    app.before_request(_identify)
    app.before_request(_permit)


def _identify() -> None:
    """Where nobody needs to be known and no credential is shown, nobody is looked up: no database is asked."""
    shown = "Authorization" in request.headers
    g.caller = authenticate(request, context()) if shown or not _is_open() else None


def _is_open() -> bool:
    return request.endpoint is None or PERMISSIONS[request.endpoint].open


def _permit() -> None:
    if request.endpoint is None or request.method == "OPTIONS":
        return
    access = PERMISSIONS[request.endpoint]
    if access.open:
        return
    found: Caller | None = g.caller
    if found is None:
        raise unauthorized("missing-credentials", "Send a key or a user's token: Authorization: Bearer …")
    if not access.allows(found, (request.view_args or {}).get("user")):
        raise HttpProblem(403, "forbidden", f"This is for {access.description}.")


def authenticate(request: Request, context: Context) -> Caller | None:
    """Who sent the request; None without credentials. Raises HttpProblem (401) for a credential that proves nothing."""
    header = request.headers.get("Authorization")
    if header is None:
        keyless = is_local(request) and not context.service.keys_exist()
        return LOOPBACK if keyless else None
    scheme, _, credential = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        raise unauthorized("bad-credentials", "Authorization must be: Bearer, a space, and a key or a user's token.")
    return _by_credential(credential.strip(), context)


def unauthorized(type: str, detail: str) -> HttpProblem:
    """The refusal of a caller who is not known."""
    invalid = ' error="invalid_token"' if type == "bad-credentials" else ""
    return HttpProblem(401, type, detail, headers={"WWW-Authenticate": f"Bearer{invalid}"})


def _by_credential(credential: str, context: Context) -> Caller:
    if credential.startswith(KEY_PREFIX):
        return _by_key(credential, context)
    try:
        return Caller(Viewer("user", user=context.tokens.user(credential)))
    except BadToken as error:
        raise unauthorized("bad-credentials", str(error)) from error


def _by_key(credential: str, context: Context) -> Caller:
    found = context.service.key(credential)
    if found is None:
        raise unauthorized("bad-credentials", "The key is not known here.")
    name, scopes = found
    widest = next(scope for scope in _WIDEST if scope in scopes)
    return Caller(Viewer(widest, name=name), frozenset(scopes))
