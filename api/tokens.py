"""Users' own tokens: JSON Web Tokens, each algorithm pinned to its own source of keys.

HS256 is verified with the shared secret only, RS256 and ES256 with the published key set only, so that a public key
never passes for a secret. Source: RFC 7519, RFC 8725 (section 3.1).
"""

from __future__ import annotations

from typing import Any

import jwt

from engine.cloudevents import user_fault
from engine.numeric import is_number

from .config import Config
from .keysets import ALGORITHMS, KeySet

LEEWAY = 30
"""Seconds by which clocks may differ."""
SECRET_ALGORITHM = "HS256"


class BadToken(Exception):
    """A token that proves nothing; the message says why."""


class Tokens:
    """Verifies users' tokens by the configuration of the app."""

    def __init__(self, config: Config, key_set: KeySet | None = None) -> None:
        self._secret = config.jwt_secret
        self._keys = key_set or (KeySet(config.jwks) if config.jwks else None)
        self._audience = config.jwt_audience
        self._issuer = config.jwt_issuer

    def user(self, token: str) -> str:
        """The user whose token it is. Raises BadToken."""
        return self.user_until(token)[0]

    def user_until(self, token: str) -> tuple[str, int]:
        """The user whose token it is, and when it ends, in seconds since 1970. Raises BadToken."""
        try:
            claims = self._claims(token)
            subject = claims["sub"]
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise BadToken(f"The token cannot be trusted: {error}") from error
        if not is_number(claims["exp"]):
            raise BadToken("The token's exp is not a number.")
        if user_fault(subject):
            raise BadToken("The token's sub cannot name a user.")
        return str(subject), int(claims["exp"])

    def _claims(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm == SECRET_ALGORITHM and self._secret:
            return self._verified(token, self._secret, algorithm)
        if algorithm in ALGORITHMS and self._keys:
            return self._by_key_set(token, header.get("kid"), algorithm)
        raise jwt.InvalidAlgorithmError("its algorithm is not accepted here")

    def _by_key_set(self, token: str, kid: str | None, algorithm: str) -> dict[str, Any]:
        assert self._keys is not None
        failure: jwt.PyJWTError = jwt.InvalidKeyError("its key is not known here")
        for key in self._keys.find(kid, algorithm):
            try:
                return self._verified(token, key, algorithm)
            except jwt.InvalidSignatureError as error:
                failure = error
        raise failure

    def _verified(self, token: str, key: jwt.PyJWK | str, algorithm: str) -> dict[str, Any]:
        return jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=self._audience,
            issuer=self._issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "sub"], "verify_aud": self._audience is not None, "verify_iat": False},
        )
