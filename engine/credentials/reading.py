"""Reading a credential that somebody shows: whether this issuer signed it, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt

from .issuer import Issuer, hashed

_LEEWAY = 30
_LONGEST = 64 * 1024


class Unverified(Exception):
    """A credential that proves nothing here: ``unreadable``, ``foreign``, ``forged`` or ``early``."""


def claims_of(issuer: Issuer, token: str) -> Mapping[str, Any]:
    """What a token says that this issuer signed. Raises Unverified.

    The key is one of the issuer's own, and goes with its own algorithm only: nothing in the token leads anywhere.
    """
    if len(token) > _LONGEST:
        raise Unverified("unreadable")
    key = issuer.ring.named(_key_id(issuer, token))
    if key is None:
        raise Unverified("foreign")
    options: Any = {"require": ["iss", "jti", "nbf"], "verify_aud": False}
    public = key.private.public_key()
    try:
        claims = jwt.decode(token, public, [key.algorithm], options, leeway=_LEEWAY, issuer=issuer.profile()["id"])
    except jwt.ImmatureSignatureError as error:
        raise Unverified("early") from error
    except jwt.InvalidIssuerError as error:
        raise Unverified("foreign") from error
    except (jwt.PyJWTError, ValueError) as error:
        raise Unverified("forged") from error
    return claims


def belongs_to(claims: Mapping[str, Any], user: str) -> bool:
    """Whether a credential was issued to a user of that id."""
    return any(_is(each, user) for each in claims["credentialSubject"]["identifier"])


def _is(identifier: Mapping[str, Any], user: str) -> bool:
    if not identifier["hashed"]:
        return bool(identifier["identityHash"] == user)
    return bool(identifier["identityHash"] == hashed(user, identifier["salt"]))


def _key_id(issuer: Issuer, token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError) as error:
        raise Unverified("unreadable") from error
    named = header.get("kid")
    return named.removeprefix(f"{issuer.url}/issuer/keys/") if isinstance(named, str) else ""
