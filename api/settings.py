"""Every setting of a server: its variable of the environment, how it is read, what it means, what holds without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from engine.calendar import DAY, HOUR, MINUTE, SECOND
from engine.cloudevents import LONGEST
from engine.jsontext import MAX_DEPTH

from .rates import Rate

SHORTEST_SECRET = 32
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment."""

    name: str
    means: str
    without: str
    """What holds without it, in words."""
    read: Callable[[str], Any] = str
    """Its value. Raises ValueError with a clause such as *must be a whole number*."""


def whole(text: str, lowest: int = 1, highest: int = 10**12 - 1) -> int:
    """A whole number."""
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII) or not lowest <= int(text) <= highest:
        limit = f"from {lowest:,} to {highest:,}" if highest < 10**11 else f"above {lowest - 1}"
        raise ValueError(f"must be a whole number {limit}")
    return int(text)


def between(lowest: int, highest: int) -> Callable[[str], int]:
    """A whole number within bounds."""
    return lambda text: whole(text, lowest, highest)


def duration(text: str) -> int:
    """A length of time such as 30d, in microseconds."""
    match = re.fullmatch(r"([1-9]\d{0,5})([smhd])", text, re.ASCII)
    if match is None:
        raise ValueError("must be a whole number and one of s, m, h, d, such as 30d")
    return int(match[1]) * _UNITS[match[2]]


def rate(text: str) -> Rate:
    """How often, such as 600/m."""
    match = re.fullmatch(r"([1-9]\d{0,8})/([smhd])", text, re.ASCII)
    if match is None:
        raise ValueError("must be a whole number, a slash and one of s, m, h, d, such as 600/m")
    return Rate(int(match[1]), _SECONDS[match[2]])


def choice(*words: str) -> Callable[[str], str]:
    """One of some words."""

    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text.lower()

    return read


