"""The rule for a server without keys: a call from this very machine, by nobody else's page, is staff's.

Each check closes a way in from outside: a reverse proxy (forwarding headers), a page of another site (``Origin``), and
a page whose name was bent to this address (``Host``).
"""

from __future__ import annotations

import ipaddress
import re

from flask import Request

from engine.model import Viewer

from .context import Caller

LOOPBACK = Caller(Viewer("staff", name="loopback"), frozenset({"staff"}))
_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE | re.ASCII)
_FORWARDING = frozenset(
    {
        "forwarded",
        "via",
        "x-real-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-originating-ip",
        "x-original-host",
        "x-original-forwarded-for",
        "true-client-ip",
        "cf-connecting-ip",
        "fastly-client-ip",
    }
)


def is_local(request: Request) -> bool:
    """Whether a request comes from this machine, without a proxy or a foreign page in between."""
    return (
        is_loopback(request.remote_addr or "")
        and _HOST.fullmatch(request.headers.get("Host", "")) is not None
        and request.headers.get("Origin", _own_origin(request)).lower() == _own_origin(request)
        and not any(_is_forwarding(name.lower()) for name, _ in request.headers)
    )


def is_loopback(address: str) -> bool:
    """Whether an address is of this machine only."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return parsed.is_loopback or (mapped is not None and mapped.is_loopback)


def _own_origin(request: Request) -> str:
    return f"{request.scheme}://{request.headers.get('Host', '')}".lower()


def _is_forwarding(header: str) -> bool:
    return header in _FORWARDING or header.startswith("x-forwarded-")
