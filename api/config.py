"""What the HTTP edge is told by its environment: limits, users' tokens, browsers, logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from engine.calendar import DAY
from engine.cloudevents import Limits
from engine.webhooks import Policy

from .rates import Rate
from .settings import SETTINGS, Setting


class BadConfig(ValueError):
    """A variable of the environment that cannot be used; the message is a sentence that names it."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of the HTTP edge; every one has a default that is safe. ``settings`` says what they mean."""

    limits: Limits = Limits()
    jwt_secret: str | None = None
    """Verifies HS256 tokens, and no others."""
    jwks: str | None = None
    """A file or URL of public keys: verifies RS256 and ES256 tokens, and no others."""
    jwt_audience: str | None = None
    jwt_issuer: str | None = None
    cors_origins: frozenset[str] = frozenset()
    """Origins whose pages may call; ``*`` is any."""
    page: int = 1000
    rate: Rate | None = None
    event_rate: Rate | None = None
    request_seconds: int = 30
    waiting: int = 200
    connections: int = 1000
    stop_seconds: int = 10
    quiet_days: int = 30
    log_format: str | None = None
    log_level: str = "info"
    session_secret: str | None = None
    """Signs the cookies of browsers that are signed in."""
    session_minutes: int = 480
    embed_origins: frozenset[str] = frozenset()
    """Origins whose pages may show a wall in a frame."""
    webhooks: bool = True
    """Whether this server sends webhooks."""
    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    webhook_http: bool = False
    webhook_seconds: int = 15
    webhook_parallel: int = 4
    webhook_keep: int = 14 * DAY
    """Microseconds."""
    issuer_name: str = "Badges"
    issuer_url: str | None = None
    """Where this server is reached: the address in credentials."""
    issuer_key: str | None = None
    """A file of private keys in PEM: the first one signs credentials."""
    issuer_hashes: bool = True
    streams: int = 500
    user_streams: int = 5
    stream_seconds: int = 3600
    remind_seconds: int = 300
    notification_keep: int = 90 * DAY
    """Microseconds."""

    @property
    def webhook_policy(self) -> Policy:
        """Where webhooks may go."""
        return Policy(self.webhook_networks, self.webhook_http)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Config:
        """The settings that the environment gives; an empty variable is an absent one. Raises BadConfig."""
        values: dict[str, Any] = {}
        for field, setting in SETTINGS.items():
            text = environ.get(setting.name, "").strip()
            if text:
                values[field] = _read(setting, text)
        limits = {field.name: values.pop(field.name) for field in fields(Limits) if field.name in values}
        return cls(limits=Limits(**limits), **values)


def _read(setting: Setting, text: str) -> Any:
    try:
        return setting.read(text)
    except ValueError as error:
        raise BadConfig(f"{setting.name} {error}, not {text}") from error