def switch(text: str) -> bool:
    """On or off."""
    return choice("on", "off")(text) == "on"


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks of addresses, parted by commas or blanks."""
    try:
        return tuple(ip_network(part) for part in re.split(r"[\s,]+", text) if part)
    except ValueError as error:
        raise ValueError("must hold networks such as 10.0.0.0/8 or fd00::/8") from error


def secret(text: str) -> str:
    """A secret that nobody guesses."""
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"must have {SHORTEST_SECRET} characters or more")
    return text


def address(text: str) -> str:
    """Where a server is reached, without a slash at its end."""
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise ValueError("must be an address such as https://badges.example")
    return text.rstrip("/")


def origins(text: str) -> frozenset[str]:
    """Origins of browsers, parted by commas or blanks; ``*`` is any."""
    found = frozenset(origin.rstrip("/").lower() for origin in re.split(r"[\s,]+", text) if origin)
    for origin in found - {"*"}:
        if not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^/\s]+", origin):
            raise ValueError("must hold origins such as https://app.example")
    return found


SETTINGS: Mapping[str, Setting] = {
    "jwt_secret": Setting(
        "BADGES_JWT_SECRET", "the secret of users' tokens signed with HS256, 32 characters or more", "no such tokens"
    ),
    "jwks": Setting(
        "BADGES_JWKS",
        "a file or URL with the public keys of users' tokens signed with RS256 or ES256",
        "no such tokens",
    ),
    "jwt_audience": Setting("BADGES_JWT_AUDIENCE", "what `aud` of users' tokens must be", "not checked"),
    "jwt_issuer": Setting("BADGES_JWT_ISSUER", "what `iss` of users' tokens must be", "not checked"),
    "cors_origins": Setting(
        "BADGES_CORS_ORIGINS",
        "origins of browsers that may call, separated by commas (`*` is any)",
        "none",
        origins,
    ),
    "session_secret": Setting(
        "BADGES_SESSION_SECRET",
        "signs the cookies of browsers that are signed in; the same for all servers of one name",
        "`BADGES_JWT_SECRET`, or one that ends with the process",
        secret,
    ),
    "session_minutes": Setting(
        "BADGES_SESSION_MINUTES", "how long a browser stays signed in", "480", between(1, 43_200)
    ),
    "embed_origins": Setting(
        "BADGES_EMBED_ORIGINS",
        "origins whose pages may show `/embed/wall/{user}` in a frame, separated by commas (`*` is any)",
        "none",
        origins,
    ),
    "body": Setting("BADGES_MAX_BODY", "the largest body of a request, in bytes", "5242880 (5 MiB)", whole),
    "events": Setting("BADGES_MAX_BATCH", "the most events in one request", "1000", whole),
    "depth": Setting(
        "BADGES_MAX_NESTING",
        f"how deep objects and lists of a payload may be nested, at most {MAX_DEPTH}",
        str(MAX_DEPTH),
        between(1, MAX_DEPTH),
    ),
    "name": Setting(
        "BADGES_MAX_ID",
        f"the most characters of an event's `id`, `source`, `type` and `subject`, at most {LONGEST}",
        str(LONGEST),
        between(1, LONGEST),
    ),
    "ahead": Setting(
        "BADGES_MAX_AHEAD", "how far `time` may lie ahead of the server's clock, such as `5m`", "5m", duration
    ),
    "age": Setting("BADGES_MAX_AGE", "how old an event may be, such as `90d`", "any age", duration),
    "page": Setting("BADGES_MAX_PAGE", "the most entries that `limit` may ask for", "1000", between(1, 10_000)),
    "rate": Setting(
        "BADGES_RATE_LIMIT", "requests of one key, or of one user's tokens, such as `600/m`", "no limit", rate
    ),
    "event_rate": Setting("BADGES_EVENT_RATE_LIMIT", "events posted with one key, such as `10000/m`", "no limit", rate),
    "request_seconds": Setting(
        "BADGES_REQUEST_SECONDS",
        "how long a request may take to arrive (408), and then to wait for its turn (503)",
        "30",
        between(1, 3600),
    ),
    "waiting": Setting(
        "BADGES_MAX_WAITING", "requests that wait for their turn; one more is answered 503", "200", between(1, 100_000)
    ),
    "connections": Setting(
        "BADGES_MAX_CONNECTIONS", "open connections; for one more, the one idle longest is closed", "1000", whole
    ),
    "stop_seconds": Setting(
        "BADGES_STOP_SECONDS", "how long requests under way have to end after SIGTERM", "10", between(1, 3600)
    ),
    "streams": Setting(
        "BADGES_MAX_STREAMS", "streams of notifications that are open; one more is answered 503", "500", whole
    ),
    "user_streams": Setting(
        "BADGES_MAX_USER_STREAMS", "streams of one user; one more is answered 429", "5", between(1, 1000)
    ),
    "stream_seconds": Setting(
        "BADGES_STREAM_SECONDS",
        "how long a stream goes on before the client has to ask again",
        "3600",
        between(1, 86_400),
    ),
    "remind_seconds": Setting(
        "BADGES_REMIND_SECONDS",
        "how often users are told of streaks that end soon; 0 leaves that to `badges remind`",
        "300",
        between(0, 86_400),
    ),
    "notification_keep": Setting(
        "BADGES_NOTIFICATION_KEEP", "how long notifications are kept, such as `90d`", "90d", duration
    ),
    "quiet_days": Setting(
        "BADGES_QUIET_DAYS",
        "days without an event of a type that rules name before it counts as a dead rule",
        "30",
        between(1, 3650),
    ),
    "issuer_name": Setting("BADGES_ISSUER_NAME", "who issues credentials (Open Badges)", "Badges"),
    "issuer_url": Setting(
        "BADGES_ISSUER_URL", "where this server is reached, as credentials name it", "no credentials", address
    ),
    "issuer_key": Setting(
        "BADGES_ISSUER_KEY", "a file of private keys in PEM: the first one signs credentials", "no credentials"
    ),
    "issuer_hashes": Setting(
        "BADGES_ISSUER_IDENTITY",
        "how credentials name their holders: `hashed` (with a salt), or `plain` (the user's id)",
        "hashed",
        lambda text: choice("hashed", "plain")(text) == "hashed",
    ),
    "log_format": Setting(
        "BADGES_LOG_FORMAT", "`json` or `text`", "`text` on a terminal, else `json`", choice("json", "text")
    ),
    "log_level": Setting(
        "BADGES_LOG_LEVEL",
        "`debug`, `info`, `warning` or `error`",
        "`info`",
        choice("debug", "info", "warning", "error"),
    ),
    "webhooks": Setting(
        "BADGES_WEBHOOKS", "`off` where `badges webhook run` sends webhooks, and this server is not to", "`on`", switch
    ),
    "webhook_networks": Setting(
        "BADGES_WEBHOOK_NETWORKS",
        "networks that webhooks may go to though their addresses are not public, such as `10.0.0.0/8`",
        "none",
        networks,
    ),
    "webhook_http": Setting("BADGES_WEBHOOK_HTTP", "`on` lets webhooks go to URLs that are not https", "`off`", switch),
    "webhook_seconds": Setting(
        "BADGES_WEBHOOK_SECONDS", "how long an endpoint has to take a webhook", "15", between(1, 60)
    ),
    "webhook_parallel": Setting(
        "BADGES_WEBHOOK_PARALLEL", "webhooks that are sent to one endpoint at once", "4", between(1, 20)
    ),
    "webhook_keep": Setting(
        "BADGES_WEBHOOK_KEEP", "how long webhooks that were delivered or given up can be sent again", "14d", duration
    ),
}
"""By field of ``Config`` or of its ``Limits``."""
