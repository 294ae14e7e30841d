"""What the HTTP edge is told by its environment: limits, users' tokens, browsers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.cloudevents import Limits


class BadConfig(ValueError):
    """A variable of the environment that cannot be used; the message is a sentence that names it."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of the HTTP edge; every one has a default that is safe."""

    limits: Limits = Limits()
    jwt_secret: str | None = None
    """Verifies HS256 tokens, and no others."""
    jwks: str | None = None
    """A file or URL of public keys: verifies RS256 and ES256 tokens, and no others."""
    jwt_audience: str | None = None
    jwt_issuer: str | None = None
    cors_origins: frozenset[str] = frozenset()
    """Origins whose pages may call; ``*`` is any."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Config:
        """The settings that the environment gives; an empty variable is an absent one. Raises BadConfig."""
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        return cls(
            limits=Limits(
                body=_positive(given, "BADGES_MAX_BODY", Limits().body),
                events=_positive(given, "BADGES_MAX_BATCH", Limits().events),
            ),
            jwt_secret=given.get("BADGES_JWT_SECRET"),
            jwks=given.get("BADGES_JWKS"),
            jwt_audience=given.get("BADGES_JWT_AUDIENCE"),
            jwt_issuer=given.get("BADGES_JWT_ISSUER"),
            cors_origins=_origins(given.get("BADGES_CORS_ORIGINS", "")),
        )


def _positive(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not re.fullmatch(r"[1-9]\d{0,11}", text, re.ASCII):
        raise BadConfig(f"{name} must be a whole number above 0, not {text}")
    return int(text)


def _origins(text: str) -> frozenset[str]:
    origins = frozenset(origin.rstrip("/").lower() for origin in re.split(r"[\s,]+", text) if origin)
    for origin in origins - {"*"}:
        if not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^/\s]+", origin):
            raise BadConfig(f"BADGES_CORS_ORIGINS holds {origin}, which is no origin such as https://app.example")
    return origins
